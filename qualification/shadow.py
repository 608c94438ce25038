"""What a version that waits would say of the same people: whom it adds, whom it leaves out, and by which rule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.versions import VersionView

BAR = "the bar"


@dataclass(frozen=True, slots=True)
class Compared:
    """Both verdicts on one lead. `rule` made the difference; None when there is none."""

    was: str
    would_be: str
    was_mql: bool
    would_be_mql: bool
    rule: str | None


def compare(now: Assessment, then: Assessment, wants_to_buy: bool) -> Compared:
    """Whoever asks to buy is an MQL under every version."""
    was, would_be = now.is_mql or wants_to_buy, then.is_mql or wants_to_buy
    return Compared(now.verdict, then.verdict, was, would_be, moved_by(now, then) if was != would_be else None)


def moved_by(now: Assessment, then: Assessment) -> str:
    """What turned the verdict: a gate, or else the rule whose points differ most, or else the bar."""
    gates = {*_gates(now)} ^ {*_gates(then)}
    if gates:
        return min(gates)
    before, after = ({reason.rule: reason.points for reason in one.reasons} for one in (now, then))
    differences = {rule: abs(after.get(rule, 0) - before.get(rule, 0)) for rule in {**before, **after}}
    most = max(differences, key=lambda rule: (differences[rule], rule), default=None)
    return most if most and differences[most] else BAR


def _gates(assessment: Assessment) -> Iterable[str]:
    """Gates that keep somebody out now, be it for good or until more is known."""
    yield from assessment.failed_must_haves
    yield from assessment.open_must_haves
    if assessment.disqualified_by:
        yield assessment.disqualified_by


@dataclass(frozen=True, slots=True)
class Difference:
    """Over all leads judged by both. `rules`: how many each rule moved, most first."""

    judged: int
    more: int
    less: int
    rules: tuple[tuple[str, int], ...]

    def sentence(self, number: int) -> str:
        """Such as "with version 8: 3 leads more, 1 less, by size_core (3), the bar (1), of 40 judged by both"."""
        if not self.judged:
            return f"with version {number}: no lead has been judged by both yet"
        if not self.more and not self.less:
            return f"with version {number}: the same leads, of {self.judged} judged by both"
        leads = "1 lead" if self.more == 1 else f"{self.more} leads"
        by = ", ".join(f"{rule} ({count})" for rule, count in self.rules[:3])
        return f"with version {number}: {leads} more, {self.less} less, by {by}, of {self.judged} judged by both"


def difference(compared: Iterable[Compared]) -> Difference:
    both = list(compared)
    moved = [one for one in both if one.was_mql != one.would_be_mql]
    more = sum(one.would_be_mql for one in moved)
    rules = Counter(one.rule or BAR for one in moved)
    return Difference(
        len(both), more, len(moved) - more, tuple(sorted(rules.items(), key=lambda pair: (-pair[1], pair[0])))
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits, and what it would change: in its rules, and for the leads judged meanwhile."""

    version: VersionView
    criteria: Criteria
    active: Criteria
    difference: Difference
