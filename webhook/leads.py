"""Server to server: leads from forms, newsletters and events, and what the site's own programs may read."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import Response, jsonify

from qualification.doorstep import Consent, NewLead
from qualification.facts import Touchpoint
from webhook.answers import conversation_json, delivery_json, lead_json
from webhook.errors import not_here
from webhook.gate import Gate, conversation_id
from webhook.payloads import DeliveriesQuery, PostLead, TouchpointBody
from webhook.rooms import Rooms

_REF = re.compile(r"L-[1-9][0-9]{0,17}")
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Leads:
    rooms: Rooms
    gate: Gate

    def post_lead(self) -> tuple[Response, int]:
        site = self.gate.program("leads")
        new = new_lead(self.gate.body(PostLead), self.rooms.clock())
        return jsonify(lead_ref=self.rooms.intake.add_lead(site.id, new)), 202

    def lead(self, ref: str) -> Response:
        site = self.gate.program()
        found = self.rooms.enquiry.lead(site.id, ref.upper()) if _REF.fullmatch(ref.upper()) else None
        if found is None:
            raise not_here()
        return jsonify(lead_json(found))

    def conversation(self, id: str) -> Response:
        site = self.gate.program()
        found = self.rooms.enquiry.conversation(site.id, conversation_id(id))
        if found is None:
            raise not_here()
        return jsonify(conversation_json(found))

    def deliveries(self) -> Response:
        site = self.gate.program()
        found = self.rooms.enquiry.deliveries(site.id, self.gate.query(DeliveriesQuery).state)
        return jsonify(deliveries=[delivery_json(delivery) for delivery in found])

    def retry_delivery(self, id: str) -> tuple[Response, int]:
        site = self.gate.program("leads")
        number = _delivery_id(id)
        if not self.rooms.retry_delivery(site.id, number):
            raise not_here()
        return jsonify(id=number, state="pending"), 202


def new_lead(body: PostLead, now: datetime) -> NewLead:
    return NewLead(
        email=body.email,
        phone=body.phone,
        name=body.name,
        company=body.company,
        source_channel=body.source.channel,
        source_name=body.source.name,
        fields={name: _words(value) for name, value in body.fields.items()},
        touchpoints=tuple(_touchpoint(touchpoint, now) for touchpoint in body.touchpoints),
        consent=tuple(
            Consent(given.purpose, given.granted, given.text_version, given.at and min(given.at, now))
            for given in body.consent
        ),
    )


def _words(value: str | bool | float) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _touchpoint(body: TouchpointBody, now: datetime) -> Touchpoint:
    return Touchpoint(body.type, min(body.at or now, now), body.url, body.data or {})


def _delivery_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= _LARGEST_ID):
        raise not_here()
    return int(text)
