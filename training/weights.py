"""The one file of weights: read, changed in part, written back small."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualification.facts import INTENTS
from qualification.understanding.features import BUCKETS, INTENT_BUCKETS
from qualification.understanding.model import TAGS, WEIGHTS, Floats


def packed(rows: Floats) -> tuple[NDArray[np.int8], float]:
    """Weights as signed bytes and the scale that brings them back; the largest are cut off."""
    top = float(np.quantile(np.abs(rows[rows != 0]), 0.9995)) if rows.any() else 1.0
    scale = top / 127
    return np.clip(np.rint(rows / scale), -127, 127).astype(np.int8), scale


def store(path: Path, **changed: Any) -> None:
    empty: dict[str, Any] = {
        "tags": np.zeros((BUCKETS, len(TAGS)), np.int8),
        "tag_scale": 1.0,
        "moves": np.zeros((len(TAGS), len(TAGS)), np.float32),
        "intents": np.zeros((INTENT_BUCKETS, len(INTENTS)), np.int8),
        "intent_scale": 1.0,
        "thresholds": np.zeros(len(INTENTS), np.float32),
    }
    if path.exists():
        with np.load(path, allow_pickle=False) as stored:
            empty |= {name: stored[name] for name in stored.files}
    np.savez_compressed(path, **(empty | changed))
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


def options(about: str) -> argparse.Namespace:
    """`--unseen` keeps the turns of a file for judging; such weights go to another file by `--weights`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--unseen", nargs="*", type=Path, default=[], metavar="FILE.tsv", help="turns to keep out of training"
    )
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="file to write")
    return parser.parse_args()
