"""Two databases, one code: what several processes do to the same rows at once, by the doors, on both databases."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError

from config.settings import ROOT
from models import handoff, outbox, touchpoint
from models import lead as leads
from models import site as sites
from models.conversation import Conversation, Message
from models.database import Database, to_json
from models.lead import Lead
from models.stage_change import StageChange
from models.touchpoint import Touchpoint as Seen
from qualification.criteria import load_criteria
from qualification.doorstep import NewLead, Page
from qualification.facts import Touchpoint
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.views import Person
from tests.engines import fresh_database
from tests.promising import a_site, claim, promise
from tests.timekeeping import START, Time

ROUNDS = 10
MANY = 8
POLICY = Policy(
    criteria=load_criteria((ROOT / "config/criteria.yaml").read_text()),
    playbook=load_playbook((ROOT / "config/playbook.yaml").read_text()),
)
PAGE = Page("https://northlight.example/", None, None)
T = TypeVar("T")


def silent() -> None:
    """Nobody to tell."""


@dataclass
class House:
    """The doors of several processes on one database, each with an engine of its own."""

    site_id: int
    databases: list[Database]
    intakes: list[Intake]
    handoffs: list[Handoff]

    @property
    def intake(self) -> Intake:
        return self.intakes[0]


@pytest.fixture
def house(database: Database, database_url: str) -> Iterator[House]:
    policies = {a_site(database): POLICY}
    databases = [database, *(Database(database_url) for _ in range(2))]
    [site_id] = policies
    yield House(
        site_id,
        databases,
        [Intake(one, policies, lambda: START, silent) for one in databases],
        [Handoff(one, policies, lambda: START, silent) for one in databases],
    )
    for one in databases[1:]:
        one.engine.dispose()


def at_once(acts: list[Callable[[], T]]) -> list[T]:
    start = Barrier(len(acts))

    def begin(act: Callable[[], T]) -> T:
        start.wait(20)
        return act()

    with ThreadPoolExecutor(len(acts)) as hands:
        return list(hands.map(begin, acts))


def spread(doors: list[Any], act: Callable[[Any, int], T], times: int = MANY) -> list[T]:
    """The same wish `times` at once, by all processes in turn."""
    return at_once([lambda n=n: act(doors[n % len(doors)], n) for n in range(times)])  # type: ignore[misc]


def count(database: Database, what: Any, *conditions: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0


def opened(house: House) -> tuple[str, str]:
    found = house.intake.open(house.site_id, None, PAGE, None, None)
    return found.visitor, found.conversation_id


# --- visitors


def test_message_that_reaches_all_processes_at_once_is_stored_once_and_answered_alike(house: House) -> None:
    visitor, conversation = opened(house)
    for number, said in enumerate(("do you integrate with HubSpot?", "ana.silva@northwind.io")):
        answers = spread(
            house.intakes,
            lambda intake, _, n=number, t=said: intake.receive(house.site_id, visitor, conversation, f"m{n}", t),
        )
        assert all(answer == answers[0] for answer in answers)
    assert count(house.databases[0], Message, Message.author == "visitor") == 2
    assert count(house.databases[0], Lead) == 1
    with house.databases[0].read() as session:
        assert session.scalars(select(StageChange.to_stage).order_by(StageChange.id)).all() == ["visitor", "lead"]


def test_visitors_messages_at_once_in_several_processes_are_taken_one_after_the_other(house: House) -> None:
    visitor, conversation = opened(house)
    answers = spread(
        house.intakes,
        lambda intake, n: intake.receive(house.site_id, visitor, conversation, f"m{n}", f"line {n}"),
    )
    said = [bubble.id for answer in answers for bubble in answer.bubbles]
    assert len(said) == len(set(said))
    with house.databases[0].read() as session:
        authors = session.scalars(select(Message.author).order_by(Message.id)).all()
    assert authors.count("visitor") == MANY
    assert count(house.databases[0], Lead) == 1


def test_visitor_who_opens_many_tabs_at_once_after_a_day_has_one_conversation(house: House) -> None:
    visitor = house.intake.record(house.site_id, None, (), None)
    found = spread(house.intakes, lambda intake, _: intake.open(house.site_id, visitor, PAGE, None, None))
    assert len({one.conversation_id for one in found}) == 1
    assert count(house.databases[0], Conversation) == 1


def test_what_browsers_of_one_lead_do_at_once_in_several_processes_is_all_kept(house: House) -> None:
    """Each adds rows that refer to the lead and then locks it: no two may wait for each other."""
    browsers = [opened(house) for _ in range(MANY)]
    visitor, conversation = browsers[0]
    house.intake.receive(house.site_id, visitor, conversation, "m", "ana.silva@northwind.io")
    with house.databases[0].begin() as session:
        session.execute(text("UPDATE visitor SET lead_id = (SELECT max(id) FROM lead)"))
    seen = (Touchpoint("page_view", START, "https://northlight.example/pricing", {}),)
    for _ in range(ROUNDS):
        spread(house.intakes, lambda intake, n: intake.record(house.site_id, browsers[n][0], seen, None))
    assert count(house.databases[0], Seen) == ROUNDS * MANY


def test_person_whom_several_forms_send_at_once_is_one_lead(house: House) -> None:
    new = NewLead("ana.silva@northwind.io", None, None, None, "form")
    refs = spread(house.intakes, lambda intake, _: intake.add_lead(house.site_id, new))
    assert len(set(refs)) == 1
    assert count(house.databases[0], Lead) == 1


# --- reps, sites, workers


def test_of_reps_who_claim_at_once_through_several_processes_one_has_the_lead(house: House) -> None:
    for number in range(ROUNDS):
        visitor, conversation = opened(house)
        words = f"Hi, I'm Tom, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom{number}@vollmer.de"
        house.intake.receive(house.site_id, visitor, conversation, "m", words)
        with house.databases[0].read() as session:
            [lead] = leads.find_by_email(session, house.site_id, f"tom{number}@vollmer.de")
        ref = leads.reference(lead.id)
        outcomes = spread(
            house.handoffs,
            lambda door, n, r=ref: door.claim(house.site_id, r, Person(f"U{n}", f"Rep {n}")),
            4,
        )
        [winner] = [outcome for outcome in outcomes if outcome.done]
        assert {outcome.lead.owner for outcome in outcomes} == {winner.lead.owner}
        with house.databases[0].read() as session:
            assert [step.action for step in handoff.of_lead(session, house.site_id, lead.id)] == ["claimed"]


def test_processes_that_start_at_once_on_an_empty_database_agree_on_their_site(house: House) -> None:
    def start(database: Database, _: int) -> int:
        with database.begin() as session:
            return sites.find_or_add(session, "another", START)

    assert len(set(spread(house.databases, start))) == 1


def test_no_two_workers_of_several_processes_hold_the_same_promise(house: House) -> None:
    time = Time(house.databases[0])
    for number in range(60):
        promise(house.databases[0], time, f"k{number}", stream=f"lead:{number}")

    def work(database: Database, number: int) -> list[str]:
        held: list[str] = []
        while found := claim(database, time, f"worker-{number}", 3):
            held += [row.key for row in found]
        return held

    held = [key for keys in spread(house.databases, work, 6) for key in keys]
    assert len(held) == len(set(held))
    later = claim(house.databases[0], time, limit=60)  # a claim passes by what another has just locked
    assert sorted([*held, *(row.key for row in later)]) == sorted(f"k{number}" for number in range(60))


# --- values


@pytest.mark.parametrize("said", ["a\0b", "a\\u0000b", "a\\\0b", "\ufffe\U0001f600\u2028"])
def test_any_character_is_stored_and_what_postgresql_cannot_hold_is_left_out(house: House, said: str) -> None:
    time = Time(house.databases[0])
    promise(house.databases[0], time, "k", payload={"text": said, "in": [{said: said}]})
    [row] = claim(house.databases[0], time)
    held = said if house.databases[0].is_sqlite else said.replace("\0", "")
    assert row.payload == {"text": held, "in": [{held: held}]}
    assert json.loads(to_json({"text": said})) == {"text": said.replace("\0", "")}
    with house.databases[0].begin() as session:
        session.execute(text("UPDATE outbox SET error = :said"), {"said": said})
    with house.databases[0].read() as session:
        assert [one.error for one in outbox.in_state(session, 1, "in_progress")] == [held]


def test_times_of_any_zone_come_back_as_the_same_moment_in_utc(database: Database) -> None:
    a_site(database)
    moment = datetime.fromisoformat("2026-11-23T09:30:00.123456+05:45")
    row = {"site_id": 1, "type": "page_view", "at": moment, "data": {}}
    with database.begin() as session:
        touchpoint.add(session, [row])
    with database.read() as session:
        [at] = session.scalars(select(Seen.at)).all()
    assert at == moment
    assert at.tzinfo == UTC


def test_a_reader_sees_everything_as_it_was_at_one_moment(house: House) -> None:
    writer, reader = house.databases[:2]
    with reader.read() as session:
        before = session.scalar(select(func.count()).select_from(Lead))
        with writer.begin() as other:
            leads.start(other, house.site_id, START)
        assert session.scalar(select(func.count()).select_from(Lead)) == before
    assert count(reader, Lead) == (before or 0) + 1


def test_on_postgresql_who_only_reads_cannot_write(house: House) -> None:
    if house.databases[0].is_sqlite:
        return
    with house.databases[0].read() as session, pytest.raises(DBAPIError, match="read-only transaction"):
        leads.start(session, house.site_id, START)


def test_writers_who_wait_for_a_locked_sqlite_are_all_told_in_time_not_one_after_the_other(tmp_path: Path) -> None:
    with fresh_database("sqlite", tmp_path) as url:
        database = Database(url, patience_s=0.5)
        with closing(sqlite3.connect(tmp_path / "foyer.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor(8) as people:
                told = list(people.map(lambda _: refused_after(database), range(8)))
            other.execute("ROLLBACK")
        assert max(told) < 2.0  # one after the other it would be four seconds
        with database.begin():
            pass
        database.engine.dispose()


def refused_after(database: Database) -> float:
    before = monotonic()
    with pytest.raises((OperationalError, TimeoutError)), database.begin():
        pass
    return monotonic() - before
