"""The alert card: a lead as sales sees it, in the state it is in. Facts in, Block Kit out; pure."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any, Literal

from bot import blocks
from bot.blocks import Block, Message, Pressed
from bot.deals import deal_blocks
from bot.escape import address, mrkdwn, one_line
from bot.kin import beside
from bot.play import play_blocks
from bot.why import why_blocks
from bot.words import STAGE_WORDS, field_word, moment, person, reason_of, score_of, value_of, who
from qualification.facts import Fact
from qualification.policy import WEBHOOK
from qualification.views import DeliveryView, LeadView, Line

State = Literal["offered", "claimed", "accepted", "returned", "expired", "closed", "past", "erased"]
CLOSED = ("disqualified", "lost", "won")
_BUTTONS: dict[State, tuple[str, ...]] = {
    "offered": ("claim", "return", "transcript"),
    "expired": ("claim", "transcript"),
    "claimed": ("accept", "reply", "handback", "return", "release", "transcript"),
    "accepted": ("reply", "handback", "return", "transcript"),
    "returned": ("reopen", "transcript"),
    "closed": ("reopen", "transcript"),
    "past": ("transcript",),
    "erased": (),
}
_WORDS = {
    "claim": ("Claim", "primary"),
    "accept": ("Accept", "primary"),
    "reply": ("Reply to visitor", None),
    "handback": ("Hand back to the assistant", None),
    "return": ("Return", None),
    "release": ("Release", None),
    "reopen": ("Reopen", None),
    "transcript": ("Transcript", None),
}
_MORE = {
    "status": "All details",
    "note": "Add a note",
    "assign": "Give to a colleague",
    "snooze": "Let it rest",
    "won": "Won",
    "lost": "Lost",
}
_MENU: dict[State, tuple[str, ...]] = {
    "offered": ("status", "note", "assign", "snooze"),
    "claimed": ("status", "note", "assign", "snooze", "lost"),
    "accepted": ("note", "assign", "snooze", "won", "lost"),  # Slack takes five
    "past": (),
}
_ALWAYS = ("status", "note")
SHARES = (1.0, 0.5, 0.25, 0.1)  # of the room for long texts, tried until the whole card is small enough


def alert_card(lead: LeadView, cycle: int | None = None) -> Message:
    """The card of one cycle; when the lead has moved on to a newer cycle, the old card says so and offers nothing."""
    state = state_of(lead, cycle)
    if state == "erased":
        return erased_card(lead.ref)
    return Message(fallback(lead, state), tuple(fitted(lambda share: _card(lead, state, cycle or lead.cycle, share))))


def state_of(lead: LeadView, cycle: int | None = None) -> State:
    if lead.status == "erased":
        return "erased"
    if cycle is not None and cycle < lead.cycle and not _went_back(lead, cycle):
        return "past"
    if lead.status in CLOSED:
        return "closed"
    return "closed" if lead.handoff == "none" else lead.handoff


def _went_back(lead: LeadView, cycle: int) -> bool:
    """Whether this was the last cycle sales had it in; a newer one has a card of its own, or none yet."""
    return lead.handoff in ("returned", "expired", "none") and cycle == lead.cycle - 1


def fitted(render: Any) -> list[Block]:
    """The fullest rendering that Slack still takes."""
    made: list[Block] = []
    for share in SHARES:
        made = render(share)[: blocks.MOST_BLOCKS]
        if blocks.size(made) <= blocks.MOST_CHARACTERS:
            break
    return made


def erased_card(ref: str) -> Message:
    text = f"Lead {mrkdwn(ref, 20)} was erased: the person asked us to forget them."
    return Message(text, (blocks.header(f"Lead {ref} erased"), blocks.section(text)))


def fallback(lead: LeadView, state: State) -> str:
    """What notifications and screen readers say: who, score, what they ask for, where it stands."""
    heading = f"{_rank(lead)} {score_of(lead)}: {mrkdwn(who(lead), 160)}"
    stands = f"{_state_words(lead, state)}, stage {STAGE_WORDS[lead.stage]}"
    return f"{heading}. {_asks(lead, 200)}. {stands} ({mrkdwn(lead.ref, 20)})"


def title(lead: LeadView) -> str:
    return f"{_rank(lead)} {score_of(lead)}: {who(lead)}"


def _rank(lead: LeadView) -> str:
    """An MQL stays one in the headline when it becomes sales-qualified; the stage itself is told beside the state."""
    return "MQL" if lead.stage in ("mql", "sql") else STAGE_WORDS[lead.stage]


def _asks(lead: LeadView, limit: int) -> str:
    need = lead.facts.get("use_case")
    if need is None:
        return "Wants to talk to sales" if lead.purchase_interest else "Qualified by your criteria"
    return f"{'Wants to talk to sales' if lead.purchase_interest else 'Need'}: {mrkdwn(need.text, limit)}"


def _state_words(lead: LeadView, state: State) -> str:
    """The state in words, never by colour or sign alone; plain enough for the fallback text."""
    owner = person(lead.owner)
    words = {
        "offered": "Offered, nobody has claimed it yet",
        "expired": "Expired: nobody accepted it in time",
        "claimed": f"Claimed by {owner}",
        "accepted": f"Accepted by {owner}",
        "returned": f"Returned: {reason_of(lead.return_code)}",
        "closed": _closed_words(lead),
        "past": "Returned earlier; a newer alert for this lead is in the channel",
    }
    return words.get(state, "Closed")


def _closed_words(lead: LeadView) -> str:
    if lead.status not in CLOSED:
        return "Not with sales"
    return f"Closed: {lead.status} ({reason_of(lead.closed_code)})" if lead.closed_code else f"Closed: {lead.status}"


def _card(lead: LeadView, state: State, cycle: int, share: float) -> list[Block]:
    return [
        {**blocks.header(title(lead)), "block_id": card_id(lead.ref, cycle)},
        _state_line(lead, state),
        blocks.fields(_fields(lead, share)),
        *beside(lead),
        *why_blocks(lead, share),
        *_words(lead, share),
        *deal_blocks(lead, share),
        *play_blocks(lead, share),
        *_buttons(lead, state),
        blocks.context(list(_context(lead, share))),
    ]


def card_id(ref: str, cycle: int) -> str:
    """Tells a card of this cycle from an earlier one when the channel is searched for it."""
    return f"alert:{ref}:{cycle}"


def _state_line(lead: LeadView, state: State) -> Block:
    since = {"offered": lead.offered_at, "claimed": lead.claimed_at, "accepted": lead.accepted_at}.get(state)
    parts = [f"*{_state_words(lead, state)}*", f"since {moment(since)}" if since else "", f"`{mrkdwn(lead.ref, 20)}`"]
    parts.append(f"stage {STAGE_WORDS[lead.stage]}")
    segment = f"segment {mrkdwn(lead.segment, 40)}" if lead.segment else ""
    rests = f"rests until {moment(lead.snoozed_until)}" if lead.snoozed_until else ""
    parts.append("a rep talks with the visitor" if lead.handling == "rep" and state in ("claimed", "accepted") else "")
    parts.append(_clock(lead, state))
    choices = [(_MORE[verb], f"{verb}:{lead.ref}") for verb in _MENU.get(state, _ALWAYS)]
    menu = blocks.overflow("lead_more", choices) if choices else None
    return blocks.section(" · ".join(part for part in [*parts, segment, rests] if part), menu)


def _clock(lead: LeadView, state: State) -> str:
    """Until when somebody has to do something."""
    if state == "offered" and lead.claim_by:
        return f"claim by {moment(lead.claim_by)}"
    if state in ("offered", "claimed") and lead.accept_by:
        return f"accept by {moment(lead.accept_by)}, or it goes back to marketing"
    return ""


def _fields(lead: LeadView, share: float) -> list[str]:
    size = int(300 * share)
    email = address(lead.email) if lead.email else None
    contact = " · ".join(one_line(part) for part in (email, lead.phone) if part)
    return [
        f"*E-mail*\n{mrkdwn(contact, size) + _checked(lead) if contact else 'not given'}",
        f"*Role*\n{_told(lead, 'job_title', size)}",
        f"*Size*\n{_told(lead, 'company_size', size)}",
        f"*Timeline*\n{_told(lead, 'timeline', size)}",
        f"*Wants*\n{_wants(lead, size)}",
        f"*Source*\n{_source(lead, size)}",
    ]


def _checked(lead: LeadView) -> str:
    """Whether the website vouched for the address, or somebody typed it."""
    if not lead.email:
        return ""
    return " (verified)" if lead.verified else " (unverified)"


def _told(lead: LeadView, slot: str, size: int) -> str:
    fact = lead.facts.get(slot)
    if fact is not None:
        return mrkdwn(value_of(fact), size)
    return "declined to say" if slot in lead.declined else "not known yet"


def _wants(lead: LeadView, size: int) -> str:
    need = lead.facts.get("use_case")
    wish = "to talk to sales" if lead.purchase_interest else ""
    parts = [mrkdwn(need.text, size) if need else "", wish]
    return " · ".join(part for part in parts if part) or "not known yet"


def _source(lead: LeadView, size: int) -> str:
    """The channel, its name, and what brought them to the site first."""
    first = lead.source.get("first") or {}
    came_by = [first.get(name) for name in ("utm_source", "utm_campaign")] if isinstance(first, dict) else []
    parts = [*(lead.source.get(name) for name in ("channel", "name", "campaign")), *came_by]
    return mrkdwn(" · ".join(dict.fromkeys(str(part) for part in parts if part)) or "not known", size)


def _words(lead: LeadView, share: float) -> Iterator[Block]:
    """The visitor's own last words, quoted literally."""
    lines = [line for line in lead.transcript if line.author == "visitor" and one_line(line.text)][-4:]
    if not lines:
        return
    quoted = [blocks.rich_quote(blocks.said(one_line(line.text), int(400 * share))) for line in lines]
    yield blocks.rich_text(blocks.rich_line(blocks.ours("In their own words", bold=True)), *quoted)


def _buttons(lead: LeadView, state: State) -> Iterator[Block]:
    verbs = [verb for verb in _BUTTONS[state] if _is_possible(lead, verb)]
    if verbs:
        yield blocks.actions(f"do:{lead.ref}", [_button(lead, verb) for verb in verbs])


def _is_possible(lead: LeadView, verb: str) -> bool:
    """Whoever came by a form can be replied to nowhere, and only from a rep a talk is handed back."""
    needs = {"reply": ("assistant", "rep"), "handback": ("rep",)}
    return verb not in needs or lead.handling in needs[verb]


def _button(lead: LeadView, verb: str) -> Pressed:
    text, style = _WORDS[verb]
    return Pressed(f"lead_{verb}", text, lead.ref, f"{text} {lead.ref}, {who(lead)}", style)


def _context(lead: LeadView, share: float) -> Iterator[str]:
    size = int(300 * share)
    began = lead.created_at if lead.created_at.tzinfo else lead.created_at.replace(tzinfo=UTC)
    yield f"First contact {moment(began)}"
    if page := _page(lead):
        yield f"Page: {mrkdwn(page, size)}"
    if lead.locale:
        yield f"Language: {mrkdwn(lead.locale, 20)}"
    yield f"Consent: {', '.join(_consent(one) for one in lead.consents[:6]) or 'none recorded'}"


def _consent(purpose: str) -> str:
    return "to answer this request" if purpose == "visitor_request" else mrkdwn(purpose.replace("_", " "), 40)


def _page(lead: LeadView) -> str | None:
    page = lead.source.get("page")
    if isinstance(page, dict):
        return " ".join(str(page[name]) for name in ("title", "url") if page.get(name)) or None
    return str(page or lead.source.get("url") or (lead.pages[-1] if lead.pages else "")) or None


def status_card(lead: LeadView) -> Message:
    """The whole lead at a glance, for one pair of eyes: the card with its story, last words and deliveries."""
    state = state_of(lead)
    if state == "erased":
        return erased_card(lead.ref)
    return Message(fallback(lead, state), tuple(fitted(lambda share: _status(lead, state, share))))


def _status(lead: LeadView, state: State, share: float) -> list[Block]:
    card = _card(lead, state, lead.cycle, share)
    return [*card[:-1], *_facts(lead, share), *_story(lead, share), *_deliveries(lead), card[-1]]


def _facts(lead: LeadView, share: float) -> Iterator[Block]:
    shown = ("company_size", "timeline", "job_title", "use_case", "email", "phone", "person_name", "company")
    others = [fact for slot, fact in lead.facts.items() if slot not in shown and _is_told(fact)]
    if others:
        lines = [blocks.rich_line(blocks.ours(f"{field_word(one.slot)}: "), _value(one, share)) for one in others[:8]]
        yield blocks.rich_text(blocks.rich_line(blocks.ours("Also known", bold=True)), blocks.rich_list(lines))


def _is_told(fact: Fact) -> bool:
    return not isinstance(fact.value, bool)


def _value(fact: Fact, share: float) -> Block:
    return blocks.said(value_of(fact), int(160 * share))


def _story(lead: LeadView, share: float) -> Iterator[Block]:
    """The stages passed, and what was said last."""
    steps = [f"{STAGE_WORDS[one.to_stage]} {moment(one.at)} ({mrkdwn(one.cause, 60)})" for one in lead.stage_log[-8:]]
    if steps:
        yield blocks.section("*Stages*\n" + "\n".join(steps))
    last = lead.transcript[-1] if lead.transcript else None
    if last is not None:
        yield blocks.section(f"*Last words* {moment(last.at)}\n{speaker(last)}: {mrkdwn(last.text, int(400 * share))}")


def speaker(line: Line) -> str:
    if line.author == "rep":
        return mrkdwn(line.name or "Rep", 40)
    return "Visitor" if line.author == "visitor" else "Assistant"


def _deliveries(lead: LeadView) -> Iterator[Block]:
    """To Slack and CRMs; what other programs were told is not a rep's business."""
    told = [one for one in lead.deliveries if not one.destination.startswith(WEBHOOK)]
    latest = {(one.destination, one.kind): one for one in told}
    if latest:
        yield blocks.context(["Deliveries: " + " · ".join(map(_delivery, list(latest.values())[:8]))])


def _delivery(one: DeliveryView) -> str:
    trouble = f" ({mrkdwn(one.error, 120)})" if one.error else ""
    return f"{mrkdwn(one.destination, 30)} {mrkdwn(one.kind, 30)}: {one.state}{trouble}"
