"""A whole house on a full day: the next lead waits, a rep takes it from the queue, and the card is there once."""

import pytest
import requests

from config.settings import ROOT
from tests.engines import KINDS
from tests.foyer import foyer_on, is_claim_by
from tryout.standin.people import ANN

FULL = (ROOT / "config" / "criteria.yaml").read_text("utf-8").replace("alerts_per_rep_day: 5", "alerts_per_rep_day: 1")
TEAM = "people:\n  - {name: Ann, slack: %s, roles: [rep]}\nhours: {days: [mon, tue, wed, thu, fri, sat, sun]}\n"
MANAGER = "I'm {name}, head of marketing at Kessel AG, 90 people. Timeline: this month. Budget: 20k a year. {mail}"


@pytest.fixture(scope="module", params=KINDS)
def foyer(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("queue")
    (folder / "criteria.yaml").write_text(FULL, "utf-8")
    (folder / "team.yaml").write_text(TEAM % ANN, "utf-8")
    files = {"criteria_file": folder / "criteria.yaml", "team_file": folder / "team.yaml"}
    with foyer_on(request.param, folder, **files) as house:
        yield house


def qualified(foyer, name, mail):
    visitor = foyer.visitor()
    visitor.say(MANAGER.format(name=name, mail=mail))
    seen = foyer.conversation(visitor.conversation_id)
    assert (seen["stage"], seen["purchase_interest"]) == ("mql", False)
    return visitor, seen["lead_ref"]


def test_a_full_day_holds_the_next_lead_until_a_rep_takes_it_and_a_wish_rings_at_once(foyer):
    _, first = qualified(foyer, "Mia Wolf", "mia@kessel.example")
    assert foyer.alert(first)
    visitor, second = qualified(foyer, "Tom Berg", "tom@kessel.example")
    _, third = qualified(foyer, "Eva Lang", "eva@kessel.example")
    held = foyer.lead(second)
    assert held["deliveries"] == []
    assert held["held_since"]
    assert "\nfoyer_held_leads 2.0\n" in requests.get(f"{foyer.url}/metrics", timeout=10).text
    foyer.standin.wait_for(lambda: [one for one in foyer.standin.messages() if "/lead queue" in one["text"]])
    assert foyer.alerts_of(second) == foyer.alerts_of(third) == []
    shown = foyer.standin.command(ANN, "/lead queue").json
    assert [ref in str(shown["blocks"]) for ref in (first, second, third)] == [False, True, True]

    foyer.standin.command(ANN, f"/lead claim {third}")
    alert = foyer.alert(third)
    assert is_claim_by(ANN, alert["text"])
    foyer.standin.wait_for(lambda: [line for line in foyer.lines(alert["ts"]) if is_claim_by(ANN, line)])

    visitor.say("can I see a demo?")
    rung = foyer.alert(second)
    assert (foyer.lead(second)["stage"], foyer.lead(second)["held_since"]) == ("sql", None)
    foyer.standin.wait_for(lambda: [line for line in foyer.lines(rung["ts"]) if "wants to talk to sales" in line])
    assert "Nobody waits" in foyer.standin.command(ANN, "/lead queue").json["text"]
