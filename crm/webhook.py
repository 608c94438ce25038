"""The destination "webhook": whoever wants to hear of leads is told by Standard Webhooks 1.0, signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from config.values import webhook_key
from crm.calls import retry_after
from crm.guard import Answer, Forbidden, Guard, Unresolved
from qualification.doorstep import ConversationView
from qualification.policy import webhook_channel
from qualification.promises import Ambiguous, Dead, Outcome, Promise, Retry, Sent
from qualification.views import LeadView

ENDED = "conversation.ended"
GONE = "the receiver wants no more (410 Gone): switched off; `flask crm on` switches it on again"
log = structlog.get_logger()


class Enquiry(Protocol):
    def lead(self, site_id: int, ref: str, /) -> LeadView | None: ...
    def conversation(self, site_id: int, conversation_id: str, /) -> ConversationView | None: ...


class Switches(Protocol):
    def is_off(self, site_id: int, channel: str, /) -> bool: ...
    def turn_off(self, site_id: int, channel: str, why: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Shapes:
    """How a lead and a conversation look in JSON."""

    lead: Callable[[LeadView], Mapping[str, Any]]
    conversation: Callable[[ConversationView], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address of one site. What is sent is rendered when it is sent; `webhook-id` stays the same however often.

    `secrets` is one `whsec_...` or several, comma-separated: each signs, so that a receiver may change theirs in peace.
    """

    url: str
    secrets: str
    shapes: Shapes
    enquiry: Enquiry
    switches: Switches
    guard: Guard
    clock: Callable[[], datetime]

    def shown(self, promise: Promise) -> tuple[Mapping[str, str], bytes] | None:
        """The headers and the body that would be sent now; None when there is nothing to tell of."""
        data = self._data(promise)
        body = _body(promise, data) if data is not None else b""
        return (headers(promise, body, self.secrets, self.clock()), body) if data is not None else None

    def send(self, promise: Promise) -> Outcome:
        channel = webhook_channel(self.url)
        if self.switches.is_off(promise.site_id, channel):
            return Dead(GONE)
        data = self._data(promise)
        if data is None:
            return Dead("what it was about is not there any more")
        body = _body(promise, data)
        outcome = posted(self.guard, self.url, body, headers(promise, body, self.secrets, self.clock()), self.clock)
        if outcome == Dead(GONE):
            self.switches.turn_off(promise.site_id, channel, "410 Gone")
        return outcome

    def _data(self, promise: Promise) -> Mapping[str, Any] | None:
        payload = promise.payload
        if promise.kind == ENDED:
            found = self.enquiry.conversation(promise.site_id, str(payload["conversation"]))
            return {"conversation": self.shapes.conversation(found)} if found else None
        lead = self.enquiry.lead(promise.site_id, str(payload["lead"]))
        told = {"revision": payload.get("revision"), "cycle": payload.get("cycle")}
        return {**told, "lead": self.shapes.lead(lead)} if lead else None


def posted(guard: Guard, url: str, body: bytes, given: Mapping[str, str], clock: Callable[[], datetime]) -> Outcome:
    """What became of it; Dead(GONE) for 410."""
    try:
        answer = guard.post(url, body, given)
    except Forbidden:
        return Dead("the address leads into a private or reserved network, which is not called")
    except Unresolved:
        return Retry(None, "the receiver's host is not found")
    except (NewConnectionError, ConnectTimeoutError) as error:
        return Retry(None, f"the receiver cannot be reached: {type(error).__name__}")
    except SSLError:
        return Retry(None, "the receiver's certificate is not good for its name")
    except HTTPError as error:
        return Ambiguous(f"no answer from the receiver: {type(error).__name__}")
    return _judged(answer, clock())


def headers(promise: Promise, body: bytes, secrets: str, now: datetime) -> Mapping[str, str]:
    """Signed with each of the secrets; with none, `webhook-id` still tells one event from another."""
    message_id = message_id_of(promise)
    keys = [key for one in secrets.split(",") if (key := webhook_key(one.strip()))]
    signed = " ".join(signature(key, message_id, now.astimezone(UTC), body) for key in keys)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Foyer-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        **({"webhook-signature": signed} if signed else {}),
    }


def message_id_of(promise: Promise) -> str:
    return "msg_" + hashlib.sha256(f"{promise.site_id}:{promise.key}".encode()).hexdigest()[:32]


def signature(key: bytes, message_id: str, at: datetime, body: bytes) -> str:
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _body(promise: Promise, data: Mapping[str, Any]) -> bytes:
    """`timestamp` is when it happened, whenever it is told."""
    at = promise.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = {"type": promise.kind, "timestamp": at, "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _judged(answer: Answer, now: datetime) -> Outcome:
    status, wait_s = answer.status, retry_after(answer.headers, now)
    if 200 <= status < 300:
        return Sent()
    if status == 410:
        return Dead(GONE)
    if status == 429:
        return Retry(wait_s, "the receiver asks to slow down (429)", counts=wait_s is None)
    if 300 <= status < 400:
        return Retry(None, f"the receiver redirects ({status}), which is not followed; write its final address")
    if status >= 500 and wait_s is None:
        return Ambiguous(f"the receiver answered {status}")
    return Retry(wait_s, f"the receiver answered {status}")
