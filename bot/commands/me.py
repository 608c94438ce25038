"""`/lead me`: who I am to Foyer, and my open leads."""

from bot import blocks
from bot.blocks import Message
from bot.config import Desk
from bot.escape import mrkdwn
from bot.grammar import Ask, Filters
from bot.lists import PAGE, list_card
from bot.words import moment
from qualification.views import Person

CLOSED = ("returned", "none", "expired")


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    rows = tuple(row for row in desk.listed(Filters(owner=by.id), 50) if row.handoff not in CLOSED)
    until = desk.doors.enquiry.muted_until(desk.site_id, by.id)
    muted = f" Muted until {moment(until)}; `/lead mute off` ends it." if until else ""
    about = f"You are {mrkdwn(by.name, 80)}, {mrkdwn(by.role, 40)}. Open leads: {len(rows)}.{muted}"
    if not rows:
        return Message(about, (blocks.section(f"{about} `/lead list unclaimed` shows what is free."),))
    shown = list_card("My open leads", rows[: PAGE + 1], "list mine")
    return Message(f"{about} {shown.text}", (blocks.section(about), *shown.blocks))
