"""The outbox: promises made in the lead's own transaction, kept later by the delivery worker."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.bell import PROMISED, ringing
from models.lease import is_postgresql, lease_clock, lease_moment, moment
from models.prepared import Prepared, placed

OPEN = ("pending", "in_progress")
ROOT = "alert"
UNSYNCED = {"synchronize_session": False}


def _partial(name: str, condition: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class Delivery(Base):
    """One promise. Rows of one `stream` (a lead) and channel are kept in order of their ids; a dead row blocks nothing.

    `maybe_sent` says an attempt may have taken effect without our knowing; `fence` rises with every claim, so that a
    worker that lost its lease cannot settle. `remote_id` names what the promise became at the other side.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("site_id", "key"),
        _partial("ix_outbox_due", "state = 'pending'", "channel", "run_at", "id"),
        _partial("ix_outbox_leases", "state = 'in_progress'", "lease_until"),
        _partial("ix_outbox_open", "state IN ('pending', 'in_progress')", "site_id", "stream", "channel", "id"),
        _partial("ix_outbox_dead", "state = 'dead'", "id"),
        Index("ix_outbox_stream", "site_id", "stream", "channel", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    key: Mapped[str] = mapped_column(String(160))
    stream: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(24))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    run_at: Mapped[datetime] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    maybe_sent: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    fence: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    remote_id: Mapped[str | None] = mapped_column(String(160))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


_TABLE = cast(Table, Delivery.__table__)
_REMOTE = _TABLE.c.remote_id
# Literals, not parameters: a planner takes a partial index only when it can read its condition in the statement.
_PENDING = Delivery.state == literal_column("'pending'")
_CLAIMED = Delivery.state == literal_column("'in_progress'")
_DEAD = Delivery.state == literal_column("'dead'")
_OPEN: list[ColumnElement[str]] = [literal_column("'pending'"), literal_column("'in_progress'")]


def enqueue(session: Session, site_id: int, promise: dict[str, Any], now: datetime) -> bool:
    """Promises once: the same key again changes nothing, False. `promise`: key, stream, channel, kind, payload."""
    row = {"site_id": site_id, "run_at": now, "created_at": now, **promise}
    return _promising(is_postgresql(session), frozenset(row)).row(session, **row) is not None


@cache
def _promising(on_postgresql: bool, columns: frozenset[str]) -> Prepared:
    insert = postgresql_insert if on_postgresql else sqlite_insert
    adding = insert(_TABLE).values(placed(_TABLE, columns)).on_conflict_do_nothing(index_elements=["site_id", "key"])
    rings = [func.pg_notify(PROMISED, "")] if on_postgresql else []
    return Prepared(adding.returning(_TABLE.c.id, *rings))


def open_streams(session: Session, site_id: int) -> set[str]:
    """Streams in which something is promised and not begun."""
    return set(session.scalars(select(Delivery.stream).where(_PENDING, Delivery.site_id == site_id).distinct()))


def add_to(session: Session, site_id: int, stream: str, line: str, name: str, value: Any) -> bool:
    """Adds to a list in a line that waits to be sent; False when none does, or it is on its way by now.

    Whoever calls holds the lead's row, so that nobody else adds meanwhile.
    """
    ours = (_PENDING, Delivery.site_id == site_id, Delivery.stream == stream, Delivery.kind == "line")
    found = select(Delivery.id, Delivery.payload).where(*ours, Delivery.payload["line"].as_string() == line)
    waiting = session.execute(found.order_by(Delivery.id.desc()).limit(1)).first()
    if waiting is None:
        return False
    more = {**waiting.payload, name: [*waiting.payload.get(name, ()), value]}
    adding = update(Delivery).where(_PENDING, Delivery.id == waiting.id).values(payload=more).returning(Delivery.id)
    return session.execute(adding, execution_options=UNSYNCED).first() is not None


def leave_unsent(session: Session, site_id: int, streams: Collection[str], why: str) -> None:
    """What is promised of these streams and not begun counts as kept, though nobody was told."""
    open_ones = (_PENDING, Delivery.site_id == site_id, Delivery.stream.in_(streams))
    kept = {"state": "delivered", "done_at": Delivery.created_at, "error": why}
    session.execute(update(Delivery).where(*open_ones).values(kept), execution_options=UNSYNCED)


def look(session: Session, channel: str, now: datetime, paused: Collection[int] = ()) -> Any:
    """What a claim would find, without the writers' lock: rows that are `due`, leases that have `lapsed`."""
    looking = _looking(is_postgresql(session), tuple(sorted(paused)))
    return looking.row(session, the_channel=channel, now=now, lapse=moment(session, now))


@lru_cache(maxsize=64)
def _looking(on_postgresql: bool, paused: tuple[int, ...]) -> Prepared:
    lapsed = exists().where(*_expired(on_postgresql))
    return Prepared(select(exists(_free(paused)).label("due"), lapsed.label("lapsed")))


def _free(paused: tuple[int, ...]) -> Select[int]:
    """Rows that are due, none behind an older open row of its stream."""
    older = aliased(Delivery)
    behind = exists().where(
        older.site_id == Delivery.site_id,
        older.stream == Delivery.stream,
        older.channel == Delivery.channel,
        older.id < Delivery.id,
        older.state.in_(_OPEN),
    )
    timely = (Delivery.channel == bindparam("the_channel"), Delivery.run_at <= bindparam("now", type_=UtcTime))
    elsewhere = (Delivery.site_id != site_id for site_id in paused)
    return select(Delivery.id).where(_PENDING, *timely, ~behind, *elsewhere)


def _expired(on_postgresql: bool) -> tuple[ColumnElement[bool], ...]:
    return _CLAIMED, Delivery.lease_until <= lease_moment(on_postgresql, "lapse")


def claim(
    session: Session,
    channel: str,
    owner: str,
    now: datetime,
    lease_s: float,
    limit: int = 1,
    paused: Collection[int] = (),
    lapsed: bool = True,
) -> list[Delivery]:
    """Due rows of a channel, leased to `owner`; none behind an older open row of its stream, none of `paused` sites.

    Lapsed leases are taken back before, unless a look has just found none.
    """
    if lapsed:
        take_back_expired(session, now)
    leased = {"owner": owner, "lease_until": moment(session, now, lease_s)}
    leasing = _leasing(is_postgresql(session), tuple(sorted(paused)))
    rows = leasing.rows(session, the_channel=channel, now=now, at_most=limit, **leased)
    return sorted(rows, key=lambda row: (row.run_at, row.id))


def take_back_expired(session: Session, now: datetime) -> int:
    """Rows whose worker fell silent are due again, and may have been sent. Its own step: it has a small index."""
    found = _lapsed(is_postgresql(session)).rows(session, lapse=moment(session, now))
    if found:
        again = {"state": "pending", "maybe_sent": True, "owner": None, "lease_until": None}
        ids = [row.id for row in found]
        session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(again), execution_options=UNSYNCED)
    return len(found)


@cache
def _lapsed(on_postgresql: bool) -> Prepared:
    return Prepared(select(_TABLE.c.id).where(*_expired(on_postgresql)).with_for_update(skip_locked=True))


@lru_cache(maxsize=64)
def _leasing(on_postgresql: bool, paused: tuple[int, ...]) -> Prepared:
    """One statement that finds rows and leases them; what it finds is looked for once, before anything is written."""
    found = _free(paused).order_by(Delivery.run_at, Delivery.id).limit(bindparam("at_most"))
    free = found.with_for_update(skip_locked=True, of=Delivery).cte("free")
    leased = {
        "state": literal_column("'in_progress'"),
        "owner": bindparam("owner", type_=String),
        "lease_until": lease_moment(on_postgresql, "lease_until"),
        "fence": _TABLE.c.fence + 1,
    }
    return Prepared(update(_TABLE).where(_TABLE.c.id.in_(select(free.c.id))).values(leased).returning(*_TABLE.c))


def extend(session: Session, claimed: Delivery, now: datetime, lease_s: float) -> bool:
    """A heartbeat: the lease runs `lease_s` from now. False when it is no longer ours."""
    ours = (Delivery.site_id == claimed.site_id, Delivery.id == claimed.id)
    extending = update(Delivery).where(*ours, Delivery.fence == claimed.fence, _CLAIMED)
    longer = extending.values(lease_until=lease_clock(session, now, lease_s)).returning(Delivery.id)
    return session.execute(longer, execution_options=UNSYNCED).first() is not None


def settle(session: Session, claimed: Delivery, now: datetime, **values: Any) -> bool:
    """Writes what became of a row, only while it is ours; `state` is delivered, dead or pending again."""
    done_at = None if values["state"] in OPEN else now
    changed = {"owner": None, "lease_until": None, "done_at": done_at, **values}
    held = {"the_site": claimed.site_id, "the_id": claimed.id, "the_fence": claimed.fence}
    return _settling(frozenset(changed)).row(session, **held, **changed) is not None


@cache
def _settling(columns: frozenset[str]) -> Prepared:
    given = {name: bindparam(name, type_=_TABLE.c[name].type) for name in columns}
    ours = (_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.id == bindparam("the_id"))
    held = (_TABLE.c.fence == bindparam("the_fence"), _TABLE.c.state == literal_column("'in_progress'"))
    return Prepared(update(_TABLE).where(*ours, *held).values(given).returning(_TABLE.c.id))


def remote_of(session: Session, site_id: int, stream: str, channel: str, cycle: int | None = None) -> str | None:
    """What the stream's root alert (of this cycle) became there; the latest, since one that was lost is posted anew."""
    whose = {"the_site": site_id, "the_stream": stream, "the_channel": channel, "the_cycle": cycle}
    found = _remote(cycle is not None).row(session, **whose)
    return str(found.remote_id) if found else None


@cache
def _remote(of_cycle: bool) -> Prepared:
    ours = (Delivery.site_id == bindparam("the_site"), Delivery.stream == bindparam("the_stream"))
    roots = (Delivery.channel == bindparam("the_channel"), Delivery.kind == ROOT)
    found = select(Delivery.remote_id).where(*ours, *roots, Delivery.state == "delivered", _REMOTE.is_not(None))
    if of_cycle:
        found = found.where(Delivery.payload["cycle"].as_integer() == bindparam("the_cycle"))
    return Prepared(found.order_by(Delivery.done_at.desc(), Delivery.id.desc()).limit(1))


def told_at(session: Session, site_id: int, stream: str, cycle: int) -> datetime | None:
    """When the root alert of this cycle arrived first; None while it has not."""
    ours = (Delivery.site_id == site_id, Delivery.stream == stream, Delivery.kind == ROOT)
    arrived = (Delivery.state == literal_column("'delivered'"), Delivery.payload["cycle"].as_integer() == cycle)
    return session.scalar(select(func.min(Delivery.done_at)).where(*ours, *arrived))


def has_card(session: Session, site_id: int, stream: str, cycle: int) -> bool:
    """Whether sales was promised a card of this cycle; a lead that only waited in the queue never was."""
    ours = (Delivery.site_id == site_id, Delivery.stream == stream, Delivery.kind == ROOT)
    found = select(Delivery.id).where(*ours, Delivery.payload["cycle"].as_integer() == cycle)
    return session.scalar(found.limit(1)) is not None


def is_awaited(session: Session, site_id: int, stream: str, kind: str) -> bool:
    """Whether something of this kind is on its way anyway, and will tell what is true when it goes."""
    ours = (Delivery.site_id == site_id, Delivery.stream == stream, Delivery.kind == kind)
    return session.scalar(select(Delivery.id).where(*ours, _PENDING).limit(1)) is not None


def of_stream(session: Session, site_id: int, stream: str) -> Sequence[Delivery]:
    return _OF_STREAM.rows(session, the_site=site_id, the_stream=stream)


_OF_STREAM = Prepared(
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.stream == bindparam("the_stream"))
    .order_by(_TABLE.c.id)
)


def channels_of(session: Session, site_id: int) -> dict[int, str]:
    """In which Slack channel each lead's alert is shown, the latest of them."""
    shown = (Delivery.site_id == site_id, Delivery.channel == "slack", Delivery.kind == ROOT)
    found = select(Delivery.stream, Delivery.remote_id).where(*shown, Delivery.remote_id.is_not(None))
    rows = session.execute(found.order_by(Delivery.id)).all()
    return {int(stream.partition(":")[2]): str(place).partition(":")[0] for stream, place in rows}


def overdue(session: Session, site_id: int, before: datetime) -> Sequence[Row[str, datetime, str | None]]:
    """Streams with an alert that is dead, or was promised before then and is still open: since when, and an error."""
    late = or_(_DEAD, and_(Delivery.state.in_(_OPEN), Delivery.created_at < before))
    found = select(Delivery.stream, func.min(Delivery.created_at), func.max(Delivery.error))
    here = (Delivery.site_id == site_id, Delivery.kind == ROOT)
    return session.execute(found.where(*here, late).group_by(Delivery.stream)).all()


def counts_of(session: Session, site_id: int, channel: str) -> dict[str, int]:
    """How many rows of a site's channel are in each state."""
    here = (Delivery.site_id == site_id, Delivery.channel == channel)
    found = select(Delivery.state, func.count().label("total")).where(*here).group_by(Delivery.state)
    return {row.state: row.total for row in session.execute(found)}


def last_error(session: Session, site_id: int, channel: str) -> str | None:
    """What went wrong last with a row that is not delivered."""
    here = (Delivery.site_id == site_id, Delivery.channel == channel, Delivery.state != "delivered")
    found = select(Delivery.error).where(*here, Delivery.error.is_not(None)).order_by(Delivery.id.desc())
    return session.scalar(found.limit(1))


def by_keys(session: Session, site_id: int, keys: Collection[str]) -> Sequence[Delivery]:
    return session.scalars(select(Delivery).where(Delivery.site_id == site_id, Delivery.key.in_(keys))).all()


def waiting_channels(session: Session, before: datetime) -> set[str]:
    """Channels with something pending that was promised before then."""
    return set(session.scalars(select(Delivery.channel).where(_PENDING, Delivery.created_at < before).distinct()))


def give_up(session: Session, channels: Collection[str], why: str, before: datetime, now: datetime) -> int:
    """What waits in these channels since before then becomes dead letters; how many."""
    waiting = (_PENDING, Delivery.channel.in_(channels), Delivery.created_at < before)
    dead = {"state": "dead", "done_at": now, "error": why}
    gone = update(Delivery).where(*waiting).values(dead).returning(Delivery.id)
    return len(session.execute(gone, execution_options=UNSYNCED).all())


def dead_letters(session: Session, site_id: int, limit: int = 100, before_id: int | None = None) -> Sequence[Delivery]:
    """Newest first."""
    found = select(Delivery).where(_DEAD, Delivery.site_id == site_id)
    if before_id is not None:
        found = found.where(Delivery.id < before_id)
    return session.scalars(found.order_by(Delivery.id.desc()).limit(limit)).all()


def in_state(session: Session, site_id: int, state: str, limit: int = 100) -> Sequence[Delivery]:
    """A site's rows in one state, oldest first."""
    here = (Delivery.site_id == site_id, Delivery.state == literal(state, literal_execute=True))
    return session.scalars(select(Delivery).where(*here).order_by(Delivery.id).limit(limit)).all()


def retry(session: Session, site_id: int, delivery_id: int, now: datetime) -> bool:
    """A dead letter is due again, from the start of the schedule; False when there is no such dead letter."""
    again = {"state": "pending", "run_at": now, "attempts": 0, "done_at": None}
    changing = update(Delivery).where(_DEAD, Delivery.site_id == site_id, Delivery.id == delivery_id).values(again)
    known = changing.returning(Delivery.id, *ringing(session, PROMISED))
    return session.execute(known, execution_options=UNSYNCED).first() is not None


def oldest_open(session: Session, channel: str | None = None) -> Delivery | None:
    """The row that waits longest: how late we are (`created_at`) and why (`error`)."""
    found = select(Delivery).where(Delivery.state.in_(_OPEN))
    if channel is not None:
        found = found.where(Delivery.channel == channel)
    return session.scalars(found.order_by(Delivery.created_at, Delivery.id).limit(1)).first()


def open_counts(session: Session) -> dict[str, int]:
    """Open and dead rows by state; delivered ones are many and not counted."""
    counted = (
        select(Delivery.state, func.count().label("total"))
        .where(or_(Delivery.state.in_(_OPEN), _DEAD))
        .group_by(Delivery.state)
    )
    return {row.state: row.total for row in session.execute(counted)}
