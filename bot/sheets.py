"""What a rep writes down of a deal, read: `budget: 20k; next: send the offer; amount: 12k EUR; date: 15 Dec`. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from bot.escape import mrkdwn
from bot.grammar import Unclear
from bot.moments import ANY_DAY, day_of
from qualification.facts import Money
from qualification.sheet import LETTERS, Letter, Sheet
from qualification.understanding.money import read_money

LONGEST = 300
HOW = (
    "Write it like `budget: 20k a year; need: yes; authority: decides; timing: this quarter; next: send the offer; "
    "amount: 12k EUR; date: 15 Dec; deal: 4711`."
)
_NAMES = {"next": "next_step", "deal": "deal_id", "icp": "icp_override", "bant": "bant_waiver"}
_KEY = re.compile(
    rf"(?<![^\s;,])({'|'.join(LETTERS)}|next(?: step)?|amount|date|deal|icp|bant)\s?[:=]\s?", re.IGNORECASE
)
_AMOUNT = re.compile(r"(?:[A-Z]{3} ?|[€$£₹] ?)?\d[\d.,']*(?: ?(?:k|m|lakh|crore)\b)?(?: ?(?:[A-Z]{3}\b|[€$£₹]))?")
Told = Mapping[str, str]


def read_sheet(words: str) -> tuple[str, Told] | Unclear:
    """The words before the first `key:`, and what was told by key; an amount may stand in front without one."""
    keys = list(_KEY.finditer(words))
    before = words[: keys[0].start()] if keys else words
    told = dict(_told(words, keys))
    if "amount" not in told and (amount := _AMOUNT.match(before)):
        told["amount"], before = amount[0], before[amount.end() :]
    for name, readable in (("amount", amount_of), ("date", lambda value: day_of(value, ANY_DAY))):
        if name in told and readable(told[name]) is None:
            return Unclear(f"I cannot read the {name} `{mrkdwn(told[name], 60)}`. {HOW} Nothing was changed.")
    return before.strip(" ,;"), told


def starts_at(words: str) -> int:
    """Where the first `key:` stands; the end when there is none."""
    key = _KEY.search(words)
    return key.start() if key else len(words)


def _told(words: str, keys: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    ends = [*(key.start() for key in keys), len(words)][1:]
    for key, end in zip(keys, ends, strict=False):
        if value := words[key.end() : end].strip(" ,;"):
            yield key[1].lower().partition(" ")[0], value[:LONGEST]


def amount_of(words: str) -> Money | None:
    """Of a range the most: a deal is worth what is asked for it."""
    money = read_money(words[:60])
    return money if money is not None and money.max is not None else None


def sheet_of(told: Told, today: date) -> Sheet | None:
    """None when nothing was told."""
    if not told:
        return None
    money = amount_of(told["amount"]) if "amount" in told else None
    letters: dict[Letter, str] = {letter: told[letter] for letter in LETTERS if letter in told}
    words = {name: told[key] for key, name in _NAMES.items() if key in told}
    return Sheet(
        bant=letters,
        amount=money.max if money else None,
        currency=money.currency if money else None,
        day=day_of(told["date"], today) if "date" in told else None,
        **words,
    )
