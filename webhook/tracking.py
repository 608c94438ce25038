"""Page views, clicks and consent: what a visitor does on the site, as far as they permit it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, jsonify

from qualification.facts import Touchpoint
from webhook.gate import Gate, is_untracked
from webhook.payloads import Event, PostConsent, PostEvents
from webhook.rooms import Rooms

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
        now = self.rooms.clock()
        touchpoints = () if is_untracked() else tuple(_touchpoint(event, now) for event in body.events)
        visitor = self.rooms.intake.record(site.id, self.gate.known(body.visitor_token, site), touchpoints, None)
        return jsonify(visitor_token=self.rooms.tokens.sign(site.id, visitor))

    def post_consent(self) -> tuple[str, int]:
        self.gate.spend("chat")
        body = self.gate.body(PostConsent)
        caller = self.gate.bearer(body.visitor_token, "chat")
        self.rooms.intake.consent(caller.site_id, caller.visitor, body.purpose, body.granted, body.text_version)
        return "", 204


def _touchpoint(event: Event, now: datetime) -> Touchpoint:
    return Touchpoint(event.type, _plausible(event.at, now), event.url, event.data or {})


def _plausible(at: datetime | None, now: datetime) -> datetime:
    """A browser's clock is not believed beyond the last day, nor about the future."""
    return now if at is None else min(max(at, now - OLDEST_EVENT), now)
