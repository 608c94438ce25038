"""`/lead reopen`."""

from bot.config import Desk, Outcome
from bot.grammar import Unclear
from bot.wishes import Wish, about_one_lead
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    return about_one_lead("reopen", words)


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.reopen(desk.site_id, ref, by)
