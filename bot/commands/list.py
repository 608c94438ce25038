"""`/lead list`: leads by owner, stage, score, age or source, ten at a time."""

from bot.blocks import Message
from bot.config import Desk
from bot.grammar import Ask, Unclear, parse_filters
from bot.lists import PAGE, list_card, said
from qualification.views import Person


def answer(desk: Desk, ask: Ask, by: Person, channel: str, offset: int = 0) -> Message:
    filters = parse_filters(ask.words, by.id)
    if isinstance(filters, Unclear):
        return said(filters.text)
    rows = desk.listed(filters, PAGE + 1, offset)
    return list_card(f"Leads: {ask.words}" if ask.words else "Newest leads", rows, f"list {ask.words}".strip(), offset)
