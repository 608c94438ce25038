"""Made companies whose leads change: points that were adopted once must be given up again when they stop working."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from qualification.amending import amended
from qualification.criteria import Criteria, load_criteria
from qualification.learning import Outcome, suggest
from qualification.made_outcomes import AGREED, RULES, WORTH, made_criteria, make_outcomes, true_auc
from qualification.shrinkage import Array

BLOCK = 100  # outcomes after which people ask for a suggestion, and adopt it
AS_GOOD = 0.01  # in AUC: nobody would notice


def turned_back(repeats: int) -> tuple[float, ...]:
    """For 300 outcomes rules are worth something else than agreed, then all is as it was agreed again.

    How far the points in force rank behind the agreed ones (below 0) or ahead, 200 outcomes after that, per company.
    """
    worths = [WORTH, WORTH, WORTH, AGREED, AGREED]
    return tuple(_ahead(_lived(worths, np.random.default_rng([repeat, 7])), AGREED) for repeat in range(repeats))


def _lived(worths: list[Array], rng: np.random.Generator) -> Criteria:
    """The criteria in force after so many blocks of outcomes, every suggestion having been adopted."""
    agreed = in_force = made_criteria()
    seen: list[Outcome] = []
    for number, worth in enumerate(worths):
        later = timedelta(days=365 * number)
        block = make_outcomes(worth, BLOCK, rng)
        seen += [replace(one, lead=f"{number}-{one.lead}", at=one.at + later) for one in block]
        suggestion = suggest(seen, in_force, agreed if in_force is not agreed else None)
        if suggestion.kind == "propose":
            in_force = load_criteria(amended(in_force, suggestion.points), agreed.name)
        elif suggestion.kind == "go_back":
            in_force = agreed
    return in_force


def _ahead(criteria: Criteria, worth: Array) -> float:
    points = {rule.id: rule.points for group in criteria.file.groups.values() for rule in group.rules}
    return true_auc(np.array([points[rule.id] for rule in RULES], dtype=float), worth) - true_auc(AGREED, worth)
