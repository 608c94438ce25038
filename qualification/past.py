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

LONG_AGO = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact and how long it stood: until it was corrected or taken back. `replaced_by` is the correction's id.

    `joined_at` is when the lead it was told of became one with this one: before that it was nothing known of them.
    """

    id: int
    fact: Fact
    until: datetime | None = None
    replaced_by: int | None = None
    joined_at: datetime = LONG_AGO

    @property
    def since(self) -> datetime:
        return max(self.fact.known_at, self.joined_at)


@dataclass(frozen=True, slots=True)
class Seen:
    """A touchpoint and when we heard of it, which may be long after it happened. `browser` None: a program told it."""

    touchpoint: Touchpoint
    known_at: datetime
    browser: int | None = None


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser of theirs since then: what they `said` of being tracked by it, and what holds while they say nothing.

    Nobody's word is held against what was seen before it, but what a browser that refuses did counts no more.
    """

    id: int
    since: datetime = LONG_AGO
    tracked: bool = True
    said: tuple[tuple[datetime, bool], ...] = ()

    def refuses(self, at: datetime) -> bool:
        said = [granted for when, granted in self.said if when <= at]
        return self.since <= at and not (said[-1] if said else self.tracked or bool(self.said))


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
    """All we ever knew of a person, each piece with its time."""

    lead: str
    name: str | None = None
    company: str | None = None
    is_buyer: bool = True
    facts: tuple[Known, ...] = ()
    seen: tuple[Seen, ...] = ()
    cycles: tuple[Cycle, ...] = (Cycle(),)
    browsers: tuple[Browser, ...] = ()


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
