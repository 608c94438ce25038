"""Made-up outcomes of leads whose true worth is known, to watch over what is learned from outcomes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np

from qualification.criteria import Criteria, load_criteria
from qualification.learning import Held, Outcome, Sample, learned_points, suggest
from qualification.shrinkage import LOG_ODDS_PER_POINT, Array

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
AUDIT = 0.1  # leads below the bar that are shown to sales all the same
LEADS_PER_OUTCOME = 12
GOOD_SHARE = 0.4
JUDGES = 4000  # leads that tell how well points rank, none of them learned from


@dataclass(frozen=True, slots=True)
class MadeRule:
    """A rule with its agreed points, how often it holds, and what it is worth where the agreed points are wrong."""

    id: str
    group: str
    points: int
    often: float
    worth: int


RULES = (
    MadeRule("size_team", "fit", 10, 0.75, 10),
    MadeRule("size_core", "fit", 10, 0.45, 10),
    MadeRule("decider", "fit", 15, 0.3, 35),
    MadeRule("champion", "fit", 10, 0.3, 0),
    MadeRule("work_mail", "fit", 5, 0.7, 20),
    MadeRule("throwaway", "fit", -10, 0.04, -10),
    MadeRule("demo", "intent", 25, 0.35, 5),
    MadeRule("sales", "intent", 20, 0.25, 5),
    MadeRule("soon", "intent", 15, 0.4, 15),
    MadeRule("later", "intent", -5, 0.15, -25),
    MadeRule("budget", "intent", 15, 0.35, 40),
    MadeRule("need", "intent", 5, 0.6, 20),
    MadeRule("prices", "intent", 5, 0.4, 5),
    MadeRule("reads", "intent", 3, 0.4, 20),
    MadeRule("letter", "intent", 5, 0.2, 5),
    MadeRule("event", "intent", 10, 0.15, 10),
)
ONE_AFTER_THE_OTHER = (("size_core", "size_team"),)  # the first only holds where the second does
NEVER_TOGETHER = (("champion", "decider"), ("throwaway", "work_mail"), ("later", "soon"))
AGREED = np.array([rule.points for rule in RULES], dtype=float)
WORTH = np.array([rule.worth for rule in RULES], dtype=float)


@cache
def made_criteria() -> Criteria:
    lines = ["version: 1", "threshold: {floor: 50}", "fields:"]
    lines += [f"  {rule.id}: {{type: event_count, event: custom, name: {rule.id}}}" for rule in RULES]
    lines.append("groups:")
    for group in ("fit", "intent"):
        lines += [f"  {group}:", "    rules:"]
        lines += [
            f"      - {{id: {rule.id}, when: {{{rule.id}: {{gte: 1}}}}, points: {rule.points}}}"
            for rule in RULES
            if rule.group == group
        ]
    return load_criteria("\n".join(lines), "made.yaml")


def leads(count: int, rng: np.random.Generator) -> Array:
    """Leads x rules: which rules hold for whom."""
    names = [rule.id for rule in RULES]
    held = rng.random((count, len(RULES))) < [rule.often for rule in RULES]
    for inner, outer in ONE_AFTER_THE_OTHER:
        held[:, names.index(inner)] &= held[:, names.index(outer)]
    for second, first in NEVER_TOGETHER:
        held[:, names.index(second)] &= ~held[:, names.index(first)]
    return held.astype(float)


def make_outcomes(worth: Array, count: int, rng: np.random.Generator, strength: float = 1.0) -> list[Outcome]:
    """Verdicts on leads that reached the bar by the agreed points, and on a few others that were shown all the same.

    `worth` are the true points per rule; 10 * `strength` of them double the odds that sales accepts a lead.
    """
    everybody = leads(count * LEADS_PER_OUTCOME, rng)
    shown = (everybody @ AGREED >= made_criteria().floor) | (rng.random(len(everybody)) < AUDIT)
    held = everybody[shown][:count]
    log_odds = held @ worth * LOG_ODDS_PER_POINT * strength
    accepted = rng.random(count) < 1 / (1 + np.exp(-(log_odds - np.quantile(log_odds, 1 - GOOD_SHARE))))
    return [_outcome(place, held[place], bool(accepted[place])) for place in range(count)]


def _outcome(place: int, held: Array, accepted: bool) -> Outcome:
    rules = {rule.id: Held() for rule, holds in zip(RULES, held, strict=True) if holds}
    return Outcome(f"L-{place}", BEGIN + timedelta(hours=place), "accepted" if accepted else "returned", rules)


def true_auc(points: Array, worth: Array, strength: float = 1.0) -> float:
    """How well points rank leads nobody has learned from, by their true chance of being accepted."""
    held = leads(JUDGES, np.random.default_rng(99))
    log_odds = held @ worth * LOG_ODDS_PER_POINT * strength
    chance = 1 / (1 + np.exp(-(log_odds - np.median(log_odds))))
    _, place = np.unique(np.rint(held @ points), return_inverse=True)
    good, other = np.bincount(place, chance), np.bincount(place, 1 - chance)
    return float(np.sum(good * (np.cumsum(other) - other / 2)) / good.sum() / other.sum())


@dataclass(frozen=True, slots=True)
class Trial:
    """Many made companies: what was learned of each before the gates, and what was suggested after them.

    `gains_learned` are gains in true AUC of all learned points, rounded; `gains_suggested` of the suggestions made.
    """

    repeats: int
    gains_learned: tuple[float, ...]
    gains_suggested: tuple[float, ...]

    @property
    def learned_better(self) -> float:
        return sum(gain > 0 for gain in self.gains_learned) / self.repeats

    @property
    def suggested(self) -> float:
        return len(self.gains_suggested) / self.repeats

    @property
    def suggested_better(self) -> float:
        return sum(gain > 0 for gain in self.gains_suggested) / max(len(self.gains_suggested), 1)


def try_out(worth: Array, outcomes: int, repeats: int, strength: float = 1.0) -> Trial:
    before = true_auc(AGREED, worth, strength)
    learned, suggested = [], []
    for repeat in range(repeats):
        made = make_outcomes(worth, outcomes, np.random.default_rng([repeat, outcomes]), strength)
        points, _ = learned_points(Sample(made, made_criteria()))
        learned.append(true_auc(np.rint(points), worth, strength) - before)
        suggestion = suggest(made, made_criteria())
        if suggestion.kind == "propose":
            suggested.append(true_auc(_in_force(suggestion.points), worth, strength) - before)
    return Trial(repeats, tuple(learned), tuple(suggested))


def _in_force(points: dict[str, int]) -> Array:
    return np.array([points.get(rule.id, rule.points) for rule in RULES], dtype=float)
