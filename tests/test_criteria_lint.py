"""The linter tells marketing and sales what in their file cannot work as they mean it."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.criteria import criteria_group
from qualification.criteria import load_criteria
from qualification.criteria.findings import Finding
from qualification.criteria.lint import lint

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parent.parent
SOUND = """\
version: 1
agreed: {marketing: dana@example.com, sales: raj@example.com, review_by: 2027-02-20}
threshold: {floor: 30, capacity: {alerts_per_rep_day: 5}}
fields:
  size: {type: int_range}
  role: {type: enum, from: job_title, map: {vp: [vp], student: [student]}}
  mail: {type: email_kind}
  demo: {type: flag, intent: demo}
  views: {type: event_count, event: page_view}
must_have:
  - {id: reachable, when: {mail: {in: [work, free]}}}
disqualify:
  - {id: student, when: {role: {is: student}}}
groups:
  all_rules:
    cap: [0, 60]
    rules:
      - {id: core, when: {size: {between: [50, 1000]}}, points: 20, why: Our size}
      - {id: vp, when: {role: {is: vp}}, points: 20}
      - {id: demo, when: {demo: {is: true}}, points: 20}
      - {id: views, when: {views: {gte: 1}}, points: 5}
segments:
  - {id: hot, when: {score: {gte: 50}}, talk_track: demo_now, cta: demo}
examples:
  - {name: Vera, facts: {size: 100, role: vp, mail: work}, verdict: mql}
"""
ODD = {
    "nobody of marketing agreed": ("marketing: dana@example.com, ", "", "error", 2, "nobody of marketing stands for"),
    "one person for both sides": ("raj@example.com", "dana@example.com", "warning", 2, "one person agreed for both"),
    "the review is due": ("2027-02-20", "2026-11-01", "warning", 2, "the review was due on 2026-11-01"),
    "no day of review": (", review_by: 2027-02-20", "", "warning", 2, "no day of review"),
    "a floor nobody reaches": (
        "floor: 30",
        "floor: 70",
        "error",
        3,
        "nobody can reach the floor of 70: all rules together give at most 60",
    ),
    "a floor above the cap": ("cap: [0, 60]", "cap: [0, 20]", "error", 3, "at most 20 points"),
    "a ceiling nobody reaches": (
        "{floor: 30,",
        "{floor: 30, raise_with_volume: {ceiling: 80},",
        "warning",
        3,
        "the ceiling of 80 is above the 60",
    ),
    "volume without capacity": (
        "{floor: 30, capacity: {alerts_per_rep_day: 5}}",
        "{floor: 30, raise_with_volume: {ceiling: 60}}",
        "warning",
        3,
        "without the capacity of sales",
    ),
    "a rule without points": (
        "role: {is: vp}}, points: 20",
        "role: {is: vp}}, points: 0",
        "warning",
        19,
        "vp: gives no points",
    ),
    "a rule that contradicts itself": (
        "when: {role: {is: vp}}",
        "all: [{size: {lt: 10}}, {size: {gt: 50}}]",
        "error",
        19,
        "vp: contradicts itself",
    ),
    "a rule with a gap of no whole number": (
        "when: {role: {is: vp}}",
        "all: [{size: {gt: 10}}, {size: {lt: 11}}]",
        "error",
        19,
        "vp: contradicts itself",
    ),
    "a rule for everybody": (
        "when: {role: {is: vp}}",
        "any: [{size: {lt: 10}}, {size: {gte: 10}}]",
        "warning",
        19,
        "vp: counts for everybody who answers",
    ),
    "points only the disqualified get": (
        "when: {role: {is: vp}}",
        "when: {role: {is: student}}",
        "warning",
        19,
        "vp: never matters, whoever it counts for is disqualified by student",
    ),
    "points only the unreachable get": (
        "when: {role: {is: vp}}",
        "when: {mail: {is: disposable}}",
        "warning",
        19,
        "vp: never matters, whoever it counts for fails reachable",
    ),
    "the same rule twice": (
        "when: {role: {is: vp}}",
        "when: {size: {between: [50, 1000]}}",
        "error",
        19,
        "vp repeats core",
    ),
    "the same rule in other words": (
        "when: {role: {is: vp}}",
        "all: [{size: {gte: 50}}, {not: {size: {gt: 1000}}}]",
        "error",
        19,
        "vp repeats core",
    ),
    "two rules against each other": (
        "{role: {is: vp}}, points: 20",
        "{size: {between: [50, 1000]}}, points: -20",
        "error",
        19,
        "vp contradicts core",
    ),
    "rules that overlap": (
        "when: {role: {is: vp}}",
        "when: {size: {between: [1000, 5000]}}",
        "warning",
        19,
        "vp overlaps core",
    ),
    "points a cap never lets through": (
        "cap: [0, 60]",
        "cap: [-5, 0]",
        "error",
        18,
        "core: the cap of all_rules is 0, its 20 points never show",
    ),
    "a rule worth more than its cap": (
        "points: 20, why",
        "points: 80, why",
        "warning",
        18,
        "core: 80 points but the cap of all_rules is 60",
    ),
    "a must-have nobody meets": (
        "{in: [work, free]}",
        "{in: [work]}}, {mail: {in: [free]}",
        "error",
        11,
        "reachable: nobody can meet it",
    ),
    "a must-have that demands nothing": (
        "{in: [work, free]}",
        "{in: [work, free, disposable, role]}",
        "warning",
        11,
        "holds for everybody",
    ),
    "everybody is disqualified": (
        "{role: {is: student}}",
        "{role: {in: [vp, student]}}",
        "error",
        13,
        "student: disqualifies everybody",
    ),
    "gates that leave nobody": (
        "{role: {is: student}}",
        "{mail: {in: [work, free, role]}}",
        "error",
        13,
        "reachable and student contradict each other",
    ),
    "a field no rule uses": (
        "  demo: {type: flag, intent: demo}",
        "  demo: {type: flag, intent: demo}\n  cash: {type: money}",
        "warning",
        9,
        "cash: no rule uses this field",
    ),
    "one word under two labels": (
        "student: [student]",
        "student: [Student, VP]",
        "error",
        6,
        '"VP" stands under vp and under student',
    ),
    "an unknown talk track": ("demo_now", "demo_later", "error", 23, "hot: the playbook has no talk track demo_later"),
    "an unknown call to action": (
        "cta: demo}",
        "cta: sign_here}",
        "error",
        23,
        "hot: the playbook has no call to action sign_here",
    ),
    "a segment nobody reaches": (
        "score: {gte: 50}",
        "score: {gte: 500}",
        "warning",
        23,
        "hot: nobody can have 500 points",
    ),
    "wording that pushes": ("why: Our size", "why: Tell them to buy now", "error", 18, '"buy now" pushes people'),
    "an example that comes out otherwise": (
        "verdict: mql",
        "verdict: open",
        "error",
        25,
        'example "Vera": the verdict is mql, not open',
    ),
    "an example with another score": (
        "verdict: mql",
        "verdict: mql, score: 41",
        "error",
        25,
        "the score is 40, not 41",
    ),
    "no examples": (
        "examples:\n  - {name: Vera, facts: {size: 100, role: vp, mail: work}, verdict: mql}\n",
        "",
        "warning",
        1,
        "the file has no examples",
    ),
    "no example of an mql": (
        "role: vp, mail: work}, verdict: mql",
        "mail: work}, verdict: open",
        "warning",
        24,
        "no example is an mql",
    ),
}


def found(text: str, asked: tuple[str, ...] = ("email", "company_size", "job_title")) -> list[Finding]:
    return lint(
        load_criteria(text),
        TODAY,
        asked_slots=asked,  # type: ignore[arg-type]
        tracked_events=("page_view",),
        talk_tracks=("demo_now",),
        ctas=("demo",),
    )


def test_a_sound_file_has_nothing_to_mend() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize("oddity", ODD)
def test_the_linter_finds(oddity: str) -> None:
    before, after, level, line, words = ODD[oddity]
    if oddity == "a must-have nobody meets":
        before, after = "when: {mail: {in: [work, free]}}", "all: [{mail: {is: work}}, {mail: {is: free}}]"
    assert before in SOUND
    findings = found(SOUND.replace(before, after, 1))
    assert any((one.level, one.line) == (level, line) and words in one.message for one in findings), findings


def test_a_field_that_counts_and_is_never_asked_or_tracked_is_told() -> None:
    without_size = [one.message for one in found(SOUND, asked=("email", "job_title"))]
    assert without_size == ["size: company_size counts but is never asked"]
    without_mail = found(SOUND, asked=("company_size", "job_title"))
    assert [(one.level, one.message) for one in without_mail] == [
        ("error", "reachable: is demanded, but email is never asked")
    ]
    untracked = lint(load_criteria(SOUND), TODAY, tracked_events=("form",))
    assert [one.message for one in untracked] == ["views: page_view counts but is not tracked"]


def test_a_question_that_is_always_asked_and_never_used_is_told() -> None:
    findings = lint(load_criteria(SOUND), TODAY, always_asked=("email", "budget", "company_size"))
    assert [one.message for one in findings] == ["budget is asked but no rule uses it"]


def test_asking_whether_something_is_known_is_no_oddity() -> None:
    told = SOUND.replace("{role: {is: vp}}, points: 20", "{role: {known: true}}, points: 20")
    assert found(told.replace("{mail: {in: [work, free]}}", "{mail: {known: true}}")) == []


def test_steps_on_the_same_field_are_meant_and_not_reported() -> None:
    steps = SOUND.replace("when: {role: {is: vp}}", "when: {size: {gte: 10}}")
    assert not any("overlaps" in one.message or "repeats" in one.message for one in found(steps))


# The command


def test_the_command_passes_a_sound_file_and_fails_a_broken_one(tmp_path: Path) -> None:
    assert CliRunner().invoke(criteria_group, ["lint"]).exit_code == 0
    broken = tmp_path / "criteria.yaml"
    broken.write_text(SOUND.replace("size: {between", "sise: {between"), "utf-8")
    result = CliRunner().invoke(criteria_group, ["lint", str(broken)])
    assert (result.exit_code, "sise: no such field, line 18; did you mean size?" in result.output) == (1, True)


def test_programs_read_the_findings_as_json(tmp_path: Path) -> None:
    odd = tmp_path / "criteria.yaml"
    odd.write_text(SOUND.replace("floor: 30", "floor: 70").replace("demo_now", "default"), "utf-8")
    result = CliRunner().invoke(criteria_group, ["lint", str(odd), "--json"])
    assert result.exit_code == 1
    assert {"level": "error", "line": 3} in [
        {k: one[k] for k in ("level", "line")} for one in json.loads(result.output)
    ]


def test_the_command_tells_what_changed(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(SOUND, "utf-8")
    new.write_text(SOUND.replace("floor: 30", "floor: 40"), "utf-8")
    result = CliRunner().invoke(criteria_group, ["diff", str(old), str(new)])
    assert (result.exit_code, result.output) == (1, "The bar is now 40 points instead of 30\n")
    assert CliRunner().invoke(criteria_group, ["diff", str(old), str(old)]).exit_code == 0


def test_a_file_that_is_no_text_is_told_in_one_line(tmp_path: Path) -> None:
    garbage = tmp_path / "criteria.yaml"
    garbage.write_bytes(b"\xff\xfe\x00version: 1")
    result = CliRunner().invoke(criteria_group, ["lint", str(garbage)])
    assert (result.exit_code, "not written in UTF-8" in result.output) == (1, True)
