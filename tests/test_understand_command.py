"""`flask understand` answers line by line and says plainly what is wrong with a line."""

import json
from typing import Any

from click.testing import CliRunner, Result

from commands.understand import understand_command


def asked(*lines: str) -> tuple[Result, list[dict[str, Any]]]:
    result = CliRunner().invoke(understand_command, input="\n".join(lines).encode("utf-8"))
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_answered_with_intents_entities_and_time() -> None:
    line = {"text": "before Q1", "context_slot": "timeline", "context_question": None, "now": "2026-11-23T09:00:00Z"}
    result, [answer] = asked(json.dumps(line))
    assert result.exit_code == 0
    assert answer["entities"] == [
        {
            "label": "timeline",
            "text": "before Q1",
            "start": 0,
            "end": 9,
            "value": {"from_days": 0, "to_days": 38},
            "confidence": answer["entities"][0]["confidence"],
        }
    ]
    assert answer["intents"] == ["inform"]
    assert answer["ms"] > 0


def test_bad_lines_are_named_and_the_good_ones_still_answered() -> None:
    lines = ["not json", '{"text": 5}', '{"text": "hi", "context_slot": "shoe size"}', '{"text": "hi", "now": "soon"}']
    lines += ['{"text": "hi", "txet": "hi"}', "[]", "[" * 100_000, '{"text": "hello"}']
    result, answers = asked(*lines)
    assert result.exit_code == 1
    assert all(f"line {number}" in answers[number - 1]["error"] for number in range(1, len(lines)))
    assert "shoe size" in answers[2]["error"]
    assert answers[-1]["intents"] == ["greeting"]


def test_half_a_surrogate_does_not_stop_the_stream() -> None:
    result, answers = asked('{"text": "ana@acme.com \\ud800"}', "", '{"text": "bye"}')
    assert result.exit_code == 0
    assert [bool(answer["intents"]) for answer in answers] == [True, True]


def test_help_explains_both_sides() -> None:
    result = CliRunner().invoke(understand_command, ["--help"])
    assert result.exit_code == 0
    assert "context_slot" in result.output
    assert "entities" in result.output
