"""The valve: whom sales is told of at once, who waits in the ranked queue, and who follows when there is room."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from models import lead as leads
from models import ring
from models.lead import Lead
from qualification.assessment import Assessment
from qualification.facts import PURCHASE_INTEREST, Evidence
from qualification.keeping.announcing import announce_line, announce_to_team
from qualification.policy import Policy
from qualification.sla import is_quiet
from qualification.stages import Position
from qualification.threshold import rings, weight_of
from qualification.workday import Workday, workday


def judged(
    session: Session,
    lead: Lead,
    policy: Policy,
    position: Position,
    became_mql: bool,
    assessment: Assessment,
    evidence: Evidence,
    now: datetime,
) -> dict[str, Any]:
    """Columns of a lead that sales is to hear of now, or that waits; nothing for all others."""
    if not became_mql and lead.held_at is None:
        return {}
    if not position.waits_for_sales and position.status in leads.WORKABLE:
        return {"held_at": None}  # gone back to marketing before sales had heard of it
    uncapped, fit = weight_of(evidence, policy.criteria, assessment, now)
    rank = {"uncapped": uncapped, "fit": fit}
    if position.status not in leads.WORKABLE and not became_mql:
        return rank
    interest = evidence.facts.get(PURCHASE_INTEREST)
    wish = interest is not None and interest.value is True
    if wish or _has_room(session, lead.site_id, policy, max(uncapped, assessment.score), assessment.threshold, now):
        return {**rank, "held_at": None}
    return {**rank, "held_at": lead.held_at or now}


def _has_room(session: Session, site_id: int, policy: Policy, score: float, bar: int, now: datetime) -> bool:
    if is_quiet(now, policy.team):
        return False
    day = workday(policy.team.hours, now)
    capacity = policy.capacity(day.on)
    if capacity is None:
        return True
    return rings(score, bar, _rung(session, site_id, day), capacity)


def _rung(session: Session, site_id: int, day: Workday) -> int:
    """How many rang for this business day; whoever asks at the same moment waits, so that none is counted twice."""
    leads.hold_queue(session, site_id)
    return ring.count(session, site_id, day.since)


def rang(session: Session, lead: Lead, cycle: int, now: datetime) -> None:
    """Counts the alert for its day, and begins the story in its thread."""
    ring.add(session, lead.site_id, lead.id, cycle, now)
    announce_line(session, lead, cycle, "transcript", "first", now)


def held(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """The first of a day is told to the team: from now on there is a queue. Quiet hours are told by nobody."""
    if is_quiet(now, policy.team):
        return
    on = workday(policy.team.hours, now).on
    said = {"capacity": policy.capacity(on)}
    announce_to_team(session, lead.site_id, "queue", on.isoformat(), now, **said)


def following(session: Session, site_id: int, policy: Policy, now: datetime) -> Sequence[Lead]:
    """The held leads that sales has room for now, best first, their rows locked; none before the day begins or while
    it is quiet."""
    if is_quiet(now, policy.team):
        return ()
    day = workday(policy.team.hours, now)
    capacity = policy.capacity(day.on)
    if capacity is not None and (now < day.opens or ring.count(session, site_id, day.since) >= capacity):
        return ()
    most = leads.EVERYONE if capacity is None else ceil(capacity)
    waiting = [lead.id for lead in leads.held(session, site_id, most)]
    locked = {lead_id: leads.locked(session, site_id, lead_id) for lead_id in sorted(waiting)}
    room = most if capacity is None else most - _rung(session, site_id, day)
    still = [lead for lead_id in waiting if (lead := locked[lead_id]) is not None and is_waiting(lead)]
    return still[: max(room, 0)]


def is_waiting(lead: Lead) -> bool:
    return lead.held_at is not None and lead.handoff == "offered" and lead.status in leads.WORKABLE
