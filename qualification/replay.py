"""A past period judged again by other criteria, with what was known at the time: who would have come to sales then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qualification.criteria import Criteria
from qualification.criteria.conditions import YES_FOR_NOW, Readings
from qualification.criteria.rules import worth
from qualification.facts import PURCHASE_INTEREST, Evidence, Fact
from qualification.movers import moved
from qualification.past import NEVER, Became, Case, Cycle, Known, Past, Trial
from qualification.reach import Told
from qualification.scoring import assess, read, whole
from qualification.stages import COOL_DOWN

JUST_BEFORE = timedelta(microseconds=1)


def replayed(past: Past, trial: Trial) -> Iterator[Case]:
    """A case for every cycle that has to do with sales in the period, by the old criteria or by the new."""
    for place, cycle in enumerate(past.cycles):
        next_begins = past.cycles[place + 1].begins if place + 1 < len(past.cycles) else None
        begins = max(cycle.begins or trial.since, trial.since)
        ends = min(next_begins or trial.until, trial.until)
        with_sales_before = cycle.became is not None and cycle.became.at < trial.since
        if begins < ends and not with_sales_before and (past.is_buyer or cycle.became):
            case = _case(_history(past, cycle, begins, ends), trial)
            yield from [case] if case else []


Stood = tuple[datetime, datetime, str, Fact]
"""From when until before when a fact stands for which slot."""


@dataclass(frozen=True, slots=True)
class _History:
    """The part of a cycle that lies in the period, and what was known of the person at any moment of it."""

    past: Past
    cycle: Cycle
    begins: datetime
    ends: datetime
    facts: Sequence[Stood]

    @property
    def became(self) -> Became | None:
        became = self.cycle.became
        return became if became and self.begins <= became.at < self.ends else None

    def moments(self) -> list[datetime]:
        """Whenever something new was known, from the moment on at which they could be reached."""
        reached = min((since for since, _, slot, _ in self.facts if slot in ("email", "phone")), default=NEVER)
        times = {at for since, until, _, _ in self.facts for at in (since, until)}
        times.update([seen.known_at for seen in self.past.seen])
        times.update([self.became.at] if self.became else ())
        return sorted([at for at in times if self.begins <= at < self.ends and at >= reached])

    def evidence(self, at: datetime) -> Evidence:
        facts = {slot: fact for since, until, slot, fact in self.facts if since <= at < until}
        refused = {browser.id for browser in self.past.browsers if browser.refuses(at)}
        told = [one for one in self.past.seen if one.known_at <= at and one.browser not in refused]
        return Evidence(facts, tuple([one.touchpoint for one in told]), tracking=not refused)

    def was_made_at(self, at: datetime) -> bool:
        """Whether this is the moment at which they really became an MQL."""
        return self.became is not None and self.became.at == at


def _history(past: Past, cycle: Cycle, begins: datetime, ends: datetime) -> _History:
    """What a rep entered after the hand-off, only because there was one, is left out with what it replaced.

    Of what several leads of one person told of the same, the last one here counts, as `facts_of` has it.
    """
    handed_over = cycle.became.at if cycle.became else NEVER
    by_reps = {one.id for one in past.facts if one.fact.source == "rep" and one.fact.known_at > handed_over}
    kept = [one for one in past.facts if one.id not in by_reps]
    kept.sort(key=lambda one: (one.fact.verified, one.fact.source != "inferred", one.fact.known_at, one.id))
    facts = [(one.since, _until(one, by_reps), one.fact.slot, one.fact) for one in kept]
    return _History(past, cycle, begins, ends, facts)


def _until(known: Known, by_reps: set[int]) -> datetime:
    return NEVER if known.until is None or known.replaced_by in by_reps else known.until


def _case(history: _History, trial: Trial) -> Case | None:
    became = history.became
    would = next((at for at in _worth_asking(history, trial) if _comes(history, trial, at)), None)
    if became is None and would is None:
        return None
    past, cycle = history.past, history.cycle
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
    return case if case.stayed else _explained(case, history, trial)


def _worth_asking(history: _History, trial: Trial) -> Iterator[datetime]:
    """The moments at which they may have come: most people can never have the points, whatever else is so."""
    told = Told(frozenset([slot for _, _, slot, _ in history.facts]), bool(history.past.seen))
    most = trial.reach.most(told)
    return (at for at in history.moments() if most >= trial.bar(at) or PURCHASE_INTEREST in told.facts)


def _comes(history: _History, trial: Trial, at: datetime) -> bool:
    """Whether sales hears of them: they can be reached, and wish to buy or count."""
    evidence, criteria = history.evidence(at), trial.criteria
    if "email" not in evidence.facts and "phone" not in evidence.facts:
        return False
    readings = read(evidence, criteria, at)
    if _wishes(history, evidence, at):
        return not _is_disqualified(readings, criteria)
    counts = is_mql(readings, criteria, trial.bar(at))
    return counts and (not _is_cooling(history, at) or _is_news(history, readings, criteria, at))


def _wishes(history: _History, evidence: Evidence, at: datetime) -> bool:
    """A wish is good for the cycle it was said in; where it really brought them again, it was said again."""
    wish, cycle = evidence.facts.get(PURCHASE_INTEREST), history.cycle
    if wish is None or wish.value is not True:
        return False
    if cycle.begins is None or wish.known_at >= cycle.begins:
        return True
    return history.was_made_at(at) and cycle.became is not None and cycle.became.cause == PURCHASE_INTEREST


def _is_cooling(history: _History, at: datetime) -> bool:
    begins = history.cycle.begins
    return begins is not None and at < begins + COOL_DOWN


def _is_news(history: _History, readings: Readings, criteria: Criteria, at: datetime) -> bool:
    """Something told, or something done that is worth points, ends a cool-down; as it really did, if it did."""
    if history.was_made_at(at) or any(fact.known_at == at for *_, fact in history.facts):
        return True
    before = read(history.evidence(at - JUST_BEFORE), criteria, at)
    return points(readings, criteria) > points(before, criteria)


def _explained(case: Case, history: _History, trial: Trial) -> Case:
    """With score and bar by both criteria at the moment that decides, and what made the difference."""
    at, became = case.at, history.became
    evidence, old = history.evidence(at), trial.old(at)
    kept = became.snapshot if became else None
    before = kept or assess(evidence, old.criteria, at, old.bar)
    after = assess(evidence, trial.criteria, at, trial.bar(at))
    moves = moved(before, after, old.criteria, trial.criteria, comes=case.entered)
    return replace(case, before=(before.score, before.threshold), after=(after.score, after.threshold), moves=moves)


def is_mql(readings: Readings, criteria: Criteria, bar: int) -> bool:
    """What `assess` says, without the reasons and bounds: a third of the time, and most who are asked do not count."""
    if any(gate.node.test(readings) < YES_FOR_NOW for gate in criteria.plan.must_haves):
        return False
    return points(readings, criteria) >= bar and not _is_disqualified(readings, criteria)


def _is_disqualified(readings: Readings, criteria: Criteria) -> bool:
    return any(gate.node.test(readings) >= YES_FOR_NOW for gate in criteria.plan.disqualifiers)


def points(readings: Readings, criteria: Criteria) -> int:
    """The score alone."""
    given = 0
    for group in criteria.plan.groups:
        holding = [rule for rule in group.rules if rule.test(readings) >= YES_FOR_NOW]
        given += whole(sum([rule.flat or worth(rule, readings) for rule in holding]), group)
    return given
