"""A day has room for so many alerts; further leads wait in a ranked queue, and each has one alert in the end."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from delivery.__main__ import clockwork_of
from delivery.watchdog import promise_again
from qualification.team import Hours
from qualification.workday import workday
from tests.agreeing import ANN, CRITERIA, TEAM, VOLUME, Firm, a_firm, version

FIVE_A_DAY = CRITERIA.replace("threshold: {floor: 50}", VOLUME % (5, "propose"))


@pytest.fixture
def firm(database_url: str, tmp_path: Path) -> Iterator[Firm]:
    with a_firm(tmp_path, database_url, FIVE_A_DAY) as firm:
        yield firm


def a_full_day(firm: Firm) -> list[str]:
    return [firm.lead(55) for _ in range(5)]


def rings(firm: Firm, ref: str) -> bool:
    return bool(firm.alerts(ref))


def follow(firm: Firm) -> int:
    return firm.house.handoff.let_follow(firm.clock.now)


# --- who rings


def test_as_many_ring_as_sales_can_work_and_the_next_waits_on_offer(firm: Firm) -> None:
    assert all(rings(firm, ref) for ref in a_full_day(firm))
    sixth = firm.lead(60)
    held = firm.see(sixth)
    assert (held.stage, held.handoff, held.held_at) == ("mql", "offered", firm.clock.now)
    assert firm.promises("alert")[-1].payload["lead"] != sixth
    assert [row.payload["lead"] for row in firm.promises("line")].count(sixth) == 0
    assert firm.queue() == [sixth]


def test_clearly_above_the_bar_a_lead_still_rings_until_a_fifth_more(firm: Firm) -> None:
    a_full_day(firm)
    assert not rings(firm, firm.lead(64))
    assert rings(firm, firm.lead(65))
    assert not rings(firm, firm.lead(99)), "six of five: nobody is asked for more in a day"


def test_a_cap_does_not_hide_who_stands_clearly_above(database_url: str, tmp_path: Path) -> None:
    capped = FIVE_A_DAY.replace("cap: [0, 100]", "cap: [0, 60]")
    with a_firm(tmp_path, database_url, capped) as firm:
        a_full_day(firm)
        assert rings(firm, firm.lead(66))


def test_whoever_asks_to_talk_to_sales_always_rings(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(99)
    assert all(rings(firm, firm.asks_for_a_demo()) for _ in range(4))


def test_without_a_capacity_there_is_no_valve(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, CRITERIA) as firm:
        assert all(rings(firm, firm.lead(55)) for _ in range(12))


def test_without_anybody_listed_as_a_rep_there_is_no_valve(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, FIVE_A_DAY, TEAM.replace("roles: [rep]", "roles: [manager]")) as firm:
        assert all(rings(firm, firm.lead(55)) for _ in range(12))


def test_a_rep_on_leave_gets_no_alerts(database_url: str, tmp_path: Path) -> None:
    away = "  - {name: Ben, slack: U0BEN, roles: [rep], away: [{from: 2026-11-23, to: 2026-11-24}]}\n"
    with a_firm(tmp_path, database_url, FIVE_A_DAY, TEAM + away) as firm:
        assert [rings(firm, firm.lead(55)) for _ in range(6)] == [True] * 5 + [False]
        firm.clock.pass_(days=2)
        assert follow(firm) == 1
        assert [rings(firm, firm.lead(55)) for _ in range(10)] == [True] * 9 + [False]


def test_the_team_is_told_once_a_day_that_there_is_a_queue(firm: Firm) -> None:
    a_full_day(firm)
    assert firm.promises("notice", "queue") == []
    firm.lead(55)
    firm.lead(55)
    [told] = firm.promises("notice", "queue")
    assert told.payload["capacity"] == 5


# --- the queue


def test_the_queue_is_ranked_by_points_before_caps_then_by_fit_then_by_time(database_url: str, tmp_path: Path) -> None:
    capped = FIVE_A_DAY.replace("cap: [0, 100]", "cap: [0, 55]")
    with a_firm(tmp_path, database_url, capped) as firm:
        a_full_day(firm)
        firm.lead(90)
        early, many = firm.lead(58), firm.lead(61)
        firm.clock.pass_(minutes=1)
        late, decides = firm.lead(58), firm.lead(38, job_title="vp")
        assert firm.queue() == [many, decides, early, late]


def test_what_a_held_lead_does_meanwhile_moves_it_up_without_an_alert(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(99)
    first, second = firm.lead(56), firm.lead(55, email="ada@acme.example")
    assert firm.queue() == [first, second]
    firm.lead(4, email="ada@acme.example")
    assert firm.queue() == [second, first]
    assert not rings(firm, second)
    assert firm.promises("line")[-1].payload["lead"] != second


def test_a_held_lead_rings_when_it_comes_to_stand_clearly_above_the_bar(firm: Firm) -> None:
    a_full_day(firm)
    ref = firm.lead(55, email="ada@acme.example")
    firm.lead(20, email="ada@acme.example")
    assert rings(firm, ref)
    assert firm.see(ref).held_at is None


def test_a_held_lead_that_wants_to_talk_to_sales_rings_at_once(database_url: str, tmp_path: Path) -> None:
    with a_firm(tmp_path, database_url, FIVE_A_DAY.replace("floor: 50", "floor: 20")) as firm:
        a_full_day(firm)
        firm.lead(99)
        visitor = firm.chats("I am the VP of sales at Acme, vp@acme.example")
        assert firm.queue() == [visitor.ref]
        visitor.says("can I see a demo this week?")
        assert firm.queue() == []
        assert firm.see(visitor.ref).stage == "sql"
        told = [
            (row.kind, row.payload.get("line")) for row in firm.promises() if row.payload.get("lead") == visitor.ref
        ]
        assert [kind for kind, _ in told].count("alert") == 1
        assert (
            told.index(("alert", None)) < told.index(("line", "transcript")) < told.index(("line", "purchase_interest"))
        )


def test_a_claim_from_the_queue_brings_its_one_alert(firm: Firm) -> None:
    a_full_day(firm)
    ref = firm.lead(55)
    outcome = firm.house.handoff.claim(firm.site_id, ref, ANN)
    assert (outcome.done, outcome.code) == (True, "claimed")
    assert firm.queue() == []
    assert len(firm.alerts(ref)) == 1
    assert [row.payload.get("line") for row in firm.promises("line") if row.payload["lead"] == ref] == [
        "transcript",
        "claimed",
    ]
    firm.clock.pass_(days=1)
    assert follow(firm) == 0
    assert len(firm.alerts(ref)) == 1


@pytest.mark.parametrize("act", ["accept", "return", "note"])
def test_whatever_a_rep_does_with_a_held_lead_takes_it_out_of_the_queue(firm: Firm, act: str) -> None:
    a_full_day(firm)
    ref, handoff = firm.lead(55), firm.house.handoff
    done = {
        "accept": lambda: handoff.accept(firm.site_id, ref, ANN),
        "return": lambda: handoff.return_(firm.site_id, ref, ANN, "no_need", ""),
        "note": lambda: handoff.note(firm.site_id, ref, ANN, "knows us"),
    }[act]()
    assert done.done
    assert firm.queue() == []
    [alert] = firm.alerts(ref)
    assert alert.payload["cycle"] == 1


def test_who_turns_out_to_be_disqualified_waits_for_nobody_and_comes_back_when_it_was_wrong(firm: Firm) -> None:
    a_full_day(firm)
    ref = firm.lead(55, email="ada@acme.example")
    firm.lead(0, email="ada@acme.example", job_title="analyst")
    assert firm.see(ref).status == "disqualified"
    assert firm.queue() == []
    firm.clock.pass_(days=1)
    assert follow(firm) == 0
    assert not rings(firm, ref)


FADING = FIVE_A_DAY.replace("cap: [0, 100]", "cap: [0, 100]\n    half_life_days: 10")


def test_whose_points_fade_while_they_wait_goes_back_without_a_card_of_somebody_sales_never_saw(
    database_url: str, tmp_path: Path
) -> None:
    with a_firm(tmp_path, database_url, FADING) as firm:
        a_full_day(firm)
        firm.lead(90)
        ref = firm.lead(55, email="ada@acme.example")
        for _ in range(3):
            clockwork_of(firm.house).run_due(firm.clock.pass_(days=20))
        seen = firm.see(ref)
        assert (seen.stage, seen.handoff, seen.cycle) == ("lead", "returned", 2)
        assert not rings(firm, ref)
        firm.lead(90, email="ada@acme.example")
        assert [row.payload["cycle"] for row in firm.alerts(ref)] == [2], "there is no card before it to step back"


# --- two who are one


def merged(firm: Firm, one: str, other: str) -> str:
    outcome = firm.house.handoff.merge(firm.site_id, one, other, ANN)
    assert outcome.lead is not None
    return outcome.lead.ref


def cards(firm: Firm) -> dict[str, int]:
    """How often each lead was promised a card."""
    return dict(Counter(row.payload["lead"] for row in firm.promises("alert")))


def test_of_two_who_are_one_the_one_sales_knows_speaks_for_both_and_nobody_rings_again(firm: Firm) -> None:
    known = a_full_day(firm)[-1]
    firm.lead(80)
    held = firm.lead(61)
    before = cards(firm)
    assert merged(firm, held, known) == known
    assert firm.queue() == []
    assert cards(firm) == {**before, known: before[known] + 1}, "its card is brought up to date, no other one comes"
    firm.clock.pass_(days=1)
    assert follow(firm) == 0


def test_when_that_was_wrong_the_other_waits_in_the_queue_again(firm: Firm) -> None:
    known = a_full_day(firm)[-1]
    firm.lead(80)
    held = firm.lead(61)
    merged(firm, held, known)
    assert firm.house.handoff.part(firm.site_id, held, ANN).done
    assert firm.queue() == [held]
    assert not rings(firm, held)
    firm.clock.pass_(days=1)
    assert (follow(firm), len(firm.alerts(held))) == (1, 1)


def test_two_halves_that_wait_together_leave_the_queue_when_they_are_parted(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(80)
    one, other = firm.lead(30), firm.lead(25)
    both = merged(firm, one, other)
    assert firm.queue() == [both]
    firm.house.handoff.part(firm.site_id, one, ANN)
    assert firm.queue() == []
    assert not any(rings(firm, ref) for ref in (one, other))
    firm.clock.pass_(days=1)
    firm.house.handoff.merge(firm.site_id, one, other, ANN)
    assert rings(firm, firm.see(both).ref), "the next day has room"


# --- who follows


def test_next_business_morning_the_best_follow_as_far_as_there_is_room(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(80)
    refs = [firm.lead(50 + number) for number in range(8)]
    assert follow(firm) == 0
    firm.clock.now = datetime(2026, 11, 24, 8, 59, tzinfo=UTC)
    assert follow(firm) == 0, "nobody works yet"
    firm.clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert follow(firm) == 5
    assert [ref for ref in reversed(refs) if rings(firm, ref)] == refs[:2:-1]
    assert firm.queue() == refs[2::-1]
    assert follow(firm) == 0
    assert not rings(firm, firm.lead(55)), "the room of the day is used"


def test_those_who_ring_at_the_weekend_count_for_monday(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(80)
    waiting = firm.lead(55)
    firm.clock.now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # Saturday of the same week, everybody else was worked
    firm.house.handoff.claim(firm.site_id, waiting, ANN)
    assert [rings(firm, firm.lead(55)) for _ in range(5)] == [True] * 4 + [False]
    firm.clock.now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert follow(firm) == 0
    firm.clock.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert follow(firm) == 1


def test_when_the_capacity_is_taken_out_of_the_criteria_everybody_follows(firm: Firm) -> None:
    a_full_day(firm)
    firm.lead(80)
    refs = [firm.lead(55) for _ in range(7)]
    firm.write(version(2, (VOLUME % (5, "propose"), "threshold: {floor: 50}"), of=FIVE_A_DAY))
    firm.agree()
    assert follow(firm) == 7
    assert all(len(firm.alerts(ref)) == 1 for ref in refs)


def test_the_watchdog_takes_nobody_who_waits_for_forgotten(firm: Firm) -> None:
    a_full_day(firm)
    ref = firm.lead(55)
    assert promise_again(firm.house.database, firm.clock.pass_(minutes=10)) == 0
    firm.clock.pass_(days=1)
    follow(firm)
    assert promise_again(firm.house.database, firm.clock.pass_(minutes=10)) == 0
    assert len(firm.alerts(ref)) == 1


def test_sixteen_at_once_through_several_processes_ring_no_more_than_the_day_has_room(firm: Firm) -> None:
    others = [firm, firm.of_another_process, firm.of_another_process]
    start = Barrier(16)

    def come(number: int) -> str:
        start.wait(20)
        return others[number % 3].lead(55)

    with ThreadPoolExecutor(16) as hands:
        refs = list(hands.map(come, range(16)))
    assert sum(rings(firm, ref) for ref in refs) == 5
    assert len(firm.queue()) == 11
    for other in others[1:]:
        other.house.database.engine.dispose()


def test_two_who_let_others_follow_at_once_ring_nobody_twice_and_not_too_many(firm: Firm) -> None:
    a_full_day(firm)
    refs = [firm.lead(55) for _ in range(9)]
    other = firm.of_another_process
    firm.clock.pass_(days=1)
    with ThreadPoolExecutor(2) as hands:
        assert sum(hands.map(follow, (firm, other))) == 5
    assert sum(len(firm.alerts(ref)) for ref in refs) == 5
    other.house.database.engine.dispose()


# --- the day


@pytest.mark.parametrize(
    ("now", "on", "since"),
    [
        ("2026-11-23T09:00", "2026-11-23", "2026-11-20T23:00"),
        ("2026-11-22T22:59", "2026-11-23", "2026-11-20T23:00"),
        ("2026-11-20T22:59", "2026-11-20", "2026-11-19T23:00"),
        ("2026-11-20T23:00", "2026-11-23", "2026-11-20T23:00"),
        ("2026-12-24T12:00", "2026-12-28", "2026-12-23T23:00"),
    ],
)
def test_a_moment_belongs_to_the_business_day_of_the_teams_own_zone(now: str, on: str, since: str) -> None:
    hours = Hours(zone="Europe/Berlin", holidays=("2026-12-24", "2026-12-25"))
    day = workday(hours, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (day.on.isoformat(), day.since.strftime("%Y-%m-%dT%H:%M")) == (on, since)


def test_a_team_without_any_working_day_ahead_still_has_a_day() -> None:
    closed = Hours(
        days=("mon",), holidays=tuple(f"2026-{month:02d}-{day:02d}" for month in (11, 12) for day in range(1, 31))
    )
    assert workday(closed, datetime(2026, 11, 23, tzinfo=UTC)).on.isoformat() >= "2026-12-31"
