"""Made-up visitors talk to the shipped playbook: how many messages it takes, and how many stay to the end."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from statistics import fmean

from config.settings import ROOT
from qualification.criteria import load_criteria
from qualification.dialogue import DialogueState
from qualification.facts import Evidence
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.stages import Position
from qualification.turn import Memory, take_turn
from tryout.made import talk
from tryout.made.people import made_person

LEAVES, NOW = 0.05, datetime(2026, 11, 23, 10, tzinfo=UTC)
SETTLED = ("mql", "not_mql", "disqualified")


@dataclass(frozen=True, slots=True)
class Talks:
    """`messages` a visitor wrote on average; `finished`: the part of them who were not lost on the way."""

    messages: float
    finished: float


def talks(visitors: int) -> Talks:
    policy = Policy(
        load_criteria((ROOT / "config" / "criteria.yaml").read_text("utf-8")),
        load_playbook((ROOT / "config" / "playbook.yaml").read_text("utf-8")),
    )
    ended = [_talk(Random(f"visitor {number}"), policy) for number in range(visitors)]
    return Talks(fmean(count for count, _ in ended), fmean(finished for _, finished in ended))


def _talk(rng: Random, policy: Policy) -> tuple[int, bool]:
    """Until the verdict stands or nothing is asked any more; at every message one in twenty leaves."""
    person = made_person(rng, "seo", 0.5)
    memory, text, count = Memory(Position(), Evidence(), DialogueState()), talk.opening(person, rng), 0
    while True:
        turn = take_turn(memory, policy.utterance(text, NOW), policy)
        memory, count = Memory(turn.position, turn.evidence, turn.dialogue), count + 1
        if turn.assessment.verdict in SETTLED or turn.dialogue.asking is None:
            return count, True
        if rng.random() < LEAVES:
            return count, False
        text = talk.reply(person, turn.dialogue.asking, rng)
