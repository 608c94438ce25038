"""The playbook card: what to say to somebody like this, the step that fits now, and something to read. Pure."""

from collections.abc import Iterator

from bot import blocks
from bot.blocks import Block
from qualification.views import LeadView

MOST_LINES = 3


def play_blocks(lead: LeadView, share: float) -> Iterator[Block]:
    """The lines for the lead's segment; on a card that is cut to the bone they go first."""
    lines = [*_talk_track(lead, share), *_reading(lead)]
    if lines and share > 0.1:
        heading = f"Suggested next step{f': {lead.next_step}' if lead.next_step else ''}"
        yield blocks.rich_text(blocks.rich_line(blocks.ours(heading, bold=True)), blocks.rich_list(lines))


def _talk_track(lead: LeadView, share: float) -> Iterator[Block]:
    for line in lead.talk_track[:MOST_LINES]:
        yield blocks.rich_line(blocks.said(line, int(300 * share)))


def _reading(lead: LeadView) -> Iterator[Block]:
    if lead.reading:
        yield blocks.rich_line(blocks.ours("To send: "), blocks.link(lead.reading.url, lead.reading.title))
