"""Door: looking only. One lead, lists, searches, transcripts, and what has not been delivered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import lead as leads
from models import lead_merge, outbox, rep_mute, stage_change
from models.conversation import Conversation, Message
from models.database import Database
from models.lead import Lead
from models.outbox import Delivery
from qualification import sla
from qualification.addresses import exact
from qualification.assessment import Assessment, assessment_from_json
from qualification.dialogue import DialogueState
from qualification.digest import Digest
from qualification.doorstep import ConversationView
from qualification.facts import SLOTS, Evidence, Facts, Slot, Touchpoint, value_to_json
from qualification.figures import By, Figures, figures
from qualification.keeping import kin
from qualification.keeping.digesting import digest_of
from qualification.keeping.evidence import facts_of, seen_of
from qualification.keeping.figuring import passages_of, worth_revisiting
from qualification.keeping.leaking import leaks_of, owner_of
from qualification.keeping.origins import is_vouched, merged_of, permissions_of, source_of
from qualification.keeping.planning import waits_for_sales
from qualification.keeping.speaking import letter_of
from qualification.keeping.standing import ruling
from qualification.playbook.gaps import Asked, Gap, gaps
from qualification.policy import Policy
from qualification.scoring import bant
from qualification.sheet import answers, sheet_from_json
from qualification.signals import is_worth_something
from qualification.stages import Position, reached
from qualification.turn import Memory, take_turn
from qualification.views import (
    DeliveryView,
    Handling,
    LeadRow,
    LeadView,
    Leaks,
    Line,
    LogEntry,
    Permission,
    Reading,
    Rehearsal,
    ReplyMail,
    Revisit,
)

LINES_ON_A_CARD = 20


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which leads to list; None means any."""

    stage: str | None = None
    owner: str | None = None
    handoff: str | None = None
    min_score: int | None = None
    since: datetime | None = None  # changed then or later
    source: str | None = None  # the channel they came by


_QUESTIONS = {"product_question", "pricing"}


@dataclass(frozen=True)
class Enquiry:
    """Answers are frozen views; nothing is changed. A foreign site's lead is as unknown as one that never was."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def lead(self, site_id: int, ref: str) -> LeadView | None:
        """The lead, or the one it was merged into, which then says so."""
        with self.database.read() as session:
            lead = _by_reference(session, site_id, ref)
            if lead is None:
                return None
            view = view_of(session, site_id, lead, self.policies[site_id])
            return view if lead.id == leads.id_of(ref) else replace(view, merged_into=view.ref)

    def status(self, site_id: int, words: str) -> LeadView | tuple[LeadRow, ...]:
        """One lead by reference, address, number or name; several when the words fit several."""
        with self.database.read() as session:
            lead = _by_reference(session, site_id, words)
            if lead is not None:
                return view_of(session, site_id, lead, self.policies[site_id])
            found = _whole(session, site_id, _by_words(session, site_id, words))
            if len(found) == 1:
                return view_of(session, site_id, found[0], self.policies[site_id])
            return _rows(found)

    def find(self, site_id: int, words: str, limit: int = 50) -> tuple[LeadRow, ...]:
        with self.database.read() as session:
            return _rows(_whole(session, site_id, _by_words(session, site_id, words, limit)))

    def list(self, site_id: int, wanted: ListFilter, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]:
        with self.database.read() as session:
            least = leads.Least(wanted.min_score, wanted.since, wanted.source)
            found = leads.listed(session, site_id, _conditions(wanted), least, limit, offset)
            return _rows(found)

    def queue(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]:
        """Leads whose alert is held back because the day is full, best first."""
        with self.database.read() as session:
            return _rows(leads.held(session, site_id, limit, offset))

    def contactable(self, site_id: int, after: str, limit: int, since: datetime | None = None) -> tuple[LeadView, ...]:
        """Leads in the order they came, those behind the reference `after`; with `since` who changed then or later."""
        with self.database.read() as session:
            found = leads.contactable(session, site_id, leads.id_of(after) or 0, limit, since)
            return tuple(view_of(session, site_id, lead, self.policies[site_id]) for lead in found)

    def transcript(self, site_id: int, ref: str, limit: int = 200) -> tuple[Line, ...]:
        with self.database.read() as session:
            lead = _by_reference(session, site_id, ref)
            ids = lead_merge.family(session, site_id, lead) if lead else ()
            return _lines(conversations.transcript(session, site_id, ids, limit))

    def letter(self, site_id: int, ref: str, message_id: int) -> ReplyMail | None:
        """A rep's message as it is mailed to whoever left; None when that is not called for any more."""
        with self.database.read() as session:
            lead = _by_reference(session, site_id, ref)
            return letter_of(session, lead, self.policies[site_id], message_id) if lead else None

    def gaps(self, site_id: int, since: datetime) -> tuple[Gap, ...]:
        """What visitors have asked since then and the playbook of now does not answer."""
        with self.database.read() as session:
            said = conversations.said_since(session, site_id, since)
            asked = [
                Asked(row.text, row.at, row.conversation_id) for row in said if _QUESTIONS & {*(row.intents or ())}
            ]
        return tuple(gaps(self.policies[site_id].playbook, asked))

    def muted_until(self, site_id: int, rep: str) -> datetime | None:
        with self.database.read() as session:
            return rep_mute.muted(session, site_id, self.clock()).get(rep)

    def counts(self, site_id: int) -> Mapping[str, int]:
        with self.database.read() as session:
            return leads.counts(session, site_id)

    def conversation(self, site_id: int, conversation_id: str) -> ConversationView | None:
        with self.database.read() as session:
            found = conversations.find(session, site_id, conversation_id)
            if found is None:
                return None
            lead = leads.get(session, site_id, found.lead_id) if found.lead_id else None
            view = view_of(session, site_id, lead, self.policies[site_id]) if lead else None
            return _conversation_view(found, view)

    def deliveries(self, site_id: int, state: str) -> tuple[DeliveryView, ...]:
        with self.database.read() as session:
            return tuple(_delivery(row) for row in outbox.in_state(session, site_id, state))

    def leaks(self, site_id: int) -> Leaks:
        """What slips through between marketing and sales, each lead with since when."""
        with self.database.read() as session:
            return leaks_of(session, site_id, self.policies[site_id], self.clock())

    def figures(self, site_id: int, since: datetime, by: By | None = None) -> Figures:
        """How the hand-off went for leads that came to sales since then."""
        with self.database.read() as session:
            return figures(passages_of(session, site_id, since), by)

    def digest(self, site_id: int, since: datetime, until: datetime, channel: str | None, weekly: bool) -> Digest:
        """What is told to a channel of that time: of all leads that no route sends elsewhere when `channel` is None."""
        with self.database.read() as session:
            return digest_of(session, site_id, self.policies[site_id], since, channel, weekly, until)

    def revisits(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[Revisit, ...]:
        """Old leads that are worth another look, the best first."""
        with self.database.read() as session:
            found = worth_revisiting(session, site_id, self.policies[site_id], self.clock())
            some = islice(found, offset, offset + limit)
            return tuple(Revisit(_rows([lead])[0], why) for lead, why in some)

    def rehearse(self, site_id: int, texts: Sequence[str]) -> Rehearsal:
        """What would be understood, answered and decided if a new visitor wrote this; nothing is kept."""
        now, policy = self.clock(), self.policies[site_id]
        memory, said = Memory(Position(), Evidence(), DialogueState()), []
        turn = None
        for text in texts:
            turn = take_turn(memory, policy.utterance(text, now), policy, threshold=policy.threshold)
            memory = Memory(turn.position, turn.evidence, turn.dialogue)
            said.append((text, tuple(say.text for say in turn.says)))
        known = {str(slot): fact for slot, fact in memory.evidence.facts.items() if slot in SLOTS}
        return Rehearsal(tuple(said), known, turn.assessment if turn else None, memory.position.stage)

    def undelivered(self, site_id: int) -> tuple[DeliveryView, ...]:
        return self.deliveries(site_id, "dead") + self.deliveries(site_id, "pending")


def _by_reference(session: Session, site_id: int, ref: str) -> Lead | None:
    """A contactable lead; somebody who only looked is not shown."""
    lead_id = leads.id_of(ref)
    lead = leads.get(session, site_id, lead_id) if lead_id is not None else None
    return lead if lead and _is_contactable(lead) else None


def _is_contactable(lead: Lead) -> bool:
    """Or brought by a form: no buyer perhaps, and still somebody a program was given a reference for."""
    return reached(lead.stage, "lead") or (lead.source or {}).get("channel", "chat") != "chat"


def _whole(session: Session, site_id: int, found: Sequence[Lead]) -> list[Lead]:
    """Each person once, whichever of their leads was found."""
    whole = [leads.get(session, site_id, lead.id) if lead.merged_into else lead for lead in found]
    return list({lead.id: lead for lead in whole if lead is not None}.values())


def _by_words(session: Session, site_id: int, words: str, limit: int = 20) -> Sequence[Lead]:
    if "@" in words and " " not in words.strip():
        found = [lead for lead in leads.known_by(session, site_id, exact(words)) if _is_contactable(lead)]
        if found:
            return found[::-1]
    return leads.search(session, site_id, words, limit) if words.strip() else []


def _conditions(wanted: ListFilter) -> dict[str, Any]:
    asked = {"stage": wanted.stage, "owner": wanted.owner, "handoff": wanted.handoff}
    return {name: value for name, value in asked.items() if value is not None}


def view_of(session: Session, site_id: int, lead: Lead, policy: Policy) -> LeadView:
    """The whole view of a lead, read in the given session; by the version of the criteria that rules it."""
    policy = ruling(policy, lead)
    ids = lead_merge.family(session, site_id, lead)
    known = facts_of(session, site_id, ids)
    log = stage_change.of_lead(session, site_id, lead.id)
    assessment = assessment_from_json(lead.assessment) if lead.assessment else None
    talks = conversations.of_leads(session, site_id, ids)
    seen = seen_of(session, site_id, ids)
    permissions = permissions_of(session, site_id, ids)
    may_be = kin.may_be(session, site_id, ids)
    in_all, colleagues = kin.colleagues(session, site_id, lead, ids, may_be)
    made_mql = [row.cause for row in log if row.to_stage == "mql"]
    segment = policy.criteria.segment(assessment.segment) if assessment else None
    return LeadView(
        ref=leads.reference(lead.id),
        site=str(site_id),
        stage=lead.stage,
        status=lead.status,
        kind=lead.kind,
        handoff=lead.handoff,
        cycle=lead.cycle,
        revision=lead.revision,
        owner=owner_of(lead),
        name=lead.name,
        email=lead.email,
        phone=lead.phone,
        company=lead.company,
        facts={slot: fact for slot, fact in known.items() if slot in SLOTS},
        declined=tuple(dict.fromkeys(slot for talk in talks for slot in talk.dialogue.get("declined", ()))),
        purchase_interest=lead.purchase_interest,
        assessment=assessment,
        segment=segment.label if segment else None,
        talk_track=policy.playbook.talk_track(segment.talk_track if segment else None),
        source=source_of(session, site_id, lead, ids),
        consents=_granted(permissions),
        created_at=lead.created_at,
        updated_at=lead.updated_at,
        offered_at=lead.offered_at,
        claimed_at=lead.claimed_at,
        accepted_at=lead.accepted_at,
        return_code=lead.return_code,
        held_at=lead.held_at,
        cause=made_mql[-1] if made_mql else None,
        stage_log=tuple(_entry(row) for row in log),
        deliveries=tuple(_delivery(row) for row in outbox.of_stream(session, site_id, f"lead:{lead.id}")),
        transcript=_lines(conversations.transcript(session, site_id, ids, LINES_ON_A_CARD)),
        pages=_pages(seen),
        locale=talks[-1].locale if talks else None,
        criteria_lines=policy.criteria.lines,
        ask_next=_ask_next(assessment, known, policy),
        asked=tuple(slot for talk in talks for slot in talk.dialogue.get("asked", ())),
        sheet=sheet_from_json(lead.sheet),
        bant=answers(bant(Evidence(known), policy.criteria), sheet_from_json(lead.sheet)),
        snoozed_until=lead.snoozed_until,
        closed_code=lead.closed_code,
        touchpoints=seen[::-1],
        verified=is_vouched(session, site_id, lead, ids),
        permissions=permissions,
        merged=merged_of(session, site_id, ids),
        may_be=may_be,
        colleagues=colleagues,
        colleagues_in_all=in_all,
        handling=_handling(talks),
        next_step=policy.playbook.step(segment.cta if segment else None),
        reading=_reading(known, policy),
        claim_by=_until(lead, policy, policy.team.sla.escalate) if lead.handoff == "offered" else None,
        accept_by=_until(lead, policy, policy.team.sla.expire),
    )


def _handling(talks: Sequence[Conversation]) -> Handling | None:
    if not talks:
        return None
    return "rep" if any(talk.handling == "rep" for talk in talks) else "assistant"


def _reading(known: Facts, policy: Policy) -> Reading | None:
    need = known.get("use_case")
    found = policy.playbook.content_for(str(value_to_json(need.value))) if need else None
    return Reading(found.title, found.url) if found else None


def _until(lead: Lead, policy: Policy, span: timedelta) -> datetime | None:
    """When so much working time is over since it was offered, while somebody has to do something about it."""
    waits = waits_for_sales(lead) and lead.offered_at and lead.held_at is None
    return sla.after(lead.offered_at, span, policy.team.hours) if waits and lead.offered_at else None


def _ask_next(assessment: Assessment | None, known: Facts, policy: Policy) -> tuple[Slot, ...]:
    unknown = assessment.unknown if assessment else ()
    slots = (policy.criteria.slot_of(name) for name in unknown)
    return tuple(dict.fromkeys(slot for slot in slots if slot and slot not in known))


def _entry(row: stage_change.StageChange) -> LogEntry:
    return LogEntry(
        row.from_stage,
        row.to_stage,
        row.actor,
        row.cause,
        row.criteria_version,
        row.score,
        row.at,
    )


def _granted(permissions: tuple[Permission, ...]) -> tuple[str, ...]:
    """What stands: the last word on each purpose."""
    given = {one.purpose: one.granted for one in permissions}
    return tuple(purpose for purpose, granted in given.items() if granted)


def _pages(seen: Sequence[Touchpoint]) -> tuple[str, ...]:
    """The last twenty pages somebody looked at."""
    viewed = [one.url for one in reversed(seen) if one.type == "page_view" and one.url and is_worth_something(one)]
    return tuple(dict.fromkeys(viewed))[:20]


def _lines(rows: Sequence[Message]) -> tuple[Line, ...]:
    return tuple(Line(str(row.id), row.author, row.name, row.text, row.at, row.seen_at) for row in rows)


def _rows(found: Sequence[Lead]) -> tuple[LeadRow, ...]:
    return tuple(
        LeadRow(
            leads.reference(lead.id),
            lead.name,
            lead.company,
            lead.email,
            lead.stage,
            lead.status,
            lead.handoff,
            lead.score,
            owner_of(lead),
            lead.updated_at,
            lead.purchase_interest,
        )
        for lead in found
    )


def _delivery(row: Delivery) -> DeliveryView:
    at = row.done_at or row.run_at
    return DeliveryView(row.id, row.channel, row.kind, row.state, row.attempts, row.error, at, row.remote_id)


def _conversation_view(found: Conversation, lead: LeadView | None) -> ConversationView:
    dialogue = found.dialogue
    contactable = lead is not None and reached(lead.stage, "lead")
    return ConversationView(
        conversation_id=found.public_id,
        lead=lead,
        lead_ref=lead.ref if lead and contactable else None,
        asking=dialogue.get("asking"),
        asked=tuple(dialogue.get("asked", ())),
        declined=tuple(dialogue.get("declined", ())),
        facts=lead.facts if lead else {},
        assessment=lead.assessment if lead else None,
        kind=lead.kind if lead else "unknown",
        stage=lead.stage if lead else None,
        status=lead.status if lead else "active",
        handoff=lead.handoff if lead else "none",
        purchase_interest=lead.purchase_interest if lead else False,
        rating=found.rating,
    )
