"""What reps wrote down of a deal: answers to BANT, next step, amount, date. Frozen data and what it says; pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, get_args

from qualification.facts import Fact, Money

Letter = Literal["budget", "authority", "need", "timing"]
LETTERS: tuple[Letter, ...] = get_args(Letter)
_NO = re.compile(
    r"(?:no|none|never|nobody|nothing)\b(?!\s+(?:problem|doubt|question|worries|idea|answer|rush)\b)", re.I
)
_NOT_KNOWN = re.compile(
    r"\W*(?:(?:still )?(?:unknown|unclear|unsure|open|tbd|n/?a|not yet|no (?:idea|answer)|(?:i )?don.?t know"
    r"|not (?:yet |quite )?(?:known|sure|clear|asked|said|answered))(?: yet)?)?\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`bant` are the rep's own answers. `day` is when the deal is meant to close or the next step to be taken.

    `icp_override` says why it goes on though it is not the ideal customer, `bant_waiver` why open letters may stay so.
    """

    bant: Mapping[Letter, str] = field(default_factory=dict)
    next_step: str | None = None
    amount: float | None = None
    currency: str | None = None
    day: date | None = None
    deal_id: str | None = None
    icp_override: str | None = None
    bant_waiver: str | None = None

    def __bool__(self) -> bool:
        return self != Sheet()


def noted(old: Sheet, new: Sheet) -> Sheet:
    """What was written down before, with what is said now in its place."""
    told = {one.name: getattr(new, one.name) for one in fields(new) if getattr(new, one.name) is not None}
    return replace(old, **{**told, "bant": {**old.bant, **new.bant}})


def sheet_to_json(sheet: Sheet) -> dict[str, Any]:
    told = {name: value for name, value in asdict(sheet).items() if value}
    return {**told, "day": sheet.day.isoformat()} if sheet.day else told


def sheet_from_json(data: Mapping[str, Any] | None) -> Sheet:
    told = dict(data or {})
    return Sheet(**{**told, "day": date.fromisoformat(told["day"])} if "day" in told else told)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one letter: in whose words, and whether it is a hard no."""

    words: str
    by: Literal["visitor", "rep"]
    is_no: bool


def answers(told: Mapping[Letter, Fact | None], sheet: Sheet) -> dict[Letter, Answer]:
    """The letters that are answered: by the rep, else by what the person said."""
    found = {letter: _of_rep(sheet.bant.get(letter)) or _of_fact(told.get(letter)) for letter in LETTERS}
    return {letter: answer for letter, answer in found.items() if answer}


def _of_rep(words: str | None) -> Answer | None:
    if words is None or _NOT_KNOWN.fullmatch(words):
        return None
    return Answer(words, "rep", bool(_NO.match(words)))


def _of_fact(fact: Fact | None) -> Answer | None:
    if fact is None:
        return None
    nothing = fact.value is False or (isinstance(fact.value, Money) and fact.value.max == 0)
    return Answer(fact.text, "visitor", nothing)
