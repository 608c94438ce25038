"""`/lead disqualify L-1042 spam`."""

from typing import cast

from bot.commands.return_ import read_reason
from bot.config import Desk, Outcome
from bot.grammar import Unclear
from bot.wishes import Wish
from qualification.stages import ReturnCode
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    return read_reason("disqualify", words, "Why does it not count?")


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.disqualify(desk.site_id, ref, by, cast(ReturnCode, wish.code), wish.text)
