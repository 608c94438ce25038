"""`flask understand`: messages in as JSON lines, their meaning out, for checks from outside."""

import io
import json
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import click

from config.settings import load_settings
from qualification.facts import SLOTS, Understanding, Utterance, value_to_json
from qualification.understanding import understand, warm_up

_KEYS = {"text", "context_slot", "context_question", "now"}


@click.command("understand")
@click.option(
    "--region",
    help="Country (ISO 3166) that phone numbers without a prefix belong to; PHONE_REGION of the settings unless given.",
)
def understand_command(region: str | None) -> None:
    """Read JSON lines from standard input, write what each message says as one JSON line.

    In: {"text": "...", "context_slot": null or a slot, "context_question": null or the question, "now": ISO 8601 or
    absent}. Out: {"intents": [...], "entities": [{label, text, start, end, value, confidence}], "ms": ...}. A line that
    cannot be read gives {"error": ...} in its place, and the exit code is 1 at the end.
    """
    region = region or load_settings().phone_region
    warm_up()
    failed = False
    for answer in _answers(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"), region):
        failed = failed or "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    sys.exit(1 if failed else 0)


def _answers(lines: Iterable[str], region: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer(number, line, region)


def _answer(number: int, line: str, region: str) -> dict[str, Any]:
    try:
        utterance = _utterance(json.loads(line), region)
    except RecursionError:
        return {"error": f"line {number}: nested too deeply"}
    except ValueError as problem:
        what = f"not JSON ({problem})" if isinstance(problem, json.JSONDecodeError) else str(problem)
        return {"error": f"line {number}: {what}"}
    started = time.perf_counter()
    understanding = understand(utterance)
    return _to_json(understanding) | {"ms": round((time.perf_counter() - started) * 1000, 2)}


def _utterance(row: Any, region: str) -> Utterance:
    if not isinstance(row, dict):
        raise ValueError('expected an object like {"text": "hi"}')
    if unknown := set(row) - _KEYS:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_KEYS))}")
    text, slot, question = row.get("text"), row.get("context_slot"), row.get("context_question")
    if not isinstance(text, str):
        raise ValueError("text must be a string")
    if slot is not None and slot not in SLOTS:
        raise ValueError(f"context_slot {slot!r} is no slot; use one of {', '.join(SLOTS)} or null")
    if question is not None and not isinstance(question, str):
        raise ValueError("context_question must be a string or null")
    return Utterance(text, _now(row.get("now")), slot, question, region)


def _now(value: Any) -> datetime:
    if value is None:
        return datetime.now(UTC)
    try:
        now = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"now {value!r} is not ISO 8601, e.g. 2026-11-23T09:00:00+01:00") from None
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def _to_json(understanding: Understanding) -> dict[str, Any]:
    entities = [
        {
            "label": e.label,
            "text": e.text,
            "start": e.start,
            "end": e.end,
            "value": value_to_json(e.value),
            "confidence": e.confidence,
        }
        for e in understanding.entities
    ]
    return {"intents": list(understanding.intents), "entities": entities, "ms": 0.0}
