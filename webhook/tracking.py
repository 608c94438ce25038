"""Page views, clicks and consent: what a visitor does on the site, as far as they permit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, request

from qualification.facts import Touchpoint
from qualification.signals import worthless
from webhook.gate import Gate, is_untracked
from webhook.machines import elsewhere, machine
from webhook.payloads import Event, PostConsent, PostEvents
from webhook.rooms import Rooms, Site

OLDEST_EVENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tracking:
    rooms: Rooms
    gate: Gate

    def post_events(self) -> Response:
        """`sendBeacon` says text/plain; who asks not to be tracked gets a token and leaves no trace."""
        self.gate.spend("events")
        body = self.gate.body(PostEvents, also=("text/plain",))
        site = self.gate.site(body.site, "events")
        permitted = not is_untracked()
        seen = tuple(_touchpoint(event, site, self.rooms.clock()) for event in body.events) if permitted else ()
        visitor = self.rooms.intake.record(site.id, self.gate.known(body.visitor_token, site), seen, None, permitted)
        return jsonify(visitor_token=self.rooms.tokens.sign(site.id, visitor))

    def post_consent(self) -> tuple[str, int]:
        self.gate.spend("chat")
        body = self.gate.body(PostConsent)
        caller = self.gate.bearer(body.visitor_token, "chat")
        self.rooms.intake.consent(caller.site_id, caller.visitor, body.purpose, body.granted, body.text_version)
        return "", 204


def _touchpoint(event: Event, site: Site, now: datetime) -> Touchpoint:
    """What nobody looked at is kept with the reason and worth nothing."""
    told = Touchpoint(event.type, _plausible(event.at, now), event.url, _from_outside(event.data or {}, event.url))
    because = machine(request.environ) or elsewhere(event.url, site.origins)
    return worthless(told, because) if because else told


def _from_outside(data: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A page of the site itself is where nobody came from."""
    inside = urlsplit(str(data.get("referrer", ""))).netloc == urlsplit(url).netloc
    return {name: value for name, value in data.items() if not (inside and name == "referrer")}


def _plausible(at: datetime | None, now: datetime) -> datetime:
    """A browser's clock is not believed beyond the last day, nor about the future."""
    return now if at is None else min(max(at, now - OLDEST_EVENT), now)
