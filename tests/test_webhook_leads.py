"""The site's own programs bring leads and read what became of them."""

from datetime import timedelta

import pytest

from qualification.doorstep import Consent
from qualification.views import DeliveryView
from tests.edge import OTHER_KEY, START, World, error_of, key, made_world, open_widget

FORM = {"email": "ana@acme.com", "name": "Ana", "company": "Acme", "source": {"channel": "form", "name": "whitepaper"}}


@pytest.fixture
def world() -> World:
    return made_world()


@pytest.fixture
def client(world):
    return world.app.test_client()


def post(client, body, **headers):
    return client.post("/api/v1/leads", json=body, headers=headers or key())


def test_a_form_becomes_a_lead_that_can_be_read_back(client):
    answer = post(client, FORM)
    assert (answer.status_code, set(answer.json)) == (202, {"lead_ref"})
    lead = client.get(f"/api/v1/leads/{answer.json['lead_ref']}", headers=key()).json
    assert set(lead) == {
        "lead_ref", "kind", "stage", "status", "handoff", "facts", "declined", "asked", "purchase_interest",
        "assessment", "stage_log", "touchpoints", "deliveries", "source", "consents", "merged", "merged_into",
        "held_since",
    }  # fmt: skip
    assert lead["facts"]["email"] == {
        "text": "ana@acme.com", "value": "ana@acme.com", "confidence": 0.97, "source": "said", "message_id": "7"
    }  # fmt: skip
    assert lead["facts"]["company_size"]["value"] == {"min": 120, "max": 120}
    assert "demo" not in lead["facts"]
    assert lead["assessment"]["reasons"] == [
        {"rule": "size.mid", "points": 20, "why": "50 to 500 people", "evidence": "about 120"}
    ]
    assert set(lead["stage_log"][0]) == {"from", "to", "actor", "cause", "criteria_version", "score", "at"}
    assert {"destination", "state", "attempts", "error", "at"} <= set(lead["deliveries"][0])


def test_fields_touchpoints_and_consent_reach_the_door_as_data(client, world):
    more = {
        "fields": {"company_size": 250, "job_title": "VP Ops", "newsletter": True, "budget": 20000.0},
        "touchpoints": [
            {"type": "event", "at": "2026-10-01T10:00:00Z", "data": {"name": "Expo"}},
            {"type": "newsletter"},
        ],
        "consent": {"purpose": "follow_up", "granted": True, "text_version": "3"},
    }
    ref = post(client, FORM | more).json["lead_ref"]
    new = world.intake.leads[1, ref]
    assert new.fields == {"company_size": "250", "job_title": "VP Ops", "newsletter": "yes", "budget": "20000"}
    assert new.touchpoints[0].at == START - timedelta(days=53, hours=-1)
    assert new.touchpoints[1].at == START
    assert new.consent == (Consent("follow_up", True, "3"),)


def test_a_lead_nobody_can_answer_is_refused(client):
    answer = post(client, {"name": "Ana", "source": {"channel": "form"}})
    assert answer.status_code == 422
    assert "`email` or `phone`" in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ana"}, "email"),
        ({"email": "ana@"}, "email"),
        ({"email": "ana@acme"}, "email"),
        ({"email": "ana@127.0.0.1"}, "email"),
        ({"email": "a" * 65 + "@acme.com"}, "email"),
        ({"email": ""}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "1234"}, "phone"),
        ({"phone": "1" * 19}, "phone"),
        ({"source": {"channel": "carrier pigeon"}}, "source.channel"),
        ({"source": None}, "source"),
        ({"fields": {"size": {"min": 1}}}, "fields.size"),
        ({"fields": {"a b": "x"}}, "fields.a b"),
        ({"touchpoints": [{"type": "telepathy"}]}, "touchpoints.0.type"),
        ({"consent": {"purpose": "x"}}, "consent.granted"),
        ({"score": 100}, "score"),
        ({"stage": "mql"}, "stage"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_field_is_named(client, change, field):
    answer = post(client, FORM | change)
    assert (answer.status_code, error_of(answer)["field"]) == (422, field)


@pytest.mark.parametrize("ref", ["L-1", "L-99999999999999999999", "1042", "L-%00", "L-1042x", "x" * 5000, "%F0%28"])
def test_a_reference_that_leads_nowhere_is_not_found(client, ref):
    answer = client.get(f"/api/v1/leads/{ref}", headers=key())
    assert answer.status_code == 404
    error_of(answer)


def test_a_conversation_is_read_before_it_has_a_lead(client):
    visitor = open_widget(client)
    found = client.get(visitor.path, headers=key()).json
    assert (found["lead_ref"], found["assessment"], found["stage"]) == (None, None, "visitor")
    assert {"facts", "declined", "asked", "purchase_interest", "kind", "status", "handoff"} <= set(found)


def test_dead_letters_are_listed_and_sent_again(client, world):
    world.enquiry.dead[1, 5] = DeliveryView(5, "slack", "alert", "dead", 9, "channel_not_found", START)
    (dead,) = client.get("/api/v1/deliveries?state=dead", headers=key()).json["deliveries"]
    assert (dead["id"], dead["error"]) == (5, "channel_not_found")
    assert client.post("/api/v1/deliveries/5/retry", headers=key()).status_code == 202
    assert client.get("/api/v1/deliveries", headers=key()).json == {"deliveries": []}


@pytest.mark.parametrize("id", ["6", "0", "-1", "x", "9223372036854775808", "9" * 400, "٥"])
def test_a_delivery_that_is_not_there_cannot_be_sent_again(client, id):
    answer = client.post(f"/api/v1/deliveries/{id}/retry", headers=key())
    assert answer.status_code == 404
    error_of(answer)


def test_an_unknown_state_is_refused(client):
    answer = client.get("/api/v1/deliveries?state=lost", headers=key())
    assert (answer.status_code, error_of(answer)["field"]) == (422, "state")


def test_two_sites_never_see_each_others_leads(client, world):
    ref = post(client, FORM).json["lead_ref"]
    world.enquiry.dead[1, 5] = DeliveryView(5, "slack", "alert", "dead", 9, None, START)
    visitor = open_widget(client)
    assert client.get(f"/api/v1/leads/{ref}", headers=key(OTHER_KEY)).status_code == 404
    assert client.get(visitor.path, headers=key(OTHER_KEY)).status_code == 404
    assert client.get("/api/v1/deliveries", headers=key(OTHER_KEY)).json == {"deliveries": []}
    assert client.post("/api/v1/deliveries/5/retry", headers=key(OTHER_KEY)).status_code == 404
