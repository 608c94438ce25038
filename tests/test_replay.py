"""A past period judged again: only what was known at the time counts, and every change of verdict names its cause."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import ROOT
from qualification.criteria import Criteria, load_criteria
from qualification.facts import Evidence, Fact, Horizon, Money, Size, Touchpoint, Value
from qualification.past import Became, Browser, Case, Cycle, InForce, Known, Past, Seen, Trial
from qualification.reach import Reach, Told
from qualification.replay import is_mql, points, replayed
from qualification.scoring import assess, read

SINCE = datetime(2026, 9, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=30)
FILE = """
version: 1
threshold: {floor: 30}
fields:
  email_kind: {type: email_kind}
  size: {type: int_range}
  role: {type: enum, from: job_title, map: {boss: [ceo], student: [student]}}
  demo: {type: flag, intent: demo}
  visits: {type: event_count, event: page_view, window_days: 30}
must_have:
  - {id: reachable, when: {email_kind: {in: [work, free, role]}}}
disqualify:
  - {id: student, when: {role: {is: student}}}
groups:
  fit:
    cap: [0, 40]
    rules:
      - {id: big, when: {size: {gte: 50}}, points: 20}
      - {id: boss, when: {role: {is: boss}}, points: 20}
  intent:
    rules:
      - {id: demo, when: {demo: {is: true}}, points: 10}
      - {id: visits, when: {visits: {gte: 1}}, points: 5, per: 1, max: 15}
"""
OLD = load_criteria(FILE)


def changed(*edits: tuple[str, str]) -> Criteria:
    text = FILE.replace("version: 1", "version: 2")
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return load_criteria(text)


def at(days: float) -> datetime:
    return SINCE + timedelta(days=days)


def fact(number: int, slot: str, value: Value, days: float, **more: object) -> Known:
    told = Fact(slot, str(value), value, 1.0, more.pop("source", "said"), "1", at(days))  # type: ignore[arg-type]
    return Known(number, told, **more)  # type: ignore[arg-type]


def mail(days: float = 1) -> Known:
    return fact(1, "email", "ana@northwind.example", days)


def view(days: float, known: float | None = None) -> Seen:
    return Seen(Touchpoint("page_view", at(days), "https://x.example/"), at(days if known is None else known))


def judged(past: Past, new: Criteria = OLD, old: Criteria = OLD, bar: int | None = None) -> list[Case]:
    trial = Trial(SINCE, UNTIL, new, lambda _: bar or new.floor, lambda _: InForce(old, old.floor))
    return list(replayed(past, trial))


def in_reality(past: Past, old: Criteria = OLD, **more: object) -> Past:
    """The same past as the old criteria have made it: who counted became an MQL then."""
    [case] = judged(past, old, old)
    assert case.would
    evidence = Evidence({one.fact.slot: one.fact for one in past.facts if one.fact.known_at <= case.would})
    became = Became(case.would, "criteria", assess(evidence, old, case.would))
    return replace(past, cycles=(replace(past.cycles[0], became=became, **more),))  # type: ignore[arg-type]


BIG_BOSS = Past("L-1001", facts=(mail(), fact(2, "company_size", Size(120, 120), 2), fact(3, "job_title", "CEO", 3)))


def test_whoever_counted_still_counts_by_the_same_criteria() -> None:
    [case] = judged(in_reality(BIG_BOSS))
    assert (case.stayed, case.was, case.would) == (True, at(3), at(3))


def test_they_come_at_the_moment_at_which_enough_was_known() -> None:
    [case] = judged(BIG_BOSS, changed(("floor: 30", "floor: 20")))
    assert (case.entered, case.would) == (True, at(2))


def test_nobody_counts_before_they_can_be_reached() -> None:
    late = Past("L-1001", facts=(*BIG_BOSS.facts[1:], mail(5)))
    assert judged(late)[0].would == at(5)
    assert judged(Past("L-1001", facts=BIG_BOSS.facts[1:])) == []


def test_what_was_corrected_later_counted_until_then() -> None:
    small = (
        fact(2, "company_size", Size(120, 120), 2, until=at(2.5), replaced_by=4),
        fact(4, "company_size", Size(5, 5), 2.5),
    )
    assert judged(replace(BIG_BOSS, facts=(mail(), *small, fact(3, "job_title", "CEO", 3)))) == []
    soon_enough = replace(BIG_BOSS, facts=(mail(), *small, fact(3, "job_title", "CEO", 2.4)))
    assert judged(soon_enough)[0].would == at(2.4)


def test_what_was_taken_back_is_not_known_any_more() -> None:
    gone = fact(2, "company_size", Size(120, 120), 2, until=at(2.5))
    assert judged(replace(BIG_BOSS, facts=(mail(), gone, fact(3, "job_title", "CEO", 3)))) == []


def test_a_touchpoint_told_late_does_not_count_before_we_heard_of_it() -> None:
    visits = (view(1.1, known=20), view(1.2, known=20))
    past = Past("L-1001", facts=(mail(), fact(2, "company_size", Size(120, 120), 2)), seen=visits)
    assert judged(past)[0].would == at(20)


def handed_over(days: float, *facts: Known) -> Past:
    return Past("L-1001", facts=(mail(), *facts), cycles=(Cycle(1, None, Became(at(days), "criteria")),))


def test_what_a_rep_entered_after_the_hand_off_brings_nobody_in() -> None:
    told_by_rep = (
        fact(8, "company_size", Size(900, 900), 5, source="rep"),
        fact(9, "job_title", "CEO", 5, source="rep"),
    )
    [case] = judged(handed_over(3, fact(2, "demo", True, 3), *told_by_rep))
    assert (case.left, case.after) == (True, (10, 30))


def test_what_a_rep_corrected_after_the_hand_off_leaves_what_the_visitor_said() -> None:
    said = fact(2, "company_size", Size(120, 120), 2, until=at(5), replaced_by=9)
    corrected = fact(9, "company_size", Size(5, 5), 5, source="rep")
    [case] = judged(handed_over(2, said, corrected, fact(3, "job_title", "CEO", 6)))
    assert case.would == at(6)


def test_what_a_rep_entered_to_begin_with_counts() -> None:
    facts = tuple(replace(one, fact=replace(one.fact, source="rep")) for one in BIG_BOSS.facts)
    assert judged(replace(BIG_BOSS, facts=facts))[0].would == at(3)


def test_a_return_however_late_leaves_the_cycle_before_it_as_it_was_judged_then() -> None:
    real = in_reality(BIG_BOSS, verdict="returned", code="no_budget")
    again = Cycle(2, at(10), Became(at(12), "criteria"))
    real = replace(real, cycles=(*real.cycles, again), facts=(*real.facts, fact(7, "demo", True, 12)))
    first, second = judged(real, changed(("points: 10}", "points: 5}")))
    assert (first.cycle, first.was, first.would, first.verdict) == (1, at(3), at(3), "returned")
    assert (second.cycle, second.was, second.would, second.verdict) == (2, at(12), at(12), None)


def test_whoever_was_with_sales_before_the_period_is_not_counted_in_it() -> None:
    past = replace(BIG_BOSS, cycles=(Cycle(1, None, Became(SINCE - timedelta(days=1), "criteria")),))
    assert judged(past) == []


def test_only_what_became_known_in_the_period_is_judged() -> None:
    early = tuple(
        replace(one, fact=replace(one.fact, known_at=one.fact.known_at - timedelta(days=40))) for one in BIG_BOSS.facts
    )
    assert judged(replace(BIG_BOSS, facts=early)) == []
    assert judged(replace(BIG_BOSS, facts=early, seen=(view(4),)))[0].would == at(4)


def test_people_who_are_no_buyers_do_not_come_unless_they_did() -> None:
    assert judged(replace(BIG_BOSS, is_buyer=False)) == []
    assert judged(replace(in_reality(BIG_BOSS), is_buyer=False))[0].stayed


def test_a_wish_to_buy_brings_everybody_who_is_not_disqualified() -> None:
    wish = Past(
        "L-1001", facts=(mail(), fact(2, "purchase_interest", True, 2), fact(3, "job_title", "student of law", 1))
    )
    assert judged(wish) == []
    open_to_all = changed(("student: [student]", "student: [pupil]"))
    [case] = judged(wish, open_to_all)
    assert case.entered
    assert [move.words for move in case.moves] == ["student no longer disqualifies them"]


def test_tracking_that_was_not_permitted_then_leaves_visits_unknown() -> None:
    at_least_two = changed(("visits: {gte: 1}}, points: 5", "visits: {lt: 2}}, points: 20"), (", per: 1, max: 15", ""))
    past = Past("L-1001", facts=(mail(), fact(2, "company_size", Size(120, 120), 2)), seen=(view(1.5),))

    def by(*said: tuple[datetime, bool], tracked: bool = True) -> Past:
        return replace(past, browsers=(Browser(7, at(0), tracked, said),))

    assert judged(past, at_least_two)[0].would == at(2)
    assert judged(by((at(1.2), False)), at_least_two) == []
    assert judged(by((at(1.2), False), (at(1.8), True)), at_least_two)[0].would == at(2)
    assert judged(by(tracked=False), at_least_two) == []


def test_what_a_browser_did_that_refuses_counts_no_more_and_what_another_did_still_does() -> None:
    only_with_a_visit = changed(("floor: 30", "floor: 45"))
    early, late = (replace(view(days), browser=number) for days, number in ((1.2, 7), (1.3, 8)))
    refusing = Browser(7, at(0), said=((at(1.1), True), (at(2.5), False)))

    def after(*seen: Seen) -> list[Case]:
        return judged(replace(BIG_BOSS, seen=seen, browsers=(refusing, Browser(8))), only_with_a_visit)

    assert after(early) == []
    assert after(early, late)[0].would == at(3)


def test_what_another_lead_told_is_known_of_them_when_both_became_one() -> None:
    mine, theirs = BIG_BOSS.facts[:2], replace(BIG_BOSS.facts[2], joined_at=at(8))
    assert judged(replace(BIG_BOSS, facts=(*mine, theirs)))[0].would == at(8)
    verified = fact(4, "company_size", Size(5, 5), 1)
    vouched = replace(verified, fact=replace(verified.fact, verified=True), joined_at=at(8))
    assert judged(replace(BIG_BOSS, facts=(*mine, theirs, vouched))) == []


def test_the_bar_of_the_day_judges() -> None:
    rising = Trial(SINCE, UNTIL, OLD, lambda when: 30 if when < at(2.5) else 60, lambda _: InForce(OLD, 30))
    assert list(replayed(BIG_BOSS, rising)) == []


MOVES: Mapping[str, tuple[tuple[tuple[str, str], ...], list[str]]] = {
    "fewer points": ((("points: 20}\n  intent", "points: 5}\n  intent"),), ["boss 20 -> 5 points"]),
    "another condition": ((("size: {gte: 50}", "size: {gte: 500}"),), ["big 20 -> 0 points"]),
    "another field": ((("boss: [ceo]", "boss: [owner]"),), ["boss 20 -> 0 points"]),
    "a lower cap": ((("cap: [0, 40]", "cap: [0, 25]"),), ["the cap of fit -15 points"]),
    "a higher bar": ((("floor: 30", "floor: 45"),), ["the bar 30 -> 45"]),
    "a bar and a rule": (
        (("floor: 30", "floor: 35"), ("size: {gte: 50}}, points: 20", "size: {gte: 50}}, points: 10")),
        ["big 20 -> 10 points", "the bar 30 -> 35"],
    ),
    "a must-have not met": ((("in: [work, free, role]", "is: free"),), ["reachable is not met"]),
    "a must-have not known": (
        (("disqualify:", "  - {id: asked, when: {demo: {is: true}}}\ndisqualify:"),),
        ["asked is not known"],
    ),
    "a disqualifier": ((("role: {is: student}", "role: {is: boss}"),), ["student disqualifies them"]),
}


@pytest.mark.parametrize("what", MOVES)
def test_whoever_would_not_have_come_is_told_with_what_keeps_them_out(what: str) -> None:
    edits, words = MOVES[what]
    [case] = judged(in_reality(BIG_BOSS), changed(*edits))
    assert case.left
    assert [move.words for move in case.moves] == words
    assert case.before == (40, 30)


@pytest.mark.parametrize(
    "what", ["fewer points", "a lower cap", "a higher bar", "a must-have not met", "a disqualifier"]
)
def test_whoever_would_have_come_is_told_with_what_brings_them_in(what: str) -> None:
    edits, _ = MOVES[what]
    [case] = judged(BIG_BOSS, OLD, changed(*edits))
    assert case.entered
    assert case.after == (40, 30)
    assert len(case.moves) == 1


def test_what_pulls_the_other_way_is_not_named() -> None:
    harder = changed(
        ("points: 20}\n  intent", "points: 5}\n  intent"),
        ("size: {gte: 50}}, points: 20", "size: {gte: 50}}, points: 24"),
    )
    [case] = judged(in_reality(BIG_BOSS), harder)
    assert [move.words for move in case.moves] == ["boss 20 -> 5 points"]


SHIPPED = load_criteria((ROOT / "config" / "criteria.yaml").read_text("utf-8"))
VALUES: Mapping[str, st.SearchStrategy[Value]] = {
    "email": st.sampled_from(["a@northwind.io", "a@gmail.com", "a@mailinator.com", "nobody"]),
    "phone": st.just("+442079460123"),
    "company_size": st.builds(Size, st.sampled_from([None, 1, 20, 60]), st.sampled_from([None, 80, 2000])),
    "job_title": st.sampled_from(["CEO", "sales manager", "student", "astronaut"]),
    "budget": st.builds(Money, st.sampled_from([None, 100.0, 9000.0]), st.sampled_from([None, 20000.0])),
    "timeline": st.builds(Horizon, st.sampled_from([None, 0, 100]), st.sampled_from([None, 120, 300])),
    "use_case": st.just("lose leads"),
    "demo": st.booleans(),
    "talk_to_sales": st.booleans(),
    "pricing": st.booleans(),
}
TOUCHES = st.builds(
    Touchpoint,
    st.sampled_from(["page_view", "content_click", "newsletter", "event"]),
    st.floats(-200, 30).map(at),
    st.sampled_from(["https://x.example/pricing", "https://x.example/"]),
)


@settings(max_examples=400, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict(VALUES)),
    st.lists(TOUCHES, max_size=6),
    st.booleans(),
    st.integers(20, 90),
    st.floats(0.3, 1),
)
def test_the_quick_answer_is_that_of_the_whole_assessment(
    values: dict[str, Value], touches: list[Touchpoint], tracking: bool, bar: int, confidence: float
) -> None:
    facts = {slot: Fact(slot, str(value), value, confidence, "said", "1", at(1)) for slot, value in values.items()}
    evidence, now = Evidence(facts, tuple(touches), tracking), at(30)
    for criteria in (SHIPPED, OLD):
        readings = read(evidence, criteria, now)
        assert is_mql(readings, criteria, bar) == assess(evidence, criteria, now, bar).is_mql
        assert points(readings, criteria) <= Reach(criteria).most(Told(frozenset(facts), bool(touches)))


def returned_on(days: float, *facts: Known, seen: tuple[Seen, ...] = (), became: Became | None = None) -> Past:
    """Somebody who counted, was returned, and whose second cycle begins then."""
    first = replace(in_reality(BIG_BOSS).cycles[0], verdict="returned", code="bad_timing")
    return replace(BIG_BOSS, facts=(*BIG_BOSS.facts, *facts), seen=seen, cycles=(first, Cycle(2, at(days), became)))


def second(past: Past, new: Criteria = OLD) -> list[Case]:
    return [case for case in judged(past, new) if case.cycle == 2]


def test_after_a_return_what_is_worth_no_points_brings_nobody_back_within_the_cool_down() -> None:
    assert second(returned_on(5, seen=(view(6),)), changed(("visits: {gte: 1}", "visits: {gte: 9}"))) == []
    worth_something = second(returned_on(5, seen=(view(6),)))
    assert worth_something[0].would == at(6)


def test_something_new_they_tell_ends_the_cool_down() -> None:
    assert second(returned_on(5, fact(7, "location", "Lisbon", 6)))[0].would == at(6)


def test_after_the_cool_down_points_count_again_by_themselves() -> None:
    early = tuple(
        replace(one, fact=replace(one.fact, known_at=one.fact.known_at - timedelta(days=40))) for one in BIG_BOSS.facts
    )
    back = Cycle(2, at(-38), None)
    past = replace(BIG_BOSS, facts=early, seen=(view(4),), cycles=(Cycle(1, None, Became(at(-39), "criteria")), back))
    assert second(past, changed(("visits: {gte: 1}", "visits: {gte: 9}")))[0].would == at(4)


def test_a_wish_that_was_returned_has_to_be_wished_for_anew() -> None:
    wish, poor = fact(2, "purchase_interest", True, 2), changed(("floor: 30", "floor: 90"))
    cycles = (Cycle(1, None, Became(at(2), "purchase_interest")), Cycle(2, at(5)))
    past = Past("L-1001", facts=(mail(), wish), seen=(view(6),), cycles=cycles)
    assert second(past, poor) == []
    again = replace(past, facts=(mail(), wish, fact(3, "purchase_interest", True, 7)))
    assert second(again, poor)[0].would == at(7)


def test_where_the_wish_really_brought_them_again_it_does_so_here_too() -> None:
    wish, poor = fact(2, "purchase_interest", True, 2), changed(("floor: 30", "floor: 90"))
    cycles = (Cycle(1, None, Became(at(2), "purchase_interest")), Cycle(2, at(5), Became(at(6), "purchase_interest")))
    [case] = second(Past("L-1001", facts=(mail(), wish), seen=(view(6),), cycles=cycles), poor)
    assert case.stayed
