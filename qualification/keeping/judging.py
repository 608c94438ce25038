"""A lead judged outside of a conversation: something was seen or came from elsewhere, or time has passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import lead as leads
from models.lead import Lead
from qualification import stages
from qualification.assessment import Assessment, assessment_to_json
from qualification.facts import PURCHASE_INTEREST, Evidence, Facts
from qualification.keeping.announcing import announce_card, announce_change
from qualification.keeping.evidence import evidence_of
from qualification.keeping.planning import plan_ahead, waits_for_sales
from qualification.keeping.standing import is_contactable, position_of, ruling, settle, try_out, was_mql
from qualification.policy import Policy
from qualification.scoring import assess, can_change
from qualification.stages import Ground
from qualification.threshold import stick
from qualification.turn import Turn

JUST_AFTER = timedelta(microseconds=1)


def judge(session: Session, lead: Lead, policy: Policy, now: datetime, since: datetime | None) -> None:
    """After something was seen or told by others, or two leads became one. `since` then it may be news; None: never."""
    evidence, rule = evidence_of(session, lead), ruling(policy, lead)
    assessment = _assessed(lead, evidence, rule, now)
    is_news = since is not None and _is_news(session, lead, assessment, rule, since, now)
    position, changes = stages.advance(position_of(lead), _ground(evidence, assessment, is_news, now))
    settle(session, lead, rule, position, changes, assessment, evidence, now)


def _is_news(
    session: Session, lead: Lead, assessment: Assessment, rule: Policy, since: datetime, now: datetime
) -> bool:
    """Something told or done that is worth points today: it ends a cool-down, and is asked only in one."""
    if lead.cool_until is None:
        return False
    # what was known when they were handed back is old, also where it became known in that very moment
    handed_back = lead.returned_at + JUST_AFTER if lead.returned_at else since
    before = assess(evidence_of(session, lead, before=max(since, handed_back)), rule.criteria, now, rule.threshold)
    return assessment.score > before.score


def _assessed(lead: Lead, evidence: Evidence, rule: Policy, now: datetime) -> Assessment:
    return stick(assess(evidence, rule.criteria, now, rule.threshold), was_mql(lead))


def by_all(session: Session, lead: Lead, turn: Turn, policy: Policy, now: datetime) -> Turn:
    """A turn judged by all that is known of the person, when the conversation itself may show only a part of it."""
    if turn.privacy_request:
        return turn
    evidence = evidence_of(session, lead)
    assessment = _assessed(lead, evidence, policy, now)
    ground = replace(_ground(evidence, assessment, bool(turn.learned), now), asks_now=turn.asks_now)
    position, changes = stages.advance(replace(position_of(lead), kind=turn.position.kind), ground)
    return replace(turn, evidence=evidence, assessment=assessment, position=position, changes=changes)


def look_again(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """After nothing but time: points age, windows close, dates come near. Other criteria do not judge an MQL anew."""
    rule = ruling(policy, lead)
    if waits_for_sales(lead) and lead.mql_version not in (None, rule.criteria.version):
        plan_ahead(session, lead, policy, now)
        return
    evidence = evidence_of(session, lead)
    assessment = _assessed(lead, evidence, rule, now)
    before = position_of(lead)
    position, changes = stages.advance(before, _ground(evidence, assessment, False, now))
    if changes or position != before:
        settle(session, lead, rule, position, changes, assessment, evidence, now)
        return
    _refresh(session, lead, policy, assessment, now)
    try_out(session, lead, policy, assessment, evidence, now)
    if can_change(evidence, rule.criteria, now):
        plan_ahead(session, lead, policy, now)


def _ground(evidence: Evidence, assessment: Assessment, is_news: bool, now: datetime) -> Ground:
    return Ground(is_contactable(evidence.facts), assessment, _wish_at(evidence.facts), is_news, now)


def _wish_at(known: Facts) -> datetime | None:
    wish = known.get(PURCHASE_INTEREST)
    return wish.known_at if wish is not None and wish.value is True else None


def _refresh(session: Session, lead: Lead, policy: Policy, assessment: Assessment, now: datetime) -> None:
    """The score of today, which is no change of the lead: lists by time do not move for it."""
    told = assessment_to_json(assessment)
    if told == lead.assessment:
        return
    leads.change(session, lead.site_id, lead.id, score=assessment.score, assessment=told)
    if waits_for_sales(lead):
        leads.change(session, lead.site_id, lead.id, revision=lead.revision + 1)
        announce_card(session, lead, lead.cycle, now)
        announce_change(session, lead, policy.listeners, (), now)


def cool(session: Session, lead: Lead, policy: Policy, now: datetime) -> None:
    """The cool-down is over: what is known may count again."""
    leads.change(session, lead.site_id, lead.id, cool_until=None)
    look_again(session, lead, policy, now)


def judge_anew(session: Session, site_id: int, ids: Sequence[int], policy: Policy, now: datetime) -> int:
    """Leads that sales does not have yet, by the criteria of now; how many. It is no news of them.

    All rows are locked before any is judged, so that nobody who waits for one holds what we wait for.
    """
    locked = [lead for lead_id in ids if (lead := leads.locked(session, site_id, lead_id)) is not None]
    theirs = [lead for lead in locked if not stages.reached(lead.stage, "mql")]
    for lead in theirs:
        look_again(session, lead, policy, now)
    return len(theirs)
