"""`/lead lost L-1042 no_budget they wait until spring`."""

from typing import cast

from bot.commands.return_ import read_reason
from bot.config import Desk, Outcome
from bot.grammar import Unclear
from bot.wishes import Wish
from qualification.stages import ReturnCode
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    return read_reason("lost", words, "Why is it lost?")


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.lost(desk.site_id, ref, by, cast(ReturnCode, wish.code), wish.text)
