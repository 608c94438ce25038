"""The bar on one business morning: what it is judged by, and what that asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from qualification.criteria.schema import Threshold
from qualification.threshold import (
    WINDOW,
    Calendar,
    Day,
    Proposal,
    Standing,
    business_days,
    effective,
    foresee,
    propose,
)

ALWAYS, NEVER = 1_000_000, -1  # scores of people whom no bar keeps from sales, or lets through
LOOKED_BACK = 30  # days: two windows of business days, with holidays in between


@dataclass(frozen=True, slots=True)
class Morning:
    """`capacity` is None where nobody has said what sales can work: then the bar may not follow anything."""

    on: date
    days: Sequence[Day]
    standing: Standing
    capacity: float | None
    settings: Threshold
    proposal: Proposal | None

    @property
    def bar(self) -> int:
        return effective(self.standing.bar, self.settings)

    @property
    def sentence(self) -> str:
        """The figures in one sentence, whatever is proposed."""
        outlook = foresee(self.days)
        if outlook is None:
            return f"The bar stays at {self.bar}: {len(self.days)} business days are known, {WINDOW} are needed."
        reaching = f"{outlook.alerts(self.bar):.0f} of {outlook.arrivals:.0f} leads a day are expected to reach"
        if self.proposal is None:
            room = (
                "nobody has said how many sales can work"
                if self.capacity is None
                else f"sales can work {self.capacity:g}"
            )
            return f"The bar stays at {self.bar}: {reaching} {self.bar}, and {room}."
        return f"{reaching} {self.bar}, {self.proposal.expected_after:.0f} to reach {self.proposal.new}."


def look(
    scored: Iterable[tuple[date, int]],
    standing: Standing,
    capacity: float | None,
    settings: Threshold,
    on: date,
    works: Calendar,
) -> Morning:
    """`scored` are day and score of the leads of the last weeks, `standing` the bar they met."""
    before = [one for one in scored if one[0] < on]
    first = min((day for day, _ in before), default=on)
    days = business_days(before, first, on, works)
    return Morning(on, days, standing, capacity, settings, propose(days, standing, capacity or 0, settings, on, works))


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a proposed change of the bar."""

    done: bool
    code: Literal["approved", "kept", "not_an_approver", "nothing_proposed"]
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class BarChange:
    """A change of the bar that was made, with its reason and who decided."""

    at: datetime
    old: int
    new: int
    mode: str
    by: str
    sentence: str
    criteria_version: int


@dataclass(frozen=True, slots=True)
class BarView:
    """`morning` is worked out now; `waits` is the proposal that people were asked about."""

    morning: Morning
    waits: Proposal | None
    history: tuple[BarChange, ...]
