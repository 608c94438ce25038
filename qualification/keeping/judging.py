"""A lead judged outside of a conversation: something was seen or came from elsewhere, or time has passed."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import lead as leads
from models.lead import Lead
from qualification import stages
from qualification.assessment import Assessment, assessment_to_json
from qualification.facts import PURCHASE_INTEREST, Evidence, Facts
from qualification.keeping.announcing import announce_card
from qualification.keeping.evidence import evidence_of
from qualification.keeping.planning import plan_ahead, waits_for_sales
from qualification.keeping.standing import is_contactable, position_of, settle
from qualification.policy import Policy
from qualification.scoring import assess, can_change
from qualification.stages import Ground


def judge(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """After something was seen or told by others. It is news when it is worth points."""
    evidence = evidence_of(session, lead)
    assessment = assess(evidence, policy.criteria, now)
    ground = _ground(evidence, assessment, assessment.score > (lead.score or 0), now)
    position, changes = stages.advance(position_of(lead), ground)
    settle(session, lead, position, changes, assessment, evidence.facts, policy, now)


def look_again(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """After nothing but time: points age, windows close, dates come near. Other criteria do not judge an MQL anew."""
    if waits_for_sales(lead) and lead.mql_version not in (None, policy.criteria.version):
        plan_ahead(session, lead, policy, now)
        return
    evidence = evidence_of(session, lead)
    assessment = assess(evidence, policy.criteria, now)
    before = position_of(lead)
    position, changes = stages.advance(before, _ground(evidence, assessment, False, now))
    if changes or position != before:
        settle(session, lead, position, changes, assessment, evidence.facts, policy, now)
        return
    _refresh(session, lead, assessment, now)
    if can_change(evidence, policy.criteria, now):
        plan_ahead(session, lead, policy, now)


def _ground(evidence: Evidence, assessment: Assessment, is_news: bool, now: datetime) -> Ground:
    return Ground(is_contactable(evidence.facts), assessment, _wish_at(evidence.facts), is_news, now)


def _wish_at(known: Facts) -> datetime | None:
    wish = known.get(PURCHASE_INTEREST)
    return wish.known_at if wish is not None and wish.value is True else None


def _refresh(session: Session, lead: Lead, assessment: Assessment, now: datetime) -> None:
    """The score of today, which is no change of the lead: lists by time do not move for it."""
    told = assessment_to_json(assessment)
    if told == lead.assessment:
        return
    leads.change(session, lead.site_id, lead.id, score=assessment.score, assessment=told)
    if waits_for_sales(lead):
        leads.change(session, lead.site_id, lead.id, revision=lead.revision + 1)
        announce_card(session, lead, lead.cycle, now)


def cool(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """The cool-down is over: what is known may count again."""
    leads.change(session, lead.site_id, lead.id, cool_until=None)
    look_again(session, lead, policy, now)
