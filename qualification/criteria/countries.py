"""Which country a place named in plain words lies in."""

import re
from collections.abc import Mapping
from functools import lru_cache

from qualification.criteria.country_names import CITY_NAMES, COUNTRY_NAMES, REGION_NAMES
from qualification.criteria.words import plain

_LONGEST = 6  # words in a name
_BREAK = re.compile(r"[,;/|()+&\n]")


def _table(text: str) -> dict[str, str]:
    rows = (line.split(": ") for line in text.strip().splitlines())
    return {plain(name): code for code, names in rows for name in names.split(" | ")}


_KINDS: tuple[Mapping[str, str], ...] = (_table(COUNTRY_NAMES), _table(REGION_NAMES), _table(CITY_NAMES))
COUNTRIES = frozenset(_KINDS[0].values())


@lru_cache(maxsize=4096)
def country_of(text: str) -> str | None:
    """The ISO 3166 code, None when no place is named or they lie in several countries.

    A country outweighs a region and a region a city: "London, Ontario" is in Canada.
    """
    code = text.strip()
    if len(code) == 2 and code.isupper():
        return {"UK": "GB"}.get(code, code if code in COUNTRIES else None)
    found: tuple[set[str], ...] = (set(), set(), set())
    for piece in _BREAK.split(text[:300]):
        _collect(plain(piece).split(), found)
    named = next((codes for codes in found if codes), set())
    return next(iter(named)) if len(named) == 1 else None


def _collect(words: list[str], found: tuple[set[str], ...]) -> None:
    """The longest names first, word by word: "New Mexico" is not Mexico."""
    place = 0
    while place < len(words):
        place += next((n for n in range(_LONGEST, 0, -1) if _note(" ".join(words[place : place + n]), found)), 1)


def _note(name: str, found: tuple[set[str], ...]) -> bool:
    for table, codes in zip(_KINDS, found, strict=True):
        if name in table:
            codes.add(table[name])
            return True
    return False
