"""Who was erased: no word of theirs, only which rows they were, so that a restored backup can be cleaned again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class Erasure(Base):
    """`came_at` is when the lead or visitor was made: after a restore the same number may be somebody else."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_site", "site_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    lead_id: Mapped[int | None] = mapped_column(Id)
    visitor_id: Mapped[int | None] = mapped_column(Id)
    came_at: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)


def remember(
    session: Session, site_id: int, lead_id: int | None, visitor_id: int | None, came_at: datetime, now: datetime
) -> None:
    row = {"site_id": site_id, "lead_id": lead_id, "visitor_id": visitor_id, "came_at": came_at, "at": now}
    session.execute(insert(Erasure).values(row))


def of_site(session: Session, site_id: int) -> Sequence[Erasure]:
    """In the order in which they were erased."""
    return session.scalars(select(Erasure).where(Erasure.site_id == site_id).order_by(Erasure.id)).all()
