"""`/lead queue`: who waits because the day is full, best first, ten at a time; each can be claimed."""

from bot.blocks import Message
from bot.config import Desk
from bot.grammar import Ask
from bot.lists import PAGE, list_card, said
from qualification.views import Person

HEADING = "The queue, best first. `/lead claim` and a reference takes a lead, `/lead claim first` the best"
NOBODY = "Nobody waits: every lead on offer has its alert. `/lead list unclaimed` shows what is free."


def answer(desk: Desk, ask: Ask, by: Person, channel: str, offset: int = 0) -> Message:
    rows = desk.doors.enquiry.queue(desk.site_id, PAGE + 1, offset)
    return list_card(HEADING, rows, "queue", offset, ("Better", "Further")) if rows else said(NOBODY)
