"""Versions of the criteria: what changed in plain words, what makes two files the same, and where each rule stands."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualification.criteria import CriteriaError, Problem, load_criteria
from qualification.criteria.explain import diff
from tests.test_criteria_broken_files import GOOD

CHANGES = {
    "floor: 50": ("floor: 60", "The bar is now 60 points instead of 50"),
    "between: [50, 1000]}}, points: 20": (
        "between: [50, 1000]}}, points: 15",
        "Company size 50 to 1,000 now gives 15 points instead of 20",
    ),
    "between: [50, 1000]": (
        "between: [20, 1000]",
        "size_core now counts for: Company size 20 to 1,000; before: Company size 50 to 1,000",
    ),
    "id: decider": ("id: decides", "New in fit: Role vp gives 20 points (decides)"),
    "per: 1, max: 15": (
        "per: 2, max: 15",
        "Pricing views at least 1 now gives 5 points per 2 times, at most 15 "
        "instead of 5 points per 1 time, at most 15",
    ),
    "cap: [0, 50]": ("cap: [0, 40]", "fit now gives 0 to 40 points instead of 0 to 50 points"),
    "half_life_days: 14": (
        "half_life_days: 7",
        "Points of fit are now halved every 7 days; before they are halved every 14 days",
    ),
    "email_kind: {in: [work, free]}": (
        "email_kind: {is: work}",
        "Must-have reachable is now: Email kind work; before: Email kind work or free",
    ),
    "route: resources": ("route: library", "Disqualifier tiny route: now library instead of resources"),
    "label: A1": ("label: A2", "Segment hot label: now A2 instead of A1"),
    "EUR: 1.08": ("EUR: 1.1", "rates EUR: now 1.1 instead of 1.08"),
    'vp: ["vp *"]': ('vp: ["vp *", svp]', "Role map vp: now vp *, svp instead of vp *"),
    "between: [20, 2000]": (
        "between: [20, 3000]",
        "The ideal customer is now: Company size 20 to 3,000; before: Company size 20 to 2,000",
    ),
    "alerts_per_rep_day: 5": (
        "alerts_per_rep_day: 6",
        "Sales is now taken to work 6 alerts per rep and day instead of 5 alerts per rep and day",
    ),
    "mode: propose": (
        "mode: auto",
        "The bar now follows the volume by itself; before, it was proposed to people",
    ),
    "ceiling: 90": ("ceiling: 95", "The bar now never rises above 95 points instead of 90"),
    "step: 5": ("step: 3", "The bar now moves by at most 3 points at once instead of 5"),
    "sales: raj@example.com": (
        "sales: ann@example.com",
        "agreed sales: now ann@example.com instead of raj@example.com",
    ),
}


@pytest.mark.parametrize("before", CHANGES)
def test_a_change_is_told_in_a_marketers_words(before: str) -> None:
    after, words = CHANGES[before]
    old, new = load_criteria(GOOD), load_criteria(GOOD.replace(before, after, 1))
    assert words in diff(old, new)
    assert old.content_hash != new.content_hash


WHOLE = {
    "  raise_with_volume: {step: 5, dwell_days: 3, deadband: [0.6, 1.25], ceiling: 90, mode: propose}\n": (
        "The bar may follow the volume, up to 90 points: it is proposed to people when the volume changes",
        "The bar stays on the floor, whatever the volume",
    ),
    "  capacity: {alerts_per_rep_day: 5}\n": (
        "Sales is now taken to work 5 alerts per rep and day instead of any number of alerts",
        "Sales is now taken to work any number of alerts instead of 5 alerts per rep and day",
    ),
}


@pytest.mark.parametrize("part", WHOLE)
def test_a_part_that_came_or_went_is_told(part: str) -> None:
    came, went = WHOLE[part]
    whole, without = load_criteria(GOOD), load_criteria(GOOD.replace(part, ""))
    assert diff(without, whole) == [came]
    assert diff(whole, without) == [went]


def test_a_new_group_is_told_with_its_cap_and_its_ageing() -> None:
    rule = "{id: more, when: {role: {is: vp}}, points: 9}"
    more = f"  extra:\n    cap: [0, 9]\n    half_life_days: 7\n    rules:\n      - {rule}\n"
    new = load_criteria(GOOD.replace("segments:", f"{more}segments:", 1))
    assert diff(load_criteria(GOOD), new) == [
        "New in extra: Role vp gives 9 points (more)",
        "New group extra: it gives 0 to 9 points, which are halved every 7 days",
    ]


def test_a_new_order_alone_is_told_too() -> None:
    swapped = _swapped(GOOD, 26, 27)
    assert diff(load_criteria(GOOD), load_criteria(swapped)) == ["Only the order of things changed"]


def _swapped(text: str, first: int, second: int) -> str:
    lines = text.splitlines()
    lines[first], lines[second] = lines[second], lines[first]
    return "\n".join(lines)


def test_layout_and_comments_change_nothing_but_the_lines() -> None:
    old = load_criteria(GOOD)
    new = load_criteria("# a comment\n\n" + GOOD.replace("{id: tiny, when:", "{ id:   tiny,   when:"))
    assert diff(old, new) == []
    assert old.content_hash == new.content_hash
    assert new.lines["tiny"] == old.lines["tiny"] + 2


def test_the_line_of_every_rule_can_be_shown() -> None:
    criteria = load_criteria(GOOD)
    for name in ("reachable", "tiny", "size_core", "decider", "pricing", "hot"):
        line = criteria.line_of(name)
        assert line
        assert f"id: {name}," in criteria.source_text.splitlines()[line - 1]
    assert criteria.line_of("nobody") is None


def test_fields_know_the_slot_to_ask_for() -> None:
    criteria = load_criteria(GOOD)
    assert criteria.slot_of("role") == "job_title"
    assert criteria.slot_of("email_kind") == "email"
    assert criteria.slot_of("demo_asked") is None
    assert criteria.slot_of("pricing_views") is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_file_it_loads_or_says_why_not(data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        put = data.draw(st.text(max_size=4) | st.sampled_from([*"[]{}:,&*!|>'\"%@`#-?\t\n", "null", "1e9", ".nan"]))
        text = text[:place] + put + text[place + gone :]
    problems = _problems(text)
    assert all(1 <= problem.line <= text.count("\n") + 2 for problem in problems)


def _problems(text: str) -> Sequence[Problem]:
    try:
        load_criteria(text)
    except CriteriaError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    "text", ["", "   \n", "# nothing", "[]", "just words", "null", "7", "- a\n- b", "---\n...", "{"]
)
def test_a_file_without_settings_is_told(text: str) -> None:
    with pytest.raises(CriteriaError):
        load_criteria(text)


def test_a_file_of_silly_size_is_refused_before_it_is_read() -> None:
    with pytest.raises(CriteriaError, match="at most 200000 are read"):
        load_criteria("a" * 10_000_000)
