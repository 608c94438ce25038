"""`flask criteria replay`, as people, programs and Excel read it."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from commands import with_commands
from commands.periods import Day, period
from commands.tables import aligned, write_csv
from qualification.team import Hours, Team
from tests.looking_back import Yesteryear, yesteryear

TOM = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Budget about 20k a year, tom@vollmer.de"
SEPTEMBER = ("--since", "2026-09-01", "--until", "2026-09-30")
Shell = Callable[..., Result]


@pytest.fixture
def past(database_url: str) -> Iterator[Yesteryear]:
    with yesteryear(database_url) as past:
        yield past


@pytest.fixture
def shell(past: Yesteryear, database_url: str, tmp_path: Path) -> Shell:
    """`shell(("old words", "new words"), "--json")` tries the criteria in force with some words changed."""

    def run(edit: tuple[str, str], *words: str) -> Result:
        (tmp_path / "new.yaml").write_text(past.criteria(edit).source_text)
        app, env = with_commands(Flask("foyer")), {"DATABASE_URL": database_url, "FOYER_ENV": "test"}
        given = ["criteria", "replay", "--criteria", str(tmp_path / "new.yaml"), *words]
        return CliRunner().invoke(app.cli, given, env=env)

    return run


DEARER = ("budget: {gte: 5000}", "budget: {gte: 50000}")


def test_people_read_who_would_not_have_come_and_why(past: Yesteryear, shell: Shell) -> None:
    ref = past.at(1).says(past.visitor(), TOM)
    past.at(2).returns(ref)
    told = shell(DEARER, *SEPTEMBER, "--reps", "2")
    assert told.exit_code == 0
    assert told.output.startswith("2026-09-01 to 2026-09-30: what if new.yaml (version 2) had judged")
    assert "0 more would have come to sales, 1 would not, 0 stay." in told.output
    assert "- budget now counts for: Budget a year at least 50,000; before: " in told.output
    assert "days with over 12" in told.output
    assert "Sales can work 10 alerts a day." in told.output
    assert "budget: Has a budget that fits" in told.output
    assert f"  {ref}  2026-09-02  50 of 50 -> 35 of 50  budget 15 -> 0 points  returned (no_budget)" in told.output
    assert (
        "No conclusion yet: sales has judged 1 of those who would not have come and 0 of those who stay" in told.output
    )
    assert "Becker" not in told.output


def test_names_are_shown_when_asked_for(past: Yesteryear, shell: Shell) -> None:
    past.at(1).says(past.visitor(), TOM)
    assert "Tom Becker Vollmer GmbH" in shell(DEARER, *SEPTEMBER, "--names").output
    plain, named = (json.loads(shell(DEARER, *SEPTEMBER, "--json", *words).output) for words in ((), ("--names",)))
    assert "name" not in plain["left"][0]
    assert named["left"][0]["name"] == "Tom Becker"


def test_leads_that_were_never_shown_are_warned_of(past: Yesteryear, shell: Shell) -> None:
    past.at(1).form("mara@quill.io", company_size="120")
    told = shell(("floor: 50", "floor: 20"), *SEPTEMBER)
    assert "Would have come: 1" in told.output
    assert "nobody knows how many are good" in told.output
    assert "What sales can work is not known" in told.output
    assert json.loads(shell(("floor: 50", "floor: 20"), *SEPTEMBER, "--json").output)["warnings"]


def test_programs_get_every_figure(past: Yesteryear, shell: Shell) -> None:
    ref = past.at(1).says(past.visitor(), TOM)
    past.at(2).accepts(ref)
    data = json.loads(shell(DEARER, *SEPTEMBER, "--json").output)
    assert data["criteria"] == {"file": "new.yaml", "version": 2, "instead_of": 1}
    assert (data["judged"], data["stayed"], data["entered"], data["conclusion"]) == (1, 0, [], "open")
    [left] = data["left"]
    assert (left["lead"], left["verdict"], left["would"]) == (ref, "accepted", None)
    assert left["moves"] == [{"kind": "rule", "name": "budget", "by": -15, "words": "budget 15 -> 0 points"}]
    assert (left["before"], left["after"]) == ({"score": 50, "bar": 50}, {"score": 35, "bar": 50})
    assert data["was"]["accepted"]["part"] == data["was"]["alerts"] == 1
    assert data["accepted"]["left"]["of"] == 1
    assert data["movers"] == [{"name": "budget", "came": 0, "left": 1}]


def test_one_bar_can_be_tried(past: Yesteryear, shell: Shell) -> None:
    past.at(1).form("mara@quill.io", company_size="120")
    told = shell(DEARER, *SEPTEMBER, "--threshold", "20")
    assert "with the bar at 20?" in told.output
    assert "the bar 50 -> 20" in told.output


def test_excel_opens_the_table_and_runs_nothing_in_it(past: Yesteryear, shell: Shell, tmp_path: Path) -> None:
    past.at(1).says(past.visitor(), TOM)
    with past.house.database.begin() as session:
        session.connection().exec_driver_sql("update lead set name = '=cmd|calc', company = '  +1'")
    file = tmp_path / "who.csv"
    told = shell(DEARER, *SEPTEMBER, "--names", "--csv", str(file))
    assert told.exit_code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        [row] = csv.DictReader(lines)
    assert (row["name"], row["company"]) == ("'=cmd|calc", "'  +1")
    assert (row["change"], row["mostly because of"]) == ("would not have come", "budget 15 -> 0 points")
    assert (row["score before"], row["bar before"], row["score"], row["bar"]) == ("50", "50", "35", "50")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "soon"), "write 90d, 12w or 2026-08-01"),
        (("--since", "0d"), "write 90d, 12w or 2026-08-01"),
        (("--since", "2026-09-30", "--until", "2026-09-01"), "--since must lie before --until"),
        (("--site", "defualt"), "no site `defualt` is served; did you mean default?"),
        (("--csv", "/nowhere/at/all.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(past: Yesteryear, shell: Shell, words: tuple[str, ...], says: str) -> None:
    result = shell(DEARER, *words)
    assert result.exit_code != 0
    assert says in result.output


def test_a_broken_file_is_told_in_the_loaders_own_words(past: Yesteryear, shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("version: 1\nfeilds: {}\n")
    result = shell(DEARER, "--criteria", str(tmp_path / "broken.yaml"))
    assert result.exit_code == 1
    assert "feilds" in result.output


TEAM = Team(hours=Hours(zone="America/New_York"))
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)  # still the 9th in New York


@pytest.mark.parametrize(
    ("since", "until", "begins", "ends"),
    [
        (timedelta(days=2), None, datetime(2026, 9, 7, 4, tzinfo=UTC), NOW),
        (date(2026, 9, 1), date(2026, 9, 2), datetime(2026, 9, 1, 4, tzinfo=UTC), datetime(2026, 9, 3, 4, tzinfo=UTC)),
        (date(2026, 9, 9), date(2026, 9, 9), datetime(2026, 9, 9, 4, tzinfo=UTC), NOW),
    ],
)
def test_days_are_whole_days_of_the_team(
    since: timedelta | date, until: date | None, begins: datetime, ends: datetime
) -> None:
    assert period(since, until, TEAM, NOW) == (begins, ends)


def test_days_are_written_in_three_ways() -> None:
    day = Day()
    assert day.convert("90d", None, None) == timedelta(days=90)
    assert day.convert("12w", None, None) == timedelta(weeks=12)
    assert day.convert("2026-08-01", None, None) == date(2026, 8, 1)
    with pytest.raises(click.BadParameter):
        day.convert("9000d", None, None)


def test_a_table_without_rows_is_empty() -> None:
    assert aligned([]) == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠x"])
def test_text_that_begins_like_a_formula_is_kept_text_and_numbers_stay_numbers(tmp_path: Path, text: str) -> None:
    write_csv(tmp_path / "t.csv", ["a", "b"], [[text, -5]])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [["a", "b"], [f"'{text}", "-5"]]
