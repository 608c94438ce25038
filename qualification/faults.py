"""Returned leads name the rules at fault: which points sales keeps getting for nothing, by return code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from qualification.criteria import Criteria
from qualification.criteria.rules import Rule
from qualification.learning import GOOD, Outcome, settled, usual_words

LEAST_RETURNS, LEAST_Z = 5, 2.0
LETTERS = {"no_budget": "budget", "no_authority": "authority", "no_need": "need", "bad_timing": "timing"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that gave points to `held` of the `returned` leads of one code, and to `held_good` of the `good` ones."""

    reason: str
    rule: str
    held: int
    returned: int
    held_good: int
    good: int
    about: bool
    words: tuple[str, ...]

    @property
    def z(self) -> float:
        """How far the two shares lie apart, in standard deviations."""
        both = (self.held + self.held_good) / (self.returned + self.good)
        spread = sqrt(both * (1 - both) * (1 / self.returned + 1 / self.good))
        return (self.held / self.returned - self.held_good / self.good) / spread if spread else 0.0

    @property
    def sentence(self) -> str:
        about = " (the rule is about just that)" if self.about else ""
        said = f"; said as {', '.join(repr(word) for word in self.words)}" if self.words else ""
        return (
            f"{self.reason}: {self.rule}{about} held for {self.held} of {self.returned} returned so "
            f"({self.held / self.returned:.0%}), for {self.held_good} of {self.good} accepted "
            f"({self.held_good / self.good:.0%}){said}"
        )


def faults(outcomes: Iterable[Outcome], criteria: Criteria) -> list[Fault]:
    """Rules that add points and hold clearly more often for leads returned with a code than for accepted ones."""
    last = settled(outcomes)
    good = [one for one in last if one.verdict in GOOD]
    by_reason: dict[str, list[Outcome]] = {}
    for one in last:
        if one.verdict == "returned" and one.reason:
            by_reason.setdefault(one.reason, []).append(one)
    enough = [(reason, back) for reason, back in sorted(by_reason.items()) if len(back) >= LEAST_RETURNS]
    found = [fault for reason, back in enough if good for fault in _of_reason(reason, back, good, criteria)]
    return sorted(found, key=lambda fault: (fault.reason, not fault.about, -fault.z))


def _of_reason(reason: str, back: Sequence[Outcome], good: Sequence[Outcome], criteria: Criteria) -> list[Fault]:
    rules = [rule for group in criteria.plan.groups for rule in group.rules if rule.points > 0]
    judged = [_fault(reason, rule, back, good, criteria) for rule in rules]
    return [fault for fault in judged if fault.z >= LEAST_Z and fault.held >= LEAST_RETURNS]


def _fault(reason: str, rule: Rule, back: Sequence[Outcome], good: Sequence[Outcome], criteria: Criteria) -> Fault:
    held, held_good = (sum(rule.id in one.rules for one in some) for some in (back, good))
    about = _is_about(rule, reason, criteria)
    return Fault(reason, rule.id, held, len(back), held_good, len(good), about, usual_words(back, rule.id))


def _is_about(rule: Rule, reason: str, criteria: Criteria) -> bool:
    """Whether the rule looks at what the return code complains of."""
    if reason == "not_icp":
        return bool(criteria.plan.icp and criteria.plan.icp.fields & set(rule.fields))
    letters = {criteria.file.fields[criteria.plan.names[place]].bant for place in rule.fields}
    return LETTERS.get(reason) in letters - {None}
