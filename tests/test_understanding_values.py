"""Sizes, amounts and dates: what the grammars write they read back, and what people write they understand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.facts import Horizon, Money, Period, Size
from qualification.understanding.horizon import read_horizon, render_horizon
from qualification.understanding.money import read_money, render_money
from qualification.understanding.size import read_size, render_size

TODAY = date(2026, 11, 23)
PERIODS: tuple[Period, ...] = ("once", "month", "year", "unknown")
PEOPLE = st.integers(1, 999_999)
CENTS = st.integers(1, 10**9).map(lambda cents: cents / 100)
CURRENCIES = st.sampled_from([None, "USD", "EUR", "GBP", "INR", "CHF", "SEK", "BRL", "JPY", "KES"])


@given(PEOPLE, PEOPLE)
def test_every_size_written_is_read_back(one: int, other: int) -> None:
    low, high = sorted((one, other))
    for size in (Size(low, low), Size(low, high), Size(low, None), Size(1, high)):
        assert read_size(render_size(size)) == size


@given(CENTS, CENTS, CURRENCIES, st.sampled_from(PERIODS))
def test_every_amount_written_is_read_back(one: float, other: float, currency: str | None, period: Period) -> None:
    low, high = sorted((one, other))
    for bounds in ((low, low), (low, high), (low, None), (None, high)):
        money = Money(bounds[0], bounds[1], currency, period)
        assert read_money(render_money(money)) == money


@given(st.integers(1, 3000), st.integers(1, 3000), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_every_horizon_written_is_read_back(one: int, other: int, today: date) -> None:
    low, high = sorted((one, other))
    for horizon in (Horizon(low, low), Horizon(0, high), Horizon(low, high), Horizon(low, None), Horizon(None, None)):
        assert read_horizon(render_horizon(horizon), today) == horizon


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("1.2k", 1200, 1200),
        ("1,200", 1200, 1200),
        ("1.200", 1200, 1200),
        ("1 200", 1200, 1200),
        ("20-50", 20, 50),
        ("~100", 100, 100),
        ("a dozen", 12, 12),
        ("couple hundred", 200, 200),
        ("hundreds", 100, None),
        ("15 of us", 15, 15),
        ("just me", 1, 1),
        ("50+", 50, None),
        ("less than 10", 1, 9),
        ("18 nurses and 4 admin", 22, 22),
        ("me plus two part-timers", 3, 3),
        ("ten to fifteen", 10, 15),
        ("two hundred and eleven employees", 211, 211),
        ("ca. 120 Mitarbeiter", 120, 120),
    ],
)
def test_head_counts_as_people_say_them(words: str, low: int, high: int | None) -> None:
    assert read_size(words) == Size(low, high)


@pytest.mark.parametrize(
    ("words", "low", "high", "currency", "period"),
    [
        ("10k€", 10000, 10000, "EUR", "unknown"),
        ("$40k", 40000, 40000, "USD", "unknown"),
        ("5 lakh", 500000, 500000, "INR", "unknown"),
        ("two grand a month", 2000, 2000, None, "month"),
        ("up to 20k", None, 20000, None, "unknown"),
        ("north of $50k", 50000, None, "USD", "unknown"),
        ("15-20k USD", 15000, 20000, "USD", "unknown"),
        ("~20k/yr", 20000, 20000, None, "year"),
        ("200 quid", 200, 200, "GBP", "unknown"),
        ("12.000 € im Jahr", 12000, 12000, "EUR", "year"),
        ("€ 9.99 per seat monthly", 9.99, 9.99, "EUR", "month"),
        ("R$ 900/month", 900, 900, "BRL", "month"),
    ],
)
def test_amounts_as_people_say_them(
    words: str, low: float | None, high: float | None, currency: str | None, period: Period
) -> None:
    assert read_money(words) == Money(low, high, currency, period)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("asap", 0, 14),
        ("this week", 0, 6),
        ("next week", 7, 13),
        ("in 6 weeks", 42, 42),
        ("within 90 days", 0, 90),
        ("by March", 0, 97),
        ("by the end of March", 0, 128),
        ("before Q1", 0, 38),
        ("Q3", 220, 311),
        ("after summer", 282, None),
        ("no rush", None, None),
        ("6-12 months", 181, 365),
        ("30 juin 2027", 219, 219),
        ("2027-03-01", 98, 98),
        ("nächste Woche", 7, 13),
        ("first week of January", 39, 45),
        ("by the audit in May", 0, 189),
        ("not before July", 220, None),
    ],
)
def test_horizons_as_people_say_them(words: str, first: int | None, last: int | None) -> None:
    assert read_horizon(words, TODAY) == Horizon(first, last)
