"""What changed between two versions of the criteria, in a marketer's words."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from qualification.criteria import schema
from qualification.criteria.loading import Criteria, content_hash
from qualification.criteria.wording import Fields, number, plural, say_condition, title


def diff(old: Criteria, new: Criteria) -> list[str]:
    """One line per change; empty when both say the same (the version aside)."""
    changes = list(_changes(old, new))
    as_new = old.file.model_copy(update={"version": new.version})
    return changes or (["Only the order of things changed"] if content_hash(as_new) != new.content_hash else [])


def _changes(old: Criteria, new: Criteria) -> Iterator[str]:
    return chain(
        _threshold(old.file.threshold, new.file.threshold),
        _rules(old.file, new.file),
        _groups(old.file.groups, new.file.groups),
        _claims("Must-have", old.file.must_have, new.file.must_have, old.file, new.file),
        _claims("Disqualifier", old.file.disqualify, new.file.disqualify, old.file, new.file),
        _claims("Segment", old.file.segments, new.file.segments, old.file, new.file),
        _profile(old.file, new.file),
        _fields(old.file.fields, new.file.fields),
        _rest(old.file, new.file),
    )


def _threshold(old: schema.Threshold, new: schema.Threshold) -> Iterator[str]:
    if old.floor != new.floor:
        yield f"The bar is now {new.floor} points instead of {old.floor}"
    if old.capacity != new.capacity:
        yield f"Sales is now taken to work {_capacity(new)} instead of {_capacity(old)}"
    yield from _following(old.raise_with_volume, new.raise_with_volume)


def _capacity(threshold: schema.Threshold) -> str:
    capacity = threshold.capacity
    return f"{capacity.alerts_per_rep_day:g} alerts per rep and day" if capacity else "any number of alerts"


_MODES = {
    "off": ("stays on the floor", "stayed there"),
    "propose": ("is proposed to people when the volume changes", "was proposed to people"),
    "auto": ("follows the volume by itself", "followed it by itself"),
}


def _following(old: schema.RaiseWithVolume | None, new: schema.RaiseWithVolume | None) -> Iterator[str]:
    if new is None:
        yield from ["The bar stays on the floor, whatever the volume"] if old else []
        return
    if old is None:
        yield f"The bar may follow the volume, up to {new.ceiling} points: it {_MODES[new.mode][0]}"
        return
    if old.mode != new.mode:
        yield f"The bar now {_MODES[new.mode][0]}; before, it {_MODES[old.mode][1]}"
    for name, words in _BAR_MOVES.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield words.format(_bounds(after), _bounds(before))


_BAR_MOVES = {
    "ceiling": "The bar now never rises above {} points instead of {}",
    "step": "The bar now moves by at most {} points at once instead of {}",
    "dwell_days": "Between two moves of the bar now lie {} business days instead of {}",
    "deadband": "The bar now rests while {} times what sales can work is expected instead of {}",
}


def _bounds(value: Any) -> str:
    return f"{value[0]:g} to {value[1]:g}" if isinstance(value, list) else f"{value:g}"


def _rules(old: schema.CriteriaFile, new: schema.CriteriaFile) -> Iterator[str]:
    before, after = _by_id(old), _by_id(new)
    for name, (group, rule) in after.items():
        if name not in before:
            yield f"New in {group}: {_say(rule, new.fields)} gives {_points(rule)} ({name})"
        else:
            yield from _rule(*before[name], group, rule, old.fields, new.fields)
    for name, (group, rule) in before.items():
        if name not in after:
            yield f"Gone from {group}: {_say(rule, old.fields)} gave {_points(rule)} ({name})"


def _by_id(file: schema.CriteriaFile) -> dict[str, tuple[str, schema.Rule]]:
    return {rule.id: (name, rule) for name, group in file.groups.items() for rule in group.rules}


def _rule(
    old_group: str, old: schema.Rule, group: str, new: schema.Rule, old_fields: Fields, fields: Fields
) -> Iterator[str]:
    said = _say(new, fields)
    if _points(old) != _points(new):
        before = _points(old).removesuffix("s").removesuffix(" point")
        yield f"{said} now gives {_points(new)} instead of {before}"
    if old.condition != new.condition:
        yield f"{new.id} now counts for: {said}; before: {_say(old, old_fields)}"
    if old.why != new.why:
        yield f"{new.id} is now explained as: {new.why or said}"
    if old_group != group:
        yield f"{new.id} moved from {old_group} to {group}"


def _say(claim: schema.Claim, fields: Fields) -> str:
    return say_condition(claim.condition, fields)


def _points(rule: schema.Rule) -> str:
    each = f" per {plural(rule.per, 'time')}, at most {rule.max}" if rule.per else ""
    return f"{plural(rule.points, 'point')}{each}"


def _groups(old: Mapping[str, schema.Group], new: Mapping[str, schema.Group]) -> Iterator[str]:
    for name in (name for name in new if name not in old):
        yield f"New group {name}: it gives {_cap(new[name])}, which {_ageing(new[name]).replace('now ', '')}"
    for name in (name for name in new if name in old):
        before, after = old[name], new[name]
        if before.cap != after.cap:
            yield f"{name} now gives {_cap(after)} instead of {_cap(before)}"
        if before.half_life_days != after.half_life_days:
            yield f"Points of {name} {_ageing(after)}; before they {_ageing(before).replace('now ', '')}"


def _cap(group: schema.Group) -> str:
    return f"{group.cap[0]} to {group.cap[1]} points" if group.cap else "points without limit"


def _ageing(group: schema.Group) -> str:
    days = group.half_life_days
    return f"are now halved every {days:g} days" if days else "now do not age"


Claims = list[schema.MustHave] | list[schema.Disqualifier] | list[schema.Segment]


def _claims(
    kind: str, old: Claims, new: Claims, before: schema.CriteriaFile, after: schema.CriteriaFile
) -> Iterator[str]:
    olds, news = {claim.id: claim for claim in old}, {claim.id: claim for claim in new}
    for name in (name for name in news if name not in olds):
        yield f"New {kind.lower()} {name}: {_say(news[name], after.fields)}"
    for name in (name for name in olds if name not in news):
        yield f"{kind} {name} is gone: {_say(olds[name], before.fields)}"
    for name, claim in news.items():
        if name in olds and olds[name].condition != claim.condition:
            yield f"{kind} {name} is now: {_say(claim, after.fields)}; before: {_say(olds[name], before.fields)}"
        if name in olds:
            skip = {"id", "when", "all", "any", "not_"}
            yield from _leaves(f"{kind} {name}", olds[name].model_dump(exclude=skip), claim.model_dump(exclude=skip))
    if olds.keys() == news.keys() and list(olds) != list(news):
        yield f"The order of {kind.lower()}s is now: {', '.join(news)}"


def _profile(old: schema.CriteriaFile, new: schema.CriteriaFile) -> Iterator[str]:
    if old.icp != new.icp:
        before, after = (
            say_condition(file.icp, file.fields) if file.icp else "nobody in particular" for file in (old, new)
        )
        yield f"The ideal customer is now: {after}; before: {before}"


def _fields(old: Fields, new: Fields) -> Iterator[str]:
    for name in new:
        if name not in old:
            yield f"New field: {title(name, new)}"
        else:
            yield from _leaves(title(name, new), old[name].model_dump(mode="json"), new[name].model_dump(mode="json"))
    for name in old:
        if name not in new:
            yield f"Field gone: {title(name, old)}"


def _rest(old: schema.CriteriaFile, new: schema.CriteriaFile) -> Iterator[str]:
    for name in ("agreed", "currency", "rates"):
        before, after = ({name: file.model_dump(mode="json")[name]} for file in (old, new))
        yield from _leaves("", before, after)
    if old.examples != new.examples:
        yield f"The file now has {plural(len(new.examples), 'example')}; before it had {len(old.examples)}"


def _leaves(where: str, old: Any, new: Any) -> Iterator[str]:
    """Every value that differs, named by the keys that lead to it."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(f"{where} {key.rstrip('_')}".strip(), old.get(key), new.get(key))
    elif old != new:
        yield f"{where}: now {_shown(new)} instead of {_shown(old)}"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(number(one) for one in value) if isinstance(value, list) else number(value)
