"""The most points anybody can have of whom only some things are known: who cannot reach a bar need not be judged."""

from functools import cache
from typing import NamedTuple

from qualification.criteria import Criteria, schema
from qualification.criteria.plan import Group
from qualification.criteria.readings import fact_name
from qualification.scoring import whole


class Told(NamedTuple):
    """What kinds of things are known: names of facts, and whether anything was ever seen."""

    facts: frozenset[str]
    seen: bool


class Reach:
    """Few kinds of people differ in what is known of them, so each kind is worked out once."""

    def __init__(self, criteria: Criteria) -> None:
        self._criteria = criteria
        self.most = cache(self._most)

    def _most(self, told: Told) -> int:
        return sum(self._of_group(group, told) for group in self._criteria.plan.groups)

    def _of_group(self, group: Group, told: Told) -> int:
        rules = [rule for rule in group.rules if rule.points > 0 and self._may_hold(rule.source.condition, told)]
        return whole(sum(rule.full for rule in rules), group)

    def _may_hold(self, condition: schema.Condition, told: Told) -> bool:
        if condition.all:
            return all(self._may_hold(part, told) for part in condition.all)
        if condition.any:
            return any(self._may_hold(part, told) for part in condition.any)
        if condition.not_:
            return True
        [(name, check)] = condition.checks.items()
        return self._may_pass(self._criteria.file.fields[name], check, told)

    def _may_pass(self, field: schema.CriteriaField, check: schema.Check, told: Told) -> bool:
        if isinstance(field, schema.EventCountField):
            return told.seen or not _wants_some(check)
        return fact_name(field) in told.facts or (check.operator == "known" and check.value is False)


def _wants_some(check: schema.Check) -> bool:
    """Whether no events at all are too few."""
    match check.operator:
        case "gte" | "is":
            return bool(check.value > 0)
        case "gt":
            return bool(check.value >= 0)
        case "between":
            return bool(check.value[0] > 0)
    return False
