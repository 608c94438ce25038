"""A conversation that is only tried: through the real door, on a database that is gone when the trial is over."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import fact as facts
from models import lead as leads
from models import site as sites
from models.conversation import Conversation
from models.database import Database
from models.lead import Lead
from models.migrate import upgrade
from qualification.assessment import Assessment, assessment_from_json
from qualification.dialogue import DialogueState, state_from_json
from qualification.doorstep import Bubble, Page
from qualification.facts import Evidence, Fact, Facts, value_from_json
from qualification.intake import Intake
from qualification.motives import Known, motive
from qualification.policy import Policy

PAGE = Page("https://northlight.example/")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Room:
    """The door of a site nobody else sees, judged by `policy`."""

    site_id: int
    database: Database
    policy: Policy
    clock: Clock
    intake: Intake


@contextmanager
def rehearsal(policy: Policy, clock: Clock) -> Iterator[Room]:
    """In memory; nobody is told anything, and no version that waits for approval looks on."""
    alone = replace(policy, trial=None, listeners=())
    database = Database("sqlite://")
    try:
        with redirect_stdout(sys.stderr):
            upgrade(database)
        with database.begin() as session:
            site_id = sites.find_or_add(session, "rehearsal", clock())
        intake = Intake(database, {site_id: alone}, clock, lambda: None)
        yield Room(site_id, database, alone, clock, intake)
    finally:
        database.engine.dispose()


@dataclass(frozen=True, slots=True)
class TurnSeen:
    """A turn with all that came of it. `learned` are the slots and flags that are new or other than before it."""

    text: str
    says: tuple[Bubble, ...]
    intents: tuple[str, ...]
    facts: Facts
    learned: tuple[str, ...]
    state: DialogueState
    assessment: Assessment | None
    stage: str | None
    kind: str
    why: str


class Talk:
    """A visitor's conversation in a room, from the greeting on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        opened = room.intake.open(room.site_id, None, PAGE, "en", None)
        self._visitor, self._conversation = opened.visitor, opened.conversation_id
        self._facts: Mapping[str, Fact] = {}
        self.greeting = opened.bubbles
        self.turns = 0

    def say(self, text: str) -> TurnSeen:
        self.turns += 1
        intake, site_id = self._room.intake, self._room.site_id
        answer = intake.receive(site_id, self._visitor, self._conversation, f"turn-{self.turns}", text)
        seen = self._seen(answer.bubbles)
        self._facts = seen.facts
        return seen

    def _seen(self, says: tuple[Bubble, ...]) -> TurnSeen:
        room = self._room
        with room.database.read() as session:
            row = conversations.of_visitor(session, room.site_id, self._conversation, self._visitor, lock=False)
            lead = leads.get(session, room.site_id, row.lead_id) if row and row.lead_id else None
            if row is None or lead is None:
                raise LookupError("the conversation that was just spoken in is gone")
            return self._told(session, row, lead, says)

    def _told(self, session: Session, row: Conversation, lead: Lead, says: tuple[Bubble, ...]) -> TurnSeen:
        [said] = [one for one in conversations.messages(session, row.site_id, row.id) if one.author == "visitor"][-1:]
        known = {one.slot: _fact(one) for one in facts.current(session, row.site_id, lead.id)}
        assessment = assessment_from_json(lead.assessment) if lead.assessment else None
        state = state_from_json(row.dialogue)
        return TurnSeen(
            text=said.text,
            says=says,
            intents=tuple(said.intents or ()),
            facts=known,
            learned=tuple(slot for slot, fact in known.items() if self._facts.get(slot) != fact),
            state=state,
            assessment=assessment,
            stage=lead.stage,
            kind=lead.kind,
            why=motive(state, Known(Evidence(known), assessment, lead.kind, self._room.clock()), self._room.policy),
        )


def _fact(row: Any) -> Fact:
    value = value_from_json(row.slot, row.value)
    return Fact(row.slot, row.text, value, row.confidence, row.source, str(row.message_id), row.known_at)
