"""Door: visitors come in. Open a conversation, receive a message, record what they do, take leads from elsewhere."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import conversation as conversations
from models import fact as facts
from models import handoff as steps
from models import lead as leads
from models.conversation import Conversation, Message
from models.database import Database
from models.lead import Lead
from models.visitor import Visitor
from qualification.dialogue import DialogueState, greet, state_from_json, state_to_json
from qualification.doorstep import Answer, Bubble, NewLead, NotHere, Opened, Page, Rating
from qualification.facts import PURCHASE_INTEREST, Facts, Touchpoint
from qualification.identity import Identity
from qualification.keeping import people, speaking, standing
from qualification.keeping.announcing import announce_card, announce_line, announce_notice, announce_said
from qualification.keeping.bubbles import bubble_said, said_rows, shown
from qualification.keeping.evidence import fact_row, facts_of
from qualification.keeping.forms import take_in
from qualification.keeping.judging import by_all, judge
from qualification.keeping.planning import IDLE, plan_end
from qualification.keeping.talks import Talk, talk_of
from qualification.keeping.tracks import track
from qualification.policy import Policy
from qualification.signals import arrival
from qualification.turn import Memory, Turn, take_turn


@dataclass(frozen=True)
class Intake:
    """Each method is one transaction; `told` is called after the commit, when there may be promises to keep."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]

    def open(
        self, site_id: int, visitor: str | None, page: Page, locale: str | None, touch: Any, permitted: bool = True
    ) -> Opened:
        """The visitor's open conversation with its messages, or a new one with the greeting after 24 idle hours."""
        now = self.clock()
        with self.database.begin() as session:
            known = people.recognised(session, site_id, visitor, touch, permitted, now)
            found = _open_conversation(session, known, now - IDLE)
            if found is None:
                found = self._opened(session, known, page, locale, now)
            bubbles = shown(conversations.messages(session, site_id, found.id))
        return Opened(found.public_id, known.public_id, bubbles)

    def identify(self, site_id: int, visitor: str, who: Identity) -> str:
        """The host site says who this is. Answers the person's own id, which no holder of the earlier token knows."""
        now, policy = self.clock(), self.policies[site_id]
        with self.database.begin() as session:
            conversations.hold(session, site_id, visitor)
            people.queue_up(session, site_id, who)
            browser = people.known(session, site_id, visitor, lock=True)
            was = browser.person_id
            person = people.person_of(session, browser, who, policy, now)
            lead_id = people.lead_of_person(session, person, who, now)
            is_news = lead_id is not None and people.vouch(session, site_id, lead_id, who, policy, now)
            if is_news or browser.person_id != was:
                self._show_vouched(session, site_id, lead_id, now)
        self.told()
        return person.public_id

    def _show_vouched(self, session: Session, site_id: int, lead_id: int | None, now: datetime) -> None:
        lead = self._look_again(session, site_id, lead_id, now, since=now)
        if lead is not None and lead.handoff in standing.WITH_SALES:
            announce_card(session, lead, lead.cycle, now)

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
        greeting = greet(self.policies[visitor.site_id].playbook, _known_to(session, visitor), page.url)
        conversations.add_messages(session, said_rows(visitor.site_id, conversation_id, greeting, now))
        return conversations.get(session, visitor.site_id, conversation_id)

    def receive(self, site_id: int, visitor: str, conversation_id: str, client_message_id: str, text: str) -> Answer:
        """One message: heard, remembered, judged, answered. The same `client_message_id` is answered the same."""
        now = self.clock()
        with self.database.begin() as session:
            conversation = _own(session, site_id, visitor, conversation_id, lock=True)
            before = conversations.sent_before(session, site_id, conversation.id, client_message_id)
            if before is not None and before.answer is not None:
                return _answered_before(session, site_id, conversation.id, before)
            talk = talk_of(session, conversation, visitor, self.policies[site_id].utterance(text, now), now)
            answer = self._take(session, conversation, talk, client_message_id, text, now)
        self.told()
        return answer

    def _take(
        self, session: Session, conversation: Conversation, talk: Talk, client_message_id: str, text: str, now: datetime
    ) -> Answer:
        lead = talk.lead
        policy = standing.ruling(self.policies[conversation.site_id], lead)
        memory = _memory(conversation, talk)
        turn = take_turn(memory, policy.utterance(text, now), policy, threshold=policy.threshold)
        message_id = _heard(session, conversation, client_message_id, turn, now)
        _remember(session, talk, memory.evidence.facts, turn, message_id, now)
        if lead.joined:
            turn = by_all(session, lead, turn, policy, now)
        standing.settle(session, lead, policy, turn.position, turn.changes, turn.assessment, turn.evidence, now)
        _tell(session, lead, turn, message_id, now)
        plan_end(session, conversation, lead, policy, now)
        return _reply(session, conversation, message_id, turn, now)

    def since(self, site_id: int, visitor: str, conversation_id: str, after: int) -> tuple[Bubble, ...]:
        with self.database.read() as session:
            found = _own(session, site_id, visitor, conversation_id)
            return shown(conversations.messages(session, site_id, found.id, after))

    def seen(self, site_id: int, visitor: str, conversation_id: str, message_id: int) -> None:
        now = self.clock()
        with self.database.begin() as session:
            found = _own(session, site_id, visitor, conversation_id)
            if not conversations.message_exists(session, site_id, found.id, message_id):
                raise NotHere
            speaking.seen(session, found, conversations.mark_seen(session, site_id, found.id, message_id, now), now)
        self.told()

    def rate(self, site_id: int, visitor: str, conversation_id: str, rating: Rating) -> None:
        """What the visitor thinks of the conversation; said again, the last word holds."""
        with self.database.begin() as session:
            found = _own(session, site_id, visitor, conversation_id)
            conversations.change(session, site_id, found.id, rating=rating)

    def record(
        self, site_id: int, visitor: str | None, seen: tuple[Touchpoint, ...], touch: Any = None, permitted: bool = True
    ) -> str:
        """What a visitor did on the site; somebody we can contact is judged anew by it. Answers the visitor's id."""
        now = self.clock()
        with self.database.begin() as session:
            known = people.recognised(session, site_id, visitor, touch or arrival(seen), permitted, now)
            person = people.behind(session, known)
            if known.tracking and person.tracking:
                track(session, person, seen, now)
                self._look_again(session, site_id, person.lead_id, now, since=now)
        self.told()
        return known.public_id

    def _look_again(
        self, session: Session, site_id: int, lead_id: int | None, now: datetime, since: datetime | None
    ) -> Lead | None:
        lead = leads.locked(session, site_id, lead_id) if lead_id is not None else None
        if lead is None or lead.stage is None:  # being logged in at the host makes nobody a lead
            return None
        judge(session, lead, self.policies[site_id], now, since)
        return lead

    def consent(self, site_id: int, visitor: str, purpose: str, granted: bool, text_version: str) -> None:
        """What a visitor permits or refuses. Without tracking nothing is counted, not what was seen before either."""
        now = self.clock()
        with self.database.begin() as session:
            known = people.known(session, site_id, visitor, lock=True)
            person = people.behind(session, known)
            given = {"purpose": purpose, "granted": granted, "text_version": text_version, "at": now}
            consents.record(session, site_id, {"visitor_id": known.id, "lead_id": person.lead_id, **given})
            if purpose == "analytics":
                people.permit(session, (known, person), granted)
                self._look_again(session, site_id, person.lead_id, now, since=None)
        self.told()

    def add_lead(self, site_id: int, new: NewLead) -> str:
        """Somebody from a form, an event or another tool: found by address or started, judged by the same criteria."""
        now, policy = self.clock(), self.policies[site_id]
        with self.database.begin() as session:
            lead = leads.find_or_start(session, site_id, take_in(session, site_id, new, policy, now), now)
            judge(session, lead, policy, now, since=now)
            ref = leads.reference(lead.id)
        self.told()
        return ref


def _known_to(session: Session, visitor: Visitor) -> Facts | None:
    """What a greeting may be based on."""
    own = visitor.lead_id
    lead = leads.get(session, visitor.site_id, own) if own is not None else None
    if lead is None or own is None:
        return None
    return facts_of(session, lead.site_id, people.may_see(session, lead.site_id, visitor, lead, own))


def _continued(session: Session, visitor: Visitor) -> DialogueState:
    """What somebody declined in an earlier conversation is not asked in a new one either."""
    before = conversations.latest(session, visitor.site_id, visitor.id)
    return DialogueState(declined=state_from_json(before.dialogue).declined) if before else DialogueState()


def _open_conversation(session: Session, visitor: Visitor, since: datetime) -> Conversation | None:
    find = conversations.open_of_person if visitor.subject else conversations.open_since
    return find(session, visitor.site_id, visitor.id, since)


def _own(session: Session, site_id: int, visitor: str, conversation_id: str, lock: bool = False) -> Conversation:
    """The visitor's own conversation; anybody else's is as unknown as one that never was."""
    found = conversations.of_visitor(session, site_id, conversation_id, visitor, lock)
    if found is None:
        raise NotHere
    return found


def _memory(conversation: Conversation, talk: Talk) -> Memory:
    assistant = conversation.handling == "assistant"
    return Memory(standing.position_of(talk.lead), talk.shown, talk.dialogue, assistant, standing.was_mql(talk.lead))


def _heard(session: Session, conversation: Conversation, client_message_id: str, turn: Turn, now: datetime) -> int:
    """Keeps the message and how it is answered, so that the same message sent again is answered the same."""
    values = {
        "author": "visitor",
        "text": turn.text,
        "client_message_id": client_message_id,
        "intents": list(turn.understanding.intents),
        "answer": {
            "says": len(turn.says),
            "asking": turn.dialogue.asking,
            "handling": conversation.handling,
            "is_lead": _is_news(turn),
            "is_closed": turn.dialogue.closed,
        },
        "at": now,
    }
    return conversations.add_message(session, conversation.site_id, conversation.id, values)


def _remember(session: Session, talk: Talk, known: Facts, turn: Turn, message_id: int, now: datetime) -> None:
    site_id = talk.lead.site_id
    for fact in turn.learned:
        row = fact_row(fact, message_id)
        facts.remember(session, site_id, talk.own, row, now, is_first=fact.slot not in known)
    if turn.retracted:
        facts.retract(session, site_id, talk.own, turn.retracted, now)


def _tell(session: Session, lead: Lead, turn: Turn, message_id: int, now: datetime) -> None:
    """Thread lines for what a message changed after the alert: a wish to buy is broadcast, new answers are not."""
    if turn.privacy_request:
        _pass_on(session, lead, turn.privacy_request, message_id, now)
    if lead.handoff not in standing.WITH_SALES or any(change.to_stage == "mql" for change in turn.changes):
        return
    if any(change.to_stage == "sql" for change in turn.changes):
        announce_line(session, lead, lead.cycle, PURCHASE_INTEREST, str(message_id), now, broadcast=True)
    announce_said(session, lead, message_id, now)
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
    rows = said_rows(site_id, conversation.id, turn.says, now)
    ids = conversations.add_messages(session, rows) if rows else []
    dialogue = state_to_json(_said_in(turn.dialogue, message_id))
    conversations.change(session, site_id, conversation.id, dialogue=dialogue, last_at=now)
    bubbles = tuple(bubble_said(row_id, say, now) for row_id, say in zip(ids, turn.says, strict=True))
    return Answer(bubbles, turn.dialogue.asking, conversation.handling, _is_news(turn), turn.dialogue.closed)


def _is_news(turn: Turn) -> bool:
    """Whether this message made them a lead."""
    return any(change.to_stage == "lead" for change in turn.changes)


def _said_in(state: DialogueState, message_id: int) -> DialogueState:
    """A fact that is read back keeps the message it was said in."""
    if state.confirming is None or state.confirming.message_id:
        return state
    return replace(state, confirming=replace(state.confirming, message_id=str(message_id)))


def _answered_before(session: Session, site_id: int, conversation_id: int, before: Message) -> Answer:
    """What was said next; nobody else speaks for the assistant while a message is answered."""
    answer = before.answer or {}
    said = [
        row for row in conversations.messages(session, site_id, conversation_id, before.id) if row.author == "assistant"
    ]
    news = (bool(answer.get("is_lead")), bool(answer.get("is_closed")))
    return Answer(shown(said[: answer["says"]]), answer["asking"], answer["handling"], *news)
