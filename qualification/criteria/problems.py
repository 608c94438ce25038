"""What is wrong with a criteria file, said so that a marketer finds the line and the right name."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

TOLD = 40  # problems of a file that are written out: nobody mends more at once
Path = tuple[str | int, ...]
"""Where something stands in the file: keys and list positions from the top."""


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """`hint` says what to do; it may be empty."""

    line: int
    what: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.what}, line {self.line}" + (f"; {self.hint}" if self.hint else "")


class CriteriaError(ValueError):
    """The file cannot be used. `problems` holds everything that is wrong with it, in the order of the lines."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems: Sequence[Problem] = tuple(sorted(set(problems)))
        more = [f"{name}: and {len(self.problems) - TOLD} more"] if len(self.problems) > TOLD else []
        super().__init__("\n".join([*(f"{name}: {problem}" for problem in self.problems[:TOLD]), *more]))


def did_you_mean(word: object, names: Iterable[object]) -> str:
    """A hint with the name nearest to `word`, or all names when none is near and they are few."""
    known = [str(name) for name in names]
    best = nearest(str(word), known)
    if best:
        return f"did you mean {best}?{look_alike(str(word))}"
    if len(known) > 12 or not known:
        return ""
    return f"use one of: {', '.join(known)}" if len(known) > 1 else f"use {known[0]}"


def nearest(word: str, names: Sequence[str]) -> str | None:
    found = process.extractOne(
        word[:80].casefold(),
        names,
        scorer=DamerauLevenshtein.normalized_similarity,
        processor=str.casefold,
        score_cutoff=0.6,
    )
    return found[0] if found else None


def look_alike(word: str) -> str:
    """A letter of another alphabet, or one nobody sees, is named: what it stands in looks right."""
    strange = next((char for char in word if not char.isascii()), None)
    if strange is None:
        return ""
    named = unicodedata.name(strange, "a letter of another alphabet").lower()
    return f" (U+{ord(strange):04X} in it is {named})"
