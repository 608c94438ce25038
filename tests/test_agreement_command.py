"""`flask criteria approve`, `versions`, `diff` and `threshold` on a database, as people and programs call them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from commands import with_commands
from commands.doctor_agreement import look_at_agreement
from tests.agreeing import TEAM, Firm, a_firm, version
from tests.test_bar import criteria, crowded

HIGHER = ("floor: 50", "floor: 60")


@pytest.fixture
def firm(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    with a_firm(tmp_path, database_url) as firm:
        yield firm


def flask(firm: Firm, *words: str, **env: str) -> Result:
    ours = {
        "DATABASE_URL": firm.url,
        "FOYER_ENV": "production" if firm.production else "development",
        "SECRET_KEY": "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978aa",
        "CRITERIA_FILE": str(firm.folder / "criteria.yaml"),
        "TEAM_FILE": str(firm.folder / "team.yaml"),
    }
    return CliRunner().invoke(with_commands(Flask("foyer")).cli, ["criteria", *words], env={**ours, **env})


def told(firm: Firm, *words: str) -> Any:
    return json.loads(flask(firm, *words, "--json").stdout)


def fails(firm: Firm, *words: str) -> str:
    result = flask(firm, *words)
    assert result.exit_code == 1, result.output
    return result.stderr.strip().splitlines()[-1]


def test_two_people_agree_to_what_they_were_shown(firm: Firm) -> None:
    (firm.folder / "criteria.yaml").write_text(version(2, HIGHER), "utf-8")
    shown = flask(firm, "approve", "--show")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "version 2 waits for marketing and sales",
        "What it changes against version 1:",
        "  - The bar is now 60 points instead of 50",
        "For leads judged meanwhile: with version 2: no lead has been judged by both yet.",
        "To agree: flask criteria approve --as EMAIL --role marketing",
        "To agree: flask criteria approve --as EMAIL --role sales",
    ]
    first = flask(firm, "approve", "--as", "dana@example.com", "--role", "marketing")
    assert first.stdout == (
        "Agreed to version 2 for marketing. It waits for sales: somebody else runs "
        "`flask criteria approve --as EMAIL --role sales`.\n"
    )
    assert told(firm, "approve", "--show")["missing"] == ["sales"]
    second = told(firm, "approve", "--as", "raj@example.com", "--role", "sales")
    assert second == {"done": True, "code": "approved", "number": 2, "missing": [], "judges": True}
    firm.look()
    assert firm.judges == 2


def test_history_says_who_agreed_to_what_and_when(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    firm.agree()
    firm.write(version(3))
    one, two, three = told(firm, "versions")
    assert [(view["number"], view["state"]) for view in (one, two, three)] == [(1, "past"), (2, "judges"), (3, "waits")]
    assert two["agreed"][1] == {"side": "sales", "by": "raj@example.com", "at": "2026-11-23T09:00:00+00:00"}
    lines = flask(firm, "versions").stdout
    assert "version 1 judged before, from 2026-11-23 09:00 UTC, on first start" in lines
    assert "version 2 judges since 2026-11-23 09:00 UTC, agreed to\n  marketing: dana@example.com, 2026-11-23" in lines
    assert "version 3 waits for marketing and sales" in lines


def test_what_cannot_be_agreed_to_is_told_with_the_remedy(firm: Firm) -> None:
    as_dana = ("approve", "--as", "dana@example.com", "--role", "marketing")
    assert fails(firm, *as_dana) == "Error: nothing waits: version 1 judges, and criteria.yaml says the same"
    (firm.folder / "criteria.yaml").write_text(version(1, HIGHER), "utf-8")
    assert fails(firm, *as_dana).endswith("To use the change, write `version: 2` into it")
    (firm.folder / "criteria.yaml").write_text(version(2, HIGHER), "utf-8")
    assert fails(firm, "approve", "--as", "ann@example.com", "--role", "sales") == (
        "Error: ann@example.com is no approver of sales for `default`; Raj@Example.com, mia@example.com may agree"
    )
    assert flask(firm, *as_dana).exit_code == 0
    assert fails(firm, *as_dana) == (
        "Error: marketing has agreed to version 2 already. It waits for sales; `flask criteria versions` shows who"
    )
    assert "there is no version 9; known are 1, 2" in fails(firm, *as_dana, "--version", "9")
    assert "did you mean default?" in fails(firm, *as_dana, "--site", "defualt")
    assert "say who agrees and for which side" in flask(firm, "approve").stderr


def test_one_who_agreed_for_a_side_is_sent_for_somebody_else(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    assert flask(firm, "approve", "--as", "mia@example.com", "--role", "sales").exit_code == 0
    assert fails(firm, "approve", "--as", "mia@example.com", "--role", "marketing") == (
        "Error: mia@example.com has agreed to version 2 for sales: somebody else must agree for marketing"
    )


def test_without_approvers_in_the_team_file_the_role_is_named(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, team="") as firm:
        firm.write(version(2, HIGHER))
        assert "give somebody the role sales_approver in the team file" in fails(
            firm, "approve", "--as", "a@example.com", "--role", "sales"
        )
        found = list(look_at_agreement(firm.settings()))
        assert [(one.level, one.detail) for one in found] == [
            (
                "warning",
                "version 1 judges; version 2 waits for marketing and sales; "
                "with version 2: no lead has been judged by both yet",
            ),
            ("warning", "nobody may agree to a new version for marketing and sales"),
        ]
        assert "marketing_approver and somebody else sales_approver" in found[1].fix


def test_in_development_nothing_waits(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, production=False) as firm:
        firm.write(version(2, HIGHER))
        assert "outside production a new version judges at once" in fails(
            firm, "approve", "--as", "dana@example.com", "--role", "marketing"
        )
        [found] = look_at_agreement(firm.settings())
        assert "judges at once, because this is not production" in found.detail


def test_diff_alone_compares_the_file_with_what_judges(firm: Firm) -> None:
    assert (flask(firm, "diff").exit_code, flask(firm, "diff").stdout) == (0, "Both say the same.\n")
    firm.write(version(2, ("floor: 50", "floor: 90")))
    firm.lead(55)
    shown = flask(firm, "diff")
    assert shown.exit_code == 1
    assert shown.stdout.splitlines() == [
        "The bar is now 90 points instead of 50",
        "version 2 waits for marketing and sales; with version 2: 0 leads more, 1 less, by the bar (1), "
        "of 1 judged by both",
    ]
    assert told(firm, "diff") == ["The bar is now 90 points instead of 50"]


def test_the_doctor_tells_of_a_file_with_a_used_number(firm: Firm) -> None:
    (firm.folder / "criteria.yaml").write_text(version(1, HIGHER), "utf-8")
    judges, wrong = look_at_agreement(firm.settings())
    assert (judges.level, judges.detail) == ("ok", "version 1 judges")
    assert (wrong.level, wrong.what) == ("error", "criteria of default")
    assert "write `version: 2` into it" in wrong.detail


# --- the bar


@pytest.fixture
def busy(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    """Leads until yesterday, and a team that works today whatever day it is."""
    always = TEAM + "hours: {days: [mon, tue, wed, thu, fri, sat, sun]}\n"
    with a_firm(tmp_path, database_url, criteria(), always) as firm:
        crowded(firm, datetime.now(UTC))
        yield firm


def test_the_proposal_people_were_asked_about_is_shown_and_an_approver_decides(busy: Firm) -> None:
    proposal = busy.house.agreement.propose_threshold(busy.site_id, busy.clock.now)
    assert proposal is not None
    sentence = proposal.sentence
    shown = flask(busy, "threshold")
    assert f"Waits for an approver: {sentence}." in shown.stdout
    assert told(busy, "threshold")["waits"]["new"] == proposal.new == 55
    assert "ann@example.com is no approver" in fails(busy, "threshold", "--approve", "--as", "ann@example.com")
    done = flask(busy, "threshold", "--approve", "--as", "dana@example.com")
    assert done.stdout.startswith("The bar is 55 from now on, in every process within a few seconds")
    assert "no change of the bar is proposed" in fails(busy, "threshold", "--keep", "--as", "dana@example.com")
    [change] = told(busy, "threshold")["history"]
    assert (change["old"], change["new"], change["by"]) == (50, 55, "dana@example.com")
    assert f"{sentence}; approved by dana@example.com" in flask(busy, "threshold").stdout
    busy.look()
    assert busy.house.policies[busy.site_id].threshold == 55


def test_the_bar_can_be_kept(busy: Firm) -> None:
    assert busy.house.agreement.propose_threshold(busy.site_id, busy.clock.now)
    kept = flask(busy, "threshold", "--keep", "--as", "raj@example.com")
    assert kept.stdout == "The bar stays at 50; it is looked at again after a few days.\n"
    assert told(busy, "threshold")["waits"] is None


def test_options_that_do_not_go_together_are_refused(firm: Firm) -> None:
    for words in (("--approve", "--keep"), ("--simulate", "--approve")):
        assert "give one of --approve, --keep, --simulate and --leads FILE" in flask(firm, "threshold", *words).stderr
    assert "go with --leads FILE" in flask(firm, "threshold", "--reps", "4").stderr
    assert "say who decides: --as EMAIL" in flask(firm, "threshold", "--approve").stderr


def test_a_database_that_does_not_answer_is_one_line(firm: Firm) -> None:
    for words in (("versions",), ("approve", "--show"), ("threshold",), ("diff",)):
        result = flask(firm, *words, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
        assert result.exit_code == 1
        assert "the database does not serve" in result.stderr
        assert "Traceback" not in result.output
