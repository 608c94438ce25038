"""What points a field could still bring: it takes one value only, so rules that exclude each other never add up."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from qualification.criteria.conditions import YES_FOR_NOW
from qualification.criteria.readings import Reading, labels
from qualification.criteria.rules import MILLI, Rule
from qualification.criteria.schema import Condition, CriteriaField

Span = tuple[int, int]
Range = Callable[[Reading], Span]
"""Least and most thousandths of points over all values a reading may still turn out to have."""

MAX_LIMITS = 16
NUMBERS = ("int_range", "money", "days", "event_count")


def range_of_field(rules: Sequence[Rule], place: int, field: CriteriaField) -> Range:
    """The range of rules that all look at this one field's value."""
    limits = sorted({limit for rule in rules for _, limit in _limits(rule.source.condition)})
    if field.type in NUMBERS and len(limits) <= MAX_LIMITS:
        return _of_numbers(rules, place, limits)
    known = [Reading(True, label=label) for label in labels(field)]
    return _of_labels(rules, place, known) if known else _of_each(rules)


def limits_by_field(conditions: Iterable[Condition]) -> dict[str, list[float]]:
    """The numbers each field is compared with, in order."""
    found: dict[str, set[float]] = {}
    for condition in conditions:
        for name, limit in _limits(condition):
            found.setdefault(name, set()).add(limit)
    return {name: sorted(limits) for name, limits in found.items()}


def _limits(condition: Condition) -> Iterator[tuple[str, float]]:
    inner = [*(condition.all or ()), *(condition.any or ()), *([condition.not_] if condition.not_ else ())]
    for part in inner:
        yield from _limits(part)
    for name, check in condition.checks.items():
        values = check.value if isinstance(check.value, list) else [check.value]
        yield from ((name, one) for one in values if isinstance(one, (int, float)) and not isinstance(one, bool))


def _of_labels(rules: Sequence[Rule], place: int, readings: Sequence[Reading]) -> Range:
    sums = [0, *(_gain(rules, place, reading) for reading in (*readings, Reading(True)))]
    span = (min(sums), max(sums))
    return lambda reading: span


def _gain(rules: Sequence[Rule], place: int, reading: Reading) -> int:
    readings = [reading] * (place + 1)
    return sum(rule.points * MILLI for rule in rules if rule.test(readings) >= YES_FOR_NOW)


def _of_each(rules: Sequence[Rule]) -> Range:
    """Without a list of values every rule is taken for itself: wider than need be, never too narrow."""
    span = (sum(min(rule.full, 0) for rule in rules), sum(max(rule.full, 0) for rule in rules))
    return lambda reading: span


def _of_numbers(rules: Sequence[Rule], place: int, limits: Sequence[float]) -> Range:
    """Between two limits all numbers are alike, so a table over pairs of such stretches answers for every interval."""
    tried = samples(limits)
    count = len(tried)
    spans: dict[tuple[int, int], Span] = {}
    for width in range(count):
        for first in range(count - width):
            last = first + width
            gain = _gain(rules, place, Reading(True, tried[first], tried[last]))
            inner = [spans[pair] for pair in ((first, last - 1), (first + 1, last)) if pair in spans]
            spans[first, last] = (min([gain, *(s[0] for s in inner)]), max([gain, *(s[1] for s in inner)]))
    return lambda reading: spans[_stretch(reading.low, limits), _stretch(reading.high, limits)]


def samples(limits: Sequence[float]) -> list[float]:
    """One number of every stretch: below the first limit, each limit, between two, above the last."""
    if not limits:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(limits)]
    around = [limits[0] - 1, *between, limits[-1] + 1]
    return [sample for pair in zip(around, limits, strict=False) for sample in pair] + [around[-1]]


def _stretch(number: float, limits: Sequence[float]) -> int:
    place = bisect_left(limits, number)
    return 2 * place + (place < len(limits) and limits[place] == number)
