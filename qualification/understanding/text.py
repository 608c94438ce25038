"""A visitor's text made safe to read: capped, look-alike characters folded, every offset still the original one."""

import re
import unicodedata
from dataclasses import dataclass

CAP = 4000
MASK = "\ue002"
_SPACES = "\t\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_QUOTES = "\u2018\u2019\u201a\u201b\u02bc\u00b4\u0060"
_TABLE = (
    {ord(c): " " for c in _SPACES}
    | {ord(c): "-" for c in _DASHES}
    | {ord(c): "'" for c in _QUOTES}
    | {ord(c): '"' for c in "\u201c\u201d\u201e\u00ab\u00bb"}
    | {0xFF01 + i: chr(0x21 + i) for i in range(94)}
    | {0xE000 + i: "?" for i in range(8)}
    | {0x0660 + i: str(i) for i in range(10)}
    | {0x0966 + i: str(i) for i in range(10)}
    | dict.fromkeys(range(55296, 57344), "?")
)
# One token is a word or number, one letter of a script written without blanks, or up to 16 equal signs.
_TOKEN = re.compile(
    r"[\u3040-\u30ff]{1,12}|[\u3400-\u9fff]|\ue002{1,4000}"
    r"|[^\W_\u3040-\u30ff\u3400-\u9fff]{1,64}|\n|([^\w\s]|_)\1{0,15}"
)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Composed:
    """A text whose accents are part of their letters; `places` are the offsets of its characters as it was typed."""

    text: str
    places: tuple[int, ...]


def composed(text: str) -> Composed | None:
    """Some keyboards and paste send a letter and its accent apart, which no word survives; None when none is."""
    if unicodedata.is_normalized("NFC", text):
        return None
    parts, places = list[str](), list[int]()
    for cluster in _CLUSTER.finditer(text[: 4 * CAP]):
        whole = unicodedata.normalize("NFC", cluster[0])
        parts.append(whole)
        places += [cluster.start()] * len(whole)
    return Composed("".join(parts), (*places, min(len(text), 4 * CAP)))


_CLUSTER = re.compile(r".[\u0300-\u036f]{0,8}", re.DOTALL)


def fold(text: str) -> str:
    """The text as the extractors read it: same length (up to the cap), so that offsets hold."""
    return text[:CAP].translate(_TABLE)


def lower(text: str) -> str:
    """Lower case that keeps the length (the capital dotted I of Turkish would become two)."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def tokens(text: str) -> list[Token]:
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


def masked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with the spans blanked by a sign no word or number contains."""
    parts, at = [], 0
    for start, end in sorted(spans):
        parts += [text[at:start], MASK * (end - start)]
        at = end
    return "".join(parts) + text[at:]


def trimmed(text: str, start: int, end: int, edges: str = " \n\r\t.,;:!?\"'()[]<>*-/|&") -> tuple[int, int]:
    while start < end and text[start] in edges:
        start += 1
    while end > start and text[end - 1] in edges:
        end -= 1
    return start, end


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())
