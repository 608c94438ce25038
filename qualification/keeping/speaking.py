"""A rep speaks with the visitor: held back for some seconds, said, seen or not, and handed back to the assistant."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import handoff as steps
from models import lead as leads
from models import lead_merge, schedule
from models.conversation import Conversation
from models.lead import Lead
from qualification import moves
from qualification.dialogue import Say, state_from_json, state_to_json
from qualification.keeping.announcing import announce_card, announce_line, announce_mail
from qualification.keeping.bubbles import said_rows
from qualification.keeping.reps import At
from qualification.moves import Decision, Move, Refusal
from qualification.policy import Policy
from qualification.promises import Tick
from qualification.views import Person, ReplyMail
from qualification.voice import known_words, line

SAY, UNSEEN, IDLE = "say", "unseen", "idle"
UNDO_FOR = timedelta(seconds=5)
SEEN_WITHIN = timedelta(minutes=2)
LONGEST_NAME = 80


def plan_reply(at: At, by: Person, text: str, key: str) -> tuple[Decision, int | None]:
    """Said after five seconds unless it is taken back; the step's id names it. The same `key` plans it once."""
    session, lead, decision = at.session, at.lead, moves.reply(at.position, by)
    if isinstance(decision, Refusal):
        return decision, None
    if talk_with(session, lead) is None:
        return Refusal("no_conversation"), None
    if known := _planned_before(session, lead, key):
        return decision, known
    said = {"text": text, "data": {"key": key, "name": by.name[:LONGEST_NAME]}}
    step_id = _note(session, lead, "reply", by.id, at.now, via=by.via, **said)
    schedule.plan(session, lead.site_id, _key(step_id), SAY, {"lead": lead.id, "step": step_id}, at.now + UNDO_FOR)
    return decision, step_id


def talk_with(session: Session, lead: Lead) -> Conversation | None:
    """The conversation in which a lead is reached; whoever came by a form has none."""
    return conversations.latest_of(session, lead.site_id, lead_merge.family(session, lead.site_id, lead))


def _planned_before(session: Session, lead: Lead, key: str) -> int | None:
    replies = (one for one in steps.of_lead(session, lead.site_id, lead.id) if one.action == "reply")
    return next((one.id for one in replies if (one.data or {}).get("key") == key), None)


def _note(session: Session, lead: Lead, action: str, actor: str, now: datetime, **more: Any) -> int:
    row = {"cycle": lead.cycle, "action": action, "actor": actor, "code": None, "text": None, "at": now, **more}
    return steps.append(session, lead.site_id, lead.id, row)


def _key(step_id: int) -> str:
    return f"{SAY}:{step_id}"


def unsend(at: At, by: Person, step_id: int) -> Decision:
    """Taken back before it was said; afterwards nothing can be."""
    session, lead = at.session, at.lead
    mine = steps.get(session, lead.site_id, lead.id, step_id)
    if mine is None or mine.action != "reply" or mine.actor != by.id:
        return Refusal("nothing_to_unsend")
    if not schedule.cancel(session, lead.site_id, _key(step_id), at.now):
        return Refusal("already_said")
    _note(session, lead, "unsent", by.id, at.now, via=by.via, data={"step": step_id})
    return Move("unsent", at.position)


def hold(session: Session, site_id: int, lead_id: int) -> tuple[Conversation | None, Lead | None]:
    """Conversation and lead, locked in the order in which a visitor's message locks them."""
    lead = leads.get(session, site_id, lead_id)
    talk = talk_with(session, lead) if lead else None
    held = conversations.locked(session, site_id, talk.id) if talk else None
    return held, leads.locked(session, site_id, lead_id)


def hand_back(at: At, talk: Conversation | None, by: Person) -> Decision:
    if refusal := moves.hands_back(at.position, by):
        return refusal
    if talk is None or talk.handling != "rep":
        return Refusal("assistant_speaks")
    _give_back(at, talk, by.id, by.name, via=by.via)
    return Move("handed_back", at.position)


def _give_back(at: At, talk: Conversation, actor: str, name: str | None, via: str | None = None) -> None:
    session, lead, now = at.session, at.lead, at.now
    _let_speak(at, talk, "assistant", at.policy.playbook.lines.rep_leaves)
    step_id = _note(session, lead, "handed_back", actor, now, via=via)
    _show(at)
    announce_line(session, lead, lead.cycle, "handed_back", f"step:{step_id}", now, by=name)


def _let_speak(at: At, talk: Conversation, who: str, says: tuple[str, ...], **words: str) -> None:
    """The visitor is told; a question the assistant has left open is not open any more."""
    session, site_id = at.session, at.lead.site_id
    told = line(says, known_words(at.policy.playbook, {}) | words)
    conversations.add_messages(session, said_rows(site_id, talk.id, (Say(told),), at.now))
    quiet = replace(state_from_json(talk.dialogue), asking=None, question=None, offered=None, confirming=None)
    conversations.change(session, site_id, talk.id, handling=who, dialogue=state_to_json(quiet), last_at=at.now)


def _show(at: At) -> None:
    lead = at.lead
    leads.change(at.session, lead.site_id, lead.id, revision=lead.revision + 1)
    announce_card(at.session, lead, lead.cycle, at.now)


def do_tick(session: Session, tick: Tick, policy: Policy, now: datetime) -> None:
    talk, lead = hold(session, tick.site_id, int(tick.payload["lead"]))
    if schedule.take(session, tick.site_id, tick.key, now) and talk is not None and lead is not None:
        _DO[tick.kind](At(session, lead, policy, now), talk, tick.payload)


def _say(at: At, talk: Conversation, told: Mapping[str, Any]) -> None:
    session, lead, now = at.session, at.lead, at.now
    step = steps.get(session, lead.site_id, int(told["lead"]), int(told["step"]))
    if step is None or not step.text or lead.status == "erased":
        return
    name = str((step.data or {}).get("name") or at.policy.playbook.company.name)
    if talk.handling != "rep":
        _let_speak(at, talk, "rep", at.policy.playbook.lines.rep_joins, rep=name)
        _show(at)
    picture = at.policy.team.picture_of(step.actor)
    extras = {"picture": picture} if picture else None
    spoken = {"author": "rep", "name": name, "text": step.text, "extras": extras, "at": now}
    message_id = conversations.add_message(session, lead.site_id, talk.id, spoken)
    conversations.change(session, lead.site_id, talk.id, last_at=now)
    announce_line(session, lead, lead.cycle, "replied", f"step:{step.id}", now, by=name, text=step.text)
    about = {"lead": lead.id, "talk": talk.id, "message": message_id}
    schedule.plan(session, lead.site_id, f"{UNSEEN}:{message_id}", UNSEEN, about, now + SEEN_WITHIN)
    schedule.plan(session, lead.site_id, f"{IDLE}:{message_id}", IDLE, about, now + at.policy.team.assistant_returns)


def _unseen(at: At, talk: Conversation, told: Mapping[str, Any]) -> None:
    """Whoever has gone gets it by mail, if they left an address; sales is told of it when it has gone out."""
    message = conversations.message(at.session, at.lead.site_id, int(told["message"]))
    if message is None or message.seen_at is not None:
        return
    if at.policy.mails and at.lead.email and at.lead.status != "erased":
        announce_mail(at.session, at.lead, message.id, at.now)
    else:
        announce_line(at.session, at.lead, at.lead.cycle, "reply_unseen", str(message.id), at.now)


def letter_of(session: Session, lead: Lead, policy: Policy, message_id: int) -> ReplyMail | None:
    """What is to be mailed; nothing once it was seen after all, or where there is nobody to write to any more."""
    message = conversations.message(session, lead.site_id, message_id)
    if message is None or message.seen_at is not None or not lead.email or lead.status == "erased":
        return None
    company = policy.playbook.company.name
    answers_to = policy.team.email_of(lead.owner) if lead.owner else None
    return ReplyMail(lead.email, message.name or company, answers_to, company, message.text, message.at)


def _idle(at: At, talk: Conversation, told: Mapping[str, Any]) -> None:
    """Nobody of the team has written since: the visitor is not left alone."""
    last = conversations.last_of_rep(at.session, at.lead.site_id, talk.id)
    if talk.handling == "rep" and last == told["message"]:
        _give_back(at, talk, "system", None)


_DO: Mapping[str, Callable[[At, Conversation, Mapping[str, Any]], None]] = {SAY: _say, UNSEEN: _unseen, IDLE: _idle}
KINDS = tuple(_DO)


def seen(session: Session, talk: Conversation, message_ids: list[int], now: datetime) -> None:
    """The visitor has read what a rep wrote."""
    lead = leads.get(session, talk.site_id, talk.lead_id) if talk.lead_id else None
    if lead is not None and message_ids:
        announce_line(session, lead, lead.cycle, "reply_seen", str(max(message_ids)), now)
