"""Only what holds at the end of the turn: "ana@old.com no wait, ana@new.com" and "not gmial, gmail"."""

import re
from dataclasses import replace

from qualification.facts import Entity
from qualification.understanding.reading import Reading

_MARK = re.compile(
    r"(?<!\w)(?:no wait|wait|hang on|hold on|sorry|i mean|i meant|rather|actually|scratch that"
    r"|correction|make that|oops|typo|no longer|instead|down to|up to now|now|nein|pardon"
    r"|perdón|scusa|oh no|or rather|well)(?!\w)"
)
_FIX = re.compile(
    r"(?<!\w)not (?P<old>[\w.-]{2,30})[,;:]? {1,2}(?:but |it's |its |- )?(?P<new>[\w.-]{2,30})"
    r"|(?<![\w.@])(?P<new2>[\w.-]{2,30}),? not (?P<old2>[\w.-]{2,30})"
)
_ONE_ONLY = ("email", "company_size", "budget")


def settled(entities: list[Entity], reading: Reading) -> list[Entity]:
    return [_mended(one, reading) for one in entities if not _replaced(one, entities, reading)]


def _replaced(one: Entity, entities: list[Entity], reading: Reading) -> bool:
    """A later value of the same slot, with a word of correction between them."""
    later = [other for other in entities if other.label == one.label and other.start > one.end]
    return one.label in _ONE_ONLY and any(_MARK.search(reading.low[one.end : other.start]) for other in later)


def _mended(one: Entity, reading: Reading) -> Entity:
    fix = _FIX.search(reading.low) if one.label == "email" and isinstance(one.value, str) else None
    if fix is None or not isinstance(one.value, str):
        return one
    old, new = (fix["old"] or fix["old2"]).strip("."), (fix["new"] or fix["new2"]).strip(".")
    return (
        replace(one, value=one.value.replace(old, new), confidence=0.95)
        if old in one.value and new not in one.value
        else one
    )
