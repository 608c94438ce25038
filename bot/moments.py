"""When a rep means: `2h`, `tomorrow`, `mon`, `2026-12-01`. Days begin when the team's working day does. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from qualification.team import Hours
from qualification.understanding.horizon import read_horizon

ANY_DAY = date(2026, 1, 1)
_SPAN = re.compile(r"(?:in |for )?(\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def is_moment(words: str) -> bool:
    return _SPAN.fullmatch(words.strip()) is not None or day_of(words, ANY_DAY) is not None


def moment_of(words: str, now: datetime, hours: Hours) -> datetime | None:
    """A span from now, or the morning of a day; None when it is neither."""
    if span := _SPAN.fullmatch(words.strip()):
        return now + timedelta(**{_UNITS[span[2][0].lower()]: int(span[1])})
    zone = ZoneInfo(hours.zone)
    day = day_of(words, now.astimezone(zone).date())
    return datetime.combine(day, hours.start, zone).astimezone(UTC) if day else None


def day_of(words: str, today: date) -> date | None:
    """The day a rep names, the last one when it is several ("mid December")."""
    short = words.strip().lower()
    if short in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS.index(short) - today.weekday() - 1) % 7 + 1)
    named = read_horizon(words[:100], today)
    if named is None or named.to_days is None or named.to_days > 3650:
        return None
    return today + timedelta(days=named.to_days)
