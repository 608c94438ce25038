"""Trains the chain of tags: python -m training.tagger (seeded; about three minutes of one core)."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from qualification.facts import SLOTS, Slot
from qualification.understanding.features import BUCKETS, Ids, hashed, token_features
from qualification.understanding.model import TAGS, Floats, allowed, marginals
from qualification.understanding.reading import CLOSED_FORMS, Reading, read
from training.turns import LabelledTurn, checksum, corpus, with_values
from training.weights import options, packed, store

SEED, PASSES, VARIANTS = 7, 3, 2
RATE, SHRINK = 0.12, 2e-6
Example = tuple[list[Ids], list[int]]
_INDEX = {tag: number for number, tag in enumerate(TAGS)}


def train(unseen: list[Path], path: Path) -> None:
    rng = random.Random(SEED)
    print(f"corpus {checksum()}", flush=True)
    examples = _examples(corpus(unseen), rng)
    rare = _rare(examples)
    print(f"{len(examples)} examples, {sum(len(tags) for _, tags in examples)} tokens", flush=True)
    tags, moves = _fit(examples, rng)
    tags[rare] = 0
    rows, scale = packed(tags)
    store(path, tags=rows, tag_scale=scale, moves=moves)


def _examples(turns: list[LabelledTurn], rng: random.Random) -> list[Example]:
    pool = {slot: [t.text[s.start : s.end] for t in turns for s in t.spans if s.label == slot] for slot in SLOTS}
    varied = [variant for turn in turns for variant in variants(turn, pool, rng)]
    return [example for turn in varied if (example := _example(turn))]


def variants(
    turn: LabelledTurn, pool: dict[Slot, list[str]], rng: random.Random, count: int = VARIANTS
) -> Iterator[LabelledTurn]:
    """The turn as written, and with other values, other case, no or another slot asked."""
    yield turn
    for _ in range(count):
        spans = sorted(turn.spans, key=lambda span: span.start)
        chosen = {at: rng.choice(pool[span.label]) for at, span in enumerate(spans) if rng.random() < 0.6}
        varied = with_values(turn, chosen)
        if rng.random() < 0.25 and len(varied.text.lower()) == len(varied.text):
            varied = replace(varied, text=varied.text.lower())
        fate = rng.random()
        yield replace(varied, asked=None if fate < 0.25 else rng.choice(SLOTS) if fate < 0.35 else varied.asked)


def _example(turn: LabelledTurn) -> Example | None:
    reading = read(turn.utterance(turn.asked))
    return (
        ([hashed(names, BUCKETS) for names in token_features(reading)], tags_of(reading, turn))
        if reading.tokens
        else None
    )


def tags_of(reading: Reading, turn: LabelledTurn) -> list[int]:
    tags = ["O"] * len(reading.tokens)
    closed = {one.start: one.label for one in reading.closed}
    for span in turn.spans:
        inside = [at for at, t in enumerate(reading.tokens) if t.start < span.end and span.start < t.end]
        for place, at in enumerate(inside):
            if span.label in CLOSED_FORMS:
                tags[at] = f"B-{span.label}" if closed.get(reading.tokens[at].start) == span.label else "O"
            else:
                tags[at] = f"{'I' if place else 'B'}-{span.label}"
    return [_INDEX[tag] for tag in tags]


def _rare(examples: list[Example]) -> list[int]:
    """Buckets seen in fewer than three tokens say nothing that holds."""
    seen = Counter(int(number) for ids, _ in examples for row in ids for number in row)
    return [number for number in range(BUCKETS) if seen[number] < 3]


def _fit(examples: list[Example], rng: random.Random) -> tuple[Floats, Floats]:
    tags, moves = np.zeros((BUCKETS, len(TAGS)), np.float32), np.zeros((len(TAGS), len(TAGS)), np.float32)
    speed, move_speed, permitted = np.full_like(tags, 1e-3), np.full_like(moves, 1e-3), allowed()
    for number in range(PASSES):
        rng.shuffle(examples)
        right = total = 0
        for ids, gold in examples:
            scores = np.stack([tags[row].sum(axis=0) for row in ids])
            weights = np.exp(moves) * permitted
            chances = marginals(scores, weights)
            right, total = right + int((chances.argmax(axis=1) == gold).sum()), total + len(gold)
            _learn(tags, speed, moves, move_speed, ids, gold, chances, weights)
        print(f"pass {number + 1}: {right / total:.4f} of tokens", flush=True)
    return tags, moves


def _learn(
    tags: Floats,
    speed: Floats,
    moves: Floats,
    move_speed: Floats,
    ids: list[Ids],
    gold: list[int],
    chances: Floats,
    weights: Floats,
) -> None:
    for row, right, chance in zip(ids, gold, chances, strict=True):
        error = chance.copy()
        error[right] -= 1
        if np.abs(error).max() < 0.01:
            continue
        speed[row] += error * error
        tags[row] -= RATE * 0.3 * error / np.sqrt(speed[row]) + SHRINK * tags[row]
    _learn_moves(moves, move_speed, gold, chances, weights)


def _learn_moves(moves: Floats, speed: Floats, gold: list[int], chances: Floats, weights: Floats) -> None:
    """Expected moves from neighbouring marginals: near enough, and cheap."""
    if len(gold) < 2:
        return
    error = np.zeros_like(moves)
    for at in range(1, len(gold)):
        joint = chances[at - 1][:, None] * weights * chances[at][None, :]
        error += joint / joint.sum()
        error[gold[at - 1], gold[at]] -= 1
    speed += error * error
    moves -= RATE * error / np.sqrt(speed)


if __name__ == "__main__":
    chosen = options("Train the chain of tags.")
    train(chosen.unseen, chosen.weights)
