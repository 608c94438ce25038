"""How far a figure would swing with other turns of the same kind: turns drawn anew from a seed, 95 in 100 of them."""

from collections.abc import Callable, Sequence

import numpy as np

DRAWS, SEED, TAILS = 2000, 1, (2.5, 97.5)
Figure = Callable[[np.ndarray], np.ndarray]
"""Summed counts, a row a draw and a column a count, to one figure a row."""


def interval(counts: Sequence[Sequence[int]], figure: Figure) -> tuple[float, float]:
    """`counts` has a row a turn. Whole turns are drawn, for the facts of one hang together."""
    table = np.array(counts, dtype=float)
    times = np.random.default_rng(SEED).multinomial(len(table), np.full(len(table), 1 / len(table)), DRAWS)
    low, high = np.percentile(figure(times @ table), TAILS)
    return float(low), float(high)


def f1_of(sums: np.ndarray) -> np.ndarray:
    """Of the columns right, said, gold."""
    right, said, gold = sums.T
    return 2 * right / np.maximum(said + gold, 1)


def share_of(sums: np.ndarray) -> np.ndarray:
    """Of the columns that are so, all."""
    so, total = sums.T
    return so / np.maximum(total, 1)


def macro_f1_of(sums: np.ndarray) -> np.ndarray:
    """Of as many columns right, then said, then gold, as there are classes; classes nobody meant are left out."""
    right, said, gold = np.split(sums, 3, axis=1)
    scores = np.where(gold > 0, 2 * right / np.maximum(said + gold, 1), np.nan)
    return np.nanmean(scores, axis=1)
