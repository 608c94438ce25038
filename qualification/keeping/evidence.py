"""What is known of a person: facts and touchpoints, out of their rows and into them."""

from typing import Any

from sqlalchemy.orm import Session

from models import fact as facts
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.lead import Lead
from qualification.facts import Evidence, Fact, Facts, Touchpoint, value_from_json, value_to_json


def evidence_of(session: Session, lead: Lead) -> Evidence:
    seen = tuple(
        Touchpoint(row.type, row.at, row.url, row.data) for row in touchpoints.of_lead(session, lead.site_id, lead.id)
    )
    return Evidence(
        facts_of(session, lead.site_id, lead.id), seen, visitors.permits_tracking(session, lead.site_id, lead.id)
    )


def facts_of(session: Session, site_id: int, lead_id: int) -> Facts:
    """Everything known now, flags included, by slot."""
    return {row.slot: fact_of(row) for row in facts.current(session, site_id, lead_id)}


def fact_of(row: Any) -> Fact:
    return Fact(
        slot=row.slot,
        text=row.text,
        value=value_from_json(row.slot, row.value),
        confidence=row.confidence,
        source=row.source,
        message_id=str(row.message_id) if row.message_id else None,
        known_at=row.known_at,
        verified=row.verified,
    )


def fact_row(fact: Fact, message_id: int | None) -> dict[str, Any]:
    said_in = int(fact.message_id) if fact.message_id else message_id
    return {
        "message_id": said_in,
        "slot": fact.slot,
        "text": fact.text,
        "value": value_to_json(fact.value),
        "confidence": fact.confidence,
        "source": fact.source,
        "verified": fact.verified,
        "known_at": fact.known_at,
    }


def touched(
    session: Session, site_id: int, visitor_id: int | None, lead_id: int | None, seen: tuple[Touchpoint, ...]
) -> None:
    whose = {"site_id": site_id, "visitor_id": visitor_id, "lead_id": lead_id}
    rows = [{**whose, "type": one.type, "url": one.url, "at": one.at, "data": dict(one.data)} for one in seen]
    touchpoints.add(session, rows)
