"""A wish: what a rep wants done with which lead, before anybody looked whether it can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.grammar import Unclear, lead_words, reference


@dataclass(frozen=True, slots=True)
class Wish:
    """`ref` when the words are a reference; otherwise `words` have to be looked up.

    `to` is a Slack user id or `me`, `sheet` what is told of the deal, by key and as it was typed.
    """

    verb: str
    words: str
    ref: str | None = None
    code: str | None = None
    text: str = ""
    to: str | None = None
    sheet: Mapping[str, str] = field(default_factory=dict)
    key: str = ""  # of the request it came by, by which what must not be done twice is known


def wish(
    verb: str,
    words: str,
    code: str | None = None,
    text: str = "",
    to: str | None = None,
    sheet: Mapping[str, str] | None = None,
) -> Wish:
    named = lead_words(words)
    return Wish(verb, named, reference(named), code, text, to, sheet or {})


def about_one_lead(verb: str, words: str) -> Wish | Unclear:
    """For verbs that take a lead and nothing else."""
    if not lead_words(words):
        return Unclear(f"Which lead? Type `/lead {verb} L-1042`, or an e-mail address, or `/lead {verb} last`.")
    return wish(verb, words)
