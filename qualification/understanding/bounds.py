"""Comparators and ranges around a number, shared by sizes and amounts."""

import re
from dataclasses import dataclass

from qualification.understanding.numbers import NUMBER, Number, Skeleton

N = NUMBER
AT_MOST = (
    r"up to|at most|maximum of|maximum|max\.?|maximal|no more than|not more than|not over|not "
    r"exceeding|within|bis zu|bis|höchstens"
    r"|jusqu'à|jusqu'a|au plus|hasta|máximo|maximo|como mucho|até|fino a|massimo|al massimo"
    r"|tot|maximaal|hoogstens|upto|cap of|capped at|до|maks"
    r"|ceiling of|a maximum of|a max of|at the most"
)
BELOW = (
    r"less than|fewer than|under|below|unter|weniger als|moins de|menos de|meno di|minder dan"
    r"|onder|sub|lower than|under about|just under|inferior a|<"
)
AT_LEAST = (
    r"at least|minimum of|minimum|min\.?|from|mindestens|ab|au moins|al menos|mínimo|minimo|pelo menos|almeno|minstens"
    r"|upwards of|north of|no less than|no fewer than|от|>="
)
ABOVE = (
    r"more than|over|above|greater than|mehr als|über|plus de|más de|mais de|oltre|più di"
    r"|meer dan|exceeding|well over|just over|>"
)
AFTER_MOST = (
    r" (?:max(?:imum|imal)?|at (?:the )?(?:very )?most|tops|or (?:less|fewer|under|below|so "
    r"max)|and under|ceiling|top|máximo|maximo|as a maximum)(?!\w)"
)
AFTER_LEAST = r" ?\+|(?: (?:or more|plus|and up|and above|upwards|minimum|min|at least|und mehr|ou plus|o más))(?!\w)"
RANGE_SIGN = r"(?: ?- ?| ?~ ?| to | or | bis | à | a | ou | o | t/m | tot | до | y | und | and | till )"
COMPARATOR = rf"(?:(?P<most>{AT_MOST})|(?P<below>{BELOW})|(?P<least>{AT_LEAST})|(?P<above>{ABOVE})) ?"
BETWEEN = r"(?:between|zwischen|entre|tra|tussen|somewhere between) "


@dataclass(frozen=True, slots=True)
class Bounds:
    low: float | None
    high: float | None


def exact(value: float) -> Bounds:
    return Bounds(value, value)


def spread(first: Number, second: Number) -> Bounds:
    """15-20k is fifteen thousand to twenty thousand."""
    low = (
        first.value * second.scale
        if first.scale == 1 < second.scale and first.value < second.value / second.scale * 1.001
        else first.value
    )
    return Bounds(min(low, second.value), max(low, second.value))


def bounded(kind: str, value: float, step: float = 0) -> Bounds:
    """`step` is what "less than" leaves out: 1 for people, nothing for money."""
    return {
        "most": Bounds(None, value),
        "below": Bounds(None, value - step),
        "least": Bounds(value, None),
        "above": Bounds(value + step, None),
    }.get(kind, exact(value))


def kind_of(match: re.Match[str]) -> str:
    """Which comparator group of a grammar's match took part."""
    return next((kind for kind in ("most", "below", "least", "above") if match.groupdict().get(kind)), "")


def number_of(skeleton: Skeleton, match: re.Match[str], group: str) -> Number:
    return skeleton.at(match.start(group))
