"""What a rep is told about what they did, or why it did not happen. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.config import Outcome
from bot.escape import mrkdwn
from bot.lacking import LACKING
from bot.words import STAGE_WORDS, ago, amount_of, moment, person, reason_of, who
from qualification.views import LeadView


def words_of(outcome: Outcome, ref: str, now: datetime) -> str:
    """One or two sentences of mrkdwn; codes we do not know yet are said as they are."""
    lead = outcome.lead
    if outcome.code == "not_found" or lead is None:
        return f"I know no lead `{mrkdwn(ref, 60)}`. Search with `/lead find` and part of a name or company."
    told, lacking = _WORDS.get(outcome.code), LACKING.get(outcome.code)
    if lacking is not None:
        return f"{_named(lead)} cannot go on yet: {lacking(lead.ref, outcome.missing)}. Nothing was changed."
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
        return f"it was returned ({reason_of(lead.return_code)})"
    if lead.handoff == "expired":
        return "it went back to marketing, as nobody had accepted it in time"
    return "it has not been handed to sales" if lead.handoff == "none" else f"it is {lead.handoff}"


def _accepted(lead: LeadView, now: datetime) -> str:
    return f"You accepted {_named(lead)}. It is sales-qualified now."


def _already_accepted(lead: LeadView, now: datetime) -> str:
    since = f" {ago(lead.accepted_at, now)}" if lead.accepted_at else ""
    return f"Already accepted by {person(lead.owner)}{since}: {_named(lead)}."


def _returned(lead: LeadView, now: datetime) -> str:
    return f"You returned {_named(lead)} ({reason_of(lead.return_code)}). Marketing nurtures it from here."


def _released(lead: LeadView, now: datetime) -> str:
    return f"You released {_named(lead)}. Everybody can claim it again."


def _noted(lead: LeadView, now: datetime) -> str:
    return f"Your note on {_named(lead)} is kept; the visitor does not see it."


def _not_owner(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} belongs to {person(lead.owner)}; only they or a manager can do this. Nothing was changed."


def _not_claimed(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is not claimed by anybody, so there is nothing to release."


def _assigned(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} belongs to {person(lead.owner)} now."


def _already_theirs(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} belongs to {person(lead.owner)} already."


def _not_a_rep(lead: LeadView, now: datetime) -> str:
    return f"They approve criteria and have no leads, so {_named(lead)} stays where it is. Nothing was changed."


def _snoozed(lead: LeadView, now: datetime) -> str:
    until = f" until {moment(lead.snoozed_until)}" if lead.snoozed_until else ""
    warning = "" if lead.handoff == "accepted" else " It still goes back to marketing when nobody accepts it in time."
    return f"{_named(lead)} rests{until}; its thread reminds you then.{warning}"


def _bad_time(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} can rest until any time in the next ninety days. Nothing was changed."


def _stage(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is {_a_stage(lead)} now."


def _a_stage(lead: LeadView) -> str:
    word = STAGE_WORDS[lead.stage].lower()
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def _won(lead: LeadView, now: datetime) -> str:
    amount = amount_of(lead.sheet)
    return f"Well done! {_named(lead)} is a customer now{f', for {amount}' if amount else ''}."


def _lost(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is lost{_because(lead)}. `/lead reopen {lead.ref}` takes that back."


def _because(lead: LeadView) -> str:
    return f" ({reason_of(lead.closed_code)})" if lead.closed_code else ""


def _disqualified(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} does not count any more{_because(lead)}. `/lead reopen {lead.ref}` undoes it."


def _reopened(lead: LeadView, now: datetime) -> str:
    if lead.handoff == "claimed":
        return f"You reopened {_named(lead)}. It is claimed; accept it when you take it on."
    return f"You reopened {_named(lead)}. It goes on where it stood."


def _closed(lead: LeadView, now: datetime) -> str:
    ask = f"Reopen it first: `/lead reopen {lead.ref}`"
    return f"{_named(lead)} is {lead.status}{_because(lead)}. {ask}. Nothing was changed."


def _not_closed(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is not closed, so there is nothing to reopen."


def _already_won(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is won. If that was a mistake, `/lead return {lead.ref} wrong_data` takes it back."


def _erased(lead: LeadView, now: datetime) -> str:
    return f"The person behind `{mrkdwn(lead.ref, 20)}` asked to be forgotten; nothing can be done with it any more."


def _not_accepted(lead: LeadView, now: datetime) -> str:
    return f"Nobody has accepted {_named(lead)} yet. Accept it first: `/lead accept {lead.ref}`. Nothing was changed."


def _already_there(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} is {_a_stage(lead)} already; stages only go up. Nothing was changed."


def _needs_code(lead: LeadView, now: datetime) -> str:
    return f"Nothing was changed: {_named(lead)} needs one of the agreed reasons, see `/lead help`."


def _needs_text(lead: LeadView, now: datetime) -> str:
    return f"Nothing was changed: say in a few words why, as the reason for {_named(lead)} is “other”."


def _claim_first(lead: LeadView, now: datetime) -> str:
    return f"Nobody has {_named(lead)} yet. Claim it first, then the visitor can be answered. Nothing was sent."


def _no_conversation(lead: LeadView, now: datetime) -> str:
    return f"{_named(lead)} did not come by the chat, so there is nowhere to reply. Nothing was sent."


def _unsent(lead: LeadView, now: datetime) -> str:
    return f"Taken back: {_named(lead)} has not read it."


def _already_said(lead: LeadView, now: datetime) -> str:
    return f"Too late: your reply has gone to {_named(lead)}."


def _nothing_to_unsend(lead: LeadView, now: datetime) -> str:
    return f"There is no reply of yours to {_named(lead)} to take back."


def _handed_back(lead: LeadView, now: datetime) -> str:
    return f"The assistant answers {_named(lead)} again, and has said so."


def _assistant_speaks(lead: LeadView, now: datetime) -> str:
    return f"The assistant answers {_named(lead)} already."


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
    "assigned": _assigned,
    "already_theirs": _already_theirs,
    "not_a_rep": _not_a_rep,
    "snoozed": _snoozed,
    "bad_time": _bad_time,
    "prospect": _stage,
    "opportunity": _stage,
    "won": _won,
    "lost": _lost,
    "disqualified": _disqualified,
    "reopened": _reopened,
    "closed": _closed,
    "not_closed": _not_closed,
    "already_won": _already_won,
    "erased": _erased,
    "not_accepted": _not_accepted,
    "already_there": _already_there,
    "needs_code": _needs_code,
    "needs_text": _needs_text,
    "claim_first": _claim_first,
    "no_conversation": _no_conversation,
    "unsent": _unsent,
    "already_said": _already_said,
    "nothing_to_unsend": _nothing_to_unsend,
    "handed_back": _handed_back,
    "assistant_speaks": _assistant_speaks,
}
