"""`POST /crm/zendesk` and `POST /crm/marketo`: told that something changed; stored, and looked up afterwards."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from webhook.crm import Accept, asked_again, is_signed, raw_body, read_json
from webhook.errors import Refusal

WINDOW = timedelta(minutes=5)
Secrets = Callable[[], Iterable[tuple[int, str]]]
IdOf = Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class ZendeskDoor:
    """`secrets` are the sites' signing secrets; whose signature fits is whose Zendesk it is.

    `id_of` is the ticket an event tells of; None for what nobody follows, which is thanked for and forgotten.
    """

    secrets: Secrets
    id_of: IdOf
    accept: Accept
    kind: str
    clock: Callable[[], datetime]

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("crm_zendesk", __name__)
        blueprint.add_url_rule("/crm/zendesk", "zendesk", self.post_zendesk, methods=["POST"])
        return blueprint

    def post_zendesk(self) -> Response:
        raw = raw_body()
        stamp = request.headers.get("X-Zendesk-Webhook-Signature-Timestamp", "")
        site_id = self._sender(raw, stamp)
        ticket_id = self.id_of(_told(raw))
        if ticket_id is not None:
            key = "zendesk:" + hashlib.sha256(stamp.encode() + raw).hexdigest()
            with asked_again():
                self.accept(site_id, key, self.kind, {"id": ticket_id}, "zendesk")
        return Response(status=204)

    def _sender(self, raw: bytes, stamp: str) -> int:
        given = request.headers.get("X-Zendesk-Webhook-Signature", "")
        if given.isascii() and stamp.isascii() and _is_now(stamp, self.clock()):
            signed = stamp.encode() + raw
            fitting = [site_id for site_id, secret in self.secrets() if is_signed(secret, signed, given)]
            if fitting:
                return fitting[0]
        raise Refusal(401, "not_signed", "Not signed by a Zendesk webhook we know, or longer than five minutes ago.")


def _is_now(stamp: str, now: datetime) -> bool:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return False
    return abs(now - (at if at.tzinfo else at.replace(tzinfo=UTC))) <= WINDOW


@dataclass(frozen=True, slots=True)
class MarketoDoor:
    """Marketo cannot sign: its campaigns carry a secret, and of what they say the person's id alone is believed.

    `secrets` are the sites', each one or several, comma-separated.
    """

    secrets: Secrets
    id_of: IdOf
    accept: Accept
    kind: str
    clock: Callable[[], datetime]

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("crm_marketo", __name__)
        blueprint.add_url_rule("/crm/marketo", "marketo", self.post_marketo, methods=["POST"])
        return blueprint

    def post_marketo(self) -> Response:
        site_id = self._sender()
        remote_id = self.id_of(_told(raw_body()))
        if remote_id is None:
            raise Refusal(422, "no_id", 'The body names a person: {"id": {{lead.Id}}}.')
        # The same person may change again within a minute, but hardly within a second.
        key = f"marketo:{remote_id}:{int(self.clock().timestamp())}"
        with asked_again():
            self.accept(site_id, key, self.kind, {"id": remote_id}, "marketo")
        return Response(status=204)

    def _sender(self) -> int:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        for site_id, secrets in self.secrets():
            for secret in filter(None, map(str.strip, secrets.split(","))):
                if hmac.compare_digest(secret.encode(), given):
                    return site_id
        raise Refusal(401, "not_known", "Needs the header `Authorization: Bearer` with CRM_INBOUND_SECRET.")


def _told(raw: bytes) -> dict[str, Any]:
    told = read_json(raw)
    if not isinstance(told, dict):
        raise Refusal(422, "not_an_event", "The body is one JSON object.")
    return told
