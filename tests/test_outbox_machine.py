"""The outbox under anything that can happen, in any order: nothing lost, one holder, in order, no ghost settles."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import event

from models import outbox
from models.database import Database
from models.outbox import OPEN, Delivery
from models.tables import metadata
from tests.engines import fresh_database
from tests.promising import a_site, claim, promise, settle
from tests.timekeeping import Time

LEASE_S = 15
streams = st.sampled_from(["lead:1", "lead:2"])
channels = st.sampled_from(["slack", "hubspot"])


class OutboxMachine(RuleBasedStateMachine):
    """The model beside it: which promises were made, which are settled for good, and who holds what until when."""

    kind = "sqlite"
    holding: Bundle[Delivery] = Bundle("holding")

    @initialize()
    def start(self) -> None:
        self.over = ExitStack()
        folder = Path(self.over.enter_context(tempfile.TemporaryDirectory()))
        self.database = Database(self.over.enter_context(fresh_database(self.kind, folder, empty=True)))
        if self.database.is_sqlite:  # rules crash workers, not the machine: no need to wait for the disk
            event.listen(self.database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        metadata.create_all(
            self.database.engine, tables=[metadata.tables[name] for name in ("site", "outbox", "inbox", "lease")]
        )
        self.time = Time(self.database)
        a_site(self.database)
        self.made: dict[str, int] = {}
        self.finished: dict[str, tuple[str, int]] = {}
        self.may_have_been_sent: set[str] = set()
        self.held: dict[str, tuple[int, float]] = {}  # key -> fence, lease end
        self.elapsed = 0.0

    @rule(stream=streams, channel=channels, number=st.integers(0, 30))
    def promise(self, stream: str, channel: str, number: int) -> None:
        key = f"{channel}:{stream}:{number}"
        new = promise(self.database, self.time, key, stream=stream, channel=channel)
        assert new == (key not in self.made)
        self.made.setdefault(key, len(self.made))

    @rule(target=holding, channel=channels, limit=st.integers(1, 3))
    def claim(self, channel: str, limit: int) -> Any:
        return multiple(*self._claimed(channel, limit))

    def _claimed(self, channel: str, limit: int) -> list[Delivery]:
        rows = claim(self.database, self.time, limit=limit, channel=channel)
        for row in rows:
            self._judge_claim(row)
        return rows

    def _judge_claim(self, row: Delivery) -> None:
        fence, until = self.held.get(row.key, (0, 0.0))
        assert row.key not in self.finished, "what is done is never done again"
        assert until <= self.elapsed, "two at once"
        assert row.fence > fence
        if row.key in self.held:
            self.may_have_been_sent.add(row.key)
        assert row.maybe_sent == (row.key in self.may_have_been_sent)
        assert not self._older_open(row), "out of order"
        self.held[row.key] = (row.fence, self.elapsed + LEASE_S)

    def _older_open(self, row: Delivery) -> list[str]:
        same = f"{row.channel}:{row.stream}:"
        older = [key for key in self.made if key.startswith(same) and self.made[key] < self.made[row.key]]
        return [key for key in older if key not in self.finished]

    @rule(row=consumes(holding), state=st.sampled_from(["delivered", "dead"]))
    def settle(self, row: Delivery, state: str) -> None:
        self._settle(row, state)

    def _settle(self, row: Delivery, state: str) -> None:
        if self._settled(row, state):
            self.finished[row.key] = (state, row.fence)

    @rule(row=consumes(holding), wait=st.integers(0, 40), unsure=st.booleans())
    def try_again_later(self, row: Delivery, wait: int, unsure: bool) -> None:
        later = self.time.now.fromtimestamp(self.time.now.timestamp() + wait, self.time.now.tzinfo)
        known = row.key in self.may_have_been_sent
        if self._settled(row, "pending", run_at=later, maybe_sent=known or unsure) and unsure:
            self.may_have_been_sent.add(row.key)

    def _settled(self, row: Delivery, state: str, **values: Any) -> bool:
        """Works for the latest fence alone, and until somebody has noticed that the lease ran out."""
        settled = settle(self.database, self.time, row, state, **values)
        fence, until = self.held.get(row.key, (0, 0.0))
        if row.fence != fence or row.key in self.finished:
            assert not settled, "settled by a stale fence"
        elif self.elapsed < until:
            assert settled
        if settled:
            del self.held[row.key]
        return settled

    @rule(target=holding, row=consumes(holding), state=st.sampled_from(["delivered", "dead"]))
    def oversleep_and_settle_late(self, row: Delivery, state: str) -> Any:
        self._pass(16)
        heirs = self._claimed(row.channel, 4)
        self._settle(row, state)
        return multiple(*heirs)

    @rule(row=consumes(holding))
    def crash(self, row: Delivery) -> None:
        """The worker is gone; only its lease remains, and its row comes back by itself."""

    @rule(row=holding)
    def heartbeat(self, row: Delivery) -> None:
        with self.database.begin() as session:
            extended = outbox.extend(session, row, self.time.now, LEASE_S)
        fence, until = self.held.get(row.key, (0, 0.0))
        if row.fence == fence and self.elapsed < until:
            assert extended
        if extended:
            self.held[row.key] = (fence, self.elapsed + LEASE_S)

    @rule(seconds=st.sampled_from([1, 5, 14, 16, 60]))
    def time_passes(self, seconds: int) -> None:
        self._pass(seconds)

    def _pass(self, seconds: int) -> None:
        self.time.pass_(seconds)
        self.elapsed += seconds

    @invariant()
    def nothing_is_lost(self) -> None:
        with self.database.read() as session:
            found = {row.key: row.state for row in session.query(Delivery)}
        assert found.keys() == self.made.keys()
        finished = {key: state for key, (state, _) in self.finished.items()}
        assert {key: state for key, state in found.items() if state not in OPEN} == finished

    def teardown(self) -> None:
        """Whatever happened, a worker that goes on gets everything done."""
        for _ in self.made:
            if self.finished.keys() != self.made.keys():
                self._keep_what_is_due()
        assert self.finished.keys() == self.made.keys()
        self.database.engine.dispose()
        self.over.close()

    def _keep_what_is_due(self) -> None:
        self._pass(60)
        for channel in ("slack", "hubspot"):
            for row in self._claimed(channel, 50):
                self._settle(row, "delivered")


class OnPostgresql(OutboxMachine):
    kind = "postgresql"


USUAL = settings(stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OutboxMachine.TestCase.settings = settings(USUAL, max_examples=30)
OnPostgresql.TestCase.settings = settings(USUAL, max_examples=4)
TestOutbox = OutboxMachine.TestCase
TestOutboxOnPostgresql = OnPostgresql.TestCase
