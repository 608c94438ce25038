"""What the doors show of a lead: frozen views for Slack cards, the API and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from qualification.assessment import Assessment
from qualification.facts import Author, Fact, Slot, Touchpoint
from qualification.sheet import Answer, Letter, Sheet
from qualification.stages import HandoffState, Kind, Stage, Status

Handling = Literal["assistant", "rep"]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a transcript."""

    message_id: str
    author: Author
    name: str | None
    text: str
    at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of the stage log."""

    from_stage: Stage | None
    to_stage: Stage
    actor: str
    cause: str
    criteria_version: int | None
    score: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One promise and how far it got. `id` serves `retry`."""

    id: int
    destination: str
    kind: str
    state: str
    attempts: int
    error: str | None
    at: datetime
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team file, or a Slack user we only know by id and name."""

    id: str  # Slack user id
    name: str
    email: str | None = None
    role: str = "rep"  # rep, manager, approver
    via: str | None = None  # where they act from: command, press, form


@dataclass(frozen=True, slots=True)
class Kin:
    """Another lead that belongs beside one: perhaps the same person, or somebody of the same company."""

    ref: str
    why: str
    stage: Stage | None
    handoff: HandoffState
    owner: Person | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A lead that is the same person; what it knows is part of this one's story."""

    ref: str
    by: str
    cause: str  # person, verified or form
    at: datetime


@dataclass(frozen=True, slots=True)
class Permission:
    """What somebody agreed to or refused."""

    purpose: str
    granted: bool
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """Prepared content that fits what somebody needs."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead with everything a rep needs; all text is the visitor's own and must be escaped for where it goes."""

    ref: str
    site: str
    stage: Stage | None
    status: Status
    kind: Kind
    handoff: HandoffState
    cycle: int
    revision: int
    owner: Person | None
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    facts: Mapping[str, Fact]
    declined: tuple[str, ...]
    purchase_interest: bool
    assessment: Assessment | None
    segment: str | None  # the label a rep reads, e.g. "A1"
    talk_track: tuple[str, ...]  # three lines for this segment and intent
    source: Mapping[str, Any]  # channel, name, page url and title, referrer, campaign
    consents: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    offered_at: datetime | None
    claimed_at: datetime | None
    accepted_at: datetime | None
    return_code: str | None
    cause: str | None  # why it became an MQL: criteria or purchase_interest
    held_at: datetime | None = None  # waits in the ranked queue since, its alert not sent yet
    stage_log: tuple[LogEntry, ...] = ()
    deliveries: tuple[DeliveryView, ...] = ()
    transcript: tuple[Line, ...] = ()  # the last 20 messages, oldest first
    pages: tuple[str, ...] = ()
    locale: str | None = None
    criteria_lines: Mapping[str, int] = field(default_factory=dict)  # rule -> line in the criteria file
    ask_next: tuple[Slot, ...] = ()  # what the criteria could use and nobody has said yet
    asked: tuple[Slot, ...] = ()  # in order, over all the lead's conversations
    touchpoints: tuple[Touchpoint, ...] = ()  # newest first
    verified: bool = False  # the host site vouches for the e-mail; otherwise it is only what somebody typed
    sheet: Sheet = field(default_factory=Sheet)  # what reps wrote down: BANT, next step, amount
    bant: Mapping[Letter, Answer] = field(default_factory=dict)  # by letter, in whose words
    snoozed_until: datetime | None = None
    closed_code: str | None = None  # why it is lost or disqualified: a return code, or the rule's id
    permissions: tuple[Permission, ...] = ()  # everything agreed to or refused, in order
    merged: tuple[Merge, ...] = ()  # leads that are part of this one
    merged_into: str | None = None  # the lead that was asked for is part of this one, whose reference this is
    may_be: tuple[Kin, ...] = ()  # perhaps the same person
    colleagues: tuple[Kin, ...] = ()  # of the same company, those nearest to sales
    colleagues_in_all: int = 0
    handling: Handling | None = None  # who speaks with the visitor; None: there is no conversation
    next_step: str | None = None  # the call to action of its segment, as the playbook calls it
    reading: Reading | None = None
    claim_by: datetime | None = None  # when somebody should have claimed it
    accept_by: datetime | None = None  # when it goes back to marketing unless somebody has accepted it


@dataclass(frozen=True, slots=True)
class Leak:
    """A lead that slips through between marketing and sales, since when, and what is wrong."""

    ref: str
    since: datetime
    owner: Person | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyMail:
    """What a rep said to a visitor who has gone, as it goes to their address. `answers_to` is the rep's own address."""

    to: str
    rep: str
    answers_to: str | None
    company: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leaks:
    """Leads on offer that nobody has claimed; whose time is over unaccepted; of whom sales was not told."""

    unowned: tuple[Leak, ...]
    expired: tuple[Leak, ...]
    undelivered: tuple[Leak, ...]

    @property
    def lost(self) -> int:
        """Lost in the hand-off: leads sales was not told of, or let expire. Being unclaimed yet is no loss."""
        return len({leak.ref for leak in (*self.expired, *self.undelivered)})


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead in a list."""

    ref: str
    name: str | None
    company: str | None
    email: str | None
    stage: Stage | None
    status: Status
    handoff: HandoffState
    score: int | None
    owner: Person | None
    updated_at: datetime
    purchase_interest: bool


@dataclass(frozen=True, slots=True)
class Revisit:
    """An old lead worth another look: a return code, `expired`, or `short:6` for six points."""

    row: LeadRow
    why: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a visitor would have said and heard, what was understood, and where that would have led."""

    said: tuple[tuple[str, tuple[str, ...]], ...]
    facts: Mapping[str, Fact]
    assessment: Assessment | None
    stage: Stage | None
