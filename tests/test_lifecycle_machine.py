"""The lifecycle under anything, in any order: visitors speak, reps press everything, time passes, criteria change."""

import shutil
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule
from sqlalchemy import event, select

from models import lead as leads
from models import outbox
from models.database import Database
from models.lead import Lead
from models.outbox import Delivery
from models.schedule import Scheduled
from models.stage_change import StageChange
from qualification.promises import Tick
from qualification.sheet import Sheet
from qualification.stages import RETURN_CODES, STAGES, is_after, reached
from qualification.views import Person
from tests.engines import fresh_database
from tests.salesfloor import ANN, BEN, MARA, Chat, Floor, policy
from tests.timekeeping import START

HOUR, DAY = 3600, 86_400
MOST = 3  # people of each kind: few enough that much happens to each
TEXTS = (
    "I'm Ana, ana@northwind.io",
    "Hi, Ana here, ana@northwind.io. I'd like a demo",
    "hello there",
    "we are about 120 people",
    "we are 3 people",
    "our budget is 20k USD a year, this month",
    "I'd like a demo",
    "we are not looking to buy",
    "I am the CEO",
    "I'm an intern",
    "I am looking for a job",
    "maybe in 5 months",
)
FORMS: tuple[dict[str, str], ...] = (
    {"company_size": "120", "budget": "20k USD a year"},
    {"company_size": "120", "budget": "20k USD a year", "timeline": "this month", "job_title": "CEO"},
    {"company_size": "120"},
    {"job_title": "intern"},
    {"timeline": "in 5 months"},
)
POLICIES = ((1, 45, True), (2, 30, True), (3, 60, False), (4, 20, False))
NOTHING = Sheet()
EVERYTHING = Sheet(
    {"need": "yes", "budget": "yes", "authority": "yes", "timing": "yes"}, "call", 9000.0, "USD",
    START.date(), icp_override="they are dear to us",
)  # fmt: skip
SHEETS = (
    NOTHING,
    EVERYTHING,
    Sheet(bant={"need": "yes"}),
    Sheet(bant={"need": "no"}),
    Sheet(bant_waiver="the board", amount=9000.0, next_step="call", day=START.date()),
)
Wish = tuple[Any, ...]
people = st.sampled_from([ANN, BEN, MARA])
sheets = st.sampled_from(SHEETS)
reasons = st.sampled_from([*RETURN_CODES, "nonsense"])
wishes: st.SearchStrategy[Wish] = st.one_of(
    st.tuples(st.sampled_from(["claim", "release", "reopen"])),
    st.tuples(st.just("accept"), sheets),
    st.tuples(st.just("assign"), people),
    st.tuples(st.just("return_"), reasons, st.just("because")),
    st.tuples(st.just("return_"), st.sampled_from(["no_budget", "bad_timing"]), st.just("")),
    st.tuples(st.sampled_from(["lost", "disqualify"]), reasons, st.just("because")),
    st.tuples(st.just("snooze"), st.sampled_from([-1, 1, 30, 300]).map(lambda hours: timedelta(hours=hours))),
    st.tuples(st.just("stage"), st.sampled_from(["prospect", "opportunity", "customer"]), sheets),
    st.tuples(st.just("note"), st.just("hello")),
)
Row = Any


@dataclass(frozen=True)
class Seen:
    """Everything that is kept of the leads, read at once."""

    leads: dict[int, Row]
    log: dict[int, list[Row]]
    promised: dict[int, list[Row]]
    planned: set[tuple[str, int]]


@cache
def template() -> Path:
    """A database with all tables, made once."""
    folder = Path(tempfile.mkdtemp(prefix="foyer-lifecycle-"))
    with fresh_database("sqlite", folder):
        return folder / "foyer.db"


class LifecycleMachine(RuleBasedStateMachine):
    kind = "sqlite"
    refs: Bundle[str] = Bundle("refs")
    chats: Bundle[Chat] = Bundle("chats")

    @initialize(target=refs)
    def start(self) -> Any:
        self.over = ExitStack()
        folder = Path(self.over.enter_context(tempfile.TemporaryDirectory()))
        self.floor = Floor(self._database(folder))
        self.posts: dict[tuple[str, int], int] = defaultdict(int)
        self.known: dict[int, list[Row]] = {}
        self.held: list[Tick] = []
        self.emails = self.talks = self.reviews = 0
        return multiple(*(self.form_arrives_with(fields) for fields in FORMS[:2]))

    def _database(self, folder: Path) -> Database:
        if self.kind == "sqlite":
            shutil.copy(template(), folder / "foyer.db")
            database = Database(f"sqlite:///{folder}/foyer.db")
            event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
            return database
        return Database(self.over.enter_context(fresh_database(self.kind, folder)))

    # --- visitors

    @precondition(lambda self: self.talks < MOST - 1)
    @rule(target=chats, first=st.sampled_from(TEXTS[:3]))
    def somebody_writes(self, first: str) -> Chat:
        self.talks += 1
        return self.floor.chats(first)

    @rule(target=refs, chat=chats, text=st.sampled_from(TEXTS))
    def goes_on(self, chat: Chat, text: str) -> str:
        chat.says(text)
        view = self.floor.enquiry.conversation(self.floor.site, chat.conversation)
        assert view is not None
        return view.lead_ref or "L-1"

    @precondition(lambda self: self.emails < MOST)
    @rule(target=refs, fields=st.sampled_from(FORMS))
    def form_arrives(self, fields: dict[str, str]) -> str:
        return self.form_arrives_with(fields)

    def form_arrives_with(self, fields: dict[str, str]) -> str:
        self.emails += 1
        return self.floor.comes_by_form(f"p{self.emails}@northwind.io", **fields)

    @rule(number=st.integers(1, MOST), fields=st.sampled_from(FORMS), looks=st.booleans())
    def same_person_again(self, number: int, fields: dict[str, str], looks: bool) -> None:
        if number <= self.emails:
            found = self.floor.enquiry.find(self.floor.site, f"p{number}@northwind.io")
            (self.floor.looks if looks else self.floor.tells)(found[0].ref, **({} if looks else fields))

    # --- reps

    @rule(ref=refs, by=people, wish=wishes)
    def a_rep_wishes(self, ref: str, by: Person, wish: Wish) -> None:
        self._try(ref, by, wish)

    @rule(ref=refs, wishes=st.lists(st.tuples(people, wishes), min_size=2, max_size=4))
    def several_reps_wish_at_once(self, ref: str, wishes: list[tuple[Person, Wish]]) -> None:
        """All of them have seen the same card, and only the first is right about it."""
        for by, wish in wishes:
            self._try(ref, by, wish)

    @rule(ref=refs, by=people)
    def a_whole_sale(self, ref: str, by: Person) -> None:
        """What a diligent rep does, so that the far stages are reached often."""
        for wish in (("accept", NOTHING), ("stage", "opportunity", EVERYTHING)):
            self._try(ref, by, wish)

    @rule()
    def a_manager_tidies_up(self) -> None:
        """What is closed goes on, or nothing would happen to it any more."""
        for lead in self._see().leads.values():
            if lead.status in ("lost", "disqualified") and lead.stage != "visitor":
                self._try(leads.reference(lead.id), MARA, ("reopen",))

    def _try(self, ref: str, by: Person, wish: Wish) -> None:
        """A step that is refused leaves everything as it was."""
        before, (verb, *said) = self._row(ref), wish
        if verb == "snooze":
            said = [self.floor.time.now + said[0]]
        outcome = getattr(self.floor.handoff, verb)(self.floor.site, ref, by, *said)
        after = self._row(ref)
        if outcome.done:
            assert after.revision > before.revision
        else:
            assert after == before, outcome.code

    def _row(self, ref: str) -> Row:
        with self.floor.database.read() as session:
            return session.execute(select(Lead.__table__).where(Lead.id == (leads.id_of(ref) or 0))).one_or_none()

    # --- time, and the worker

    @rule(seconds=st.sampled_from([60, 5 * HOUR, DAY, 3 * DAY, 8 * DAY]), runs=st.integers(0, 2))
    def time_passes(self, seconds: int, runs: int) -> None:
        """The clockwork may be late, or there may be two of them."""
        before = self._see().leads
        self.floor.time.pass_(seconds)
        for _ in range(runs):
            self.floor.clockwork.run_due(self.floor.time.now)
        self._judge_time(before)

    @rule(days=st.sampled_from([8, 35]))
    def time_passes_and_nobody_does_anything(self, days: int) -> None:
        self.slack_is_told()
        before = self._see().leads
        self.floor.pass_(days)
        self._judge_time(before)

    def _judge_time(self, before: dict[int, Row]) -> None:
        for lead_id, after in self._see().leads.items():
            was = before[lead_id]
            if was.handoff == "accepted":
                assert _standing(was) == _standing(after), "time takes nothing away that was accepted"
            if was.status in ("lost", "won"):
                assert (was.stage, was.status) == (after.stage, after.status)
            assert not is_after(after.stage, "mql") or _standing(was) == _standing(after)

    @rule(hold=st.booleans())
    def somebody_does_an_old_tick(self, hold: bool) -> None:
        """Whoever holds on to a tick may do it much later, or a second time."""
        with self.floor.database.read() as session:
            row = session.scalars(select(Scheduled).order_by(Scheduled.due_at).limit(1)).first()
        if hold and row is not None:
            self.held.append(Tick(row.site_id, row.key, row.kind, row.payload, row.due_at, row.attempts))
        before = self._see().leads
        for tick in self.held:
            self.floor.handoff.due(tick, self.floor.time.now)
        self._judge_time(before)

    @rule()
    def slack_is_told(self) -> None:
        now, told = self.floor.time.now, True
        while told:
            with self.floor.database.begin() as session:
                told = [self._told(session, row) for row in outbox.claim(session, "slack", "worker", now, 15, 100)]

    def _told(self, session: Any, row: Delivery) -> bool:
        """An alert without a root is posted, one with a root is edited."""
        cycle = row.payload["cycle"]
        root = outbox.remote_of(session, row.site_id, row.stream, "slack", cycle)
        if row.kind == "alert" and root is None:
            self.posts[(row.payload["lead"], cycle)] += 1
        place = {"remote_id": root or f"C1:{row.id}"} if row.kind == "alert" else {}
        return outbox.settle(session, row, self.floor.time.now, state="delivered", **place)

    # --- what is agreed

    @rule(chosen=st.sampled_from(POLICIES), runs=st.booleans())
    def other_criteria(self, chosen: tuple[int, int, bool], runs: bool) -> None:
        version, floor, ages = chosen
        self.floor.policies[self.floor.site] = policy(version, floor, ages)
        before = self._see().leads
        self.reviews += 1
        if runs:
            self.floor.review(f"v{self.reviews}")
        for lead_id, after in self._see().leads.items():
            if is_after(before[lead_id].stage, "lead") and not _may_expire(before[lead_id]):
                assert _standing(before[lead_id]) == _standing(after), "other criteria are for leads"

    # --- what must always be so

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "floor"):
            return
        seen = self._see()
        assert self.known.keys() <= seen.leads.keys(), "nobody is lost"
        for lead_id, lead in seen.leads.items():
            log = seen.log.get(lead_id, [])
            assert log[: len(self.known.get(lead_id, []))] == self.known.get(lead_id, []), "the log is only added to"
            self.known[lead_id] = log
            _judge_log(lead, log)
            _judge_position(lead)
            _judge_alerts(lead, log, seen.promised.get(lead_id, []))
            if lead.handoff in ("offered", "claimed") and lead.status in ("active", "nurturing"):
                assert ("expire", lead_id) in seen.planned, "whom nobody accepts is not forgotten"
            if lead.cool_until:
                assert ("cool_down_over", lead_id) in seen.planned
            if lead.snoozed_until:
                assert ("snooze_over", lead_id) in seen.planned
        assert all(times == 1 for times in self.posts.values()), "one root alert for a lead and cycle"

    def _see(self) -> Seen:
        log: dict[int, list[Row]] = defaultdict(list)
        promised: dict[int, list[Row]] = defaultdict(list)
        with self.floor.database.read() as session:
            found = {row.id: row for row in session.execute(select(Lead.__table__))}
            for row in session.execute(select(StageChange.__table__).order_by(StageChange.id)):
                log[row.lead_id].append(row)
            alerts = select(Delivery.stream, Delivery.payload).where(Delivery.kind == "alert").order_by(Delivery.id)
            for row in session.execute(alerts):
                promised[int(row.stream.removeprefix("lead:"))].append(row.payload)
            planned = session.execute(select(Scheduled.kind, Scheduled.payload).where(Scheduled.state == "planned"))
            ahead = {(row.kind, row.payload["lead"]) for row in planned if "lead" in row.payload}
        return Seen(found, log, promised, ahead)

    def teardown(self) -> None:
        """Whatever happened, in the end everybody was told, and nothing waits for ever."""
        if not hasattr(self, "floor"):
            return
        self.slack_is_told()
        for _ in range(3):
            self.floor.time.pass_(40 * DAY)
            self.floor.clockwork.run_due(self.floor.time.now)
            self.slack_is_told()
            self.all_is_well()
        seen = self._see()
        for lead_id, log in seen.log.items():
            for cycle in {row.cycle for row in log if row.to_stage == "mql"}:
                assert self.posts[(leads.reference(lead_id), cycle)] == 1, "every MQL was announced"
        with self.floor.database.read() as session:
            late = session.scalars(select(Scheduled.key).where(Scheduled.attempts > 0)).all()
        assert late == [], "no tick failed"
        self.floor.database.engine.dispose()
        self.over.close()


def _standing(lead: Row) -> tuple[Any, ...]:
    return (lead.stage, lead.status, lead.handoff, lead.owner, lead.cycle)


def _may_expire(lead: Row) -> bool:
    return lead.handoff in ("offered", "claimed")


def _judge_log(lead: Row, log: list[Row]) -> None:
    assert (log[-1].to_stage if log else None) == lead.stage, "the stage is what the log says"
    passed: set[str] = set()
    cycle, stage = 1, None
    for row in log:
        assert row.from_stage == stage
        assert row.cycle >= cycle
        if stage is not None and not is_after(row.to_stage, stage):
            assert (row.to_stage, row.cycle) == ("lead", cycle + 1), "back is back to lead, in the next cycle"
        else:
            assert row.cycle == cycle
            assert set(STAGES[: STAGES.index(row.to_stage)]) <= passed, "no stage is left out"
        if row.to_stage in ("prospect", "opportunity", "customer"):
            assert row.actor != "system"
        passed.add(row.to_stage)
        cycle, stage = row.cycle, row.to_stage
    assert lead.cycle == cycle


def _judge_position(lead: Row) -> None:
    with_sales = lead.handoff in ("offered", "claimed", "accepted")
    assert with_sales == is_after(lead.stage, "lead")
    assert (lead.owner is not None) == (lead.handoff in ("claimed", "accepted"))
    assert lead.handoff != "accepted" or reached(lead.stage, "sql")
    assert not reached(lead.stage, "prospect") or lead.handoff == "accepted"
    assert (lead.status == "won") == (lead.stage == "customer")
    assert lead.status != "nurturing" or (lead.stage == "lead" and lead.cycle > 1)
    assert lead.cool_until is None or lead.stage == "lead"


def _judge_alerts(lead: Row, log: list[Row], promised: list[Row]) -> None:
    made = {row.cycle for row in log if row.to_stage == "mql"}
    assert {one["cycle"] for one in promised} == made, "every MQL has its alert, and nobody else has one"
    revisions = [one["revision"] for one in promised]
    assert revisions == sorted(revisions)
    assert not revisions or revisions[-1] <= lead.revision


class OnPostgresql(LifecycleMachine):
    kind = "postgresql"


STEPS = 50
USUAL = settings(stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck))
LifecycleMachine.TestCase.settings = settings(USUAL, max_examples=100)
OnPostgresql.TestCase.settings = settings(USUAL, max_examples=5)
TestLifecycle = LifecycleMachine.TestCase
TestLifecycleOnPostgresql = OnPostgresql.TestCase


def test_thousands_of_steps_are_tried() -> None:
    examples = sum(case.settings.max_examples for case in (TestLifecycle, TestLifecycleOnPostgresql))
    assert examples * STEPS >= 5_000
