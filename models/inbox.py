"""The inbox: what Slack and CRMs told us, stored before we say "received", worked once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.expression import literal_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql, lease_clock

UNSYNCED = {"synchronize_session": False}
FRESH = {"synchronize_session": False, "populate_existing": True}


class InboxEvent(Base):
    """`attempts` rises with every claim and so is the fence; nobody tries again before `lease_until`."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("site_id", "key"),
        Index(
            "ix_inbox_open",
            "received_at",
            "id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    key: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="pending")  # pending done dead
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


_PENDING = InboxEvent.state == literal_column("'pending'")  # a literal, so that the partial index is taken


def accept(session: Session, site_id: int, event: dict[str, Any], now: datetime) -> bool:
    """Stores once: False when the key is known. `event`: key, source, kind, payload."""
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"site_id": site_id, "received_at": now, **event}
    adding = insert(InboxEvent).values(row).on_conflict_do_nothing(index_elements=["site_id", "key"])
    return session.execute(adding.returning(InboxEvent.id)).first() is not None


def claim_key(
    session: Session, key: str, kinds: Collection[str], now: datetime, lease_s: float, site_id: int | None = None
) -> Sequence[InboxEvent]:
    """The pending row with this key, leased; a source's keys are unique in the world, so the site may be left out."""
    found = _free(session, kinds, now).where(InboxEvent.key == key)
    if site_id is not None:
        found = found.where(InboxEvent.site_id == site_id)
    return _leased(session, found, now, lease_s)


def claim_older(
    session: Session, received_before: datetime, kinds: Collection[str], now: datetime, lease_s: float, limit: int = 1
) -> Sequence[InboxEvent]:
    """Rows that nobody has finished, oldest first, leased."""
    found = _free(session, kinds, now).where(InboxEvent.received_at <= received_before)
    return _leased(session, found.order_by(InboxEvent.received_at, InboxEvent.id).limit(limit), now, lease_s)


def has_older(session: Session, received_before: datetime, kinds: Collection[str], now: datetime) -> bool:
    """Whether there is something to claim: a look without the writers' lock."""
    found = _free(session, kinds, now).where(InboxEvent.received_at <= received_before)
    return session.scalar(found.limit(1)) is not None


def _free(session: Session, kinds: Collection[str], now: datetime) -> Select[int]:
    free = or_(InboxEvent.lease_until.is_(None), InboxEvent.lease_until <= lease_clock(session, now))
    return select(InboxEvent.id).where(_PENDING, InboxEvent.kind.in_(kinds), free)


def _leased(session: Session, found: Select[int], now: datetime, lease_s: float) -> Sequence[InboxEvent]:
    ids = session.scalars(found.with_for_update(skip_locked=True)).all()
    if not ids:
        return []
    leased = {"attempts": InboxEvent.attempts + 1, "lease_until": lease_clock(session, now, lease_s)}
    leasing = update(InboxEvent).where(InboxEvent.id.in_(ids)).values(leased).returning(InboxEvent)
    rows = session.scalars(leasing, execution_options=FRESH).all()
    return sorted(rows, key=lambda row: (row.received_at, row.id))


def finish(session: Session, claimed: InboxEvent, state: str, error: str | None, now: datetime) -> bool:
    """`done` or `dead`; False when somebody else has it by now. Of what is done only the key is needed any more."""
    emptied: dict[str, Any] = {"payload": {}} if state == "done" else {}
    return _change(session, claimed, state=state, error=error, done_at=now, lease_until=None, **emptied)


def postpone(session: Session, claimed: InboxEvent, error: str, now: datetime, delay_s: float) -> bool:
    return _change(session, claimed, error=error, lease_until=lease_clock(session, now, delay_s))


def _change(session: Session, claimed: InboxEvent, **values: Any) -> bool:
    held = (InboxEvent.site_id == claimed.site_id, InboxEvent.id == claimed.id, InboxEvent.attempts == claimed.attempts)
    changing = update(InboxEvent).where(*held, _PENDING).values(values).returning(InboxEvent.id)
    return session.execute(changing, execution_options=UNSYNCED).first() is not None


def oldest_pending(session: Session) -> datetime | None:
    return session.scalar(select(func.min(InboxEvent.received_at)).where(_PENDING))
