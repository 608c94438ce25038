"""What is written about the criteria file is true: the schema is current, every word is explained, examples run."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qualification.criteria import criteria_json_schema, load_criteria
from qualification.criteria.conditions import OPERATORS
from qualification.criteria.document import read
from qualification.criteria.lint import lint

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("criteria-*.yaml"))
FILES = [ROOT / "config/criteria.yaml", *EXAMPLES]


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from part.get("properties", {})
        choices = part.get("enum", ())
        yield from (str(value) for value in choices if isinstance(choices, list))
        yield from ([str(part["const"])] if "const" in part else [])
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _keys(inner)


def test_every_key_operator_type_and_choice_is_explained() -> None:
    text = (DOCS / "criteria.md").read_text("utf-8")
    told = set(re.findall(r"[\w*]+", " ".join(re.findall(r"`[^`]+`", text))))
    intents = set(criteria_json_schema()["$defs"]["FlagField"]["properties"]["intent"]["anyOf"][0]["enum"])
    slots = {"phone", "email"}
    assert set(_keys(criteria_json_schema())) - intents - slots <= told
    assert set(OPERATORS) <= told


def test_the_committed_schema_is_current() -> None:
    committed = json.loads((DOCS / "criteria.schema.json").read_text("utf-8"))
    assert committed == criteria_json_schema(), "run: flask criteria schema > docs/criteria.schema.json"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_files_fit_the_schema_that_their_first_line_names(path: Path) -> None:
    text = path.read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    assert (path.parent / named[1]).resolve() == DOCS / "criteria.schema.json"
    data = json.loads(json.dumps(read(text).data, default=str))
    jsonschema.Draft202012Validator(criteria_json_schema()).validate(data)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_shipped_files_have_nothing_to_mend_and_their_examples_come_out(path: Path) -> None:
    criteria = load_criteria(path.read_text("utf-8"), path.name)
    assert len(criteria.file.examples) >= 2
    assert [str(finding) for finding in lint(criteria, date(2026, 11, 23))] == []


def test_the_articles_cases_are_there() -> None:
    assert {path.stem.removeprefix("criteria-") for path in EXAMPLES} == {
        "event-pamphlet",
        "newsletter",
        "frequent-visitor",
        "chat",
        "small-company",
        "large-company",
    }
