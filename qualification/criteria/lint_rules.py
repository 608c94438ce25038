"""Rules that never count, repeat or contradict each other, or that a cap silences: tried on all sorts of people."""

from collections.abc import Iterator, Sequence

from qualification.criteria import schema
from qualification.criteria.cases import cases
from qualification.criteria.conditions import NO, YES_FOR_NOW, Readings
from qualification.criteria.findings import Finding, error, warning
from qualification.criteria.loading import Criteria
from qualification.criteria.plan import Gate, Group
from qualification.criteria.rules import Rule
from qualification.criteria.wording import plural

Truths = list[bool]


def lint_rules(criteria: Criteria) -> Iterator[Finding]:
    yield from _gates(criteria)
    for group in criteria.plan.groups:
        for rule in group.rules:
            yield from _alone(criteria, rule)
            yield from _silenced(criteria, rule, group)
    everything = [rule for group in criteria.plan.groups for rule in group.rules]
    for place, second in enumerate(everything):
        found = [finding for first in everything[:place] for finding in _pair(criteria, first, second)]
        yield from sorted(found, key=lambda finding: finding.level)[:1]  # one at a time, errors first


def _gates(criteria: Criteria) -> Iterator[Finding]:
    """Gates that nobody passes, or that disqualify everybody or nobody."""
    for gate in (*criteria.plan.must_haves, *criteria.plan.disqualifiers):
        people = _people(criteria, [gate])
        truths = (
            []
            if _asks_whether_known(_condition(criteria.file, gate))
            else [gate.node.test(one) for one in people or ()]
        )
        blocks = gate in criteria.plan.disqualifiers
        if truths and all(truth >= YES_FOR_NOW for truth in truths):
            what = "disqualifies everybody" if blocks else "holds for everybody: it demands nothing"
            yield (error if blocks else warning)(criteria, gate.id, f"{gate.id}: {what}", "mend the condition")
        elif truths and all(truth == NO for truth in truths):
            what = "disqualifies nobody" if blocks else "nobody can meet it"
            yield (warning if blocks else error)(criteria, gate.id, f"{gate.id}: {what}", "mend the condition")
    yield from _nobody_left(criteria)


def _nobody_left(criteria: Criteria) -> Iterator[Finding]:
    for must_have in criteria.plan.must_haves:
        for disqualifier in criteria.plan.disqualifiers:
            people = _people(criteria, [must_have, disqualifier]) or []
            allowed = [one for one in people if must_have.node.test(one) >= YES_FOR_NOW]
            if allowed and all(disqualifier.node.test(one) >= YES_FOR_NOW for one in allowed):
                what = f"{must_have.id} and {disqualifier.id} contradict each other: nobody can be an MQL"
                yield error(criteria, disqualifier.id, what, "mend one of them")


def _alone(criteria: Criteria, rule: Rule) -> Iterator[Finding]:
    if rule.points == 0:
        yield warning(criteria, rule.id, f"{rule.id}: gives no points", "give it points or delete it")
    people = _people(criteria, [rule])
    if not people or _asks_whether_known(rule.source.condition):
        return
    truths = [rule.test(one) >= YES_FOR_NOW for one in people]
    if not any(truths):
        yield error(criteria, rule.id, f"{rule.id}: contradicts itself and can never count", "mend the condition")
    elif all(truths):
        what = f"{rule.id}: counts for everybody who answers, whatever they say"
        yield warning(criteria, rule.id, what, "use `known: true` if that is meant")
    else:
        yield from _never_seen(criteria, rule)


def _asks_whether_known(condition: schema.Condition) -> bool:
    """People are tried with everything known, so such a condition is always met by them, and rightly so."""
    parts = [*(condition.all or ()), *(condition.any or ()), *([condition.not_] if condition.not_ else ())]
    return any(check.operator == "known" for check in condition.checks.values()) or any(map(_asks_whether_known, parts))


def _never_seen(criteria: Criteria, rule: Rule) -> Iterator[Finding]:
    """Whoever it counts for is disqualified or fails a must-have: the points are never seen."""
    for gate in (*criteria.plan.disqualifiers, *criteria.plan.must_haves):
        blocks = gate in criteria.plan.disqualifiers
        people = _people(criteria, [rule, gate]) if set(rule.fields) & gate.node.fields else None
        truths = [gate.node.test(one) for one in people or () if rule.test(one) >= YES_FOR_NOW]
        if truths and all(truth >= YES_FOR_NOW if blocks else truth == NO for truth in truths):
            fate = "is disqualified by" if blocks else "fails"
            what = f"{rule.id}: never matters, whoever it counts for {fate} {gate.id}"
            yield warning(criteria, rule.id, what, "delete it or mend the condition")


def _silenced(criteria: Criteria, rule: Rule, group: Group) -> Iterator[Finding]:
    limit = group.most if rule.points > 0 else group.least
    lifted = any(other.points > 0 for other in group.rules)
    points, cap = plural(rule.full // 1000, "point"), limit // 1000
    if rule.points and limit == 0 and (rule.points > 0 or not lifted):
        yield error(
            criteria, rule.id, f"{rule.id}: the cap of {group.name} is {cap}, its {points} never show", "widen the cap"
        )
    elif abs(rule.full) > abs(limit) > 0:
        yield warning(criteria, rule.id, f"{rule.id}: {points} but the cap of {group.name} is {cap}", "widen the cap")


def _pair(criteria: Criteria, first: Rule, second: Rule) -> Iterator[Finding]:
    if set(first.fields) != set(second.fields) or first.per or second.per:
        return
    people = _people(criteria, [first, second]) or []
    ones, others = ([rule.test(one) >= YES_FOR_NOW for one in people] for rule in (first, second))
    if not any(ones) or not any(others):
        return
    if ones == others:
        opposed = first.points * second.points < 0
        what = f"{second.id} {'contradicts' if opposed else 'repeats'} {first.id}: both hold for the same people"
        yield error(criteria, second.id, what, "keep one of them")
    elif _same_group(criteria, first, second) and _overlap(ones, others) and first.points * second.points > 0:
        what = f"{second.id} overlaps {first.id}: some people get both"
        yield warning(criteria, second.id, what, "let one begin where the other ends")


def _overlap(ones: Truths, others: Truths) -> bool:
    """Some hold both, some only the one, some only the other; a step inside a step is meant."""
    pairs = set(zip(ones, others, strict=True))
    return {(True, True), (True, False), (False, True)} <= pairs


def _same_group(criteria: Criteria, first: Rule, second: Rule) -> bool:
    return any({first, second} <= set(group.rules) for group in criteria.plan.groups)


def _people(criteria: Criteria, parts: Sequence[Rule | Gate]) -> list[Readings] | None:
    conditions = [_condition(criteria.file, part) for part in parts]
    return cases(criteria.file, [part.node for part in parts], conditions)


def _condition(file: schema.CriteriaFile, part: Rule | Gate) -> schema.Condition:
    if isinstance(part, Rule):
        return part.source.condition
    return next(claim.condition for claim in (*file.must_have, *file.disqualify) if claim.id == part.id)
