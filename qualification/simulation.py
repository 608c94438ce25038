"""Half a year of made-up leads under different bars: does the bar follow the volume without flooding sales?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from qualification.criteria.schema import RaiseWithVolume, Threshold
from qualification.threshold import STRETCH, WINDOW, Day, Standing, propose, rings

DAYS = 180
BEGIN = date(2026, 1, 5)  # a Monday
CAPACITY, ON_LEAVE = 20, 15
LEAVE = range(60, 74)
SPIKES = 6
INFLATED_FROM, INFLATION = 120, 8
WEEK = (1.1, 1.15, 1.1, 1.05, 0.9, 0.35, 0.3)
GOOD, OTHERS = (76.0, 15.0), (44.0, 18.0)  # mean and spread of the scores
FIRST_BAR = 60
SETTINGS = Threshold(floor=45, raise_with_volume=RaiseWithVolume(ceiling=120, mode="auto"))


@dataclass(frozen=True, slots=True)
class World:
    """Leads a day at the beginning and at the end, and the share of good ones then."""

    name: str
    leads: tuple[float, float]
    good: tuple[float, float] = (0.12, 0.12)


WORLDS = (
    World("ramp 10 -> 1000 a day", (10, 1000), (0.12, 0.04)),
    World("steady 100 a day", (100, 100)),
    World("steady 1000 a day", (1000, 1000)),
    World("10 a day", (10, 10)),
)


@dataclass(frozen=True, slots=True)
class Working:
    """A business day: scores of the leads since the one before, as they came, which are good, and the capacity."""

    on: date
    scores: tuple[int, ...]
    good: tuple[bool, ...]
    capacity: int

    @property
    def day(self) -> Day:
        return Day(self.on, tuple(sorted(self.scores)))


def works(day: date) -> bool:
    return day.weekday() < 5


def make(world: World, rng: np.random.Generator) -> list[Working]:
    """The business days of half a year; leads of a weekend are Monday's."""
    spikes = set(rng.choice(DAYS, SPIKES, replace=False).tolist())
    made, scores, good = [], list[int](), list[bool]()
    for number in range(DAYS):
        on = BEGIN + timedelta(days=number)
        came = _arrive(world, number, 3.0 if number in spikes else 1.0, rng)
        scores += came[0]
        good += came[1]
        if works(on):
            made.append(Working(on, tuple(scores), tuple(good), ON_LEAVE if number in LEAVE else CAPACITY))
            scores, good = [], []
    return made


def _arrive(world: World, number: int, spike: float, rng: np.random.Generator) -> tuple[list[int], list[bool]]:
    progress = number / (DAYS - 1)
    mean = world.leads[0] * (world.leads[1] / world.leads[0]) ** progress * WEEK[number % 7] * spike
    good = rng.random(rng.poisson(mean)) < world.good[0] + (world.good[1] - world.good[0]) * progress
    centre, spread = (np.where(good, GOOD[place], OTHERS[place]) for place in (0, 1))
    scores = rng.normal(centre, spread) + (INFLATION if number >= INFLATED_FROM else 0)
    return np.rint(scores).astype(int).tolist(), good.tolist()


@dataclass(frozen=True, slots=True)
class Policy:
    """How the bar moves each business morning, and whether the day has a valve."""

    name: str
    move: Callable[[Sequence[Day], Standing, Working], int]
    valve: bool = False


def _stay(days: Sequence[Day], standing: Standing, today: Working) -> int:
    return standing.bar


def _quantile(days: Sequence[Day], standing: Standing, today: Working) -> int:
    """The score that the capacity's share of the last days' leads reached, anew every day."""
    if len(days) < WINDOW:
        return standing.bar
    pooled = np.sort(np.concatenate([day.scores for day in days[-WINDOW:]]))
    share = min(today.capacity * WINDOW / max(len(pooled), 1), 1.0)
    return max(SETTINGS.floor, int(np.ceil(np.quantile(pooled, 1 - share)))) if len(pooled) else standing.bar


def _follow(days: Sequence[Day], standing: Standing, today: Working) -> int:
    proposal = propose(days, standing, today.capacity, SETTINGS, today.on, works)
    return proposal.new if proposal else standing.bar


POLICIES = (
    Policy(f"fixed {FIRST_BAR}", _stay),
    Policy("daily quantile", _quantile),
    Policy("follows volume + valve", _follow, valve=True),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """A policy's half year. `pushed` and `handled` (push and pull) are good leads per good lead of the oracle."""

    world: str
    policy: str
    overload: float
    load_p95: float
    precision: float
    pushed: float
    handled: float
    changes_per_week: float
    reversals_per_week: float


def simulate(world: World, policy: Policy, seeds: int) -> Figures:
    """The mean over several made half years, each from its own seed."""
    runs = [_run(make(world, np.random.default_rng([seed, 4])), policy) for seed in range(seeds)]
    return Figures(world.name, policy.name, *np.mean(runs, axis=0).tolist())


def _run(made: Sequence[Working], policy: Policy) -> tuple[float, ...]:
    days: list[Day] = []
    standing, bars, results = Standing(FIRST_BAR), [FIRST_BAR], []
    for today in made:
        bar = policy.move(days, standing, today)
        standing = Standing(bar, today.on, standing.bar) if bar != standing.bar else standing
        results.append(_worked(today, _rung(today, bar, policy.valve)))
        bars.append(bar)
        days = [*days[-2 * WINDOW + 1 :], today.day]
    return *_summed(np.array(results, dtype=float)), *_unrest(np.array(bars))


def _rung(today: Working, bar: int, valve: bool) -> list[int]:
    """Places of the leads that rang, in the order they came."""
    reached = [place for place, score in enumerate(today.scores) if score >= bar]
    rung: list[int] = []
    for place in reached if valve else ():
        if rings(today.scores[place], bar, len(rung), today.capacity):
            rung.append(place)
    return rung if valve else reached


def _worked(today: Working, rung: list[int]) -> tuple[float, ...]:
    """Load, alerts, good alerts, good ones worked by push alone, by push and pull, and by the oracle.

    Sales works the first alerts, at most until it is overloaded, then pulls the best of the day's other leads over the
    floor up to its capacity; the oracle works as many, at least the capacity, and knows the day's best in advance.
    """
    scores, good = np.array(today.scores), np.array(today.good, dtype=int)
    best = [place for place in np.argsort(-scores, kind="stable").tolist() if scores[place] >= SETTINGS.floor]
    pushed, heard = rung[: int(STRETCH * today.capacity)], set(rung)
    pulled = [place for place in best if place not in heard][: max(today.capacity - len(rung), 0)]
    worked = (rung, pushed, pushed + pulled, best[: max(today.capacity, len(pushed))])
    return len(rung) / today.capacity, len(rung), *(int(good[places].sum()) for places in worked)


def _summed(results: np.ndarray) -> tuple[float, ...]:
    load, (alerts, good, pushed, handled, oracle) = results[:, 0], results[:, 1:].sum(axis=0)
    overload = float(np.mean(load > STRETCH + 1e-9))
    return overload, float(np.quantile(load, 0.95)), good / max(alerts, 1), pushed / oracle, handled / oracle


def _unrest(bars: np.ndarray) -> tuple[float, float]:
    """Changes and changes of direction per week."""
    steps = np.diff(bars)
    moved = np.sign(steps[steps != 0])
    return len(moved) / (DAYS / 7), int(np.sum(moved[1:] != moved[:-1])) / (DAYS / 7)
