"""`/lead transcript L-1042`: what was said, for one pair of eyes."""

from bot.blocks import Message
from bot.commands.status import one_lead
from bot.config import Desk
from bot.grammar import Ask, lead_words
from bot.lists import said
from bot.modals import transcript_reply
from qualification.views import LeadView, Person


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    words = lead_words(ask.words)
    if not words:
        return said("Which lead? Type `/lead transcript L-1042`, or an e-mail address, or `last`.")
    found = one_lead(desk, words, by)
    if not isinstance(found, LeadView):
        return found
    if not found.transcript:
        return said(f"Nothing was said yet: `{found.ref}` did not come by the chat.")
    text, shown = transcript_reply(found.transcript)
    return Message(text, tuple(shown))
