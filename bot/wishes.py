"""A wish: what a rep wants done with which lead, before anybody looked whether it can be."""

from dataclasses import dataclass

from bot.grammar import Unclear, lead_words, reference


@dataclass(frozen=True, slots=True)
class Wish:
    """`ref` when the words are a reference; otherwise `words` have to be looked up."""

    verb: str
    words: str
    ref: str | None = None
    code: str | None = None
    text: str = ""


def wish(verb: str, words: str, code: str | None = None, text: str = "") -> Wish:
    named = lead_words(words)
    return Wish(verb, named, reference(named), code, text)


def about_one_lead(verb: str, words: str) -> Wish | Unclear:
    """For verbs that take a lead and nothing else."""
    if not lead_words(words):
        return Unclear(f"Which lead? Type `/lead {verb} L-1042`, or an e-mail address, or `/lead {verb} last`.")
    return wish(verb, words)
