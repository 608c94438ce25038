"""Who somebody is: a browser recognised, a person the host site named, and what was theirs before."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import fact as facts
from models import lead as leads
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.lead import Lead
from models.visitor import Visitor
from qualification import stages
from qualification.doorstep import NotHere
from qualification.facts import Fact
from qualification.identity import Identity
from qualification.keeping.evidence import fact_row


def recognised(session: Session, site_id: int, visitor: str | None, touch: Any, now: datetime) -> Visitor:
    """The visitor, or a new one when there was none. The first touch is frozen, the last one follows."""
    found = visitors.find(session, site_id, visitor, lock=True) if visitor else None
    first, last = (touch or {}).get("first"), (touch or {}).get("last")
    if found is None:
        values = {"first_touch": first, "last_touch": last or first}
        visitors.add(session, site_id, public_id := secrets.token_urlsafe(16), values, now)
        return known(session, site_id, public_id)
    touches = {"first_touch": found.first_touch or first, "last_touch": last or found.last_touch}
    visitors.change(session, site_id, found.id, seen_at=now, **touches)
    return found


def known(session: Session, site_id: int, visitor: str, lock: bool = False) -> Visitor:
    found = visitors.find(session, site_id, visitor, lock)
    if found is None:
        raise NotHere
    return found


def person_of(session: Session, known: Visitor, who: Identity, now: datetime) -> Visitor:
    """The named visitor of this person. A browser somebody else was named on gives them nothing of its own."""
    if known.subject == who.subject:
        return known
    person = _named_before(session, known.site_id, who) or _named(session, known, who, now)
    if known.subject is None and known.person_id is None:
        _take_along(session, known, person, now)
    return visitors.get(session, known.site_id, person.id)


def _named_before(session: Session, site_id: int, who: Identity) -> Visitor | None:
    """By the host's id for them, or by an address the host vouched for: what somebody only typed finds nobody."""
    if found := visitors.of_subject(session, site_id, who.subject):
        return found
    lead = leads.find_verified(session, site_id, who.email) if who.email else None
    return visitors.of_lead(session, site_id, lead.id) if lead else None


def _named(session: Session, known: Visitor, who: Identity, now: datetime) -> Visitor:
    unnamed = known.subject is None and known.person_id is None
    touches = {"first_touch": known.first_touch, "last_touch": known.last_touch} if unnamed else {}
    values = {"subject": who.subject, "locale": known.locale, **touches}
    return visitors.add_named(session, known.site_id, secrets.token_urlsafe(16), values, now)


def _take_along(session: Session, unnamed: Visitor, person: Visitor, now: datetime) -> None:
    """What they said before they were named is theirs; two leads that sales knows of stay two."""
    site_id, lead_id = unnamed.site_id, unnamed.lead_id
    touchpoints.follow(session, site_id, unnamed.id, person.id)
    visitors.change(session, site_id, unnamed.id, person_id=person.id, lead_id=None)
    tracking = unnamed.tracking and person.tracking
    visitors.change(session, site_id, person.id, tracking=tracking, lead_id=person.lead_id or lead_id)
    if lead_id is not None and person.lead_id not in (None, lead_id):
        lead = leads.locked(session, site_id, lead_id)
        if lead is not None and not stages.reached(lead.stage, "lead"):
            facts.hand_over(session, site_id, lead_id, person.lead_id, now)
            touchpoints.hand_over(session, site_id, lead_id, person.lead_id)
            conversations.hand_over(session, site_id, person.id, lead_id, person.lead_id)


def lead_of_person(session: Session, person: Visitor, who: Identity, now: datetime) -> Lead | None:
    """Their lead, begun when there is something to keep on it; it stays without a stage until they do something."""
    if person.lead_id is None and not (who.email or who.name):
        return None
    lead = leads.find_or_start(session, person.site_id, person.lead_id, now)
    if person.lead_id is None:
        visitors.change(session, person.site_id, person.id, lead_id=lead.id)
    touchpoints.stitch(session, person.site_id, person.id, lead.id)
    conversations.hand_over(session, person.site_id, person.id, None, lead.id)
    return lead


def vouch(session: Session, lead: Lead, who: Identity, now: datetime) -> bool:
    """Keeps what the host vouches for, each thing once: a correction the person made since stands."""
    given = {"email": who.email, "person_name": who.name}
    new = {
        slot: text
        for slot, text in given.items()
        if text and not facts.was_vouched(session, lead.site_id, lead.id, slot, text)
    }
    for slot, text in new.items():
        vouched = Fact(slot, text, text, 1.0, "said", None, now, verified=True)
        facts.remember(session, lead.site_id, lead.id, fact_row(vouched, None), now)
    if "email" in new:
        leads.change(session, lead.site_id, lead.id, verified_email=new["email"])
    return bool(new)
