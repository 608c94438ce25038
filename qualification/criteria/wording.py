"""Conditions and rules in a marketer's words."""

from collections.abc import Mapping
from typing import Any

from qualification.criteria import schema
from qualification.criteria.schema import Check, Condition

Fields = Mapping[str, schema.CriteriaField]


def say_condition(condition: Condition, fields: Fields) -> str:
    if condition.all:
        return " and ".join(_grouped(part, fields) for part in condition.all)
    if condition.any:
        return " or ".join(_grouped(part, fields) for part in condition.any)
    if condition.not_:
        return f"not ({say_condition(condition.not_, fields)})"
    [(name, check)] = condition.checks.items()
    return _say_check(title(name, fields), check, "days" if getattr(fields.get(name), "type", "") == "days" else "")


def title(name: str, fields: Fields) -> str:
    """What people call a field."""
    field = fields.get(name)
    return (field.label if field else None) or name.replace("_", " ").capitalize()


def _grouped(part: Condition, fields: Fields) -> str:
    said = say_condition(part, fields)
    return f"({said})" if part.all or part.any else said


def _say_check(what: str, check: Check, unit: str) -> str:
    value = check.value
    match check.operator:
        case "is" if value is True:
            return what
        case "is" if value is False:
            return f"not: {what}"
        case "known":
            return f"{what} is {'known' if value else 'not known'}"
        case "contains":
            return f'{what} mentions "{value}"'
        case "is" | "in":
            return f"{what} {_words(value)}".strip()
        case operator:
            return f"{what} {_RANGES[operator].format(*_numbers(value))} {unit}".strip()


_RANGES = {
    "between": "{} to {}",
    "gte": "at least {}",
    "lte": "at most {}",
    "gt": "more than {}",
    "lt": "less than {}",
}


def _numbers(value: Any) -> list[str]:
    return [number(one) for one in (value if isinstance(value, list) else [value])]


def _words(value: Any) -> str:
    return " or ".join(number(one) for one in (value if isinstance(value, list) else [value]))


def number(value: Any) -> str:
    """1000000.0 -> 1,000,000; words stay as they are."""
    return f"{value:,.12g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if abs(count) == 1 else "s")
