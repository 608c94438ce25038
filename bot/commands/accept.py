"""`/lead accept L-1042`, and what is known of the deal: `budget: 20k; next: call on Thursday`."""

from bot.config import Desk, Outcome
from bot.grammar import Unclear
from bot.sheets import HOW, read_sheet, sheet_of, starts_at
from bot.wishes import Wish, about_one_lead, wish
from qualification.views import Person


def read(words: str) -> Wish | Unclear:
    """A name may have several words, so the sheet begins where its first `key:` does."""
    begins = starts_at(words)
    lead = about_one_lead("accept", words[:begins])
    sheet = read_sheet(words[begins:])
    if isinstance(lead, Unclear):
        return Unclear(f"{lead.text} {HOW}") if words[begins:] else lead
    return sheet if isinstance(sheet, Unclear) else wish("accept", lead.words, sheet=sheet[1])


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.accept(desk.site_id, ref, by, sheet_of(wish.sheet, desk.clock().date()))
