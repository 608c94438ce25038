"""REST hooks: an automation tool subscribes an address to an event, and leaves again; what it will get, as a sample."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from flask import Response, jsonify

from qualification.assessment import Assessment, Reason
from qualification.doorstep import ConversationView
from qualification.facts import Fact
from qualification.views import LeadView
from webhook.answers import time_json
from webhook.errors import Refusal, not_here
from webhook.flat import ENDED, HookEvent, HookJson, flat_conversation, flat_lead
from webhook.gate import Gate
from webhook.payloads import PostHook
from webhook.rooms import Rooms

_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class HookViews:
    rooms: Rooms
    gate: Gate

    def post_hook(self) -> tuple[Response, int]:
        site = self.gate.program("leads")
        body = self.gate.body(PostHook)
        if wrong := self.rooms.may_call(body.target_url):
            raise Refusal(422, "not_callable", f"target_url: {wrong}.", "target_url")
        hook_id = self.rooms.hooks.add(site.id, body.event, body.target_url)
        if hook_id is None:
            raise Refusal(422, "too_many", "There are as many subscriptions as a site may have; remove some first.")
        return jsonify(id=hook_id, event=body.event), 201

    def delete_hook(self, id: str) -> tuple[str, int]:
        site = self.gate.program("leads")
        is_id = id.isascii() and id.isdigit() and len(id) <= _LONGEST_ID
        if not (is_id and self.rooms.hooks.remove(site.id, int(id))):
            raise not_here()
        return "", 204

    def hook_samples(self, event: str) -> Response:
        self.gate.program()
        found: HookEvent | None = next((one for one in get_args(HookEvent) if one == event), None)
        if found is None:
            raise not_here()
        return jsonify([sample(found)])


def sample(event: HookEvent) -> HookJson:
    """Somebody made up, in the very shape that is posted: what a tool maps its fields by."""
    told = flat_conversation(_talk()) if event == ENDED else flat_lead(_lead())
    return {"id": "msg_sample", "type": event, "timestamp": time_json(_AT), **told}


def _fact(slot: str, text: str) -> Fact:
    return Fact(slot, text, text, 0.9, "said", None, _AT)


def _lead() -> LeadView:
    facts = {
        "job_title": _fact("job_title", "Head of Operations"),
        "use_case": _fact("use_case", "leads get lost between marketing and sales"),
    }
    return LeadView(
        ref="L-1042",
        site="default",
        stage="mql",
        status="active",
        kind="sales",
        handoff="offered",
        cycle=1,
        revision=4,
        owner=None,
        name="Ana Silva",
        email="ana.silva@northwind.example",
        phone=None,
        company="Northwind",
        facts=facts,
        declined=(),
        purchase_interest=False,
        assessment=_assessment(),
        segment="A1",
        talk_track=(),
        source={"channel": "chat", "url": "https://www.example.com/pricing"},
        consents=(),
        created_at=_AT,
        updated_at=_AT,
        offered_at=_AT,
        claimed_at=None,
        accepted_at=None,
        return_code=None,
        cause="criteria",
    )


def _talk() -> ConversationView:
    lead = _lead()
    return ConversationView(
        conversation_id="3f2a9c0d1b7e4f56a8c9d0e1f2a3b4c5",
        lead=lead,
        lead_ref=lead.ref,
        asking=None,
        asked=("use_case", "email"),
        declined=(),
        facts=lead.facts,
        assessment=lead.assessment,
        kind=lead.kind,
        stage=lead.stage,
        status=lead.status,
        handoff=lead.handoff,
        purchase_interest=False,
        rating="good",
    )


def _assessment() -> Assessment:
    senior = Reason("senior", 30, "leads a department", "Head of Operations")
    pain = Reason("pain", 25, "has the problem", "leads get lost between marketing and sales")
    return Assessment("mql", 55, 55, 80, 50, 1, {"fit": 30, "intent": 25}, (senior, pain))
