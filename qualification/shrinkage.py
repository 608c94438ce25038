"""Weights learned from outcomes, pulled towards the points people agreed on: the arithmetic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAUS = (0.1, 0.2, 0.35, 0.6, 1.0)  # how far a weight may stray from its agreed points, in log odds
FOLDS = 5
LOG_ODDS_PER_POINT = float(np.log(2.0)) / 10  # 10 points double the odds
SCALES = (0.5, 2.0)  # how far the scale of all points together may differ from that
STEPS, CLOSE = 50, 1e-8


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights in log odds with their standard deviations (Laplace), and the strength of the pull that was chosen."""

    weights: Array
    deviations: Array
    intercept: float
    tau: float


def fit(held: Array, good: Array, centre: Array) -> Fit:
    """The most probable weights; `held` is leads x rules, `good` 0 or 1, `centre` the agreed weights in log odds."""
    losses = [_loss_of_folds(held, good, centre, tau) for tau in TAUS]
    return shrunk(held, good, centre, TAUS[int(np.argmin(losses))])


def _loss_of_folds(held: Array, good: Array, centre: Array, tau: float) -> float:
    fold = np.arange(len(good)) % FOLDS
    losses = 0.0
    for left_out in range(FOLDS):
        inside = fold != left_out
        fitted = shrunk(held[inside], good[inside], centre, tau)
        log_odds = held[~inside] @ fitted.weights + fitted.intercept
        losses += float(np.sum(np.logaddexp(0, log_odds) - good[~inside] * log_odds))
    return losses


def shrunk(held: Array, good: Array, centre: Array, tau: float) -> Fit:
    """Newton's method on the log posterior; the intercept is free (almost: a trace of pull keeps it finite)."""
    design = np.column_stack([held, np.ones(len(good))])
    middle, pull = np.append(centre, 0.0), np.append(np.full(len(centre), tau**-2), 1e-4)
    weights, curvature = middle.copy(), np.diag(pull)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = (design.T * (chance * (1 - chance))) @ design + np.diag(pull)
        step = np.linalg.solve(curvature, design.T @ (good - chance) - pull * (weights - middle))
        weights = weights + step * min(1.0, 4.0 / max(float(np.max(np.abs(step))), 1e-12))
        if np.max(np.abs(step)) < CLOSE:
            break
    deviations = np.sqrt(np.diag(np.linalg.inv(curvature)))
    return Fit(weights[:-1], deviations[:-1], float(weights[-1]), tau)


def scale_of(score: Array, good: Array) -> float:
    """Log odds per point that the agreed score as a whole is worth in these outcomes, within reason.

    All points may be twice as telling as was thought, and still be right: only their proportions are learned.
    """
    pulled = shrunk(score[:, None], good, np.array([LOG_ODDS_PER_POINT]), LOG_ODDS_PER_POINT)
    return float(np.clip(pulled.weights[0], SCALES[0] * LOG_ODDS_PER_POINT, SCALES[1] * LOG_ODDS_PER_POINT))


def auc(score: Array, good: Array) -> float:
    """How often a good lead scores above one that was not good; .5 is chance."""
    return float(_aucs(score, good, np.ones((1, len(good))))[0])


def gains(new: Array, old: Array, good: Array, draws: int, rng: np.random.Generator) -> Array:
    """The gain in AUC of `new` over `old` in each of `draws` re-drawn samples of the leads (bootstrap)."""
    counts = rng.multinomial(len(good), np.full(len(good), 1 / len(good)), size=draws).astype(float)
    return _aucs(new, good, counts) - _aucs(old, good, counts)


def _aucs(score: Array, good: Array, counts: Array) -> Array:
    """One AUC per row of `counts`, which says how often each lead is in the sample; ties count half."""
    values, place = np.unique(score, return_inverse=True)
    at = np.eye(len(values))[place]
    wins, losses = (counts * good) @ at, (counts * (1 - good)) @ at
    below = np.cumsum(losses, axis=1) - losses / 2
    pairs = wins.sum(axis=1) * losses.sum(axis=1)
    return np.where(pairs > 0, (wins * below).sum(axis=1) / np.maximum(pairs, 1), 0.5)
