"""The valve under anything that happens, in any order: nobody is lost, nobody rings twice, no day is overfull."""

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event

from delivery.watchdog import promise_again
from models import ring
from models.lead import Lead
from qualification.threshold import STRETCH, Waiting, ranked
from qualification.workday import workday
from tests.agreeing import ANN, CRITERIA, TEAM, VOLUME, Firm, a_firm
from tests.engines import fresh_database

CAPACITY = 3
FILE = CRITERIA.replace("threshold: {floor: 50}", VOLUME % (CAPACITY, "propose"))


class ValveMachine(RuleBasedStateMachine):
    """The model beside it: who rang when, and for whom sales itself asked."""

    kind = "sqlite"

    @initialize()
    def start(self) -> None:
        self.over = ExitStack()
        folder = Path(self.over.enter_context(tempfile.TemporaryDirectory()))
        url = self.over.enter_context(fresh_database(self.kind, folder))
        self.firm: Firm = self.over.enter_context(a_firm(folder, url, FILE, TEAM))
        if self.kind == "sqlite":  # nobody's machine is switched off here: no need to wait for the disk
            engine = self.firm.house.database.engine
            event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
            engine.dispose()
        self.refs: list[str] = []
        self.unlimited: set[tuple[str, int]] = set()  # wishes to buy, and what reps took themselves

    @rule(points=st.integers(30, 90))
    def somebody_comes(self, points: int) -> None:
        self.refs.append(self.firm.lead(points, email=f"lead{len(self.refs)}@acme.example"))

    @rule()
    def somebody_wants_a_demo(self) -> None:
        ref = self.firm.asks_for_a_demo()
        self.refs.append(ref)
        self.unlimited.add((ref, 1))

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), points=st.integers(0, 30))
    def somebody_does_more(self, data: st.DataObject, points: int) -> None:
        email = self.firm.see(data.draw(st.sampled_from(self.refs))).email
        self.firm.lead(points, email=email)

    @precondition(lambda self: self.refs)
    @rule(data=st.data(), act=st.sampled_from(["claim", "accept", "return", "release"]))
    def a_rep_acts(self, data: st.DataObject, act: str) -> None:
        ref, handoff, site = data.draw(st.sampled_from(self.refs)), self.firm.house.handoff, self.firm.site_id
        before = self.firm.see(ref)
        done = (
            handoff.return_(site, ref, ANN, "no_need", "") if act == "return" else getattr(handoff, act)(site, ref, ANN)
        )
        if done.done and before.held_at:
            self.unlimited.add((ref, before.cycle))

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.firm.clock.pass_(hours=hours)

    @rule()
    def the_worker_lets_others_follow(self) -> None:
        self.firm.house.handoff.let_follow(self.firm.clock.now)
        assert self.firm.house.handoff.let_follow(self.firm.clock.now) == 0
        day = workday(self.firm.house.sites.one(self.firm.site_id).team.hours, self.firm.clock.now)
        if self.firm.clock.now >= day.opens and self._rung(day.since) < CAPACITY:
            assert self.firm.queue() == [], "there is room, so nobody waits"

    @rule()
    def the_watchdog_looks(self) -> None:
        assert promise_again(self.firm.house.database, self.firm.clock.now + timedelta(minutes=5)) == 0

    @invariant()
    def everybody_on_offer_has_an_alert_or_waits(self) -> None:
        told = {(row.payload["lead"], row.payload["cycle"]) for row in self.firm.promises("alert")}
        for lead in self._leads():
            ref = f"L-{1000 + lead.id}"
            if lead.handoff in ("offered", "claimed", "accepted"):
                assert ((ref, lead.cycle) in told) != (lead.held_at is not None), ref
            else:
                assert lead.held_at is None

    @invariant()
    def a_lead_has_one_ring_a_cycle_and_no_line_before_its_alert(self) -> None:
        first: dict[tuple[str, int], str] = {}
        for row in self.firm.promises():
            if row.kind in ("alert", "line"):
                first.setdefault((row.payload["lead"], row.payload["cycle"]), row.kind)
        assert set(first.values()) <= {"alert"}
        transcripts = [row.key for row in self.firm.promises("line") if row.payload["line"] == "transcript"]
        assert len(transcripts) == len(set(transcripts)) == len(first)

    @invariant()
    def no_day_is_overfull(self) -> None:
        hours = self.firm.house.sites.one(self.firm.site_id).team.hours
        days: dict[str, int] = {}
        for rung in self._rings():
            if (f"L-{1000 + rung.lead_id}", rung.cycle) not in self.unlimited:
                on = workday(hours, rung.at).on.isoformat()
                days[on] = days.get(on, 0) + 1
        assert all(count <= STRETCH * CAPACITY for count in days.values()), days

    @invariant()
    def the_queue_is_in_order(self) -> None:
        held = [lead for lead in self._leads() if lead.held_at and lead.status == "active"]
        waiting = [Waiting(f"{lead.id:09d}", lead.uncapped or 0, lead.fit or 0, lead.held_at) for lead in held]
        assert self.firm.queue() == [f"L-{1000 + int(one.lead)}" for one in ranked(waiting)]

    def _leads(self) -> list[Lead]:
        with self.firm.house.database.read() as session:
            return session.query(Lead).filter(Lead.stage != "visitor").all()

    def _rings(self) -> list[ring.Ring]:
        with self.firm.house.database.read() as session:
            return session.query(ring.Ring).all()

    def _rung(self, since: object) -> int:
        with self.firm.house.database.read() as session:
            return ring.count(session, self.firm.site_id, since)  # type: ignore[arg-type]

    def teardown(self) -> None:
        self.over.close()


class OnPostgresql(ValveMachine):
    kind = "postgresql"


slow_is_fine = [HealthCheck.too_slow, HealthCheck.filter_too_much]
TestValve = ValveMachine.TestCase
TestValve.settings = settings(
    max_examples=20, stateful_step_count=50, deadline=None, suppress_health_check=slow_is_fine
)
TestValveOnPostgresql = OnPostgresql.TestCase
TestValveOnPostgresql.settings = settings(
    max_examples=3, stateful_step_count=40, deadline=None, suppress_health_check=slow_is_fine
)
