"""The bar follows the number of leads: looked at each business morning, told once, decided by people, kept for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from delivery.__main__ import clockwork_of
from models import threshold_change as thresholds
from tests.agreeing import CRITERIA, MONDAY, TEAM, VOLUME, Firm, a_firm

SENTENCE = "threshold 50 -> 55 because 4 alerts a day are expected for 2"


def criteria(mode: str = "propose", capacity: int = 2) -> str:
    return CRITERIA.replace("threshold: {floor: 50}", VOLUME % (capacity, mode))


def crowded(firm: Firm, today: datetime = MONDAY) -> None:
    """Ten business days with six leads each, of whom four reach the bar of 50."""
    before = [day for back in range(1, 20) if (day := today - timedelta(days=back)).weekday() < 5][:10]
    for day in reversed(before):
        firm.clock.now = day
        for points in (51, 53, 55, 61, 30, 20):
            firm.lead(points)
    firm.clock.now = today


def quiet(firm: Firm) -> None:
    """Three weeks later, with one lead a day in the last ten days, most far below any bar."""
    firm.clock.pass_(days=21)
    for back in range(10, 0, -1):
        firm.clock.pass_(days=-back)
        firm.lead(60 if back == 4 else 10)
        firm.clock.pass_(days=back)


@pytest.fixture
def firm(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    with a_firm(tmp_path, database_url, criteria()) as firm:
        crowded(firm)
        yield firm


def decide(firm: Firm, approves: bool, who: str = "raj@example.com") -> str:
    decided = firm.house.agreement.decide_threshold(firm.site_id, who, approves, firm.clock.now)
    firm.look()
    return decided.code


def bar(firm: Firm) -> int:
    return firm.house.policies[firm.site_id].threshold


def test_more_alerts_than_sales_can_work_propose_a_higher_bar_once_a_day_and_change_nothing(firm: Firm) -> None:
    proposal = firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    assert proposal is not None
    assert proposal.sentence == SENTENCE
    assert firm.house.agreement.propose_threshold(firm.site_id, firm.clock.pass_(hours=2)) is None
    [notice] = firm.promises("notice", "threshold")
    assert (notice.payload["sentence"], notice.payload["applies"]) == (SENTENCE, False)
    firm.look()
    assert bar(firm) == 50
    waits = firm.house.agreement.threshold(firm.site_id, firm.clock.now).waits
    assert waits == proposal
    assert f"waits for an approver: {SENTENCE}" in firm.house.agreement.sentence(firm.site_id)


def test_an_approver_lets_it_apply_and_from_then_on_the_higher_bar_judges_everywhere(firm: Firm) -> None:
    before = firm.lead(52)
    firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    assert decide(firm, approves=True) == "approved"
    other = firm.of_another_process
    for each in (firm, other):
        judged = each.see(each.lead(52)).assessment
        assert judged is not None
        assert (judged.threshold, judged.is_mql) == (55, False)
    kept = firm.see(before)
    assert kept.assessment is not None
    assert (kept.stage, kept.assessment.threshold, kept.assessment.is_mql) == ("mql", 50, True)
    [change] = firm.house.agreement.threshold(firm.site_id, firm.clock.now).history
    assert (change.old, change.new, change.mode, change.by) == (50, 55, "propose", "raj@example.com")
    assert (change.sentence, change.criteria_version) == (SENTENCE, 1)
    other.house.database.engine.dispose()


def test_the_threshold_of_the_day_can_be_read_later(firm: Firm) -> None:
    firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    noon = firm.clock.pass_(hours=3)
    decide(firm, approves=True)
    with firm.house.database.read() as session:
        found = [thresholds.in_force(session, firm.site_id, at) for at in (MONDAY, noon, None)]
        assert found == [None, 55, 55]
        assert [row.new for row in thresholds.history(session, firm.site_id)] == [55]


def test_the_bar_may_be_kept_and_then_nobody_is_asked_again_for_three_business_days(firm: Firm) -> None:
    firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    assert decide(firm, approves=False) == "kept"
    assert bar(firm) == 50
    asked = []
    for _ in range(4):
        firm.clock.pass_(days=1)
        for points in (51, 53, 55, 61, 30, 20):
            firm.lead(points)
        asked.append(firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now) is not None)
    assert asked == [False, False, True, True], "Monday's no rests on Tuesday and Wednesday"
    assert len(firm.promises("notice", "threshold")) == 2, "on Friday nothing is new"


def test_a_proposal_nobody_answers_is_told_once_and_gives_way_to_newer_figures(firm: Firm) -> None:
    firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    tuesday = firm.clock.pass_(days=1)
    assert firm.house.agreement.propose_threshold(firm.site_id, tuesday) is not None
    assert len(firm.promises("notice", "threshold")) == 1, "the same change is not told again"
    assert decide(firm, approves=True) == "approved"
    assert decide(firm, approves=True) == "nothing_proposed"
    assert bar(firm) == 55


def test_only_an_approver_decides_and_only_what_is_proposed(firm: Firm) -> None:
    assert decide(firm, True, "ann@example.com") == "not_an_approver"
    assert decide(firm, True, "mia@example.com") == "approved", "this morning's look is taken when it was not yet"
    assert decide(firm, True, "mia@example.com") == "nothing_proposed"


def test_a_bar_that_has_moved_meanwhile_is_not_moved_by_an_old_proposal(firm: Firm) -> None:
    firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
    firm.write(criteria("off").replace("version: 1", "version: 2"))
    firm.agree()
    assert decide(firm, approves=True) == "nothing_proposed"


def test_no_look_is_taken_on_a_free_day_nor_where_nobody_said_what_sales_can_work(
    database_url: str, tmp_path: Path
) -> None:
    with a_firm(tmp_path, database_url, criteria(), TEAM + "hours: {holidays: [2026-11-23]}\n") as firm:
        crowded(firm)
        assert firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now) is None
        assert firm.house.agreement.propose_threshold(firm.site_id, MONDAY - timedelta(days=1)) is None
        assert firm.house.agreement.propose_threshold(firm.site_id, MONDAY + timedelta(days=1)) is not None
    (tmp_path / "team.yaml").write_text(TEAM.replace("roles: [rep]", "roles: [manager]"), "utf-8")
    nobody = firm.of_another_process
    assert nobody.house.agreement.propose_threshold(firm.site_id, MONDAY + timedelta(days=2)) is None
    nobody.house.database.engine.dispose()


def test_in_mode_auto_the_change_applies_and_is_told(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, criteria("auto")) as firm:
        crowded(firm)
        assert firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now) is not None
        firm.look()
        assert bar(firm) == 55
        [notice] = firm.promises("notice", "threshold")
        assert notice.payload["applies"] is True
        [change] = firm.house.agreement.threshold(firm.site_id, firm.clock.now).history
        assert (change.mode, change.by) == ("auto", "auto")
        assert decide(firm, approves=True) == "nothing_proposed"


def test_switched_off_the_bar_is_the_floor_whatever_it_was(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, criteria("auto")) as firm:
        crowded(firm)
        firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
        firm.write(criteria("off").replace("version: 1", "version: 2"))
        firm.agree()
        assert bar(firm) == 50
        assert firm.house.agreement.propose_threshold(firm.site_id, firm.clock.pass_(days=5)) is None


def test_a_bar_that_came_back_to_the_floor_follows_a_new_floor(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, criteria("auto")) as firm:
        crowded(firm)
        firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
        quiet(firm)
        lowered = firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
        assert lowered is not None
        assert (lowered.old, lowered.new) == (55, 50)
        firm.look()
        firm.write(criteria("auto").replace("version: 1", "version: 2").replace("floor: 50", "floor: 40"))
        firm.agree()
        assert bar(firm) == 40, "the agreed floor never moves by itself, and nothing keeps the bar above a new one"


def test_the_bar_is_looked_at_when_the_team_begins_to_work(firm: Firm) -> None:
    def told_by(day: int, hour: int, minute: int = 0) -> int:
        firm.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
        clockwork_of(firm.house).run_due(firm.clock.now)
        return len(firm.promises("notice", "threshold"))

    assert told_by(22, 12) == 0
    assert told_by(23, 8, 59) == 0
    assert told_by(23, 9) == 1
    assert told_by(23, 9, 5) == 1


def test_whoever_has_the_points_for_a_bar_that_has_fallen_is_not_forgotten(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, criteria("auto")) as firm:
        crowded(firm)
        firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
        firm.look()
        between, below = firm.lead(53), firm.lead(49)
        quiet(firm)
        firm.house.agreement.propose_threshold(firm.site_id, firm.clock.now)
        firm.look()
        assert (bar(firm), firm.see(between).stage) == (50, "lead")
        clockwork = clockwork_of(firm.house)
        for _ in range(3):
            clockwork.run_due(firm.clock.pass_(seconds=11))
        assert [firm.see(ref).stage for ref in (between, below)] == ["mql", "lead"]
        assert len(firm.alerts(between)) == 1


def test_a_wish_to_buy_counts_as_an_alert_under_any_bar_and_the_disqualified_never(
    database_url: str, tmp_path: Path
) -> None:
    with a_firm(tmp_path, database_url, criteria()) as firm:
        for back in (7, 6, 5, 4, 3):
            firm.clock.now = MONDAY - timedelta(days=back)
            firm.lead(5)
            firm.asks_for_a_demo()
            firm.lead(90, job_title="analyst")
        firm.clock.now = MONDAY
        assert firm.house.agreement.threshold(firm.site_id, MONDAY).morning.sentence == (
            "The bar stays at 50: 1 of 3 leads a day are expected to reach 50, and sales can work 2."
        )
