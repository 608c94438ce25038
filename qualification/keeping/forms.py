"""Somebody who comes by a form, an event or another tool: found by address or started, read like an answer."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import lead as leads
from models.lead import Lead
from qualification.doorstep import NewLead
from qualification.facts import Fact
from qualification.policy import Policy
from qualification.understanding import understand


def found_or_started(session: Session, site_id: int, new: NewLead, now: datetime) -> Lead:
    """The newest lead with this address, or a new one: the same person sent twice is not two leads.

    An address somebody typed into the chat proves nothing: whoever typed it would be shown what belongs to its owner.
    """
    if new.email:
        leads.queue_up(session, site_id, new.email)
    same = leads.find_by_email(session, site_id, new.email) if new.email else ()
    for lead in same:
        if lead.verified_email == lead.email or not conversations.of_lead(session, site_id, lead.id):
            return leads.find_or_start(session, site_id, lead.id, now)
    source = {"channel": new.source_channel, "name": new.source_name}
    lead_id = leads.start(session, site_id, now, source={key: value for key, value in source.items() if value})
    return leads.find_or_start(session, site_id, lead_id, now)


def told_by_form(new: NewLead, policy: Policy, now: datetime) -> list[Fact]:
    """Fields of a form are read like answers to the asked slot, so that criteria see the same values as in a chat."""
    given = {"email": new.email, "phone": new.phone, "person_name": new.name, "company": new.company, **new.fields}
    return [fact for slot, text in given.items() if text for fact in [_form_fact(slot, text, policy, now)] if fact]


def _form_fact(slot: Any, text: str, policy: Policy, now: datetime) -> Fact | None:
    heard = understand(replace(policy.utterance(text, now), context_slot=slot))
    entity = next((found for found in heard.entities if found.label == slot), None)
    if entity is not None:
        return Fact(slot, text, entity.value, 1.0, "said", None, now)
    return Fact(slot, text, text.strip(), 1.0, "said", None, now) if slot in ("person_name", "company") else None
