"""What was ever known of a lead, each piece with its time, and what a replay makes of it: frozen data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.facts import Fact, Touchpoint
from qualification.learning import Verdict
from qualification.movers import Move
from qualification.reach import Reach

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact and how long it stood: until it was corrected or taken back. `replaced_by` is the correction's id."""

    id: int
    fact: Fact
    until: datetime | None = None
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A touchpoint and when we heard of it, which may be long after it happened."""

    touchpoint: Touchpoint
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """What made somebody an MQL. `snapshot` is the assessment kept with it."""

    at: datetime
    cause: str
    snapshot: Assessment | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """From the first word, or from a return, to the next return; what sales said of it, late or not, judges nobody."""

    number: int = 1
    begins: datetime | None = None
    became: Became | None = None
    verdict: Verdict | None = None
    code: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """All we ever knew of a lead, each piece with its time. `tracking` is what they said of being tracked, and when."""

    lead: str
    name: str | None = None
    company: str | None = None
    is_buyer: bool = True
    facts: tuple[Known, ...] = ()
    seen: tuple[Seen, ...] = ()
    cycles: tuple[Cycle, ...] = (Cycle(),)
    tracking: tuple[tuple[datetime, bool], ...] = ()
    tracked: bool = True  # as long as they said nothing


@dataclass(frozen=True, slots=True)
class InForce:
    """What judged, or would judge, at a moment."""

    criteria: Criteria
    bar: int


AsOf = Callable[[datetime], InForce]
BarAt = Callable[[datetime], int]


@dataclass(frozen=True)
class Trial:
    """The period from `since` until before `until`, judged by `criteria` with a moment's `bar` instead of `old`."""

    since: datetime
    until: datetime
    criteria: Criteria
    bar: BarAt
    old: AsOf

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.criteria)


@dataclass(frozen=True, slots=True)
class Case:
    """One cycle of a lead who became an MQL (`was`), would have become one (`would`), or both.

    `before` and `after` are score and bar by both criteria at the moment that decides; None for who stays.
    """

    lead: str
    name: str | None
    company: str | None
    cycle: int
    was: datetime | None
    would: datetime | None
    cause: str | None
    verdict: Verdict | None
    code: str | None
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None
    moves: tuple[Move, ...] = ()

    @property
    def entered(self) -> bool:
        return self.was is None

    @property
    def left(self) -> bool:
        return self.would is None

    @property
    def stayed(self) -> bool:
        return self.was is not None and self.would is not None

    @property
    def at(self) -> datetime:
        return self.was or self.would or NEVER
