"""`python -m benchmarks.scoring [--write]`: the bar and the learning on made data, against their goals."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from benchmarks.report import Row
from benchmarks.talks import talks
from config.settings import ROOT
from qualification.made_drift import AS_GOOD, turned_back
from qualification.made_outcomes import AGREED, WORTH, try_out
from qualification.shrinkage import Array
from qualification.simulation import POLICIES, WORLDS, Figures, simulate

DOCUMENT = ROOT / "docs" / "scoring-report.md"
BEGIN, END = "<!-- measured: begin (python -m benchmarks.scoring --write) -->", "<!-- measured: end -->"
SEEDS, QUICK_SEEDS = 8, 1
OURS = POLICIES[-1].name


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must be. `form` writes both."""

    what: str
    limit: float
    form: str
    least: bool = False

    @property
    def text(self) -> str:
        return ("at least " if self.least else "at most ") + self.form.format(self.limit)

    def row(self, measured: float) -> Row:
        met = measured >= self.limit if self.least else measured <= self.limit
        return Row(self.what, self.form.format(measured), self.text, met)


def threshold_goals(world: str) -> tuple[Goal, ...]:
    return (
        Goal(f"{world}: business days with overload", 0.0, "{:.1%}"),
        Goal(f"{world}: good leads worked, of what hindsight would have", 0.93, "{:.3f}", least=True),
        Goal(f"{world}: changes of the bar a week", 0.75, "{:.2f}"),
        Goal(f"{world}: turns of its direction a week", 0.10, "{:.2f}"),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """Many made companies with so many outcomes; `strength`: how telling all points are, 1 as agreed."""

    what: str
    worth: Array
    outcomes: int
    repeats: int
    strength: float = 1.0


WRONG = (Case("agreed points wrong, 100 outcomes", WORTH, 100, 100), Case("the same, 200 outcomes", WORTH, 200, 50))
RIGHT = (
    Case("agreed points right, 100 outcomes", AGREED, 100, 100),
    Case("agreed points right, 300 outcomes", AGREED, 300, 60),
    Case("the same, all points half as telling", AGREED, 300, 60, 0.5),
    Case("the same, all points 1.7 times as telling", AGREED, 300, 60, 1.7),
)


def learning_goals(case: Case) -> tuple[Goal, ...]:
    if case in RIGHT:
        return (Goal(f"{case.what}: proposals, all of them false", 0.05, "{:.0%}"),)
    return (
        Goal(f"{case.what}: learned points rank better than the agreed ones", 0.9, "{:.0%}", least=True),
        Goal(f"{case.what}: worst of them, gain in AUC", -0.03, "{:+.3f}", least=True),
        Goal(f"{case.what}: suggestions made that rank better", 0.9, "{:.0%}", least=True),
    )


AGAIN = Goal("turned back, 200 outcomes later: as good as the agreed points again", 0.9, "{:.0%}", least=True)
COMPANIES, VISITORS = 40, 400


def learned(case: Case, quick: bool) -> Iterator[Row]:
    trial = try_out(case.worth, case.outcomes, 4 if quick else case.repeats, case.strength)
    found = (
        [trial.suggested] if case in RIGHT else [trial.learned_better, min(trial.gains_learned), trial.suggested_better]
    )
    yield from (goal.row(value) for goal, value in zip(learning_goals(case), found, strict=True))
    if case not in RIGHT:
        yield Row(f"{case.what}: how often a suggestion is made", f"{trial.suggested:.0%}")
        yield Row(f"{case.what}: mean gain in AUC, learned points", f"{fmean(trial.gains_learned):+.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/scoring-report.md")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a goal is not met")
    options = parser.parse_args()
    figures, rows = measured(options.quick)
    text = markdown(figures, rows)
    print(text)
    if options.write:
        written(text)
    return int(options.strict and any(row.met is False for row in rows))


def measured(quick: bool) -> tuple[list[Figures], list[Row]]:
    seeds = QUICK_SEEDS if quick else SEEDS
    figures = [simulate(world, policy, seeds) for world in WORLDS for policy in POLICIES]
    rows = [row for one in figures if one.policy == OURS for row in followed(one)]
    rows += [row for case in (*WRONG, *RIGHT) for row in learned(case, quick)]
    return figures, [*rows, *given_up(quick), *talked(quick)]


def given_up(quick: bool) -> Iterator[Row]:
    ahead = turned_back(2 if quick else COMPANIES)
    yield AGAIN.row(sum(gain >= -AS_GOOD for gain in ahead) / len(ahead))


def talked(quick: bool) -> Iterator[Row]:
    found = talks(20 if quick else VISITORS)
    yield Row("made visitors: messages until nothing more is asked, mean", f"{found.messages:.2f}", "about 3.2")
    yield Row("made visitors: stay until then, when 5% leave at every message", f"{found.finished:.0%}", "about 82%")


def followed(one: Figures) -> Iterator[Row]:
    found = (one.overload, one.handled, one.changes_per_week, one.reversals_per_week)
    yield from (goal.row(value) for goal, value in zip(threshold_goals(one.world), found, strict=True))


HEADINGS = "leads | bar | overload days | p95 load | precision | push | push + pull | changes a week | turns a week"


def fingerprint() -> str:
    """A small part of all this, quick enough for a test to make again: it tells whether the figures are current."""
    bar, trial = simulate(WORLDS[0], POLICIES[-1], 1), try_out(WORTH, 100, 3)
    moved = f"{bar.precision:.4f} {bar.pushed:.4f} {bar.handled:.4f} {bar.changes_per_week:.4f}"
    points = " ".join(f"{gain:+.4f}" for gain in (*trial.gains_learned, *trial.gains_suggested))
    return f"One half year and three companies, made again by a test: `{moved}`, `{points}`."


def markdown(figures: list[Figures], rows: list[Row]) -> str:
    followed = ["## The bar that follows the volume", "", f"| {HEADINGS} |", "|---|---|---|---|---|---|---|---|---|"]
    goals = ["", "## Goals", "", "| what | measured | goal | |", "|---|---|---|---|"]
    goals += [f"| {row.what} | {row.measured} | {row.goal} | {row.verdict} |" for row in rows]
    return "\n".join([*followed, *map(_line, figures), *goals, "", fingerprint()])


def _line(one: Figures) -> str:
    load = f"{one.overload:.0%} | {one.load_p95:.2f}x | {one.precision:.3f}"
    unrest = f"{one.changes_per_week:.2f} | {one.reversals_per_week:.2f}"
    return f"| {one.world} | {one.policy} | {load} | {one.pushed:.2f} | {one.handled:.2f} | {unrest} |"


def written(text: str) -> None:
    """Replaces the generated part; what people wrote around it stays."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
