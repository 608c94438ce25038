"""Shares of few: Wilson's interval, and whether two shares differ at all (Newcombe)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.shares import Share, difference


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366), (1, 29, 0.006, 0.172)],
)
def test_the_bounds_are_wilsons(part: int, of: int, low: float, high: float) -> None:
    assert (Share(part, of).low, Share(part, of).high) == pytest.approx((low, high), abs=0.001)


def test_of_nobody_anything_may_be_true() -> None:
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)
    assert str(Share(0, 0)) == "none judged"
    assert str(Share(8, 10)) == "8 of 10 (80%; 49% to 94%)"


@given(st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_counted_share_lies_between_its_bounds(counted: tuple[int, int]) -> None:
    share = Share(*counted)
    assert share.value is not None
    assert 0 <= share.low <= share.value <= share.high <= 1


def test_the_difference_is_newcombes() -> None:
    assert difference(Share(56, 70), Share(48, 80)) == pytest.approx((0.0524, 0.3339), abs=0.0001)
    assert difference(Share(10, 10), Share(0, 20)) == pytest.approx((0.6791, 1.0), abs=0.0001)


def test_too_few_are_not_compared() -> None:
    assert difference(Share(9, 9), Share(0, 100)) is None
