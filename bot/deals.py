"""What sales knows of a deal, on the card: BANT in whose words, next step, amount, date. Pure."""

from collections.abc import Iterator

from bot import blocks
from bot.blocks import Block
from bot.escape import one_line
from bot.words import LETTER_WORDS, amount_of
from qualification.sheet import LETTERS, Answer
from qualification.stages import is_after
from qualification.views import LeadView


def deal_blocks(lead: LeadView, share: float) -> Iterator[Block]:
    """Nothing until a rep has written something down or moved it on."""
    if not lead.sheet and not is_after(lead.stage, "sql"):
        return
    size = int(200 * share)
    lines = [*_letters(lead, size), *_deal(lead, size)]
    if lines:
        yield blocks.rich_text(blocks.rich_line(blocks.ours("What sales knows", bold=True)), blocks.rich_list(lines))


def _letters(lead: LeadView, size: int) -> Iterator[Block]:
    for letter in LETTERS:
        if answer := lead.bant.get(letter):
            name = LETTER_WORDS[letter].capitalize()
            said = blocks.said(one_line(answer.words), size)
            yield blocks.rich_line(blocks.ours(f"{name}: ", bold=True), said, blocks.ours(_origin(answer)))


def _origin(answer: Answer) -> str:
    whose = "the visitor's words" if answer.by == "visitor" else "says the rep"
    return f" ({whose}{', a plain no' if answer.is_no else ''})"


def _deal(lead: LeadView, size: int) -> Iterator[Block]:
    sheet = lead.sheet
    told = {
        "Amount": amount_of(sheet),
        "Next step": sheet.next_step,
        "Date": sheet.day.isoformat() if sheet.day else None,
        "CRM deal": sheet.deal_id,
        "Goes on though it is not the ideal profile": sheet.icp_override,
        "Goes on without all of BANT": sheet.bant_waiver,
    }
    for name, value in told.items():
        if value:
            yield blocks.rich_line(blocks.ours(f"{name}: ", bold=True), blocks.said(one_line(value), size))
