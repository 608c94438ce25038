"""The small transformer: reads a message as a whole, and scores the tag of each word and the intents."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from qualification.understanding.pieces import MARKS, Pieces, Vocabulary, pieces
from qualification.understanding.reading import Reading

Floats = NDArray[np.float32]
FILE = Path(__file__).parent / "data" / "encoder.npz"
SHORT = 16
_TINY = np.float32(1e-12)


@dataclass(frozen=True)
class Encoder:
    """Word pieces are bytes, brought back row by row; so are the weights of the layers, multiplied as they are."""

    vocabulary: Vocabulary
    words: NDArray[np.int8]
    word_scales: Floats
    places: Floats
    cases: Floats
    marks: Floats
    norm: tuple[Floats, Floats]
    layers: onnxruntime.InferenceSession
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
    (hidden,) = encoder.layers.run(["read"], {"hidden": _embedded(read, encoder)})
    whole = np.concatenate([hidden[0], hidden.mean(axis=0)])
    return Scores(
        hidden[read.firsts] @ encoder.tags[0] + encoder.tags[1], whole @ encoder.intents[0] + encoder.intents[1]
    )


def _embedded(read: Pieces, encoder: Encoder) -> Floats:
    words = encoder.words[read.ids] * encoder.word_scales[read.ids][:, None]
    return _normed(
        words + encoder.places[: len(read.ids)] + encoder.cases[read.cases] + read.marks @ encoder.marks, encoder.norm
    )


def _normed(values: Floats, norm: tuple[Floats, Floats]) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.mean(centred * centred, axis=1, keepdims=True) + _TINY)
    return cast(Floats, centred / spread * norm[0] + norm[1])


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
        _layers(held["layers"].tobytes()),
        _pair(held, "tags"),
        _pair(held, "intents"),
    )


def _layers(graph: bytes) -> onnxruntime.InferenceSession:
    """One thread: a turn is short, and the other cores have visitors of their own. No arena, which would keep what
    the longest message needed."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _floats(held: dict[str, Any], name: str) -> Floats:
    return cast(Floats, held[name].astype(np.float32))


def _pair(held: dict[str, Any], name: str) -> tuple[Floats, Floats]:
    return _floats(held, f"{name}.weight"), _floats(held, f"{name}.bias")
