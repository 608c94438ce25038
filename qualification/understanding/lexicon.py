"""Words we know beforehand: places, given names, words of job titles, legal forms of companies."""

import re
from functools import cache
from pathlib import Path

from qualification.understanding.text import words

_DATA = Path(__file__).parent / "data"
LEGAL = words(
    "ltd limited llc llp inc incorporated corp corporation co company plc gmbh ag kg ug ohg gbr ev e.v se "
    "sa sarl sas sasu srl spa snc sl slu sc ltda eireli bv nv vof cv ab as asa aps oy oyj kft zrt bt sro "
    "doo ood sp pty pte pvt kk holdings group gruppe groupe grupo sons & partners brothers bros "
    "foundation trust institute university college school academy hospital clinic hotel agency studio "
    "studios labs lab solutions services consulting logistics bakery brewery farm farms dental legal law "
    "bank insurance council ministry municipality city church parish association club society union "
    "cooperative coop werkstatt stiftung verein fundación fundação associação fondation association "
    "comune mairie rathaus stadtwerke"
)


@cache
def _lines(name: str) -> tuple[str, ...]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def places() -> frozenset[tuple[str, ...]]:
    """Each place as its words."""
    return frozenset(tuple(re.findall(r"[^\W_]+", name)) for line in _lines("places.txt") for name in line.split(","))


@cache
def first_names() -> frozenset[str]:
    return frozenset(word for line in _lines("first_names.txt") for word in line.split())


@cache
def title_words() -> frozenset[str]:
    return frozenset(word for line in _lines("titles.txt") for word in line.split())


def place_length(words: list[str], at: int) -> int:
    """How many words from `at` on name a known place, 0 for none."""
    return next(
        (size for size in (4, 3, 2, 1) if tuple(words[at : at + size]) in places() and at + size <= len(words)), 0
    )
