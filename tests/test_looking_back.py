"""The past as the database keeps it: judged again with what was known then, and learned from cycle by cycle."""

from collections.abc import Iterator

import pytest

from models import site as sites
from qualification.facts import Touchpoint
from tests.looking_back import Yesteryear, day, yesteryear

TOM = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Budget about 20k a year, tom@vollmer.de"


@pytest.fixture
def past(database_url: str) -> Iterator[Yesteryear]:
    with yesteryear(database_url) as past:
        yield past


def test_by_the_same_criteria_everybody_stays(past: Yesteryear) -> None:
    past.at(1).says(past.visitor(), TOM, "we want to stop losing leads, ideally within 6 weeks")
    past.at(2).form("ana@northwind.io", company_size="120")
    past.at(3).says(past.visitor(), "can I see a demo? ben@acme.io")
    cases = past.cases(past.criteria())
    assert len(cases) == 2
    assert all(case.stayed and case.was == case.would for case in cases.values())
    assert past.replay(past.criteria()).judged == 3


def test_whoever_a_harder_rule_would_have_kept_out_is_named_with_it(past: Yesteryear) -> None:
    ref = past.at(1).says(past.visitor(), TOM)
    past.at(2).returns(ref)
    [case] = past.cases(past.criteria(("budget: {gte: 5000}", "budget: {gte: 50000}"))).values()
    assert (case.lead, case.name, case.company, case.left) == (ref, "Tom Becker", "Vollmer GmbH", True)
    assert [move.words for move in case.moves] == ["budget 15 -> 0 points"]
    assert (case.verdict, case.code) == ("returned", "no_budget")


def test_a_correction_made_later_does_not_reach_back(past: Yesteryear) -> None:
    visitor = past.at(1).visitor()
    ref = past.says(visitor, "we want to route leads to the right rep. mara@quill.io", "Quill Ltd", "we are 120 people")
    past.at(9).says(visitor, "sorry, I meant 8 people")
    lower = past.criteria(("floor: 50", "floor: 20"))
    assert past.cases(lower)[f"{ref}/1"].would == day(1)
    assert f"{ref}/1" not in past.cases(lower, since=2)


def test_a_fair_told_weeks_later_counts_from_when_it_was_told(past: Yesteryear) -> None:
    fair = Touchpoint("event", day(1), None, {"name": "Harbour Fair"})
    ref = past.at(20).form("ana@northwind.io", fair, company_size="120")
    lower = past.criteria(("floor: 50", "floor: 20"))
    assert past.cases(lower)[f"{ref}/1"].would == day(20)


def test_every_cycle_is_judged_for_itself_and_keeps_its_own_verdict(past: Yesteryear) -> None:
    visitor = past.at(1).visitor()
    ref = past.says(visitor, TOM, "ideally within 6 weeks")
    past.at(3).returns(ref, "bad_timing")
    past.at(20).says(visitor, "we have decided, can you show me a demo?")
    past.at(21).accepts(ref)
    first, second = past.cases(past.criteria()).values()
    assert (first.was, first.would, first.verdict, first.code) == (day(1), day(1), "returned", "bad_timing")
    assert (second.was, second.would, second.verdict) == (day(20), day(20), "accepted")


def test_a_replay_until_then_knows_nothing_of_what_came_after(past: Yesteryear) -> None:
    past.at(1).form("mara@quill.io", company_size="120", job_title="head of sales")
    past.at(9).form("mara@quill.io", budget="20000 USD per year")
    lower = past.criteria(("floor: 50", "floor: 45"))
    assert past.replay(lower, until=8).cases == ()
    assert [case.would for case in past.replay(lower, until=10).cases] == [day(9)]


def test_one_bar_may_be_tried_throughout(past: Yesteryear) -> None:
    past.at(1).form("mara@quill.io", company_size="120")
    assert past.replay(past.criteria()).cases == ()
    [case] = past.replay(past.criteria(), threshold=20).cases
    assert [move.words for move in case.moves] == ["the bar 50 -> 20"]


def test_whoever_refused_to_be_tracked_has_unknown_visits_from_then_on(past: Yesteryear) -> None:
    visitor = past.at(1).visitor()
    past.sees(visitor, "/pricing")
    ref = past.says(visitor, "we want to route leads to the right rep. mara@quill.io", "Quill Ltd", "we are 120 people")
    past.at(2).house.intake.consent(past.house.site_id, visitor, "analytics", False, "1")
    past.at(3).says(visitor, "I'm head of sales")
    never_at_prices = past.criteria(
        (
            "{id: pricing,  when: {pricing_views: {gte: 1}}, points: 5, per: 1, max: 15,",
            "{id: pricing, when: {pricing_views: {lt: 5}}, points: 30,",
        )
    )
    assert past.cases(never_at_prices)[f"{ref}/1"].would == day(1)
    assert f"{ref}/1" not in past.cases(never_at_prices, since=2.5)


def test_outcomes_are_those_of_each_cycle_with_the_rules_that_made_the_mql(past: Yesteryear) -> None:
    visitor = past.at(1).visitor()
    ref = past.says(visitor, TOM)
    past.at(2).accepts(ref)
    past.at(3).returns(ref, "bad_timing")
    past.at(20).says(visitor, "we have decided, can you show me a demo?")
    past.at(21).accepts(ref)
    first, second = past.house.agreement.suggest(past.house.site_id).outcomes
    assert (first.lead, first.cycle, first.verdict, first.reason, first.at) == (
        ref,
        1,
        "returned",
        "bad_timing",
        day(3),
    )
    assert (second.lead, second.cycle, second.verdict, second.at) == (ref, 2, "accepted", day(21))
    assert "budget" in first.rules
    assert "demo" not in first.rules
    assert "demo" in second.rules
    assert first.rules["budget"].words == "20k a year"


def test_of_few_outcomes_nothing_is_said(past: Yesteryear) -> None:
    lesson = past.house.agreement.suggest(past.house.site_id)
    assert (lesson.suggestion.kind, lesson.outcomes, lesson.faults) == ("too_few", (), ())


def test_the_leads_of_another_site_play_no_part(past: Yesteryear) -> None:
    past.accepts(past.at(1).says(past.visitor(), TOM))
    with past.house.database.begin() as session:
        other = sites.add(session, "other", {"origins": []}, past.clock())
    assert past.house.agreement.suggest(other).outcomes == ()
    assert past.house.agreement.replay(other, past.criteria(), day(0), day(60)).judged == 0
