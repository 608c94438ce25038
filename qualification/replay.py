"""A past period judged again by other criteria, with what was known at the time: who would have come to sales then."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.criteria.conditions import YES_FOR_NOW, Readings
from qualification.criteria.plan import Group
from qualification.criteria.rules import worth
from qualification.facts import PURCHASE_INTEREST, Evidence, Fact, Touchpoint
from qualification.learning import Verdict
from qualification.movers import Move, moved
from qualification.scoring import assess, read, whole

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


@dataclass(frozen=True, slots=True)
class Trial:
    """The period from `since` until before `until`, judged by `new` instead of `old`."""

    since: datetime
    until: datetime
    new: AsOf
    old: AsOf


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


def replayed(past: Past, trial: Trial) -> Iterator[Case]:
    """A case for every cycle that has to do with sales in the period, by the old criteria or by the new."""
    for place, cycle in enumerate(past.cycles):
        next_begins = past.cycles[place + 1].begins if place + 1 < len(past.cycles) else None
        begins = max(cycle.begins or trial.since, trial.since)
        ends = min(next_begins or trial.until, trial.until)
        with_sales_before = cycle.became is not None and cycle.became.at < trial.since
        if begins < ends and not with_sales_before and (past.is_buyer or cycle.became):
            case = _case(_Span(past, cycle, begins, ends), trial)
            yield from [case] if case else []


@dataclass(frozen=True, slots=True)
class _Span:
    """The part of a cycle that lies in the period."""

    past: Past
    cycle: Cycle
    begins: datetime
    ends: datetime

    @property
    def became(self) -> Became | None:
        became = self.cycle.became
        return became if became and self.begins <= became.at < self.ends else None


def _case(span: _Span, trial: Trial) -> Case | None:
    history, became = _History.of(span), span.became
    would = next((at for at in history.moments(span) if _comes(history.evidence(at), trial.new(at), at)), None)
    if became is None and would is None:
        return None
    past, cycle = span.past, span.cycle
    case = Case(
        lead=past.lead,
        name=past.name,
        company=past.company,
        cycle=cycle.number,
        was=became.at if became else None,
        would=would,
        cause=became.cause if became else None,
        verdict=cycle.verdict,
        code=cycle.code,
    )
    return case if case.stayed else _explained(case, history, became, trial)


def _explained(case: Case, history: "_History", became: Became | None, trial: Trial) -> Case:
    """With score and bar by both criteria at the moment that decides, and what made the difference."""
    at = case.at
    evidence, old, new = history.evidence(at), trial.old(at), trial.new(at)
    kept = became.snapshot if became else None
    before = kept or assess(evidence, old.criteria, at, old.bar)
    after = assess(evidence, new.criteria, at, new.bar)
    moves = moved(before, after, old.criteria, new.criteria, comes=case.entered)
    return replace(case, before=(before.score, before.threshold), after=(after.score, after.threshold), moves=moves)


Stood = tuple[datetime, datetime, str, Fact]
"""From when until before when a fact stands for which slot."""


@dataclass(frozen=True, slots=True)
class _History:
    """What was known of a person at any moment of a cycle."""

    past: Past
    facts: Sequence[Stood]

    @staticmethod
    def of(span: _Span) -> "_History":
        """What a rep entered after the hand-off, only because there was one, is left out with what it replaced."""
        handed_over = span.became.at if span.became else NEVER
        by_reps = {one.id for one in span.past.facts if one.fact.source == "rep" and one.fact.known_at > handed_over}
        kept = [one for one in span.past.facts if one.id not in by_reps]
        facts = [(one.fact.known_at, _until(one, by_reps), one.fact.slot, one.fact) for one in kept]
        return _History(span.past, sorted(facts, key=lambda one: one[0]))

    def moments(self, span: _Span) -> list[datetime]:
        """Whenever something new was known, from the moment on at which they could be reached."""
        reached = min((since for since, _, slot, _ in self.facts if slot in ("email", "phone")), default=NEVER)
        times = {at for since, until, _, _ in self.facts for at in (since, until)}
        times.update([seen.known_at for seen in self.past.seen])
        times.update([span.became.at] if span.became else ())
        return sorted([at for at in times if span.begins <= at < span.ends and at >= reached])

    def evidence(self, at: datetime) -> Evidence:
        facts = {slot: fact for since, until, slot, fact in self.facts if since <= at < until}
        seen = tuple([one.touchpoint for one in self.past.seen if one.known_at <= at])
        return Evidence(facts, seen, self._permits_tracking(at))

    def _permits_tracking(self, at: datetime) -> bool:
        said = [granted for when, granted in self.past.tracking if when <= at]
        return said[-1] if said else self.past.tracked or bool(self.past.tracking)


def _until(known: Known, by_reps: set[int]) -> datetime:
    return NEVER if known.until is None or known.replaced_by in by_reps else known.until


def _comes(evidence: Evidence, in_force: InForce, at: datetime) -> bool:
    """Whether sales hears of them: they can be reached, and count or wish to buy."""
    if "email" not in evidence.facts and "phone" not in evidence.facts:
        return False
    readings = read(evidence, in_force.criteria, at)
    wish = evidence.facts.get(PURCHASE_INTEREST)
    if wish is not None and wish.value is True:
        return not _is_disqualified(readings, in_force.criteria)
    return is_mql(readings, in_force.criteria, in_force.bar)


def is_mql(readings: Readings, criteria: Criteria, bar: int) -> bool:
    """What `assess` says, without the reasons and bounds: a third of the time, and most who are asked do not count."""
    if any(gate.node.test(readings) < YES_FOR_NOW for gate in criteria.plan.must_haves):
        return False
    score = sum([_given(group, readings) for group in criteria.plan.groups])
    return score >= bar and not _is_disqualified(readings, criteria)


def _is_disqualified(readings: Readings, criteria: Criteria) -> bool:
    return any(gate.node.test(readings) >= YES_FOR_NOW for gate in criteria.plan.disqualifiers)


def _given(group: Group, readings: Readings) -> int:
    holding = [rule for rule in group.rules if rule.test(readings) >= YES_FOR_NOW]
    return whole(sum([rule.flat or worth(rule, readings) for rule in holding]), group)
