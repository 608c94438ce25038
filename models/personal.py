"""Everything the tables hold of a person: shown as it is, or taken out so that counts and steps stay.

Whoever adds a column that may hold a person's words adds it here; tests/test_privacy.py looks through all tables.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.consent import Consent
from models.conversation import Conversation, Message
from models.crm_link import CrmLink
from models.erasure import Erasure
from models.fact import Fact
from models.handoff import HandoffStep
from models.inbox import InboxEvent
from models.lead import Lead, LeadAlias
from models.lead_merge import LeadMerge
from models.outbox import Delivery
from models.stage_change import StageChange
from models.touchpoint import Touchpoint
from models.visitor import Visitor

KEPT = ("lead", "cycle", "revision", "line", "notice", "conversation", "broadcast", "again", "place", "hook")
"""Of a promise: what says which card, line or event it is."""
_OF_A_REASON = ("rule", "points", "why")
_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Whose:
    """The rows of one person on one site: leads that are one, and their browsers."""

    site_id: int
    lead_ids: tuple[int, ...]
    visitor_ids: tuple[int, ...]


def browsers(session: Session, site_id: int, lead_ids: Collection[int]) -> tuple[int, ...]:
    """Visitors who are these leads, and those they were named as or who were named as them."""
    found = set(session.scalars(select(Visitor.id).where(Visitor.site_id == site_id, Visitor.lead_id.in_(lead_ids))))
    return circle(session, site_id, found)


def circle(session: Session, site_id: int, visitor_ids: Collection[int]) -> tuple[int, ...]:
    """A visitor with the person it was named as and everybody else who was."""
    here = Visitor.site_id == site_id
    named = select(Visitor.person_id).where(here, Visitor.id.in_(visitor_ids), Visitor.person_id.is_not(None))
    people = {*visitor_ids, *session.scalars(named)}
    others = session.scalars(select(Visitor.id).where(here, Visitor.person_id.in_(people)))
    return tuple(sorted({*people, *others}))


def is_theirs_alone(session: Session, whose: Whose) -> bool:
    """Whether all that is known of these leads was told or done by these browsers."""
    site_id, lead_ids, ours = whose.site_id, whose.lead_ids, whose.visitor_ids
    strange = (
        select(Visitor.id).where(Visitor.site_id == site_id, Visitor.lead_id.in_(lead_ids), Visitor.id.not_in(ours)),
        select(Conversation.id).where(
            Conversation.site_id == site_id, Conversation.lead_id.in_(lead_ids), Conversation.visitor_id.not_in(ours)
        ),
        select(Touchpoint.id).where(
            Touchpoint.site_id == site_id,
            Touchpoint.lead_id.in_(lead_ids),
            or_(Touchpoint.visitor_id.is_(None), Touchpoint.visitor_id.not_in(ours)),
        ),
        select(Fact.id).where(
            Fact.site_id == site_id, Fact.lead_id.in_(lead_ids), Fact.source == "said", Fact.message_id.is_(None)
        ),
    )
    return all(session.scalar(found.limit(1)) is None for found in strange)


def rows_of(session: Session, whose: Whose) -> dict[str, list[dict[str, Any]]]:
    """Every row about them, by table, oldest first."""
    ours: dict[Any, ColumnElement[bool]] = {}
    ours |= {table: _of(table, whose) for table in (Lead, LeadAlias, LeadMerge, Visitor, Fact, Touchpoint, Consent)}
    ours |= {table: _of(table, whose) for table in (StageChange, HandoffStep, CrmLink)}
    ours[Conversation] = _conversations(whose)
    ours[Message] = _messages(whose)
    ours[Delivery] = and_(Delivery.site_id == whose.site_id, Delivery.stream.in_(_streams(whose)))
    return {model.__tablename__: _rows(session, model.__table__, ours[model]) for model in ours}


def _rows(session: Session, table: Table, ours: ColumnElement[bool]) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name != "site_id"]
    return [dict(row._mapping) for row in session.execute(select(*columns).where(ours).order_by(table.c.id))]


def _of(model: Any, whose: Whose) -> ColumnElement[bool]:
    columns = model.__table__.c
    lead = {Lead: "id", LeadMerge: "winner_id"}.get(model, "lead_id")
    found = [columns[lead].in_(whose.lead_ids)]
    if model is LeadMerge:
        found.append(columns.loser_id.in_(whose.lead_ids))
    visitor = "id" if model is Visitor else "visitor_id"
    if visitor in columns:
        found.append(columns[visitor].in_(whose.visitor_ids))
    return and_(columns.site_id == whose.site_id, or_(*found))


def _streams(whose: Whose) -> list[str]:
    return [f"lead:{lead_id}" for lead_id in whose.lead_ids]


def _conversations(whose: Whose) -> ColumnElement[bool]:
    """Of a browser somebody else went on with, what they said is theirs: a conversation is that of its lead."""
    unnamed = and_(Conversation.lead_id.is_(None), Conversation.visitor_id.in_(whose.visitor_ids))
    return and_(Conversation.site_id == whose.site_id, or_(Conversation.lead_id.in_(whose.lead_ids), unnamed))


def _messages(whose: Whose) -> ColumnElement[bool]:
    in_theirs = and_(
        Message.lead_id.is_(None), Message.conversation_id.in_(select(Conversation.id).where(_conversations(whose)))
    )
    return and_(Message.site_id == whose.site_id, or_(Message.lead_id.in_(whose.lead_ids), in_theirs))


def erase(session: Session, whose: Whose, public_ids: Iterable[str]) -> None:
    """Takes out every word. `public_ids` are new ones: no token of theirs opens anything any more.

    Leads themselves are the caller's, who knows their columns by `NOTHING`.
    """
    _blank_steps(session, whose)
    _forget_facts(session, whose)
    nobody = {"subject": None, "person_id": None, "locale": None, "first_touch": None, "last_touch": None}
    for visitor_id, public_id in zip(whose.visitor_ids, public_ids, strict=True):
        values = {**nobody, "lead_id": None, "tracking": False, "public_id": public_id}
        _change(session, Visitor, Visitor.id == visitor_id, whose, values)
    _change(session, Message, _messages(whose), whose, {"text": "", "name": None, "extras": None, "intents": None})
    quiet: dict[str, Any] = {"page": {}, "locale": None, "dialogue": {}, "rating": None, "handling": "assistant"}
    _change(session, Conversation, _conversations(whose), whose, quiet)
    _change(session, Touchpoint, _of(Touchpoint, whose), whose, {"url": None, "data": {}})
    for model in (LeadAlias, CrmLink):
        session.execute(delete(model).where(_of(model, whose)), execution_options=_UNSYNCED)
    _blank_promises(session, whose)


NOTHING: dict[str, Any] = {
    "email": None, "verified_email": None, "phone": None, "name": None, "company": None, "domain": None,
    "company_key": None, "assessment": None, "source": None, "sheet": None, "cool_until": None, "held_at": None,
    "snoozed_until": None, "closed_code": None,
}  # fmt: skip
"""What a lead's row is left with."""


def _change(session: Session, model: Any, ours: ColumnElement[bool], whose: Whose, values: dict[str, Any]) -> None:
    changing = update(model).where(model.site_id == whose.site_id, ours).values(values)
    session.execute(changing, execution_options=_UNSYNCED)


def _blank_steps(session: Session, whose: Whose) -> None:
    """Which rule gave how many points stays, and not by which words; which step was taken, and not with what note."""
    for row in session.execute(select(StageChange.id, StageChange.snapshot).where(_of(StageChange, whose))).all():
        if row.snapshot:
            _change(session, StageChange, StageChange.id == row.id, whose, {"snapshot": _without_words(row.snapshot)})
    _change(session, HandoffStep, _of(HandoffStep, whose), whose, {"text": None, "data": None})


def _without_words(snapshot: dict[str, Any]) -> dict[str, Any]:
    reasons = [{name: one.get(name) for name in _OF_A_REASON if name in one} for one in snapshot.get("reasons") or ()]
    return {**snapshot, "reasons": [{**one, "evidence": ""} for one in reasons]}


def _forget_facts(session: Session, whose: Whose) -> None:
    ours = _of(Fact, whose)
    _change(session, Fact, ours, whose, {"superseded_by": None})
    session.execute(delete(Fact).where(ours), execution_options=_UNSYNCED)


def _blank_promises(session: Session, whose: Whose) -> None:
    ours = (Delivery.site_id == whose.site_id, Delivery.stream.in_(_streams(whose)))
    for row in session.execute(select(Delivery.id, Delivery.payload).where(*ours)).all():
        kept = {name: row.payload[name] for name in KEPT if name in row.payload}
        _change(session, Delivery, Delivery.id == row.id, whose, {"payload": kept, "error": None})


def posts(session: Session, whose: Whose, channel: str, kinds: Collection[str]) -> list[tuple[str, str]]:
    """Stream and place of what was told there and stays there."""
    ours = (Delivery.site_id == whose.site_id, Delivery.stream.in_(_streams(whose)), Delivery.channel == channel)
    told = (Delivery.kind.in_(kinds), Delivery.remote_id.is_not(None))
    found = select(Delivery.stream, Delivery.remote_id).where(*ours, *told).order_by(Delivery.id)
    return [(row.stream, str(row.remote_id)) for row in session.execute(found).all()]


def cards(session: Session, whose: Whose) -> list[tuple[int, int]]:
    """Lead and cycle of every card that was promised."""
    ours = (Delivery.site_id == whose.site_id, Delivery.stream.in_(_streams(whose)), Delivery.kind == "alert")
    rows = session.execute(select(Delivery.stream, Delivery.payload).where(*ours).order_by(Delivery.id)).all()
    found = ((int(row.stream.removeprefix("lead:")), int(row.payload.get("cycle") or 1)) for row in rows)
    return list(dict.fromkeys(found))


def forget_events(session: Session, site_id: int, words: Sequence[str]) -> None:
    """What came in and could not be worked, and holds one of these words, is emptied; what was worked is empty."""
    dead = (InboxEvent.site_id == site_id, InboxEvent.state == "dead")
    found = select(InboxEvent.id, InboxEvent.payload).where(*dead)
    told = [row.id for row in session.execute(found).all() if any(word in str(row.payload).lower() for word in words)]
    for event_id in told:
        emptying = update(InboxEvent).where(InboxEvent.id == event_id).values(payload={}, error=None)
        session.execute(emptying, execution_options=_UNSYNCED)


def idle_visitors(session: Session, site_id: int, before: datetime, limit: int) -> list[int]:
    """Browsers nobody was seen with since then and who are no lead, of whom anything is kept; oldest first."""
    gone = select(Erasure.visitor_id).where(Erasure.site_id == site_id, Erasure.visitor_id.is_not(None))
    idle = (Visitor.site_id == site_id, Visitor.seen_at < before, Visitor.id.not_in(gone), Visitor.lead_id.is_(None))
    return list(session.scalars(select(Visitor.id).where(*idle).order_by(Visitor.id).limit(limit)))


def idle_leads(session: Session, site_id: int, before: datetime, limit: int) -> list[int]:
    """Leads nothing has happened with since then and whose browsers were not seen, unless they are customers."""
    ours = (Lead.site_id == site_id, Lead.updated_at < before, Lead.status.not_in(("erased", "won")))
    seen_since = (Visitor.site_id == site_id, Visitor.seen_at >= before, Visitor.lead_id.is_not(None))
    seen, part = select(Visitor.lead_id).where(*seen_since), aliased(Lead)
    parts = select(part.merged_into).where(part.id.in_(seen), part.merged_into.is_not(None))
    quiet = (Lead.merged_into.is_(None), Lead.id.not_in(seen), Lead.id.not_in(parts))
    found = select(Lead.id).where(*ours, *quiet).order_by(Lead.id)
    return list(session.scalars(found.limit(limit)))
