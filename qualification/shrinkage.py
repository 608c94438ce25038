"""Weights learned from outcomes, pulled towards the points people agreed on: the arithmetic."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAUS = (0.1, 0.2, 0.35, 0.6, 1.0)  # how far a weight may stray from its agreed points, in log odds
FOLDS = 5
LOG_ODDS_PER_POINT = float(np.log(2.0)) / 10  # 10 points double the odds
SCALES = (0.5, 2.0)  # how far the scale of all points together may differ from that
INTERCEPT_PULL = 1e-4
STEPS, LONGEST_STEP, CLOSE = 50, 4.0, 1e-6


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights in log odds with their standard deviations (Laplace), and the strength of the pull that was chosen."""

    weights: Array
    deviations: Array
    intercept: float
    tau: float


def fit(held: Array, good: Array, centre: Array) -> Fit:
    """The most probable weights; `held` is leads x rules, `good` 0 or 1, `centre` the agreed weights in log odds."""
    return shrunk(held, good, centre, TAUS[int(np.argmin(_losses(held, good, centre)))])


def _losses(held: Array, good: Array, centre: Array) -> Array:
    """For every tau, the log loss on folds of the leads that the weights were not fitted to."""
    fold = np.arange(len(good)) % FOLDS
    inside = np.array([[fold != left_out] * len(TAUS) for left_out in range(FOLDS)]).reshape(-1, len(good))
    weights, _ = _newton(held, good, centre, np.array(TAUS * FOLDS), inside.astype(float))
    log_odds = weights @ _with_one(held).T
    losses = (np.logaddexp(0, log_odds) - good * log_odds) * ~inside
    return np.asarray(losses.sum(axis=1).reshape(FOLDS, len(TAUS)).sum(axis=0))


def shrunk(held: Array, good: Array, centre: Array, tau: float) -> Fit:
    """The most probable weights for one strength of the pull."""
    [weights], [curvature] = _newton(held, good, centre, np.array([tau]), np.ones((1, len(good))))
    deviations = np.sqrt(np.diag(np.linalg.inv(curvature)))
    return Fit(weights[:-1], deviations[:-1], float(weights[-1]), tau)


def _newton(held: Array, good: Array, centre: Array, taus: Array, counted: Array) -> tuple[Array, Array]:
    """Newton's method on the log posterior, for each tau with its row of `counted` leads at once.

    Gives the weights, the intercept last, and the curvature at the end. The intercept is free (but for a trace of pull,
    which keeps it finite).
    """
    design, middle = _with_one(held), np.append(centre, 0.0)
    pulls = np.column_stack(
        [np.repeat(1 / taus[:, None] ** 2, len(centre), axis=1), np.full(len(taus), INTERCEPT_PULL)]
    )
    weights, curvature = np.repeat(middle[None, :], len(taus), axis=0), np.zeros(0)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(weights @ design.T, -30, 30)))
        slope = ((good - chance) * counted) @ design - pulls * (weights - middle)
        curvature = (design.T * (chance * (1 - chance) * counted)[:, None, :]) @ design
        curvature = curvature + pulls[:, :, None] * np.eye(len(middle))
        step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        longest = np.max(np.abs(step), axis=1, keepdims=True)
        weights = weights + step * np.minimum(1.0, LONGEST_STEP / np.maximum(longest, CLOSE))
        if np.max(longest) < CLOSE:
            break
    return weights, curvature


def _with_one(held: Array) -> Array:
    return np.column_stack([held, np.ones(len(held))])


def scale_of(held: Array, good: Array, points: Array) -> float:
    """Log odds that a usual agreed point is worth in these outcomes, within reason.

    All points may be twice as telling as was thought and still be right: only their proportions are learned. It is the
    median over the points, so that one rule that is worth much more than agreed does not make all others look small.
    """
    slope = shrunk((held @ points)[:, None], good, np.array([LOG_ODDS_PER_POINT]), LOG_ODDS_PER_POINT)
    low, high = (limit * LOG_ODDS_PER_POINT for limit in SCALES)
    together = float(np.clip(slope.weights[0], low, high))
    scored = points != 0
    ratios = fit(held, good, points * together).weights[scored] / points[scored]
    order, weight = np.argsort(ratios), np.abs(points[scored])
    middle = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(np.clip(ratios[order][middle], low, high)) if scored.any() else together


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
