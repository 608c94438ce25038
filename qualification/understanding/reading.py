"""A message as the extractors see it: folded text, closed forms masked, numbers named, candidates of every grammar."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from qualification.facts import Slot, Utterance
from qualification.understanding.found import Found
from qualification.understanding.horizon import find_horizons
from qualification.understanding.mail import find_mails, find_providers
from qualification.understanding.money import find_amounts
from qualification.understanding.numbers import Skeleton, skeleton
from qualification.understanding.phone import find_phones
from qualification.understanding.size import find_sizes
from qualification.understanding.text import MASK, Token, fold, lower, masked, tokens
from qualification.understanding.web import find_sites

MANY = 40  # nobody has more addresses; a pasted list is not read to its end
CANDIDATES = 120
TOKENS = 750  # as many as 4,000 characters of prose have
CLOSED_FORMS = ("email", "phone", "website")


@dataclass(frozen=True, slots=True)
class Reading:
    """`plain` keeps the case and hides closed forms; `tokens` has each closed form as one token."""

    asked: Slot | None
    text: str
    plain: str
    low: str
    bones: Skeleton
    closed: tuple[Found, ...]
    counted: tuple[Found, ...]
    tokens: tuple[Token, ...]
    region: str
    today: date


def read(utterance: Utterance) -> Reading:
    text = fold(utterance.text)
    closed = _closed_forms(text, utterance.region, utterance.context_slot)
    plain = masked(text, [(one.start, one.end) for one in closed])
    low = lower(plain)
    bones = skeleton(low)
    today = utterance.now.date()
    month_first = utterance.region in ("US", "CA", "PH")
    counted = [
        *islice(find_sizes(bones), CANDIDATES),
        *islice(find_amounts(bones), CANDIDATES),
        *islice(find_horizons(low, bones, today, month_first), CANDIDATES),
    ]
    return Reading(
        utterance.context_slot,
        text,
        plain,
        low,
        bones,
        tuple(closed),
        tuple(counted),
        tuple(_merged(tokens(plain), closed)[:TOKENS]),
        utterance.region,
        today,
    )


def _closed_forms(text: str, region: str, asked: Slot | None) -> list[Found]:
    low = lower(text)
    closed = _apart([*islice(find_mails(low), MANY), *islice(find_providers(low), MANY)])
    rest = masked(text, [(one.start, one.end) for one in closed])
    closed += _apart(islice(find_sites(rest), MANY))
    rest = masked(low, [(one.start, one.end) for one in closed])
    phones = [
        one for one in islice(find_phones(rest, region, asked == "phone"), MANY) if not _is_range(one, low, asked)
    ]
    closed += _apart(phones)
    return sorted(closed, key=lambda one: one.start)


_RANGE = re.compile(r"(\d{2,4}) ?[-\u2013] ?(\d{3,6})")


def _is_range(one: Found, low: str, asked: Slot | None) -> bool:
    """ "250-1000" answers how many they are, or how much; as a number to call it lacks its beginning."""
    ends = _RANGE.fullmatch(low[one.start : one.end]) if asked in ("company_size", "budget") else None
    return ends is not None and int(ends[1]) < int(ends[2])


def _apart(found: Iterable[Found]) -> list[Found]:
    """No two share words: the earlier in the list stays."""
    kept: list[Found] = []
    for one in found:
        if not any(other.start < one.end and one.start < other.end for other in kept):
            kept.append(one)
    return kept


def _merged(found: list[Token], closed: list[Found]) -> list[Token]:
    """Two masked forms side by side are two tokens, though the mask runs on."""
    kept = [token for token in found if not token.text.startswith(MASK)]
    kept += [Token(MASK, one.start, one.end) for one in closed]
    return sorted(kept, key=lambda token: token.start)


_SENTENCE = re.compile(r"[.!?\n]")


def sentence_of(text: str, start: int, end: int) -> str:
    """The sentence around a span, within 200 characters on either side."""
    first = max((m.end() for m in _SENTENCE.finditer(text, max(0, start - 200), start)), default=max(0, start - 200))
    last = _SENTENCE.search(text, end, min(len(text), end + 200))
    return text[first : last.end() if last else end + 200]
