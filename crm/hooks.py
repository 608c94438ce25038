"""The destination "hooks": automation tools (Zapier, n8n, Make) that subscribed to an event, told in flat JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from crm.guard import Guard
from crm.webhook import ENDED, GONE, Enquiry, Shapes, headers, message_id_of, posted
from qualification.promises import Dead, Outcome, Promise, Sent


class Subscriptions(Protocol):
    def url_of(self, site_id: int, hook_id: int, /) -> str | None: ...
    def gone(self, site_id: int, hook_id: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class HookCalls:
    """Of one site. Whoever has unsubscribed meanwhile is owed nothing; 410 unsubscribes.

    `secrets` sign as with webhooks; without one nothing is signed, as such tools do not check.
    """

    secrets: str
    shapes: Shapes
    enquiry: Enquiry
    subscriptions: Subscriptions
    guard: Guard
    clock: Callable[[], datetime]

    def send(self, promise: Promise) -> Outcome:
        hook_id = int(promise.payload["hook"])
        url = self.subscriptions.url_of(promise.site_id, hook_id)
        shown = self.shown(promise) if url else None
        if url is None or shown is None:
            return Sent()
        given, body = shown
        outcome = posted(self.guard, url, body, given, self.clock)
        if outcome == Dead(GONE):
            self.subscriptions.gone(promise.site_id, hook_id)
            return Sent()
        return outcome

    def shown(self, promise: Promise) -> tuple[Mapping[str, str], bytes] | None:
        """The headers and the body that would be sent now; None when there is nobody to tell of any more."""
        told = self._told(promise)
        if told is None:
            return None
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return headers(promise, body, self.secrets, self.clock()), body

    def _told(self, promise: Promise) -> Mapping[str, Any] | None:
        """As things are when it is sent."""
        about = self._about(promise)
        at = promise.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        envelope = {"id": message_id_of(promise), "type": promise.kind, "timestamp": at}
        return {**envelope, **about} if about is not None else None

    def _about(self, promise: Promise) -> Mapping[str, Any] | None:
        if promise.kind == ENDED:
            talk = self.enquiry.conversation(promise.site_id, str(promise.payload["conversation"]))
            return self.shapes.conversation(talk) if talk and talk.status != "erased" else None
        lead = self.enquiry.lead(promise.site_id, str(promise.payload["lead"]))
        return self.shapes.lead(lead) if lead and lead.status != "erased" else None
