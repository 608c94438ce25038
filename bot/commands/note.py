"""`/lead note L-1042 prefers to be called after five`."""

from bot.config import Desk, Outcome
from bot.grammar import Unclear, split_lead
from bot.modals import LONGEST_NOTE
from bot.wishes import Wish, wish
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    lead, text = split_lead(words)
    if not lead or not text:
        return Unclear("Which lead, and what shall I note? Type `/lead note L-1042 prefers to be called after five`.")
    return wish("note", lead, text=text[:LONGEST_NOTE])


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.note(desk.site_id, ref, by, wish.text)
