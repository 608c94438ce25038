"""The reply to the visitor, from its form: held back for five seconds, in which it can be taken back."""

from bot import blocks
from bot.blocks import Message, Pressed
from bot.config import Desk, Outcome
from bot.escape import literal, mrkdwn
from bot.outgoing import for_visitor
from bot.wishes import Wish
from bot.words import who
from qualification.views import LeadView, Person

EMPTY = "Nothing is left to send once Slack's own marks are taken out. Nothing was sent."


def perform(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome | Message:
    text = for_visitor(wish.text, lambda user: _name_of(desk, user))
    if not text:
        return Message(EMPTY, (blocks.section(EMPTY),))
    outcome = desk.doors.handoff.reply(desk.site_id, ref, by, text, wish.key)
    if not outcome.done or outcome.lead is None:
        return outcome
    return held_back(outcome.lead, text, outcome.step)


def _name_of(desk: Desk, user: str) -> str:
    found = desk.colleague(user)
    return found.name if isinstance(found, Person) else "a colleague"


def held_back(lead: LeadView, text: str, step: int | None) -> Message:
    said = f"Goes to {mrkdwn(who(lead), 120)} in five seconds."
    undo = Pressed("lead_unsend", "Undo", f"{lead.ref}:{step}", f"Undo the reply to {lead.ref}, {who(lead)}")
    quoted = blocks.rich_text(blocks.rich_quote(blocks.said(literal(text, 1000), 1000)))
    return Message(said, (blocks.section(said), quoted, blocks.actions(f"undo:{step}", [undo])))


def unsend(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.unsend(desk.site_id, ref, by, int(wish.text))


def hand_back(desk: Desk, ref: str, by: Person, wish: Wish) -> Outcome:
    return desk.doors.handoff.hand_back(desk.site_id, ref, by)
