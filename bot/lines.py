"""The short lines in an alert's thread: what changed since, in one sentence each. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.blocks import Message, context, ours, rich_line, rich_quote, rich_text, said, section
from bot.escape import mrkdwn, one_line
from bot.modals import transcript_reply
from bot.words import amount_of, field_word, moment, person, reason_of, score_of, value_of, who
from qualification.views import LeadView, Line, Person

Payload = Mapping[str, Any]
BROADCAST = ("purchase_interest",)


def redacted() -> Message:
    return _said("This person was erased.")


def line(payload: Payload, lead: LeadView) -> Message:
    """The thread post for a promised line; `in_channel` when the whole channel should see it."""
    code = str(payload.get("line", ""))
    if lead.status == "erased":
        return redacted()
    if code == "transcript":
        text, shown = transcript_reply(lead.transcript)
        return Message(text, tuple(shown))
    if code == "visitor_messages":
        return _quoted(payload, lead)
    words = _WORDS.get(code, _anything)(payload, lead)
    return Message(words, (section(words),), bool(payload.get("broadcast", code in BROADCAST)))


def _said(words: str) -> Message:
    return Message(words, (section(words),))


def notice(payload: Payload) -> Message:
    """Something a person has to act on that belongs to no card; ids only, everybody in the channel reads it."""
    if told := _HOUSE.get(str(payload.get("notice", ""))):
        return _said(told(payload))
    wish = _WISHES.get(str(payload.get("notice", "")), "asked for something a person has to look at")
    return _said(f"*Privacy request*: the person behind {mrkdwn(str(payload.get('lead')), 40)} {wish}.")


_WISHES = {
    "privacy_erase": "asked us to delete what we hold about them. It is due within a month",
    "privacy_access": "asked what we hold about them. The answer is due within a month",
}


def _bar(payload: Payload) -> str:
    sentence = mrkdwn(str(payload.get("sentence")), 300)
    if payload.get("applies"):
        return f"*The bar moved*: {sentence}. It applies from now on."
    decide = "`flask criteria threshold --approve --as EMAIL` lets it apply, `--keep` leaves the bar where it is"
    return f"*The bar should move*: {sentence}. Nothing is changed until an approver decides: {decide}."


def _full(payload: Payload) -> str:
    return (
        f"Sales has the {payload.get('capacity', 0):g} alerts it can work today. Further leads wait in `/lead queue`, "
        "best first, and follow when there is room; whoever asks to talk to sales still rings."
    )


def _criteria_wait(payload: Payload) -> str:
    return (
        f"*Criteria version {payload.get('version')}* waits for marketing and sales to agree. "
        "`flask criteria approve --show` says what it changes."
    )


def _criteria_judge(payload: Payload) -> str:
    agreed = mrkdwn(str(payload.get("by")), 300)
    return f"*Criteria version {payload.get('version')}* judges from now on; {agreed} agreed to it."


_HOUSE: Mapping[str, Callable[[Payload], str]] = {
    "threshold": _bar,
    "queue": _full,
    "criteria_wait": _criteria_wait,
    "criteria_judge": _criteria_judge,
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
    reason = reason_of(payload.get("code") or lead.return_code)
    return f"Returned to marketing by {_by(payload)} ({reason}){_text(payload)}"


def _expired(payload: Payload, lead: LeadView) -> str:
    return "Nobody accepted it in time: it is back with marketing"


def _low_score(payload: Payload, lead: LeadView) -> str:
    score = mrkdwn(str(payload.get("score", "–")), 10)
    return f"Back with marketing: its points have come down to {score}, far below the bar"


def _assigned(payload: Payload, lead: LeadView) -> str:
    to = str(payload.get("to") or "")
    return f"Given to {person(Person(to, to)) if to else 'a colleague'} by {_by(payload)}"


def _snoozed(payload: Payload, lead: LeadView) -> str:
    until = payload.get("until")
    when = f" until {moment(datetime.fromtimestamp(until, UTC))}" if isinstance(until, int) else ""
    return f"Rests{when}, says {_by(payload)}"


def _snooze_over(payload: Payload, lead: LeadView) -> str:
    owner = f"{person(lead.owner)}, " if lead.owner else ""
    return f"{owner}{mrkdwn(who(lead), 160)} has rested long enough"


def _stage(payload: Payload, lead: LeadView) -> str:
    stage = "a prospect" if payload["line"] == "prospect" else "an opportunity"
    return f"Now {stage}, says {_by(payload)}{_deal(lead)}"


def _deal(lead: LeadView) -> str:
    """What the rep wrote down, in the thread for everybody."""
    parts = [amount_of(lead.sheet), lead.sheet.next_step, str(lead.sheet.day) if lead.sheet.day else None]
    told = " · ".join(mrkdwn(part, 300) for part in parts if part)
    return f": {told}" if told else ""


def _won(payload: Payload, lead: LeadView) -> str:
    amount = amount_of(lead.sheet)
    return f"Won by {_by(payload)}{f' ({amount})' if amount else ''}{_text(payload)}"


def _lost(payload: Payload, lead: LeadView) -> str:
    return f"Lost, says {_by(payload)} ({reason_of(payload.get('code'))}){_text(payload)}"


def _disqualified(payload: Payload, lead: LeadView) -> str:
    by = f", says {_by(payload)}" if payload.get("by") else ""
    return f"Does not count any more{by} ({reason_of(payload.get('code'))}){_text(payload)}"


def _requalified(payload: Payload, lead: LeadView) -> str:
    return "Counts again: what spoke against it was corrected"


def _reopened(payload: Payload, lead: LeadView) -> str:
    return f"Reopened by {_by(payload)}"


def _noted(payload: Payload, lead: LeadView) -> str:
    return f"Note by {_by(payload)}{_text(payload)}"


def _merged(payload: Payload, lead: LeadView) -> str:
    return (
        f"`{mrkdwn(str(payload.get('other')), 20)}` is the same person and was merged into this lead by {_by(payload)}"
    )


def _parted(payload: Payload, lead: LeadView) -> str:
    return f"A merge was undone by {_by(payload)}: this lead is again what it was, with what came since"


def _withdrawn(payload: Payload, lead: LeadView) -> str:
    return f"{_parted(payload, lead)}. Alone it does not reach the bar, so nobody needs to work it now"


def _purchase_interest(payload: Payload, lead: LeadView) -> str:
    return f"{mrkdwn(who(lead), 160)} wants to talk to sales{_text(payload)}"


def _score(payload: Payload, lead: LeadView) -> str:
    return f"Score is now {score_of(lead)}{_text(payload)}"


def _fact(payload: Payload, lead: LeadView) -> str:
    learned = [lead.facts[slot] for slot in payload.get("slots", ()) if slot in lead.facts]
    told = "; ".join(f"{field_word(fact.slot)}: {mrkdwn(value_of(fact), 200)}" for fact in learned[:6])
    flags = ", ".join(mrkdwn(field_word(str(slot)), 40) for slot in payload.get("slots", ()) if slot not in lead.facts)
    return f"New from the visitor: {'; '.join(part for part in (told, flags) if part) or 'another answer'}"


def _waits(payload: Payload, lead: LeadView) -> str:
    since = f" since {moment(lead.offered_at)}" if lead.offered_at else ""
    return f"`{mrkdwn(lead.ref, 20)}` {mrkdwn(who(lead), 160)} waits{since} and nobody has claimed it"


def _mentions(payload: Payload) -> str:
    told = payload.get("to") or ()
    names = [told] if isinstance(told, str) else told
    return "".join(f"{person(Person(one, one))}, " for one in names)


def _remind(payload: Payload, lead: LeadView) -> str:
    return f"{_mentions(payload)}{_waits(payload, lead)}: press *Claim* on the card"


def _escalate(payload: Payload, lead: LeadView) -> str:
    told = "" if payload.get("to") or payload.get("user") else ". Nobody of the team file is a manager with a Slack id"
    return (
        f"{_mentions(payload)}{_waits(payload, lead)}{told}. `/lead assign {mrkdwn(lead.ref, 20)} @name` gives it away"
    )


def _nobody(payload: Payload, lead: LeadView) -> str:
    return f"{_waits(payload, lead)}, and no rep of the team file is at work with room for another lead"


def _everybody(payload: Payload, lead: LeadView) -> str:
    return f"{_waits(payload, lead)}. Who takes it?"


def _replied(payload: Payload, lead: LeadView) -> str:
    return f"{_by(payload)} to the visitor{_text(payload)}"


def _reply_seen(payload: Payload, lead: LeadView) -> str:
    return "Delivered and seen by the visitor"


def _reply_unseen(payload: Payload, lead: LeadView) -> str:
    contact = " · ".join(mrkdwn(part, 200) for part in (lead.email, lead.phone) if part)
    where = f" They left {contact}." if contact else " They left no address."
    return f"Delivered, but not seen yet: the visitor may have gone.{where}"


def _reply_mailed(payload: Payload, lead: LeadView) -> str:
    return f"The visitor had left; mailed to {mrkdwn(lead.email or 'their address', 200)}"


def _reply_not_mailed(payload: Payload, lead: LeadView) -> str:
    return f"The visitor had left, and it could not be mailed{_text(payload)}"


def _handed_back(payload: Payload, lead: LeadView) -> str:
    by = f" by {_by(payload)}" if payload.get("by") else ", as nobody of the team had written for a while"
    return f"Handed back to the assistant{by}"


def _not_taken(payload: Payload, lead: LeadView) -> str:
    where = mrkdwn(str(payload.get("where") or "The CRM"), 40)
    return f"Not everything about this lead is in {where}{_text(payload)}"


def _visitor_messages(payload: Payload, lead: LeadView) -> str:
    written = _written(payload, lead)
    return f"The visitor writes: {' / '.join(mrkdwn(one.text, 300) for one in written[:5]) or 'see the transcript'}"


def _written(payload: Payload, lead: LeadView) -> list[Line]:
    wanted = {str(one) for one in payload.get("messages", ())}
    return [one for one in lead.transcript if one.message_id in wanted]


def _quoted(payload: Payload, lead: LeadView) -> Message:
    """What the visitor wrote in these few seconds, literally."""
    written, words = _written(payload, lead), _visitor_messages(payload, lead)
    if not written:
        return _said(words)
    quotes = [rich_quote(said(one.text, 6000 // len(written))) for one in written]
    missing = len(payload.get("messages", ())) - len(written)
    rest = [context([f"and {missing} more: `/lead transcript {mrkdwn(lead.ref, 20)}`"])] if missing > 0 else []
    return Message(words, (rich_text(rich_line(ours("The visitor writes", bold=True)), *quotes), *rest))


def _anything(payload: Payload, lead: LeadView) -> str:
    return f"{mrkdwn(field_word(str(payload.get('line') or 'changed')), 60).capitalize()}{_text(payload)}"


_WORDS: Mapping[str, Callable[[Payload, LeadView], str]] = {
    "claimed": _claimed,
    "released": _released,
    "accepted": _accepted,
    "returned": _returned,
    "expired": _expired,
    "low_score": _low_score,
    "assigned": _assigned,
    "snoozed": _snoozed,
    "snooze_over": _snooze_over,
    "prospect": _stage,
    "opportunity": _stage,
    "won": _won,
    "lost": _lost,
    "disqualified": _disqualified,
    "requalified": _requalified,
    "reopened": _reopened,
    "noted": _noted,
    "note": _noted,
    "merged": _merged,
    "parted": _parted,
    "withdrawn": _withdrawn,
    "purchase_interest": _purchase_interest,
    "score": _score,
    "fact": _fact,
    "sla_remind": _remind,
    "sla_escalate": _escalate,
    "sla_nobody": _nobody,
    "sla_broadcast": _everybody,
    "replied": _replied,
    "reply_seen": _reply_seen,
    "reply_unseen": _reply_unseen,
    "reply_mailed": _reply_mailed,
    "reply_not_mailed": _reply_not_mailed,
    "handed_back": _handed_back,
    "not_taken": _not_taken,
}
