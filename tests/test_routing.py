"""Where a lead goes and to whom: by what is known of it, in turns, to who is at work and has room."""

import pytest

from models.database import Database
from qualification.routing import Routed, routed
from qualification.team import Team, TeamError, load_team
from tests.salesfloor import ANN, QUALIFIED, Floor, policy
from tests.slackdesk import fact

ALWAYS = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": "23:59"}
ANY = Routed("A1", 70, "chat", "sales", "de", "DE")
PEOPLE = [
    {"name": "Ann", "slack": "U0ANN", "email": "ann@example.com"},
    {"name": "Ben", "slack": "U0BEN"},
    {"name": "Cleo", "slack": "U0CLEO"},
]


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        ({"territory": ["DE", "AT"]}, True),
        ({"territory": ["FR"]}, False),
        ({"min_score": 70, "max_score": 70}, True),
        ({"max_score": 69}, False),
        ({"min_score": 71}, False),
        ({"segment": "A1", "source": "chat", "kind": "sales", "language": "DE"}, True),
        ({"segment": "A1", "source": "form"}, False),
    ],
)
def test_a_route_fits_when_all_it_says_holds(when: dict[str, object], fits: bool) -> None:
    team = Team.model_validate({"routes": [{"when": when, "channel": "C0HOT"}]})
    assert (team.channel_for(ANY, "C0MAIN") == "C0HOT") is fits


def test_what_is_not_known_fits_no_territory_and_no_language() -> None:
    nobody = routed(None, None, None, "unknown", None, {})
    for when in ({"territory": ["DE"]}, {"language": "de"}, {"min_score": 1}):
        team = Team.model_validate({"routes": [{"when": when, "channel": "C0HOT"}]})
        assert team.channel_for(nobody, "C0MAIN") == "C0MAIN"


def test_a_territory_is_told_from_the_place_they_named() -> None:
    known = {"location": fact("location", "just outside Munich")}
    assert routed("A1", 3, {"channel": "form"}, "sales", "pt-BR", known).country == "DE"
    assert routed("A1", 3, {"channel": "form"}, "sales", "pt-BR", known).language == "pt"


def test_channel_and_people_may_come_from_different_routes() -> None:
    routes = [{"when": {"min_score": 60}, "channel": "C0HOT"}, {"when": {"territory": ["DE"]}, "to": ["U0BEN"]}]
    team = Team.model_validate({"people": PEOPLE, "routes": routes})
    assert team.channel_for(ANY, "C0MAIN") == "C0HOT"
    assert [one.name for one in team.people_for(ANY)] == ["Ben"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("routes:\n  - when: {min_score: 80}\n", "leads nowhere"),
        (
            "routes:\n  - when: {min_score: 80}\n    to: [zoe@example.com]\n",
            "zoe@example.com is no rep with a slack id",
        ),
        ("routes:\n  - when: {min_score: 80, max_score: 70}\n    channel: C012AB3CD\n", "min_score must not be above"),
        ("routes:\n  - when: {territory: [Germany]}\n    channel: C012AB3CD\n", "codes of countries"),
    ],
)
def test_a_wrong_route_is_refused_with_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(TeamError, match=told):
        load_team(text)


# Given in turns


def floor_with(database: Database, to: list[str], when: dict[str, object] | None = None, **team: object) -> Floor:
    floor = Floor(database)
    routes = [{"when": when or {"min_score": 1}, "to": to}]
    floor.policies[floor.site] = policy(**{"hours": ALWAYS, "people": PEOPLE, "routes": routes, **team})
    return floor


def comes(floor: Floor, **fields: str) -> str:
    """Alerted, and ten seconds later."""
    ref = floor.comes_by_form(**fields)
    floor.deliver()
    floor.time.pass_(10)
    floor.clockwork.run_due(floor.time.now)
    return ref


def owner(floor: Floor, ref: str) -> str | None:
    found = floor.lead(ref).owner
    return found.name if found else None


def test_reps_of_a_route_take_turns(database: Database) -> None:
    floor = floor_with(database, ["ann@example.com", "U0BEN"])
    assert sorted(str(owner(floor, comes(floor))) for _ in range(2)) == ["Ann", "Ben"]
    assert sorted(str(owner(floor, comes(floor))) for _ in range(2)) == ["Ann", "Ben"]


def test_who_is_given_a_lead_is_told_in_its_thread_and_the_audit_says_why(database: Database) -> None:
    floor = floor_with(database, ["U0BEN"])
    ref = comes(floor)
    assert (floor.lead(ref).handoff, owner(floor, ref)) == ("claimed", "Ben")
    assert [one["line"] for one in floor.promised(ref, "line")][-1] == "assigned"
    step = floor.steps(ref)[-1]
    assert (step.action, step.actor, step.via) == ("assigned", "system", "route")


def test_nobody_is_given_a_lead_before_slack_was_told_or_at_night(database: Database) -> None:
    by_day = {"hours": {**ALWAYS, "start": "09:00", "end": "17:00"}}
    floor = floor_with(database, ["U0BEN"], **by_day)
    ref = floor.comes_by_form()
    floor.time.pass_(60)
    floor.clockwork.run_due(floor.time.now)
    assert owner(floor, ref) is None
    while floor.time.now.hour != 18:
        floor.time.pass_(1800)
    late = floor.comes_by_form()
    floor.deliver()
    floor.time.pass_(60)
    floor.clockwork.run_due(floor.time.now)
    assert owner(floor, late) is None
    while floor.time.now.hour != 9:
        floor.time.pass_(1800)
    floor.clockwork.run_due(floor.time.now)
    assert owner(floor, late) == "Ben"


def test_whoever_is_muted_away_or_full_is_passed_over_and_a_lead_for_nobody_waits(database: Database) -> None:
    floor = floor_with(database, ["U0ANN", "U0BEN"], open_leads_per_rep=1)
    floor.handoff.mute(floor.site, ANN, floor.time.now.replace(year=2027))
    assert owner(floor, comes(floor)) == "Ben"
    waiting = comes(floor)
    assert owner(floor, waiting) is None
    floor.time.pass_(310)
    floor.clockwork.run_due(floor.time.now)
    reminder = next(one for one in floor.promised(waiting, "line") if one["line"] == "sla_remind")
    assert reminder["to"] == "U0CLEO", "somebody else is asked when none of the route's people can"


def test_other_leads_are_given_to_nobody(database: Database) -> None:
    floor = floor_with(database, ["U0BEN"], {"territory": ["FR"]})
    assert owner(floor, comes(floor)) is None
    assert owner(floor, comes(floor, **QUALIFIED, location="Lyon, France")) == "Ben"


def test_who_hands_a_lead_back_does_not_get_it_again(database: Database) -> None:
    floor = floor_with(database, ["U0ANN"])
    ref = comes(floor)
    floor.handoff.release(floor.site, ref, ANN)
    floor.time.pass_(60)
    floor.clockwork.run_due(floor.time.now)
    assert owner(floor, ref) is None
