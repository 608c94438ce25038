"""The criteria compiled once: readers, rules in blocks that share a field, gates and segments."""

from collections.abc import Mapping
from dataclasses import dataclass

from qualification.criteria import schema
from qualification.criteria.conditions import Node, Place, compile_condition
from qualification.criteria.ranges import Range, range_of_field
from qualification.criteria.readings import Read, reader
from qualification.criteria.rules import MILLI, Rule
from qualification.criteria.wording import say_condition

SCORE = "score"
UNLIMITED = 10**12


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Rules of one group that look at one field's value alone, or a single rule of another kind (`range` is None)."""

    number: int
    rules: tuple[Rule, ...]
    fields: tuple[int, ...]
    range: Range | None


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """`rules` are in the order of the file; `least` and `most` in thousandths of points.

    Rules of `growing` blocks may give more when more is known, even if they hold already.
    """

    name: str
    least: int
    most: int
    rules: tuple[Rule, ...]
    blocks: tuple[Block, ...]
    growing: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A must-have, a disqualifier or a segment."""

    id: str
    node: Node
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`names` and `readers` are in the order of the file; a reading's place is its field's."""

    names: tuple[str, ...]
    readers: tuple[Read, ...]
    groups: tuple[Group, ...]
    must_haves: tuple[Gate, ...]
    disqualifiers: tuple[Gate, ...]
    segments: tuple[Gate, ...]
    icp: Node | None


def compile_plan(file: schema.CriteriaFile) -> Plan:
    places = {name: Place(number, field.type) for number, (name, field) in enumerate(file.fields.items())}
    scored = {**places, SCORE: Place(len(places), SCORE)}
    return Plan(
        names=tuple(file.fields),
        readers=tuple(reader(field, file) for field in file.fields.values()),
        groups=tuple(_group(name, group, file, places) for name, group in file.groups.items()),
        must_haves=tuple(Gate(gate.id, compile_condition(gate.condition, places)) for gate in file.must_have),
        disqualifiers=tuple(
            Gate(gate.id, compile_condition(gate.condition, places), gate.route) for gate in file.disqualify
        ),
        segments=tuple(Gate(part.id, compile_condition(part.condition, scored)) for part in file.segments),
        icp=compile_condition(file.icp, places) if file.icp else None,
    )


def _group(name: str, group: schema.Group, file: schema.CriteriaFile, places: Mapping[str, Place]) -> Group:
    least, most = group.cap or (-UNLIMITED, UNLIMITED)
    nodes = [compile_condition(rule.condition, places) for rule in group.rules]
    numbers = _block_numbers(group.rules, nodes)
    rules = [
        _rule(rule, group, node, number, file) for rule, node, number in zip(group.rules, nodes, numbers, strict=True)
    ]
    blocks = tuple(_block(number, rules, file) for number in range(max(numbers) + 1))
    growing = tuple(block for block in blocks if any(_may_grow(rule) for rule in block.rules))
    return Group(name, least * MILLI, most * MILLI, tuple(rules), blocks, growing)


def _block_numbers(rules: list[schema.Rule], nodes: list[Node]) -> list[int]:
    """Rules on the value of the same field share a block, every other rule has its own."""
    numbers: dict[object, int] = {}
    keys = [
        node.fields if len(node.fields) == 1 and node.by_value and not rule.per else rule.id
        for rule, node in zip(rules, nodes, strict=True)
    ]
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _rule(rule: schema.Rule, group: schema.Group, node: Node, block: int, file: schema.CriteriaFile) -> Rule:
    return Rule(
        id=rule.id,
        points=rule.points,
        why=rule.why or say_condition(rule.condition, file.fields),
        node=node,
        test=node.test,
        fields=tuple(sorted(node.fields)),
        block=block,
        flat=0 if rule.per or group.half_life_days else rule.points * MILLI,
        half_life=group.half_life_days,
        per=rule.per,
        most=rule.max or abs(rule.points),
        source=rule,
    )


def _block(number: int, rules: list[Rule], file: schema.CriteriaFile) -> Block:
    mine = tuple(rule for rule in rules if rule.block == number)
    first = mine[0]
    if len(first.fields) > 1 or first.per or not first.node.by_value:
        return Block(number, mine, first.fields, None)
    [place] = first.fields
    return Block(number, mine, first.fields, range_of_field(mine, place, list(file.fields.values())[place]))


def _may_grow(rule: Rule) -> bool:
    """Uncounted events, or newer evidence of another field, can add to a rule that holds."""
    return bool(rule.per) or (rule.half_life is not None and len(rule.fields) > 1)
