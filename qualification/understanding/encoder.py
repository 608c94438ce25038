"""The small transformer: reads a message as a whole, and scores the tag of each word and the intents. Numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from qualification.understanding.pieces import MARKS, Pieces, Vocabulary, pieces
from qualification.understanding.reading import Reading

Floats = NDArray[np.float32]
FILE = Path(__file__).parent / "data" / "encoder.npz"
HEADS = 12
SHORT = 16
_TINY = np.float32(1e-12)


@dataclass(frozen=True)
class Layer:
    """One layer's weights, each matrix as (in, out)."""

    attend: Floats  # queries, keys and values side by side
    attend_bias: Floats
    gather: Floats
    gather_bias: Floats
    norm: tuple[Floats, Floats]
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norm_after: tuple[Floats, Floats]


@dataclass(frozen=True)
class Encoder:
    """Word pieces stay bytes, brought back row by row; the layers are kept as floats for speed."""

    vocabulary: Vocabulary
    words: NDArray[np.int8]
    word_scales: Floats
    places: Floats
    cases: Floats
    marks: Floats
    norm: tuple[Floats, Floats]
    layers: Sequence[Layer]
    tags: tuple[Floats, Floats]
    intents: tuple[Floats, Floats]


@dataclass(frozen=True)
class Scores:
    """Logits: one row of tags for each token that was read, and one figure for each intent."""

    tags: Floats
    intents: Floats


def encode(reading: Reading, model: Encoder) -> Scores:
    read = pieces(reading, model.vocabulary)
    if len(read.ids) > SHORT or model is not encoder():
        return _scores(read, model)
    return _short(*(part.tobytes() for part in (read.ids, read.cases, read.marks, read.firsts)))


@lru_cache(maxsize=512)
def _short(ids: bytes, cases: bytes, marks: bytes, firsts: bytes) -> Scores:
    """What many say in the same words, suggested replies first of all, is read once."""
    return _scores(
        Pieces(
            np.frombuffer(ids, np.int32),
            np.frombuffer(cases, np.int8),
            np.frombuffer(marks, np.float32).reshape(-1, MARKS),
            np.frombuffer(firsts, np.int32),
        ),
        encoder(),
    )


def _scores(read: Pieces, encoder: Encoder) -> Scores:
    hidden = _embedded(read, encoder)
    for layer in encoder.layers:
        hidden = _layer(hidden, layer)
    whole = np.concatenate([hidden[0], hidden.mean(axis=0)])
    return Scores(
        hidden[read.firsts] @ encoder.tags[0] + encoder.tags[1], whole @ encoder.intents[0] + encoder.intents[1]
    )


def _embedded(read: Pieces, encoder: Encoder) -> Floats:
    words = encoder.words[read.ids] * encoder.word_scales[read.ids][:, None]
    return _normed(
        words + encoder.places[: len(read.ids)] + encoder.cases[read.cases] + read.marks @ encoder.marks, encoder.norm
    )


def _layer(hidden: Floats, layer: Layer) -> Floats:
    seen = _attended(hidden @ layer.attend + layer.attend_bias)
    hidden = _normed(hidden + seen @ layer.gather + layer.gather_bias, layer.norm)
    wide = _gelu(hidden @ layer.widen + layer.widen_bias)
    return _normed(hidden + wide @ layer.narrow + layer.narrow_bias, layer.norm_after)


def _attended(mixed: Floats) -> Floats:
    count, width = len(mixed), mixed.shape[1] // 3
    query, key, value = mixed.reshape(count, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1) * np.float32((width // HEADS) ** -0.5)
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    scores /= scores.sum(axis=2, keepdims=True)
    return cast(Floats, (scores @ value).transpose(1, 0, 2).reshape(count, width))


def _normed(values: Floats, norm: tuple[Floats, Floats]) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + _TINY)
    return cast(Floats, centred / spread * norm[0] + norm[1])


def _gelu(values: Floats) -> Floats:
    bent = np.tanh(np.float32(0.7978845608) * (values + np.float32(0.044715) * values * values * values))
    return cast(Floats, np.float32(0.5) * values * (1 + bent))


@cache
def encoder(path: Path = FILE) -> Encoder:
    with np.load(path, allow_pickle=False) as stored:
        held = {name: stored[name] for name in stored.files}
    names = bytes(held["vocabulary"]).decode("utf-8").split("\n")
    return Encoder(
        {name: number for number, name in enumerate(names)},
        held["words"],
        held["words.scale"].astype(np.float32),
        _floats(held, "places"),
        _floats(held, "cases"),
        _floats(held, "marks"),
        _pair(held, "norm"),
        [_stored_layer(held, number) for number in range(int(held["layers"]))],
        _pair(held, "tags"),
        _pair(held, "intents"),
    )


def _stored_layer(held: dict[str, Any], number: int) -> Layer:
    at = f"layer{number}"
    parts = {name: _matrix(held, f"{at}.{name}") for name in ("attend", "gather", "widen", "narrow")}
    biases = {f"{name}_bias": _floats(held, f"{at}.{name}.bias") for name in parts}
    return Layer(**parts, **biases, norm=_pair(held, f"{at}.norm"), norm_after=_pair(held, f"{at}.norm_after"))


def _matrix(held: dict[str, Any], name: str) -> Floats:
    """Bytes and the scale of each output."""
    return np.ascontiguousarray(held[name].astype(np.float32) * held[f"{name}.scale"].astype(np.float32))


def _floats(held: dict[str, Any], name: str) -> Floats:
    return cast(Floats, held[name].astype(np.float32))


def _pair(held: dict[str, Any], name: str) -> tuple[Floats, Floats]:
    return _floats(held, f"{name}.weight"), _floats(held, f"{name}.bias")
