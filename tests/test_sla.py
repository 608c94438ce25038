"""Working time: an expiry on a Friday evening is not due on Saturday morning."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.sla import after, next_morning
from qualification.team import Hours

BERLIN = Hours.model_validate({"zone": "Europe/Berlin", "holidays": ["2026-12-25"]})
ALWAYS = Hours.model_validate(
    {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": "23:59"}
)


def berlin(text: str) -> datetime:
    """A moment in Berlin's winter."""
    return datetime.fromisoformat(f"{text}+01:00")


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 10:00", {"minutes": 5}, "2026-11-23 10:05"),
        ("2026-11-23 16:50", {"minutes": 15}, "2026-11-24 09:05"),  # the day ends at five
        ("2026-11-23 07:00", {"hours": 2}, "2026-11-23 11:00"),
        ("2026-11-27 16:30", {"hours": 1}, "2026-11-30 09:30"),  # Friday to Monday
        ("2026-11-28 12:00", {"minutes": 5}, "2026-11-30 09:05"),  # a Saturday
        ("2026-11-25 15:00", {"days": 5}, "2026-12-02 15:00"),  # over a weekend
        ("2026-11-28 12:00", {"days": 5}, "2026-12-07 09:00"),
        ("2026-12-23 10:00", {"days": 2}, "2026-12-28 10:00"),  # Christmas is a holiday
        ("2026-11-23 10:00", {"days": 1, "hours": 8}, "2026-11-25 10:00"),
        ("2026-11-23 17:00", {"hours": 0}, "2026-11-24 09:00"),
    ],
)
def test_only_working_time_counts(start: str, span: dict[str, Any], end: str) -> None:
    assert after(berlin(start), timedelta(**span), BERLIN) == berlin(end)


def test_working_days_keep_their_hour_when_the_clocks_are_changed() -> None:
    friday = datetime.fromisoformat("2026-03-27 10:00+01:00")
    assert after(friday, timedelta(days=1), BERLIN) == datetime.fromisoformat("2026-03-30 10:00+02:00")


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-24 09:00"),
        ("2026-11-27 12:00", "2026-11-30 09:00"),
        ("2026-12-24 12:00", "2026-12-28 09:00"),
    ],
)
def test_the_next_working_day_begins_after_now(now: str, morning: str) -> None:
    assert next_morning(berlin(now), BERLIN) == berlin(morning)


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=800)).map(lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later)
RESTS = st.timedeltas(timedelta(0), timedelta(hours=23, minutes=59))


@given(MOMENTS, st.integers(0, 9), RESTS, RESTS, st.sampled_from([BERLIN, ALWAYS, Hours()]))
def test_more_working_time_is_never_over_sooner_and_never_in_less_than_itself(
    start: datetime, days: int, one: timedelta, other: timedelta, hours: Hours
) -> None:
    short, long = (timedelta(days=days) + rest for rest in sorted((one, other)))
    end = after(start, short, hours)
    assert start <= end <= after(start, long, hours) <= after(start, timedelta(days=days + 24), hours)
    assert end - start >= short
    assert next_morning(start, hours) > start
