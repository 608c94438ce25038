"""What passes between the website and the doors: what comes in and what is shown, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from qualification.assessment import Assessment
from qualification.dialogue import CallToAction
from qualification.facts import Author, Fact, Slot, Touchpoint
from qualification.stages import HandoffState, Kind, Stage, Status
from qualification.views import Handling, LeadView

Rating = Literal["good", "bad"]


class NotHere(Exception):
    """There is no such thing for this caller; unknown and foreign are the same."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the widget was opened."""

    url: str
    title: str | None = None
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the widget shows it. `id` is a decimal number, rising within a conversation."""

    id: str
    author: Author
    name: str | None  # of the rep who wrote it
    text: str
    quick_replies: tuple[str, ...]
    cta: CallToAction | None
    at: datetime
    client_message_id: str | None = None  # of the visitor's own messages
    picture: str | None = None  # of the rep, a web address


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation new or resumed, with all its messages; `visitor` is the id the visitor's token is about."""

    conversation_id: str
    visitor: str
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one visitor message; `asking` is the slot of the question left open.

    `is_lead`: with this message we know where to reach them. `is_closed`: they said goodbye.
    """

    bubbles: tuple[Bubble, ...]
    asking: Slot | None
    handling: Handling
    is_lead: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody agreed to or refused, and which wording they saw."""

    purpose: str
    granted: bool
    text_version: str
    at: datetime | None = None  # None: just now


@dataclass(frozen=True, slots=True)
class NewLead:
    """A person another system tells us of. `fields` are slots, or fields of the criteria, in that system's words."""

    email: str | None
    phone: str | None
    name: str | None
    company: str | None
    source_channel: str
    source_name: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    touchpoints: tuple[Touchpoint, ...] = ()
    consent: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation as programs read it; `lead` is None before anything was said, `lead_ref` before stage lead."""

    conversation_id: str
    lead: LeadView | None
    lead_ref: str | None
    asking: Slot | None
    asked: tuple[Slot, ...]
    declined: tuple[str, ...]
    facts: Mapping[str, Fact]
    assessment: Assessment | None
    kind: Kind
    stage: Stage | None
    status: Status
    handoff: HandoffState
    purchase_interest: bool
    rating: Rating | None = None
