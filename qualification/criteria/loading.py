"""A criteria file's text becomes criteria one can decide by, or one error that tells everything wrong with it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from pydantic import ValidationError

from qualification.criteria import schema
from qualification.criteria.document import Document, Unreadable, read
from qualification.criteria.explaining import explain
from qualification.criteria.plan import Plan, compile_plan
from qualification.criteria.problems import CriteriaError, Path
from qualification.criteria.readings import fact_name
from qualification.criteria.references import check_references
from qualification.facts import Slot

_SLOTS = frozenset(get_args(Slot))


@dataclass(frozen=True, slots=True)
class Criteria:
    """The agreed definition of an MQL, ready to decide by.

    `lines` tells the line in `source_text` of every rule, must-have, disqualifier and segment by its id; of sections by
    their name, of fields, groups and examples as `fields.NAME`, `groups.NAME`, `examples.0`.
    """

    name: str
    file: schema.CriteriaFile
    source_text: str
    content_hash: str
    lines: Mapping[str, int]
    plan: Plan = field(repr=False, compare=False)

    @property
    def version(self) -> int:
        return self.file.version

    @property
    def floor(self) -> int:
        return self.file.threshold.floor

    def line_of(self, rule_id: str) -> int | None:
        return self.lines.get(rule_id)

    def slot_of(self, field_name: str) -> Slot | None:
        """The slot to ask for so that the field becomes known; None for what cannot be asked (events, wishes)."""
        found = self.file.fields.get(field_name)
        slot = fact_name(found) if found else ""
        return slot if slot in _SLOTS else None  # type: ignore[return-value]

    def slots(self) -> frozenset[Slot]:
        """Everything the rules read that can be asked for."""
        return frozenset(slot for name in self.file.fields if (slot := self.slot_of(name)))

    def segment(self, segment_id: str | None) -> schema.Segment | None:
        return next((part for part in self.file.segments if part.id == segment_id), None)


def load_criteria(text: str, name: str = "criteria.yaml") -> Criteria:
    """Raises CriteriaError with every problem of the file."""
    try:
        document = read(text)
    except Unreadable as error:
        raise CriteriaError(name, error.problems) from None
    return build(document, text, name)


def build(document: Document, text: str, name: str) -> Criteria:
    file = _checked(document, name)
    return Criteria(name, file, text, content_hash(file), _lines(document), compile_plan(file))


def _checked(document: Document, name: str) -> schema.CriteriaFile:
    problems = list(check_references(document))
    file = None
    try:
        file = schema.CriteriaFile.model_validate(document.data)
    except ValidationError as error:
        problems += explain(error, document, _json_schema())
    if problems or file is None:
        raise CriteriaError(name, problems)
    return file


@cache
def _json_schema() -> dict[str, Any]:
    return schema.criteria_json_schema()


def content_hash(file: schema.CriteriaFile) -> str:
    """The same for files that say the same, whatever their comments, order of keys and layout."""
    data = file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _lines(document: Document) -> dict[str, int]:
    data, lines = document.data, {str(key): document.line((key,)) for key in document.data}
    for section in ("fields", "groups"):
        lines |= {f"{section}.{name}": document.line((section, name)) for name in data[section]}
    lines |= {f"examples.{place}": document.line(("examples", place)) for place in range(len(data.get("examples", ())))}
    return lines | {item["id"]: document.line(path) for path, item in _named(data)}


def _named(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for key in ("must_have", "disqualify", "segments"):
        yield from (((key, place), item) for place, item in enumerate(data.get(key, ())))
    for group, body in data["groups"].items():
        yield from ((("groups", group, "rules", place), rule) for place, rule in enumerate(body["rules"]))
