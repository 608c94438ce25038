"""Where a lead stands: read from its row, moved, and logged."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import criteria_shadow as shadows
from models import handoff as steps
from models import lead as leads
from models import lead_merge, outbox, stage_change
from models.lead import Lead
from qualification.addresses import alike, exact
from qualification.assessment import Assessment, assessment_to_json
from qualification.companies import company_domain, company_key
from qualification.facts import PURCHASE_INTEREST, Evidence, Facts
from qualification.keeping import valve
from qualification.keeping.announcing import announce_card, announce_change, announce_line
from qualification.keeping.kin import tell_kin
from qualification.keeping.planning import plan_ahead
from qualification.policy import Policy
from qualification.scoring import assess
from qualification.shadow import compare
from qualification.stages import LOW_SCORE, SYSTEM, Position, StageChange, reached

WITH_SALES = ("offered", "claimed", "accepted")
CONSENT_TEXT = "visitor_request-1"


def position_of(lead: Lead) -> Position:
    """Where the row says the lead stands."""
    return Position(
        stage=lead.stage,
        status=lead.status,
        kind=lead.kind,
        handoff=lead.handoff,
        cycle=lead.cycle,
        owner=lead.owner,
        cool_until=lead.cool_until,
        since=lead.returned_at,
        bar=lead.mql_threshold,
        bar_version=lead.mql_version,
        status_by=lead.status_by,
    )


def version_of(lead: Lead) -> int | None:
    """Of the criteria that gave its score."""
    return int(lead.assessment["criteria_version"]) if lead.assessment else None


def move(session: Session, lead: Lead, position: Position, now: datetime, **also: Any) -> None:
    """Writes a lead's new position; every move is a new revision. The row in hand is brought up to date too."""
    values = {
        "stage": position.stage,
        "status": position.status,
        "kind": position.kind,
        "handoff": position.handoff,
        "cycle": position.cycle,
        "owner": position.owner,
        "cool_until": position.cool_until,
        "returned_at": position.since,
        "mql_threshold": position.bar,
        "mql_version": position.bar_version,
        "status_by": position.status_by,
        "revision": lead.revision + 1,
        "updated_at": now,
        **also,
    }
    leads.change(session, lead.site_id, lead.id, **values)


def log(
    session: Session,
    lead: Lead,
    cycle: int,
    changes: tuple[StageChange, ...],
    now: datetime,
    assessment: Assessment | None = None,
) -> None:
    """Appends steps to the stage log. A stage is reached once a cycle. An MQL keeps what made it one."""
    snapshot = assessment_to_json(assessment) if assessment else None
    stage_change.append(
        session,
        [
            {
                "site_id": lead.site_id,
                "lead_id": lead.id,
                "cycle": cycle,
                "key": f"lead:{lead.id}:{cycle}:{change.to_stage}",
                "from_stage": change.from_stage,
                "to_stage": change.to_stage,
                "actor": change.actor,
                "cause": change.cause,
                "score": change.score,
                "criteria_version": change.criteria_version,
                "snapshot": snapshot if change.to_stage == "mql" else None,
                "at": now,
            }
            for change in changes
        ],
    )


def ruling(policy: Policy, lead: Lead) -> Policy:
    """Whoever is with sales stays under the version and the bar that brought them there; new ones are for leads."""
    made: dict[str, Any] | None = lead.assessment
    if made is None or not reached(lead.stage, "mql"):
        return policy
    return policy.as_of(made["criteria_version"], made["threshold"])


def was_mql(lead: Lead) -> bool:
    """By the criteria, in this cycle: who is with sales for a wish to buy alone is not."""
    return lead.mql_threshold is not None and reached(lead.stage, "mql")


def settle(
    session: Session,
    lead: Lead,
    policy: Policy,
    position: Position,
    changes: tuple[StageChange, ...],
    assessment: Assessment,
    evidence: Evidence,
    now: datetime,
) -> None:
    """Writes where the lead stands now, tells sales of it when they have it, and plans when to look again.

    `policy` is what the assessment was made by. Sales hears of an MQL at once or, when the day is full, later.
    """
    _contact(session, lead, evidence.facts, now)
    log(session, lead, position.cycle, changes, now, assessment)
    before, shown, was_held = position_of(lead), _shown(lead), lead.held_at is not None
    became_mql = any(change.to_stage == "mql" for change in changes)
    queued = valve.judged(session, lead, policy, position, became_mql, assessment, evidence, now)
    columns = _columns(evidence.facts, assessment) | _times(before, position, now) | queued
    move(session, lead, position, now, **columns)
    by_rule = tell_by_rule(session, lead, before, assessment, now)
    rings = (became_mql or was_held) and position.waits_for_sales and lead.held_at is None
    is_news = bool(changes or by_rule or rings or _shown(lead) != shown)
    if lead.handoff in WITH_SALES and is_news:
        announce_card(session, lead, lead.cycle, now)
    if is_news:
        announce_change(session, lead, policy.listeners, changes, now)
    if rings:
        valve.rang(session, lead, lead.cycle, now)
    elif became_mql:
        valve.held(session, lead, policy, now)
    if became_mql:
        step_back(session, lead, now)
    try_out(session, lead, policy, assessment, evidence, now)
    plan_ahead(session, lead, policy, now)


def try_out(
    session: Session, lead: Lead, policy: Policy, assessment: Assessment, evidence: Evidence, now: datetime
) -> None:
    """Keeps what a version that waits would have said of the lead, beside what was said."""
    trial = policy.trial
    if trial is None or not reached(lead.stage, "lead"):
        return
    then = assess(evidence, trial.criteria, now, policy.threshold_of(trial.criteria))
    compared = compare(assessment, then, wants_to_buy(evidence.facts))
    shadows.keep(session, lead.site_id, trial.version_id, lead.id, asdict(compared), now)


def _shown(lead: Lead) -> tuple[Any, ...]:
    """What a card shows of a lead beside its position."""
    return (lead.assessment, lead.purchase_interest, lead.name, lead.email, lead.phone, lead.company)


def _times(before: Position, after: Position, now: datetime) -> dict[str, Any]:
    """A lead that comes to sales, or comes back to them, has its time from now on."""
    if after.waits_for_sales and not before.waits_for_sales:
        return {"offered_at": now, "claimed_at": None, "accepted_at": None, "closed_code": None}
    return {}


def tell_by_rule(session: Session, lead: Lead, before: Position, assessment: Assessment, now: datetime) -> bool:
    """Keeps in the audit, and tells sales, what the rules did without a person: closed it, opened it, took it back."""
    step = _by_rule(before, position_of(lead), assessment)
    if step is None:
        return False
    action, code = step
    steps.append(session, lead.site_id, lead.id, by_system(before.cycle, action, code, now))
    leads.change(session, lead.site_id, lead.id, **_codes(action, code))
    if before.handoff in WITH_SALES and has_card(session, lead, before.cycle):
        announce_card(session, lead, before.cycle, now)
        about = f"{action}:{lead.revision}"
        announce_line(session, lead, before.cycle, action, about, now, code=code, score=assessment.score)
    return True


def _by_rule(before: Position, after: Position, assessment: Assessment) -> tuple[str, str | None] | None:
    if after.cycle > before.cycle:
        return LOW_SCORE, None
    if before.status == "lost" and after.status == "active":
        return "came_back", None
    if "disqualified" in (before.status, after.status) and before.status != after.status:
        closed = after.status == "disqualified"
        return ("disqualified", assessment.disqualified_by) if closed else ("requalified", None)
    return None


def _codes(action: str, code: str | None) -> dict[str, Any]:
    return {"return_code": LOW_SCORE} if action == LOW_SCORE else {"closed_code": code}


def by_system(cycle: int, action: str, code: str | None, now: datetime) -> dict[str, Any]:
    """A step of the audit that no person took."""
    return {"cycle": cycle, "action": action, "actor": SYSTEM, "code": code, "text": None, "at": now}


def step_back(session: Session, lead: Lead, now: datetime) -> None:
    """The card of the cycle before says that there is a newer one."""
    if lead.cycle > 1 and has_card(session, lead, lead.cycle - 1):
        announce_card(session, lead, lead.cycle - 1, now)


def has_card(session: Session, lead: Lead, cycle: int) -> bool:
    return outbox.has_card(session, lead.site_id, f"lead:{lead.id}", cycle)


def _contact(session: Session, lead: Lead, known: Facts, now: datetime) -> None:
    """Every address a lead is known by is kept, and the basis we keep it on, once. Others may know it too."""
    for slot in ("email", "phone"):
        value = str(known[slot].value) if slot in known else None
        if value and value != getattr(lead, slot) and _is_new(session, lead, value):
            given = {"purpose": "visitor_request", "granted": True, "text_version": CONSENT_TEXT, "at": now}
            consents.record(session, lead.site_id, {"lead_id": lead.id, **given})
            tell_kin(session, lead.site_id, lead_merge.family(session, lead.site_id, lead), f"{lead.id}:{slot}", now)


def _is_new(session: Session, lead: Lead, value: str) -> bool:
    """Never known before; a lead that was merged into this one keeps its addresses to itself."""
    others = lead_merge.family(session, lead.site_id, lead)[1:]
    if others and exact(value) in leads.aliases(session, lead.site_id, others):
        return False
    return leads.add_alias(session, lead.site_id, lead.id, exact(value), alike(value))


def _columns(known: Facts, assessment: Assessment) -> dict[str, Any]:
    said = {slot: str(known[slot].value) if slot in known else None for slot in ("email", "phone", "company")}
    name = str(known["person_name"].value) if "person_name" in known else None
    return {
        **leads.fitted({**said, "name": name}),
        "domain": company_domain(said["email"]),
        "company_key": company_key(said["company"]),
        "purchase_interest": wants_to_buy(known),
        "score": assessment.score,
        "assessment": assessment_to_json(assessment),
    }


def wants_to_buy(known: Facts) -> bool:
    return PURCHASE_INTEREST in known and known[PURCHASE_INTEREST].value is True


def is_contactable(known: Facts) -> bool:
    return "email" in known or "phone" in known
