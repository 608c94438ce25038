"""Where a lead stands: read from its row, moved, and logged."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import lead as leads
from models import stage_change
from models.lead import Lead
from qualification.assessment import Assessment, assessment_to_json
from qualification.facts import PURCHASE_INTEREST, Facts
from qualification.keeping.announcing import announce_card, announce_line
from qualification.stages import Position, StageChange

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
    )


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
    now: datetime,
) -> None:
    """Writes where the lead stands now, and promises the card when sales has it and something on it changed."""
    _contact(session, lead, known, now)
    log(session, lead, lead.cycle, changes, now, assessment)
    before = (lead.assessment, lead.purchase_interest, lead.name, lead.email, lead.phone, lead.company)
    became_mql = any(change.to_stage == "mql" for change in changes)
    columns = _columns(known, assessment)
    move(session, lead, position, now, **columns, **({"offered_at": now} if became_mql else {}))
    after = (lead.assessment, lead.purchase_interest, lead.name, lead.email, lead.phone, lead.company)
    if lead.handoff in WITH_SALES and (changes or after != before):
        announce_card(session, lead, lead.cycle, now)
    if became_mql:
        announce_line(session, lead, lead.cycle, "transcript", "first", now)


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
