"""What is promised to be told of a lead, in the transaction that makes it true."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import lead as leads
from models import outbox
from models.conversation import Conversation
from models.lead import Lead
from qualification.policy import Listener
from qualification.stages import Stage, StageChange, is_after, reached

EVENTS: dict[Stage, str] = {"lead": "lead.created", "mql": "lead.mql", "sql": "lead.sql"}

GATHERED = timedelta(seconds=3)


def announce_card(session: Session, lead: Lead, cycle: int, now: datetime) -> None:
    """Promises that the card of this cycle shows the lead's present revision; one that is held has no card yet."""
    if lead.held_at is not None:
        return
    payload = {"lead": leads.reference(lead.id), "cycle": cycle, "revision": lead.revision}
    _promise(session, lead, "alert", f"slack:alert:{lead.id}:{cycle}:{lead.revision}", payload, now)


def announce_line(session: Session, lead: Lead, cycle: int, line: str, about: str, now: datetime, **said: Any) -> None:
    """Promises a short line in the card's thread; `about` makes it one promise however often it is made."""
    if lead.held_at is not None:
        return
    told = {name: value for name, value in said.items() if value is not None}
    payload = {"lead": leads.reference(lead.id), "cycle": cycle, "line": line, **told}
    _promise(session, lead, "line", f"slack:line:{lead.id}:{cycle}:{line}:{about}", payload, now)


def announce_direct(session: Session, lead: Lead, user: str, line: str, now: datetime) -> None:
    """Promises a direct message to somebody of the team about this lead, once for each time it was offered."""
    payload = {"lead": leads.reference(lead.id), "cycle": lead.cycle, "line": line, "user": user}
    offered = lead.offered_at.isoformat() if lead.offered_at else ""
    _promise(session, lead, "direct", f"slack:direct:{lead.id}:{line}:{user}:{offered}", payload, now)


def announce_said(session: Session, lead: Lead, message_id: int, now: datetime) -> None:
    """Promises that the thread shows what the visitor wrote; what comes within three seconds becomes one post."""
    if lead.held_at is not None:
        return
    stream, written = f"lead:{lead.id}", "visitor_messages"
    if outbox.add_to(session, lead.site_id, stream, written, "messages", message_id):
        return
    ref = leads.reference(lead.id)
    promise = {
        "key": f"slack:line:{lead.id}:{lead.cycle}:{written}:{message_id}",
        "stream": stream,
        "channel": "slack",
        "kind": "line",
        "payload": {"lead": ref, "cycle": lead.cycle, "line": written, "messages": [message_id]},
        "run_at": now + GATHERED,
    }
    outbox.enqueue(session, lead.site_id, promise, now)


def announce_notice(session: Session, lead: Lead, notice: str, about: str, now: datetime) -> None:
    """Promises a notice to the team's channel about something a person has to do; it needs no card."""
    payload = {"lead": leads.reference(lead.id), "notice": notice}
    _promise(session, lead, "notice", f"slack:notice:{lead.id}:{notice}:{about}", payload, now)


def _promise(session: Session, lead: Lead, kind: str, key: str, payload: dict[str, Any], now: datetime) -> None:
    promise = {"key": key, "stream": f"lead:{lead.id}", "channel": "slack", "kind": kind, "payload": payload}
    outbox.enqueue(session, lead.site_id, promise, now)


def announce_to_team(session: Session, site_id: int, notice: str, about: str, now: datetime, **said: Any) -> None:
    """Promises a notice to the team's channel about how the house is run, once for each `about`; it names nobody."""
    key, stream = f"slack:team:{notice}:{about}", f"team:{notice}"
    payload = {"notice": notice, **{name: value for name, value in said.items() if value is not None}}
    promise = {"key": key, "stream": stream, "channel": "slack", "kind": "notice", "payload": payload}
    outbox.enqueue(session, site_id, promise, now)


def announce_mail(session: Session, lead: Lead, message_id: int, now: datetime) -> None:
    """Promises that what a rep said goes to the lead's address."""
    payload = {"lead": leads.reference(lead.id), "cycle": lead.cycle, "message": message_id}
    promise = {"key": f"mail:reply:{message_id}", "stream": f"lead:{lead.id}", "channel": "mail", "kind": "reply"}
    outbox.enqueue(session, lead.site_id, {**promise, "payload": payload}, now)


def announce_digest(
    session: Session, site_id: int, channel: str | None, day: date, since: datetime, weekly: bool, now: datetime
) -> None:
    """Promises a channel its digest of the day, once; None is the channel of whatever no route sends elsewhere."""
    payload = {"channel": channel, "since": since.isoformat(), "until": now.isoformat(), "weekly": weekly}
    key = f"slack:digest:{channel or 'main'}:{day.isoformat()}"
    promise = {"key": key, "stream": f"digest:{channel or 'main'}", "channel": "slack", "kind": "digest"}
    outbox.enqueue(session, site_id, {**promise, "payload": payload}, now)


def announce_change(
    session: Session, lead: Lead, listeners: tuple[Listener, ...], changes: tuple[StageChange, ...], now: datetime
) -> None:
    """Promises everybody beside Slack to be told: which steps a lead took, or only that it is another now."""
    payload = {"lead": leads.reference(lead.id), "cycle": lead.cycle, "revision": lead.revision}
    for listener in listeners:
        if lead.cycle > 1 or reached(lead.stage, listener.since):
            for kind in _events(changes) if listener.hears_events else ("sync",):
                promise = {"kind": kind, "stream": f"lead:{lead.id}", "payload": payload}
                _tell(session, lead.site_id, listener, promise, f"{lead.id}:{lead.revision}:{kind}", now)


def _events(changes: tuple[StageChange, ...]) -> tuple[str, ...]:
    """Steps up, in their order; whoever goes back is updated."""
    up = [
        change.to_stage for change in changes if not change.from_stage or is_after(change.to_stage, change.from_stage)
    ]
    return tuple(EVENTS[stage] for stage in up if stage in EVENTS) or ("lead.updated",)


def announce_ended(
    session: Session, conversation: Conversation, listeners: tuple[Listener, ...], now: datetime
) -> None:
    """Promises whoever hears events that a conversation is over."""
    lead_id, kind = conversation.lead_id, "conversation.ended"
    payload = {"conversation": conversation.public_id, "lead": leads.reference(lead_id) if lead_id else None}
    stream = f"lead:{lead_id}" if lead_id else f"conversation:{conversation.id}"
    promise = {"kind": kind, "stream": stream, "payload": payload}
    about = f"{kind}:{conversation.id}:{int(conversation.last_at.timestamp())}"
    for listener in listeners:
        if listener.hears_events:
            _tell(session, conversation.site_id, listener, promise, about, now)


def _tell(
    session: Session, site_id: int, listener: Listener, promise: dict[str, Any], about: str, now: datetime
) -> None:
    """Once for each `about`, if it is what the listener hears of."""
    if not listener.hears(promise["kind"]):
        return
    where = {"channel": listener.channel, "stream": listener.stream(promise["stream"])}
    hook = {"hook": listener.hook} if listener.hook is not None else {}
    told = {**promise, **where, "key": f"{listener.name}:{about}", "payload": {**promise["payload"], **hook}}
    outbox.enqueue(session, site_id, told, now)
