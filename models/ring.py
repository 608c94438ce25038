"""Whom sales was told of, and when: one ring per lead and cycle, so that a day's alerts can be counted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime
from models.lease import is_postgresql


class Ring(Base):
    __tablename__ = "ring"
    __table_args__ = (UniqueConstraint("site_id", "lead_id", "cycle"), Index("ix_ring_at", "site_id", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    cycle: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)


def add(session: Session, site_id: int, lead_id: int, cycle: int, now: datetime) -> None:
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"site_id": site_id, "lead_id": lead_id, "cycle": cycle, "at": now}
    once = ["site_id", "lead_id", "cycle"]
    session.execute(insert(Ring).values(row).on_conflict_do_nothing(index_elements=once))


def count(session: Session, site_id: int, since: datetime) -> int:
    """How many leads rang since then."""
    ours = (Ring.site_id == site_id, Ring.at >= since)
    return session.scalar(select(func.count()).select_from(Ring).where(*ours)) or 0
