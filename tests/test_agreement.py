"""Marketing and sales agree on what counts: a new version judges when both have approved it, and not a lead earlier."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from models import criteria_version as versions
from qualification.agreement import BATCH
from tests.agreeing import ANN, CRITERIA, MONDAY, TEAM, Firm, a_firm, version

HIGHER = ("floor: 50", "floor: 60")
GENEROUS = ("points: 20", "points: 45")


@pytest.fixture
def firm(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    with a_firm(tmp_path, database_url) as firm:
        yield firm


@pytest.fixture
def workshop(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    """The same in development."""
    with a_firm(tmp_path, database_url, production=False) as firm:
        yield firm


# --- versions


def test_the_file_of_the_first_start_judges_without_anybody_being_asked(firm: Firm) -> None:
    assert firm.judges == 1
    [only] = firm.house.agreement.versions(firm.site_id)
    assert (only.judges, only.cause, only.agreed) == (True, "first_start", ())
    assert firm.house.agreement.waiting(firm.site_id) is None


def test_a_file_that_changes_in_the_middle_of_a_transaction_is_noted_after_it(workshop: Firm) -> None:
    """Nothing can be kept beside a transaction that is ours: looking for it would wait for ourselves."""
    with capture_logs() as logs, workshop.house.database.begin() as session:
        session.execute(text("select 1"))
        (workshop.folder / "criteria.yaml").write_text(version(2, HIGHER), "utf-8")
        workshop.look()
        assert workshop.judges == 1
    assert logs == []
    workshop.look()
    assert workshop.judges == 2


def test_a_later_version_waits_until_two_people_of_two_sides_have_agreed(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    assert firm.judges == 1
    assert firm.see(firm.lead(55)).stage == "mql"

    first = firm.house.agreement.approve(firm.site_id, "DANA@example.com", "marketing")
    assert (first.done, first.judges, first.missing) == (True, False, ("sales",))
    firm.look()
    assert firm.judges == 1

    second = firm.house.agreement.approve(firm.site_id, "raj@example.com", "sales")
    assert (second.done, second.judges, second.missing) == (True, True, ())
    firm.look()
    assert firm.judges == 2
    assert firm.see(firm.lead(55)).stage == "lead"
    now, before = reversed(firm.house.agreement.versions(firm.site_id))
    assert [(one.side, one.by) for one in now.agreed] == [
        ("marketing", "dana@example.com"),
        ("sales", "raj@example.com"),
    ]
    assert (now.cause, now.judged_from, before.judges) == ("agreed", MONDAY, False)


def test_every_process_follows_without_a_restart(firm: Firm) -> None:
    other = firm.of_another_process
    firm.write(version(2, HIGHER))
    firm.agree()
    assert other.judges in (1, 2)
    other.look()
    assert other.judges == 2
    assert other.see(other.lead(55)).assessment.threshold == 60  # type: ignore[union-attr]
    other.house.database.engine.dispose()


def test_a_start_with_a_changed_file_does_not_make_it_judge(firm: Firm) -> None:
    (firm.folder / "criteria.yaml").write_text(version(2, HIGHER), "utf-8")
    other = firm.of_another_process
    assert other.judges == 1
    other.house.database.engine.dispose()


def test_a_changed_file_with_the_same_number_is_refused_and_told_what_to_do(firm: Firm) -> None:
    firm.write(version(1, HIGHER))
    assert firm.judges == 1
    assert firm.house.policies[firm.site_id].criteria.floor == 50
    assert firm.note == (
        "criteria.yaml has changed and still says version 1: version 1 judges as it was. "
        "To use the change, write `version: 2` into it"
    )
    assert firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing").code == "nothing_waits"
    firm.write(version(2, HIGHER))
    assert firm.note == ""
    firm.agree()
    assert firm.house.policies[firm.site_id].criteria.floor == 60


def test_going_back_is_a_new_version_too(firm: Firm) -> None:
    firm.write(version(3, HIGHER))
    firm.agree()
    firm.write(CRITERIA)
    assert firm.judges == 3
    assert firm.note.endswith("To go back to what it says, write `version: 4` into it")
    firm.write(version(2, GENEROUS))
    assert firm.note.endswith("version 3 judges. To use it, write `version: 4` into it")
    firm.write(version(4))
    firm.agree()
    assert (firm.judges, firm.house.policies[firm.site_id].criteria.floor) == (4, 50)


def test_a_comment_or_a_new_order_of_keys_is_no_new_version(firm: Firm) -> None:
    firm.write("# agreed on Monday\n" + CRITERIA)
    assert firm.note == ""
    assert len(firm.house.agreement.versions(firm.site_id)) == 1
    assert firm.house.policies[firm.site_id].criteria.line_of("student") == 10


def test_a_file_broken_while_the_house_is_open_changes_nothing_and_is_told(firm: Firm) -> None:
    firm.write(CRITERIA.replace("decider", "De cider"))
    assert firm.judges == 1
    assert "small letters, digits and _ only" in firm.note
    (firm.folder / "criteria.yaml").unlink()
    firm.look()
    assert firm.note == "criteria.yaml cannot be read: No such file or directory"
    (firm.folder / "criteria.yaml").write_bytes(b"\xff\xfe")
    firm.look()
    assert firm.note == "criteria.yaml is not written in UTF-8; save it as UTF-8"
    assert firm.see(firm.lead(55)).stage == "mql"
    firm.write(CRITERIA)
    assert firm.note == ""


def test_a_newer_file_takes_the_place_of_one_that_waits(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing")
    firm.write(version(3, GENEROUS))
    waits = firm.house.agreement.waiting(firm.site_id)
    assert waits is not None
    assert (waits.version.number, waits.version.agreed) == (3, ())
    firm.agree()
    assert firm.judges == 3
    assert firm.house.agreement.approve(firm.site_id, "raj@example.com", "sales", 2).code == "superseded"


def test_the_version_before_can_still_be_agreed_to_by_its_number(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    firm.write(version(3, GENEROUS))
    for who, side in (("dana@example.com", "marketing"), ("raj@example.com", "sales")):
        assert firm.house.agreement.approve(firm.site_id, who, side, 2).done  # type: ignore[arg-type]
    firm.look()
    assert firm.judges == 2
    assert firm.house.agreement.waiting(firm.site_id).version.number == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("who", "side", "code"),
    [
        ("ann@example.com", "marketing", "not_an_approver"),
        ("nobody@example.com", "sales", "not_an_approver"),
        ("raj@example.com", "marketing", "not_an_approver"),
        ("dana@example.com", "marketing", "already_approved"),
        ("mia@example.com", "marketing", "already_approved"),
    ],
)
def test_who_may_not_agree_is_told_why(firm: Firm, who: str, side: str, code: str) -> None:
    firm.write(version(2, HIGHER))
    assert firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing").done
    refused = firm.house.agreement.approve(firm.site_id, who, side)  # type: ignore[arg-type]
    assert (refused.done, refused.code) == (False, code)
    firm.look()
    assert firm.judges == 1


def test_one_person_does_not_stand_for_both_sides(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    assert firm.house.agreement.approve(firm.site_id, "mia@example.com", "marketing").done
    assert firm.house.agreement.approve(firm.site_id, "MIA@example.com", "sales").code == "same_person"
    assert firm.house.agreement.approve(firm.site_id, "raj@example.com", "sales").judges


def test_nothing_waits_and_no_such_version(firm: Firm) -> None:
    assert firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing").code == "nothing_waits"
    assert firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing", 9).code == "no_such_version"
    also = firm.house.agreement.approve(firm.site_id, "dana@example.com", "marketing", 1)
    assert (also.done, also.judges) == (True, False)


def test_in_development_a_new_version_judges_at_once_and_says_so(workshop: Firm) -> None:
    workshop.write(version(2, HIGHER))
    assert workshop.judges == 2
    assert "version 2 judges at once, because this is not production" in workshop.house.agreement.sentence(
        workshop.site_id
    )
    workshop.write(version(1))
    assert workshop.judges == 1
    workshop.write(version(1, GENEROUS))
    assert workshop.see(workshop.lead(10, job_title="vp")).stage == "mql"
    assert "version 1, as other rules did before" in workshop.note
    assert "write `version: 3` into it" in workshop.note


def test_the_team_is_told_that_a_version_waits_and_that_it_judges(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    firm.of_another_process.house.database.engine.dispose()
    [waits] = firm.promises("notice", "criteria_wait")
    assert waits.payload["version"] == 2
    firm.agree()
    [judges] = firm.promises("notice", "criteria_judge")
    assert judges.payload["by"] == "dana@example.com and raj@example.com"


def test_what_was_in_force_at_a_moment_can_be_read_later(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    noon = firm.clock.pass_(hours=3)
    firm.agree()
    with firm.house.database.read() as session:
        numbers = [
            found.number
            for at in (MONDAY, noon, None)
            if (found := versions.active(session, firm.site_id, at)) is not None
        ]
        assert numbers == [1, 2, 2]
        assert versions.active(session, firm.site_id, MONDAY.replace(year=2020)) is None
        assert [one.number for one in versions.known(session, firm.site_id)] == [1, 2]


# --- the shadow


def test_what_a_version_that_waits_would_change_is_shown_with_the_rule(firm: Firm) -> None:
    firm.write(version(2, HIGHER, GENEROUS))
    for points, role in ((20, "vp"), (40, "vp"), (55, ""), (58, ""), (80, ""), (5, "")):
        firm.lead(points, **({"job_title": role} if role else {}))
    waits = firm.house.agreement.waiting(firm.site_id)
    assert waits is not None
    assert (waits.difference.judged, waits.difference.more, waits.difference.less) == (6, 1, 2)
    assert waits.difference.rules == (("the bar", 2), ("decider", 1))
    assert firm.house.agreement.sentence(firm.site_id) == (
        "version 1 judges; version 2 waits for marketing and sales; "
        "with version 2: 1 lead more, 2 less, by the bar (2), decider (1), of 6 judged by both"
    )


def test_a_disqualifier_that_makes_the_difference_is_named(firm: Firm) -> None:
    firm.write(version(2, ("is: student", "is: vp")))
    firm.lead(60, job_title="vp")
    assert "0 leads more, 1 less, by student (1)" in firm.house.agreement.sentence(firm.site_id)


def test_a_lead_judged_twice_counts_once_and_by_its_latest_verdicts(firm: Firm) -> None:
    firm.write(version(2, HIGHER))
    ref = firm.lead(20, email="ada@acme.example")
    assert firm.lead(35, email="ada@acme.example") == ref
    assert firm.house.agreement.waiting(firm.site_id).difference.less == 1  # type: ignore[union-attr]
    firm.agree()
    firm.write(version(3, GENEROUS))
    assert firm.house.agreement.waiting(firm.site_id).difference.judged == 0  # type: ignore[union-attr]


def test_the_shadow_decides_nothing(firm: Firm) -> None:
    firm.write(version(2, ("floor: 50", "floor: 5")))
    assert firm.see(firm.lead(20)).stage == "lead"
    assert firm.promises("alert") == []


# --- what an MQL keeps


def test_an_mql_keeps_the_version_the_reasons_and_the_bar_that_made_it(firm: Firm) -> None:
    ref = firm.lead(55, email="ada@acme.example", job_title="vp")
    firm.write(version(2, ("floor: 50", "floor: 90"), ("is: student", "is: vp")))
    firm.agree()
    assert firm.lead(1, email="ada@acme.example") == ref
    kept = firm.see(ref)
    assert kept.assessment is not None
    assert (kept.assessment.criteria_version, kept.assessment.threshold, kept.assessment.score) == (1, 50, 76)
    assert (kept.stage, kept.status, kept.handoff) == ("mql", "active", "offered")
    assert [(entry.to_stage, entry.criteria_version) for entry in kept.stage_log][-1] == ("mql", 1)
    assert firm.see(firm.lead(60, job_title="vp")).status == "disqualified"


def test_a_lead_that_comes_back_is_judged_by_the_version_of_now(firm: Firm) -> None:
    ref = firm.lead(55, email="ada@acme.example")
    firm.write(version(2, ("floor: 50", "floor: 90")))
    firm.agree()
    firm.house.handoff.return_(firm.site_id, ref, ANN, "bad_timing", "")
    firm.clock.pass_(days=40)
    firm.lead(1, email="ada@acme.example")
    back = firm.see(ref)
    assert back.assessment is not None
    assert (back.stage, back.assessment.criteria_version, back.assessment.verdict) == ("lead", 2, "not_mql")


def test_an_mql_stays_one_until_it_falls_ten_points_below_its_bar(database_url: str, tmp_path: Path) -> None:
    ageing = CRITERIA.replace("    cap: [0, 100]\n", "    half_life_days: 30\n")
    with a_firm(tmp_path, database_url, ageing) as firm:
        ref = firm.lead(52, email="ada@acme.example")

        def found_after(days: int) -> tuple[str, int]:
            firm.clock.pass_(days=days)
            firm.lead(0, email="ada@acme.example")
            found = firm.see(ref).assessment
            assert found is not None
            return found.verdict, found.score

        assert found_after(1) == ("mql", 51)
        assert found_after(4) == ("mql_likely", 46)
        assert found_after(6) == ("mql_likely", 40)
        assert found_after(1) == ("open", 39)
        assert firm.see(ref).stage == "lead"  # nobody had accepted it: back to marketing


def id_of(ref: str) -> int:
    from models import lead as leads

    found = leads.id_of(ref)
    assert found is not None
    return found


# --- judged anew


def test_new_criteria_judge_leads_anew_and_nobody_whom_sales_has(firm: Firm) -> None:
    almost, taken, far = firm.lead(45), firm.lead(60), firm.lead(5)
    firm.write(version(2, ("floor: 50", "floor: 40")))
    firm.agree()
    assert firm.see(almost).stage == "lead"
    assert firm.house.agreement.follow_up(firm.clock.now) == 2
    assert [firm.see(ref).stage for ref in (almost, taken, far)] == ["mql", "mql", "lead"]
    made = firm.see(almost).stage_log[-1]
    assert (made.criteria_version, made.cause) == (2, "criteria")
    assert len(firm.alerts(almost)) == 1
    assert firm.house.agreement.follow_up(firm.clock.now) == 0


def test_judging_anew_goes_on_where_it_was_broken_off_and_rings_once(firm: Firm) -> None:
    refs = [firm.lead(45) for _ in range(BATCH + 5)]
    firm.write(version(2, ("floor: 50", "floor: 40")))
    firm.agree()

    def dies_after_its_first_commit() -> None:
        raise SystemExit

    dying = replace(firm.house.agreement, told=dies_after_its_first_commit)
    with pytest.raises(SystemExit):
        dying.follow_up(firm.clock.now)
    other = firm.of_another_process
    assert other.house.agreement.follow_up(firm.clock.now) == 5
    assert {firm.see(ref).stage for ref in refs} == {"mql"}
    assert len(firm.promises("alert")) == len(refs)
    other.house.database.engine.dispose()


def test_a_process_that_does_not_know_the_new_version_yet_leaves_it_to_others(firm: Firm) -> None:
    firm.lead(45)
    behind = replace(firm.house.agreement, policies=dict(firm.house.policies))
    firm.write(version(2, ("floor: 50", "floor: 40")))
    firm.agree()
    assert behind.follow_up(firm.clock.now) == 0
    assert firm.house.agreement.follow_up(firm.clock.now) == 1


def test_named_leads_are_judged_anew_unless_sales_has_them(firm: Firm) -> None:
    waiting, taken = firm.lead(45), firm.lead(60)
    firm.write(version(2, ("floor: 50", "floor: 40")))
    firm.agree()
    assert firm.house.agreement.reassess(firm.site_id, [id_of(waiting), id_of(taken)], firm.clock.now) == 1
    assert firm.house.agreement.reassess(firm.site_id, None, firm.clock.now) == 0


def test_judging_anew_lifts_no_cool_down(firm: Firm) -> None:
    ref = firm.lead(60)
    firm.house.handoff.return_(firm.site_id, ref, ANN, "bad_timing", "")
    firm.write(version(2, ("floor: 50", "floor: 40")))
    firm.agree()
    firm.house.agreement.follow_up(firm.clock.now)
    assert firm.see(ref).stage == "lead"


def test_two_sites_agree_apart(firm: Firm) -> None:
    from models import site as sites

    with firm.house.database.begin() as session:
        other = sites.add(session, "other", {"origins": []}, MONDAY)
    (firm.folder / "team.yaml").write_text(TEAM, "utf-8")
    firm.look()
    firm.write(version(2, HIGHER))
    firm.agree()
    assert (firm.judges, firm.house.policies[other].criteria.version) == (2, 1)
    assert [one.number for one in firm.house.agreement.versions(other)] == [1, 2]
