"""`flask simulate --visitors`: what became of made-up visitors before Foyer and before a form-like bot."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import sqrt
from statistics import fmean, stdev
from types import ModuleType
from typing import Any

import click

from commands.periods import progress
from commands.tables import aligned
from qualification.policy import Policy


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one bot. `turns` is the mean to a verdict of those who stayed until then, `turns_of_all` to it or to leaving.

    Each has half its 95 % interval behind it; `finished` is a share. The last three count questions in all.
    """

    visitors: int
    turns: float
    turns_within: float
    turns_of_all: float
    finished: float
    finished_within: float
    asked_known: int
    asked_told: int
    asked_declined: int


def simulated(policy: Policy, now: datetime, visitors: int, seed: int, as_json: bool) -> str:
    crowd = _crowd()
    with progress("Visitors chat") as tell:
        pairs = list(crowd.play(policy, now, visitors, seed, tell))
    foyer, form = figures([pair.foyer for pair in pairs]), figures([pair.form for pair in pairs])
    if as_json:
        return json.dumps({"seed": seed, "foyer": asdict(foyer), "form_like": asdict(form)})
    return _table(foyer, form)


def _crowd() -> ModuleType:
    """The made-up people belong to the try-out, which an image for production leaves out."""
    try:
        from tryout.made import crowd
    except ImportError:
        raise click.ClickException(
            "made-up visitors come with the try-out, which this installation leaves out"
        ) from None
    return crowd


def figures(courses: Sequence[Any]) -> Figures:
    stayed = [one.verdict_after for one in courses if one.verdict_after]
    share = len(stayed) / len(courses)
    return Figures(
        visitors=len(courses),
        turns=round(fmean(stayed or [0]), 2),
        turns_within=round(1.96 * stdev(stayed) / sqrt(len(stayed)), 2) if len(stayed) > 1 else 0.0,
        turns_of_all=round(fmean(one.verdict_after or one.turns for one in courses), 2),
        finished=round(share, 3),
        finished_within=round(1.96 * sqrt(share * (1 - share) / len(courses)), 3),
        asked_known=sum(one.known for one in courses),
        asked_told=sum(one.told for one in courses),
        asked_declined=sum(one.declined for one in courses),
    )


def _table(foyer: Figures, form: Figures) -> str:
    both = (foyer, form)
    rows = [
        (f"{foyer.visitors} visitors", "Foyer", "form-like bot"),
        ("turns to a verdict, mean", *(f"{one.turns:.2f} ± {one.turns_within:.2f}" for one in both)),
        ("turns to it or to leaving", *(f"{one.turns_of_all:.2f}" for one in both)),
        ("stayed until the verdict", *(f"{one.finished:.1%} ± {one.finished_within:.1%}" for one in both)),
        ("questions about what was known", *(str(one.asked_known) for one in both)),
        ("questions about what was told, not understood", *(str(one.asked_told) for one in both)),
        ("questions about what was declined", *(str(one.asked_declined) for one in both)),
    ]
    return aligned(rows)
