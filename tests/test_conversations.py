"""Every conversation in tests/conversations, played through the real chain: understand, assess, advance, respond."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from qualification.criteria import load_criteria
from qualification.dialogue import DialogueState
from qualification.facts import PURCHASE_INTEREST, Evidence, Fact, Utterance, value_to_json
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.stages import Position
from qualification.turn import Memory, Turn, take_turn

FOLDER = Path(__file__).parent / "conversations"
CONFIG = Path(__file__).parent.parent / "config"
POLICY = Policy(
    load_criteria((CONFIG / "criteria.yaml").read_text()),
    load_playbook((CONFIG / "playbook.yaml").read_text()),
)
CONVERSATION_KEYS = {"name", "turns", "never_asks", "never_says", "now"}
TURN_KEYS = {
    *("visitor", "says", "never_says", "link", "asking", "facts", "inferred", "unknown", "kind", "stage", "declined"),
    *("purchase_interest", "privacy", "quiet", "stored"),
}


def conversations() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for conversation in yaml.safe_load(path.read_text()):
            yield pytest.param(conversation, id=f"{path.stem}: {conversation['name']}")


@pytest.mark.parametrize("conversation", list(conversations()))
def test_conversation_goes_as_written(conversation: dict[str, Any]) -> None:
    assert not conversation.keys() - CONVERSATION_KEYS, "unknown key of a conversation"
    now = conversation.get("now", datetime(2026, 11, 23, 10, tzinfo=UTC))
    memory = Memory(Position(), Evidence(), DialogueState())
    for place, expected in enumerate(conversation["turns"]):
        assert not expected.keys() - TURN_KEYS, f"unknown key of a turn: {expected.keys() - TURN_KEYS}"
        turn = take_turn(memory, Utterance(str(expected["visitor"]), now), POLICY, f"m{place}")
        wrong = [*differences(turn, expected), *broken_promises(memory, turn, conversation)]
        assert not wrong, f"\nvisitor: {expected['visitor']}\n" + "\n".join(wrong) + "\n" + heard(turn)
        memory = Memory(turn.position, turn.evidence, turn.dialogue)


def test_readme_of_the_conversations_names_every_key() -> None:
    readme = (FOLDER / "README.md").read_text()
    assert all(f"`{key}`" in readme for key in (TURN_KEYS | CONVERSATION_KEYS) - {"name", "turns"})


def test_every_behaviour_of_the_readme_is_tried_where_it_says() -> None:
    rows = re.findall(r"^\| .+ \| (.+\.(?:yaml|py)) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")}
    assert len(rows) > 30
    assert all((FOLDER if name.endswith(".yaml") else FOLDER.parent).joinpath(name).is_file() for name in named)
    assert {path.name for path in FOLDER.glob("*.yaml")} <= named


def differences(turn: Turn, expected: dict[str, Any]) -> Iterator[str]:
    said = spoken(turn)
    yield from (f"does not say: {words}" for words in expected.get("says", ()) if words.lower() not in said.lower())
    yield from (f"says: {words}" for words in expected.get("never_says", ()) if words.lower() in said.lower())
    links = [say.cta.url for say in turn.says if say.cta]
    if "link" in expected and not any(expected["link"] in link for link in links):
        yield f"shows no link with {expected['link']}, only {links}"
    yield from fact_differences(turn, expected)
    yield from plain_differences(turn, expected)


def fact_differences(turn: Turn, expected: dict[str, Any]) -> Iterator[str]:
    facts = turn.evidence.facts
    for source, wanted in (("said", expected.get("facts", {})), ("inferred", expected.get("inferred", {}))):
        for slot, value in wanted.items():
            if slot not in facts or facts[slot].source != source or not is_value(facts[slot], value):
                yield f"{slot} should be {source} as {value}, is {facts.get(slot)}"
    yield from (f"{slot} is known: {facts[slot]}" for slot in expected.get("unknown", ()) if slot in facts)


def is_value(fact: Fact, wanted: Any) -> bool:
    """Numbers and dates exactly, the parts that are given; a need by some of its words."""
    value = value_to_json(fact.value)
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(value[part] == number for part, number in wanted.items())
    if fact.slot == "use_case":
        return str(wanted).lower() in str(value).lower()
    return str(wanted).lower() == str(value).lower()


def plain_differences(turn: Turn, expected: dict[str, Any]) -> Iterator[str]:
    interest = turn.evidence.facts.get(PURCHASE_INTEREST)
    found = {
        "asking": turn.dialogue.asking or "nothing",
        "kind": turn.position.kind,
        "stage": turn.position.stage,
        "purchase_interest": interest.value if interest else "unknown",
        "privacy": turn.privacy_request,
        "stored": turn.text,
        "quiet": "?" not in spoken(turn).replace("What can I do for you?", ""),
    }
    for key, value in found.items():
        if key in expected and expected[key] != value:
            yield f"{key} should be {expected[key]}, is {value}"
    missing = set(expected.get("declined", ())) - set(turn.dialogue.declined)
    yield from (f"{slot} should be declined" for slot in missing)


def broken_promises(memory: Memory, turn: Turn, conversation: dict[str, Any]) -> Iterator[str]:
    """What holds in every conversation, whatever it is about."""
    asking, before = turn.dialogue.asking, memory.dialogue.asking
    newly = turn.dialogue.asked[len(memory.dialogue.asked) :]
    for slot in newly:
        if slot in turn.evidence.facts or slot in turn.dialogue.declined:
            yield f"asks {slot}, which is known or declined"
        if turn.dialogue.asked.count(slot) > 2:
            yield f"asks {slot} a third time"
    if asking in conversation.get("never_asks", ()):
        yield f"asks {asking}, which this conversation never needs (before: {before})"
    if spoken(turn).count("?") > 1:
        yield f"asks more than one question: {spoken(turn)}"
    if not turn.says:
        yield "says nothing"
    yield from (f"says: {w}" for w in conversation.get("never_says", ()) if w.lower() in spoken(turn).lower())


def spoken(turn: Turn) -> str:
    return " ".join(say.text for say in turn.says)


def heard(turn: Turn) -> str:
    entities = [(entity.label, entity.text, round(entity.confidence, 2)) for entity in turn.understanding.entities]
    return f"assistant: {spoken(turn)}\nheard: {turn.understanding.intents} {entities}\nstate: {turn.dialogue}"
