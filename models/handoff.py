"""The hand-off's audit: who did what with a lead, when, and why. Append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime

VERDICTS = ("accepted", "returned", "won", "lost")


class HandoffStep(Base):
    __tablename__ = "handoff_step"
    __table_args__ = (Index("ix_handoff_step_lead", "site_id", "lead_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    cycle: Mapped[int]
    action: Mapped[str] = mapped_column(String(24))  # claimed released accepted returned noted expired ...
    actor: Mapped[str] = mapped_column(String(64))
    via: Mapped[str | None] = mapped_column(String(24))  # where they did it: command, press, form ...
    code: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what else was told: until when, to whom, the sheet
    at: Mapped[datetime] = mapped_column(UtcTime)


def append(session: Session, site_id: int, lead_id: int, values: dict[str, Any]) -> int:
    row = {"site_id": site_id, "lead_id": lead_id, **values}
    return session.execute(insert(HandoffStep).values(row).returning(HandoffStep.id)).scalar_one()


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[HandoffStep]:
    ours = (HandoffStep.site_id == site_id, HandoffStep.lead_id == lead_id)
    return session.scalars(select(HandoffStep).where(*ours).order_by(HandoffStep.id)).all()


def get(session: Session, site_id: int, lead_id: int, step_id: int) -> HandoffStep | None:
    ours = (HandoffStep.site_id == site_id, HandoffStep.lead_id == lead_id, HandoffStep.id == step_id)
    return session.scalar(select(HandoffStep).where(*ours))


def verdicts(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """What sales decided about these leads, by lead, cycle, action, code and time; the last of a cycle counts."""
    ours = (HandoffStep.site_id == site_id, HandoffStep.lead_id.in_(lead_ids), HandoffStep.action.in_(VERDICTS))
    columns = (HandoffStep.lead_id, HandoffStep.cycle, HandoffStep.action, HandoffStep.code, HandoffStep.at)
    return session.execute(select(*columns).where(*ours).order_by(HandoffStep.id)).all()


def taken(session: Session, site_id: int, lead_ids: Sequence[int], actions: Sequence[str]) -> Sequence[Any]:
    """Who took these leads on, oldest first."""
    ours = (HandoffStep.site_id == site_id, HandoffStep.lead_id.in_(lead_ids), HandoffStep.action.in_(actions))
    shown = (HandoffStep.lead_id, HandoffStep.cycle, HandoffStep.action, HandoffStep.actor, HandoffStep.data)
    return session.execute(select(*shown, HandoffStep.at).where(*ours).order_by(HandoffStep.id)).all()


def between(session: Session, site_id: int, since: datetime, until: datetime, actions: Sequence[str]) -> Sequence[Any]:
    """What was done in that time: `lead_id` and `action`, oldest first."""
    ours = (HandoffStep.site_id == site_id, HandoffStep.at >= since, HandoffStep.at < until)
    found = select(HandoffStep.lead_id, HandoffStep.action).where(*ours, HandoffStep.action.in_(actions))
    return session.execute(found.order_by(HandoffStep.id)).all()


def judged(session: Session, site_id: int) -> list[int]:
    """Ids of the leads sales has decided about."""
    ours = (HandoffStep.site_id == site_id, HandoffStep.action.in_(VERDICTS))
    return list(session.scalars(select(HandoffStep.lead_id).where(*ours).distinct().order_by(HandoffStep.lead_id)))
