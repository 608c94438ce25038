"""What is to happen at a later time, planned in the transaction it follows from and done once, however late."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.expression import literal_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql
from models.prepared import Prepared, placed

UNSYNCED = {"synchronize_session": False}


class Scheduled(Base):
    """One tick. `due_at` is when it is meant for, `run_at` when it is tried next: later, after a failure."""

    __tablename__ = "scheduled"
    __table_args__ = (
        UniqueConstraint("site_id", "key"),
        Index(
            "ix_scheduled_due",
            "due_at",
            "id",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(
            "ix_scheduled_done", "done_at", sqlite_where=text("state = 'done'"), postgresql_where=text("state = 'done'")
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    key: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(24))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="planned")  # planned done
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    run_at: Mapped[datetime] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


# Literals, so that the partial indexes are taken.
_PLANNED = Scheduled.state == literal_column("'planned'")
_DONE = Scheduled.state == literal_column("'done'")


def plan(session: Session, site_id: int, key: str, kind: str, payload: dict[str, Any], run_at: datetime) -> bool:
    """Plans once: a key that is planned or done already changes nothing, False."""
    row = {"site_id": site_id, "key": key, "kind": kind, "payload": payload, "due_at": run_at, "run_at": run_at}
    return _planning(is_postgresql(session), frozenset(row)).row(session, **row) is not None


@cache
def _planning(on_postgresql: bool, columns: frozenset[str]) -> Prepared:
    table = cast(Table, Scheduled.__table__)
    insert = postgresql_insert if on_postgresql else sqlite_insert
    adding = insert(table).values(placed(table, columns)).on_conflict_do_nothing(index_elements=["site_id", "key"])
    return Prepared(adding.returning(table.c.id))


def due(session: Session, kinds: Collection[str], now: datetime, limit: int) -> Sequence[Scheduled]:
    """Ticks whose time has come, the latest first of all: a look without a lock."""
    here = (_PLANNED, Scheduled.due_at <= now, Scheduled.run_at <= now, Scheduled.kind.in_(kinds))
    return session.scalars(select(Scheduled).where(*here).order_by(Scheduled.due_at, Scheduled.id).limit(limit)).all()


def take(session: Session, site_id: int, key: str, now: datetime) -> bool:
    """Makes a due tick ours, in the transaction that does what it is for; False when it is done, or moved."""
    done = {"state": "done", "done_at": now}
    taking = update(Scheduled).where(*_one(site_id, key), Scheduled.run_at <= now).values(done).returning(Scheduled.id)
    return session.execute(taking, execution_options=UNSYNCED).first() is not None


def cancel(session: Session, site_id: int, key: str, now: datetime) -> bool:
    """What is planned does not happen; False when it has happened."""
    done = {"state": "done", "done_at": now}
    ending = update(Scheduled).where(*_one(site_id, key)).values(done).returning(Scheduled.id)
    return session.execute(ending, execution_options=UNSYNCED).first() is not None


def postpone(session: Session, site_id: int, key: str, until: datetime) -> None:
    """A tick that came too soon: nothing was done, and it is not late either."""
    moved = {"due_at": until, "run_at": until}
    session.execute(update(Scheduled).where(*_one(site_id, key)).values(moved), execution_options=UNSYNCED)


def put_back(session: Session, site_id: int, key: str) -> None:
    """For whoever took it and could not do it."""
    taken = (Scheduled.site_id == site_id, Scheduled.key == key, _DONE)
    again = {"state": "planned", "done_at": None}
    session.execute(update(Scheduled).where(*taken).values(again), execution_options=UNSYNCED)


def failed(session: Session, site_id: int, key: str, error: str, again_at: datetime) -> None:
    tried = {"attempts": Scheduled.attempts + 1, "error": error, "run_at": again_at}
    session.execute(update(Scheduled).where(*_one(site_id, key)).values(tried), execution_options=UNSYNCED)


def pass_over(session: Session, site_id: int, kinds: Collection[str], lead_ids: Collection[int], now: datetime) -> None:
    """What is planned for these leads counts as done, though nothing was."""
    about = Scheduled.payload["lead"].as_integer().in_(lead_ids)
    theirs = (_PLANNED, Scheduled.site_id == site_id, Scheduled.kind.in_(kinds), about)
    done = {"state": "done", "done_at": now}
    session.execute(update(Scheduled).where(*theirs).values(done), execution_options=UNSYNCED)


def _one(site_id: int, key: str) -> tuple[Any, ...]:
    return (Scheduled.site_id == site_id, Scheduled.key == key, _PLANNED)


def forget(session: Session, done_before: datetime, limit: int) -> int:
    """Removes what was done long ago; its keys carry a date and are not planned again."""
    old = select(Scheduled.id).where(_DONE, Scheduled.done_at < done_before).limit(limit)
    gone = delete(Scheduled).where(Scheduled.id.in_(old)).returning(Scheduled.id)
    return len(session.execute(gone, execution_options=UNSYNCED).all())


def sites_waiting(session: Session, kind: str) -> set[int]:
    """Sites for which a tick of this kind is planned."""
    return set(session.scalars(select(Scheduled.site_id).where(_PLANNED, Scheduled.kind == kind)))


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """When the latest of all ticks should have happened; None when nothing is late."""
    return session.scalar(select(func.min(Scheduled.due_at)).where(_PLANNED, Scheduled.due_at <= now))


def failing(session: Session, now: datetime) -> int:
    """How many late ticks have failed at least once."""
    late = (_PLANNED, Scheduled.due_at <= now, Scheduled.attempts > 0)
    return session.scalar(select(func.count()).select_from(Scheduled).where(*late)) or 0
