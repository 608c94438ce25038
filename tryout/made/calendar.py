"""When made-up people come, by which channel, and when reps get round to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

WEEK = (1.1, 1.15, 1.1, 1.05, 0.9, 0.3, 0.25)
GROWTH = 1.8  # as many come at the end as at the beginning
CHANNELS = ("chat", "seo", "paid", "form", "newsletter", "content", "event")
EARLY, LATE = (30, 22, 6, 14, 16, 6, 6), (24, 16, 26, 12, 12, 6, 4)  # more and more are bought
OPENS, CLOSES = 8, 17


@dataclass(frozen=True, slots=True)
class Arrival:
    """`progress` is the part of the period that is over."""

    at: datetime
    channel: str
    progress: float


def arrivals(count: int, begins: datetime, ends: datetime, rng: Random) -> list[Arrival]:
    """So many people between the two moments, most of them on working days, and two bursts from a fair."""
    days = max((ends - begins).days, 1)
    weights = [_weight((begins + timedelta(days=day)).weekday(), day / days) for day in range(days)]
    chosen = sorted(rng.choices(range(days), weights, k=count))
    return sorted(_arrivals(chosen, days, begins, ends, rng), key=lambda one: one.at)


def _weight(weekday: int, progress: float) -> float:
    return WEEK[weekday] * (1 + (GROWTH - 1) * progress)


def _arrivals(chosen: list[int], days: int, begins: datetime, ends: datetime, rng: Random) -> Iterator[Arrival]:
    fairs = (days // 3, days * 3 // 4)
    for day in chosen:
        progress = day / days
        weights = [early + (late - early) * progress for early, late in zip(EARLY, LATE, strict=True)]
        channel = rng.choices(CHANNELS, weights)[0]
        on = rng.choice(fairs) if channel == "event" else day
        hour = min(max(rng.gauss(13, 3.5), 0.0), 23.9)
        yield Arrival(min(begins + timedelta(days=on, hours=hour), ends), channel, progress)


def at_work(at: datetime) -> datetime:
    """The same moment, or the next at which sales works."""
    if at.hour >= CLOSES:
        at = (at + timedelta(days=1)).replace(hour=OPENS)
    at = at.replace(hour=max(at.hour, OPENS))
    return at + timedelta(days=max(7 - at.weekday(), 0) if at.weekday() > 4 else 0)
