"""A lead and a conversation for automation tools: everything that is one value lies flat, beside the nested whole."""

from typing import Any, Literal

from typing_extensions import TypedDict  # the one pydantic can read before Python 3.12

from qualification.doorstep import ConversationView
from qualification.facts import Slot
from qualification.views import LeadView
from webhook.answers import conversation_json, lead_json

HookEvent = Literal["lead.created", "lead.updated", "lead.mql", "lead.sql", "conversation.ended"]
ENDED: HookEvent = "conversation.ended"


class FlatJson(TypedDict):
    """What every event carries; `data` is what a webhook is told."""

    lead_ref: str | None
    conversation_id: str | None
    stage: str | None
    status: str
    kind: str
    handoff: str
    owner: str | None
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    job_title: str | None
    company_size: str | None
    budget: str | None
    timeline: str | None
    use_case: str | None
    location: str | None
    website: str | None
    score: int | None
    threshold: int | None
    reasons: str
    purchase_interest: bool
    source_channel: str | None
    source_name: str | None
    page_url: str | None
    data: dict[str, Any]


class HookJson(FlatJson):
    """As it is posted; `id` stays the same however often it is sent."""

    id: str
    type: HookEvent
    timestamp: str


def flat_lead(lead: LeadView) -> FlatJson:
    return _flat(lead, None, {"lead": lead_told(lead)})


def flat_conversation(talk: ConversationView) -> FlatJson:
    data = {"conversation": conversation_told(talk)}
    if talk.lead is not None:
        return {**_flat(talk.lead, talk.conversation_id, data), "lead_ref": talk.lead_ref}
    told: Any = dict.fromkeys(FlatJson.__annotations__)
    told |= {"conversation_id": talk.conversation_id, "status": talk.status, "kind": talk.kind, "handoff": talk.handoff}
    told |= {"reasons": "", "purchase_interest": talk.purchase_interest, "data": data}
    nobody_yet: FlatJson = told
    return nobody_yet


def _flat(lead: LeadView, conversation_id: str | None, data: dict[str, Any]) -> FlatJson:
    score, source = lead.assessment, lead.source
    return {
        "lead_ref": lead.ref,
        "conversation_id": conversation_id,
        "stage": lead.stage,
        "status": lead.status,
        "kind": lead.kind,
        "handoff": lead.handoff,
        "owner": lead.owner.name if lead.owner else None,
        "name": lead.name,
        "email": lead.email,
        "phone": lead.phone,
        "company": lead.company,
        "job_title": _words(lead, "job_title"),
        "company_size": _words(lead, "company_size"),
        "budget": _words(lead, "budget"),
        "timeline": _words(lead, "timeline"),
        "use_case": _words(lead, "use_case"),
        "location": _words(lead, "location"),
        "website": _words(lead, "website"),
        "score": score.score if score else None,
        "threshold": score.threshold if score else None,
        "reasons": "\n".join(f"{one.points:+d} {one.why}" for one in score.reasons) if score else "",
        "purchase_interest": lead.purchase_interest,
        "source_channel": source.get("channel"),
        "source_name": source.get("name"),
        "page_url": source.get("url"),
        "data": data,
    }


def _words(lead: LeadView, slot: Slot) -> str | None:
    """The person's own."""
    fact = lead.facts.get(slot)
    return fact.text if fact else None


def lead_told(lead: LeadView) -> dict[str, Any]:
    """As the API shows a lead, with its owner and without how far our own deliveries are."""
    shown = {name: value for name, value in lead_json(lead).items() if name != "deliveries"}
    return {**shown, "owner": lead.owner.name if lead.owner else None}


def conversation_told(talk: ConversationView) -> dict[str, Any]:
    return dict(conversation_json(talk))
