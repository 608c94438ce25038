"""From the text of a playbook file to a `Playbook`, or an error that says what is wrong, where, and what was meant."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from qualification.criteria.document import Document, Unreadable, read
from qualification.criteria.problems import Path, Problem, did_you_mean
from qualification.facts import INTENTS, SLOTS
from qualification.playbook import schema
from qualification.playbook.schema import PersonKind, Playbook
from qualification.playbook.wording import placeholders

_HINTS = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes if it looks like a number, date or yes/no",
    "tuple_type": "must be a list; start each item with a dash",
    "dict_type": "must hold names with values below it",
    "model_type": "must hold names with values below it",
    "model_attributes_type": "must hold names with values below it",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "too_short": "is empty; write at least one",
    "string_too_short": "is empty; write something",
}
_NEEDED_PEOPLE = tuple(kind for kind in get_args(PersonKind) if kind != "resources")


Contradiction = tuple[Path, str, str]


class PlaybookError(ValueError):
    """The file cannot be used. `problems` holds everything that is wrong with it, in the order of the lines."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(f"{name}: {problem}" for problem in self.problems))


def load_playbook(text: str, name: str = "playbook.yaml") -> Playbook:
    """The playbook in `text`; raises PlaybookError with every problem found."""
    try:
        document = read(text)
        playbook = Playbook.model_validate_json(json.dumps(document.data, default=str))
    except Unreadable as unreadable:
        raise PlaybookError(name, unreadable.problems) from None
    except ValidationError as error:
        raise PlaybookError(
            name, [_problem(one["loc"], one["type"], one["msg"], document) for one in error.errors()]
        ) from None
    if problems := [
        Problem(document.line(path), f"{_named(path)}: {what}", hint) for path, what, hint in _contradictions(playbook)
    ]:
        raise PlaybookError(name, problems)
    return playbook


def playbook_json_schema() -> dict[str, Any]:
    """The JSON Schema that editors check and complete a playbook file with."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Playbook"}
    return {**Playbook.model_json_schema(), **about}


def _problem(loc: Path, kind: str, message: str, document: Document) -> Problem:
    path = tuple(part for part in loc if part != "[key]")
    line, where = document.line(path), _named(path)
    if kind == "extra_forbidden":
        return Problem(line, f"{where}: no such key", did_you_mean(path[-1], sorted(set(_keys()))))
    if kind == "literal_error":
        hint = did_you_mean(_at(document.data, path), (*SLOTS, *INTENTS, *get_args(PersonKind)))
        return Problem(line, f"{where}: {message.removeprefix('Input ')}", hint)
    return Problem(line, f"{where}: {_HINTS.get(kind) or message.removeprefix('Value error, ').removeprefix('Input ')}")


def _at(data: Any, path: Path) -> Any:
    """What stands at `path`; a key that should not be there stands for itself."""
    for part in path:
        data = _part(data, part)
    return data if isinstance(data, str) else path[-1]


def _part(data: Any, part: str | int) -> Any:
    if isinstance(data, list) and isinstance(part, int):
        return data[part]
    return data.get(part, part) if isinstance(data, dict) else part


def _named(path: Path) -> str:
    """("questions", "email", "ask", 0) -> questions.email.ask[1]: people count from one."""
    name = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return name.removeprefix(".") or "the file"


def _keys() -> Iterator[str]:
    for part in vars(schema).values():
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from part.model_fields


def _contradictions(playbook: Playbook) -> Iterator[Contradiction]:
    """What each part allows and the whole does not."""
    yield from _doubles(playbook)
    yield from _dangling(playbook)
    yield from _unasked(playbook)
    yield from _unfilled(playbook)
    yield from _missing_people(playbook)
    yield from _nameless(playbook)


def _nameless(playbook: Playbook) -> Iterator[Contradiction]:
    """Every greeting says that no person answers."""
    greeting = playbook.greeting
    places: list[tuple[Path, tuple[str, ...]]] = [(("greeting", "says"), greeting.says)]
    places += [(("greeting", "pages", number, "says"), page.says) for number, page in enumerate(greeting.pages)]
    for path, wordings in places:
        for place, says in enumerate(wordings):
            if not any(word in says.lower() for word in ("assistant", "bot", "not a person")):
                yield (*path, place), "does not say that an assistant answers", 'add the word "assistant"'


def _doubles(playbook: Playbook) -> Iterator[Contradiction]:
    for name in ("knowledge", "content", "ladder"):
        ids = [one.id for one in getattr(playbook, name)]
        for id, count in Counter(ids).items():
            if count > 1:
                last = len(ids) - 1 - ids[::-1].index(id)
                yield (name, last, "id"), f'"{id}" is there {count} times', "give each an id of its own"


def _dangling(playbook: Playbook) -> Iterator[Contradiction]:
    known = [content.id for content in playbook.content]
    for place, rung in enumerate(playbook.ladder):
        if rung.content and rung.content not in known:
            yield ("ladder", place, "content"), f'no content "{rung.content}"', did_you_mean(rung.content, known)
        if not rung.meeting and not rung.content:
            yield ("ladder", place), f'the step "{rung.id}" offers nothing', "give it a content or `meeting: true`"
    if "default" not in playbook.talk_tracks:
        yield ("talk_tracks",), "the talk track `default` is missing", "it is used for segments without their own"


def _unasked(playbook: Playbook) -> Iterator[Contradiction]:
    for name in ("order", "always"):
        for place, slot in enumerate(getattr(playbook, name)):
            if slot not in playbook.questions:
                yield (name, place), f'"{slot}" has no question', "write one under `questions`"
    for place, slot in enumerate(playbook.always):
        if slot not in playbook.order:
            yield ("always", place), f'"{slot}" is not in `order`', "add it there, where it should be asked"


def _unfilled(playbook: Playbook) -> Iterator[Contradiction]:
    """Every question needs a wording that can be said when nothing is known yet."""
    for slot, question in playbook.questions.items():
        parts: Mapping[str, tuple[str, ...]] = {"ask": question.ask, "again": question.again}
        for name, wordings in parts.items():
            if all(placeholders(wording) - {"us"} for wording in wordings):
                yield (
                    ("questions", slot, name),
                    "each wording has a placeholder",
                    "add one without, for when it is not known",
                )


def _missing_people(playbook: Playbook) -> Iterator[Contradiction]:
    for kind in _NEEDED_PEOPLE:
        if kind not in playbook.people:
            yield ("people",), f"what `{kind}` visitors hear is missing", "say something helpful and give an address"
