"""A rule's points when it holds: in thousandths, aged by its evidence, counted per event."""

from dataclasses import dataclass

from qualification.criteria import schema
from qualification.criteria.conditions import Node, Readings, Test
from qualification.criteria.readings import Reading

MILLI = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A compiled rule. `fields` are places of readings, `block` is its block's number in the group.

    `flat` are its thousandths when they never vary, else 0.
    """

    id: str
    points: int
    why: str
    node: Node
    test: Test
    fields: tuple[int, ...]
    block: int
    flat: int
    half_life: float | None
    per: int | None
    most: int
    source: schema.Rule

    @property
    def full(self) -> int:
        """The furthest it can go from 0, in thousandths."""
        return MILLI * (self.most if self.points >= 0 else -self.most)


def worth(rule: Rule, readings: Readings) -> int:
    """Thousandths of points that a rule which holds gives now."""
    if rule.per:
        return _counted(rule, readings[rule.fields[0]], rule.per)
    if rule.half_life is None:
        return rule.points * MILLI
    age = readings[rule.fields[0]].age if len(rule.fields) == 1 else _newest(rule, readings)
    left: int = round(rule.points * MILLI * 0.5 ** (age / rule.half_life))
    return left


def _newest(rule: Rule, readings: Readings) -> float:
    """Days since the newest piece of evidence the rule looks at."""
    return min((readings[place].age for place in rule.fields if readings[place].known), default=0.0)


def _counted(rule: Rule, reading: Reading, per: int) -> int:
    """Every full step of `per` events gives the points, each event aged on its own, up to the rule's `max`."""
    events = int(reading.low) // per * per
    ages = reading.ages[:events]
    if rule.half_life is None:
        weight = float(events)
    else:
        weight = sum(0.5 ** (age / rule.half_life) for age in ages) + (events - len(ages))
    gained = min(abs(rule.points) * MILLI * weight / per, float(rule.most * MILLI))
    return round(gained) if rule.points >= 0 else -round(gained)
