"""`/lead return L-1042 no_budget they wait until spring`."""

from typing import cast

from bot.config import Desk, Outcome
from bot.escape import mrkdwn
from bot.grammar import Unclear, return_code, split_lead
from bot.modals import LONGEST_NOTE
from bot.wishes import Wish, wish
from qualification.stages import RETURN_CODES, ReturnCode
from qualification.views import Person

_REASONS = ", ".join(f"`{code}`" for code in RETURN_CODES)


def read(words: str) -> Wish | Unclear:
    return read_reason("return", words, "Why does it go back?")


def read_reason(verb: str, words: str, why: str) -> Wish | Unclear:
    """For verbs that take a lead, a reason and a few words."""
    lead, rest = split_lead(words)
    if not lead:
        return Unclear(f"Which lead, and why? Type `/lead {verb} L-1042 no_budget they wait until spring`.")
    code, text = return_code(rest)
    if code is None:
        return Unclear(f"{why} Type `/lead {verb} {mrkdwn(lead, 60)}` and one of: {_REASONS}.")
    if code == "other" and not text:
        return Unclear(f"Say in a few words why: `/lead {verb} L-1042 other` and then the reason.")
    return wish(verb, lead, code, text[:LONGEST_NOTE])


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.return_(desk.site_id, ref, by, cast(ReturnCode, wish.code), wish.text)
