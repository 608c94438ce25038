"""`flask criteria threshold`, as people and programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.criteria import criteria_group
from qualification.simulation import POLICIES, WORLDS

DAY = '{{"at": "2026-11-{day:02d}T10:00:00Z", "score": {score}}}\n'


LAST_WEEKS = ("--bar", 60, "--reps", 4, "--today", "2026-11-23")


def run(*words: object) -> Result:
    return CliRunner().invoke(criteria_group, [str(word) for word in words])


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    """Thirty-one leads over 60 of a hundred, on every weekday of two weeks."""
    scores = [60 + number for number in range(31)] + [40] * 69
    lines = [DAY.format(day=day, score=score) for day in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20) for score in scores]
    (tmp_path / "leads.jsonl").write_text("".join(lines))
    return tmp_path / "leads.jsonl"


def test_marketers_read_why_the_bar_should_rise_and_that_nothing_was_changed(crowd: Path) -> None:
    told = run("threshold", "--leads", crowd, *LAST_WEEKS)
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "threshold 60 -> 65 because 31 alerts a day are expected for 20",
        "31 of 100 leads a day are expected to reach 60, 26 to reach 65.",
        "Nothing is changed: people decide.",
    ]


def test_programs_get_the_same_figures_as_json(crowd: Path) -> None:
    data = json.loads(run("threshold", "--leads", crowd, *LAST_WEEKS, "--json").output)
    assert (data["bar"], data["business_days"], data["capacity"]) == (60, 10, 20)
    assert (data["proposal"]["new"], data["proposal"]["applies"]) == (65, False)


def test_a_bar_that_may_stay_is_told_with_its_figures(crowd: Path) -> None:
    rested = run("threshold", "--leads", crowd, *LAST_WEEKS, "--changed-on", "2026-11-20")
    expected = "31 of 100 leads a day are expected to reach 60, and sales can work 20."
    assert rested.output == f"The bar stays at 60: {expected}\n"
    early = run("threshold", "--leads", crowd, "--bar", 60, "--reps", 4, "--today", "2026-11-11")
    assert early.output == "The bar stays at 60: 2 business days are known, 5 are needed.\n"


def test_a_table_with_commas_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("at,score\n2026-11-09T10:00:00,50\n")
    assert run("threshold", "--leads", tmp_path / "leads.csv", "--reps", 1, "--today", "2026-11-11").exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at,score\nyesterday,50\n", "line 2: `at` must be a time such as 2026-11-23T09:00:00Z"),
        ("at,score\n2026-11-09,many\n", "line 2: `score` must be a whole number"),
        ('{"at": "2026-11-09"}\n', "line 1: `score` must be a whole number"),
        ('{"at": \n', "line 1: not JSON"),
        ("\xff", "is not written in UTF-8"),
    ],
)
def test_a_broken_export_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "leads").write_bytes(text.encode("latin-1"))
    result = run("threshold", "--leads", tmp_path / "leads", "--reps", 1)
    assert result.exit_code == 1
    assert told in result.output


def test_without_reps_in_the_team_file_their_number_is_asked_for(crowd: Path) -> None:
    result = run("threshold", "--leads", crowd)
    assert result.exit_code == 1
    assert "--reps 4" in result.output


def test_one_says_simulate_or_leads_and_not_both(crowd: Path) -> None:
    assert (
        "give one of --approve, --keep, --simulate and --leads FILE"
        in run("threshold", "--simulate", "--leads", crowd).output
    )
    assert run("threshold", "--simulate", "--leads", crowd).exit_code != 0


def test_the_simulation_compares_three_bars_in_four_worlds() -> None:
    table = run("threshold", "--simulate", "--seeds", 1)
    assert table.exit_code == 0
    assert table.output.count("follows volume + valve") == len(WORLDS)
    data = json.loads(run("threshold", "--simulate", "--seeds", 1, "--json").output)
    assert [(row["world"], row["policy"]) for row in data] == [(w.name, p.name) for w in WORLDS for p in POLICIES]
    assert all(row["overload"] == 0 for row in data if row["policy"] == POLICIES[-1].name)
