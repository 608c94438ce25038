"""Labelled turns: read from marked-up lines or JSONL."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast, get_args

from qualification.facts import Intent, Slot, Utterance

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CORPUS = Path(__file__).parent / "corpus"
DEV = Path(__file__).parent / "dev" / "dev.tsv"
_MARK = re.compile(r"\[([^\[\]]+)\]\((" + "|".join(get_args(Slot)) + r")\)")


@dataclass(frozen=True, slots=True)
class Span:
    label: Slot
    start: int
    end: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    text: str
    asked: Slot | None
    intents: tuple[Intent, ...]
    spans: tuple[Span, ...]
    now: datetime = NOW

    def utterance(self, asked: Slot | None) -> Utterance:
        return Utterance(self.text, self.now, asked)


def read_turns(path: Path) -> list[LabelledTurn]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(_from_jsonl(lines) if path.suffix == ".jsonl" else _from_marked(lines))


def corpus(unseen: Collection[Path] = ()) -> list[LabelledTurn]:
    """All turns to learn from, without those whose words also stand in dev or in the files to be kept unseen."""
    judged = {_plain(turn.text) for path in (DEV, *unseen) for turn in read_turns(path)}
    turns = [turn for path in sorted(CORPUS.glob("*.tsv")) for turn in read_turns(path)]
    return [turn for turn in turns if _plain(turn.text) not in judged]


def checksum() -> str:
    """What the weights were learned from, in a few letters."""
    content = hashlib.sha256()
    for path in sorted(CORPUS.glob("*.tsv")):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip() or text


def _from_jsonl(lines: Iterable[str]) -> Iterator[LabelledTurn]:
    for line in lines:
        row = json.loads(line)
        spans = tuple(Span(e["label"], e["start"], e["end"], e.get("value")) for e in row["entities"])
        now = datetime.fromisoformat(row["now"]) if row.get("now") else NOW
        yield LabelledTurn(row["text"], row["context_slot"], tuple(row["intents"]), spans, now)


def _from_marked(lines: Iterable[str]) -> Iterator[LabelledTurn]:
    for line in lines:
        if line.strip() and not line.startswith("#"):
            asked, intents, marked = line.split("\t")
            text, spans = unmark(marked.replace("\\n", "\n"))
            yield LabelledTurn(
                text, None if asked == "-" else cast(Slot, asked), cast(Any, tuple(intents.split(","))), spans
            )


def unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    text, spans, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append(Span(cast(Slot, match[2]), len(text), len(text) + len(match[1])))
        text, at = text + match[1], match.end()
    return text + marked[at:], tuple(spans)


def with_values(turn: LabelledTurn, values: dict[int, str]) -> LabelledTurn:
    """The turn with some of its spans' words changed; `values` is by number of the span."""
    text, spans, at = "", [], 0
    for number, span in enumerate(sorted(turn.spans, key=lambda span: span.start)):
        words = values.get(number, turn.text[span.start : span.end])
        text += turn.text[at : span.start]
        spans.append(Span(span.label, len(text), len(text) + len(words)))
        text, at = text + words, span.end
    return replace(turn, text=text + turn.text[at:], spans=tuple(spans))
