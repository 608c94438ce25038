"""Working time: when a span of it is over, and when the next working day begins. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from qualification.team import Hours, Team
from qualification.threshold import Calendar, calendar

DAY = timedelta(days=1)


def after(start: datetime, span: timedelta, hours: Hours) -> datetime:
    """The moment `span` of working time after `start`. Whole days of the span are working days, whatever their length.

    What begins outside of working hours begins when they begin.
    """
    works, wall = calendar(hours), _wall(start, hours)
    at = _at_work(wall, hours, works)
    for _ in range(span // DAY):
        at = datetime.combine(_next(at.date(), works), at.time())
    return _utc(_worked(at, span % DAY, hours, works), hours)


def next_morning(now: datetime, hours: Hours) -> datetime:
    """When the next working day begins, after `now`."""
    works, wall = calendar(hours), _wall(now, hours)
    day = wall.date() if works(wall.date()) and wall.time() < hours.start else _next(wall.date(), works)
    return _utc(datetime.combine(day, hours.start), hours)


def is_quiet(now: datetime, team: Team) -> bool:
    """Whether alerts wait for the end of the team's quiet hours."""
    if team.quiet is None:
        return False
    wall = _wall(now, team.hours)
    return team.quiet.covers(wall.time()) or (team.quiet.days_off and not calendar(team.hours)(wall.date()))


def last_morning(now: datetime, hours: Hours) -> datetime:
    """When the working day before the present one began; a day that has not begun is still the one before."""
    works, wall = calendar(hours), _wall(now, hours)
    day = wall.date() if works(wall.date()) and wall.time() >= hours.start else _before(wall.date(), works)
    return _utc(datetime.combine(_before(day, works), hours.start), hours)


def _before(day: date, works: Calendar) -> date:
    day -= DAY
    while not works(day):
        day -= DAY
    return day


def _wall(moment: datetime, hours: Hours) -> datetime:
    """As the clock on the team's wall shows it."""
    return moment.astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None)


def _utc(wall: datetime, hours: Hours) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(hours.zone)).astimezone(UTC)


def _at_work(wall: datetime, hours: Hours, works: Calendar) -> datetime:
    if not works(wall.date()) or wall.time() >= hours.end:
        return datetime.combine(_next(wall.date(), works), hours.start)
    return max(wall, datetime.combine(wall.date(), hours.start))


def _next(day: date, works: Calendar) -> date:
    day += DAY
    while not works(day):
        day += DAY
    return day


def _worked(at: datetime, left: timedelta, hours: Hours, works: Calendar) -> datetime:
    """Less than a day and a night: what does not fit into a working day goes on in the next."""
    while (rest := datetime.combine(at.date(), hours.end) - at) < left:
        left -= rest
        at = datetime.combine(_next(at.date(), works), hours.start)
    return at + left
