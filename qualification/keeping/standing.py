"""Where a lead stands: read from its row, moved, and logged."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import handoff as steps
from models import lead as leads
from models import stage_change
from models.lead import Lead
from qualification.assessment import Assessment, assessment_to_json
from qualification.facts import PURCHASE_INTEREST, Facts
from qualification.keeping.announcing import announce_card, announce_line
from qualification.keeping.planning import plan_ahead
from qualification.policy import Policy
from qualification.stages import LOW_SCORE, SYSTEM, Position, StageChange

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


def settle(
    session: Session,
    lead: Lead,
    position: Position,
    changes: tuple[StageChange, ...],
    assessment: Assessment,
    known: Facts,
    policy: Policy,
    now: datetime,
) -> None:
    """Writes where the lead stands now, tells sales of it when they have it, and plans when to look again."""
    _contact(session, lead, known, now)
    log(session, lead, position.cycle, changes, now, assessment)
    before, shown = position_of(lead), _shown(lead)
    move(session, lead, position, now, **_columns(known, assessment), **_times(before, position, now))
    by_rule = tell_by_rule(session, lead, before, assessment, now)
    if lead.handoff in WITH_SALES and (changes or by_rule or _shown(lead) != shown):
        announce_card(session, lead, lead.cycle, now)
    if any(change.to_stage == "mql" for change in changes):
        announce_line(session, lead, lead.cycle, "transcript", "first", now)
        step_back(session, lead, now)
    plan_ahead(session, lead, policy, now)


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
    if before.handoff in WITH_SALES:
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
    if lead.cycle > 1:
        announce_card(session, lead, lead.cycle - 1, now)


def _contact(session: Session, lead: Lead, known: Facts, now: datetime) -> None:
    """Every address a lead is known by is kept, and the basis we keep it on, once."""
    for slot in ("email", "phone"):
        value = str(known[slot].value) if slot in known else None
        if value and value != getattr(lead, slot):
            leads.add_alias(session, lead.site_id, lead.id, value)
            given = {"purpose": "visitor_request", "granted": True, "text_version": CONSENT_TEXT, "at": now}
            consents.record(session, lead.site_id, {"lead_id": lead.id, **given})


def _columns(known: Facts, assessment: Assessment) -> dict[str, Any]:
    said = {slot: str(known[slot].value) if slot in known else None for slot in ("email", "phone", "company")}
    name = str(known["person_name"].value) if "person_name" in known else None
    key = " ".join(part for part in (name, said["company"]) if part).lower()
    return {
        **leads.fitted({**said, "name": name, "name_key": key or None}),
        "purchase_interest": wants_to_buy(known),
        "score": assessment.score,
        "assessment": assessment_to_json(assessment),
    }


def wants_to_buy(known: Facts) -> bool:
    return PURCHASE_INTEREST in known and known[PURCHASE_INTEREST].value is True


def is_contactable(known: Facts) -> bool:
    return "email" in known or "phone" in known
