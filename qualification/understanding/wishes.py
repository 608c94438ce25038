"""Whose wish it is, and whether it is one: "I'd love a demo", "no demo please", "my friend wants a demo"."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

from qualification.understanding import wish_words as words
from qualification.understanding.clauses import clauses
from qualification.understanding.text import fold, lower

WishKind = Literal["demo", "talk_to_sales", "quote", "purchase_intent"]
Stance = Literal["asked", "denied", "others", "later", "past", "question", "mentioned"]
MANY = 5  # in one clause; nobody asks more often in one breath
WISHES: tuple[WishKind, ...] = ("demo", "talk_to_sales", "quote", "purchase_intent")


@dataclass(frozen=True, slots=True)
class Wish:
    """A thing one may wish for and what is said of it; `clause` are the offsets of the clause around it."""

    kind: WishKind
    stance: Stance
    clause: tuple[int, int]


@lru_cache(maxsize=16)  # a turn asks for the same message a dozen times
def find_wishes(text: str) -> tuple[Wish, ...]:
    """Every demo, talk, quote or purchase a message speaks of, in its own clause."""
    low = lower(fold(text))
    return tuple(wish for start, end in clauses(low) for wish in _in_clause(low, start, end))


def _in_clause(low: str, start: int, end: int) -> list[Wish]:
    clause = low[start:end]
    found = []
    for kind in WISHES:
        for thing in islice(words.THINGS[kind].finditer(clause), MANY):
            found.append(Wish(kind, _stance(kind, clause, thing), (start, end)))
    return found


def _stance(kind: WishKind, clause: str, thing: re.Match[str]) -> Stance:
    """The first that fits; a thing nobody asks for is only mentioned."""
    before, after = clause[max(0, thing.start() - 160) : thing.start()], clause[thing.end() : thing.end() + 80]
    near = re.split(r"[,:(]", before)[-1]
    if _is_denied(near + thing[0], after):
        return "denied"
    if words.SOMEONE_ELSES.search(before) or words.OWN_PROCESS.search(before):
        return "others"
    if kind == "talk_to_sales" and (thing[0].startswith(("our ", "my ")) or words.OTHER_DOOR.search(clause)):
        return "others"
    if kind == "talk_to_sales" and words.SALES_STAFF.match(thing[0]) and words.OWN_STAFF.search(before):
        return "others"
    if words.LATER.search(clause):
        return "later"
    if words.ABOUT_IT.search(before + thing[0]) and not words.OWN_QUESTION.search(clause):
        return "question"
    if words.OFFERED_TO_US.search(before):
        return "mentioned"
    if words.PAST.search(near) and not words.STILL_WAITING.search(clause):
        return "past"
    return "asked" if _is_asked(kind, before, thing[0], after) else "mentioned"


def _is_denied(near: str, after: str) -> bool:
    return bool(words.NOT.search(words.NO_DENIAL.sub(" ", near)) or words.NOT_AFTER.match(after))


def _is_asked(kind: WishKind, before: str, thing: str, after: str) -> bool:
    """Wanted in words, an order to us, or nothing but the thing: "demo?", "a call please", "quote for 40 seats"."""
    if words.SELF.match(thing) and words.OPENING.fullmatch(before):
        return True
    if kind == "purchase_intent":
        return bool(words.SWITCHING.match(thing) or words.BUY_WANTED.search(before))
    bare = words.BARE_BEFORE.fullmatch(before) and words.BARE_AFTER.match(after)
    return bool(words.WANTED.search(before) or bare)


def asks(text: str) -> frozenset[WishKind]:
    return frozenset(wish.kind for wish in find_wishes(text) if wish.stance == "asked")


def denies(text: str) -> frozenset[WishKind]:
    """What is turned down and not asked for in the same breath."""
    found = find_wishes(text)
    asked = {wish.kind for wish in found if wish.stance == "asked"}
    return frozenset(wish.kind for wish in found if wish.stance == "denied") - asked
