"""What is odd in a criteria file that loads: rules that never count, bars nobody reaches, questions for nothing."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from itertools import chain

from qualification.criteria import schema
from qualification.criteria.examples import run_examples
from qualification.criteria.findings import Finding, error, warning
from qualification.criteria.lint_rules import lint_rules
from qualification.criteria.loading import Criteria
from qualification.criteria.readings import UNKNOWN
from qualification.criteria.words import plain
from qualification.facts import Slot
from qualification.scoring import judge

CONTACT: frozenset[str] = frozenset({"person_name", "email", "phone", "company"})
"""Slots that are asked to know whom one speaks with, scored or not."""
_PUSHY = re.compile(
    r"\b(?:buy|order|act|purchase|subscribe|sign up) (?:it )?(?:now|today)\b|\blimited[- ](?:time|offer)\b"
    r"|\blast chance\b|\bhurry\b|\bdon'?t miss\b|\bonly today\b|\bspecial offer\b|\bwhile stocks? lasts?\b",
    re.IGNORECASE,
)


def lint(
    criteria: Criteria,
    today: date,
    asked_slots: Collection[Slot] | None = None,
    always_asked: Collection[Slot] = (),
    tracked_events: Collection[str] | None = None,
    talk_tracks: Collection[str] | None = None,
    ctas: Collection[str] | None = None,
) -> list[Finding]:
    """Findings by line; what is None is not checked. `asked_slots` may be asked, `always_asked` are in any case."""
    found = chain(
        _agreement(criteria, today),
        _threshold(criteria),
        lint_rules(criteria),
        _fields(criteria, asked_slots, tracked_events),
        _asked_for_nothing(criteria, always_asked),
        _words(criteria),
        _segments(criteria, talk_tracks, ctas),
        _wording(criteria),
        _examples(criteria),
    )
    return sorted(found, key=lambda finding: (finding.line, finding.level, finding.message))


def _agreement(criteria: Criteria, today: date) -> Iterator[Finding]:
    agreed = criteria.file.agreed or schema.Agreed()
    for side in ("marketing", "sales"):
        if not getattr(agreed, side):
            yield error(
                criteria, "agreed", f"nobody of {side} stands for these criteria", f"name them: agreed: {{{side}: ...}}"
            )
    if agreed.marketing and agreed.marketing == agreed.sales:
        yield warning(criteria, "agreed", "one person agreed for both sides", "two people should stand for it")
    if agreed.review_by is None:
        yield warning(criteria, "agreed", "no day of review", "add review_by: a date in a quarter or so")
    elif agreed.review_by < today:
        yield warning(
            criteria, "agreed", f"the review was due on {agreed.review_by}", "look at it together and set a new date"
        )


def best_score(criteria: Criteria) -> int:
    """The most points anybody can have, caps and rules that exclude each other considered."""
    return judge([UNKNOWN] * len(criteria.plan.names), criteria).high


def _threshold(criteria: Criteria) -> Iterator[Finding]:
    best, threshold = best_score(criteria), criteria.file.threshold
    if best < threshold.floor:
        what = f"nobody can reach the floor of {threshold.floor}: all rules together give at most {best} points"
        yield error(criteria, "threshold", what, "lower the floor, raise the points or the caps")
    elif threshold.raise_with_volume and best < threshold.raise_with_volume.ceiling:
        what = f"the ceiling of {threshold.raise_with_volume.ceiling} is above the {best} points anybody can have"
        yield warning(criteria, "threshold", what, f"a ceiling of at most {best} makes sense")
    if threshold.raise_with_volume and threshold.raise_with_volume.mode != "off" and not threshold.capacity:
        what = "the bar cannot follow the volume without the capacity of sales"
        yield warning(criteria, "threshold", what, "add capacity: {alerts_per_rep_day: 5}")


def _fields(
    criteria: Criteria, asked_slots: Collection[Slot] | None, tracked_events: Collection[str] | None
) -> Iterator[Finding]:
    used, counted = used_fields(criteria.file), _names(_judging(criteria.file))
    for name, field in criteria.file.fields.items():
        where, slot = f"fields.{name}", criteria.slot_of(name)
        if name not in used:
            yield warning(criteria, where, f"{name}: no rule uses this field", "use it or delete it")
        elif isinstance(field, schema.EventCountField):
            if tracked_events is not None and field.event not in tracked_events:
                yield warning(
                    criteria, where, f"{name}: {field.event} counts but is not tracked", "track it or drop it"
                )
        elif slot and asked_slots is not None and slot not in asked_slots and name in counted:
            yield warning(
                criteria, where, f"{name}: {slot} counts but is never asked", "add a question to the playbook"
            )
    yield from _must_haves_asked(criteria, asked_slots)


def _must_haves_asked(criteria: Criteria, asked_slots: Collection[Slot] | None) -> Iterator[Finding]:
    for gate in criteria.file.must_have:
        slots = {criteria.slot_of(name) for name in _names([gate.condition])} - {None}
        if slots and asked_slots is not None and not slots & set(asked_slots):
            what = f"{gate.id}: is demanded, but {' and '.join(sorted(filter(None, slots)))} is never asked"
            yield error(criteria, gate.id, what, "add a question to the playbook")


def _asked_for_nothing(criteria: Criteria, always_asked: Collection[Slot]) -> Iterator[Finding]:
    wanted = {criteria.slot_of(name) for name in used_fields(criteria.file)} | CONTACT
    for slot in sorted(set(always_asked) - wanted):
        yield warning(criteria, "fields", f"{slot} is asked but no rule uses it", "score it or stop asking")


def used_fields(file: schema.CriteriaFile) -> set[str]:
    return _names([*_judging(file), *(gate.condition for gate in (*file.must_have, *file.segments))])


def _judging(file: schema.CriteriaFile) -> list[schema.Condition]:
    """The conditions of points, disqualifiers and profile: what people should be asked for."""
    claims = [*file.disqualify, *(rule for group in file.groups.values() for rule in group.rules)]
    return [*(claim.condition for claim in claims), *([file.icp] if file.icp else [])]


def _names(conditions: Collection[schema.Condition] | Iterator[schema.Condition]) -> set[str]:
    names: set[str] = set()
    for condition in conditions:
        names |= set(condition.checks)
        names |= _names([*(condition.all or ()), *(condition.any or ()), *filter(None, [condition.not_])])
    return names


def _words(criteria: Criteria) -> Iterator[Finding]:
    """The same word under two labels: only the first would ever be found."""
    for name, field in criteria.file.fields.items():
        first: dict[str, str] = {}
        pairs = field.map.items() if isinstance(field, schema.EnumField) and not isinstance(field.map, str) else ()
        for label, word in ((label, word) for label, words in pairs for word in words):
            other = first.setdefault(plain(word), label)
            if other != label:
                what = f'{name}: "{word}" stands under {other} and under {label}'
                yield error(criteria, f"fields.{name}", what, "keep it under one of them")


def _segments(
    criteria: Criteria, talk_tracks: Collection[str] | None, ctas: Collection[str] | None
) -> Iterator[Finding]:
    best = best_score(criteria)
    for segment in criteria.file.segments:
        limit = segment.condition.checks.get("score")
        if limit and limit.operator in ("gte", "gt") and limit.value > best:
            yield warning(
                criteria, segment.id, f"{segment.id}: nobody can have {limit.value:g} points", f"at most {best}"
            )
        for kind, name, known in (
            ("talk track", segment.talk_track, talk_tracks),
            ("call to action", segment.cta, ctas),
        ):
            if name and known is not None and name not in known:
                what = f"{segment.id}: the playbook has no {kind} {name}"
                yield error(criteria, segment.id, what, f"use one of: {', '.join(sorted(known))}")


def _wording(criteria: Criteria) -> Iterator[Finding]:
    """MQLs are not ready to buy: pushing them is refused, comments aside."""
    for number, line in enumerate(criteria.source_text.splitlines(), start=1):
        pushy = _PUSHY.search(line.partition(" #")[0]) if not line.lstrip().startswith("#") else None
        if pushy:
            fix = "invite them to learn more, to talk or to see a demo"
            yield Finding("error", number, f'"{pushy[0]}" pushes people who are not ready to buy', fix)


def _examples(criteria: Criteria) -> Iterator[Finding]:
    for failure in run_examples(criteria):
        yield error(criteria, f"examples.{failure.place}", failure.message, failure.fix)
    if not criteria.file.examples:
        yield warning(criteria, "examples", "the file has no examples", "add people with the verdict you expect")
    elif not any(example.verdict == "mql" for example in criteria.file.examples):
        yield warning(criteria, "examples", "no example is an mql", "add one who just makes it")
