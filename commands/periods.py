"""Periods as people write them, in whole days of the team, and the bar that shows how far a long look has come."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from qualification.agreement import Progress
from qualification.team import Team


class Day(click.ParamType[timedelta | date]):
    """So many days or weeks back, or a day."""

    name = "90d|12w|2026-08-01"

    def convert(
        self, value: str | timedelta | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta | date:
        if not isinstance(value, str):
            return value
        number, unit = value[:-1], value[-1:]
        if number.isascii() and number.isdigit() and unit in ("d", "w") and 0 < int(number) <= 3650:
            return timedelta(days=int(number) * (7 if unit == "w" else 1))
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write 90d, 12w or 2026-08-01", param, ctx)


def period(
    since: timedelta | date, until: timedelta | date | None, team: Team, now: datetime
) -> tuple[datetime, datetime]:
    """Whole days of the team: from the beginning of `since` to the end of `until`, or to now."""
    zone = ZoneInfo(team.hours.zone)
    begins = _midnight(since, zone, now)
    ends = min(_midnight(until, zone, now) + timedelta(days=1), now) if until is not None else now
    if begins >= ends:
        raise click.UsageError("--since must lie before --until, and before now")
    return begins, ends


def _midnight(day: timedelta | date, zone: ZoneInfo, now: datetime) -> datetime:
    on = (now.astimezone(zone) - day).date() if isinstance(day, timedelta) else day
    return datetime.combine(on, time(), zone).astimezone(UTC)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """A bar on a terminal; programs and logs see nothing of it."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield tell
