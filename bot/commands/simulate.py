"""`/lead simulate we are 120 people | a demo would be great`: what a visitor would hear, and what it would be worth."""

from bot import blocks
from bot.blocks import Block, Message
from bot.config import Desk
from bot.grammar import Ask
from bot.lists import said
from bot.words import STAGE_WORDS, field_word, value_of
from qualification.views import Person, Rehearsal

MOST_TURNS = 8
HOW = (
    "What would the visitor write? Type `/lead simulate we are 120 people | can I see a demo?`, a turn behind each `|`."
)


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    texts = [text.strip() for text in ask.words.split("|") if text.strip()][:MOST_TURNS]
    if not texts:
        return said(HOW)
    return shown(desk.doors.enquiry.rehearse(desk.site_id, texts))


def shown(told: Rehearsal) -> Message:
    made = told.assessment
    verdict = f"{STAGE_WORDS[told.stage]}, {made.score} points, {made.threshold} needed" if made else "nothing said"
    heading = f"Nothing of this is kept. It would end as: {verdict}."
    return Message(heading, (blocks.section(heading), _talk(told), *_facts(told), *_reasons(told)))


def _talk(told: Rehearsal) -> Block:
    lines: list[Block] = []
    for text, says in told.said:
        lines.append(blocks.rich_line(blocks.ours("Visitor: ", bold=True), blocks.said(text, 400)))
        lines += [blocks.rich_line(blocks.ours("Assistant: ", bold=True), blocks.said(one, 400)) for one in says]
    return blocks.rich_text(*lines)


def _facts(told: Rehearsal) -> list[Block]:
    facts = [one for one in told.facts.values() if not isinstance(one.value, bool)]
    lines = [
        blocks.rich_line(blocks.ours(f"{field_word(one.slot)}: "), blocks.said(value_of(one), 160)) for one in facts
    ]
    heading = blocks.rich_line(blocks.ours("Understood", bold=True))
    return [blocks.rich_text(heading, blocks.rich_list(lines))] if lines else []


def _reasons(told: Rehearsal) -> list[Block]:
    reasons = told.assessment.reasons[:14] if told.assessment else ()
    lines = [
        blocks.rich_line(blocks.ours(f"{one.points:+d} ", bold=True), blocks.said(one.why, 160)) for one in reasons
    ]
    heading = blocks.rich_line(blocks.ours("Points", bold=True))
    return [blocks.rich_text(heading, blocks.rich_list(lines))] if lines else []
