"""What we know and where we know it from: slots, values, facts, utterances, touchpoints, as frozen data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, cast, get_args

Slot = Literal[
    "person_name",
    "email",
    "phone",
    "company",
    "job_title",
    "company_size",
    "budget",
    "timeline",
    "use_case",
    "location",
    "website",
]
Intent = Literal[
    "greeting",
    "goodbye",
    "thanks",
    "inform",
    "pricing",
    "demo",
    "talk_to_sales",
    "purchase_intent",
    "product_question",
    "support",
    "job_seeker",
    "vendor",
    "press",
    "student",
    "partner",
    "competitor",
    "refusal",
    "correction",
    "affirm",
    "deny",
    "why_ask",
    "are_you_a_bot",
    "just_looking",
    "privacy_delete",
    "opt_out",
    "gibberish",
    "abuse",
    "off_topic",
]
Source = Literal["said", "inferred", "tracked", "rep"]
Author = Literal["visitor", "assistant", "rep"]
Period = Literal["once", "month", "year", "unknown"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
INTENTS: tuple[Intent, ...] = get_args(Intent)
PURCHASE_INTEREST = "purchase_interest"
"""Name of the flag fact that turns an MQL into an SQL; other flags are named after their intent (`demo`, `pricing`)."""


@dataclass(frozen=True, slots=True)
class Size:
    """Number of people; an open end is None."""

    min: int | None
    max: int | None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in `currency` (ISO 4217, None when not said) per `period`; an open end is None."""

    min: float | None
    max: float | None
    currency: str | None = None
    period: Period = "unknown"


@dataclass(frozen=True, slots=True)
class Horizon:
    """Days counted from the day it was said; an open end is None."""

    from_days: int | None
    to_days: int | None


Value = str | bool | Size | Money | Horizon
_SHAPES: dict[str, type[Size] | type[Money] | type[Horizon]] = {
    "company_size": Size,
    "budget": Money,
    "timeline": Horizon,
}


def value_to_json(value: Value) -> str | bool | dict[str, Any]:
    return value if isinstance(value, (str, bool)) else asdict(value)


def value_from_json(slot: str, data: Any) -> Value:
    """The value of `slot` as it was before `value_to_json`."""
    shape = _SHAPES.get(slot)
    return shape(**data) if shape and isinstance(data, dict) else cast(Value, data)


@dataclass(frozen=True, slots=True)
class Entity:
    """What one message says for a slot. `start` and `end` are offsets into the message as it was typed."""

    label: Slot
    text: str
    start: int
    end: int
    value: Value
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """One visitor message with what is needed to understand it.

    `now` is aware and in the visitor's zone where known; `region` (ISO 3166) reads phone numbers; `currency` is not
    assumed for amounts (an amount without one keeps None).
    """

    text: str
    now: datetime
    context_slot: Slot | None = None
    context_question: str | None = None
    region: str = "US"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message means: several intents may hold, entities are in the order of their offsets."""

    intents: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    retracted: tuple[Slot, ...] = ()  # "drop my phone number": slots the visitor takes back without a new value

    def has(self, *intents: Intent) -> bool:
        return not frozenset(intents).isdisjoint(self.intents)  # forty times a turn: `any` would cost twice as much


@dataclass(frozen=True, slots=True)
class Fact:
    """A slot's current value, or a flag (`demo`, `purchase_interest`, ...) with value True or False, and its origin.

    `text` are the visitor's own words; `message_id` is None for tracked and rep-entered facts. `known_at` is when we
    learned it (replay looks only at what was known then). `verified`: the host site vouches for it.
    """

    slot: str
    text: str
    value: Value
    confidence: float
    source: Source
    message_id: str | None
    known_at: datetime
    verified: bool = False


Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One thing a person did that we saw: page_view, cta_click, content_click, form, event, newsletter, custom."""

    type: str
    at: datetime
    url: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that may count for a score. `tracking` False: the visitor did not permit it, counts are unknown."""

    facts: Facts = field(default_factory=dict)
    touchpoints: tuple[Touchpoint, ...] = ()
    tracking: bool = True
