"""The judge of the understanding is judged: intervals, reliability, the map of confidences, the report it writes."""

from pathlib import Path

import numpy as np
import pytest

from qualification.understanding.certainty import SUREST, calibrated
from training.bootstrap import f1_of, interval, macro_f1_of, share_of
from training.certainty import calibration_error, fitted, made_surer, reliability
from training.evaluate import judged
from training.report import BEGIN, END, write_measured

ROOT = Path(__file__).parent.parent
MARKED = (
    "-\tinform\tI'm [Ana Silva](person_name)\n-\tgreeting\thello\n"
    "company_size\tinform\twe are [45 people](company_size)\n-\tthanks\tthanks a lot\n"
)


def made_sures(steepness: float, count: int = 4000) -> list[tuple[float, bool]]:
    """Facts that are right as often as their confidence, made so much steeper, says."""
    rng = np.random.default_rng(7)
    sure = rng.uniform(0.5, 0.95, count)
    right = rng.random(count) < 1 / (1 + (1 / sure - 1) ** steepness)
    return list(zip(sure.tolist(), right.tolist(), strict=True))


def test_the_map_of_confidences_keeps_their_order_and_one_half() -> None:
    mapped = [calibrated(step / 100) for step in range(101)]
    assert mapped == sorted(mapped)
    assert calibrated(0.5) == 0.5
    assert (mapped[0], mapped[-1]) == (0.0, SUREST)


def test_the_steepness_that_made_the_outcomes_is_found_again() -> None:
    assert fitted(made_sures(1.6)) == pytest.approx(1.6, abs=0.15)


def test_making_them_as_steep_as_they_are_brings_the_error_down() -> None:
    sures = made_sures(1.61)
    assert calibration_error(made_surer(sures)) < calibration_error(sures) / 2


def test_reliability_counts_every_fact_once() -> None:
    sures = [*made_sures(1.0, 500), (1.0, True), (0.0, False)]
    bins = list(reliability(sures))
    assert sum(one.count for one in bins) == len(sures)
    assert all(one.least <= one.sure <= one.below for one in bins)


def test_an_interval_holds_its_figure_and_is_the_same_from_the_same_seed() -> None:
    counts = [(1, 1, 1)] * 80 + [(0, 1, 1)] * 20
    low, high = interval(counts, f1_of)
    assert low < 0.8 < high
    assert high - low < 0.2
    assert (low, high) == interval(counts, f1_of)


def test_a_share_and_a_macro_score_have_intervals_too() -> None:
    low, high = interval([(0, 1)] * 95 + [(1, 1)] * 5, share_of)
    assert 0 <= low < 0.05 < high
    low, high = interval([(1, 0, 1, 1, 1, 0), (0, 0, 1, 1, 1, 0)] * 30, macro_f1_of)
    assert low < 0.5 < high, "the class nobody meant is left out"


def test_the_report_is_written_between_its_marks_and_says_whether_it_was_stale(tmp_path: Path) -> None:
    turns, report = tmp_path / "turns.tsv", tmp_path / "REPORT.md"
    turns.write_text(MARKED, encoding="utf-8")
    report.write_text(f"# Title\n{BEGIN}\nold\n{END}\nprose\n", encoding="utf-8")
    found = [judged(turns)]
    assert write_measured(report, found)
    assert not write_measured(report, found)
    text = report.read_text(encoding="utf-8")
    assert text.startswith("# Title\n")
    assert text.endswith("prose\n")
    assert "| span F1, slot asked | 1.000 [" in text
    assert "calibration error, as used" in text


def test_the_committed_report_has_a_measured_part() -> None:
    text = (ROOT / "training" / "REPORT.md").read_text(encoding="utf-8")
    assert "span F1, slot asked" in text.partition(BEGIN)[2].partition(END)[0]
