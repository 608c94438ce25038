"""Door: visitors come in. Open a conversation, receive a message, record what they do, take leads from elsewhere."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import conversation as conversations
from models import fact as facts
from models import handoff as steps
from models import lead as leads
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.conversation import Conversation, Message
from models.database import Database
from models.lead import Lead
from models.visitor import Visitor
from qualification import stages
from qualification.assessment import Assessment, assessment_to_json
from qualification.dialogue import CallToAction, DialogueState, Say, greet, state_from_json, state_to_json
from qualification.doorstep import Answer, Bubble, NewLead, NotHere, Opened, Page
from qualification.enquiry import facts_of
from qualification.facts import PURCHASE_INTEREST, Evidence, Fact, Facts, Touchpoint, Utterance, value_to_json
from qualification.handoff import WITH_SALES, announce_card, announce_line, announce_notice, log, move, position_of
from qualification.identity import Identity
from qualification.policy import Policy
from qualification.scoring import assess
from qualification.stages import Ground, Position, StageChange
from qualification.turn import Memory, Turn, take_turn
from qualification.understanding import understand

IDLE = timedelta(hours=24)
CONSENT_TEXT = "visitor_request-1"


@dataclass(frozen=True)
class Intake:
    """Each method is one transaction; `told` is called after the commit, when there may be promises to keep."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]

    def open(self, site_id: int, visitor: str | None, page: Page, locale: str | None, touch: Any) -> Opened:
        """The visitor's open conversation with its messages, or a new one with the greeting after 24 idle hours."""
        now = self.clock()
        with self.database.begin() as session:
            known = _recognised(session, site_id, visitor, touch, now)
            found = _open_conversation(session, known, now - IDLE)
            if found is None:
                found = self._opened(session, known, page, locale, now)
            bubbles = _bubbles(conversations.messages(session, site_id, found.id))
        return Opened(found.public_id, known.public_id, bubbles)

    def identify(self, site_id: int, visitor: str, who: Identity) -> str:
        """The host site says who this is. Answers the person's own id, which no holder of the earlier token knows."""
        now = self.clock()
        with self.database.begin() as session:
            conversations.hold(session, site_id, visitor)
            person = _person(session, _known(session, site_id, visitor, lock=True), who, now)
            lead = _lead_of_person(session, person, who, now)
            if lead is not None and _vouch(session, lead, who, now) and lead.stage is not None:
                self._judge(session, lead, now)
                _show_vouched(session, lead, now)
        self.told()
        return person.public_id

    def _opened(
        self, session: Session, visitor: Visitor, page: Page, locale: str | None, now: datetime
    ) -> Conversation:
        shown = {"url": page.url, "title": page.title, "referrer": page.referrer}
        values = {
            "public_id": secrets.token_urlsafe(16),
            "visitor_id": visitor.id,
            "lead_id": visitor.lead_id,
            "page": {name: value for name, value in shown.items() if value},
            "locale": locale,
            "handling": "assistant",
            "dialogue": state_to_json(_continued(session, visitor)),
            "opened_at": now,
            "last_at": now,
        }
        conversation_id = conversations.add(session, visitor.site_id, values)
        known = facts_of(session, visitor.site_id, visitor.lead_id) if visitor.lead_id else None
        greeting = greet(self.policies[visitor.site_id].playbook, known)
        conversations.add_messages(session, _said(visitor.site_id, conversation_id, greeting, now))
        return conversations.get(session, visitor.site_id, conversation_id)

    def receive(self, site_id: int, visitor: str, conversation_id: str, client_message_id: str, text: str) -> Answer:
        """One message: heard, remembered, judged, answered. The same `client_message_id` is answered the same."""
        now = self.clock()
        with self.database.begin() as session:
            conversation = _own(session, site_id, visitor, conversation_id, lock=True)
            before = conversations.sent_before(session, site_id, conversation.id, client_message_id)
            if before is not None and before.answer is not None:
                return _answered_before(session, site_id, conversation.id, before)
            answer = self._take(session, conversation, client_message_id, text, now)
        self.told()
        return answer

    def _take(
        self, session: Session, conversation: Conversation, client_message_id: str, text: str, now: datetime
    ) -> Answer:
        site_id, policy = conversation.site_id, self.policies[conversation.site_id]
        lead = _lead_of(session, conversation, now)
        heard = {"author": "visitor", "text": "", "client_message_id": client_message_id, "at": now}
        message_id = conversations.add_message(session, site_id, conversation.id, heard)
        turn = take_turn(_memory(session, conversation, lead), _utterance(text, policy, now), policy, str(message_id))
        _remember(session, lead, turn, message_id, now)
        _settle(session, lead, turn.position, turn.changes, turn.assessment, turn.evidence.facts, now)
        _tell(session, lead, turn, message_id, now)
        return _reply(session, conversation, message_id, turn, now)

    def since(self, site_id: int, visitor: str, conversation_id: str, after: int) -> tuple[Bubble, ...]:
        with self.database.read() as session:
            found = _own(session, site_id, visitor, conversation_id)
            return _bubbles(conversations.messages(session, site_id, found.id, after))

    def seen(self, site_id: int, visitor: str, conversation_id: str, message_id: int) -> None:
        now = self.clock()
        with self.database.begin() as session:
            found = _own(session, site_id, visitor, conversation_id)
            if not conversations.message_exists(session, site_id, found.id, message_id):
                raise NotHere
            conversations.mark_seen(session, site_id, found.id, message_id, now)

    def record(self, site_id: int, visitor: str | None, seen: tuple[Touchpoint, ...], touch: Any) -> str:
        """What a visitor did on the site; somebody we can contact is judged anew by it. Answers the visitor's id."""
        now = self.clock()
        with self.database.begin() as session:
            known = _recognised(session, site_id, visitor, touch, now)
            _touched(session, site_id, known.id, known.lead_id, seen)
            lead = leads.locked(session, site_id, known.lead_id) if known.lead_id else None
            if lead is not None and lead.stage is not None:  # being logged in at the host makes nobody a lead
                self._judge(session, lead, now)
        self.told()
        return known.public_id

    def consent(self, site_id: int, visitor: str, purpose: str, granted: bool, text_version: str) -> None:
        now = self.clock()
        with self.database.begin() as session:
            known = _known(session, site_id, visitor)
            given = {"purpose": purpose, "granted": granted, "text_version": text_version, "at": now}
            consents.record(session, site_id, {"visitor_id": known.id, "lead_id": known.lead_id, **given})
            if purpose == "analytics":
                visitors.change(session, site_id, known.id, tracking=granted)

    def add_lead(self, site_id: int, new: NewLead) -> str:
        """Somebody from a form, an event or another tool: found by address or started, judged by the same criteria."""
        now = self.clock()
        with self.database.begin() as session:
            lead = _found_or_started(session, site_id, new, now)
            known = facts_of(session, site_id, lead.id)
            for fact in _told_by_form(new, self.policies[site_id], now):
                if fact.slot not in known:
                    facts.remember(session, site_id, lead.id, _fact_row(fact, None), now)
            _touched(session, site_id, None, lead.id, new.touchpoints)
            for given in new.consent:
                consents.record(session, site_id, {"lead_id": lead.id, **asdict(given), "at": now})
            self._judge(session, lead, now)
            ref = leads.reference(lead.id)
        self.told()
        return ref

    def _judge(self, session: Session, lead: Lead, now: datetime) -> None:
        """Assesses and advances without a turn: something was seen, or came from elsewhere."""
        evidence = _evidence(session, lead)
        assessment = assess(evidence, self.policies[lead.site_id].criteria, now)
        ground = Ground(_is_contactable(evidence.facts), assessment, _wants_to_buy(evidence.facts), True, now)
        position, changes = stages.advance(position_of(lead), ground)
        _settle(session, lead, position, changes, assessment, evidence.facts, now)


def _continued(session: Session, visitor: Visitor) -> DialogueState:
    """What somebody declined in an earlier conversation is not asked in a new one either."""
    before = conversations.latest(session, visitor.site_id, visitor.id)
    return DialogueState(declined=state_from_json(before.dialogue).declined) if before else DialogueState()


def _open_conversation(session: Session, visitor: Visitor, since: datetime) -> Conversation | None:
    find = conversations.open_of_person if visitor.subject else conversations.open_since
    return find(session, visitor.site_id, visitor.id, since)


def _person(session: Session, known: Visitor, who: Identity, now: datetime) -> Visitor:
    """The named visitor of this person. A browser somebody else was named on gives them nothing of its own."""
    if known.subject == who.subject:
        return known
    person = _named_before(session, known.site_id, who) or _named(session, known, who, now)
    if known.subject is None and known.person_id is None:
        _take_along(session, known, person, now)
    return visitors.get(session, known.site_id, person.id)


def _named_before(session: Session, site_id: int, who: Identity) -> Visitor | None:
    """By the host's id for them, or by an address the host vouched for: what somebody only typed finds nobody."""
    if found := visitors.of_subject(session, site_id, who.subject):
        return found
    lead = leads.find_verified(session, site_id, who.email) if who.email else None
    return visitors.of_lead(session, site_id, lead.id) if lead else None


def _named(session: Session, known: Visitor, who: Identity, now: datetime) -> Visitor:
    unnamed = known.subject is None and known.person_id is None
    touches = {"first_touch": known.first_touch, "last_touch": known.last_touch} if unnamed else {}
    values = {"subject": who.subject, "locale": known.locale, **touches}
    return visitors.add_named(session, known.site_id, secrets.token_urlsafe(16), values, now)


def _take_along(session: Session, unnamed: Visitor, person: Visitor, now: datetime) -> None:
    """What they said before they were named is theirs; two leads that sales knows of stay two."""
    site_id, lead_id = unnamed.site_id, unnamed.lead_id
    touchpoints.follow(session, site_id, unnamed.id, person.id)
    visitors.change(session, site_id, unnamed.id, person_id=person.id, lead_id=None)
    tracking = unnamed.tracking and person.tracking
    visitors.change(session, site_id, person.id, tracking=tracking, lead_id=person.lead_id or lead_id)
    if lead_id is not None and person.lead_id not in (None, lead_id):
        lead = leads.locked(session, site_id, lead_id)
        if lead is not None and not stages.reached(lead.stage, "lead"):
            facts.hand_over(session, site_id, lead_id, person.lead_id, now)
            touchpoints.hand_over(session, site_id, lead_id, person.lead_id)
            conversations.hand_over(session, site_id, person.id, lead_id, person.lead_id)


def _lead_of_person(session: Session, person: Visitor, who: Identity, now: datetime) -> Lead | None:
    """Their lead, begun when there is something to keep on it; it stays without a stage until they do something."""
    if person.lead_id is None and not (who.email or who.name):
        return None
    lead = leads.find_or_start(session, person.site_id, person.lead_id, now)
    if person.lead_id is None:
        visitors.change(session, person.site_id, person.id, lead_id=lead.id)
    touchpoints.stitch(session, person.site_id, person.id, lead.id)
    conversations.hand_over(session, person.site_id, person.id, None, lead.id)
    return lead


def _vouch(session: Session, lead: Lead, who: Identity, now: datetime) -> bool:
    """Keeps what the host vouches for, each thing once: a correction the person made since stands."""
    given = {"email": who.email, "person_name": who.name}
    new = {
        slot: text
        for slot, text in given.items()
        if text and not facts.was_vouched(session, lead.site_id, lead.id, slot, text)
    }
    for slot, text in new.items():
        vouched = Fact(slot, text, text, 1.0, "said", None, now, verified=True)
        facts.remember(session, lead.site_id, lead.id, _fact_row(vouched, None), now)
    if "email" in new:
        leads.change(session, lead.site_id, lead.id, verified_email=new["email"])
    return bool(new)


def _show_vouched(session: Session, lead: Lead, now: datetime) -> None:
    if lead.handoff in WITH_SALES:
        announce_card(session, lead, lead.cycle, now)


def _known(session: Session, site_id: int, visitor: str, lock: bool = False) -> Visitor:
    found = visitors.find(session, site_id, visitor, lock)
    if found is None:
        raise NotHere
    return found


def _recognised(session: Session, site_id: int, visitor: str | None, touch: Any, now: datetime) -> Visitor:
    """The visitor, or a new one when there was none. The first touch is frozen, the last one follows."""
    found = visitors.find(session, site_id, visitor, lock=True) if visitor else None
    first, last = (touch or {}).get("first"), (touch or {}).get("last")
    if found is None:
        values = {"first_touch": first, "last_touch": last or first}
        visitors.add(session, site_id, public_id := secrets.token_urlsafe(16), values, now)
        return _known(session, site_id, public_id)
    touches = {"first_touch": found.first_touch or first, "last_touch": last or found.last_touch}
    visitors.change(session, site_id, found.id, seen_at=now, **touches)
    return found


def _own(session: Session, site_id: int, visitor: str, conversation_id: str, lock: bool = False) -> Conversation:
    """The visitor's own conversation; anybody else's is as unknown as one that never was."""
    found = conversations.of_visitor(session, site_id, conversation_id, visitor, lock)
    if found is None:
        raise NotHere
    return found


def _lead_of(session: Session, conversation: Conversation, now: datetime) -> Lead:
    lead = leads.find_or_start(session, conversation.site_id, conversation.lead_id, now)
    if conversation.lead_id is None:
        site_id, visitor_id = conversation.site_id, conversation.visitor_id
        conversations.change(session, site_id, conversation.id, lead_id=lead.id)
        visitors.become(session, site_id, visitor_id, lead.id)
        touchpoints.stitch(session, site_id, visitor_id, lead.id)
    if lead.source is None:
        leads.change(session, conversation.site_id, lead.id, source=_source(session, conversation))
    return lead


def _source(session: Session, conversation: Conversation) -> dict[str, Any]:
    visitor = visitors.touches(session, conversation.site_id, conversation.visitor_id)
    source = {"channel": "chat", **conversation.page, "first": visitor.first_touch, "last": visitor.last_touch}
    return {name: value for name, value in source.items() if value}


def _memory(session: Session, conversation: Conversation, lead: Lead) -> Memory:
    assistant = conversation.handling == "assistant"
    return Memory(position_of(lead), _evidence(session, lead), state_from_json(conversation.dialogue), assistant)


def _evidence(session: Session, lead: Lead) -> Evidence:
    seen = tuple(
        Touchpoint(row.type, row.at, row.url, row.data) for row in touchpoints.of_lead(session, lead.site_id, lead.id)
    )
    return Evidence(
        facts_of(session, lead.site_id, lead.id), seen, visitors.permits_tracking(session, lead.site_id, lead.id)
    )


def _utterance(text: str, policy: Policy, now: datetime) -> Utterance:
    return Utterance(text=text, now=now, region=policy.region)


def _remember(session: Session, lead: Lead, turn: Turn, message_id: int, now: datetime) -> None:
    for fact in turn.learned:
        facts.remember(session, lead.site_id, lead.id, _fact_row(fact, message_id), now)
    if turn.retracted:
        facts.retract(session, lead.site_id, lead.id, turn.retracted, now)


def _fact_row(fact: Fact, message_id: int | None) -> dict[str, Any]:
    said_in = int(fact.message_id) if fact.message_id else message_id
    return {
        "message_id": said_in,
        "slot": fact.slot,
        "text": fact.text,
        "value": value_to_json(fact.value),
        "confidence": fact.confidence,
        "source": fact.source,
        "verified": fact.verified,
        "known_at": fact.known_at,
    }


def _settle(
    session: Session,
    lead: Lead,
    position: Position,
    changes: tuple[StageChange, ...],
    assessment: Assessment,
    known: Facts,
    now: datetime,
) -> None:
    """Writes where the lead stands now, and promises the card when sales has it and something on it changed."""
    _contact(session, lead, known, now)
    log(session, lead, lead.cycle, changes, now, assessment)
    before = (lead.assessment, lead.purchase_interest, lead.name, lead.email, lead.phone, lead.company)
    became_mql = any(change.to_stage == "mql" for change in changes)
    columns = _columns(known, assessment)
    move(session, lead, position, now, **columns, **({"offered_at": now} if became_mql else {}))
    after = (lead.assessment, lead.purchase_interest, lead.name, lead.email, lead.phone, lead.company)
    if lead.handoff in WITH_SALES and (changes or after != before):
        announce_card(session, lead, lead.cycle, now)
    if became_mql:
        announce_line(session, lead, lead.cycle, "transcript", "first", now)


def _contact(session: Session, lead: Lead, known: Facts, now: datetime) -> None:
    """Every address a lead is known by is kept, and the basis we keep it on, once."""
    for slot in ("email", "phone"):
        value = str(known[slot].value) if slot in known else None
        if value and value != getattr(lead, slot):
            leads.add_alias(session, lead.site_id, lead.id, value)
            given = {"purpose": "visitor_request", "granted": True, "text_version": CONSENT_TEXT, "at": now}
            consents.record(session, lead.site_id, {"lead_id": lead.id, **given})


def _columns(known: Facts, assessment: Assessment) -> dict[str, Any]:
    said = {slot: str(known[slot].value) if slot in known else None for slot in ("email", "phone", "company")}
    name = str(known["person_name"].value) if "person_name" in known else None
    key = " ".join(part for part in (name, said["company"]) if part).lower()[:400]
    return {
        **said,
        "name": name,
        "name_key": key or None,
        "purchase_interest": _wants_to_buy(known),
        "score": assessment.score,
        "assessment": assessment_to_json(assessment),
    }


def _wants_to_buy(known: Facts) -> bool:
    return PURCHASE_INTEREST in known and known[PURCHASE_INTEREST].value is True


def _is_contactable(known: Facts) -> bool:
    return "email" in known or "phone" in known


def _tell(session: Session, lead: Lead, turn: Turn, message_id: int, now: datetime) -> None:
    """Thread lines for what a message changed after the alert: a wish to buy is broadcast, new answers are not."""
    if turn.privacy_request:
        _pass_on(session, lead, turn.privacy_request, message_id, now)
    if lead.handoff not in WITH_SALES or any(change.to_stage == "mql" for change in turn.changes):
        return
    if any(change.to_stage == "sql" for change in turn.changes):
        announce_line(session, lead, lead.cycle, PURCHASE_INTEREST, str(message_id), now, broadcast=True)
    slots = [fact.slot for fact in turn.learned if fact.slot in turn.evidence.facts and fact.slot != PURCHASE_INTEREST]
    if slots:
        announce_line(session, lead, lead.cycle, "fact", str(message_id), now, slots=slots)


def _pass_on(session: Session, lead: Lead, request: str, message_id: int, now: datetime) -> None:
    """The visitor is told that their request is passed on: it is, durably, and kept in the lead's audit."""
    notice = f"privacy_{request}"
    step = {"cycle": lead.cycle, "action": notice, "actor": "visitor", "code": None, "text": None, "at": now}
    steps.append(session, lead.site_id, lead.id, step)
    announce_notice(session, lead, notice, str(message_id), now)


def _reply(session: Session, conversation: Conversation, message_id: int, turn: Turn, now: datetime) -> Answer:
    site_id = conversation.site_id
    rows = _said(site_id, conversation.id, turn.says, now)
    ids = conversations.add_messages(session, rows) if rows else []
    answer = {"ids": ids, "asking": turn.dialogue.asking, "handling": conversation.handling}
    intents = list(turn.understanding.intents)
    conversations.change_message(session, site_id, message_id, text=turn.text, intents=intents, answer=answer)
    dialogue = state_to_json(turn.dialogue)
    conversations.change(session, site_id, conversation.id, dialogue=dialogue, last_at=now)
    bubbles = tuple(_bubble_said(row_id, say, now) for row_id, say in zip(ids, turn.says, strict=True))
    return Answer(bubbles, turn.dialogue.asking, conversation.handling)


def _said(site_id: int, conversation_id: int, says: tuple[Say, ...], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "site_id": site_id,
            "conversation_id": conversation_id,
            "author": "assistant",
            "text": say.text,
            "extras": _extras(say),
            "at": now,
        }
        for say in says
    ]


def _extras(say: Say) -> dict[str, Any] | None:
    cta = {"label": say.cta.label, "url": say.cta.url} if say.cta else None
    extras = {"quick_replies": list(say.quick_replies) or None, "cta": cta}
    return {name: value for name, value in extras.items() if value} or None


def _bubble_said(row_id: int, say: Say, now: datetime) -> Bubble:
    return Bubble(str(row_id), "assistant", None, say.text, say.quick_replies, say.cta, now)


def _answered_before(session: Session, site_id: int, conversation_id: int, before: Message) -> Answer:
    answer = before.answer or {}
    ids = set(answer.get("ids", ()))
    said = [row for row in conversations.messages(session, site_id, conversation_id, before.id) if row.id in ids]
    return Answer(_bubbles(said), answer.get("asking"), answer.get("handling", "assistant"))


def _bubbles(rows: Any) -> tuple[Bubble, ...]:
    return tuple(_bubble(row) for row in rows)


def _bubble(row: Message) -> Bubble:
    extras = row.extras or {}
    cta = CallToAction(**extras["cta"]) if extras.get("cta") else None
    replies = tuple(extras.get("quick_replies", ()))
    return Bubble(str(row.id), row.author, row.name, row.text, replies, cta, row.at, row.client_message_id)


def _touched(
    session: Session, site_id: int, visitor_id: int | None, lead_id: int | None, seen: tuple[Touchpoint, ...]
) -> None:
    whose = {"site_id": site_id, "visitor_id": visitor_id, "lead_id": lead_id}
    rows = [{**whose, "type": one.type, "url": one.url, "at": one.at, "data": dict(one.data)} for one in seen]
    touchpoints.add(session, rows)


def _found_or_started(session: Session, site_id: int, new: NewLead, now: datetime) -> Lead:
    """The newest lead with this address, or a new one: the same person sent twice is not two leads.

    An address somebody typed into the chat proves nothing: whoever typed it would be shown what belongs to its owner.
    """
    if new.email:
        leads.queue_up(session, site_id, new.email)
    same = leads.find_by_email(session, site_id, new.email) if new.email else ()
    for lead in same:
        if lead.verified_email == lead.email or not conversations.of_lead(session, site_id, lead.id):
            return leads.find_or_start(session, site_id, lead.id, now)
    source = {"channel": new.source_channel, "name": new.source_name}
    lead_id = leads.start(session, site_id, now, source={key: value for key, value in source.items() if value})
    return leads.find_or_start(session, site_id, lead_id, now)


def _told_by_form(new: NewLead, policy: Policy, now: datetime) -> list[Fact]:
    """Fields of a form are read like answers to the asked slot, so that criteria see the same values as in a chat."""
    given = {"email": new.email, "phone": new.phone, "person_name": new.name, "company": new.company, **new.fields}
    return [fact for slot, text in given.items() if text for fact in [_form_fact(slot, text, policy, now)] if fact]


def _form_fact(slot: Any, text: str, policy: Policy, now: datetime) -> Fact | None:
    heard = understand(replace(_utterance(text, policy, now), context_slot=slot))
    entity = next((found for found in heard.entities if found.label == slot), None)
    if entity is not None:
        return Fact(slot, text, entity.value, 1.0, "said", None, now)
    return Fact(slot, text, text.strip(), 1.0, "said", None, now) if slot in ("person_name", "company") else None
