"""`POST /crm/hubspot`: what a CRM tells us. Is it really theirs, just now? Then it is stored before we say so."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from qualification.promises import NotTaken
from webhook.errors import Refusal

LARGEST_BODY = 1024 * 1024
MOST_EVENTS = 500
WINDOW_MS = 5 * 60 * 1000
_TIMESTAMP = re.compile(r"[0-9]{1,15}")
_DECODED = {
    f"%{ord(sign):02X}": sign for sign in ":/?@!$'()*,;"
}  # HubSpot signs the address with these signs as they are, however they were sent
Event = Mapping[str, Any]


class Accept(Protocol):
    def __call__(self, site_id: int, key: str, kind: str, payload: Mapping[str, Any], source: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class HubSpotDoor:
    """`secrets` are the sites' client secrets; whose signature fits is whose HubSpot it is.

    `is_followed` says which events we do anything about; the others are thanked for and forgotten.
    """

    secrets: Callable[[], Iterable[tuple[int, str]]]
    is_followed: Callable[[Event], bool]
    accept: Accept
    kind: str
    public_url: str
    clock: Callable[[], datetime]

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("crm", __name__)
        blueprint.add_url_rule("/crm/hubspot", "hubspot", self.post_hubspot, methods=["POST"])
        return blueprint

    def post_hubspot(self) -> Response:
        raw = raw_body()
        site_id = self._sender(raw)
        events = _events(raw)
        with asked_again():
            for event in events:
                if self.is_followed(event):
                    self.accept(site_id, _key(event), self.kind, event, "hubspot")
        return Response(status=204)

    def _sender(self, raw: bytes) -> int:
        timestamp = request.headers.get("X-HubSpot-Request-Timestamp", "")
        given = request.headers.get("X-HubSpot-Signature-v3", "")
        now_ms = self.clock().timestamp() * 1000
        if _TIMESTAMP.fullmatch(timestamp) and given.isascii() and abs(now_ms - int(timestamp)) <= WINDOW_MS:
            signed = request.method.encode() + self._address().encode() + raw + timestamp.encode()
            fitting = [site_id for site_id, secret in self.secrets() if is_signed(secret, signed, given)]
            if fitting:
                return fitting[0]
        raise Refusal(401, "not_signed", "Not signed by a HubSpot app we know, or longer than five minutes ago.")

    def _address(self) -> str:
        """As HubSpot called it, which is by our public address and not as a proxy passed it on."""
        target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
        if not target.startswith("/"):
            query = request.query_string.decode("latin-1")
            target = request.path + (f"?{query}" if query else "")
        return _decoded(self.public_url + target)


@contextmanager
def asked_again() -> Iterator[None]:
    """What cannot be stored is not thanked for."""
    try:
        yield
    except NotTaken:
        raise Refusal(503, "busy", "Not taken; send it again.", headers={"Retry-After": "2"}) from None


def is_signed(secret: str, signed: bytes, given: str) -> bool:
    """HMAC-SHA256 in base64."""
    wanted = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(wanted, given)


def _decoded(address: str) -> str:
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda found: _DECODED.get(found[0].upper(), found[0]), address)


def raw_body() -> bytes:
    request.max_content_length = LARGEST_BODY
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refusal(413, "too_large", "The body is larger than 1 MiB; send less at a time.") from None


def _events(raw: bytes) -> list[Event]:
    """Fields HubSpot adds are kept as they come."""
    told = read_json(raw)
    if not isinstance(told, list) or len(told) > MOST_EVENTS or not all(isinstance(one, dict) for one in told):
        raise Refusal(422, "not_events", f"The body is a list of at most {MOST_EVENTS} events.")
    return told


def read_json(raw: bytes) -> Any:
    try:
        told = json.loads(raw.decode("utf-8"))
        json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_request", "The body is not JSON as we read it.") from None
    return told


def _key(event: Event) -> str:
    """HubSpot's own event ids are not unique, and the same event sent again has another attempt number."""
    parts = [event.get(name) for name in ("portalId", "subscriptionType", "objectId", "propertyName", "occurredAt")]
    told = json.dumps([*parts, event.get("propertyValue"), event.get("eventId")], default=str)
    return "hubspot:" + hashlib.sha256(told.encode()).hexdigest()
