"""While nobody claims: remind, escalate, reassign, broadcast; in working time, each once, none after the claim."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.lines import line
from models.database import Database
from qualification.views import Person
from tests.salesfloor import ANN, Floor, policy
from tests.slackdesk import lead

ALWAYS = {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}
REPS = [
    {"name": "Ann", "slack": "U0ANN"},
    {"name": "Ben", "slack": "U0BEN"},
    {"name": "Mara", "slack": "U0MARA", "roles": ["manager"]},
]


def floor_with(database: Database, **team) -> Floor:
    floor = Floor(database)
    floor.policies[floor.site] = policy(hours=ALWAYS, **team)
    return floor


@pytest.fixture
def floor(database: Database) -> Floor:
    return floor_with(database)


@pytest.fixture
def staffed(database: Database) -> Floor:
    return floor_with(database, people=REPS)


def minutes(floor: Floor, number: float) -> None:
    floor.time.pass_(number * 60)
    floor.clockwork.run_due(floor.time.now)


def nudges(floor: Floor, ref: str) -> list[str]:
    return [one for one in floor.lines(ref) if one.startswith("sla_")]


def offered(floor: Floor) -> str:
    ref = floor.comes_by_form()
    floor.deliver()
    return ref


def test_r45_each_step_comes_at_its_working_minute_and_once(floor: Floor) -> None:
    ref = offered(floor)
    told = []
    for _ in range(120):
        minutes(floor, 1)
        told.append(len(nudges(floor, ref)))
    assert [told.index(number) + 1 for number in (1, 2, 3, 4)] == [5, 15, 45, 60]
    assert nudges(floor, ref) == ["sla_remind", "sla_escalate", "sla_nobody", "sla_broadcast"]
    assert next(one for one in floor.promised(ref, "line") if one["line"] == "sla_broadcast")["broadcast"] is True


def test_r45_nothing_is_said_after_the_claim(floor: Floor) -> None:
    ref = offered(floor)
    minutes(floor, 6)
    floor.handoff.claim(floor.site, ref, ANN)
    minutes(floor, 300)
    assert nudges(floor, ref) == ["sla_remind"]


def test_a_lead_that_is_released_is_reminded_of_anew(floor: Floor) -> None:
    ref = offered(floor)
    floor.handoff.claim(floor.site, ref, ANN)
    minutes(floor, 30)
    floor.handoff.release(floor.site, ref, ANN)
    minutes(floor, 4)
    assert nudges(floor, ref) == []
    minutes(floor, 1)
    assert nudges(floor, ref) == ["sla_remind"]


def test_r45_the_night_and_the_weekend_do_not_count(database: Database) -> None:
    floor = floor_with(database)
    floor.time.pass_((datetime(2026, 11, 27, 16, 57, tzinfo=UTC) - floor.time.now).total_seconds())
    ref = offered(floor)
    minutes(floor, 60 * 24 * 2)
    assert nudges(floor, ref) == []
    floor.time.pass_((datetime(2026, 11, 30, 9, 2, tzinfo=UTC) - floor.time.now).total_seconds())
    floor.clockwork.run_due(floor.time.now)
    assert nudges(floor, ref) == ["sla_remind"]


def test_r45_the_clock_starts_when_slack_was_told(floor: Floor) -> None:
    ref = floor.comes_by_form()
    minutes(floor, 50)
    assert nudges(floor, ref) == []
    floor.deliver()
    minutes(floor, 4)
    assert nudges(floor, ref) == []
    minutes(floor, 2)
    assert nudges(floor, ref) == ["sla_remind"]


def test_a_rest_holds_the_steps_back(floor: Floor) -> None:
    ref = offered(floor)
    from datetime import timedelta

    floor.handoff.snooze(floor.site, ref, ANN, floor.time.now + timedelta(hours=2))
    minutes(floor, 119)
    assert nudges(floor, ref) == []
    minutes(floor, 2)
    assert nudges(floor, ref)[0] == "sla_remind"


def test_managers_are_told_in_person_once(staffed: Floor) -> None:
    ref = offered(staffed)
    minutes(staffed, 5)
    minutes(staffed, 10)
    minutes(staffed, 1)
    assert [one["user"] for one in staffed.promised(ref, "direct")] == ["U0MARA"]


def test_it_is_given_to_the_rep_who_carries_least(staffed: Floor) -> None:
    busy = offered(staffed)
    staffed.handoff.claim(staffed.site, busy, ANN)
    ref = offered(staffed)
    for step in (5, 10, 30):
        minutes(staffed, step)
    shown = staffed.lead(ref)
    assert (shown.handoff, shown.owner and shown.owner.id) == ("claimed", "U0BEN")
    assert [(one.action, one.actor) for one in staffed.steps(ref)][-2:] == [
        ("assigned", "system"),
        ("sla_reassign", "system"),
    ]
    minutes(staffed, 60)
    assert "sla_broadcast" not in nudges(staffed, ref)


def test_nobody_is_given_more_than_they_can_carry_or_while_away(database: Database) -> None:
    away = {"name": "Ben", "slack": "U0BEN", "away": [{"from": "2026-11-01", "to": "2026-12-31"}]}
    floor = floor_with(database, people=[REPS[0], away], open_leads_per_rep=1)
    floor.handoff.claim(floor.site, offered(floor), ANN)
    ref = offered(floor)
    for step in (5, 10, 30, 15):
        minutes(floor, step)
    assert floor.lead(ref).handoff == "offered"
    assert nudges(floor, ref) == ["sla_remind", "sla_escalate", "sla_nobody", "sla_broadcast"]


def test_r45_many_workers_take_each_step_once(staffed: Floor) -> None:
    refs = [offered(staffed) for _ in range(4)]
    for step in (5, 10):
        staffed.time.pass_(step * 60)
        threads = [threading.Thread(target=staffed.clockwork.run_due, args=(staffed.time.now,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert [nudges(staffed, ref) for ref in refs] == [["sla_remind", "sla_escalate"]] * 4
    assert [len(staffed.promised(ref, "direct")) for ref in refs] == [1] * 4


@pytest.mark.parametrize("code", ["sla_remind", "sla_escalate", "sla_nobody", "sla_broadcast"])
def test_the_thread_says_who_waits(code: str) -> None:
    told = line({"line": code, "to": "U0ANN000001"}, lead(name="<!channel> Dana"))
    assert "<!channel>" not in told.text
    assert "L-1042" in told.text


def test_r45_steps_that_were_taken_are_not_taken_again_days_later(floor: Floor) -> None:
    ref = offered(floor)
    for _ in range(4):
        minutes(floor, 60)
    for _ in range(4):
        floor.pass_(1)
        floor.looks(ref)
    minutes(floor, 90)
    assert len(nudges(floor, ref)) == 4


def test_whoever_is_muted_is_not_reminded_and_given_nothing(staffed: Floor) -> None:
    ref = offered(staffed)
    staffed.handoff.mute(staffed.site, Person("U0ANN", "Ann"), staffed.time.now + timedelta(hours=3))
    staffed.handoff.mute(staffed.site, Person("U0MARA", "Mara"), staffed.time.now + timedelta(hours=3))
    minutes(staffed, 5)
    minutes(staffed, 10)
    told = [one for one in staffed.promised(ref, "line") if one["line"].startswith("sla_")]
    assert [(one["line"], one.get("to")) for one in told] == [("sla_remind", "U0BEN"), ("sla_escalate", None)]
    minutes(staffed, 30)
    assert staffed.lead(ref).owner.id == "U0BEN"
