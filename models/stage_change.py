"""The stage log: append-only, one row per step, from which every stage can be derived."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.prepared import adding


class StageChange(Base):
    __tablename__ = "stage_change"
    __table_args__ = (UniqueConstraint("site_id", "key"), Index("ix_stage_change_lead", "site_id", "lead_id", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    key: Mapped[str] = mapped_column(String(120))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    cycle: Mapped[int]
    from_stage: Mapped[Any] = mapped_column(String(16), nullable=True)
    to_stage: Mapped[Any] = mapped_column(String(16), nullable=False)
    actor: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(80))
    score: Mapped[int | None]
    criteria_version: Mapped[int | None]
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(Json)  # the assessment that made an MQL
    at: Mapped[datetime] = mapped_column(UtcTime)


_TABLE = cast(Table, StageChange.__table__)


def append(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        adding(_TABLE, frozenset(row)).run(session, **row)


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[StageChange]:
    ours = (StageChange.site_id == site_id, StageChange.lead_id == lead_id)
    return session.scalars(select(StageChange).where(*ours).order_by(StageChange.id)).all()


def ever_of(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """The steps of these leads, oldest first; rows, not entities."""
    ours = (_TABLE.c.site_id == site_id, _TABLE.c.lead_id.in_(lead_ids))
    return session.execute(select(_TABLE).where(*ours).order_by(_TABLE.c.id)).all()
