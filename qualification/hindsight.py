"""A replay in figures: alerts a day against what sales can work, what sales said of whom, and what may be concluded."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from qualification.learning import GOOD, SAYS_NOTHING
from qualification.past import Case
from qualification.shares import LEAST, Share, difference
from qualification.threshold import STRETCH, Calendar, business_days

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`, in the days of the team."""

    since: datetime
    until: datetime
    zone: tzinfo
    works: Calendar

    def alerts_by_day(self, moments: Iterable[datetime]) -> list[int]:
        """How many on each business day; those of a free day are the next business day's work."""
        on = [(self._day(at), 0) for at in moments]
        after = self._day(self.until - timedelta(microseconds=1)) + A_DAY
        return [len(day.scores) for day in business_days(on, self._day(self.since), after, self.works)]

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Side:
    """What came to sales by one of the two criteria. `over`: days with more than sales can work, and a fifth."""

    alerts: int
    days: int
    mean: float
    busiest: int
    over: int | None
    accepted: Share


@dataclass(frozen=True, slots=True)
class Mover:
    """How many came in, and how many stayed out, mostly because of one thing."""

    name: str
    came: int
    left: int


Conclusion = Literal["better", "worse", "open"]


@dataclass(frozen=True, slots=True)
class Hindsight:
    """`was` and `would`: as it was, and by the new criteria. Shares are of those whom sales has judged."""

    judged: int
    capacity: float | None
    was: Side
    would: Side
    entered: tuple[Case, ...]
    left: tuple[Case, ...]
    stayed: int
    earlier: int
    later: int
    accepted_left: Share
    accepted_stayed: Share
    found: Share
    movers: tuple[Mover, ...]
    conclusion: Conclusion
    why: str


def hindsight(cases: Sequence[Case], judged: int, period: Period, capacity: float | None) -> Hindsight:
    """The figures of a replay of `judged` leads; `capacity` are the alerts sales can work a day, if that is known."""
    entered, left, stayed = ([one for one in cases if kind(one)] for kind in _KINDS)
    accepted_left, accepted_stayed = _accepted(left), _accepted(stayed)
    conclusion, why = _concluded(accepted_left, accepted_stayed, len(left))
    return Hindsight(
        judged=judged,
        capacity=capacity,
        was=_side([*stayed, *left], lambda case: case.was, period, capacity),
        would=_side([*stayed, *entered], lambda case: case.would, period, capacity),
        entered=tuple(sorted(entered, key=lambda case: case.at)),
        left=tuple(sorted(left, key=lambda case: case.at)),
        stayed=len(stayed),
        earlier=sum(_later_by(case) <= -A_DAY for case in stayed),
        later=sum(_later_by(case) >= A_DAY for case in stayed),
        accepted_left=accepted_left,
        accepted_stayed=accepted_stayed,
        found=Share(accepted_stayed.part, accepted_stayed.part + accepted_left.part),
        movers=_movers(entered, left),
        conclusion=conclusion,
        why=why,
    )


_KINDS: tuple[Callable[[Case], bool], ...] = (
    lambda case: case.entered,
    lambda case: case.left,
    lambda case: case.stayed,
)


def _accepted(cases: Iterable[Case]) -> Share:
    judged = [case for case in cases if case.verdict and case.code not in SAYS_NOTHING]
    return Share(sum(case.verdict in GOOD for case in judged), len(judged))


def _side(
    cases: Sequence[Case], moment: Callable[[Case], datetime | None], period: Period, capacity: float | None
) -> Side:
    by_day = period.alerts_by_day([at for at in map(moment, cases) if at])
    over = None if capacity is None else sum(alerts > STRETCH * capacity for alerts in by_day)
    mean = len(cases) / len(by_day) if by_day else 0.0
    return Side(len(cases), len(by_day), mean, max(by_day, default=0), over, _accepted(cases))


def _later_by(case: Case) -> timedelta:
    return case.would - case.was if case.would and case.was else timedelta()


def _movers(entered: Sequence[Case], left: Sequence[Case]) -> tuple[Mover, ...]:
    """Each lead is counted once, for what weighed most."""
    came, gone = (Counter(case.moves[0].name if case.moves else "" for case in some) for some in (entered, left))
    names = sorted({*came, *gone}, key=lambda name: (-came[name] - gone[name], name))
    return tuple(Mover(name, came[name], gone[name]) for name in names)


def _concluded(left: Share, stayed: Share, gone: int) -> tuple[Conclusion, str]:
    """Whether who would not have come was worse than who stays. Who would come was never shown, so never judged."""
    if not gone:
        return "open", "nobody who came would be missing; whether those who would come are any good, nobody has judged"
    apart = difference(stayed, left)
    if apart is None:
        few = f"sales has judged {left.of} of those who would not have come and {stayed.of} of those who stay"
        return "open", f"{few}; at least {LEAST} of each are needed"
    told = f"{_percent(left)} accepted of those who would not have come, {_percent(stayed)} of those who stay"
    if apart[0] > 0:
        return "better", f"the new criteria leave out leads that sales accepts clearly less often: {told}"
    if apart[1] < 0:
        return "worse", f"the new criteria leave out leads that sales accepts clearly more often: {told}"
    return "open", f"{told}; with so few verdicts that may be chance ({apart[0]:+.0%} to {apart[1]:+.0%})"


def _percent(share: Share) -> str:
    return f"{(share.value or 0.0):.0%}"
