"""Candidates and tags together make the facts of a message: whose number is it, where does a name end."""

import re
from collections.abc import Iterator
from dataclasses import replace

from qualification.facts import Entity, Horizon, Intent, Money, Size, Slot, Value
from qualification.understanding.found import Found
from qualification.understanding.gate import is_placeholder, passes
from qualification.understanding.horizon import read_horizon
from qualification.understanding.horizon_words import BY
from qualification.understanding.model import Tagged, mass
from qualification.understanding.money import read_money
from qualification.understanding.needs import find_answer, find_need
from qualification.understanding.reading import CLOSED_FORMS, MANY, Reading
from qualification.understanding.size import plausible_size, read_size
from qualification.understanding.spans import neat
from qualification.understanding.superseded import settled

COUNTED = ("company_size", "budget", "timeline")


def find_entities(reading: Reading, tagged: Tagged, intents: dict[Intent, float]) -> tuple[Entity, ...]:
    found = [*_closed(reading, tagged), *_counted(reading, tagged), *_lexical(reading, tagged)]
    kept = [one for one in _apart(found) if passes(one, reading, intents)]
    kept += _unseen_month(reading, kept)
    kept += _plain_title(reading, kept)
    if not any(one.label == "use_case" for one in kept):
        needs = list(find_need(reading, intents)) or list(find_answer(reading, intents, kept))
        kept = _apart_needs(kept, needs)
    return tuple(sorted(settled(kept, reading), key=lambda one: one.start))


def _apart_needs(kept: list[Entity], needs: list[Entity]) -> list[Entity]:
    """A head count inside a need is part of it: the six reps who lose leads are not the company."""
    outside = [
        one
        for one in kept
        if one.label not in COUNTED or not any(n.start <= one.start and one.end <= n.end for n in needs)
    ]
    free = [n for n in needs if not any(one.start < n.end and n.start < one.end for one in outside)]
    return outside + free if len(free) == len(needs) else kept


def _plain_title(reading: Reading, kept: list[Entity]) -> Iterator[Entity]:
    """ "I'm the CEO" and "ceo" say the same to any question."""
    title = _PLAIN_TITLE.fullmatch(reading.low)
    if title and not kept:
        yield _entity(reading, "job_title", *title.span("title"), reading.text[slice(*title.span("title"))], 0.8)


_PLAIN_TITLE = re.compile(
    r"\W*(?:(?:i'?m|i am|as|it'?s|well)\W{1,3}){0,2}(?:(?:the|an?|our|their) )?(?P<title>c[etfomripdsh]o|s?vp|evp"
    r"|(?:co-? ?)?founder|owner|president|managing director|md)(?: (?:here|myself))?\W*"
)


def _unseen_month(reading: Reading, kept: list[Entity]) -> Iterator[Entity]:
    """Who names a budget and "this month" in one breath names a horizon, even if it is the demo's."""
    slots = {one.label for one in kept}
    if "budget" not in slots or "timeline" in slots or "?" in reading.low:
        return
    for one in reading.counted:
        if one.label == "timeline" and _NEAR_SPAN.fullmatch(reading.low[one.start : one.end]):
            yield _entity(reading, one.label, one.start, one.end, one.value, 0.6)
            return


_NEAR_SPAN = re.compile(r"(?:this|next) (?:month|quarter|year)")


def _closed(reading: Reading, tagged: Tagged) -> Iterator[Entity]:
    at = {token.start: number for number, token in enumerate(reading.tokens)}
    for one in reading.closed:
        chance = mass(tagged.probabilities, one.label, at[one.start]) if one.start in at else 1.0
        if chance >= _CLOSED_AT and not is_placeholder(one, reading.text[one.start : one.end]):
            yield _entity(reading, one.label, one.start, one.end, one.value, one.sure)


def _counted(reading: Reading, tagged: Tagged) -> Iterator[Entity]:
    taken: list[tuple[Slot, int, int]] = []
    for label, first, last, chance in tagged.spans[: 2 * MANY]:
        if label not in COUNTED or chance < _COUNTED_AT:
            continue
        start, end = neat(reading, label, reading.tokens[first].start, reading.tokens[last - 1].end)
        if (value := _value(reading, label, start, end)) is not None:
            taken.append((label, start, end))
            yield _entity(reading, label, start, end, value, 0.9 if chance > 0.6 else 0.6)
    for one in reading.counted:
        free = not any(start < one.end and one.start < end for _, start, end in taken)
        meant = one.sure >= 0.5 and _mean(reading, tagged, one) >= _UNTAGGED_AT
        if free and (meant or _is_whole_answer(reading, one)):
            taken.append((one.label, one.start, one.end))
            yield _entity(reading, one.label, one.start, one.end, one.value, 0.6)


_CLOSED_AT, _COUNTED_AT, _UNTAGGED_AT, _LEXICAL_AT = 0.3, 0.3, 0.4, 0.3


def _mean(reading: Reading, tagged: Tagged, one: Found) -> float:
    inside = [at for at, token in enumerate(reading.tokens) if token.start < one.end and one.start < token.end]
    return sum(mass(tagged.probabilities, one.label, at) for at in inside) / len(inside) if inside else 0.0


def _value(reading: Reading, label: Slot, start: int, end: int) -> Value | None:
    """The value of the tagged words; of the grammar's candidate there when the words alone have none."""
    words = reading.low[start:end]
    value = read(label, words, reading)
    if value is None:
        around = [one for one in reading.counted if one.label == label and one.start < end and start < one.end]
        value = max(around, key=lambda one: one.sure).value if around else _undated(label, words)
    if isinstance(value, Size) and not plausible_size(value):
        return None
    return value


def _undated(label: Slot, words: str) -> Horizon | None:
    """ "By the AGM": from now on, to a day nobody named. "After the elections" is open both ways, as is "no rush"."""
    if label != "timeline" or not re.search(r"[^\W\d_]{3}", words):
        return None
    return Horizon(0 if _UNTIL.match(words) else None, None)


_UNTIL = re.compile(rf"(?:{BY})(?!\w)")


def read(label: Slot, words: str, reading: Reading) -> Value | None:
    if label == "company_size":
        return read_size(words)
    return (
        read_money(words)
        if label == "budget"
        else read_horizon(words, reading.today, reading.region in ("US", "CA", "PH"))
    )


def _is_whole_answer(reading: Reading, one: Found) -> bool:
    """Nothing but a range of what was asked for: "250-1000"."""
    is_range = isinstance(one.value, Size | Money) and one.value.min != one.value.max
    return is_range and one.label == reading.asked and reading.text.strip(" .!,") == reading.text[one.start : one.end]


def _lexical(reading: Reading, tagged: Tagged) -> Iterator[Entity]:
    for label, first, last, chance in tagged.spans[: 2 * MANY]:
        if label in COUNTED or label in CLOSED_FORMS or chance < _LEXICAL_AT:
            continue
        start, end = neat(reading, label, reading.tokens[first].start, reading.tokens[last - 1].end)
        if start < end:
            yield _entity(reading, label, start, end, reading.text[start:end], round(0.45 + 0.4 * chance, 2))


def _entity(reading: Reading, label: Slot, start: int, end: int, value: Value, confidence: float) -> Entity:
    return Entity(label, reading.text[start:end], start, end, value, round(confidence, 2))


def _apart(found: list[Entity]) -> list[Entity]:
    """No two facts share words: the surer one stays."""
    kept: list[Entity] = []
    for one in sorted(found, key=lambda one: -one.confidence):
        if not any(other.start < one.end and one.start < other.end for other in kept):
            kept.append(one)
    return kept


def in_original(text: str, entity: Entity) -> Entity:
    """The words as they were typed, not as they were folded."""
    words = text[entity.start : entity.end]
    return replace(
        entity,
        text=words,
        value=words if isinstance(entity.value, str) and entity.value == entity.text else entity.value,
    )
