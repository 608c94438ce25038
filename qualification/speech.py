"""What the assistant says and what it remembers of a conversation, as frozen data."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from qualification.facts import Fact, Slot, value_from_json, value_to_json

Meeting = Literal["none", "wanted", "asked", "asked_again", "set"]


@dataclass(frozen=True, slots=True)
class CallToAction:
    """A link under a bubble; with `about` it is a card: what it leads to, in a line."""

    label: str
    url: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """One bubble of the assistant."""

    text: str
    quick_replies: tuple[str, ...] = ()
    cta: CallToAction | None = None


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What a conversation remembers between turns, besides the facts themselves.

    `asking` is the slot of the open question; `asked` holds every ask in order (a slot at most twice); `confirming` is
    a low-confidence fact read back and waiting for a yes; `offered` is the open rung of the call-to-action ladder.
    `promised` is content to be shown once we know where to reach them, `meeting` how far a wished-for meeting is set
    up, `quiet` that the visitor only looks around, `settled` that the last word was said, `language` one other than
    English.
    """

    asking: Slot | None = None
    question: str | None = None
    asked: tuple[Slot, ...] = ()
    declined: tuple[Slot, ...] = ()
    confirming: Fact | None = None
    offered: str | None = None
    ctas_offered: tuple[str, ...] = ()
    ctas_declined: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    content_shown: tuple[str, ...] = ()
    promised: str | None = None
    meeting: Meeting = "none"
    quiet: bool = False
    settled: bool = False
    language: str | None = None
    turns: int = 0
    closed: bool = False


_LISTS = ("asked", "declined", "ctas_offered", "ctas_declined", "answered", "content_shown")
_FIELDS = tuple(field.name for field in fields(DialogueState))


def state_to_json(state: DialogueState) -> dict[str, Any]:
    data = {name: getattr(state, name) for name in _FIELDS}
    return {**data, **{name: list(data[name]) for name in _LISTS}, "confirming": _fact_to_json(state.confirming)}


def state_from_json(data: dict[str, Any]) -> DialogueState:
    """The state as it was before `state_to_json`; what an older version did not know yet has its default."""
    lists = {name: tuple(data.get(name, ())) for name in _LISTS}
    return DialogueState(**{**data, **lists, "confirming": _fact_from_json(data.get("confirming"))})


def _fact_to_json(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {**asdict(fact), "value": value_to_json(fact.value), "known_at": fact.known_at.isoformat()}


def _fact_from_json(data: dict[str, Any] | None) -> Fact | None:
    if data is None:
        return None
    known_at = datetime.fromisoformat(data["known_at"])
    return Fact(**{**data, "value": value_from_json(data["slot"], data["value"]), "known_at": known_at})
