"""What pydantic found, said in plain words with the line and the nearest right name."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qualification.criteria.document import Document
from qualification.criteria.problems import Path, Problem, did_you_mean, look_alike

_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "list": "a list in [brackets] or with dashes",
    "dict": "a mapping (name: value)",
    "model": "a mapping (name: value)",
    "bool": "true or false",
    "date": "a date such as 2026-11-20",
}


def explain(error: ValidationError, document: Document, schema: dict[str, Any]) -> Iterator[Problem]:
    several: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        several.setdefault(_in_file(detail, document.data), []).append(detail)
    for path, details in several.items():
        if all(detail["type"].endswith("_type") for detail in details) and len(details) > 1:
            yield _none_of(details, path, document)
        else:
            yield from (_problem(detail, path, document, schema) for detail in details)


def _none_of(details: list[ErrorDetails], path: Path, document: Document) -> Problem:
    """A value that may be of several kinds and is of none of them is one mistake."""
    wanted = dict.fromkeys(_WORDS.get(detail["type"].removesuffix("_type"), "something else") for detail in details)
    what = f"{_name(path)}: {_shown(details[0]['input'])} is not {' or '.join(wanted)}"
    return Problem(document.line(path), what, "for one of several words write in: [...]" if path[-1] == "is" else "")


def _in_file(detail: ErrorDetails, data: Any) -> Path:
    """The path in the file: pydantic also names the types it tried on the way, which the file does not contain."""
    path: list[int | str] = []
    for key in detail["loc"]:
        inner = data if isinstance(data, dict) else dict(enumerate(data)) if isinstance(data, list) else {}
        if key in inner:
            data = inner[key]
            path.append(key)
    return (*path, detail["loc"][-1]) if detail["type"] == "missing" else tuple(path)


def _problem(detail: ErrorDetails, path: Path, document: Document, schema: dict[str, Any]) -> Problem:
    kind = detail["type"]
    name, line = _name(path), document.line(path)
    match kind:
        case "extra_forbidden":
            return Problem(
                line, f"{name}: no such key here", did_you_mean(name, _keys_at(path[:-1], document.data, schema))
            )
        case "missing":
            return Problem(
                line, f"{name}: missing{_where(path[:-1], document.data)}", _purpose(path, document.data, schema)
            )
        case "literal_error" | "union_tag_invalid":
            return _choice(detail, path, name, line)
        case "union_tag_not_found":
            return Problem(line, f"{name}: `type` is missing", "say what kind of field it is, for example type: flag")
        case "value_error":
            return Problem(line, f"{name}: {detail['ctx']['error']}")
    return Problem(line, f"{name}: {_mistake(detail)}", _hint(detail))


def _name(path: Path) -> str:
    return str(next((key for key in reversed(path) if isinstance(key, str)), "the file"))


def _where(path: Path, data: Any) -> str:
    """` in NAME`: the section, or the rule by its id."""
    for key in path:
        data = data[key]
    name = data.get("id") or next((key for key in reversed(path) if isinstance(key, str)), "")
    return f" in {name}" if name else ""


def _choice(detail: ErrorDetails, path: Path, name: str, line: int) -> Problem:
    context = detail.get("ctx", {})
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    names = [word.strip().strip("'") for part in expected.split(" or ") for word in part.split(",")]
    given = detail["input"]
    if detail["type"] == "union_tag_invalid":
        name, given = "type", context.get("tag")
    return Problem(line, f"{name}: there is no {_shown(given)} here", did_you_mean(given, names))


def _mistake(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    given = _shown(detail["input"])
    if detail["input"] is None:
        return "empty"
    wanted = _WORDS.get(kind.removesuffix("_type").removesuffix("_parsing"))
    if wanted and kind.endswith("_type"):
        return f"{given} is not {wanted}"
    match kind:
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            word = {"greater_than_equal": "at least", "less_than_equal": "at most", "greater_than": "more than"}
            limit = next(context[key] for key in ("ge", "le", "gt", "lt") if key in context)
            return f"{given} must be {word.get(kind, 'less than')} {limit}"
        case "string_too_short":
            return "empty"
        case "string_too_long":
            return f"has more than {context['max_length']} characters"
        case "too_short":
            return "has too few entries" if context.get("actual_length") else "empty"
        case "too_long":
            return "has too many entries"
        case "string_pattern_mismatch":
            return f"{given} is not written as it must be"
        case "model_attributes_type" | "dict_attributes_type":
            return f"{given} is not a mapping (name: value)"
    return f"{given}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _hint(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if detail["input"] is None:
        return "fill it in or leave the key out"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(detail["ctx"]["pattern"], "") + look_alike(str(detail["input"]))
    if kind == "int_type" and isinstance(detail["input"], float):
        return "no decimals here"
    if kind == "string_type":
        return "put it in quotes if it is meant as text"
    if kind in ("too_short", "too_long"):
        limit = detail["ctx"].get("min_length") or detail["ctx"].get("max_length")
        return "exactly 2 are needed" if limit == 2 else f"at {'least' if kind == 'too_short' else 'most'} {limit}"
    return ""


_PATTERNS = {
    r"^[a-z][a-z0-9_]{0,59}$": "small letters, digits and _ only, beginning with a letter",
    r"^[A-Za-z][A-Za-z0-9_-]{0,59}$": "letters, digits, _ and - only, beginning with a letter",
    r"^[A-Z]{3}$": "a currency is three capital letters such as USD",
    r"^[^@\s]+@[^@\s]+\.[^@\s]+$": "an e-mail address such as dana@example.com",
}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return kinds.get(type(value)) or (f'"{value[:60]}"' if isinstance(value, str) else str(value)[:60])


def _keys_at(path: Path, data: Any, schema: dict[str, Any]) -> list[str]:
    """The keys allowed at a place of the file, from the JSON Schema."""
    return list(_properties(path, data, schema))


def _purpose(path: Path, data: Any, schema: dict[str, Any]) -> str:
    description = _properties(path[:-1], data, schema).get(str(path[-1]), {}).get("description", "")
    return str(description[:1].lower() + description[1:])


def _properties(path: Path, data: Any, schema: dict[str, Any]) -> dict[str, Any]:
    parts = list(_variants(schema, data, schema))
    for key in path:
        data = data[key]
        inner = [part for outer in parts for part in _inside(outer, key)]
        parts = [found for part in inner for found in _variants(part, data, schema)]
    return {key: value for part in parts for key, value in part.get("properties", {}).items()}


def _inside(part: dict[str, Any], key: str | int) -> Iterator[dict[str, Any]]:
    if isinstance(key, int):
        yield from [part["items"]] if "items" in part else []
    elif key in part.get("properties", {}):
        yield part["properties"][key]
    elif isinstance(part.get("additionalProperties"), dict):
        yield part["additionalProperties"]
    else:
        yield from part.get("patternProperties", {}).values()


def _variants(part: dict[str, Any], data: Any, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object shapes `part` stands for; of several field types only the one that was written."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from _variants(choice, data, schema)
    kind = part.get("properties", {}).get("type", {}).get("const")
    written = data.get("type") if isinstance(data, dict) else None
    if kind is None or kind == written:
        yield part
