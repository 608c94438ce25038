"""Facts: what each person told us, with the words it was told in; corrections supersede, history stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime


class Fact(Base):
    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_lead", "site_id", "lead_id", "superseded_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    slot: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(Json)
    confidence: Mapped[float]
    source: Mapped[Any] = mapped_column(String(12), nullable=False)
    known_at: Mapped[datetime] = mapped_column(UtcTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))


def current(session: Session, site_id: int, lead_id: int) -> Sequence[Fact]:
    found = select(Fact).where(Fact.site_id == site_id, Fact.lead_id == lead_id, Fact.superseded_at.is_(None))
    return session.scalars(found.order_by(Fact.id)).all()


def remember(session: Session, site_id: int, lead_id: int, values: dict[str, Any], now: datetime) -> int:
    """Stores a fact and marks the slot's earlier one as superseded by it."""
    fact_id = session.execute(
        insert(Fact).values(site_id=site_id, lead_id=lead_id, **values).returning(Fact.id)
    ).scalar_one()
    session.execute(_open(site_id, lead_id, [values["slot"]], fact_id).values(superseded_at=now, superseded_by=fact_id))
    return fact_id


def retract(session: Session, site_id: int, lead_id: int, slots: Iterable[str], now: datetime) -> None:
    session.execute(_open(site_id, lead_id, slots).values(superseded_at=now))


def _open(site_id: int, lead_id: int, slots: Iterable[str], but: int = 0) -> Any:
    ours = (Fact.site_id == site_id, Fact.lead_id == lead_id, Fact.slot.in_(list(slots)), Fact.id != but)
    return update(Fact).where(*ours, Fact.superseded_at.is_(None))
