"""What answers over HTTP mean for a promise, whoever gives them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 86_400.0


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait as asked for, told as a number or as a date; None when it was not said in a way we can read."""
    told = {name.lower(): value.strip() for name, value in headers.items()}.get("retry-after", "")
    if told.isascii() and told.isdigit() and len(told) < 10:
        return min(float(told), LONGEST_S)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_S)
