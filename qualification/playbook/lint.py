"""What in a playbook loads and still cannot work as it is meant: answers nobody gets, replies nobody understands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from qualification.facts import Utterance
from qualification.playbook.knowledge import SURE, Index, best
from qualification.playbook.schema import Language, Playbook
from qualification.understanding import understand

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)  # any day: a quick reply must be understood on all of them
SAMPLE_HOST = "northlight.example"
_OPEN_REPLIES = ("not sure", "no date", "skip", "other", "don't know")


@dataclass(frozen=True, slots=True)
class Oddity:
    """`where` is the place in the file, as knowledge.pricing; `hint` is what to do."""

    where: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.hint}"


def lint(playbook: Playbook) -> list[Oddity]:
    """Everything odd, in the order of the file."""
    return [*_replies(playbook), *_answers(playbook), *_contents(playbook), *_ladder(playbook), *_missing(playbook)]


def _replies(playbook: Playbook) -> Iterator[Oddity]:
    """A button whose words are not understood leads nowhere."""
    for slot, question in playbook.questions.items():
        for reply in question.quick_replies:
            heard = understand(Utterance(reply, NOW, slot))
            told = any(entity.label == slot for entity in heard.entities)
            if not told and not reply.lower().startswith(_OPEN_REPLIES):
                hint = "say it as a visitor would who answers the question"
                yield Oddity(f"questions.{slot}.quick_replies", f'"{reply}" is not understood as an answer', hint)


def _answers(playbook: Playbook) -> Iterator[Oddity]:
    for one in playbook.knowledge:
        where = f"knowledge.{one.id}"
        for wording in (one.question, *one.wordings):
            if other := _found_instead(playbook.answers, one.id, wording):
                yield Oddity(where, f'"{wording}" is answered by `{other}`', "word one of the two differently")
    yield from _shared_keywords(playbook)


def _shared_keywords(playbook: Playbook) -> Iterator[Oddity]:
    owners: dict[str, str] = {}
    for one in playbook.knowledge:
        for keyword in one.keywords:
            first = owners.setdefault(keyword.casefold(), one.id)
            if first != one.id:
                what = f'the keyword "{keyword}" belongs to `{first}` already, which is taken'
                yield Oddity(f"knowledge.{one.id}", what, "keep it where it is meant")


def _found_instead(index: Index, id: str, words: str) -> str | None:
    found = best(index, words)
    return found.id if found and found.id != id and found.confidence >= SURE else None


def _contents(playbook: Playbook) -> Iterator[Oddity]:
    for one in playbook.content:
        for topic in one.topics:
            if other := _found_instead(playbook.topics, one.id, topic):
                yield Oddity(
                    f"content.{one.id}", f'the topic "{topic}" leads to `{other}`', "keep it in one of the two"
                )


def _ladder(playbook: Playbook) -> Iterator[Oddity]:
    if not any(rung.meeting for rung in playbook.ladder):
        yield Oddity("ladder", "no step leads to a person", "give the last one `meeting: true`")
    for rung in playbook.ladder:
        if rung.meeting and rung.content and not rung.instead:
            what = "offers something to read beside a meeting, and no words choose it"
            yield Oddity(f"ladder.{rung.id}", what, "list some under `instead`")


def _missing(playbook: Playbook) -> Iterator[Oddity]:
    for language in get_args(Language):
        if language not in playbook.languages:
            hint = "visitors who write it are answered in English"
            yield Oddity(f"languages.{language}", "is missing", hint)
    for name, text in _texts(playbook):
        if "http://" in text:
            yield Oddity(name, "a link is not encrypted", "write https://")
        if SAMPLE_HOST in text and SAMPLE_HOST.partition(".")[0] != playbook.company.name.casefold():
            yield Oddity(name, f"still leads to {SAMPLE_HOST}, the made-up company", "put your own address there")


def _texts(playbook: Playbook) -> Iterable[tuple[str, str]]:
    for name in type(playbook).model_fields:
        part = getattr(playbook, name)
        if isinstance(part, tuple) and part and hasattr(part[0], "id"):
            yield from ((f"{name}.{one.id}", one.model_dump_json()) for one in part)
        elif isinstance(part, dict):
            yield from ((f"{name}.{key}", str(value)) for key, value in part.items())
