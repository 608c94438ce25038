"""How the hand-off went, and old leads worth another look, on real tables."""

import pytest

from models.database import Database
from tests.salesfloor import ANN, BEN, Floor


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


def test_figures_count_who_took_what_became_of_it_and_by_which_rule(floor: Floor) -> None:
    began = floor.time.now
    first, second, third = (floor.comes_by_form() for _ in range(3))
    floor.time.pass_(600)
    floor.handoff.claim(floor.site, first, ANN)
    floor.handoff.accept(floor.site, first, ANN)
    floor.time.pass_(600)
    floor.handoff.assign(floor.site, second, ANN, BEN)
    floor.handoff.return_(floor.site, second, BEN, "no_budget")
    whole = floor.enquiry.figures(floor.site, began).whole
    assert (whole.leads, whole.claimed, whole.accepted, whole.returned) == (3, 2, 1, 1)
    assert whole.waited is not None
    assert whole.waited.total_seconds() == 900
    assert whole.accept_rate == 0.5
    by_rep = {row.name: row.accepted for row in floor.enquiry.figures(floor.site, began, "rep").rows}
    assert by_rep == {"U0ANN": 1, "U0BEN": 0, "nobody yet": 0}
    assert {row.name for row in floor.enquiry.figures(floor.site, began, "rule").rows} == {"size", "paid"}
    assert [row.name for row in floor.enquiry.figures(floor.site, began, "source").rows] == ["form"]
    floor.time.pass_(1)
    assert floor.enquiry.figures(floor.site, floor.time.now).whole.leads == 0
    assert third


def test_quiet_leads_are_worth_another_look_and_say_why(floor: Floor) -> None:
    short = floor.comes_by_form(company_size="120", timeline="in two months")
    nothing = floor.comes_by_form(company_size="3")
    back = floor.comes_by_form()
    floor.handoff.return_(floor.site, back, ANN, "bad_timing")
    spam = floor.comes_by_form()
    floor.handoff.return_(floor.site, spam, ANN, "spam")
    assert floor.enquiry.revisits(floor.site) == ()
    floor.time.pass_(40 * 86_400)
    found = {one.row.ref: one.why for one in floor.enquiry.revisits(floor.site)}
    assert found.get(back) == "bad_timing"
    assert not {nothing, spam} & set(found)
    assert short in found or floor.lead(short).stage != "lead"


def test_a_rehearsal_keeps_nothing(floor: Floor) -> None:
    told = floor.enquiry.rehearse(floor.site, ["we are 120 people", "tom@vollmer.de, can I see a demo?"])
    assert told.stage == "sql"
    assert told.facts["company_size"].text
    assert all(says for _, says in told.said)
    assert not floor.enquiry.counts(floor.site)
