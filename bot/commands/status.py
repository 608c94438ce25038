"""`/lead status`: one lead at a glance."""

from dataclasses import replace

from bot.blocks import Message
from bot.cards import status_card
from bot.config import Desk
from bot.grammar import Ask, Filters, lead_words
from bot.lists import choice_card, said, unknown_lead
from qualification.views import LeadRow, LeadView, Person

NOT_SHARED = "I share leads only in the channel their alert goes to, so this is for you alone."


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    words = lead_words(ask.words)
    if not words:
        return said("Which lead? Type `/lead status L-1042`, an e-mail address, a phone number, a name, or `last`.")
    found = one_lead(desk, words, by)
    return _shown(desk, found, ask.share, channel) if isinstance(found, LeadView) else found


def one_lead(desk: Desk, words: str, by: Person) -> LeadView | Message:
    """The lead that is meant, or the question which one is."""
    found = _newest(desk, by) if words.lower() == "last" else desk.doors.enquiry.status(desk.site_id, words)
    if isinstance(found, LeadView):
        return found
    return choice_card(words, found) if found else unknown_lead(words)


def _newest(desk: Desk, by: Person) -> LeadView | tuple[()]:
    """One's own newest lead, or the newest of all."""
    rows = desk.listed(Filters(owner=by.id), 1) or desk.listed(Filters(), 1)
    return (desk.doors.enquiry.lead(desk.site_id, rows[0].ref) if rows else None) or ()


def _shown(desk: Desk, lead: LeadView, share: bool, channel: str) -> Message:
    card = status_card(lead)
    if not share:
        return card
    if channel == desk.config.routes.channel_for(lead):
        return replace(card, in_channel=True)
    return Message(f"{NOT_SHARED} {card.text}", (*said(NOT_SHARED).blocks, *card.blocks))


def row(lead: LeadView) -> LeadRow:
    score = lead.assessment.score if lead.assessment else None
    return LeadRow(
        lead.ref,
        lead.name,
        lead.company,
        lead.email,
        lead.stage,
        lead.status,
        lead.handoff,
        score,
        lead.owner,
        lead.updated_at,
        lead.purchase_interest,
    )
