"""What we answer, as JSON: the shapes of the API and how the doors' data is put into them."""

from datetime import UTC, datetime
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # the one pydantic can read before Python 3.12

from qualification.assessment import Assessment, Reason, Verdict
from qualification.dialogue import CallToAction
from qualification.doorstep import Answer, Bubble, ConversationView, Opened, Rating
from qualification.facts import Author, Fact, Facts, Slot, Source, Touchpoint, value_to_json
from qualification.stages import HandoffState, Kind, Stage, Status
from qualification.views import DeliveryView, Handling, LeadView, LogEntry, Merge, Permission


class CtaJson(TypedDict):
    label: str
    url: str
    about: NotRequired[str]


class MessageJson(TypedDict):
    id: str
    author: Author
    name: NotRequired[str]
    text: str
    quick_replies: NotRequired[list[str]]
    cta: NotRequired[CtaJson]
    picture: NotRequired[str]
    client_message_id: NotRequired[str]
    at: str


class OpenedJson(TypedDict):
    conversation_id: str
    visitor_token: str
    messages: list[MessageJson]


class AnswerJson(TypedDict):
    messages: list[MessageJson]
    asking: Slot | None
    handling: Handling
    lead: NotRequired[bool]
    closed: NotRequired[bool]


class MessagesJson(TypedDict):
    messages: list[MessageJson]


class VisitorJson(TypedDict):
    visitor_token: str


class HookTakenJson(TypedDict):
    id: int
    event: str


class LeadTakenJson(TypedDict):
    lead_ref: str


class FactJson(TypedDict):
    text: str
    value: Any
    confidence: float
    source: Source
    message_id: str | None
    verified: NotRequired[bool]


class ReasonJson(TypedDict):
    rule: str
    points: int
    why: str
    evidence: str


class AssessmentJson(TypedDict):
    verdict: Verdict
    score: int
    low: int
    high: int
    threshold: int
    criteria_version: int
    groups: dict[str, int]
    reasons: list[ReasonJson]
    unknown: list[str]


class ConversationJson(TypedDict):
    conversation_id: str
    lead_ref: str | None
    kind: Kind
    stage: Stage | None
    status: Status
    handoff: HandoffState
    facts: dict[str, FactJson]
    declined: list[str]
    asked: list[str]
    asking: Slot | None
    purchase_interest: bool
    rating: Rating | None
    assessment: AssessmentJson | None


StageChangeJson = TypedDict(
    "StageChangeJson",
    {
        "from": Stage | None,
        "to": Stage,
        "actor": str,
        "cause": str,
        "criteria_version": int | None,
        "score": int | None,
        "at": str,
    },
)


class TouchpointJson(TypedDict):
    type: str
    at: str
    url: str | None
    data: dict[str, Any]


class PermissionJson(TypedDict):
    purpose: str
    granted: bool
    text_version: str
    at: str


class MergeJson(TypedDict):
    lead_ref: str
    by: str
    cause: str
    at: str


class DeliveryJson(TypedDict):
    id: int
    destination: str
    kind: str
    state: str
    attempts: int
    error: str | None
    at: str


class LeadJson(TypedDict):
    lead_ref: str
    kind: Kind
    stage: Stage | None
    status: Status
    handoff: HandoffState
    facts: dict[str, FactJson]
    declined: list[str]
    asked: list[str]
    purchase_interest: bool
    assessment: AssessmentJson | None
    stage_log: list[StageChangeJson]
    touchpoints: list[TouchpointJson]
    deliveries: list[DeliveryJson]
    source: dict[str, Any]
    consents: list[PermissionJson]
    merged: list[MergeJson]
    merged_into: str | None
    held_since: str | None


class OwnJson(TypedDict):
    """Tables with their rows; `shared_with_us_elsewhere` are leads that others told us of too."""

    lead: list[dict[str, Any]]
    lead_alias: list[dict[str, Any]]
    lead_merge: list[dict[str, Any]]
    visitor: list[dict[str, Any]]
    fact: list[dict[str, Any]]
    touchpoint: list[dict[str, Any]]
    consent: list[dict[str, Any]]
    stage_change: list[dict[str, Any]]
    handoff_step: list[dict[str, Any]]
    crm_link: list[dict[str, Any]]
    conversation: list[dict[str, Any]]
    message: list[dict[str, Any]]
    outbox: list[dict[str, Any]]
    shared_with_us_elsewhere: list[str]


class DeliveriesJson(TypedDict):
    deliveries: list[DeliveryJson]


class RetriedJson(TypedDict):
    id: int
    state: Literal["pending"]


class AliveJson(TypedDict):
    status: Literal["alive"]
    version: str


class CheckJson(TypedDict):
    ok: bool
    needed: bool
    detail: str


class ReadyJson(TypedDict):
    status: Literal["ready", "not ready"]
    checks: dict[str, CheckJson]


class ErrorDetailJson(TypedDict):
    code: str
    message: str
    field: NotRequired[str]


class ErrorJson(TypedDict):
    error: ErrorDetailJson


def opened_json(opened: Opened, token: str) -> OpenedJson:
    messages = [message_json(bubble) for bubble in opened.bubbles]
    return {"conversation_id": opened.conversation_id, "visitor_token": token, "messages": messages}


def answer_json(answer: Answer) -> AnswerJson:
    messages = [message_json(bubble) for bubble in answer.bubbles]
    found: AnswerJson = {"messages": messages, "asking": answer.asking, "handling": answer.handling}
    if answer.is_lead:
        found["lead"] = True
    if answer.is_closed:
        found["closed"] = True
    return found


def message_json(bubble: Bubble) -> MessageJson:
    found: MessageJson = {"id": bubble.id, "author": bubble.author, "text": bubble.text, "at": time_json(bubble.at)}
    if bubble.name:
        found["name"] = bubble.name
    if bubble.quick_replies:
        found["quick_replies"] = list(bubble.quick_replies)
    if bubble.cta:
        found["cta"] = _cta(bubble.cta)
    if bubble.picture:
        found["picture"] = bubble.picture
    if bubble.client_message_id:
        found["client_message_id"] = bubble.client_message_id
    return found


def _cta(cta: CallToAction) -> CtaJson:
    found: CtaJson = {"label": cta.label, "url": cta.url}
    if cta.about:
        found["about"] = cta.about
    return found


def time_json(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def conversation_json(view: ConversationView) -> ConversationJson:
    return {
        "conversation_id": view.conversation_id,
        "lead_ref": view.lead_ref,
        "kind": view.kind,
        "stage": view.stage,
        "status": view.status,
        "handoff": view.handoff,
        "facts": facts_json(view.facts),
        "declined": list(view.declined),
        "asked": list(view.asked),
        "asking": view.asking,
        "purchase_interest": view.purchase_interest,
        "rating": view.rating,
        "assessment": _assessment(view.assessment),
    }


def lead_json(view: LeadView) -> LeadJson:
    return {
        "lead_ref": view.ref,
        "kind": view.kind,
        "stage": view.stage,
        "status": view.status,
        "handoff": view.handoff,
        "facts": facts_json(view.facts),
        "declined": list(view.declined),
        "asked": list(view.asked),
        "purchase_interest": view.purchase_interest,
        "assessment": _assessment(view.assessment),
        "stage_log": [_stage_change(entry) for entry in view.stage_log],
        "touchpoints": [_touchpoint(touchpoint) for touchpoint in view.touchpoints],
        "deliveries": [delivery_json(delivery) for delivery in view.deliveries],
        "source": dict(view.source),
        "consents": [_permission(one) for one in view.permissions],
        "merged": [_merge(one) for one in view.merged],
        "merged_into": view.merged_into,
        "held_since": time_json(view.held_at) if view.held_at else None,
    }


def facts_json(facts: Facts) -> dict[str, FactJson]:
    """What is known per slot; flags (`demo`, `purchase_interest`) are no slots and show elsewhere."""
    return {slot: _fact(fact) for slot, fact in facts.items() if not isinstance(fact.value, bool)}


def _fact(fact: Fact) -> FactJson:
    found: FactJson = {
        "text": fact.text,
        "value": value_to_json(fact.value),
        "confidence": fact.confidence,
        "source": fact.source,
        "message_id": fact.message_id,
    }
    if fact.verified:
        found["verified"] = True
    return found


def _assessment(assessment: Assessment | None) -> AssessmentJson | None:
    if assessment is None:
        return None
    return {
        "verdict": assessment.verdict,
        "score": assessment.score,
        "low": assessment.low,
        "high": assessment.high,
        "threshold": assessment.threshold,
        "criteria_version": assessment.criteria_version,
        "groups": dict(assessment.groups),
        "reasons": [_reason(reason) for reason in assessment.reasons],
        "unknown": list(assessment.unknown),
    }


def _reason(reason: Reason) -> ReasonJson:
    return {"rule": reason.rule, "points": reason.points, "why": reason.why, "evidence": reason.evidence}


def _stage_change(entry: LogEntry) -> StageChangeJson:
    return {
        "from": entry.from_stage,
        "to": entry.to_stage,
        "actor": entry.actor,
        "cause": entry.cause,
        "criteria_version": entry.criteria_version,
        "score": entry.score,
        "at": time_json(entry.at),
    }


def _touchpoint(seen: Touchpoint) -> TouchpointJson:
    return {"type": seen.type, "at": time_json(seen.at), "url": seen.url, "data": dict(seen.data)}


def _permission(one: Permission) -> PermissionJson:
    at = time_json(one.at)
    return {"purpose": one.purpose, "granted": one.granted, "text_version": one.text_version, "at": at}


def _merge(one: Merge) -> MergeJson:
    return {"lead_ref": one.ref, "by": one.by, "cause": one.cause, "at": time_json(one.at)}


def delivery_json(view: DeliveryView) -> DeliveryJson:
    return {
        "id": view.id,
        "destination": view.destination,
        "kind": view.kind,
        "state": view.state,
        "attempts": view.attempts,
        "error": view.error,
        "at": time_json(view.at),
    }
