"""The two linear models: a chain of tags over the words (which slot each belongs to) and a head of intents."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from qualification.facts import INTENTS, Intent, Slot
from qualification.understanding.encoder import Scores
from qualification.understanding.features import BUCKETS, INTENT_BUCKETS, Ids, hashed, intent_features, token_features
from qualification.understanding.reading import CLOSED_FORMS, Reading

Floats = NDArray[np.float32]
OPEN_SLOTS = ("person_name", "company", "job_title", "company_size", "budget", "timeline", "use_case", "location")
TAGS: tuple[str, ...] = (
    "O",
    *(f"B-{s}" for s in OPEN_SLOTS),
    *(f"I-{s}" for s in OPEN_SLOTS),
    *(f"B-{s}" for s in CLOSED_FORMS),
)
LINEAR_TAGS, ENCODED_TAGS = 1.0, 1.0  # how much each model's word counts, chosen on dev
LINEAR_INTENTS, ENCODED_INTENTS, ENCODED_BAR = 0.5, 1.0, 0.0
WEIGHTS = Path(__file__).parent / "data" / "weights.npz"


def allowed() -> Floats:
    """Which tag may follow which: a slot goes on only where it began."""
    rows = [[0.0 if not b.startswith("I-") or a[2:] == b[2:] else 1.0 for b in TAGS] for a in TAGS]
    return 1 - np.array(rows, dtype=np.float32)


@dataclass(frozen=True)
class Weights:
    tags: NDArray[np.int8]
    tag_scale: float
    moves: Floats
    intents: NDArray[np.int8]
    intent_scale: float
    thresholds: Floats


@cache
def weights(path: Path = WEIGHTS) -> Weights:
    with np.load(path, allow_pickle=False) as stored:
        return Weights(
            stored["tags"],
            float(stored["tag_scale"]),
            stored["moves"],
            stored["intents"],
            float(stored["intent_scale"]),
            stored["thresholds"],
        )


@dataclass(frozen=True)
class Tagged:
    """Probability of each tag for each token, and the best path as (slot, first token, end token, probability)."""

    probabilities: Floats
    spans: tuple[tuple[Slot, int, int, float], ...]


def tag(reading: Reading, model: Weights, seen: Scores | None = None) -> Tagged:
    """`seen` is what the encoder makes of the message; None when it was not asked."""
    if not reading.tokens:
        return Tagged(np.zeros((0, len(TAGS)), dtype=np.float32), ())
    ids = [hashed(names, BUCKETS) for names in token_features(reading)]
    starts = np.cumsum([0, *(len(row) for row in ids[:-1])])
    summed = np.add.reduceat(model.tags[np.concatenate(ids)], starts, axis=0, dtype=np.int32)
    scores = summed.astype(np.float32) * model.tag_scale
    if seen is not None:
        read = len(seen.tags)
        scores[:read] = LINEAR_TAGS * scores[:read] + ENCODED_TAGS * seen.tags
    moves = np.exp(model.moves) * allowed_cached()
    probabilities = marginals(scores, moves)
    return Tagged(probabilities, _spans(best_path(scores, moves), probabilities))


@cache
def allowed_cached() -> Floats:
    return allowed()


def marginals(scores: Floats, moves: Floats) -> Floats:
    """Forward and backward, each step scaled to one."""
    emitted = np.exp(scores - scores.max(axis=1, keepdims=True))
    forward, backward = np.empty_like(emitted), np.ones_like(emitted)
    forward[0] = emitted[0] * START
    forward[0] /= forward[0].sum()
    for at in range(1, len(emitted)):
        step = (forward[at - 1] @ moves) * emitted[at]
        forward[at] = step / step.sum()
    for at in range(len(emitted) - 2, -1, -1):
        step = moves @ (emitted[at + 1] * backward[at + 1])
        backward[at] = step / step.sum()
    both = forward * backward
    return cast(Floats, both / both.sum(axis=1, keepdims=True))


START = np.array([0.0 if tag.startswith("I-") else 1.0 for tag in TAGS], dtype=np.float32)


def best_path(scores: Floats, moves: Floats) -> list[int]:
    with np.errstate(divide="ignore"):
        steps, best = np.log(moves), scores[0] + np.log(START)
    back = []
    for row in scores[1:]:
        paths = best[:, None] + steps
        back.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _spans(path: list[int], probabilities: Floats) -> tuple[tuple[Slot, int, int, float], ...]:
    spans: list[tuple[Slot, int, int, float]] = []
    for at, number in enumerate(path):
        name = TAGS[number]
        if name.startswith("I-") and spans:
            slot, first, _, least = spans.pop()
            spans.append((slot, first, at + 1, min(least, mass(probabilities, slot, at))))
        elif name != "O":
            slot = cast(Slot, name[2:])
            spans.append((slot, at, at + 1, mass(probabilities, slot, at)))
    return tuple(spans)


def mass(probabilities: Floats, slot: str, at: int) -> float:
    return float(sum(probabilities[at, number] for number in _NUMBERS[slot]))


_NUMBERS = {slot: [at for at, name in enumerate(TAGS) if name[2:] == slot] for slot in (*OPEN_SLOTS, *CLOSED_FORMS)}


def intent_scores(reading: Reading, model: Weights, seen: Scores | None = None) -> dict[Intent, float]:
    """Probability of each intent, shifted so that one half is the decision."""
    ids: Ids = hashed(intent_features(reading), INTENT_BUCKETS)
    scores = model.intents[ids].sum(axis=0, dtype=np.int32) * model.intent_scale / np.sqrt(len(ids)) - model.thresholds
    if seen is not None:
        scores = LINEAR_INTENTS * scores + ENCODED_INTENTS * (seen.intents - ENCODED_BAR)
    chances = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return dict(zip(INTENTS, chances.tolist(), strict=True))
