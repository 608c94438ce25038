"""Leases: which process may do what only one may do; by the database's clock where it has one of its own."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, String, bindparam, delete, func, literal, or_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, UtcTime


class Lease(Base):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcTime)


def take(session: Session, name: str, holder: str, lease_s: float, now: datetime) -> bool:
    """Takes or renews: True while `holder` has the lease, False while somebody else's is still running."""
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    until = lease_clock(session, now, lease_s)
    adding = insert(Lease).values(name=name, holder=holder, until=until)
    free = or_(Lease.holder == holder, Lease.until <= lease_clock(session, now))
    taking = adding.on_conflict_do_update(index_elements=["name"], set_={"holder": holder, "until": until}, where=free)
    return session.execute(taking.returning(Lease.name)).first() is not None


def give_up(session: Session, name: str, holder: str) -> None:
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def lease_clock(session: Session, now: datetime, plus_s: float = 0) -> ColumnElement[datetime]:
    """What leases are judged by: hosts' clocks differ, so PostgreSQL's own; on SQLite, one host, the given `now`."""
    plus = timedelta(seconds=plus_s)
    if is_postgresql(session):
        return func.clock_timestamp(type_=UtcTime) + literal(plus)
    return literal(now + plus, UtcTime)


def lease_moment(on_postgresql: bool, name: str) -> ColumnElement[datetime]:
    """The same in a prepared statement, whose parameter `name` is what `moment` gives."""
    if on_postgresql:
        return func.clock_timestamp(type_=UtcTime) + bindparam(name, type_=Interval())
    return bindparam(name, type_=UtcTime)


def moment(session: Session, now: datetime, plus_s: float = 0) -> datetime | timedelta:
    plus = timedelta(seconds=plus_s)
    return plus if is_postgresql(session) else now + plus


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
