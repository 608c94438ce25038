"""What the linear models look at: words, their shapes and neighbours, the grammars' candidates, the slot asked."""

import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from qualification.understanding import lexicon
from qualification.understanding.reading import Reading
from qualification.understanding.text import MASK, lower
from qualification.understanding.text import words as word_set

BUCKETS = 1 << 18
INTENT_BUCKETS = 1 << 17
Ids = NDArray[np.int32]


def hashed(names: Iterable[str], buckets: int) -> Ids:
    return np.array([zlib.crc32(name.encode("utf-8", "replace")) % buckets for name in names], dtype=np.int32)


def token_features(reading: Reading) -> list[list[str]]:
    """One list of feature names for each token."""
    words = _words(reading)
    kinds = _kinds(reading, words)
    asked = reading.asked or "-"
    setting = _setting(reading, words, asked)
    return [_at(reading, words, kinds, asked, setting, at) for at in range(len(words))]


def _words(reading: Reading) -> list[str]:
    closed = {one.start: f"<{one.label}>" for one in reading.closed}
    return [closed[t.start] if t.text == MASK else _digitless(lower(t.text)) for t in reading.tokens]


def _digitless(word: str) -> str:
    return "".join("9" if c.isdigit() else c for c in word) if len(word) < 12 else word[:12]


def shape(word: str) -> str:
    """Aa for Tom, A for GMBH, 9a for 20k; repeated kinds are one."""
    out = ""
    for c in word[:24]:
        kind = "A" if c.isupper() else "a" if c.islower() else "9" if c.isdigit() else "c" if c.isalpha() else c
        if not out.endswith(kind):
            out += kind
    return out


def _kinds(reading: Reading, words: list[str]) -> list[list[str]]:
    """Lexicon and grammar marks of each token."""
    kinds: list[list[str]] = [[] for _ in words]
    names, titles = lexicon.first_names(), lexicon.title_words()
    for at, word in enumerate(words):
        if word in names:
            kinds[at].append("first")
        if word in titles or word.endswith(("leiter", "leiterin", "manager", "managerin")):
            kinds[at].append("title")
        if word in lexicon.LEGAL:
            kinds[at].append("legal")
        size = lexicon.place_length(words, at)
        for offset in range(size):
            kinds[at + offset].append("place" if offset == 0 else "place+")
    _mark_counted(reading, kinds)
    return kinds


def _mark_counted(reading: Reading, kinds: list[list[str]]) -> None:
    best: dict[tuple[int, str], tuple[float, int, str]] = {}
    starts = [token.start for token in reading.tokens]
    for one in reading.counted:
        for at in range(_first(starts, one.start), len(starts)):
            token = reading.tokens[at]
            if token.start >= one.end:
                break
            place = "B" if token.start <= one.start else "I"
            rank = (one.sure, one.end - one.start, place)
            if rank > best.get((at, one.label), (0.0, 0, "")):
                best[at, one.label] = rank
    for (at, label), (sure, _, place) in best.items():
        kinds[at] += [f"{label}{place}{sure:.1f}", f"{label}{place}"]


def _first(starts: list[int], start: int) -> int:
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if starts[middle] < start else (low, middle)
    return max(0, low - 1) if low >= len(starts) or starts[low] != start else low


def _setting(reading: Reading, words: list[str], asked: str) -> list[str]:
    """What holds for the whole turn."""
    count = len(words)
    size = (
        "1"
        if count == 1
        else "2"
        if count <= 2
        else "4"
        if count <= 4
        else "8"
        if count <= 8
        else "16"
        if count <= 16
        else "+"
    )
    question = "?" if "?" in reading.plain else ""
    return [f"n{size}{question}", f"c{asked}n{size}{question}", f"o{' '.join(words[:1])}", f"o2{' '.join(words[:2])}"]


def _at(
    reading: Reading, words: list[str], kinds: list[list[str]], asked: str, setting: list[str], at: int
) -> list[str]:
    word, form = words[at], shape(reading.tokens[at].text) if not words[at].startswith("<") else words[at]
    return [
        *_by_words(words, at),
        *_by_form(reading, words, form, at),
        *_by_question(words, asked, form, at),
        *_by_edges(word),
        *_by_kind(words, kinds, asked, form, at),
        *setting,
        *(f"{mark}|{form}" for mark in setting[:2]),
        *_verbs(words, at),
    ]


def _by_words(words: list[str], at: int) -> list[str]:
    word, before, after = words[at], _word(words, at - 1), _word(words, at + 1)
    before2, after2 = _word(words, at - 2), _word(words, at + 2)
    return [
        *(f"w{word}", f"w-{before}", f"w+{after}", f"w--{before2}", f"w++{after2}"),
        *(f"b{before}|{word}", f"b+{word}|{after}", f"bb{before2}|{before}", f"aa{after}|{after2}"),
        *(_bound(words, at), f"ll{_left(words, at)}|{word}"),
    ]


def _by_form(reading: Reading, words: list[str], form: str, at: int) -> list[str]:
    """The shape of the word, and of its neighbours beside their words."""
    before, after, before2 = _word(words, at - 1), _word(words, at + 1), _word(words, at - 2)
    left, right = _shape(reading, at - 1), _shape(reading, at + 1)
    return [
        *(f"s{form}", f"s-{left}{form}", f"s+{form}{right}", f"sss{left}{form}{right}"),
        *(f"w-s{before}|{form}", f"w--s{before2}|{before}|{form}", f"w-s+{before}|{form}|{after}"),
        f"l{_left(words, at)}|{form}",
    ]


def _by_question(words: list[str], asked: str, form: str, at: int) -> list[str]:
    place = f"cp{asked}|{min(at, 3)}|{min(len(words) - at, 3)}"
    return [f"c{asked}", f"cw{asked}|{words[at]}", f"cs{asked}|{form}", f"c-{asked}|{_word(words, at - 1)}", place]


def _by_edges(word: str) -> list[str]:
    sizes = [size for size in (2, 3, 4) if len(word) > size]
    return [f"p{size}{word[:size]}" for size in sizes] + [f"e{size}{word[-size:]}" for size in sizes]


def _by_kind(words: list[str], kinds: list[list[str]], asked: str, form: str, at: int) -> list[str]:
    """What lexicon and grammars know of the word and of the ones beside it."""
    word, before, after = words[at], _word(words, at - 1), _word(words, at + 1)
    here, left, right = kinds[at], _kind(kinds, at - 1), _kind(kinds, at + 1)
    return [
        *(name for kind in here for name in (f"k{kind}", f"kc{asked}|{kind}", f"ks{kind}{form}")),
        *(name for kind in here for name in (f"kw+{kind}{after}", f"kw-{kind}{before}")),
        *(name for kind in left for name in (f"k-{kind}", f"k-{kind}{form}", f"k-w{kind}{word}")),
        *(name for kind in right for name in (f"k+{kind}", f"k+w{kind}{word}")),
    ]


def _word(words: list[str], at: int) -> str:
    return words[at] if 0 <= at < len(words) else "<>"


def _shape(reading: Reading, at: int) -> str:
    return shape(reading.tokens[at].text) if 0 <= at < len(reading.tokens) else "<>"


def _kind(kinds: list[list[str]], at: int) -> list[str]:
    return kinds[at] if 0 <= at < len(kinds) else []


def _bound(words: list[str], at: int) -> str:
    return f"at{'<' if at == 0 else ''}{'>' if at == len(words) - 1 else ''}"


def _left(words: list[str], at: int) -> str:
    """The nearest word on the left that opens a phrase."""
    for step in range(at - 1, max(-1, at - 8), -1):
        if words[step] in _OPENERS or not words[step][0].isalnum():
            return words[step]
    return ""


def _verbs(words: list[str], at: int) -> list[str]:
    """Words that govern what follows, up to twelve back in the same sentence: needs, wants, negation, other people."""
    marks = []
    for step in range(at - 1, max(-1, at - 13), -1):
        if words[step] in ".!?\n":
            break
        if words[step] in _GOVERN:
            marks.append(f"g{words[step]}")
            if len(marks) == 2:
                break
    return marks


_OPENERS = word_set(
    "i'm im i am is at from of in for to with name called company based near by around role title need "
    "want looking my our the a we us you your they their he she his her it not no but and or before after "
    "ist bin aus von bei in für mit suis de chez à en pour avec soy es de en para con sono di a per con"
)
_GOVERN = word_set(
    "need needs want wants wanted looking look like love help trying try stop losing lose struggle "
    "struggling replace manage track automate after interested searching seeking require requirement "
    "problem issue can could does do did is are will would what how who where when why not no never don't "
    "if friend brother sister wife husband cousin boss colleague competitor client customer supplier used "
    "previously formerly old former was were brauchen suchen möchten wollen cherche besoin voudrait "
    "necesito queremos busco cerchiamo preciso they he she them their"
)


def intent_features(reading: Reading) -> list[str]:
    words = [_NUMBER if word[0].isdigit() else word for word in _words(reading)]
    asked = reading.asked or "-"
    names = [
        f"c{asked}",
        f"n{min(len(words), 12)}",
        f"cn{asked}|{min(len(words), 4)}",
        f"first{words[0]}" if words else "empty",
    ]
    names += [f"w{word}" for word in set(words)]
    names += [f"cw{asked}|{word}" for word in words[:8]] if reading.asked else []
    names += [f"b{one}|{two}" for one, two in zip(["<", *words], [*words, ">"], strict=True)]
    names += [f"t{one}|{two}|{three}" for one, two, three in zip(words, words[1:], words[2:], strict=False)]
    names += [f"s{one}|{three}" for one, three in zip(words, words[2:], strict=False)]
    names += {f"g{gram}" for word in words[:120] for gram in _grams(word)}
    names += [f"k{one.label}" for one in reading.closed] + sorted(
        {f"k{one.label}{one.sure:.1f}" for one in reading.counted if one.sure > 0.25}
    )
    names += [f"whole{asked}|{' '.join(words)}", f"whole{' '.join(words)}"] if len(words) <= 5 else []
    return (
        names
        + ([f"q{asked}"] if "?" in reading.plain else [])
        + ([f"!{reading.plain.count('!') > 1}"] if "!" in reading.plain else [])
    )


_NUMBER = "#"


def _grams(word: str) -> list[str]:
    if word.startswith("<") or len(word) < 3:
        return []
    padded = f" {word[:16]} "
    return [padded[at : at + size] for size in (3, 4, 5) for at in range(len(padded) - size + 1)]
