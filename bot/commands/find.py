"""`/lead find`: leads by part of a name, company, address or number."""

from bot.blocks import Message
from bot.commands.status import row
from bot.config import Desk
from bot.grammar import Ask, lead_words, reference
from bot.lists import PAGE, list_card, said, unknown_lead
from qualification.views import LeadRow, Person


def answer(desk: Desk, ask: Ask, by: Person, channel: str, offset: int = 0) -> Message:
    words = lead_words(ask.words)
    if not words:
        return said("What shall I look for? Type `/lead find acme`, or part of a name, address or phone number.")
    rows = _found(desk, words, offset + PAGE + 1)[offset:]
    if not rows:
        return unknown_lead(words)
    return list_card(f"Leads like “{words}”", rows, f"find {words}", offset)


def _found(desk: Desk, words: str, limit: int) -> tuple[LeadRow, ...]:
    """A reference is found as well: whoever pastes one wants that lead."""
    if reference(words) is None:
        return desk.doors.enquiry.find(desk.site_id, words, limit)
    lead = desk.doors.enquiry.lead(desk.site_id, words)
    return (row(lead),) if lead else ()
