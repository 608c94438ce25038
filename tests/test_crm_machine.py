"""HubSpot under anything, in any order: people edit there, reps press here, calls break anywhere, time passes."""

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from tests.engines import fresh_database
from tests.hubspot import HubSpotAccount
from tests.salesfloor import ANN, BEN, Floor
from tests.test_crm_command import SINCE_MQL
from tests.test_crm_hubspot import tell, tell_until_done
from tests.test_crm_inbound import hears

FAULTS = ["drop", "drop after", 500, 502, 429, "none"]
reps = st.sampled_from([ANN, BEN])
step = st.one_of(
    st.tuples(st.just("form"), st.sampled_from(["CEO", "Head of Sales", "VP Sales"])),
    st.tuples(st.sampled_from(["claim", "accept", "assign", "return"]), reps),
    st.tuples(st.just("edit"), st.sampled_from(["jobtitle", "company", "firstname"])),
    st.tuples(st.just("raise"), st.sampled_from(["salesqualifiedlead", "opportunity"])),
    st.tuples(st.just("own"), st.sampled_from(["77", "78"])),
    st.tuples(st.just("break"), st.sampled_from(FAULTS)),
    st.tuples(st.just("tell"), st.none()),
    st.tuples(st.just("hear"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 4000])),
)


class Play:
    """One lead, one contact; `theirs` is what people wrote last."""

    def __init__(self, floor: Floor, account: HubSpotAccount) -> None:
        self.floor, self.account = floor, account
        self.theirs: dict[str, str] = {}
        self.ref = floor.comes_by_form("ada@northwind.io")
        self.edits = 0

    @property
    def contact(self) -> str | None:
        return next(iter(self.account.contacts), None)

    def do(self, what: str, how: Any) -> None:
        getattr(self, f"_{what}")(how)

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
        self._write(**{name: f"a person wrote this {self.edits}"})

    def _raise(self, stage: str) -> None:
        if self.contact:
            self.account.edit(self.contact, lifecyclestage=stage)

    def _own(self, owner: str) -> None:
        if self.contact:
            self.account.edit(self.contact, hubspot_owner_id=owner)

    def _write(self, **properties: str) -> None:
        if self.contact:
            self.account.edit(self.contact, **properties)
            self.theirs |= properties

    def _break(self, fault: Any) -> None:
        self.account.faults.append(fault)

    def _tell(self, _: Any) -> None:
        tell(self.floor, self.account)

    def _hear(self, _: Any) -> None:
        if self.contact:
            hears(self.floor, self.account)

    def _wait(self, seconds: int) -> None:
        self.floor.time.pass_(seconds)

    def ends_well(self) -> None:
        self.account.faults.clear()
        tell_until_done(self.floor, self.account)
        assert self.account.wrong == []
        assert {name: self.account.only.get(name) for name in self.theirs} == self.theirs
        for told in (self.account.notes, self.account.tasks):
            marks = [re.findall(r"Foyer L-\d+/[\w/]+", str(one)) for one in told.values()]
            assert len(marks) == len({str(mark) for mark in marks}), marks
        assert self.account.notes or self.floor.lead(self.ref).stage == "lead", "who went back before is not noted"


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 60), ("postgresql", 10)])
def test_nothing_is_doubled_nor_overwritten_nor_lowered_whatever_happens(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, max_size=14))
    def play(steps: list[tuple[str, Any]]) -> None:
        owners = {"ann@acme.example": "77", "ben@acme.example": "78"}
        with (
            tempfile.TemporaryDirectory() as folder,
            fresh_database(kind, Path(folder)) as url,
            HubSpotAccount(owners=owners) as account,
        ):
            database = Database(url)
            try:
                played = Play(Floor(database, dict(SINCE_MQL)), account)
                for what, how in steps:
                    played.do(what, how)
                played.ends_well()
            finally:
                database.engine.dispose()

    play()
