"""Names that must exist, operators that must fit, ids that must be unique: checked on the file as it was written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from qualification.criteria.conditions import ALLOWED, OPERATORS
from qualification.criteria.countries import COUNTRIES
from qualification.criteria.currencies import CURRENCIES
from qualification.criteria.document import Document
from qualification.criteria.mailboxes import EMAIL_KINDS
from qualification.criteria.problems import Path, Problem, did_you_mean
from qualification.criteria.words import plain

RESERVED = ("score", "all", "any", "not")
_NUMBERS = ("int_range", "money", "days", "event_count", "score")


def check_references(document: Document) -> Iterator[Problem]:
    """Lenient about shapes, which the schema checks: every problem of a file is to be told at once."""
    fields = {name: field for name, field in _mapping(document.data, "fields").items() if isinstance(field, dict)}
    yield from _check_names(document, fields)
    yield from _check_ids(document)
    yield from _check_maps(document, fields)
    yield from _check_currencies(document)
    for path, condition, scored in _conditions(document.data):
        yield from _check_condition(
            document, path, condition, fields | ({"score": {"type": "score"}} if scored else {})
        )
    for path, rule in _rules(document.data):
        yield from _check_per(document, path, rule, fields)
    yield from _check_examples(document, fields)


def _mapping(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _items(data: Any, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    found = data.get(key) if isinstance(data, dict) else None
    for place, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield place, item


def _check_names(document: Document, fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name in fields:
        if name in RESERVED:
            line = document.line(("fields", name))
            yield Problem(line, f"{name}: this name has a meaning of its own", "choose another name for the field")


def _check_maps(document: Document, fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name, field in fields.items():
        for label, words in _mapping(field, "map").items():
            for word in words if isinstance(words, list) else ():
                yield from _check_words(document.line(("fields", name, "map", label)), label, word)


def _check_words(line: int, name: str, words: Any) -> Iterator[Problem]:
    if isinstance(words, str) and words and not plain(words):
        yield Problem(line, f'{name}: "{words}" has no letters and no digits', "words are compared without signs")


def _check_currencies(document: Document) -> Iterator[Problem]:
    """A misspelt currency would make every amount in the right one unknown, in silence."""
    own = document.data.get("currency", "USD")
    named = [(("currency",), own), *((("rates", code), code) for code in _mapping(document.data, "rates"))]
    for path, code in named:
        if isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) and code not in CURRENCIES:
            yield Problem(document.line(path), f"{code}: no such currency", did_you_mean(code, CURRENCIES))
    if isinstance(own, str) and own in _mapping(document.data, "rates"):
        line = document.line(("rates", own))
        yield Problem(line, f"{own}: a rate for the file's own currency", "delete it: amounts in it stay as they are")


def _check_ids(document: Document) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for path, item in _named(document.data):
        name, line = item.get("id"), document.line((*path, "id"))
        if isinstance(name, str) and name in first:
            hint = f"line {first[name]} has it already; every rule needs a name of its own"
            yield Problem(line, f"{name}: this id is taken", hint)
        elif isinstance(name, str):
            first[name] = line


def _named(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for key in ("must_have", "disqualify", "segments"):
        yield from (((key, place), item) for place, item in _items(data, key))
    yield from _rules(data)


def _rules(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for name, group in _mapping(data, "groups").items():
        yield from ((("groups", name, "rules", place), rule) for place, rule in _items(group, "rules"))


def _conditions(data: dict[str, Any]) -> Iterator[tuple[Path, Any, bool]]:
    """Every condition of the file with its path and whether it may use `score`."""
    if "icp" in data:
        yield ("icp",), data["icp"], False
    for path, item in _named(data):
        scored = path[0] == "segments"
        if "when" in item:
            yield (*path, "when"), item["when"], scored
        joined = {key: item[key] for key in ("all", "any", "not") if key in item}
        if joined:
            yield path, joined, scored


def _check_condition(document: Document, path: Path, condition: Any, fields: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(condition, dict):
        return
    for key, value in condition.items():
        if key == "not":
            yield from _check_condition(document, (*path, key), value, fields)
        elif key in ("all", "any"):
            for place, part in enumerate(value if isinstance(value, list) else ()):
                yield from _check_condition(document, (*path, key, place), part, fields)
        else:
            yield from _check_field(document, (*path, key), value, fields)


def _check_field(document: Document, path: Path, check: Any, fields: Mapping[str, Any]) -> Iterator[Problem]:
    name, line = str(path[-1]), document.line(path)
    if name not in fields:
        hint = did_you_mean(name, fields)
        if name == "score":
            hint = "only segments may look at the score"
        yield Problem(line, f"{name}: no such field", hint)
        return
    kind = fields[name].get("type")
    if not isinstance(check, dict):
        yield Problem(line, f"{name}: an operator is missing", f"write for example {_example(name, kind)}")
        return
    for operator, value in check.items():
        if operator in OPERATORS and kind in ALLOWED:
            yield from _check_operator(document, (*path, operator), fields[name], value)


def _example(name: str, kind: Any) -> str:
    operator = {"flag": "is: true", "enum": "in: [...]", "email_kind": "is: work", "domain": "contains: acme"}
    return f"{name}: {{{operator.get(str(kind), 'gte: 1')}}}"


def _check_operator(document: Document, path: Path, field: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    name, operator, kind = str(path[-2]), str(path[-1]), str(field["type"])
    line = document.line(path)
    if operator not in ALLOWED[kind]:
        what = f"{name}: `{operator}` does not go with a field of type {kind}"
        yield Problem(line, what, f"use one of: {', '.join(ALLOWED[kind])}")
    elif operator == "is" and not isinstance(value, dict | list | None):
        yield from _check_value(line, name, field, value)
    elif operator == "in":
        for one in value if isinstance(value, list) else ():
            yield from _check_value(line, name, field, one) if isinstance(one, str) else ()
    elif operator == "contains":
        yield from _check_words(line, name, value)


def _check_value(line: int, name: str, field: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    kind = field.get("type")
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "flag" and not isinstance(value, bool):
        yield Problem(line, f"{name}: {value!r} is neither true nor false", "a flag is true or false")
    elif kind in _NUMBERS and not number:
        yield Problem(line, f"{name}: {value!r} is no number", "write a plain number such as 1000")
    elif kind in ("enum", "email_kind", "domain") and not isinstance(value, str):
        yield Problem(line, f"{name}: {value!r} is no word", "put it in quotes if it is meant as a word")
    elif kind in ("enum", "email_kind") and value not in _labels_of(field):
        yield Problem(line, f"{name}: there is no {value}", _label_hint(value, field))


def _labels_of(field: Mapping[str, Any]) -> Iterable[str]:
    table = field.get("map")
    if field.get("type") == "email_kind":
        return EMAIL_KINDS
    return COUNTRIES if isinstance(table, str) else table if isinstance(table, dict) else ()


def _label_hint(value: Any, field: Mapping[str, Any]) -> str:
    if isinstance(field.get("map"), str):
        return "countries are written as two capital letters, for example US, GB, DE"
    return did_you_mean(value, _labels_of(field))


def _check_per(document: Document, path: Path, rule: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Problem]:
    if rule.get("per") is None:
        return
    when = rule.get("when")
    names = list(when) if isinstance(when, dict) else []
    kind = _mapping(fields, names[0]).get("type") if len(names) == 1 else None
    if kind != "event_count":
        hint = "`when` must be one field of type event_count"
        yield Problem(document.line((*path, "per")), "per: points per event need something that is counted", hint)


def _check_examples(document: Document, fields: Mapping[str, Any]) -> Iterator[Problem]:
    segments = [item.get("id") for _, item in _items(document.data, "segments")]
    for place, example in _items(document.data, "examples"):
        path: Path = ("examples", place)
        for name, value in _mapping(example, "facts").items():
            line = document.line((*path, "facts", name))
            if name not in fields:
                yield Problem(line, f"{name}: no such field", did_you_mean(name, fields))
            else:
                yield from _check_example_value(line, name, fields[name], value)
        if example.get("segment") is not None and example["segment"] not in segments:
            line = document.line((*path, "segment"))
            yield Problem(line, f"{example['segment']}: no such segment", did_you_mean(example["segment"], segments))


def _check_example_value(line: int, name: str, field: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    pair = isinstance(value, list) and field.get("type") in ("int_range", "money", "days")
    if pair and len(value) == 2 and all(isinstance(end, (int, float)) for end in value):
        if value[0] > value[1]:
            yield Problem(line, f"{name}: the range starts with the larger number", "write [smaller, larger]")
        return
    if isinstance(value, int | float) and value < 0:
        yield Problem(line, f"{name}: {value:g} is less than nothing", "write 0 or more")
    elif not isinstance(value, dict | date | None):
        yield from _check_value(line, name, field, value)
