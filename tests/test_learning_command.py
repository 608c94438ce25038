"""`flask criteria suggest`, as people and programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.criteria import criteria_group
from qualification.criteria import load_criteria
from qualification.learning import Outcome
from tests.looking_back import yesteryear
from tests.test_learning import FILE, company

BUDGET_IS_WORTH_MORE = (10, 10, 20, 50, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "criteria.yaml").write_text(FILE)
    return tmp_path


def run(folder: Path, file: Path, *words: object) -> Result:
    given = ["suggest", file, "--criteria", folder / "criteria.yaml", *words]
    return CliRunner().invoke(criteria_group, [str(word) for word in given])


def as_lines(outcomes: list[Outcome], folder: Path) -> Path:
    rows = [
        {
            "lead": one.lead,
            "at": one.at.isoformat(),
            "verdict": one.verdict,
            "rules": {rule: held.words for rule, held in one.rules.items()},
            "reason": "no_authority" if one.verdict == "returned" and "lead" in one.rules else None,
        }
        for one in outcomes
    ]
    (folder / "outcomes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "outcomes.jsonl"


def test_people_read_the_change_with_its_evidence_as_a_patch_and_the_file_stays(folder: Path) -> None:
    told = run(folder, as_lines(company(400, BUDGET_IS_WORTH_MORE), folder))
    assert told.exit_code == 0
    assert "Other points are proposed: " in told.output
    assert "- budget: 15 -> " in told.output
    assert "\n-      - {id: budget, when: {budget: {gte: 1000}}, points: 15}\n" in told.output
    assert "no_authority: lead (the rule is about just that) held for " in told.output
    assert "Nothing is applied" in told.output
    assert (folder / "criteria.yaml").read_text() == FILE


def test_examples_that_would_come_out_otherwise_are_told(folder: Path) -> None:
    example = "examples:\n  - {name: A boss with money, facts: {role: boss, budget: 5000}, verdict: mql, score: 25}\n"
    (folder / "criteria.yaml").write_text(FILE + example)
    told = run(folder, as_lines(company(400, BUDGET_IS_WORTH_MORE), folder))
    assert 'example "A boss with money": the score is ' in told.output


def test_programs_get_figures_sentences_and_the_patch(folder: Path) -> None:
    data = json.loads(run(folder, as_lines(company(400, BUDGET_IS_WORTH_MORE), folder), "--json").output)
    assert data["kind"] == "propose"
    assert [change["rule"] for change in data["changes"]] == ["budget"]
    assert data["changes"][0]["sentence"].startswith("budget: 15 -> ")
    assert data["diff"].startswith("--- ")
    assert {fault["reason"] for fault in data["faults"]} <= {"no_authority"}


def test_a_table_with_rules_between_semicolons_says_the_same(folder: Path) -> None:
    outcomes = company(400, BUDGET_IS_WORTH_MORE)
    rows = [f"{one.lead},{one.at.isoformat()},{one.verdict},{';'.join(one.rules)}" for one in outcomes]
    (folder / "outcomes.csv").write_text("lead,at,verdict,rules\n" + "\n".join(rows) + "\n")
    as_table = json.loads(run(folder, folder / "outcomes.csv", "--json").output)
    assert as_table["diff"] == json.loads(run(folder, as_lines(outcomes, folder), "--json").output)["diff"]


def test_the_reasons_of_an_assessment_are_understood(folder: Path) -> None:
    reason = {"rule": "visits", "points": 15, "why": "Came by", "evidence": "3 visits"}
    row = {"lead": "L-1", "at": "2026-11-23T09:00:00Z", "verdict": "won", "rules": [reason]}
    (folder / "one.jsonl").write_text(json.dumps(row) + "\n")
    told = run(folder, folder / "one.jsonl")
    assert told.exit_code == 0
    assert told.output.startswith("Nothing can be said yet: 1 outcomes, 1 accepted")


def test_going_back_to_the_version_before_is_proposed_when_it_does_better(folder: Path) -> None:
    (folder / "before.yaml").write_text(FILE)
    (folder / "criteria.yaml").write_text(FILE.replace("points: 15}", "points: 45}"))
    outcomes = as_lines(company(400, (20, 20, 30, 0, 5)), folder)
    told = run(folder, outcomes, "--earlier", folder / "before.yaml")
    assert told.output.startswith("Going back to earlier points is proposed: ")
    assert "- budget: 45 -> 15 (" in told.output


def test_rules_the_criteria_do_not_know_are_named_and_left_aside(folder: Path) -> None:
    (folder / "one.csv").write_text("lead,at,verdict,rules\nL-1,2026-11-23,won,demo;dmeo\n")
    assert "left aside: dmeo" in run(folder, folder / "one.csv").output


GOOD = '"lead": "L-1", "at": "2026-11-23", "verdict": "won"'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"lead": "L-1", "at": "2026-11-23", "verdict": "acc", "rules": {}}', "`verdict` must be one of accepted, "),
        ('{"lead": 7, "at": "2026-11-23", "verdict": "won", "rules": {}}', "`lead` must name the lead"),
        ('{"lead": "L-1", "at": "soon", "verdict": "won", "rules": {}}', "`at` must be a time"),
        (f"{{{GOOD}}}", "`rules` must name the rules that held"),
        (f'{{{GOOD}, "rules": {{"demo": 3}}}}', "`rules` must name the rules that held"),
        (f'{{{GOOD}, "rules": [{{"points": 3}}]}}', "`rules` must list names, or reasons"),
        (f'{{{GOOD}, "rules": {{}}, "reason": 5}}', "`reason` must be a return code"),
        ("{[]}", "not JSON"),
    ],
)
def test_a_broken_row_is_told_with_its_line(folder: Path, line: str, told: str) -> None:
    (folder / "outcomes.jsonl").write_text("\n" + line + "\n")
    result = run(folder, folder / "outcomes.jsonl")
    assert result.exit_code == 1
    assert f"outcomes.jsonl, line 2: {told}" in result.output


def test_the_proposal_can_be_written_to_a_new_file_and_never_over_one(folder: Path) -> None:
    outcomes = as_lines(company(400, BUDGET_IS_WORTH_MORE), folder)
    told = run(folder, outcomes, "--write", folder / "new.yaml")
    assert told.exit_code == 0
    assert f"flask criteria replay --criteria {folder / 'new.yaml'}" in told.output
    assert load_criteria((folder / "new.yaml").read_text()).version == 4
    refused = run(folder, outcomes, "--write", folder / "criteria.yaml")
    assert refused.exit_code == 1
    assert "name a file that is not there" in refused.output
    assert (folder / "criteria.yaml").read_text() == FILE


def test_nothing_is_written_when_nothing_is_proposed(folder: Path) -> None:
    told = run(folder, as_lines(company(99, BUDGET_IS_WORTH_MORE), folder), "--write", folder / "new.yaml")
    assert "is not written: nothing is proposed" in told.output
    assert not (folder / "new.yaml").exists()


def test_without_a_file_the_verdicts_of_sales_are_read_from_the_database(database_url: str) -> None:
    with yesteryear(database_url) as past:
        words = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Budget about 20k a year, tom@vollmer.de"
        past.at(2).returns(past.at(1).says(past.visitor(), words))
    settings = {"DATABASE_URL": database_url, "FOYER_ENV": "test"}
    told = CliRunner().invoke(criteria_group, ["suggest"], env=settings)
    assert told.exit_code == 0, told.output
    assert "Nothing can be said yet: 1 outcomes, 0 accepted and 1 not" in told.output
    data = json.loads(CliRunner().invoke(criteria_group, ["suggest", "--json"], env=settings).stdout)
    assert (data["kind"], data["outcomes"]) == ("too_few", 1)
