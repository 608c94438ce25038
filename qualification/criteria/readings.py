"""What a field says of a person: facts and touchpoints turned into intervals, labels and flags."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from qualification.criteria import schema
from qualification.criteria.countries import COUNTRIES, country_of
from qualification.criteria.mailboxes import EMAIL_KINDS, domain_of, email_kind
from qualification.criteria.words import labeller, matches, plain
from qualification.facts import Evidence, Fact, Horizon, Money, Size, Touchpoint
from qualification.signals import is_worth_something, looked_at

DAY = 86_400.0
PER_YEAR = {"month": 12, "year": 1, "once": 1, "unknown": 1}


class Reading(NamedTuple):
    """A field's value now. Numbers lie between `low` and `high`; labels, flags and domains are in `label`.

    `known` tells whether anything usable was said or seen; `text` are the words; `age` is in days; `ages` of counted
    events, newest first; `note` names what had to be assumed.
    """

    known: bool = False
    low: float = -math.inf
    high: float = math.inf
    label: str | bool | None = None
    text: str = ""
    age: float = 0.0
    ages: tuple[float, ...] = ()
    note: str = ""


UNKNOWN = Reading()
Read = Callable[[Evidence, datetime], Reading]


def reader(field: schema.CriteriaField, file: schema.CriteriaFile) -> Read:
    """How `field` is read from the evidence."""
    if isinstance(field, schema.EventCountField):
        return _count_reader(field)
    name = fact_name(field)
    turn = _turner(field, file)
    needed = field.min_confidence

    def read(evidence: Evidence, now: datetime) -> Reading:
        fact = evidence.facts.get(name)
        if fact is None or fact.confidence < needed:
            return UNKNOWN
        return turn(fact, max((now - fact.known_at).total_seconds() / DAY, 0.0))

    return read


def fact_name(field: schema.CriteriaField) -> str:
    """The name of the fact a field is read from; events have none."""
    if isinstance(field, schema.EventCountField):
        return ""
    if isinstance(field, schema.FlagField):
        return field.from_ or field.intent or ""
    return field.from_


Turn = Callable[[Fact, float], Reading]


def _turner(field: schema.CriteriaField, file: schema.CriteriaFile) -> Turn:
    match field:
        case schema.IntRangeField():
            return _size
        case schema.MoneyField():
            return lambda fact, age: _money(fact, age, file.currency, file.rates)
        case schema.DaysField():
            return _days
        case schema.EnumField():
            return _enum(label_finder(field))
        case schema.FlagField():
            return _intent_flag if field.intent else _told_flag
        case schema.EmailKindField():
            return _enum(email_kind, certain=True)
    return _enum(domain_of, certain=True)


def label_finder(field: schema.EnumField) -> Callable[[str], str | None]:
    return country_of if isinstance(field.map, str) else labeller(field.map)


def labels(field: schema.CriteriaField) -> tuple[str | bool, ...]:
    """All labels a field can have; empty for numbers and domains."""
    match field:
        case schema.EnumField():
            return tuple(sorted(COUNTRIES)) if isinstance(field.map, str) else tuple(field.map)
        case schema.FlagField():
            return (True, False)
        case schema.EmailKindField():
            return EMAIL_KINDS
    return ()


def _size(fact: Fact, age: float) -> Reading:
    if not isinstance(fact.value, Size):
        return UNKNOWN
    return _interval(fact.value.min, fact.value.max, fact.text, age)


def _money(fact: Fact, age: float, currency: str, rates: Mapping[str, float]) -> Reading:
    value = fact.value
    if not isinstance(value, Money):
        return UNKNOWN
    rate = 1.0 if value.currency in (None, currency) else rates.get(str(value.currency))
    if rate is None:
        return UNKNOWN
    factor = rate * PER_YEAR[value.period]
    assumed = [currency] * (value.currency is None) + ["a year"] * (value.period == "unknown")
    note = f"taken as {' '.join(assumed)}" if assumed else ""
    return _interval(value.min and value.min * factor, value.max and value.max * factor, fact.text, age, note)


def _days(fact: Fact, age: float) -> Reading:
    """What was three months off two months ago is one month off now; a day that has passed counts as today."""
    if not isinstance(fact.value, Horizon):
        return UNKNOWN
    gone, low, high = int(age), fact.value.from_days, fact.value.to_days
    return _interval(low and max(low - gone, 0), high and max(high - gone, 0), fact.text, age)


def _interval(low: float | None, high: float | None, text: str, age: float, note: str = "") -> Reading:
    low, high = 0.0 if low is None else low, math.inf if high is None else high
    if not low <= high or low == math.inf:  # also false when one of them is not a number
        return UNKNOWN
    return Reading(True, low, high, None, text, age, (), note)


def _enum(find: Callable[[str], str | None], certain: bool = False) -> Turn:
    """A label by the words; `certain` kinds are not known at all without one (an address that is none)."""

    def turn(fact: Fact, age: float) -> Reading:
        if not isinstance(fact.value, str):
            return UNKNOWN
        label = find(fact.value)
        return UNKNOWN if certain and label is None else Reading(True, -math.inf, math.inf, label, fact.text, age)

    return turn


def _told_flag(fact: Fact, age: float) -> Reading:
    return Reading(True, -math.inf, math.inf, fact.value is not False, fact.text, age)


def _intent_flag(fact: Fact, age: float) -> Reading:
    value = fact.value
    return Reading(True, -math.inf, math.inf, value, fact.text, age) if isinstance(value, bool) else UNKNOWN


def _count_reader(field: schema.EventCountField) -> Read:
    """Events in the window; without permission to track there may be more than were seen.

    Newsletters and trade shows are told by programs: what a browser permits makes them no less known.
    """
    window = timedelta(days=field.window_days)
    kind, counts = _counter(field)
    is_told = field.event in ("newsletter", "event")
    nothing = {True: Reading(True, 0.0, 0.0), False: Reading(False, 0.0)}

    def read(evidence: Evidence, now: datetime) -> Reading:
        known = evidence.tracking or is_told
        if not evidence.touchpoints:
            return nothing[known]
        since = now - window
        met = evidence.touchpoints if not field.read_seconds else _read(evidence.touchpoints, field.read_seconds, now)
        seen = [touch for touch in met if touch.type == kind and since < touch.at <= now and counts(touch)]
        if not seen:
            return nothing[evidence.tracking]
        seen.sort(key=lambda touch: touch.at, reverse=True)
        ages = tuple((now - touch.at).total_seconds() / DAY for touch in seen)
        high = float(len(seen)) if known else math.inf
        text = _seen_text(seen, field.window_days)
        return Reading(known, float(len(seen)), high, None, text, ages[0] if ages else 0.0, ages)

    return read


def _read(met: Sequence[Touchpoint], seconds: int, now: datetime) -> Iterator[Touchpoint]:
    """Pages they stayed on. What comes after `now` is not known yet."""
    so_far = (touch for touch in met if touch.at <= now)
    return (touch for touch, stay in looked_at(so_far) if stay >= seconds)


def _counter(field: schema.EventCountField) -> tuple[str, Callable[[Touchpoint], bool]]:
    """The type that counts, and what else must hold. A visit is the page view it began with."""
    url, name = (field.url or "").casefold(), plain(field.name or "")
    kind, mark = ("page_view", "visit") if field.event == "visit" else (field.event, None)
    is_there = lru_cache(maxsize=1024)(lambda address: matches(url, address.casefold()))

    def counts(touch: Touchpoint) -> bool:
        """What is worth nothing does not."""
        return (
            is_worth_something(touch)
            and (mark is None or mark in touch.data)
            and (not url or is_there(touch.url or ""))
            and (not name or matches(name, plain(str(touch.data.get("name", "")))))
        )

    return kind, counts


def _seen_text(seen: list[Touchpoint], days: int) -> str:
    if not seen:
        return ""
    newest = seen[0]
    where = newest.url or newest.data.get("name") or ""
    times = f" ({len(seen)} in {days} days)" if len(seen) > 1 else ""
    return f"{newest.type.replace('_', ' ')} {where}".strip()[:200] + f" on {newest.at.date().isoformat()}{times}"
