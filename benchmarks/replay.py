"""A quarter of 100,000 made leads judged again by changed criteria, with reasons for whoever comes or goes."""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure
from config.settings import ROOT
from qualification.criteria import Criteria, load_criteria
from qualification.facts import Fact, Horizon, Money, Size, Touchpoint, Value
from qualification.past import Became, Case, Cycle, InForce, Known, Past, Seen, Trial
from qualification.replay import replayed

LEADS, QUICK = 100_000, 5_000
LONGEST_S = 10.0
UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=90)
PAGES = ("https://made.example/pricing", "https://made.example/tour", "https://made.example/")
TOLD: tuple[tuple[str, Value, float], ...] = (
    ("company_size", Size(120, 120), 0.5),
    ("job_title", "head of operations", 0.4),
    ("timeline", Horizon(0, 60), 0.4),
    ("budget", Money(20_000, 20_000, "USD", "year"), 0.3),
    ("demo", True, 0.3),
)


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    count = QUICK if quick else LEADS
    text = (ROOT / "config" / "criteria.yaml").read_text("utf-8")
    old, new = (load_criteria(one) for one in (text, _changed(text)))
    tell(f"replay: making {count:,} leads")
    pasts = [_lived(past, old) for past in _made(count)]
    tell(f"replay: judging {count:,} leads again")
    cases, took = _timed(pasts, old, new)
    moments = sum(len({known.fact.known_at for known in past.facts}) + len(past.seen) for past in pasts)
    moved = sum(not case.stayed for case in cases)
    size = f"{moments / count:.1f} moments each, {len(cases):,} reached sales, {moved:,} come or go"
    goal = at_most(f"judging {LEADS:,} leads again, CPU", took * LEADS / count, LONGEST_S, "{:.1f} s")
    return goal, figure("of these leads", size)


def _changed(text: str) -> str:
    """A rule's points, another's condition and a new must-have: some come, some go."""
    demo, size = "{demo_asked: {is: true}}, points: ", "company_size: {gte: 10}}, points: "
    return text.replace(f"{demo}25", f"{demo}15").replace(f"{size}10", f"{size}15")


def _timed(pasts: list[Past], old: Criteria, new: Criteria) -> tuple[list[Case], float]:
    trial = Trial(SINCE, UNTIL, new, lambda _: new.floor, lambda _: InForce(old, old.floor))
    gc.collect()
    gc.freeze()  # the database hands leads over in batches: a hundred thousand never lie about at once
    began = time.process_time()
    cases = [case for past in pasts for case in replayed(past, trial)]
    return cases, time.process_time() - began


def _made(count: int) -> Iterator[Past]:
    rng = Random(20)
    for number in range(count):
        came = SINCE + timedelta(days=rng.random() * 89)
        facts = [_fact(1, "email", f"p{number}@made{number % 977}.example", came)]
        for place, (slot, value, often) in enumerate(TOLD, start=2):
            if rng.random() < often:
                facts.append(_fact(place, slot, value, came + timedelta(minutes=place // 2)))
        yield Past(f"L-{number}", facts=tuple(facts), seen=tuple(_visits(came, rng)))


def _fact(number: int, slot: str, value: Value, at: datetime) -> Known:
    return Known(number, Fact(slot, str(value), value, 1.0, "said", "1", at))


def _visits(came: datetime, rng: Random) -> Iterator[Seen]:
    """Some pages before they said who they are, and some on later days."""
    hours = [-0.1 * rng.random() for _ in range(rng.randrange(4))] + [
        30 * rng.random() for _ in range(rng.randrange(3))
    ]
    for hour in sorted(hours):
        at = came + timedelta(hours=hour)
        yield Seen(Touchpoint("page_view", at, rng.choice(PAGES)), at)


def _lived(past: Past, old: Criteria) -> Past:
    """The lead as the old criteria have treated it."""
    by_old = Trial(SINCE, UNTIL, old, lambda _: old.floor, lambda _: InForce(old, old.floor))
    case = next(replayed(past, by_old), None)
    if case is None or case.would is None:
        return past
    became = Became(case.would, "criteria")
    return replace(past, cycles=(Cycle(1, None, became, "accepted"),))
