"""Quiet hours: alerts wait for their end, nothing is lost, and whoever wants to talk rings at any hour."""

from datetime import UTC, datetime

import pytest

from models.database import Database
from qualification.sla import is_quiet
from qualification.team import Team, TeamError, load_team
from tests.salesfloor import Floor, policy

NIGHT = {"start": "19:00", "end": "08:00"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-23T18:59", False),
        ("2026-11-23T19:00", True),
        ("2026-11-24T07:59", True),
        ("2026-11-24T08:00", False),
        ("2026-11-28T12:00", True),  # a Saturday
    ],
)
def test_it_is_quiet_over_midnight_and_on_days_off(moment: str, quiet: bool) -> None:
    assert is_quiet(at(moment), Team.model_validate({"quiet": NIGHT})) is quiet


def test_it_is_quiet_by_the_teams_own_clock_and_never_without_a_word() -> None:
    tokyo = Team.model_validate({"quiet": {**NIGHT, "days_off": False}, "hours": {"zone": "Asia/Tokyo"}})
    assert is_quiet(at("2026-11-23T12:00"), tokyo), "nine in the evening there"
    assert not is_quiet(at("2026-11-28T03:00"), tokyo), "a Saturday's noon, and days off are not quiet"
    assert not is_quiet(at("2026-11-28T03:00"), Team())


def test_quiet_hours_that_last_no_time_are_refused_with_their_line() -> None:
    with pytest.raises(TeamError, match=r"quiet: start and end are the same.*line 1"):
        load_team('quiet: {start: "08:00", end: "08:00"}\n')


def quiet_floor(database: Database) -> Floor:
    floor = Floor(database)
    floor.policies[floor.site] = policy(quiet=NIGHT)
    return floor


def go_to(floor: Floor, hour: int) -> None:
    while floor.time.now.hour != hour or floor.time.now.weekday() > 3:
        floor.time.pass_(3600)


def follow(floor: Floor) -> int:
    return floor.handoff.let_follow(floor.time.now)


def test_r45_who_qualifies_at_night_rings_in_the_morning_once(database: Database) -> None:
    floor = quiet_floor(database)
    go_to(floor, 22)
    ref = floor.comes_by_form()
    assert (floor.promised(ref), follow(floor)) == ([], 0)
    assert [row.ref for row in floor.enquiry.queue(floor.site)] == [ref], "reps who look find them"
    go_to(floor, 8)
    assert follow(floor) == 1
    assert follow(floor) == 0
    assert floor.cycles_alerted(ref) == [1]
    assert floor.promised(ref, "notice") == []


def test_whoever_asks_to_talk_rings_at_night_too(database: Database) -> None:
    floor = quiet_floor(database)
    go_to(floor, 23)
    chat = floor.chats("Hi, I'm Tom Becker, I need a demo this month, tom@vollmer.de")
    assert floor.cycles_alerted(chat.ref) == [1]


def test_by_day_an_alert_rings_at_once(database: Database) -> None:
    floor = quiet_floor(database)
    go_to(floor, 11)
    assert floor.cycles_alerted(floor.comes_by_form()) == [1]
