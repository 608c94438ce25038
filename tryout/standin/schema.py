"""Small checks of JSON, composed into shapes; each yields what is wrong in Slack's words with a JSON pointer."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problems = Iterator[str]
Check = Callable[[Any, str], Problems]


def problem(words: str, at: str) -> str:
    return f"{words} [json-pointer:{at}]"


def string(longest: int | None = None, shortest: int = 1, pattern: str = "") -> Check:
    """Length is counted in characters, both ends included."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield problem("must provide a string", at)
        elif len(value) < shortest:
            yield problem(f"must be more than {shortest - 1} characters", at)
        elif longest is not None and len(value) > longest:
            yield problem(f"must be less than {longest + 1} characters", at)
        elif pattern and not re.fullmatch(pattern, value):
            yield problem("does not match the expected format", at)

    return check


def boolean(value: Any, at: str) -> Problems:
    if not isinstance(value, bool):
        yield problem("must provide a boolean", at)


def integer(low: int = 0, high: int | None = None) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must provide a number", at)
        elif value < low or (high is not None and value > high):
            yield problem(f"must be between {low} and {high}", at)

    return check


def number(value: Any, at: str) -> Problems:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield problem("must provide a number", at)


def one_of(*values: str) -> Check:
    def check(value: Any, at: str) -> Problems:
        if value not in values:
            yield problem(f"must be a valid enum value: {', '.join(values)}", at)

    return check


def items(item: Check, fewest: int = 1, most: int | None = None) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) < fewest:
            yield problem(f"no fewer than {fewest} items allowed", at)
        if most is not None and len(value) > most:
            yield problem(f"no more than {most} items allowed", at)
        for index, one in enumerate(value):
            yield from item(one, f"{at}/{index}")

    return check


def record(needs: Mapping[str, Check], takes: Mapping[str, Check] | None = None, *also: Check) -> Check:
    """An object with these fields and no others; `also` judges fields against each other."""
    known = {**needs, **(takes or {})}

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        yield from (problem(f"missing required field: {name}", at) for name in needs if name not in value)
        for name, content in value.items():
            if name in known:
                yield from known[name](content, f"{at}/{name}")
            else:
                yield problem(f"invalid additional property: {name}", at)
        for judge in also:
            yield from judge(value, at)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of these checks it must pass."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
        elif "type" not in value:
            yield problem("missing required field: type", at)
        elif not isinstance(value["type"], str) or value["type"] not in table:
            yield problem(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            rest = {name: content for name, content in value.items() if name != "type"}
            yield from table[value["type"]](rest, at)

    return check


def exactly_one(*names: str) -> Check:
    """Just one of these fields, as in `options` or `option_groups`."""

    def check(value: Any, at: str) -> Problems:
        if sum(name in value for name in names) != 1:
            yield problem(f"must define exactly one of {', '.join(names)}", at)

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not any(name in value for name in names):
            yield problem(f"must define either `{'` or `'.join(names)}`", at)

    return check
