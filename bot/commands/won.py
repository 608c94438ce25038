"""`/lead won L-1042 12k EUR signed today`."""

from bot.config import Desk, Outcome
from bot.grammar import Unclear, split_lead
from bot.modals import LONGEST_NOTE
from bot.sheets import read_sheet, sheet_of
from bot.wishes import Wish, wish
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    lead, rest = split_lead(words)
    if not lead:
        return Unclear("Which lead, and for how much? Type `/lead won L-1042 12k EUR`.")
    sheet = read_sheet(rest)
    if isinstance(sheet, Unclear):
        return sheet
    return wish("won", lead, text=sheet[0][:LONGEST_NOTE], sheet=sheet[1])


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    sheet = sheet_of(wish.sheet, desk.clock().date())
    return desk.doors.handoff.won(desk.site_id, ref, by, sheet, wish.text)
