"""The bar that follows the number of leads: rises and falls gently, never below what was agreed, never in a flood."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_test
from hypothesis import strategies as st

from qualification.criteria import load_criteria
from qualification.criteria.readings import UNKNOWN, Reading
from qualification.criteria.schema import RaiseWithVolume, Threshold
from qualification.scoring import judge
from qualification.team import Hours
from qualification.threshold import (
    Day,
    Standing,
    Waiting,
    business_days,
    calendar,
    effective,
    propose,
    ranked,
    rings,
    uncapped_score,
)

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
MONDAY = date(2026, 11, 23)
WORKS = calendar(Hours())


def settings(mode: str = "propose", floor: int = 45, ceiling: int = 90) -> Threshold:
    return Threshold(floor=floor, raise_with_volume=RaiseWithVolume(mode=mode, ceiling=ceiling))


def days(*each: Sequence[int], until: date = MONDAY) -> list[Day]:
    """Business days before `until` with these scores, the last one yesterday."""
    before = [day for number in range(1, 100) if WORKS(day := until - timedelta(days=number))]
    return [Day(on, tuple(sorted(scores))) for on, scores in zip(reversed(before[: len(each)]), each, strict=True)]


def steady(leads: int, reaching: int, bar: int = 60, count: int = 10) -> list[Day]:
    """As many leads every day; so many of them reach the bar, evenly up to 30 points above it."""
    above = [bar + number * 30 // reaching for number in range(reaching)]
    return days(*[[*above, *[bar - 20] * (leads - reaching)]] * count)


def test_more_alerts_than_sales_can_work_raise_the_bar_by_one_step_and_say_why() -> None:
    proposal = propose(steady(100, 31), Standing(60), 20, settings(), MONDAY, WORKS)
    assert proposal
    assert proposal.sentence == "threshold 60 -> 65 because 31 alerts a day are expected for 20"
    assert (proposal.arrivals, round(proposal.share, 2), proposal.trend) == (100, 0.31, 1)
    assert proposal.expected_after < proposal.expected


def test_people_decide_unless_the_mode_is_auto() -> None:
    asked, at_once = (propose(steady(100, 31), Standing(60), 20, settings(mode), MONDAY, WORKS) for mode in MODES)
    assert asked
    assert not asked.applies
    assert at_once
    assert at_once.applies


MODES = ("propose", "auto")


def test_a_bar_that_is_switched_off_is_the_agreed_floor_and_nothing_is_proposed() -> None:
    assert propose(steady(100, 31), Standing(60), 20, settings("off"), MONDAY, WORKS) is None
    assert effective(60, settings("off")) == 45
    assert effective(60, Threshold(floor=50)) == 50


@pytest.mark.parametrize("reaching", [12, 18, 25])
def test_a_bar_within_the_deadband_stays(reaching: int) -> None:
    assert propose(steady(100, reaching), Standing(60), 20, settings(), MONDAY, WORKS) is None


def test_a_quiet_time_lowers_the_bar_but_never_below_the_floor() -> None:
    quiet = [Day(day.on, (30, 46, 50, 62)) for day in steady(4, 1)]
    lowered = propose(quiet, Standing(48), 20, settings(), MONDAY, WORKS)
    assert lowered
    assert (lowered.old, lowered.new) == (48, 45)
    assert propose(quiet, Standing(45), 20, settings(), MONDAY, WORKS) is None
    assert effective(20, settings()) == 45


def test_a_friday_change_rests_until_wednesday_and_a_holiday_does_not_count() -> None:
    friday = Standing(60, MONDAY - timedelta(days=3))
    moved = [
        propose(steady(100, 31), friday, 20, settings(), MONDAY + timedelta(days=number), WORKS) is not None
        for number in range(4)
    ]
    assert moved == [False, False, True, True]
    closed = calendar(Hours(holidays=((MONDAY + timedelta(days=1)).isoformat(),)))
    assert propose(steady(100, 31), friday, 20, settings(), MONDAY + timedelta(days=2), closed) is None


def test_turning_round_waits_until_the_days_that_moved_the_bar_are_gone() -> None:
    risen = Standing(60, date(2026, 11, 10), before=55)
    quiet = steady(100, 5)
    assert propose(quiet, risen, 20, settings(), date(2026, 11, 23), WORKS) is None
    assert propose(quiet, risen, 20, settings(), date(2026, 11, 24), WORKS)
    assert propose(steady(100, 31), risen, 20, settings(), date(2026, 11, 23), WORKS)


def test_no_change_on_a_free_day_nor_before_five_business_days_are_known() -> None:
    assert propose(steady(100, 31), Standing(60), 20, settings(), MONDAY - timedelta(days=1), WORKS) is None
    assert propose(steady(100, 31, count=4), Standing(60), 20, settings(), MONDAY, WORKS) is None
    assert propose([], Standing(60), 20, settings(), MONDAY, WORKS) is None


def test_one_loud_campaign_day_moves_nothing() -> None:
    loud = steady(100, 18)
    loud[-3] = Day(loud[-3].on, tuple(sorted(loud[-3].scores * 4)))
    assert propose(loud, Standing(60), 20, settings(), MONDAY, WORKS) is None


def test_growth_is_foreseen_but_only_half_believed() -> None:
    growing = [*steady(50, 12)[:5], *steady(100, 24)[5:]]
    proposal = propose(growing, Standing(60), 20, settings(), MONDAY, WORKS)
    assert proposal
    assert proposal.trend == 2
    assert proposal.arrivals == pytest.approx(100 * 2**0.5)


def test_many_leads_with_the_same_score_do_not_make_the_bar_flap() -> None:
    tied = days(*[[60] * 40 + [70] * 5 + [30] * 55] * 10)
    assert propose(tied, Standing(61), 20, settings(), MONDAY, WORKS) is None


def test_the_bar_stops_at_the_ceiling() -> None:
    crowd = days(*[[95] * 200] * 10)
    proposal = propose(crowd, Standing(88), 20, settings(), MONDAY, WORKS)
    assert proposal
    assert proposal.new == 90
    assert propose(crowd, Standing(90), 20, settings(), MONDAY, WORKS) is None


def test_what_comes_on_the_weekend_is_mondays_work() -> None:
    scored = [(date(2026, 11, 20), 50), (date(2026, 11, 21), 70), (date(2026, 11, 22), 60), (MONDAY, 40)]
    made = business_days(scored, date(2026, 11, 19), MONDAY + timedelta(days=1), WORKS)
    assert made == [Day(date(2026, 11, 19), ()), Day(date(2026, 11, 20), (50,)), Day(MONDAY, (40, 60, 70))]


scores = st.lists(st.integers(-10, 150), max_size=60)


@settings_of_test(deadline=None)
@given(
    st.lists(scores, max_size=12),
    st.integers(1, 150),
    st.floats(0.1, 200),
    st.integers(1, 60),
    st.integers(0, 80),
    st.integers(1, 20),
)
def test_whatever_comes_the_bar_keeps_to_floor_ceiling_and_step(
    each: list[list[int]], bar: int, capacity: float, floor: int, room: int, step: int
) -> None:
    agreed = Threshold(floor=floor, raise_with_volume=RaiseWithVolume(ceiling=floor + room, step=step))
    proposal = propose(days(*each), Standing(bar), capacity, agreed, MONDAY, WORKS)
    if proposal:
        assert floor <= proposal.new <= floor + room
        assert 1 <= abs(proposal.new - proposal.old) <= step
        assert proposal.old == effective(bar, agreed)
        rises = proposal.expected > capacity * 1.25
        assert rises or proposal.expected < capacity * 0.6
        assert (proposal.new > proposal.old) == rises


def test_when_the_day_is_full_only_clearly_better_leads_ring_and_the_others_wait() -> None:
    assert rings(60, 60, 19, 20)
    assert not rings(60, 60, 20, 20)
    assert not rings(74, 60, 20, 20)
    assert rings(75, 60, 20, 20)
    assert rings(75, 60, 23, 20)
    assert not rings(140, 60, 24, 20)
    assert not rings(59, 60, 0, 20)


def test_whoever_asks_to_buy_always_rings() -> None:
    assert rings(10, 60, 500, 20, wants_to_buy=True)


def test_without_a_capacity_every_lead_over_the_bar_rings() -> None:
    assert rings(60, 60, 10_000, None)
    assert not rings(59, 60, 0, None)


@settings_of_test(deadline=None)
@given(st.lists(st.integers(0, 200)), st.integers(1, 100), st.floats(0.1, 30))
def test_a_day_never_has_more_alerts_than_sales_can_stretch_to(came: list[int], bar: int, capacity: float) -> None:
    rung = 0
    for score in came:
        rung += rings(score, bar, rung, capacity)
    assert rung <= max(1.2 * capacity, capacity + 1)


def test_the_queue_is_by_uncapped_score_then_fit_then_time() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    late, early = Waiting("L-1", 80, 40, at + timedelta(hours=1)), Waiting("L-2", 80, 40, at)
    fits, best = Waiting("L-3", 80, 45, at + timedelta(hours=2)), Waiting("L-4", 118, 10, at + timedelta(hours=3))
    assert [one.lead for one in ranked([late, early, fits, best])] == ["L-4", "L-3", "L-2", "L-1"]


CAPPED = """
version: 1
threshold: {floor: 10}
fields:
  demo: {type: flag, intent: demo}
  phone: {type: flag, from: phone}
groups:
  intent:
    cap: [0, 30]
    rules:
      - {id: demo, when: {demo: {is: true}}, points: 25}
      - {id: phone, when: {phone: {is: true}}, points: 15}
"""


def test_the_order_looks_past_the_cap_that_makes_ties() -> None:
    criteria = load_criteria(CAPPED)
    both, one = [Reading(True, label=True)] * 2, [Reading(True, label=True), UNKNOWN]
    assert (judge(both, criteria).score, uncapped_score(both, criteria)) == (30, 40)
    assert (judge(one, criteria).score, uncapped_score(one, criteria)) == (25, 25)


def test_a_small_company_keeps_its_low_bar_and_a_large_ones_rises() -> None:
    small, large = (load_criteria((EXAMPLES / f"criteria-{size}-company.yaml").read_text()) for size in SIZES)
    few, many = steady(8, 3, bar=small.floor), steady(600, 200, bar=large.floor)
    assert propose(few, Standing(small.floor), 5, small.file.threshold, MONDAY, WORKS) is None
    proposal = propose(many, Standing(large.floor), 20, large.file.threshold, MONDAY, WORKS)
    assert proposal
    assert proposal.new > large.floor


SIZES = ("small", "large")
