"""Half years of made-up leads: the bar that follows the volume against a fixed one and a daily quantile."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qualification.simulation import CAPACITY, ON_LEAVE, POLICIES, WORLDS, Working, make, simulate

FIXED, QUANTILE, FOLLOWS = POLICIES
RAMP, STEADY, CROWD, FEW = WORLDS


def test_a_hundredfold_growth_never_floods_sales_and_hardly_a_good_lead_is_missed() -> None:
    followed = simulate(RAMP, FOLLOWS, seeds=3)
    assert followed.overload == 0
    assert followed.load_p95 <= 1.2 + 1e-9
    assert followed.handled >= 0.93
    assert followed.changes_per_week <= 0.75
    assert followed.reversals_per_week <= 0.10


def test_a_fixed_bar_floods_sales_and_misses_good_leads_where_the_following_one_does_not() -> None:
    fixed, followed = simulate(RAMP, FIXED, seeds=2), simulate(RAMP, FOLLOWS, seeds=2)
    assert fixed.overload > 0.4
    assert followed.handled > fixed.handled + 0.3
    assert followed.precision > 2 * fixed.precision


def test_a_daily_quantile_floods_sales_too_and_never_rests() -> None:
    quantile, followed = simulate(STEADY, QUANTILE, seeds=2), simulate(STEADY, FOLLOWS, seeds=2)
    assert quantile.overload > 0.1
    assert quantile.changes_per_week > 3 * followed.changes_per_week


def test_without_the_valve_the_following_bar_alone_would_overload_some_days() -> None:
    assert simulate(RAMP, replace(FOLLOWS, valve=False), seeds=1).overload > 0.05


def test_with_few_leads_the_bar_sits_on_the_floor_and_everybody_is_worked() -> None:
    followed = simulate(FEW, FOLLOWS, seeds=2)
    assert followed.handled >= 0.98
    assert followed.overload == 0


def test_the_same_seed_makes_the_same_half_year() -> None:
    first, second = (make(STEADY, np.random.default_rng(5)) for _ in range(2))
    assert first == second
    assert first != make(STEADY, np.random.default_rng(6))


def test_the_made_leads_are_as_told() -> None:
    made = make(RAMP, np.random.default_rng(1))
    assert len(made) == 130
    assert {day.capacity for day in made} == {CAPACITY, ON_LEAVE}
    early, late = made[:20], made[-20:]
    assert sum(len(day.scores) for day in late) > 30 * sum(len(day.scores) for day in early)
    assert _good(made[:65]) > 1.5 * _good(late)


def _good(days: Sequence[Working]) -> float:
    return sum(sum(day.good) for day in days) / sum(len(day.good) for day in days)
