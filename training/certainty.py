"""Confidences against how often they are right: reliability by bins, calibration error, the steepness that fits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qualification.understanding.certainty import SUREST, calibrated

Sure = tuple[float, bool]
"""How sure a fact was, and whether it is right."""
EDGES = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
PIECES = 20
STEPS = np.linspace(0.2, 4.0, 381)


@dataclass(frozen=True, slots=True)
class Bin:
    """Facts that are so sure: how many, how sure on average, and the share of them that is right."""

    least: float
    below: float
    count: int
    sure: float
    right: float


def reliability(sures: Sequence[Sure]) -> Iterator[Bin]:
    """Bins without facts are left out; the last one holds 1."""
    for least, below in pairwise(EDGES):
        inside = [one for one in sures if least <= one[0] < below or (below == EDGES[-1] and one[0] >= below)]
        if inside:
            mean, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            yield Bin(least, below, len(inside), mean, right)


def calibration_error(sures: Sequence[Sure]) -> float:
    """Mean distance between how sure and how often right over twenty even bins, each by its number of facts."""
    sure, right = _columns(sures)
    piece = np.minimum((sure * PIECES).astype(int), PIECES - 1)
    gaps = [abs(float((sure - right)[piece == number].sum())) for number in range(PIECES)]
    return sum(gaps) / max(len(sures), 1)


def fitted(sures: Sequence[Sure]) -> float:
    """The steepness of greatest likelihood for confidences as the extractors give them."""
    sure, right = _columns(sures)
    odds = np.log(np.clip(sure, 0.01, SUREST) / (1 - np.clip(sure, 0.01, SUREST)))
    return float(min(STEPS, key=lambda steepness: _surprise(1 / (1 + np.exp(-steepness * odds)), right)))


def _surprise(sure: np.ndarray, right: np.ndarray) -> float:
    return -float(np.mean(right * np.log(sure) + (1 - right) * np.log(1 - sure)))


def made_surer(sures: Sequence[Sure], by: Callable[[float], float] = calibrated) -> list[Sure]:
    return [(by(sure), right) for sure, right in sures]


def _columns(sures: Sequence[Sure]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(sures, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]
