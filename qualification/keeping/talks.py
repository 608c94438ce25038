"""Whom a conversation is with: their lead, what may show in it, and the moment somebody else goes on with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import lead as leads
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.conversation import Conversation
from models.lead import Lead
from qualification.dialogue import DialogueState, state_from_json
from qualification.facts import Evidence, Utterance
from qualification.keeping.evidence import evidence_by, evidence_of, facts_of
from qualification.keeping.people import known, may_see
from qualification.sameness import Known, is_somebody_else
from qualification.signals import when
from qualification.understanding import understand


@dataclass(frozen=True, slots=True)
class Talk:
    """`lead` speaks for the person, its row is locked; `own` is the lead this conversation is of, mostly the same."""

    lead: Lead
    own: int
    dialogue: DialogueState
    shown: Evidence


def talk_of(session: Session, conversation: Conversation, visitor: str, said: Utterance, now: datetime) -> Talk:
    """As it is before this message is taken. Whoever turns out to be somebody else gets a lead of their own."""
    own, dialogue = conversation.lead_id, state_from_json(conversation.dialogue)
    if own is not None and _is_somebody_else(session, conversation, visitor, said):
        own, dialogue = _another(session, conversation, now), DialogueState()
    lead = leads.find_or_start(session, conversation.site_id, own, now)
    if own is None:
        own = _begin(session, conversation, lead)
    if lead.source is None:
        leads.change(session, conversation.site_id, lead.id, source=_source(session, conversation))
    return Talk(lead, own, dialogue, _shown(session, visitor, lead, own))


def _is_somebody_else(session: Session, conversation: Conversation, visitor: str, said: Utterance) -> bool:
    """Only an address can tell; whoever is logged in at the host is who they are."""
    if "@" not in said.text and " dot " not in said.text:
        return False
    site_id, own = conversation.site_id, int(conversation.lead_id or 0)
    addresses = tuple(value for value in leads.aliases(session, site_id, (own,)) if "@" in value)
    caller = visitors.find(session, site_id, visitor) if addresses else None
    if caller is None or caller.subject is not None:
        return False
    facts = facts_of(session, site_id, (own,))
    email, name = facts.get("email"), facts.get("person_name")
    told_in = conversations.said_in(session, site_id, int(email.message_id)) if email and email.message_id else None
    whom = Known(
        name=str(name.value) if name and name.source == "said" else None,
        addresses=addresses,
        here=told_in == conversation.id,
    )
    return is_somebody_else(whom, understand(said), said.text)


def _another(session: Session, conversation: Conversation, now: datetime) -> int:
    touch = {"at": when(now)}
    source = {"channel": "chat", **conversation.page, "first": touch, "last": touch}
    lead_id = leads.start(session, conversation.site_id, now, source=source)
    conversations.go_on_as(session, conversation, lead_id)
    visitors.become(session, conversation.site_id, conversation.visitor_id, lead_id)
    return lead_id


def _begin(session: Session, conversation: Conversation, lead: Lead) -> int:
    """From the first word on; what the browser did before belongs to the story."""
    site_id, visitor_id = conversation.site_id, conversation.visitor_id
    conversations.change(session, site_id, conversation.id, lead_id=lead.id)
    visitors.become(session, site_id, visitor_id, lead.id)
    touchpoints.stitch(session, site_id, visitor_id, lead.id)
    return lead.id


def _source(session: Session, conversation: Conversation) -> dict[str, Any]:
    """How they came: the conversation's page, and the first and the last touch, which may lie long before it."""
    visitor = visitors.touches(session, conversation.site_id, conversation.visitor_id)
    opened = {"at": when(conversation.opened_at)}
    first = visitor.first_touch or opened
    return {"channel": "chat", **conversation.page, "first": first, "last": visitor.last_touch or first}


def _shown(session: Session, visitor: str, lead: Lead, own: int) -> Evidence:
    if not lead.joined:
        return evidence_of(session, lead)
    caller = known(session, lead.site_id, visitor)
    return evidence_by(session, lead.site_id, may_see(session, lead.site_id, caller, lead, own))
