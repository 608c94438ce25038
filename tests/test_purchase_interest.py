"""A wish for a demo, a talk, a quote or to buy decides whether sales hears of somebody: sentence by sentence."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualification.criteria import load_criteria
from qualification.dialogue import DialogueState
from qualification.facts import PURCHASE_INTEREST, Evidence, Utterance
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.stages import BUYER_KINDS, Position
from qualification.turn import Memory, Turn, take_turn

HERE = Path(__file__).parent
POLICY = Policy(
    load_criteria((HERE.parent / "config" / "criteria.yaml").read_text()),
    load_playbook((HERE.parent / "config" / "playbook.yaml").read_text()),
)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FACTS = (
    "I'm Mia Wolf, head of marketing at Kessel AG in Bonn. We are 90 people and lose leads between "
    "marketing and sales. Budget is 20k a year, we want it live in March. {wish} "
    "You reach me at mia@kessel.example or +49 228 5550147."
)


def table(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


SENTENCES = list(table("purchase_interest.tsv"))
WISHES = [text for expected, text in SENTENCES if expected == "yes" and len(text) < 60 and "@" not in text]


@pytest.mark.parametrize(("expected", "text"), SENTENCES)
def test_purchase_interest_is_a_wish_of_ones_own(expected: str, text: str) -> None:
    turn = said(text)
    assert wants(turn) is (expected == "yes"), turn.understanding.intents
    assert expected == "no" or turn.position.kind in BUYER_KINDS


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_survives_a_message_full_of_facts(wish: str) -> None:
    turn = said(FACTS.format(wish=wish if wish[-1] in ".?!" else f"{wish}."))
    assert wants(turn)
    assert turn.position.stage == "sql"
    assert {"email", "phone", "company"} <= turn.evidence.facts.keys()


def said(text: str) -> Turn:
    return take_turn(Memory(Position(), Evidence(), DialogueState()), Utterance(text, NOW), POLICY, "m1")


def wants(turn: Turn) -> bool:
    fact = turn.evidence.facts.get(PURCHASE_INTEREST)
    return fact is not None and fact.value is True
