"""`/lead assign L-1042 @ben`."""

from bot.blocks import Message
from bot.config import Desk, Outcome
from bot.grammar import Unclear, split_lead, user_of
from bot.lists import said
from bot.wishes import Wish, wish
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    lead, rest = split_lead(words)
    to = user_of(rest.removeprefix("to "))
    if not lead or to is None:
        return Unclear(
            "Which lead, and to whom? Type `/lead assign L-1042 @` and choose the person from Slack's list. "
            "Nothing was changed."
        )
    return wish("assign", lead, to=to)


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome | Message:
    to = by if wish.to == "me" else desk.colleague(str(wish.to))
    return said(to) if isinstance(to, str) else desk.doors.handoff.assign(desk.site_id, ref, by, to)
