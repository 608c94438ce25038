"""Numbers as people write them, digits or words, and a text in which each is one sign so that grammars stay simple."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from qualification.understanding.number_words import JOINERS, PAUCAL, SCALES, SUFFIXES, WORDS

NUMBER = "\ue000"
ORDINAL = "\ue001"
_DIGITS = re.compile(
    r"(?<![\d])(?:\d{1,2}(?:,\d{2}){1,3},\d{3}|\d{1,3}(?:([., '])\d{3})(?:\1\d{3}){0,3})(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|(?<!\d)\d{1,12}(?:[.,]\d{1,2}(?!\d))?(?!\d)"
)
_WORD = re.compile(r"[^\W\d_]{1,40}")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th|er|ère|º|ª)(?!\w)")
_SUFFIX = re.compile(r" ?(" + "|".join(sorted(map(re.escape, SUFFIXES), key=len, reverse=True)) + r")(?![^\W\d_])")
_CJK_SUFFIX = re.compile("[万萬千百億亿만천백억]{1,2}")
_NOT_A_COUNT = re.compile(r"one[- ]?(?:off|time|man|woman|person|stop|day|of the|more|another|thing)(?!\w)")
_CLOCK = re.compile(r" ?(?:am|pm|a\.m|p\.m|h\d{2}|uhr|o'clock|%|percent|prozent)(?!\w)|:\d")
_CURRENCY_GLUE = re.compile(r"(?:^|[^\w])(?:us|nz|hk|[a-z]{3}|r|n|s|a|c|rs|ksh|tsh|rm|kr|zł|fr|gh₵|e|d)$")
_CJK = {"万": 1e4, "萬": 1e4, "만": 1e4, "千": 1e3, "천": 1e3, "百": 1e2, "백": 1e2, "億": 1e8, "亿": 1e8, "억": 1e8}


@dataclass(frozen=True, slots=True)
class Number:
    """`scale` is the multiplier that was spoken ("k", "lakh"): a range shares the one of its end."""

    value: float
    start: int
    end: int
    scale: float = 1
    suffix: str = ""
    words: bool = False
    loose: bool = False  # "hundreds", "dozens": at least


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`text` with each number as one sign; `origin[i]` is where sign i stands in the original."""

    text: str
    numbers: tuple[Number, ...]
    places: tuple[int, ...]
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.origin[start], (self.origin[end - 1] + self._length(end - 1)) if end > start else self.origin[start]

    def _length(self, at: int) -> int:
        following = self.origin[at + 1] if at + 1 < len(self.origin) else self.origin[at] + 1
        return following - self.origin[at]

    def at(self, place: int) -> Number:
        return self.numbers[bisect_left(self.places, place)]

    def within(self, start: int, end: int) -> tuple[Number, ...]:
        return self.numbers[bisect_left(self.places, start) : bisect_left(self.places, end)]


def skeleton(text: str) -> Skeleton:
    """`text` is folded and lower-cased."""
    numbers = sorted(_apart([*_digit_numbers(text), *_word_numbers(text)]), key=lambda number: number.start)
    parts: list[str] = []
    origin: list[int] = []
    places: list[int] = []
    at = 0
    for number in numbers:
        parts.append(text[at : number.start] + NUMBER)
        origin.extend(range(at, number.start + 1))
        places.append(len(origin) - 1)
        at = number.end
    parts.append(text[at:])
    origin.extend(range(at, len(text) + 1))
    return Skeleton("".join(parts), tuple(numbers), tuple(places), tuple(origin))


def _apart(numbers: list[Number]) -> list[Number]:
    kept: list[Number] = []
    for number in sorted(numbers, key=lambda n: (n.start, -n.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def _digit_numbers(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if _is_something_else(text, start, end):
            continue
        value = digits_value(match[0])
        suffix = _SUFFIX.match(text, end) or _CJK_SUFFIX.match(text, end)
        if suffix is None:
            yield Number(value, start, end)
        else:
            name = suffix[0].strip()
            scale = SUFFIXES.get(name) or _cjk_scale(name)
            yield Number(value * scale, start, suffix.end(), scale, name)


def _is_something_else(text: str, start: int, end: int) -> bool:
    """Part of a word, an ordinal, a clock time, a percentage or a reference."""
    before = text[max(0, start - 4) : start]
    if (
        before
        and (before[-1].isalpha() or before[-1] == "_")
        and not _CURRENCY_GLUE.search(before)
        and before[-1] < "\u3000"
    ):
        return True
    if (before and before[-1] == "#") or (before[-1:] == ":" and before[-2:-1].isdigit()):
        return True
    return bool(_ORDINAL_END.match(text, end) or _CLOCK.match(text, end))


def digits_value(text: str) -> float:
    """The value of digits with separators: 1.200, 1,200, 1 200, 1'200 are one thousand two hundred; 1.2 is not."""
    parts = re.split(r"[., ']", text)
    if len(parts) == 1:
        return float(text)
    if len(parts[-1]) == 3 and parts[0] != "0":
        return float("".join(parts))
    return float("".join(parts[:-1]) + "." + parts[-1])


def _cjk_scale(name: str) -> float:
    scale = 1.0
    for sign in name:
        scale *= _CJK[sign]
    return scale


def _word_numbers(text: str) -> Iterator[Number]:
    words = [(m[0], m.start(), m.end()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        word = words[at][0]
        if (word in WORDS or word in SCALES or word in PAUCAL) and not _NOT_A_COUNT.match(text, words[at][1]):
            number, at = _read_words(text, words, at)
            if number:
                yield number
        else:
            at += 1


def _read_words(text: str, words: list[tuple[str, int, int]], first: int) -> tuple[Number | None, int]:
    total, current, at, end, scale, name = 0.0, 0.0, first, words[first][1], 1.0, ""
    loose = False
    while at < len(words):
        word, start, stop = words[at]
        if at > first and text[end:start] not in (" ", "-", ""):
            break
        if word in WORDS and _fits(current, WORDS[word]):
            current += WORDS[word]
        elif word in PAUCAL and at == first:
            current = PAUCAL[word]
        elif word in SCALES and not loose:
            scale, name = SCALES[word], word
            loose = word.endswith("s") and current == 0 and word in ("hundreds", "dozens", "thousands")
            total, current = _scaled(total, current, scale)
        elif word in JOINERS and at > first and _continues(text, words, at, total + current):
            pass
        else:
            break
        end, at = stop, at + 1
    spelled = words[at - 1][0] if at > first else ""
    if at == first or spelled in PAUCAL or (at - first == 1 and spelled in ("m", "k", "mil", "g")):
        return None, max(at, first + 1)
    start = _article(text, words[first][1])
    value = total + current
    return Number(value, start, end, scale if value >= scale > 1 else 1, name, True, loose), at


def _fits(current: float, value: float) -> bool:
    """Twenty five is one number, five seven is two."""
    if current == 0:
        return True
    if value >= 100:
        return False
    return current % 100 == 0 if value >= 10 else (current % 10 == 0 and current % 100 != 10) or current % 100 == 0


def _scaled(total: float, current: float, scale: float) -> tuple[float, float]:
    if scale in (100, 12):
        return total, (current or 1) * scale
    return (total + (current or 1) * scale, 0.0)


def _continues(text: str, words: list[tuple[str, int, int]], at: int, value: float) -> bool:
    """A joiner ("and", "of", "a") is inside a number only between number words: a hundred and ten, couple of grand."""
    word = words[at][0]
    for step in (1, 2):
        if at + step >= len(words) or text[words[at + step - 1][2] : words[at + step][1]] not in (" ", "-"):
            return False
        following = words[at + step][0]
        if following in SCALES:
            return word in ("of", "a", "de")
        if following in WORDS:
            return word not in ("of", "a") and value >= 100 and value % 100 == 0 and WORDS[following] < 100
        if following not in JOINERS:
            return False
    return False


def _article(text: str, start: int) -> int:
    return start - 2 if text[max(0, start - 3) : start] in (" a ", "a ") else start
