"""Visitors: a browser we can recognise by its signed token, before and after we know whose it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime


class Visitor(Base):
    __tablename__ = "visitor"
    __table_args__ = (UniqueConstraint("site_id", "public_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    public_id: Mapped[str] = mapped_column(String(32))  # 128 random bits, what the token is about
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(35))
    first_touch: Mapped[dict[str, Any] | None] = mapped_column(Json)
    last_touch: Mapped[dict[str, Any] | None] = mapped_column(Json)
    tracking: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


def find(session: Session, site_id: int, public_id: str) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.site_id == site_id, Visitor.public_id == public_id))


def get(session: Session, site_id: int, visitor_id: int) -> Visitor:
    return session.execute(select(Visitor).where(Visitor.site_id == site_id, Visitor.id == visitor_id)).scalar_one()


def permits_tracking(session: Session, site_id: int, lead_id: int) -> bool:
    """False when somebody we track at all said no on every browser of theirs."""
    found = session.scalars(
        select(Visitor.tracking).where(Visitor.site_id == site_id, Visitor.lead_id == lead_id)
    ).all()
    return any(found) or not found


def add(session: Session, site_id: int, public_id: str, values: dict[str, Any], now: datetime) -> int:
    row = {"site_id": site_id, "public_id": public_id, "created_at": now, "seen_at": now, **values}
    return session.execute(insert(Visitor).values(row).returning(Visitor.id)).scalar_one()


def change(session: Session, site_id: int, visitor_id: int, **values: Any) -> None:
    session.execute(update(Visitor).where(Visitor.site_id == site_id, Visitor.id == visitor_id).values(**values))
