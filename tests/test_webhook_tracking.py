"""Page views, clicks and consent come in as far as the visitor permits them."""

import json
from datetime import timedelta

import pytest

from tests.edge import START, World, error_of, made_world, open_widget

VIEW = {"type": "page_view", "url": "https://www.example.com/pricing?email=ana@acme.com"}


@pytest.fixture
def world() -> World:
    return made_world()


@pytest.fixture
def client(world):
    return world.app.test_client()


def events(*found, **more):
    return {"site": "default", "events": list(found), **more}


def test_events_are_recorded_and_a_token_is_issued(client, world):
    answer = client.post("/api/v1/events", json=events(VIEW, {**VIEW, "type": "cta_click", "data": {"name": "demo"}}))
    assert (answer.status_code, set(answer.json)) == (200, {"visitor_token"})
    assert [touchpoint.type for _, _, touchpoint in world.intake.touchpoints] == ["page_view", "cta_click"]
    assert world.intake.touchpoints[0][2].url == "https://www.example.com/pricing"
    assert world.intake.touchpoints[1][2].data == {"name": "demo"}


def test_the_same_visitor_is_known_again_by_the_token(client, world):
    token = client.post("/api/v1/events", json=events(VIEW)).json["visitor_token"]
    client.post("/api/v1/events", json=events(VIEW, visitor_token=token))
    assert len({visitor for _, visitor, _ in world.intake.touchpoints}) == 1
    visitor = open_widget(client, visitor_token=token)
    assert world.intake.conversations[visitor.conversation].visitor == world.intake.touchpoints[0][1]


@pytest.mark.parametrize(
    "content_type", ["text/plain;charset=UTF-8", "application/json", "application/vnd.api+json", ""]
)
def test_a_beacon_is_taken_whatever_type_the_browser_gives_it(client, world, content_type):
    answer = client.post("/api/v1/events", data=json.dumps(events(VIEW)), content_type=content_type)
    assert (answer.status_code, len(world.intake.touchpoints)) == (200, 1)


def test_other_addresses_want_json(client):
    answer = client.post("/api/v1/conversations", data="site=default", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415
    error_of(answer)


@pytest.mark.parametrize("many", [0, 21])
def test_between_one_and_twenty_events_are_taken(client, many):
    answer = client.post("/api/v1/events", json=events(*[VIEW] * many))
    assert (answer.status_code, error_of(answer)["field"]) == (422, "events")
    assert client.post("/api/v1/events", json=events(*[VIEW] * 20)).status_code == 200


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2026-11-23T08:59:00Z", START - timedelta(minutes=1)),
        ("2026-11-23T10:59:00+02:00", START - timedelta(minutes=1)),
        ("2099-01-01T00:00:00Z", START),
        ("1970-01-01T00:00:00Z", START - timedelta(days=1)),
    ],
)
def test_a_browsers_clock_is_believed_within_reason(client, world, at, kept):
    assert client.post("/api/v1/events", json=events({**VIEW, "at": at})).status_code == 200
    assert world.intake.touchpoints[0][2].at == kept


@pytest.mark.parametrize("at", ["yesterday", 5, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", ""])
def test_a_time_that_is_none_is_refused_with_its_place(client, at):
    answer = client.post("/api/v1/events", json=events({**VIEW, "at": at}))
    assert (answer.status_code, error_of(answer)["field"]) == (422, "events.0.at")


def test_mail_addresses_never_come_in_by_tracking(client, world):
    client.post("/api/v1/events", json=events({**VIEW, "data": {"title": "Hello ana@acme.com", "step": 2}}))
    assert world.intake.touchpoints[0][2].data == {"step": 2}


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_asks_not_to_be_tracked_leaves_no_trace(client, world, header):
    answer = client.post("/api/v1/events", json=events(VIEW), headers={header: "1"})
    assert (answer.status_code, world.intake.touchpoints) == (200, [])


def test_consent_is_kept_with_the_wording_seen(client, world):
    visitor = open_widget(client)
    body = {"visitor_token": visitor.token, "purpose": "analytics", "granted": True, "text_version": "2026-1"}
    assert client.post("/api/v1/consent", json=body).status_code == 204
    assert [given.text_version for _, _, given in world.intake.consents] == ["2026-1"]


@pytest.mark.parametrize("granted", ["true", 1, None])
def test_consent_is_a_plain_yes_or_no(client, granted):
    visitor = open_widget(client)
    body = {"visitor_token": visitor.token, "purpose": "analytics", "granted": granted, "text_version": "1"}
    answer = client.post("/api/v1/consent", json=body)
    assert (answer.status_code, error_of(answer)["field"]) == (422, "granted")
