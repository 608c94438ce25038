"""The stage log: append-only, one row per step, from which every stage can be derived."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.prepared import Prepared, adding


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
_OF_LEAD = Prepared(
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead"))
    .order_by(_TABLE.c.id)
)


def append(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        adding(_TABLE, frozenset(row)).run(session, **row)


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[StageChange]:
    return _OF_LEAD.rows(session, the_site=site_id, the_lead=lead_id)
