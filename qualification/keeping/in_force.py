"""What was agreed at any moment of the past: the criteria that judged then, and the bar of that day."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from models import criteria_version as versions
from models import threshold_change as thresholds
from qualification.criteria import Criteria, CriteriaError, load_criteria
from qualification.past import AsOf, BarAt, InForce
from qualification.threshold import effective

Agreed = TypeVar("Agreed")


def in_force(session: Session, site_id: int, present: Criteria) -> AsOf:
    """The criteria and the bar that judged; `present` before the first version that is kept."""
    criteria_then, bar_then = _as_of(_versions(session, site_id)), _as_of(_bars(session, site_id))

    def then(at: datetime) -> InForce:
        criteria = criteria_then(at) or present
        return InForce(criteria, _bar(bar_then(at), criteria))

    return then


def bar_for(session: Session, site_id: int, criteria: Criteria) -> BarAt:
    """The bar of the day, kept between floor and ceiling of these criteria."""
    bar_then = _as_of(_bars(session, site_id))
    return lambda at: _bar(bar_then(at), criteria)


def _bar(moved_to: int | None, criteria: Criteria) -> int:
    return criteria.floor if moved_to is None else effective(moved_to, criteria.file.threshold)


def _as_of(changes: Sequence[tuple[datetime, Agreed]]) -> Callable[[datetime], Agreed | None]:
    """What held at a moment, by the times from which each held; None before the first."""
    times = [at for at, _ in changes]

    def then(at: datetime) -> Agreed | None:
        place = bisect_right(times, at)
        return changes[place - 1][1] if place else None

    return then


def _versions(session: Session, site_id: int) -> Sequence[tuple[datetime, Criteria]]:
    """The criteria with the times from which they judged, oldest first; what cannot be read any more is left out."""
    texts = {row.id: row for row in versions.known(session, site_id)}
    judged = [(one.at, texts[one.version_id]) for one in versions.activations(session, site_id)]
    return [(at, criteria) for at, row in judged if (criteria := _read(row.text, row.name))]


def _read(text: str, name: str) -> Criteria | None:
    try:
        return load_criteria(text, name)
    except CriteriaError:
        return None


def _bars(session: Session, site_id: int) -> Sequence[tuple[datetime, int | None]]:
    """Where the bar was moved to and when, oldest first; None is back to the floor."""
    return [(row.at, None if row.on_floor else row.new) for row in thresholds.history(session, site_id)]
