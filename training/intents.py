"""Trains the head of intents: python -m training.intents (seeded; under a minute of one core)."""

import random
from pathlib import Path

import numpy as np

from qualification.facts import INTENTS, Intent
from qualification.understanding.features import INTENT_BUCKETS, Ids, hashed, intent_features
from qualification.understanding.model import Floats
from qualification.understanding.reading import read
from training.turns import LabelledTurn, checksum, corpus
from training.weights import options, packed, store

SEED, PASSES, RATE, SHRINK = 7, 4, 1.2, 1e-6
THRESHOLD, MEDIUM, STRICT = -1.4, -0.8, -0.4  # not one for each intent: those did not hold on unseen turns
MIDDLE = frozenset({"demo", "talk_to_sales", "purchase_intent"}) | frozenset(
    {"vendor", "partner", "job_seeker", "press", "student", "competitor"}
)
UNCHECKED = frozenset({"support", "abuse", "off_topic", "gibberish", "privacy_delete", "opt_out"})
Example = tuple[Ids, Floats]


def train(unseen: list[Path], path: Path) -> None:
    rng = random.Random(SEED)
    print(f"corpus {checksum()}", flush=True)
    examples = [_example(turn, rng) for turn in corpus(unseen) for _ in range(2)]
    weights = _fit(examples, rng)
    rows, scale = packed(weights)
    store(path, intents=rows, intent_scale=scale, thresholds=thresholds())


def thresholds() -> Floats:
    """Stricter for what calls sales or names another door, and most for what nothing else in the message checks."""
    return np.array([_threshold(intent) for intent in INTENTS], np.float32)


def _threshold(intent: Intent) -> float:
    return STRICT if intent in UNCHECKED else MEDIUM if intent in MIDDLE else THRESHOLD


def _example(turn: LabelledTurn, rng: random.Random) -> Example:
    asked = None if rng.random() < 0.2 else turn.asked
    ids = hashed(intent_features(read(turn.utterance(asked))), INTENT_BUCKETS)
    return ids, np.array([intent in turn.intents for intent in INTENTS], dtype=np.float32)


def _fit(examples: list[Example], rng: random.Random) -> Floats:
    """The mean of the weights after each pass, which wavers less than the last."""
    weights = np.zeros((INTENT_BUCKETS, len(INTENTS)), np.float32)
    speed, mean = np.full_like(weights, 1e-3), np.zeros_like(weights)
    for number in range(PASSES):
        rng.shuffle(examples)
        loss = sum(_learn(weights, speed, ids, gold) for ids, gold in examples)
        mean += weights / PASSES
        print(f"pass {number + 1}: {loss / len(examples):.4f} wrong per turn", flush=True)
    return mean


def _learn(weights: Floats, speed: Floats, ids: Ids, gold: Floats) -> float:
    chance = 1 / (1 + np.exp(-weights[ids].sum(axis=0) / np.sqrt(len(ids))))
    error = (chance - gold) / np.sqrt(len(ids))
    speed[ids] += error * error
    weights[ids] -= RATE * error / np.sqrt(speed[ids]) + SHRINK * weights[ids]
    return float(np.abs(chance - gold).sum())


if __name__ == "__main__":
    chosen = options("Train the head of intents.")
    train(chosen.unseen, chosen.weights)
