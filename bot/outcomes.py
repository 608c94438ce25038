"""What a rep is told about what they did, or why it did not happen. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.config import Outcome
from bot.escape import mrkdwn
from bot.words import RETURN_WORDS, ago, person, who
from qualification.views import LeadView


def words_of(outcome: Outcome, ref: str, now: datetime) -> str:
    """One or two sentences of mrkdwn; codes we do not know yet are said as they are."""
    lead = outcome.lead
    if outcome.code == "not_found" or lead is None:
        return f"I know no lead `{mrkdwn(ref, 60)}`. Search with `/lead find` and part of a name or company."
    told = _WORDS.get(outcome.code)
    if told is not None:
        return told(lead, now)
    done = "Done" if outcome.done else "Nothing was changed"
    return f"{done}: {mrkdwn(outcome.code.replace('_', ' '), 60)} ({_named(lead)})."


def _named(lead: LeadView) -> str:
    return f"`{mrkdwn(lead.ref, 20)}` {mrkdwn(who(lead), 120)}"


def _claimed(lead: LeadView, now: datetime) -> str:
    return f"You claimed {_named(lead)}. Accept it when you take it on, or return it with a reason."


def _already_claimed(lead: LeadView, now: datetime) -> str:
    since = f" {ago(lead.claimed_at, now)}" if lead.claimed_at else ""
    verb = "accepted" if lead.handoff == "accepted" else "claimed"
    return f"Already {verb} by {person(lead.owner)}{since}: {_named(lead)}."


def _already_yours(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is already yours."


def _not_on_offer(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is not on offer now: {_standing(lead)}."


def _not_with_sales(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is not with sales now: {_standing(lead)}. Nothing was changed."


def _standing(lead: LeadView) -> str:
    if lead.handoff == "returned":
        return f"it was returned ({RETURN_WORDS.get(lead.return_code or '', 'no reason given')})"
    return "it has not been handed to sales" if lead.handoff == "none" else f"it is {lead.handoff}"


def _accepted(lead: LeadView, now: datetime) -> str:
    return f"You accepted {_named(lead)}. It is sales-qualified now."


def _already_accepted(lead: LeadView, now: datetime) -> str:
    since = f" {ago(lead.accepted_at, now)}" if lead.accepted_at else ""
    return f"Already accepted by {person(lead.owner)}{since}: {_named(lead)}."


def _returned(lead: LeadView, now: datetime) -> str:
    reason = RETURN_WORDS.get(lead.return_code or "", "no reason given")
    return f"You returned {_named(lead)} ({reason}). Marketing nurtures it from here."


def _released(lead: LeadView, now: datetime) -> str:
    return f"You released {_named(lead)}. Everybody can claim it again."


def _noted(lead: LeadView, now: datetime) -> str:
    return f"Your note on {_named(lead)} is kept; the visitor does not see it."


def _not_owner(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} belongs to {person(lead.owner)}; only they or a manager can do this. Nothing was changed."


def _not_claimed(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is not claimed by anybody, so there is nothing to release."


_WORDS: Mapping[str, Callable[[LeadView, datetime], str]] = {
    "claimed": _claimed,
    "already_claimed": _already_claimed,
    "already_yours": _already_yours,
    "not_on_offer": _not_on_offer,
    "not_with_sales": _not_with_sales,
    "accepted": _accepted,
    "already_accepted": _already_accepted,
    "returned": _returned,
    "released": _released,
    "noted": _noted,
    "not_owner": _not_owner,
    "not_claimed": _not_claimed,
}
