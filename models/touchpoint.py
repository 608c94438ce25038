"""Touchpoints: what a person did that we saw, before and besides what they said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime


class Touchpoint(Base):
    __tablename__ = "touchpoint"
    __table_args__ = (
        Index("ix_touchpoint_visitor", "site_id", "visitor_id", "id"),
        Index("ix_touchpoint_lead", "site_id", "lead_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    type: Mapped[str] = mapped_column(String(24))
    url: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcTime)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Touchpoint), rows)


def stitch(session: Session, site_id: int, visitor_id: int, lead_id: int) -> None:
    """What a browser did before we knew the person becomes part of the person's story."""
    ours = (Touchpoint.site_id == site_id, Touchpoint.visitor_id == visitor_id, Touchpoint.lead_id.is_(None))
    session.execute(update(Touchpoint).where(*ours).values(lead_id=lead_id))


def of_lead(session: Session, site_id: int, lead_id: int, limit: int = 500) -> Sequence[Touchpoint]:
    ours = (Touchpoint.site_id == site_id, Touchpoint.lead_id == lead_id)
    latest = session.scalars(select(Touchpoint).where(*ours).order_by(Touchpoint.id.desc()).limit(limit)).all()
    return list(reversed(latest))
