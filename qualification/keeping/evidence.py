"""What is known of a person: facts and touchpoints, out of their rows and into them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import fact as facts
from models import lead_merge
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.lead import Lead
from qualification.facts import Evidence, Fact, Facts, Touchpoint, value_from_json, value_to_json
from qualification.signals import worthless

REFUSED = "this browser may not be tracked"


def evidence_of(session: Session, lead: Lead, before: datetime | None = None) -> Evidence:
    """All that is known of the person a lead stands for, or was known `before` then."""
    return evidence_by(session, lead.site_id, lead_merge.family(session, lead.site_id, lead), before)


def evidence_by(session: Session, site_id: int, ids: Sequence[int], before: datetime | None = None) -> Evidence:
    """What these leads know together. What a browser did that may not be tracked, or no longer, is left out."""
    refused = visitors.untracked(session, site_id, ids)
    rows = touchpoints.of_leads(session, site_id, ids)
    known = (row for row in rows if before is None or (row.known_at or row.at) < before)
    seen = tuple(_touchpoint(row) for row in known if row.visitor_id not in refused)
    return Evidence(facts_of(session, site_id, ids, before), seen, tracking=not refused)


def seen_of(session: Session, site_id: int, ids: Sequence[int]) -> tuple[Touchpoint, ...]:
    """Everything they were seen doing, oldest first; what may not be used any more says so."""
    refused = visitors.untracked(session, site_id, ids)
    return tuple(
        worthless(_touchpoint(row), REFUSED) if row.visitor_id in refused else _touchpoint(row)
        for row in touchpoints.of_leads(session, site_id, ids)
    )


def _touchpoint(row: Any) -> Touchpoint:
    return Touchpoint(row.type, row.at, row.url, row.data)


def facts_of(session: Session, site_id: int, ids: Sequence[int], before: datetime | None = None) -> Facts:
    """Everything known, flags included, by slot. Of several leads the verified word counts, then the newest."""
    if before is None:
        rows = [row for lead_id in ids for row in facts.current(session, site_id, lead_id)]
    else:
        rows = facts.known_before(session, site_id, ids, before)
    if len(ids) > 1:
        rows.sort(key=lambda row: (row.verified, row.source != "inferred", row.known_at, row.id))
    return {row.slot: fact_of(row) for row in rows}


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
    session: Session,
    site_id: int,
    visitor_id: int | None,
    lead_id: int | None,
    seen: Iterable[Touchpoint],
    now: datetime,
) -> None:
    whose = {"site_id": site_id, "visitor_id": visitor_id, "lead_id": lead_id, "known_at": now}
    touchpoints.add(session, [{**whose, **touch_row(one)} for one in seen])


def touch_row(one: Touchpoint) -> dict[str, Any]:
    return {"type": one.type, "url": one.url, "at": one.at, "data": dict(one.data)}
