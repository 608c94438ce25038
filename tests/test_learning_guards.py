"""Guards on made-up data: learning helps where the agreed points are wrong, and keeps quiet where they are right."""

import numpy as np
import pytest

from benchmarks.scoring import (
    AGAIN,
    BEGIN,
    DOCUMENT,
    END,
    RIGHT,
    WORLDS,
    WRONG,
    fingerprint,
    learning_goals,
    threshold_goals,
)
from benchmarks.talks import talks
from qualification.made_drift import AS_GOOD, turned_back
from qualification.made_outcomes import AGREED, RULES, WORTH, leads, made_criteria, make_outcomes, true_auc, try_out
from qualification.simulation import POLICIES

REPEATS = 12


def test_learned_points_at_a_hundred_outcomes_beat_wrong_agreed_points_in_nine_of_ten_repeats() -> None:
    trial = try_out(WORTH, 100, REPEATS)
    assert trial.learned_better >= 0.9
    assert min(trial.gains_learned) >= -0.03


def test_suggestions_that_pass_the_gates_rank_better_in_nine_of_ten() -> None:
    trial = try_out(WORTH, 200, REPEATS)
    assert trial.suggested >= 0.7
    assert trial.suggested_better >= 0.9


@pytest.mark.parametrize(("outcomes", "strength"), [(100, 1.0), (300, 1.0), (300, 1.7)])
def test_nothing_is_proposed_where_nothing_changed(outcomes: int, strength: float) -> None:
    assert try_out(AGREED, outcomes, REPEATS, strength).suggested <= 0.05


def test_made_companies_are_what_they_claim_to_be() -> None:
    held = leads(5000, np.random.default_rng(1))
    names = [rule.id for rule in RULES]
    assert not (held[:, names.index("decider")] * held[:, names.index("champion")]).any()
    assert true_auc(WORTH, WORTH) > true_auc(AGREED, WORTH) + 0.1
    assert true_auc(AGREED, AGREED) >= true_auc(WORTH, AGREED)
    outcomes = make_outcomes(WORTH, 500, np.random.default_rng(2))
    assert 0.3 < sum(one.verdict == "accepted" for one in outcomes) / 500 < 0.5
    assert made_criteria().floor == 50


def test_points_that_stopped_working_are_given_up_again() -> None:
    assert turned_back(1)[0] >= -AS_GOOD


def test_the_committed_report_is_current() -> None:
    assert fingerprint() in DOCUMENT.read_text("utf-8"), "run: python -m benchmarks.scoring --write"


def test_made_visitors_are_not_lost_by_the_shipped_playbook() -> None:
    found = talks(60)
    assert found.messages <= 3.8
    assert found.finished >= 0.8


def test_the_committed_report_has_every_figure_and_every_goal_met() -> None:
    text = DOCUMENT.read_text("utf-8")
    made = text.partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in made.splitlines() if line[:1] == "|"]
    simulated = [tuple(row[:2]) for row in rows if len(row) == 9][2:]
    assert simulated == [(world.name, policy.name) for world in WORLDS for policy in POLICIES], "write it again"
    expected = [goal for world in WORLDS for goal in threshold_goals(world.name)]
    expected += [*(goal for case in (*WRONG, *RIGHT) for goal in learning_goals(case)), AGAIN]
    with_goal = {row[0]: row for row in rows if len(row) == 4 and row[3] in ("met", "**not met**")}
    assert {name: row[2] for name, row in with_goal.items()} == {goal.what: goal.text for goal in expected}
    assert {row[3] for row in with_goal.values()} == {"met"}
