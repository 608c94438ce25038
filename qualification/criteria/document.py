"""YAML text to plain data with the line of every key; what a settings file never needs is refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from qualification.criteria.problems import Path, Problem

MAX_CHARACTERS = 200_000
MAX_DEPTH = 24
MAX_NUMBER = 1e12
_TAGS = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """The file's data. `lines` tells the line of every key and list item by its path, counted from 1."""

    data: dict[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class Unreadable(Exception):
    """The text is no usable YAML mapping; `problems` say why."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def read(text: str) -> Document:
    if len(text) > MAX_CHARACTERS:
        what = f"the file has {len(text)} characters, at most {MAX_CHARACTERS} are read"
        raise Unreadable(Problem(1, what, "shorten it, long lists of words first"))
    node = _compose(text)
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(Problem(1, "the file holds no settings", "start with a line such as `version: 1`"))
    lines: dict[Path, int] = {(): 1}
    problems: list[Problem] = []
    data = _plain(node, (), lines, problems)
    if problems:
        raise Unreadable(*problems)
    return Document(data, lines)


def _compose(text: str) -> yaml.Node | None:
    try:
        return _Loader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1])
        raise Unreadable(Problem(line, f"the character U+{code:04X} cannot be read", "delete it")) from None
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_syntax(error, text)) from None


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Problem:
    what, context = error.problem or "this is not YAML", error.context or ""
    mark = error.context_mark if "end of stream" in what else error.problem_mark
    line = mark.line + 1 if mark else 1
    if strange := _strange(text.splitlines()[max(line - 2, 0) : line], max(line - 1, 1)):
        return strange
    if "single document" in context:
        return Problem(line, "a second document begins with ---", "keep one document in the file")
    if "alias" in context or "anchor" in context:
        return Problem(line, "a word that begins with * or &", "put it in quotes")
    hint = "check brackets, quotes, colons and indentation on this line and the one before"
    return Problem(line, f"not readable as YAML ({what})", hint)


def _strange(lines: Sequence[str], first: int) -> Problem | None:
    """What word processors put for plain signs, on the line YAML stumbles over or the one before."""
    for number, line in enumerate(lines, start=first):
        for signs, what, instead in _STRANGE:
            if re.search(signs, line):
                return Problem(number, what, instead)
    return None


_QUOTE = r"[\u201c-\u201f\u2018-\u201b\u00ab\u00bb]"
_WRAPPED = re.compile(f"{_QUOTE}.*{_QUOTE}", re.DOTALL)
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_STRANGE = (
    (r"\t", "a tab character", "indent with spaces"),
    (r"^[ \u00a0\u2007\u202f]*[\u00a0\u2007\u202f]|:[\u00a0\u2007\u202f]", "a no-break space", "type a plain space"),
    (r"^[\s-]*\w+[\uff1a\ufe55]", "a wide colon", "type a plain one"),
    (r"^\s*[\u2010-\u2015\u2022\u2212]\s", "a long dash or a bullet", "a list item begins with -"),
    (rf"[:,{{\[]\s*{_QUOTE}", "typographic quotes", 'type " instead'),
)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 words: `no`, `off` and `on` are text here, not booleans, so that Norway stays a country."""

    depth = 0
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        self._refuse(event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def _refuse(self, event: yaml.Event) -> None:
        """References make files that explode when read, tags make Python objects: neither belongs here."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(Problem(line, "& and * references are not used here", "write it out"))
        if getattr(event, "tag", None):
            raise Unreadable(Problem(line, "! tags are not used here", "delete it"))
        if self.depth >= MAX_DEPTH:
            raise Unreadable(Problem(line, f"more than {MAX_DEPTH} levels deep", "take out brackets"))


for _tag, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    (
        "float",
        r"(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+.0123456789",
    ),
    ("null", r"(?:~|null|Null|NULL|)$", ("~", "n", "N", "")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
):
    _Loader.add_implicit_resolver(_TAGS + _tag, re.compile(_pattern), list(_first))


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], problems: list[Problem]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return {key: _plain(value, (*path, key), lines, problems) for key, value in _pairs(node, path, lines, problems)}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, place), lines, problems) for place, item in enumerate(node.value)]
    try:
        return _scalar(node.tag.removeprefix(_TAGS), str(node.value))
    except ValueError as error:
        problems.append(Problem(lines[path], f"{'.'.join(map(str, path))}: {error}"))
        return None


def _pairs(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], problems: list[Problem]
) -> Iterator[tuple[str, yaml.Node]]:
    """Key and value of a mapping; keys that are no text or come twice are problems."""
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == _TAGS + "null" or not key.strip():
            problems.append(
                Problem(line, "a name is missing or is a list or mapping", "names are plain words followed by a colon")
            )
        elif _INVISIBLE.search(key):
            problems.append(Problem(line, f"{key!a}: {_unseen(key)} stands in this name", "delete it"))
        elif key in seen:
            problems.append(Problem(line, f"{key}: given twice", f"the first is on line {seen[key]}; keep one"))
        else:
            seen[key] = lines[(*path, key)] = line
            yield key, value


def _scalar(tag: str, value: str) -> Any:
    match tag:
        case "null":
            return None
        case "bool":
            return value.lower() == "true"
        case "int" | "float":
            return _number(tag, value)
        case "timestamp":
            return _date(value)
    return _words(value)


def _words(value: str) -> str:
    """Text as it is, when it is what people see."""
    if _INVISIBLE.search(value):
        raise ValueError(f"{_unseen(value)} stands in this text; delete it")
    if _WRAPPED.fullmatch(value):
        raise ValueError(f'{value[:60]} stands in typographic quotes; type " instead')
    return value


def _unseen(text: str) -> str:
    found = _INVISIBLE.search(text)
    return f"the invisible character U+{ord(found[0]):04X}" if found else ""


def _number(tag: str, value: str) -> int | float:
    number = float(value.replace(".inf", "inf").replace(".nan", "nan")) if len(value) < 40 else float("inf")
    if not abs(number) <= MAX_NUMBER:
        raise ValueError(f"{value[:20]} is not a number that can be used; numbers stay below 10^12")
    return int(value) if tag == "int" else number


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is no date of the calendar (year-month-day)") from None
