"""The edge under test: real app, real tokens and limits, and doors that keep their book in memory.

The doors keep the rules a door promises (whose conversation it is, one answer per client_message_id, rising ids), so
that the same tests can be given rooms with the real ones: everything goes through `World`.
"""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
from flask import Flask
from flask.testing import FlaskClient
from waitress import wasyncore
from waitress.server import create_server

from qualification.assessment import Assessment, Reason
from qualification.dialogue import CallToAction
from qualification.doorstep import Answer, Bubble, Consent, ConversationView, NewLead, NotHere, Opened, Page
from qualification.facts import Fact, Size, Touchpoint
from qualification.identity import Identity
from qualification.views import DeliveryView, LeadView, LogEntry
from webhook.answers import OwnJson
from webhook.app import create_app
from webhook.live import Live
from webhook.rooms import Probe, Rooms, Site
from webhook.throttle import Rates, Throttle
from webhook.tokens import VisitorTokens, key_digest, site_of_key

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-tests-long-enough-0123456789"
IDENTITY_SECRET = "what-site-default-signs-identities-with-0123"
KEY, OTHER_KEY = "key-of-default-0123456789abcdef01", "key-of-other-0123456789abcdef0123"
SITE, OTHER_SITE = "https://www.example.com", "https://www.other.example"
GREETING = "Hi, I'm the assistant. What brings you here?"


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class Conversation:
    id: str
    site_id: int
    visitor: str
    bubbles: list[Bubble] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    seen_up_to: int = 0
    rating: str | None = None


@dataclass
class MemoryIntake:
    clock: Clock
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    visitors: set[tuple[int, str]] = field(default_factory=set)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    touches: list[Any] = field(default_factory=list)
    permitted: list[bool] = field(default_factory=list)
    touchpoints: list[tuple[int, str, Touchpoint]] = field(default_factory=list)
    consents: list[tuple[int, str, Consent]] = field(default_factory=list)
    leads: dict[tuple[int, str], NewLead] = field(default_factory=dict)

    def open(
        self, site_id: int, visitor: str | None, page: Page, locale: str | None, touch: Any, permitted: bool
    ) -> Opened:
        visitor = self._visitor(site_id, visitor)
        self.permitted.append(permitted)
        self.pages.append(page)
        self.touches.append(touch)
        found = next(
            (one for one in self.conversations.values() if (one.site_id, one.visitor) == (site_id, visitor)), None
        )
        if found is None:
            found = Conversation(secrets.token_hex(16), site_id, visitor)
            self.conversations[found.id] = found
            self.say(found, "assistant", GREETING, quick_replies=("Pricing", "A demo"))
        return Opened(found.id, visitor, tuple(found.bubbles))

    def _visitor(self, site_id: int, visitor: str | None) -> str:
        if visitor is None or (site_id, visitor) not in self.visitors:
            visitor = secrets.token_hex(16)
            self.visitors.add((site_id, visitor))
        return visitor

    def say(self, conversation: Conversation, author: Any, text: str, **more: Any) -> Bubble:
        more = {"name": None, "quick_replies": (), "cta": None, **more}
        bubble = Bubble(str(next(self.numbers)), author, text=text, at=self.clock(), **more)
        conversation.bubbles.append(bubble)
        return bubble

    def receive(self, site_id: int, visitor: str, conversation_id: str, client_message_id: str, text: str) -> Answer:
        ours = self._ours(site_id, visitor, conversation_id)
        if client_message_id not in ours.answers:
            self.say(ours, "visitor", text)
            said = self.say(
                ours, "assistant", f"You said: {text}", cta=CallToAction("The guide", "https://docs.example/")
            )
            ours.answers[client_message_id] = Answer((said,), "email", "assistant")
        return ours.answers[client_message_id]

    def _ours(self, site_id: int, visitor: str, conversation_id: str) -> Conversation:
        found = self.conversations.get(conversation_id)
        if found is None or (found.site_id, found.visitor) != (site_id, visitor):
            raise NotHere
        return found

    def since(self, site_id: int, visitor: str, conversation_id: str, after: int) -> tuple[Bubble, ...]:
        return tuple(one for one in self._ours(site_id, visitor, conversation_id).bubbles if int(one.id) > after)

    def seen(self, site_id: int, visitor: str, conversation_id: str, message_id: int) -> None:
        ours = self._ours(site_id, visitor, conversation_id)
        ours.seen_up_to = max(ours.seen_up_to, message_id)

    def rate(self, site_id: int, visitor: str, conversation_id: str, rating: Any) -> None:
        self._ours(site_id, visitor, conversation_id).rating = rating

    def record(
        self, site_id: int, visitor: str | None, touchpoints: tuple[Touchpoint, ...], touch: Any, permitted: bool
    ) -> str:
        visitor = self._visitor(site_id, visitor)
        self.permitted.append(permitted)
        self.touchpoints += [(site_id, visitor, touchpoint) for touchpoint in touchpoints]
        return visitor

    def consent(self, site_id: int, visitor: str, purpose: str, granted: bool, text_version: str) -> None:
        if (site_id, visitor) not in self.visitors:
            raise NotHere
        self.consents.append((site_id, visitor, Consent(purpose, granted, text_version)))

    def identify(self, site_id: int, visitor: str, who: Identity) -> str:
        if (site_id, visitor) not in self.visitors:
            raise NotHere
        return self._visitor(site_id, who.subject)

    def add_lead(self, site_id: int, new: NewLead) -> str:
        ref = f"L-{1000 + next(self.numbers)}"
        self.leads[site_id, ref] = new
        return ref


@dataclass
class MemoryEnquiry:
    intake: MemoryIntake
    dead: dict[tuple[int, int], DeliveryView] = field(default_factory=dict)

    def conversation(self, site_id: int, conversation_id: str) -> ConversationView | None:
        found = self.intake.conversations.get(conversation_id)
        if found is None or found.site_id != site_id:
            return None
        standing = ("unknown", "visitor", "active", "none")
        return ConversationView(found.id, None, None, "email", ("email",), (), {}, None, *standing, False)  # type: ignore[arg-type]

    def lead(self, site_id: int, ref: str) -> LeadView | None:
        new = self.intake.leads.get((site_id, ref))
        return lead_view(ref, new, self.intake.clock()) if new else None

    def deliveries(self, site_id: int, state: str) -> tuple[DeliveryView, ...]:
        return tuple(one for (site, _), one in self.dead.items() if site == site_id and one.state == state)

    def retry(self, site_id: int, delivery_id: int) -> bool:
        found = self.dead.get((site_id, delivery_id))
        if found:
            self.dead[site_id, delivery_id] = replace(found, state="pending")
        return found is not None


def lead_view(ref: str, new: NewLead, now: datetime) -> LeadView:
    said = {"email": new.email, "company": new.company}
    facts = {slot: Fact(slot, text, text, 0.97, "said", "7", now) for slot, text in said.items() if text}
    facts["company_size"] = Fact("company_size", "about 120", Size(120, 120), 0.9, "said", "9", now)
    facts["demo"] = Fact("demo", "show me", True, 1.0, "said", "9", now)
    reasons = (Reason("size.mid", 20, "50 to 500 people", "about 120"),)
    return LeadView(
        ref=ref,
        site="default",
        stage="lead",
        status="active",
        kind="sales",
        handoff="none",
        cycle=1,
        revision=0,
        owner=None,
        name=new.name,
        email=new.email,
        phone=new.phone,
        company=new.company,
        facts=facts,
        declined=("budget",),
        purchase_interest=False,
        assessment=Assessment("open", 20, 20, 90, 60, 1, {"fit": 20}, reasons, ("budget",)),
        segment=None,
        talk_track=(),
        source={"channel": new.source_channel},
        consents=(),
        created_at=now,
        updated_at=now,
        offered_at=None,
        claimed_at=None,
        accepted_at=None,
        return_code=None,
        cause=None,
        stage_log=(LogEntry(None, "visitor", "system", "first_message", 1, 20, now),),
        deliveries=(DeliveryView(3, "slack", "alert", "delivered", 1, None, now),),
        asked=("email", "company_size"),
        touchpoints=new.touchpoints,
    )


@dataclass
class World:
    """Rooms and what is behind them, with the short words tests speak in."""

    clock: Clock
    intake: MemoryIntake
    enquiry: MemoryEnquiry
    rooms: Rooms

    @property
    def app(self) -> Flask:
        return create_app(self.rooms)

    def with_(self, **changes: Any) -> "World":
        return replace(self, rooms=replace(self.rooms, **changes))

    def limited(self, **rates: int) -> "World":
        return self.with_(throttle=Throttle(Rates(**rates)))


@dataclass
class MemoryPrivacy:
    intake: MemoryIntake

    def export_own(self, site_id: int, visitor: str) -> dict[str, Any] | None:
        known = (site_id, visitor) in self.intake.visitors
        return {**NOTHING_HELD, "visitor": [{"public_id": visitor, "created_at": START}]} if known else None

    def erase_own(self, site_id: int, visitor: str) -> object | None:
        known = (site_id, visitor) in self.intake.visitors
        self.intake.visitors.discard((site_id, visitor))
        return known or None


NOTHING_HELD: dict[str, Any] = {name: [] for name in OwnJson.__annotations__}


@dataclass
class MemoryHooks:
    kept: dict[int, tuple[int, str, str]] = field(default_factory=dict)

    def add(self, site_id: int, event: str, target_url: str) -> int | None:
        self.kept[len(self.kept) + 1] = (site_id, event, target_url)
        return len(self.kept)

    def remove(self, site_id: int, hook_id: int) -> bool:
        if self.kept.get(hook_id, (0,))[0] != site_id:
            return False
        self.kept[hook_id] = (0, "", "")
        return True


def made_world(widget_folder: Path = Path("widget/dist"), **changes: Any) -> World:
    clock = Clock()
    intake = MemoryIntake(clock)
    enquiry = MemoryEnquiry(intake)
    digests = [(key_digest(KEY), 1), (key_digest(OTHER_KEY), 2)]
    rooms = Rooms(
        intake=intake,
        enquiry=enquiry,
        privacy=MemoryPrivacy(intake),
        hooks=MemoryHooks(),
        may_call=lambda url: None if "example" in url else "leads nowhere",
        retry_delivery=enquiry.retry,
        sites=lambda: (Site(1, "default"), Site(2, "other", (OTHER_SITE,))),
        tokens=VisitorTokens([SECRET], clock),
        api_keys=lambda key: site_of_key(key, digests),
        live=Live(max_waiting=4),
        throttle=Throttle(Rates(enabled=False)),
        clock=clock,
        widget_folder=widget_folder,
        kept_s=0,
        identity_secret={1: IDENTITY_SECRET}.get,
        probes={"database": lambda: Probe(True)},
        figures=lambda: {"outbox_oldest_seconds": 1.5, "outbox_dead": 0},
    )
    return World(clock, intake, enquiry, replace(rooms, **changes))


def identity(**claims: Any) -> str:
    """What the host of site `default` signs for somebody who is logged in there."""
    good = {"aud": "default", "sub": "u-1", "exp": int(START.timestamp()) + 300}
    said = {name: value for name, value in {**good, **claims}.items() if value is not None}
    return jwt.encode(said, IDENTITY_SECRET, algorithm="HS256")


@dataclass
class Visitor:
    """A browser with the widget open."""

    client: FlaskClient
    conversation: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.conversation}"

    def says(self, text: Any, id: Any = None, **more: Any) -> Any:
        body = {"client_message_id": id or secrets.token_hex(8), "text": text}
        return self.client.post(f"{self.path}/messages", json={**body, **more}, headers=self.headers)

    def reads(self, query: str = "") -> Any:
        return self.client.get(f"{self.path}/messages{query}", headers=self.headers)


def opening(site: str = "default", **more: Any) -> dict[str, Any]:
    return {"site": site, "page": {"url": "https://www.example.com/pricing"}, **more}


def open_widget(client: FlaskClient, site: str = "default", **more: Any) -> Visitor:
    answer = client.post("/api/v1/conversations", json=opening(site, **more))
    assert answer.status_code == 201, answer.text
    return Visitor(client, answer.json["conversation_id"], answer.json["visitor_token"])


def key(of: str = KEY) -> dict[str, str]:
    return {"Authorization": f"Bearer {of}"}


def error_of(answer: Any) -> dict[str, str]:
    """The error of an answer, whose shape every error has."""
    assert answer.mimetype == "application/json", answer.text
    assert set(answer.json) == {"error"}
    assert {"code", "message"} <= set(answer.json["error"]) <= {"code", "message", "field"}
    assert all(isinstance(part, str) and part for part in answer.json["error"].values())
    return answer.json["error"]


@contextmanager
def served(app: Flask, threads: int = 8) -> Iterator[tuple[str, int]]:
    """The app on a real socket, as `make run` serves it."""
    server = create_server(
        app, host="127.0.0.1", port=0, threads=threads, ident=None, clear_untrusted_proxy_headers=False
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield "127.0.0.1", int(server.effective_port)
    finally:
        with suppress(OSError):  # a loop that has ended by itself has closed its trigger
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # in its own loop, which then ends
        thread.join(5)
        server.task_dispatcher.shutdown()
