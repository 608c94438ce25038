"""What made the difference between two verdicts on the same person: rules, gates, caps or the bar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from qualification.assessment import Assessment
from qualification.criteria import Criteria, schema

MoveKind = Literal["disqualifier", "must_have", "rule", "cap", "bar"]


@dataclass(frozen=True, slots=True)
class Move:
    """One cause: `name` is the rule's, must-have's or group's, `by` the points it shifts (0 for what has none)."""

    kind: MoveKind
    name: str
    by: int
    words: str


def moved(before: Assessment, after: Assessment, old: Criteria, new: Criteria, comes: bool) -> tuple[Move, ...]:
    """What brought somebody in (`comes`) or kept them out, the weightiest first.

    Points and the bar are named where they decide: who has the points but not a must-have is kept out by that alone.
    """
    gates = [*_disqualifiers(before, after, comes), *_must_haves(before, after, comes)]
    low = before if comes else after
    if gates and (gates[0].kind == "disqualifier" or low.score >= low.threshold):
        return tuple(gates)
    pushing = [move for move in _points(before, after, old, new) if (move.by > 0) == comes]
    return (*gates, *sorted(pushing, key=lambda move: -abs(move.by)))


def _disqualifiers(before: Assessment, after: Assessment, comes: bool) -> Iterator[Move]:
    if comes and before.disqualified_by and not after.disqualified_by:
        yield Move("disqualifier", before.disqualified_by, 0, f"{before.disqualified_by} no longer disqualifies them")
    if not comes and after.disqualified_by and not before.disqualified_by:
        yield Move("disqualifier", after.disqualified_by, 0, f"{after.disqualified_by} disqualifies them")


def _must_haves(before: Assessment, after: Assessment, comes: bool) -> Iterator[Move]:
    held, holds = _holding_back(before), _holding_back(after)
    for name in held if comes else ():
        if name not in holds:
            yield Move("must_have", name, 0, f"{name} no longer holds them back")
    for name, why in holds.items() if not comes else ():
        if name not in held:
            yield Move("must_have", name, 0, f"{name} {why}")


def _holding_back(assessment: Assessment) -> dict[str, str]:
    return {
        **dict.fromkeys(assessment.failed_must_haves, "is not met"),
        **dict.fromkeys(assessment.open_must_haves, "is not known"),
    }


def _points(before: Assessment, after: Assessment, old: Criteria, new: Criteria) -> Iterator[Move]:
    if before.threshold != after.threshold:
        words = f"the bar {before.threshold} -> {after.threshold}"
        yield Move("bar", "bar", before.threshold - after.threshold, words)
    gave, gives = _by_rule(before), _by_rule(after)
    cut: dict[str, int] = {}
    for rule in dict.fromkeys([*gave, *gives]):
        was, now = gave.get(rule, 0), gives.get(rule, 0)
        if was != now and (group := _same_in_both(rule, old, new)):
            cut[group] = cut.get(group, 0) + now - was
        elif was != now:
            yield Move("rule", rule, now - was, f"{rule} {was} -> {now} points")
    yield from (Move("cap", group, by, f"the cap of {group} {by:+d} points") for group, by in cut.items() if by)


def _by_rule(assessment: Assessment) -> dict[str, int]:
    return {reason.rule: reason.points for reason in assessment.reasons}


def _same_in_both(rule: str, old: Criteria, new: Criteria) -> str | None:
    """The rule's group, when only the cap it shares can make its points differ."""
    before, after = _place_of(rule, old), _place_of(rule, new)
    if before is None or after is None:
        return None
    same = before[0] == after[0] and before[1].half_life_days == after[1].half_life_days and before[2] == after[2]
    return after[0] if same and _fields(before[2], old) == _fields(after[2], new) else None


def _place_of(name: str, criteria: Criteria) -> tuple[str, schema.Group, schema.Rule] | None:
    groups = criteria.file.groups.items()
    return next(((id_, group, rule) for id_, group in groups for rule in group.rules if rule.id == name), None)


def _fields(rule: schema.Rule, criteria: Criteria) -> Mapping[str, schema.CriteriaField]:
    return {name: criteria.file.fields[name] for name in _names(rule.condition)}


def _names(condition: schema.Condition) -> Iterator[str]:
    yield from condition.checks
    for part in (*(condition.all or ()), *(condition.any or ()), *([condition.not_] if condition.not_ else ())):
        yield from _names(part)
