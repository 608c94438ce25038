"""People, browsers, forms, merges and their undoing in any order: nothing lost, nothing shown, nobody rung twice."""

import json
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from models import lead as leads
from models.fact import Fact
from models.lead import Lead
from models.stage_change import StageChange
from models.touchpoint import Touchpoint
from qualification.stages import STAGES
from qualification.views import Person
from tests.engines import fresh_database
from tests.signals import CRITERIA, browser, send, tell, view
from tests.two_sites import Visitor, two_sites

NAMES = ("Aaron", "Bertha", "Cyrus", "Doris", "Edgar", "Freda", "Gustav", "Hilda")
ADDRESSES = ("ann@northwind.io", "Bob@Northwind.io", "cy@acme.com", "ann+x@northwind.io")
FIELDS = ({}, {"job_title": "VP Sales"}, {"company_size": "80"}, {"demo": "yes"})
REP = Person("U0ANN000001", "Ann Weber")


@dataclass
class Screen:
    """One browser with the words that only whoever sits there has said."""

    visitor: Visitor
    name: str
    earlier: list[str]
    subject: str | None = None
    heard: list[str] = field(default_factory=list)


class People(RuleBasedStateMachine):
    kind = "sqlite"

    @initialize()
    def open_house(self) -> None:
        self.closing = ExitStack()
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        (folder / "criteria.yaml").write_text(CRITERIA)
        url = self.closing.enter_context(fresh_database(self.kind, folder))
        self.house = self.closing.enter_context(two_sites(url, criteria_file=str(folder / "criteria.yaml")))
        self.inner = self.house.web.house
        self.screens: list[Screen] = []
        self.seen = 0
        self.facts: set[int] = set()
        self.logged: set[tuple[int, str]] = set()

    def teardown(self) -> None:
        if hasattr(self, "closing"):
            self.closing.close()

    @precondition(lambda self: len(self.screens) < len(NAMES))
    @rule()
    def open(self) -> None:
        token = tell(self.house, view(landing="/"))
        self.seen += 1
        self.screens.append(Screen(browser(self.house, token), NAMES[len(self.screens)], [token]))

    @precondition(lambda self: self.screens)
    @rule(data=st.data())
    def look(self, data: Any) -> None:
        screen = data.draw(st.sampled_from(self.screens))
        tell(self.house, view("/docs"), token=data.draw(st.sampled_from([*screen.earlier, screen.visitor.token])))
        self.seen += 1

    @precondition(lambda self: self.screens)
    @rule(data=st.data(), what=st.sampled_from(("size", "wish", "hello")))
    def say(self, data: Any, what: str) -> None:
        screen = data.draw(st.sampled_from(self.screens))
        words = {"size": "we are 80 people", "wish": "can I see a demo?", "hello": "hello again"}
        self._says(screen, words[what])

    @precondition(lambda self: self.screens)
    @rule(data=st.data(), address=st.sampled_from(ADDRESSES))
    def introduce(self, data: Any, address: str) -> None:
        screen = data.draw(st.sampled_from(self.screens))
        self._says(screen, f"I am {screen.name}, {address}")

    def _says(self, screen: Screen, words: str) -> None:
        screen.visitor.open()
        answer = screen.visitor.says(words)
        assert answer.status_code == 200, answer.text
        screen.heard += [message["text"] for message in answer.json["messages"]]

    @rule(
        address=st.sampled_from(ADDRESSES),
        channel=st.sampled_from(("newsletter", "event")),
        fields=st.sampled_from(FIELDS),
    )
    def form(self, address: str, channel: str, fields: dict[str, str]) -> None:
        ref = send(self.house, email=address, name="Zacharias", source={"channel": channel}, fields=fields)
        self.seen += 1
        assert send(self.house, email=address.upper(), source={"channel": channel}) == ref
        self.seen += 1

    @precondition(lambda self: self.screens)
    @rule(data=st.data(), who=st.sampled_from(ADDRESSES[:3]))
    def identify(self, data: Any, who: str) -> None:
        screen = data.draw(st.sampled_from(self.screens))
        who = screen.subject or who.lower()
        screen.earlier.append(str(screen.visitor.token))
        assert screen.visitor.identify(sub=who, email=who).status_code == 200
        screen.subject = who

    @precondition(lambda self: len(self._refs()) > 1)
    @rule(data=st.data())
    def merge(self, data: Any) -> None:
        one, other = data.draw(st.lists(st.sampled_from(self._refs()), min_size=2, max_size=2, unique=True))
        before = [self.house.lead("default", ref)["stage"] for ref in (one, other)]
        merged = self.inner.handoff.merge(self.inner.site_id, one, other, REP)
        assert merged.code in ("merged", "already_one")
        assert STAGES.index(merged.lead.stage) >= max(map(STAGES.index, before)), "the furthest stage"

    @precondition(lambda self: len(self._roots()) > 1)
    @rule(data=st.data())
    def merge_and_part(self, data: Any) -> None:
        one, other = data.draw(st.lists(st.sampled_from(self._roots()), min_size=2, max_size=2, unique=True))
        before = [self._standing(ref) for ref in (one, other)]
        merged = self.inner.handoff.merge(self.inner.site_id, one, other, REP)
        gone = other if merged.lead.ref == one else one
        assert self.inner.handoff.part(self.inner.site_id, gone, REP).done
        after = [self._standing(ref) for ref in (one, other)]
        for was, now in zip(before, after, strict=True):
            changed = {name: (was[name], now[name]) for name in was if was[name] != now[name]}
            assert set(changed) <= {"stage_log"}, changed
            assert not changed or was["stage"] == "lead", "only what both together made an MQL has a story to tell"

    def _standing(self, ref: str) -> dict[str, Any]:
        return {**self.house.lead("default", ref), "deliveries": None}

    @precondition(lambda self: self._refs())
    @rule(data=st.data())
    def part(self, data: Any) -> None:
        ref = data.draw(st.sampled_from(self._refs()))
        assert self.inner.handoff.part(self.inner.site_id, ref, REP).code in ("parted", "not_merged")

    @precondition(lambda self: self._refs())
    @rule(data=st.data(), what=st.sampled_from(("claim", "accept", "return_")))
    def work(self, data: Any, what: str) -> None:
        ref = data.draw(st.sampled_from(self._refs()))
        more = ("bad_timing", "") if what == "return_" else ()
        getattr(self.inner.handoff, what)(self.inner.site_id, ref, REP, *more)

    @rule(hours=st.sampled_from((1, 30)))
    def wait(self, hours: int) -> None:
        self.house.clock.pass_(hours=hours)

    def _rows(self) -> list[Lead]:
        with self.inner.database.read() as session:
            return list(session.scalars(select(Lead).where(Lead.site_id == self.inner.site_id).order_by(Lead.id)))

    def _refs(self) -> list[str]:
        return [leads.reference(row.id) for row in self._rows() if row.stage not in (None, "visitor")]

    def _roots(self) -> list[str]:
        rows = [row for row in self._rows() if row.merged_into is None]
        return [leads.reference(row.id) for row in rows if row.stage not in (None, "visitor")]

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "inner"):
            return
        with self.inner.database.read() as session:
            assert len(session.scalars(select(Touchpoint.id)).all()) == self.seen
            facts, logged = set(session.scalars(select(Fact.id))), self._log(session)
        assert facts >= self.facts
        assert logged >= self.logged, "the stage log is append-only"
        self.facts, self.logged = facts, logged

    @staticmethod
    def _log(session: Any) -> set[tuple[int, str]]:
        return {(row.id, row.key) for row in session.scalars(select(StageChange))}

    @invariant()
    def each_lead_leads_to_the_one_that_speaks_for_it(self) -> None:
        if not hasattr(self, "inner"):
            return
        rows = {row.id: row for row in self._rows()}
        for row in rows.values():
            root = row
            while root.merged_into is not None:
                root = rows[root.merged_into]
            if root is row or row.stage in (None, "visitor"):
                continue
            found = self.house.lead("default", leads.reference(row.id))
            assert found["lead_ref"] == found["merged_into"] == leads.reference(root.id)
            own = [one.source["first"]["at"] for one in (row, root) if one.source and one.source.get("first")]
            assert found["source"]["first"]["at"] <= min(own), "the earliest first touch"
            assert row.handoff == "none"

    @invariant()
    def the_stage_follows_from_the_log(self) -> None:
        if not hasattr(self, "inner"):
            return
        with self.inner.database.read() as session:
            last = {row.lead_id: row.to_stage for row in session.scalars(select(StageChange).order_by(StageChange.id))}
        for row in self._rows():
            assert last.get(row.id) == row.stage

    @invariant()
    def nobody_is_rung_twice(self) -> None:
        if not hasattr(self, "inner"):
            return
        self.house.deliver()
        cards = Counter(
            block["block_id"]
            for alert in self.house.alerts()
            for block in alert["blocks"]
            if str(block.get("block_id", "")).startswith("alert:")
        )
        assert set(cards.values()) <= {1}, cards
        assert len(self.house.alerts()) == len(cards)
        for row in self._rows():
            if row.handoff == "offered":
                assert cards[f"alert:{leads.reference(row.id)}:{row.cycle}"] == 1, "whoever is on offer has a card"

    @invariant()
    def nothing_is_shown_to_strangers(self) -> None:
        for screen in getattr(self, "screens", ()):
            heard = json.dumps(screen.heard)
            others = [one.name for one in self.screens if one is not screen and not _same(one, screen)]
            for name in (*others, *(() if screen.subject else ("Zacharias",))):
                assert name not in heard, (name, heard)


def _same(one: Screen, other: Screen) -> bool:
    """The host has said that both are one person."""
    return one.subject is not None and one.subject == other.subject


class PeopleOnPostgresql(People):
    kind = "postgresql"


CALM = {"deadline": None, "suppress_health_check": list(HealthCheck)}
TestPeople = People.TestCase
TestPeople.settings = settings(max_examples=25, stateful_step_count=30, **CALM)
TestPeopleOnPostgresql = pytest.mark.slow(PeopleOnPostgresql.TestCase)
TestPeopleOnPostgresql.settings = settings(max_examples=8, stateful_step_count=30, **CALM)
