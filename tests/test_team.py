"""The team file: who is who, where alerts go, and what is said when the file is wrong."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.config import Routes
from qualification.team import (
    Crm,
    CrmHubSpot,
    CrmMarketo,
    CrmSalesforce,
    CrmZendesk,
    Hours,
    Route,
    Sla,
    Team,
    TeamError,
    TeamMember,
    When,
    load_team,
)
from tests.slackdesk import lead

ROOT = Path(__file__).resolve().parent.parent
GOOD = """
reps: listed
people:
  - {name: Ann Weber, email: Ann@Example.com, roles: [rep]}
  - {name: Mara Lindt, slack: U012AB3CD, roles: [rep, manager, sales_approver]}
  - {name: Mo Marks, slack: U0MARKETING, roles: [marketing_approver]}
routes:
  - when: {min_score: 80, language: de}
    channel: C0GERMAN001
  - when: {segment: A1}
    channel: C0SEGMENT01
fallback_channel: C0FALLBACK1
hours: {zone: Europe/Berlin, days: [mon, tue], start: "08:30", end: "17:00", holidays: [2026-12-25]}
sla: {remind: 5m, escalate: 15m, reassign: 45m, broadcast: 2h, expire: 5d}
open_leads_per_rep: 12
company_domains: [example.com]
"""


def test_the_shipped_file_lets_every_full_member_be_a_rep():
    team = load_team((ROOT / "config" / "team.yaml").read_text(encoding="utf-8"))
    assert team == Team()
    person = team.person("U1", None, "Ann")
    assert person is not None
    assert (person.name, person.role) == ("Ann", "rep")


def test_people_are_known_by_slack_id_or_address_with_their_highest_role():
    team = load_team(GOOD)
    roles = {
        key: getattr(team.person(*key), "role", None)
        for key in [("U9", "ann@example.COM"), ("U012AB3CD",), ("U0MARKETING",)]
    }
    assert list(roles.values()) == ["rep", "manager", "approver"]
    assert team.person("U999999", "stranger@example.com") is None


def test_the_first_route_that_fits_wins():
    routes = Routes(load_team(GOOD), "C0DEFAULT")
    assert routes.channel_for(lead(locale="de_AT")) == "C0GERMAN001"
    assert routes.channel_for(lead(locale="en")) == "C0SEGMENT01"
    assert routes.channel_for(lead(locale="en", segment=None, assessment=None)) == "C0DEFAULT"


def test_an_empty_file_is_the_default_team():
    assert load_team("# nothing yet\n\n") == load_team("") == Team()


BROKEN = [
    ("reps: some", "line 1", "everyone"),
    ("peple: []", "line 1", "did you mean people?"),
    ("people: Ann", "line 1", "must be a list"),
    ("people:\n  - name: Ann", "line 2", "slack id"),
    ("people:\n  - {name: Ann, slack: ann}", "line 2", "member id"),
    ("people:\n  - {name: Ann, email: ann}", "line 2", "e-mail"),
    ("people:\n  - {name: Ann, slack: U012AB3CD, roles: [boss]}", "line 2", "marketing_approver"),
    ("people:\n  - {name: Ann, slack: U012AB3CD, role: rep}", "line 2", "did you mean roles?"),
    ("people:\n  - {name: A, slack: U012AB3CD}\n  - {name: B, slack: U012AB3CD}", "U012AB3CD", "twice"),
    ("reps: listed", "reps: listed", "nobody"),
    ("routes:\n  - when: {}\n    channel: C012AB3CD", "line 2", "says nothing"),
    ("routes:\n  - when: {score: 3}\n    channel: C012AB3CD", "line 2", "min_score"),
    ("routes:\n  - when: {min_score: 80}\n    channel: '#leads'", "line 3", "channel id"),
    ("fallback_channel: leads", "line 1", "channel id"),
    ("hours: {zone: Mars/Olympus}", "line 1", "Europe/Berlin"),
    ("hours: {start: '18:00', end: '09:00'}", "line 1", "before"),
    ("hours: {days: [monday]}", "line 1", "mon"),
    ("hours: {holidays: [christmas]}", "line 1", "2026-12-25"),
    ("sla: {remind: soon}", "line 1", "5m"),
    ("sla: {remind: 60m, escalate: 5m}", "line 1", "rise"),
    ("open_leads_per_rep: 0", "line 1", "1"),
    ("people: [", "line 1", "YAML"),
    ("reps: everyone\nreps: listed", "line 2", "twice"),
    ("\tpeople: []", "line 1", "tab"),
    ("just words", "line 1", "settings"),
]


@pytest.mark.parametrize(("text", "where", "what"), BROKEN)
def test_a_wrong_file_says_what_where_and_what_to_do(text, where, what):
    with pytest.raises(TeamError) as caught:
        load_team(text, "team.yaml")
    said = str(caught.value)
    assert said.startswith("team.yaml: ")
    assert where in said
    assert what in said


def test_all_problems_are_told_at_once():
    with pytest.raises(TeamError) as caught:
        load_team("peple: []\nhours: {zone: Mars}\nsla: {remind: x}")
    assert len(caught.value.problems) == 3


def parts() -> list[tuple[type[BaseModel], Any]]:
    kinds = (Team, TeamMember, Route, When, Hours, Sla, Crm, CrmHubSpot, CrmZendesk, CrmMarketo, CrmSalesforce)
    return [(part, field.alias or name) for part in kinds for name, field in part.model_fields.items()]


@pytest.mark.parametrize(("part", "name"), parts())
def test_docs_explain_every_key(part, name):
    assert f"`{name}`" in (ROOT / "docs" / "team.md").read_text(encoding="utf-8"), f"{part.__name__}.{name}"
