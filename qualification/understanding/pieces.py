"""A message in pieces of words, as the encoder reads it: what was asked, then the words with their case and marks."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualification.understanding.reading import Reading
from qualification.understanding.text import MASK

LONGEST = 192
"""Pieces of one message; what is said after them is left to the linear models."""
COUNTED = ("company_size", "budget", "timeline")
MARKS = 2 * len(COUNTED)
UNKNOWN, START, END, HIDDEN = "[UNK]", "[CLS]", "[SEP]", "[MASK]"
_CLOSED = {"email": "email", "phone": "phone", "website": "website"}
Vocabulary = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pieces:
    """`ids`, `cases` and `marks` for each piece; `firsts` is the place of the first piece of each token that fits."""

    ids: NDArray[np.int32]
    cases: NDArray[np.int8]
    marks: NDArray[np.float32]
    firsts: NDArray[np.int32]


def pieces(reading: Reading, vocabulary: Vocabulary) -> Pieces:
    asked = ["asked", *(reading.asked or "nothing").split("_")]
    ids = [vocabulary[START], *(vocabulary[word] for word in asked), vocabulary[END]]
    head, firsts, cases, tokens = len(ids), [], [0] * len(ids), []
    closed = {one.start: _CLOSED[one.label] for one in reading.closed}
    for at, token in enumerate(reading.tokens):
        if len(ids) >= LONGEST - 8:
            break
        word = closed.get(token.start, "website") if token.text.startswith(MASK) else token.text
        split = _split(word, vocabulary)
        firsts.append(len(ids))
        ids += split
        cases += [_case(token.text)] * len(split)
        tokens += [at] * len(split)
    ids.append(vocabulary[END])
    cases.append(0)
    marks = np.zeros((len(ids), MARKS), np.float32)
    if tokens:
        marks[head : head + len(tokens)] = _marks(reading)[tokens]
    return Pieces(np.array(ids, np.int32), np.array(cases, np.int8), marks, np.array(firsts, np.int32))


def _split(word: str, vocabulary: Vocabulary) -> list[int]:
    """Greedily, the longest known piece first; a word with an unknown part is unknown as a whole."""
    plain = _plain(word)[:40]
    found, start = [], 0
    while start < len(plain):
        known = next(_known(plain, start, vocabulary), None)
        if known is None:
            return [vocabulary[UNKNOWN]]
        end, number = known
        found.append(number)
        start = end
    return found[:8] or [vocabulary[UNKNOWN]]


def _known(plain: str, start: int, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    joined = "##" if start else ""
    for end in range(len(plain), start, -1):
        number = vocabulary.get(joined + plain[start:end])
        if number is not None:
            yield end, number


def _plain(word: str) -> str:
    small = word.lower()
    if small.isascii():
        return small
    return "".join(char for char in unicodedata.normalize("NFD", small) if not unicodedata.combining(char))


def _case(word: str) -> int:
    """0 no capitals, 1 the first alone, 2 all of several, 3 others."""
    if word == word.lower():
        return 0
    if word[0].isupper() and word[1:] == word[1:].lower():
        return 1
    return 2 if word == word.upper() else 3


def _marks(reading: Reading) -> NDArray[np.float32]:
    """How sure the grammars are that a token begins or goes on with a size, an amount or a time."""
    found = np.zeros((len(reading.tokens), MARKS), np.float32)
    for one in reading.counted:
        column = 2 * COUNTED.index(one.label)
        for at, token in enumerate(reading.tokens):
            if token.start >= one.end:
                break
            if token.end > one.start:
                place = column + (token.start > one.start)
                found[at, place] = max(found[at, place], one.sure)
    return found
