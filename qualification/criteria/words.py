"""Visitors' words made comparable, and the wildcard patterns that sort them under labels."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

_PARTS = re.compile(r"[,;/&|()+\n]| and | und | y | et ")
_NO_WORD = re.compile(r"[^\w*]+|_+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, no accents, words separated by one space; `*` stays."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", bare).strip()


def parts(text: str) -> tuple[str, ...]:
    """The whole text and its parts: "CTO & co-founder" is a CTO as well as a co-founder."""
    return tuple(dict.fromkeys(filter(None, (plain(text), *map(plain, _PARTS.split(text.casefold()))))))


def matches(pattern: str, text: str) -> bool:
    """Whether `text` is of the form `pattern`, where * stands for anything; both are compared as given."""
    head, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    if not text.startswith(head):
        return False
    place = len(head)
    *middle, tail = rest
    for piece in middle:
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return len(text) - len(tail) >= place and text.endswith(tail)


def labeller(table: Mapping[str, Sequence[str]]) -> Callable[[str], str | None]:
    """The label whose patterns fit a text best: the longest pattern wins, then the first in the file.

    A pattern with * must fit the whole text or one of its parts, one without may stand anywhere as whole words.
    """
    patterns = [(plain(word), label) for label, words in table.items() for word in words]
    ranked = sorted(patterns, key=lambda pair: -len(pair[0].replace("*", "")))

    @lru_cache(maxsize=4096)
    def label_of(text: str) -> str | None:
        candidates = parts(text[:300])
        return next((label for pattern, label in ranked if _fits(pattern, candidates)), None)

    return label_of


def _fits(pattern: str, candidates: Sequence[str]) -> bool:
    if "*" in pattern:
        return any(matches(pattern, candidate) for candidate in candidates)
    return any(f" {pattern} " in f" {candidate} " for candidate in candidates)
