"""Lists of leads, search results, choices and help, as ephemeral answers. Pure."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block, Message, Pressed
from bot.escape import mrkdwn
from bot.words import STAGE_WORDS, person, who
from qualification.views import LeadRow

PAGE = 10
CLOSED = ("lost", "won", "disqualified", "erased")
HANDOFF_WORDS = {
    "none": "not with sales",
    "offered": "not claimed yet",
    "claimed": "claimed by",
    "accepted": "accepted by",
    "returned": "returned",
    "expired": "expired",
}


def list_card(
    heading: str, rows: Sequence[LeadRow], again: str, offset: int = 0, turns: tuple[str, str] = ("Newer", "Older")
) -> Message:
    """Ten rows a page. `rows` may hold one more than a page: then there is a next one. `again` is what was asked."""
    page, has_more = rows[:PAGE], len(rows) > PAGE
    if not page:
        return empty(heading)
    shown = [blocks.section(f"*{mrkdwn(heading, 200)}*"), *map(row_block, page)]
    return Message(_read_out(heading, page), (*shown, *paging(again, offset, has_more, turns)))


def empty(heading: str) -> Message:
    text = f"{mrkdwn(heading, 200)}: no leads. Try `/lead find` with a name, company or address, or `/lead help`."
    return Message(text, (blocks.section(text),))


def row_block(row: LeadRow, more: str = "") -> Block:
    show = Pressed("lead_show", "Show", row.ref, f"Show {row.ref}, {who(row)}")
    return blocks.section(row_line(row) + (f"\n{more}" if more else ""), blocks.button(show))


def row_line(row: LeadRow) -> str:
    score = f" {row.score}" if row.score is not None else ""
    owner = f" {person(row.owner)}" if row.handoff in ("claimed", "accepted") else ""
    wish = " · wants to talk to sales" if row.purchase_interest else ""
    state = row.status if row.status in CLOSED else HANDOFF_WORDS[row.handoff] + owner
    return f"`{mrkdwn(row.ref, 20)}` *{mrkdwn(who(row), 150)}* · {STAGE_WORDS[row.stage]}{score} · {state}{wish}"


def _read_out(heading: str, rows: Sequence[LeadRow]) -> str:
    names = "; ".join(f"{mrkdwn(row.ref, 20)} {mrkdwn(who(row), 60)}" for row in rows[:5])
    return f"{mrkdwn(heading, 200)}: {len(rows)} {'lead' if len(rows) == 1 else 'leads'}. {names}"


def paging(again: str, offset: int, has_more: bool, turns: tuple[str, str]) -> list[Block]:
    back, on = turns
    buttons = []
    if offset > 0:
        buttons.append(
            Pressed("lead_page_back", back, f"{max(0, offset - PAGE)}:{again}", f"Show {back.lower()} leads")
        )
    if has_more:
        buttons.append(Pressed("lead_page_on", on, f"{offset + PAGE}:{again}", f"Show {on.lower()} leads"))
    return [blocks.actions("page", buttons)] if buttons else []


def choice_card(words: str, rows: Sequence[LeadRow]) -> Message:
    """Several leads fit: the rep picks, we never guess."""
    such = mrkdwn(rows[0].ref, 20)
    heading = f"Several leads fit “{mrkdwn(words, 80)}”. Which one? Use its reference, such as {such}."
    return Message(heading, (blocks.section(heading), *map(row_block, rows[:PAGE])))


def unknown_lead(words: str) -> Message:
    text = (
        f"I know no lead “{mrkdwn(words, 80)}”. Use a reference like `L-1042`, an e-mail address, a phone number, "
        "or search with `/lead find` and part of a name or company."
    )
    return Message(text, (blocks.section(text),))


def said(text: str) -> Message:
    """A line of our own; parts that came from others are escaped already."""
    return Message(text, (blocks.section(text),))


def noted_above(note: str | None, message: Message) -> Message:
    if note is None:
        return message
    return Message(f"{note} {message.text}", (blocks.section(note), *message.blocks), message.in_channel)
