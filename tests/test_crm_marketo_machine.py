"""Marketo under anything, in any order: people edit there, reps press here, calls break anywhere, time passes."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from qualification.policy import Listener
from tests.engines import fresh_database
from tests.marketo import MarketoAccount
from tests.salesfloor import ANN, BEN, Floor, policy
from tests.test_crm_marketo import TYPES, tell, tell_until_done
from tests.test_crm_marketo_inbound import FIELDS, hears

SINCE_MQL = {1: replace(policy(), listeners=(Listener("marketo", "mql"),))}
STEPS = ["Lead", "MQL", "SQL", "Prospect", "Opportunity", "Customer"]
GIVEN: dict[str, Any] = {"types": TYPES, "fields": FIELDS}
reps = st.sampled_from([ANN, BEN])
step = st.one_of(
    st.tuples(st.just("form"), st.sampled_from(["CEO", "Head of Sales", "VP Sales"])),
    st.tuples(st.sampled_from(["claim", "accept", "assign", "return"]), reps),
    st.tuples(st.just("edit"), st.sampled_from(["title", "company", "firstName"])),
    st.tuples(st.just("raise"), st.sampled_from(["SQL", "Opportunity", "Customer", "Recycled"])),
    st.tuples(st.just("own"), st.sampled_from(["ann@acme.example", "ben@acme.example", "zoe@acme.example"])),
    st.tuples(st.just("break"), st.sampled_from(["drop", "drop after", 500, 429, "none"])),
    st.tuples(st.just("refuse"), st.sampled_from(["601", "602", "604", "606", "608", "611"])),
    st.tuples(st.sampled_from(["tell", "hear", "expire"]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 4000])),
)


class Play:
    """One lead, one person; `theirs` is what people wrote last, `highest` the furthest stage ever seen there."""

    def __init__(self, floor: Floor, account: MarketoAccount) -> None:
        self.floor, self.account = floor, account
        self.theirs: dict[str, str] = {}
        self.highest = -1
        self.ref = floor.comes_by_form("ada@northwind.io")
        self.edits = 0

    def do(self, what: str, how: Any) -> None:
        getattr(self, f"_{what}")(how)
        self._is_never_lowered()

    def _is_never_lowered(self) -> None:
        """A stage of people's own making ends what we know of the ladder."""
        there = self.account.only.get("leadStatus") if self.account.people else None
        if there in STEPS:
            assert STEPS.index(there) >= self.highest
            self.highest = STEPS.index(there)

    def _form(self, title: str) -> None:
        self.floor.tells(self.ref, job_title=title)

    def _claim(self, rep: Any) -> None:
        self.floor.handoff.claim(self.floor.site, self.ref, rep)

    def _accept(self, rep: Any) -> None:
        self.floor.handoff.accept(self.floor.site, self.ref, rep)

    def _assign(self, rep: Any) -> None:
        self.floor.handoff.assign(self.floor.site, self.ref, ANN, rep)

    def _return(self, rep: Any) -> None:
        self.floor.handoff.return_(self.floor.site, self.ref, rep, "bad_timing")

    def _edit(self, name: str) -> None:
        self.edits += 1
        if self.account.people:
            self.account.edit(**{name: f"a person wrote this {self.edits}"})
            self.theirs[name] = f"a person wrote this {self.edits}"

    def _raise(self, stage: str) -> None:
        if self.account.people and (stage not in STEPS or STEPS.index(stage) >= self.highest):
            self.account.edit(leadStatus=stage)
            if stage not in STEPS:
                self.theirs["leadStatus"], self.highest = stage, -1
            else:
                self.theirs.pop("leadStatus", None)

    def _own(self, owner: str) -> None:
        if self.account.people:
            self.account.edit(foyerOwner=owner)

    def _break(self, fault: Any) -> None:
        self.account.faults.append(fault)

    def _refuse(self, code: str) -> None:
        self.account.says.append(code)

    def _expire(self, _: None) -> None:
        self.account.tokens = set()

    def _tell(self, _: None) -> None:
        tell(self.floor, self.account, **GIVEN)

    def _hear(self, _: None) -> None:
        if self.account.people:
            hears(self.floor, self.account)

    def _wait(self, seconds: int) -> None:
        self.floor.time.pass_(seconds)

    def ends_well(self) -> None:
        self.account.faults.clear()
        self.account.says.clear()
        tell_until_done(self.floor, self.account, **GIVEN)
        self._is_never_lowered()
        assert self.account.wrong == []
        assert {name: self.account.only.get(name) for name in self.theirs} == self.theirs
        told = Counter((one["activityTypeId"], one["primaryAttributeValue"]) for one in self.account.added)
        assert set(told.values()) <= {1}, told


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 60), ("postgresql", 10)])
def test_nothing_is_doubled_nor_overwritten_nor_lowered_whatever_happens(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, max_size=14))
    def play(steps: list[tuple[str, Any]]) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            fresh_database(kind, Path(folder)) as url,
            MarketoAccount() as account,
        ):
            account.known |= {"foyerOwner", "foyerAmount"}
            database = Database(url)
            try:
                played = Play(Floor(database, dict(SINCE_MQL)), account)
                for what, how in steps:
                    played.do(what, how)
                played.ends_well()
            finally:
                database.engine.dispose()

    play()
