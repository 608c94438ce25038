"""Words as leads are found by them: what is kept of a lead to look in, and what a search looks for. Pure.

Only letters, digits and the @ of addresses are left on both sides: none of them means anything to a search engine.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import filterfalse, groupby

GRAM = 3  # what the indexes are made of: any three characters in a row
BEFORE = "  "  # stands before every word that is kept, so that "  li" is the beginning of one
LONGEST, MOST = 400, 12  # characters and words of a search that are looked at
PHONE_DIGITS = 5
_LEFT_OUT = dict.fromkeys(map(ord, "'`´‘’ʼʹ′\0"))  # apostrophes, and NUL, which PostgreSQL leaves out too
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"})
_ONE_BY_ONE = "\u3040-\u9fff\U00020000-\U0003ffff"  # scripts without spaces: each sign is a word
_WORD = re.compile(rf"[@{_ONE_BY_ONE}]|[^\W_{_ONE_BY_ONE}]+")


def kept(name: str | None, company: str | None, email: str | None, phone: str | None) -> str:
    """All words of a lead, each with `BEFORE`, and its number as digits. Empty when there are none."""
    fields = (*(_spaced(_plain(said)) for said in (name, company, email) if said), _spaced(_digits(phone or "")))
    return " ".join(filter(None, fields))


def wanted(words: str) -> list[str]:
    """What `kept` must hold, all of it, in any order. Under three characters it must be the beginning of a word."""
    found = (_spaced(part).removeprefix(BEFORE) for part in _parts(_plain(words[:LONGEST])))
    told = (part if len(part) >= GRAM else BEFORE + part for part in found if part.strip(f"{BEFORE}@"))
    return list(dict.fromkeys(told))[:MOST]


def grams(parts: list[str]) -> list[str]:
    """What an index is asked for: every lead that holds these parts has all of these."""
    return list(dict.fromkeys(part[at : at + GRAM] for part in parts for at in range(len(part) - GRAM + 1)))


def _plain(text: str) -> str:
    """Lower case, without accents and signs nobody sees; "O'Brien" is one word."""
    letters = unicodedata.normalize("NFKD", text.translate(_LEFT_OUT))
    return "".join(filterfalse(_is_mark, letters)).casefold().translate(_LETTERS)


def _is_mark(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind == "Cf" or kind.startswith("M")


def _parts(text: str) -> Iterator[str]:
    """What stands between spaces, but a telephone number is one, however it is grouped."""
    for lettered, run in groupby(text.split(), lambda part: any(map(str.isalpha, part))):
        parts = list(run)
        digits = _digits("".join(parts).replace("(0)", ""))
        if lettered or len(digits) < PHONE_DIGITS:
            yield from parts
        else:
            yield digits.lstrip("0") or digits  # dialled 0171 or 0049171, kept as 49171


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _spaced(plain: str) -> str:
    return "".join(BEFORE + word for word in _WORD.findall(plain))
