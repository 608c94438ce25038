"""The business day a moment belongs to, in the team's own time zone: a weekend's leads are Monday's work."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from qualification.team import Hours
from qualification.threshold import calendar

FAR = 400  # days: longer than any holiday


@dataclass(frozen=True, slots=True)
class Workday:
    """`since` its leads are counted, from the midnight after the business day before; `opens` when work begins."""

    on: date
    since: datetime
    opens: datetime


def workday(hours: Hours, now: datetime) -> Workday:
    """The business day that is on, or the next one."""
    zone, works = ZoneInfo(hours.zone), calendar(hours)
    today = now.astimezone(zone).date()
    on = next((day for day in _days(today, 1) if works(day)), today)
    before = next((day for day in _days(on - timedelta(1), -1) if works(day)), today - timedelta(1))
    return Workday(on, _at(before + timedelta(1), time(0), zone), _at(on, hours.start, zone))


def _days(first: date, step: int) -> list[date]:
    return [first + timedelta(days=step * number) for number in range(FAR)]


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
