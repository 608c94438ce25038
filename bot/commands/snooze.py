"""`/lead snooze L-1042 tomorrow`."""

from bot.blocks import Message
from bot.config import Desk, Outcome
from bot.grammar import Unclear, split_lead
from bot.lists import said
from bot.moments import is_moment, moment_of
from bot.wishes import Wish, wish
from qualification.views import Person

UNTIL = "Until when? Type `/lead snooze L-1042` and `2h`, `tomorrow`, `mon` or `2026-12-01`. Nothing was changed."


def read(words: str) -> Wish | Unclear:
    lead, rest = split_lead(words)
    until = rest.removeprefix("until ")
    return wish("snooze", lead, text=until) if lead and is_moment(until) else Unclear(UNTIL)


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome | Message:
    until = moment_of(wish.text, desk.clock(), desk.config.team.hours)
    return desk.doors.handoff.snooze(desk.site_id, ref, by, until) if until else said(UNTIL)
