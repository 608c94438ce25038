"""The bar that follows the number of leads: where it should stand this morning, and whom it lets ring today."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import fmean, median

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.criteria.conditions import YES_FOR_NOW, Readings
from qualification.criteria.rules import MILLI, worth
from qualification.criteria.schema import RaiseWithVolume, Threshold
from qualification.facts import Evidence
from qualification.scoring import read
from qualification.team import Hours

Calendar = Callable[[date], bool]
"""Whether sales works on that day."""

WINDOW = 5  # business days looked back on: every weekday once
AIM = 0.92  # of the capacity: a day that is a little fuller than foreseen must still fit
STRETCH = 1.2  # of the capacity: nobody is asked for more in a day
CLEARLY_ABOVE = 15  # points over the bar that ring even when the day is full
FALLS_BELOW = 10  # points under its bar at which an MQL is none any more: else ageing points would flap
TREND = (0.8, 1.5)  # how far the growth of one week is believed


@dataclass(frozen=True, slots=True)
class Day:
    """A business day with the scores, in rising order, of all leads since the one before."""

    on: date
    scores: tuple[int, ...]

    def share(self, bar: int) -> float:
        """How many of its leads reach the bar, as a part of 1."""
        return (len(self.scores) - bisect_left(self.scores, bar)) / len(self.scores) if self.scores else 0.0


def calendar(hours: Hours) -> Calendar:
    """The days sales works, by the team file."""
    days = {
        number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")) if name in hours.days
    }
    return lambda day: day.weekday() in days and day.isoformat() not in hours.holidays


def business_days(scored: Iterable[tuple[date, int]], first: date, today: date, works: Calendar) -> list[Day]:
    """The business days from `first` until yesterday; what came on a free day counts for the next business day."""
    by_day: dict[date, list[int]] = {}
    for on, score in scored:
        by_day.setdefault(on, []).append(score)
    days, waiting = [], list[int]()
    for on in (first + timedelta(days=number) for number in range((today - first).days)):
        waiting += by_day.get(on, ())
        if works(on):
            days.append(Day(on, tuple(sorted(waiting))))
            waiting = []
    return days


@dataclass(frozen=True, slots=True)
class Standing:
    """The bar in force, the day it was last changed (None: never) and where it stood before."""

    bar: int
    changed_on: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the bar with its figures, all per business day. `applies`: in force without asking people."""

    old: int
    new: int
    expected: float
    expected_after: float
    capacity: float
    arrivals: float
    share: float
    trend: float
    applies: bool

    @property
    def sentence(self) -> str:
        alerts = "1 alert a day is" if round(self.expected) == 1 else f"{self.expected:.0f} alerts a day are"
        return f"threshold {self.old} -> {self.new} because {alerts} expected for {self.capacity:g}"


def effective(bar: int, settings: Threshold) -> int:
    """The bar that judges: between the agreed floor and the ceiling; the floor when it may not follow the volume."""
    raising = settings.raise_with_volume
    if raising is None or raising.mode == "off":
        return settings.floor
    return min(max(bar, settings.floor), raising.ceiling)


def propose(
    days: Sequence[Day], standing: Standing, capacity: float, settings: Threshold, today: date, works: Calendar
) -> Proposal | None:
    """What this morning's figures ask for; None when the bar may stay, moved too lately, or too little is known.

    `days` are the business days before `today`, oldest first; `capacity` the alerts sales can work today.
    """
    raising, outlook = settings.raise_with_volume, foresee(days)
    if raising is None or raising.mode == "off" or outlook is None or not works(today) or capacity <= 0:
        return None
    old = effective(standing.bar, settings)
    new = _moved(outlook, old, capacity, settings.floor, raising)
    if new == old or _rested(standing, today, works) < _rest_needed(standing, new - old, raising):
        return None
    return _proposal(outlook, old, new, capacity, raising)


def foresee(days: Sequence[Day]) -> "Outlook | None":
    """What the last five business days let us expect of the next; None when there were fewer."""
    return Outlook(days[-WINDOW:], _trend(days)) if len(days) >= WINDOW else None


def _trend(days: Sequence[Day]) -> float:
    """Leads of a usual day of the last five business days for each of the five before; 1 when that is not known."""
    now, before = days[-WINDOW:], days[-2 * WINDOW : -WINDOW]
    earlier = _usual(before) if len(before) == WINDOW else 0
    return _usual(now) / earlier if earlier else 1.0


def _usual(days: Sequence[Day]) -> float:
    """The median: one odd day, such as a campaign's, does not move it."""
    return median(len(day.scores) for day in days)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Leads and alerts to expect on a business day."""

    recent: Sequence[Day]
    trend: float

    @property
    def arrivals(self) -> float:
        """Leads a day: what is usual, carried on by half of the week's growth."""
        return _usual(self.recent) * min(max(sqrt(self.trend), TREND[0]), TREND[1])

    def share(self, bar: int) -> float:
        return fmean([day.share(bar) for day in self.recent if day.scores] or [0.0])

    def alerts(self, bar: int) -> float:
        return self.arrivals * self.share(bar)


def _rested(standing: Standing, today: date, works: Calendar) -> float:
    """Business days since the last change."""
    if standing.changed_on is None:
        return float("inf")
    passed = (standing.changed_on + timedelta(days=number + 1) for number in range((today - standing.changed_on).days))
    return sum(works(day) for day in passed)


def _rest_needed(standing: Standing, step: int, raising: RaiseWithVolume) -> int:
    """Business days between changes; turning round waits until the last days have all been replaced, twice.

    Nothing is lost meanwhile: valve and queue keep sales at its capacity in both directions.
    """
    turns = standing.before is not None and (standing.bar > standing.before) != (step > 0)
    return max(raising.dwell_days, 2 * WINDOW) if turns else raising.dwell_days


def _moved(outlook: Outlook, old: int, capacity: float, floor: int, raising: RaiseWithVolume) -> int:
    """The bar one step nearer to where alerts fill the capacity, when they are outside the deadband."""
    low, high = (limit * capacity for limit in raising.deadband)
    expected = outlook.alerts(old)
    if low <= expected <= high:
        return old
    wanted = min(max(_fitting(outlook, capacity, floor), floor), raising.ceiling)
    if expected > high:
        return min(max(wanted, old), old + raising.step)
    return _lowered(outlook, old, max(wanted, old - raising.step), high)


def _lowered(outlook: Outlook, old: int, wanted: int, most: float) -> int:
    """Down as far as wanted, unless many leads with equal scores would then ring at once and drive it up again."""
    return next((bar for bar in range(wanted, old) if outlook.alerts(bar) <= most), old)


def _fitting(outlook: Outlook, capacity: float, floor: int) -> int:
    """The lowest bar that at most the aimed-at number of leads reaches: the quantile 1 - aim / arrivals."""
    pooled = sorted(score for day in outlook.recent for score in day.scores)
    room = int(len(pooled) * AIM * capacity / outlook.arrivals) if outlook.arrivals else len(pooled)
    return pooled[-room - 1] + 1 if room < len(pooled) else floor


def _proposal(outlook: Outlook, old: int, new: int, capacity: float, raising: RaiseWithVolume) -> Proposal:
    return Proposal(
        old,
        new,
        expected=outlook.alerts(old),
        expected_after=outlook.alerts(new),
        capacity=capacity,
        arrivals=outlook.arrivals,
        share=outlook.share(old),
        trend=outlook.trend,
        applies=raising.mode == "auto",
    )


def stick(assessment: Assessment, was_mql: bool) -> Assessment:
    """Once an MQL, an MQL for this version: only a disqualifier, or falling well below the bar, ends it."""
    kept = was_mql and not assessment.is_mql and assessment.verdict != "disqualified"
    if kept and assessment.score >= assessment.threshold - FALLS_BELOW:
        return replace(assessment, verdict="mql_likely")
    return assessment


def rings(score: float, bar: int, rung: int, capacity: float | None, wants_to_buy: bool = False) -> bool:
    """Whether a lead rings now or waits in the ranked queue, `rung` alerts having been sent today.

    `score` is the uncapped one: a cap would hide who stands clearly above a high bar. Whoever asks to buy always rings.
    """
    if wants_to_buy or capacity is None or rung < capacity:
        return wants_to_buy or score >= bar
    return score >= bar + CLEARLY_ABOVE and rung + 1 <= STRETCH * capacity


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lead in the queue. `uncapped` are its points before any cap, `fit` those for who they are."""

    lead: str
    uncapped: float
    fit: float
    at: datetime


def ranked(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The queue, best first: by uncapped score, then fit, then who came first."""
    return sorted(waiting, key=lambda lead: (-lead.uncapped, -lead.fit, lead.at, lead.lead))


def weight_of(evidence: Evidence, criteria: Criteria, assessment: Assessment, now: datetime) -> tuple[float, float]:
    """What a held lead is ranked by: its points before any cap, and those for who it is."""
    return uncapped_score(read(evidence, criteria, now), criteria), fit_score(assessment, criteria)


def fit_score(assessment: Assessment, criteria: Criteria) -> float:
    """The points of the group `fit`; without one of that name, of the groups that do not age."""
    groups = criteria.file.groups
    named = ["fit"] if "fit" in groups else [name for name, group in groups.items() if not group.half_life_days]
    return sum(assessment.groups.get(name, 0) for name in named)


def uncapped_score(readings: Readings, criteria: Criteria) -> float:
    """The points of all rules that hold, before caps and rounding: caps make ties among the best."""
    rules = [rule for group in criteria.plan.groups for rule in group.rules]
    return sum(worth(rule, readings) for rule in rules if rule.test(readings) >= YES_FOR_NOW) / MILLI
