"""The file's own tests: made-up people with the verdict that must come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qualification.assessment import Assessment
from qualification.criteria import schema
from qualification.criteria.loading import Criteria
from qualification.criteria.readings import UNKNOWN, Reading
from qualification.scoring import judge


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that comes out otherwise; `place` counts from 0."""

    place: int
    message: str
    fix: str


def run_examples(criteria: Criteria) -> Iterator[Failure]:
    for place, example in enumerate(criteria.file.examples):
        found = judge(example_readings(example, criteria.file), criteria)
        wrong = [f"{what} is {got}, not {wanted}" for what, got, wanted in _compared(example, found) if got != wanted]
        if wrong:
            name = f'example "{example.name}"' if example.name else f"example {place + 1}"
            yield Failure(place, f"{name}: {', '.join(wrong)}", _why(found))


def example_readings(example: schema.Example, file: schema.CriteriaFile) -> list[Reading]:
    """What is left out is not known; events that are left out did not happen."""
    return [_reading(field, example.facts.get(name)) for name, field in file.fields.items()]


def _reading(field: schema.CriteriaField, value: Any) -> Reading:
    if value is None:
        return Reading(True, 0.0, 0.0) if isinstance(field, schema.EventCountField) else UNKNOWN
    if isinstance(value, list):
        return Reading(True, value[0], value[1], text=f"{value[0]:g}-{value[1]:g}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Reading(True, value, value, text=f"{value:g}")
    return Reading(True, label=value.casefold() if field.type == "domain" else value, text=str(value))


def _compared(example: schema.Example, found: Assessment) -> Iterator[tuple[str, Any, Any]]:
    yield "the verdict", found.verdict, example.verdict
    if example.score is not None:
        yield "the score", found.score, example.score
    if example.segment is not None:
        yield "the segment", found.segment, example.segment


def _why(found: Assessment) -> str:
    points = " ".join(f"{reason.rule} {reason.points:+d}" for reason in found.reasons) or "no rule counts"
    gates = [
        *(f"{name} is not known yet" for name in found.open_must_haves),
        *(f"{name} is not met" for name in found.failed_must_haves),
        *([f"{found.disqualified_by} disqualifies"] if found.disqualified_by else []),
    ]
    said = (
        f"{found.score} points ({points}), the bar is {found.threshold}, between {found.low} and {found.high} possible"
    )
    return "; ".join([said, *gates])
