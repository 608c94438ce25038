"""How much a person counts, by the agreed criteria, from what is known now; nothing accrues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from qualification.assessment import Assessment, Reason, Verdict
from qualification.criteria import Criteria
from qualification.criteria.conditions import NO, UNDECIDED, YES, YES_FOR_NOW, Readings, undecided_fields
from qualification.criteria.plan import Block, Gate, Group, Plan
from qualification.criteria.readings import Reading, fact_name
from qualification.criteria.rules import MILLI, Rule, worth
from qualification.facts import Evidence, Fact, Slot
from qualification.sheet import LETTERS, Letter


def assess(evidence: Evidence, criteria: Criteria, now: datetime, threshold: int | None = None) -> Assessment:
    """Score with reasons, what it could still become, and the verdict; `threshold` None is the file's floor."""
    readings = read(evidence, criteria, now)
    return judge(readings, criteria, threshold)


def read(evidence: Evidence, criteria: Criteria, now: datetime) -> list[Reading]:
    """What every field says of the person, in the order of the file."""
    return [reader(evidence, now) for reader in criteria.plan.readers]


def weigh(readings: list[Reading], criteria: Criteria) -> "Sequence[Tally]":
    """What every group gives for a person whose fields read so."""
    return [_tally(group, readings) for group in criteria.plan.groups]


def judge(
    readings: list[Reading],
    criteria: Criteria,
    threshold: int | None = None,
    tallies: "Sequence[Tally] | None" = None,
) -> Assessment:
    """The assessment of a person whose fields read so; `tallies` are the groups when they are weighed already."""
    tallies = tallies or weigh(readings, criteria)
    plan = criteria.plan
    bar = criteria.floor if threshold is None else threshold
    score, low, high = (sum([tally.points[place] for tally in tallies]) for place in range(3))
    gates = _gates(plan, readings)
    return Assessment(
        verdict=_verdict(gates, score, low, high, bar),
        score=score,
        low=low,
        high=high,
        threshold=bar,
        criteria_version=criteria.version,
        groups={tally.group.name: tally.points[0] for tally in tallies},
        reasons=tuple([reason for tally in tallies for reason in _reasons(tally, readings)]),
        unknown=_unknown(plan, tallies, readings),
        open_must_haves=gates.open,
        failed_must_haves=gates.failed,
        icp=_icp(plan, readings),
        segment=_segment(plan, readings, score),
        disqualified_by=gates.disqualifier.id if gates.disqualifier else None,
        route=gates.disqualifier.route if gates.disqualifier else None,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """What a group's rules give: `sums` are now, least and most in thousandths before the cap, `points` after it.

    `open` are the blocks that what is unknown can still change, each with its thousandths now, at least and at most.
    """

    group: Group
    earned: list[tuple[Rule, int]]
    open: dict[Block, tuple[int, int, int]]
    sums: tuple[int, int, int]
    points: tuple[int, int, int]


def _tally(group: Group, readings: Readings) -> Tally:
    earned, unsettled = _earned(group, readings)
    now = low = high = sum([points for _, points in earned])
    blocks = {}
    for block in unsettled:
        gain = sum([points for rule, points in earned if rule in block.rules])
        least, most = _span(block, readings, gain)
        blocks[block] = (gain, least, most)
        low, high = low + least - gain, high + most - gain
    score = whole(now, group)
    points = (score, whole(low, group), whole(high, group)) if blocks else (score, score, score)
    return Tally(group, earned, blocks, (now, low, high), points)


def _earned(group: Group, readings: Readings) -> tuple[list[tuple[Rule, int]], list[Block]]:
    """The rules that hold with their thousandths, in the order of the file, and the blocks that are not settled."""
    earned: list[tuple[Rule, int]] = []
    unsettled = {block.number for block in group.growing if not all(readings[place].known for place in block.fields)}
    for rule in group.rules:
        truth = rule.test(readings)
        if truth >= YES_FOR_NOW:
            earned.append((rule, rule.flat or worth(rule, readings)))
        if NO < truth < YES:
            unsettled.add(rule.block)
    return earned, [group.blocks[number] for number in sorted(unsettled)]


def _span(block: Block, readings: Readings, gain: int) -> tuple[int, int]:
    """The least and the most thousandths an unsettled block may come to; `gain` is what it gives now."""
    if block.range:
        least, most = block.range(readings[block.fields[0]])
        return min(gain, least), max(gain, most)
    [rule] = block.rules
    sure = gain if rule.test(readings) == YES else 0
    return min(sure, gain, rule.full), max(sure, gain, rule.full)


def whole(sum_: int, group: Group) -> int:
    """Thousandths of points within the cap, rounded to whole points, halves up."""
    kept = group.least if sum_ < group.least else group.most if sum_ > group.most else sum_
    return (kept + MILLI // 2) // MILLI


@dataclass(frozen=True, slots=True)
class Gates:
    """Must-haves that are open or failed, and the disqualifier that holds."""

    open: tuple[str, ...]
    failed: tuple[str, ...]
    disqualifier: Gate | None


def _gates(plan: Plan, readings: Readings) -> Gates:
    truths = [(gate.id, gate.node.test(readings)) for gate in plan.must_haves]
    return Gates(
        open=tuple([name for name, truth in truths if NO < truth <= UNDECIDED]),
        failed=tuple([name for name, truth in truths if truth == NO]),
        disqualifier=next((gate for gate in plan.disqualifiers if gate.node.test(readings) >= YES_FOR_NOW), None),
    )


def _verdict(gates: Gates, score: int, low: int, high: int, bar: int) -> Verdict:
    if gates.disqualifier:
        return "disqualified"
    if gates.failed or high < bar:
        return "not_mql"
    if gates.open:
        return "open"
    if low >= bar:
        return "mql"
    return "mql_likely" if score >= bar else "open"


def _icp(plan: Plan, readings: Readings) -> bool | None:
    truth = plan.icp.test(readings) if plan.icp else UNDECIDED
    return True if truth >= YES_FOR_NOW else False if truth == NO else None


def _segment(plan: Plan, readings: Readings, score: int) -> str | None:
    """The first segment that holds; its conditions see the score as one field more."""
    scored = [*readings, Reading(True, score, score)] if plan.segments else readings
    return next((gate.id for gate in plan.segments if gate.node.test(scored) >= YES_FOR_NOW), None)


def _reasons(tally: Tally, readings: Readings) -> list[Reason]:
    points = apportion([gain for _, gain in tally.earned], tally.points[0])
    return [_reason(rule, share, readings) for (rule, _), share in zip(tally.earned, points, strict=True) if share]


def apportion(gains: Sequence[int], total: int) -> list[int]:
    """Whole points for every gain (in thousandths) that sum to `total` exactly.

    A cap shrinks the side that hit it in proportion; the rest of rounding goes to the largest remainders, first first.
    """
    parts, whole_point = _shrunk(gains, total)
    points = [part // whole_point for part in parts]
    missing = total - sum(points)
    if missing:
        by_remainder = sorted(range(len(parts)), key=lambda place: -(parts[place] % whole_point))
        for place in by_remainder[:missing]:
            points[place] += 1
    return points


def _shrunk(gains: Sequence[int], total: int) -> tuple[Sequence[int], int]:
    """The gains as parts of a whole point; when a cap cut them off, its side is scaled so that the sum is `total`."""
    excess = sum(gains) - total * MILLI
    if abs(excess) <= MILLI // 2:
        return gains, MILLI
    side = sum([gain for gain in gains if (gain > 0) == (excess > 0)])
    kept = side - excess
    return [
        gain * (kept if (gain > 0) == (excess > 0) else side) * (1 if side > 0 else -1) for gain in gains
    ], MILLI * abs(side)


def _reason(rule: Rule, points: int, readings: Readings) -> Reason:
    if len(rule.fields) == 1:
        reading = readings[rule.fields[0]]
        return Reason(rule.id, points, f"{rule.why} ({reading.note})" if reading.note else rule.why, reading.text)
    used = [readings[place] for place in rule.fields]
    notes = "; ".join(dict.fromkeys(reading.note for reading in used if reading.note))
    words = "; ".join(dict.fromkeys(reading.text for reading in used if reading.text))
    return Reason(rule.id, points, f"{rule.why} ({notes})" if notes else rule.why, words)


def _unknown(plan: Plan, tallies: Sequence[Tally], readings: Readings) -> tuple[str, ...]:
    """Fields that are not known well enough for some rule, must-have, disqualifier or the profile."""
    places: set[int] = set()
    for tally in tallies:
        for block in tally.open:
            places.update(_doubts(block, readings))
    for gate in (*plan.must_haves, *plan.disqualifiers):
        places.update(undecided_fields(gate.node, readings))
    if plan.icp:
        places.update(undecided_fields(plan.icp, readings))
    return tuple([plan.names[place] for place in sorted(places)])


def _doubts(block: Block, readings: Readings) -> Iterable[int]:
    if len(block.fields) == 1:
        return block.fields
    return undecided_fields(block.rules[0].node, readings)


def next_slots(evidence: Evidence, criteria: Criteria, now: datetime, threshold: int | None = None) -> tuple[Slot, ...]:
    """What to ask next, the most useful first; empty when nothing that can be asked would change the verdict."""
    readings = read(evidence, criteria, now)
    tallies = weigh(readings, criteria)
    return open_slots(readings, tallies, judge(readings, criteria, threshold, tallies), evidence, criteria)


def open_slots(
    readings: list[Reading], tallies: Sequence[Tally], assessment: Assessment, evidence: Evidence, criteria: Criteria
) -> tuple[Slot, ...]:
    """The same for a person who has been read, weighed and judged already."""
    fields = criteria.file.fields
    slots: dict[Slot, None] = {}
    for name in _deciding(readings, tallies, assessment, criteria.plan):
        slot = criteria.slot_of(name)
        if slot and not _is_told(evidence.facts.get(slot), fields[name].min_confidence):
            slots[slot] = None
    return tuple(slots)


def decisive_slots(tallies: Sequence[Tally], assessment: Assessment, criteria: Criteria) -> frozenset[Slot]:
    """Slots whose best answer would by itself bring a score below the bar up to it."""
    gains: dict[Slot, int] = {}
    for tally in tallies:
        for block, (gain, _, most) in tally.open.items():
            slot = criteria.slot_of(criteria.plan.names[block.fields[0]]) if len(block.fields) == 1 else None
            if slot:
                gains[slot] = gains.get(slot, 0) + whole(tally.sums[0] + most - gain, tally.group) - tally.points[0]
    missing = assessment.threshold - assessment.score
    return frozenset(slot for slot, gain in gains.items() if 0 < missing <= gain)


def _is_told(fact: Fact | None, needed: float) -> bool:
    """Known well enough, even if it was said in words that no rule can read: it is not asked again."""
    return fact is not None and fact.confidence >= needed


def deciding_fields(
    evidence: Evidence, criteria: Criteria, now: datetime, threshold: int | None = None
) -> tuple[str, ...]:
    """Fields that can still change the verdict: undecided must-haves, then by points at stake, then disqualifiers."""
    readings = read(evidence, criteria, now)
    tallies = weigh(readings, criteria)
    return _deciding(readings, tallies, judge(readings, criteria, threshold, tallies), criteria.plan)


def _deciding(readings: list[Reading], tallies: Sequence[Tally], assessment: Assessment, plan: Plan) -> tuple[str, ...]:
    if assessment.is_settled:
        return ()
    gates = [place for gate in plan.must_haves for place in undecided_fields(gate.node, readings)]
    at_stake = stakes(tallies, readings) if assessment.low < assessment.threshold else {}
    by_points = sorted(at_stake, key=lambda place: (-at_stake[place], place))
    others = [place for gate in plan.disqualifiers for place in undecided_fields(gate.node, readings)]
    return tuple(plan.names[place] for place in dict.fromkeys([*gates, *by_points, *others]))


def stakes(tallies: Sequence[Tally], readings: Readings) -> dict[int, int]:
    """How many points each unknown field could move the score or its bounds, caps included; 0 is left out."""
    found: dict[int, int] = {}
    for tally in tallies:
        for place in {place: None for block in tally.open for place in _doubts(block, readings)}:
            found[place] = found.get(place, 0) + _swing(tally, place)
    return {place: points for place, points in found.items() if points}


def _swing(tally: Tally, place: int) -> int:
    """The largest difference the field makes: with all else at its worst, at its best, and as it is."""
    mine = [sums for block, sums in tally.open.items() if place in block.fields]
    gain, least, most = (sum(ends) for ends in zip(*mine, strict=True))
    now, low, high = tally.sums
    others = (now - gain, low - least, high - most)
    return max(whole(rest + most, tally.group) - whole(rest + least, tally.group) for rest in others)


def can_change(evidence: Evidence, criteria: Criteria, now: datetime) -> bool:
    """Whether time alone may still change the assessment: points age, a window closes, a date comes nearer."""
    readings = read(evidence, criteria, now)
    fields = zip(criteria.file.fields.values(), readings, strict=True)
    if any(reading.ages or (field.type == "days" and _comes_nearer(reading)) for field, reading in fields):
        return True
    aging = [rule for group in criteria.plan.groups for rule in group.rules if rule.half_life is not None]
    return any(rule.test(readings) >= YES_FOR_NOW and worth(rule, readings) for rule in aging)


def _comes_nearer(reading: Reading) -> bool:
    return reading.known and (reading.low > 0 or 0 < reading.high < inf)


def bant(evidence: Evidence, criteria: Criteria, now: datetime | None = None) -> dict[Letter, Fact | None]:
    """The fact that answers each letter of BANT, by the tags of the fields; None where none was known by `now`."""
    found: dict[Letter, Fact | None] = dict.fromkeys(LETTERS)
    for field in criteria.file.fields.values():
        fact = evidence.facts.get(fact_name(field))
        if (
            field.bant
            and found[field.bant] is None
            and _is_told(fact, field.min_confidence)
            and fact
            and (now is None or fact.known_at <= now)
        ):
            found[field.bant] = fact
    return found
