"""The Web API's methods as a table: which arguments each takes, of what type, and with which scopes."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Method:
    """`reads_json` is false where Slack looks at form fields only and would miss a JSON body."""

    name: str
    scopes: tuple[str, ...]
    reads_json: bool
    per_minute: int
    needs: dict[str, str]
    takes: dict[str, str]


@cache
def methods() -> dict[str, Method]:
    table = yaml.safe_load((Path(__file__).parent / "methods.yaml").read_text())
    return {
        name: Method(
            name,
            tuple(row["scopes"]),
            row["json"],
            row["per_minute"],
            row["needs"],
            {"team_id": "string"} | row["needs"] | row["takes"],  # Bolt adds team_id to every call
        )
        for name, row in table.items()
    }


class Mistyped(Exception):
    """The value is not of the argument's type."""


def parse_arguments(method: Method, given: Arguments) -> tuple[Arguments, list[str]]:
    """The arguments as Python values, and what Slack would say is wrong with them."""
    parsed: Arguments = {}
    wrong = [f"[ERROR] missing required field: {name}" for name in _missing(method, given)]
    for name, value in given.items():
        if name not in method.takes:
            wrong.append(f"[ERROR] invalid additional property: {name}")
            continue
        try:
            parsed[name] = _READERS[method.takes[name]](value)
        except Mistyped as error:
            wrong.append(f"[ERROR] {error} [json-pointer:/{name}]")
    return parsed, wrong


def _missing(method: Method, given: Arguments) -> Iterator[str]:
    return (name for name in method.needs if given.get(name) in (None, ""))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise Mistyped("must provide a string")
    return value


def _matching(pattern: str, words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not re.fullmatch(pattern, _string(value)):
            raise Mistyped(words)
        return str(value)

    return read


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "true"):
        return True
    if value in ("0", "false"):
        return False
    raise Mistyped("must provide a boolean")


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
        return int(value)
    raise Mistyped("must provide a number")


def _structure(kind: type, words: str) -> Callable[[Any], Any]:
    """Arrays and objects come as such in a JSON body, and as a string of JSON in a form."""

    def read(value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise Mistyped(words) from None
        if not isinstance(value, kind):
            raise Mistyped(words)
        return value

    return read


_READERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "ts": _matching(r"\d{1,10}\.\d{6}", "must provide a message timestamp"),
    "time": _matching(r"\d{1,10}(\.\d{1,6})?", "must provide a timestamp"),
    "array": _structure(list, "must provide an array"),
    "object": _structure(dict, "must provide an object"),
}
