"""Changes points in the text of a criteria file and leaves every other character as people wrote it."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff

import yaml

from qualification.criteria import Criteria


def amended(criteria: Criteria, points: Mapping[str, int]) -> str:
    """The file's text with these points per rule, as the next version."""
    text = criteria.source_text
    root = _entries(yaml.compose(text, Loader=yaml.SafeLoader))
    places = {root["version"]: str(criteria.version + 1)}
    for group in _entries(root["groups"]).values():
        for rule in map(_entries, _entries(group)["rules"].value):
            if rule["id"].value in points:
                places[rule["points"]] = str(points[rule["id"].value])
    for node in sorted(places, key=lambda node: -node.start_mark.index):
        text = text[: node.start_mark.index] + places[node] + text[node.end_mark.index :]
    return text


def _entries(node: yaml.Node | None) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if node else {}


def difference(criteria: Criteria, new_text: str) -> str:
    """What changes, as a patch that `patch` and reviewers understand."""
    return "\n".join(_lines(criteria, new_text))


def _lines(criteria: Criteria, new_text: str) -> Iterator[str]:
    old, new = criteria.source_text.splitlines(), new_text.splitlines()
    return unified_diff(old, new, criteria.name, f"{criteria.name} (version {criteria.version + 1})", lineterm="", n=1)
