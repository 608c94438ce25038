"""Conditions compiled to functions: is it so, for now, or not known? Unknown is never false."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qualification.criteria import schema
from qualification.criteria.readings import Reading
from qualification.criteria.words import plain

NO, NO_FOR_NOW, UNDECIDED, YES_FOR_NOW, YES = range(5)
"""Truth in order, so that `all` is the least, `any` the greatest, and `not` turns the order round."""

Readings = Sequence[Reading]
Test = Callable[[Readings], int]


class Place(NamedTuple):
    """A field's place among the readings, and its type."""

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Node:
    """A compiled condition: its test, the fields it needs by their place, and its parts."""

    test: Test
    fields: frozenset[int]
    parts: tuple["Node", ...] = ()
    by_value: bool = True
    """Whether the field's value alone decides it (not the words it was said in)."""


def compile_condition(condition: schema.Condition, places: Mapping[str, Place]) -> Node:
    if condition.all:
        return _joined([compile_condition(part, places) for part in condition.all], least=True)
    if condition.any:
        return _joined([compile_condition(part, places) for part in condition.any], least=False)
    if condition.not_:
        inner = compile_condition(condition.not_, places)
        return Node(lambda readings: YES - inner.test(readings), inner.fields, (inner,), inner.by_value)
    [(name, check)] = condition.checks.items()
    number, kind = places[name]
    operators = _DOMAIN if kind == "domain" else OPERATORS
    by_value = kind == "domain" or check.operator != "contains"
    return Node(operators[check.operator](number, check.value), frozenset({number}), (), by_value)


def _joined(parts: list[Node], least: bool) -> Node:
    tests = tuple(part.test for part in parts)
    fields = frozenset().union(*(part.fields for part in parts))
    by_value = all(part.by_value for part in parts)

    def every(readings: Readings) -> int:
        return min([test(readings) for test in tests])

    def some(readings: Readings) -> int:
        return max([test(readings) for test in tests])

    return Node(every if least else some, fields, tuple(parts), by_value)


def undecided_fields(node: Node, readings: Readings) -> Iterator[int]:
    """The places of the fields that could still turn `node`, in the order of the file."""
    if node.test(readings) in (YES, NO):
        return
    if not node.parts:
        yield from node.fields
    for part in node.parts:
        yield from undecided_fields(part, readings)


def _gte(place: int, value: float) -> Test:
    return lambda readings: YES if readings[place].low >= value else NO if readings[place].high < value else UNDECIDED


def _gt(place: int, value: float) -> Test:
    return lambda readings: YES if readings[place].low > value else NO if readings[place].high <= value else UNDECIDED


def _lte(place: int, value: float) -> Test:
    return lambda readings: YES if readings[place].high <= value else NO if readings[place].low > value else UNDECIDED


def _lt(place: int, value: float) -> Test:
    return lambda readings: YES if readings[place].high < value else NO if readings[place].low >= value else UNDECIDED


def _between(place: int, ends: Sequence[float]) -> Test:
    low, high = ends

    def test(readings: Readings) -> int:
        reading = readings[place]
        if low <= reading.low and reading.high <= high:
            return YES
        return NO if reading.high < low or high < reading.low else UNDECIDED

    return test


def _is(place: int, value: Any) -> Test:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _between(place, (value, value))
    return _in(place, (value,))


def _in(place: int, values: Sequence[Any]) -> Test:
    wanted = frozenset(values)

    def test(readings: Readings) -> int:
        label = readings[place].label
        return UNDECIDED if label is None else YES if label in wanted else NO

    return test


def _domain_in(place: int, values: Sequence[str] | str) -> Test:
    return _in(place, [value.casefold() for value in ([values] if isinstance(values, str) else values)])


def _contains(place: int, words: str) -> Test:
    """Looks at the words themselves, from the beginning of a word; they are all there when anything is."""
    wanted = f" {plain(words)}"

    def test(readings: Readings) -> int:
        reading = readings[place]
        if not reading.known:
            return UNDECIDED
        return YES if wanted in f" {plain(reading.text)}" else NO

    return test


def _domain_contains(place: int, words: str) -> Test:
    wanted = words.casefold()

    def test(readings: Readings) -> int:
        label = readings[place].label
        return UNDECIDED if label is None else YES if wanted in str(label) else NO

    return test


def _known(place: int, wanted: bool) -> Test:
    if wanted:
        return lambda readings: YES if readings[place].known else UNDECIDED
    return lambda readings: NO if readings[place].known else YES_FOR_NOW


OPERATORS: dict[str, Callable[[int, Any], Test]] = {
    "is": _is,
    "in": _in,
    "gte": _gte,
    "lte": _lte,
    "gt": _gt,
    "lt": _lt,
    "between": _between,
    "contains": _contains,
    "known": _known,
}
_DOMAIN = OPERATORS | {"is": _domain_in, "in": _domain_in, "contains": _domain_contains}
_NUMBER = ("is", "gte", "lte", "gt", "lt", "between")
ALLOWED: dict[str, tuple[str, ...]] = {
    "int_range": (*_NUMBER, "known"),
    "money": (*_NUMBER, "known"),
    "days": (*_NUMBER, "known"),
    "event_count": (*_NUMBER, "known"),
    "score": _NUMBER,
    "enum": ("is", "in", "contains", "known"),
    "domain": ("is", "in", "contains", "known"),
    "email_kind": ("is", "in", "known"),
    "flag": ("is", "known"),
}
"""Which operators each type of field understands."""
