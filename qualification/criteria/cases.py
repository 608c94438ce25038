"""All kinds of people a few conditions can tell apart, so that the linter can try them instead of guessing."""

from collections.abc import Iterator, Sequence
from itertools import chain, product
from math import prod

from qualification.criteria.conditions import Node, Readings
from qualification.criteria.ranges import NUMBERS, limits_by_field, samples
from qualification.criteria.readings import UNKNOWN, Reading, labels
from qualification.criteria.schema import Condition, CriteriaField, CriteriaFile

MOST = 5000


def cases(file: CriteriaFile, nodes: Sequence[Node], conditions: Sequence[Condition]) -> list[Readings] | None:
    """Readings of every sort of person, everything asked by the conditions being known; None when they are too many."""
    places = sorted(frozenset().union(*(node.fields for node in nodes)))
    names = list(file.fields)
    limits = limits_by_field(conditions)
    values = [_values(file.fields[names[place]], limits.get(names[place], [])) for place in places]
    if not all(node.by_value for node in nodes) or not all(values) or prod(map(len, values)) > MOST:
        return None
    return list(_people(len(names), places, values))


def _people(count: int, places: Sequence[int], values: Sequence[Sequence[Reading]]) -> Iterator[Readings]:
    for chosen in product(*values):
        readings = [UNKNOWN] * count
        for place, reading in zip(places, chosen, strict=True):
            readings[place] = reading
        yield readings


def _values(field: CriteriaField, limits: Sequence[float]) -> list[Reading]:
    """One reading of each sort; none for domains, whose sorts cannot be listed."""
    if field.type in NUMBERS:
        whole = field.type != "money"
        numbers = chain(samples(limits), (limit + step for limit in limits for step in (-1, 1)))
        return [Reading(True, n, n) for n in sorted(set(numbers)) if n >= 0 and (n == int(n) or not whole)]
    return [Reading(True, label=label) for label in labels(field)]
