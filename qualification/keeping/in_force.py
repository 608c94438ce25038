"""What was agreed at any moment of the past: the criteria that judged then, and the bar of that day."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from qualification.criteria import Criteria
from qualification.replay import AsOf, InForce
from qualification.threshold import effective


def in_force(session: Session, site_id: int, present: Criteria) -> AsOf:
    """The criteria and the bar that judged; `present` where no older version is kept."""
    bar_then = _bars(session, site_id)
    return lambda at: InForce(present, _bar(bar_then(at), present))


def tried(session: Session, site_id: int, criteria: Criteria, threshold: int | None) -> AsOf:
    """These criteria with one bar throughout, or with the bar of the day kept between their floor and ceiling."""
    bar_then = _bars(session, site_id)
    return lambda at: InForce(criteria, _bar(bar_then(at), criteria) if threshold is None else threshold)


def _bar(moved_to: int | None, criteria: Criteria) -> int:
    return criteria.floor if moved_to is None else effective(moved_to, criteria.file.threshold)


def _bars(session: Session, site_id: int) -> Callable[[datetime], int | None]:
    """Where the bar had been moved to; None: it was never moved."""
    moved: Sequence[tuple[datetime, int]] = _history(session, site_id)
    times = [at for at, _ in moved]

    def then(at: datetime) -> int | None:
        place = bisect_right(times, at)
        return moved[place - 1][1] if place else None

    return then


def _history(session: Session, site_id: int) -> Sequence[tuple[datetime, int]]:
    """When the bar was moved, and to where, oldest first. No moves are kept yet."""
    return ()
