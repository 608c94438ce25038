"""The stage log: append-only, one row per step, from which every stage can be derived."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint, bindparam, func, literal_column, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lead import Lead
from models.prepared import Prepared, adding

CAME = "to_stage = 'lead'"


class StageChange(Base):
    __tablename__ = "stage_change"
    __table_args__ = (
        UniqueConstraint("site_id", "key"),
        Index("ix_stage_change_lead", "site_id", "lead_id", "id"),
        Index("ix_stage_change_came", "site_id", "at", sqlite_where=text(CAME), postgresql_where=text(CAME)),
    )

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
_BECAME_LEAD = StageChange.to_stage == literal_column("'lead'")  # a literal, so that the partial index is taken


def append(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        adding(_TABLE, frozenset(row)).run(session, **row)


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[StageChange]:
    return cast(Sequence[StageChange], _OF_LEAD.rows(session, the_site=site_id, the_lead=lead_id))


def ever_of(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """The steps of these leads, oldest first; rows, not entities."""
    ours = (_TABLE.c.site_id == site_id, _TABLE.c.lead_id.in_(lead_ids))
    return session.execute(select(_TABLE).where(*ours).order_by(_TABLE.c.id)).all()


def became_mql(session: Session, site_id: int, since: datetime) -> Sequence[Any]:
    """Who came to sales since then: `lead_id`, `cycle`, `at`, `snapshot`, and the `source` they came by."""
    shown = (StageChange.lead_id, StageChange.cycle, StageChange.at, StageChange.snapshot, Lead.source)
    ours = (StageChange.site_id == site_id, StageChange.to_stage == "mql", StageChange.at >= since)
    found = select(*shown).join(Lead, Lead.id == StageChange.lead_id)
    return session.execute(found.where(*ours).order_by(StageChange.id)).all()


def reached_since(session: Session, site_id: int, since: datetime, until: datetime) -> Sequence[Any]:
    """How many different leads reached each stage in that time, as (stage, leads)."""
    ours = (StageChange.site_id == site_id, StageChange.at >= since, StageChange.at < until)
    counted = select(StageChange.to_stage, func.count(StageChange.lead_id.distinct()))
    return session.execute(counted.where(*ours).group_by(StageChange.to_stage)).all()


def came_in(session: Session, site_id: int, since: datetime) -> Sequence[Any]:
    """Who became a lead since then: `at`, the score now and the `best` of the log, the wish to buy and the status."""
    log = aliased(StageChange)
    best = select(func.max(log.score)).where(log.site_id == site_id, log.lead_id == Lead.id).scalar_subquery()
    shown = (StageChange.at, Lead.score, best.label("best"), Lead.purchase_interest, Lead.status)
    found = select(*shown).join(Lead, Lead.id == StageChange.lead_id)
    ours = (StageChange.site_id == site_id, StageChange.at >= since, StageChange.from_stage == "visitor")
    return session.execute(found.where(*ours, _BECAME_LEAD).order_by(StageChange.at)).all()
