"""The short lines in an alert's thread: what changed since, in one sentence each. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.blocks import Message, section
from bot.escape import mrkdwn, one_line
from bot.modals import transcript_reply
from bot.words import RETURN_WORDS, field_word, score_of, value_of, who
from qualification.views import LeadView

Payload = Mapping[str, Any]
BROADCAST = ("purchase_interest",)


def line(payload: Payload, lead: LeadView) -> Message:
    """The thread post for a promised line; `in_channel` when the whole channel should see it."""
    code = str(payload.get("line", ""))
    if lead.status == "erased":
        return _said("This person was erased.")
    if code == "transcript":
        text, shown = transcript_reply(lead.transcript)
        return Message(text, tuple(shown))
    words = _WORDS.get(code, _anything)(payload, lead)
    return Message(words, (section(words),), bool(payload.get("broadcast", code in BROADCAST)))


def _said(words: str) -> Message:
    return Message(words, (section(words),))


def notice(payload: Payload) -> Message:
    """Something a person has to act on that belongs to no card; ids only, everybody in the channel reads it."""
    wish = _WISHES.get(str(payload.get("notice", "")), "asked for something a person has to look at")
    return _said(f"*Privacy request*: the person behind {mrkdwn(str(payload.get('lead')), 40)} {wish}.")


_WISHES = {
    "privacy_erase": "asked us to delete what we hold about them. It is due within a month",
    "privacy_access": "asked what we hold about them. The answer is due within a month",
}


def _by(payload: Payload) -> str:
    return mrkdwn(str(payload.get("by") or "Somebody"), 60)


def _text(payload: Payload) -> str:
    told = payload.get("text")
    return f": {mrkdwn(str(told), 1500)}" if told and one_line(str(told)) else ""


def _claimed(payload: Payload, lead: LeadView) -> str:
    return f"Claimed by {_by(payload)}"


def _released(payload: Payload, lead: LeadView) -> str:
    return f"Released by {_by(payload)}: open for everybody again"


def _accepted(payload: Payload, lead: LeadView) -> str:
    return f"Accepted by {_by(payload)}: now sales-qualified"


def _returned(payload: Payload, lead: LeadView) -> str:
    reason = RETURN_WORDS.get(str(payload.get("code") or lead.return_code), "no reason given")
    return f"Returned to marketing by {_by(payload)} ({reason}){_text(payload)}"


def _noted(payload: Payload, lead: LeadView) -> str:
    return f"Note by {_by(payload)}{_text(payload)}"


def _purchase_interest(payload: Payload, lead: LeadView) -> str:
    return f"{mrkdwn(who(lead), 160)} wants to talk to sales{_text(payload)}"


def _score(payload: Payload, lead: LeadView) -> str:
    return f"Score is now {score_of(lead)}{_text(payload)}"


def _fact(payload: Payload, lead: LeadView) -> str:
    learned = [lead.facts[slot] for slot in payload.get("slots", ()) if slot in lead.facts]
    told = "; ".join(f"{field_word(fact.slot)}: {mrkdwn(value_of(fact), 200)}" for fact in learned[:6])
    flags = ", ".join(mrkdwn(field_word(str(slot)), 40) for slot in payload.get("slots", ()) if slot not in lead.facts)
    return f"New from the visitor: {'; '.join(part for part in (told, flags) if part) or 'another answer'}"


def _visitor_messages(payload: Payload, lead: LeadView) -> str:
    return f"The visitor writes{_text(payload)}"


def _anything(payload: Payload, lead: LeadView) -> str:
    return f"{mrkdwn(field_word(str(payload.get('line') or 'changed')), 60).capitalize()}{_text(payload)}"


_WORDS: Mapping[str, Callable[[Payload, LeadView], str]] = {
    "claimed": _claimed,
    "released": _released,
    "accepted": _accepted,
    "returned": _returned,
    "noted": _noted,
    "note": _noted,
    "purchase_interest": _purchase_interest,
    "score": _score,
    "fact": _fact,
    "visitor_messages": _visitor_messages,
}
