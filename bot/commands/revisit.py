"""`/lead revisit`: old leads worth another look, and why, ten at a time."""

from bot import blocks
from bot.blocks import Block, Message
from bot.config import Desk
from bot.grammar import Ask
from bot.lists import PAGE, paging, row_block, said
from bot.words import ago, reason_of
from qualification.views import Person, Revisit

HEADING = "Quiet for a month and worth another look, best first"
NOBODY = "Nobody: no lead has been quiet for a month and was close enough. `/lead list` shows the newest."


def answer(desk: Desk, ask: Ask, by: Person, channel: str, offset: int = 0) -> Message:
    found = desk.doors.enquiry.revisits(desk.site_id, PAGE + 1, offset)
    if not found:
        return said(NOBODY)
    rows = [row_block(one.row, _why(one, desk)) for one in found[:PAGE]]
    shown: list[Block] = [blocks.section(f"*{HEADING}*"), *rows]
    turns = paging("revisit", offset, len(found) > PAGE, ("Better", "Further"))
    return Message(f"{HEADING}: {', '.join(one.row.ref for one in found[:PAGE])}", (*shown, *turns))


def _why(one: Revisit, desk: Desk) -> str:
    return f"{why_of(one)}, last change {ago(one.row.updated_at, desk.clock())}"


def why_of(one: Revisit) -> str:
    if one.why == "expired":
        return "nobody accepted it in time"
    short = one.why.removeprefix("short:")
    return f"{short} points short of the bar" if short != one.why else f"returned: {reason_of(one.why)}"
