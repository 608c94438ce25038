"""Automation tools subscribe by REST hooks, are told in flat JSON, and leave again, by themselves or with 410."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks.webhooks import Webhook as Reference

from crm.guard import Guard
from crm.hooks import HookCalls
from crm.webhook import Shapes
from delivery.hooks import MOST, Hooks
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.policy import HOOKS, Listener
from qualification.privacy import Privacy
from tests.edge import OTHER_KEY, key, made_world
from tests.foyer import API_KEY, open_foyer, until
from tests.promising import Told
from tests.receivers import Receiver, Says
from tests.salesfloor import ANN, Floor, policy
from tests.test_crm_webhook import SECRET
from webhook.flat import flat_conversation, flat_lead
from webhook.hooks import sample
from webhook.openapi import describe

DESCRIPTION = describe("1.0.0")
N8N = Path(__file__).resolve().parent.parent / "docs" / "examples" / "n8n-foyer-mql.json"
URL = "https://hooks.zapier.example/abc"


# --- subscribing


@pytest.fixture
def world():
    return made_world()


@pytest.fixture
def client(world):
    return world.app.test_client()


def subscribe(client, event="lead.mql", target_url=URL, headers=None):
    given = {"target_url": target_url, "event": event}
    return client.post("/api/v1/hooks", json=given, headers=key() if headers is None else headers)


def test_a_tool_subscribes_and_leaves_again(client, world):
    answer = subscribe(client)
    assert (answer.status_code, answer.json) == (201, {"id": 1, "event": "lead.mql"})
    assert world.rooms.hooks.kept == {1: (1, "lead.mql", URL)}
    assert client.delete("/api/v1/hooks/1", headers=key()).status_code == 204
    assert client.delete("/api/v1/hooks/1", headers=key()).status_code == 404


def test_only_who_has_a_key_of_the_site_may(client):
    assert subscribe(client, headers={}).status_code == 401
    subscribe(client)
    assert client.delete("/api/v1/hooks/1", headers=key(OTHER_KEY)).status_code == 404
    assert client.get("/api/v1/hooks/samples/lead.mql").status_code == 401


@pytest.mark.parametrize("event", ["lead.customer", "", None, 7])
def test_only_what_happens_can_be_subscribed_to(client, event):
    answer = subscribe(client, event)
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "event")


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "ftp://hooks.example/x", "//hooks.example", "x" * 2000, None])
def test_an_address_that_may_not_be_called_is_refused(client, url):
    answer = subscribe(client, target_url=url)
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "target_url")


@pytest.mark.parametrize("event", ["lead.created", "lead.updated", "lead.mql", "lead.sql", "conversation.ended"])
def test_a_sample_is_what_will_be_posted(client, event):
    [told] = client.get(f"/api/v1/hooks/samples/{event}", headers=key()).json
    schema = {"$ref": "#/components/schemas/HookJson", "components": DESCRIPTION["components"]}
    Draft202012Validator(schema).validate(told)
    assert (told["type"], told["lead_ref"]) == (event, "L-1042")
    assert [name for name, value in told.items() if isinstance(value, (dict, list))] == ["data"], "all else lies flat"


def test_there_is_no_sample_of_what_does_not_happen(client):
    assert client.get("/api/v1/hooks/samples/lead.customer", headers=key()).status_code == 404


# --- being told


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def floor_with(database, *receivers_and_events):
    """A site where these have subscribed."""
    floor = Floor(database, {})
    hooks = Hooks(database, floor.time)
    found = [(hooks.add(floor.site, event, one.url), event) for one, event in receivers_and_events]
    listeners = tuple(Listener(HOOKS, hears_events=True, only=event, hook=id) for id, event in found)
    floor.policies[floor.site] = replace(policy(), listeners=listeners)
    return floor


def tell(floor, secrets=""):
    shapes = Shapes(flat_lead, flat_conversation)
    hooks = Hooks(floor.database, floor.time)
    calls = HookCalls(secrets, shapes, floor.enquiry, hooks, Guard(lets_home=True, read_s=0.5), floor.time)
    worker = Worker(floor.database, {"slack": Told(), HOOKS: calls}, floor.time, Wake(), "w")
    while worker.run_once(floor.time.now):
        pass


def bodies(receiver):
    return [json.loads(one.body) for one in receiver.got]


def test_only_the_event_that_was_asked_for_is_told_in_flat_json_beside_the_nested(database, receiver):
    floor = floor_with(database, (receiver, "lead.mql"))
    ref = floor.comes_by_form("ada@northwind.io")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor)
    [told] = bodies(receiver)
    assert (told["type"], told["lead_ref"], told["email"]) == ("lead.mql", ref, "ada@northwind.io")
    assert (told["score"], told["owner"], told["company_size"]) == (50, "Ann", "120")
    assert told["data"]["lead"]["lead_ref"] == ref
    assert told["id"] == receiver.got[0].headers["webhook-id"]
    assert set(told) == set(sample("lead.mql"))


def test_a_conversation_that_ended_is_told(database, receiver):
    floor = floor_with(database, (receiver, "conversation.ended"))
    chat = floor.chats("Hi, we lose leads, mail: eve@northwind.io")
    floor.pass_(2)
    tell(floor)
    [told] = bodies(receiver)
    assert (told["type"], told["conversation_id"], told["email"]) == (
        "conversation.ended",
        chat.conversation,
        "eve@northwind.io",
    )


def test_who_has_left_is_told_nothing_more(database, receiver):
    floor = floor_with(database, (receiver, "lead.mql"))
    floor.comes_by_form()
    assert Hooks(database, floor.time).remove(floor.site, 1)
    tell(floor)
    assert receiver.got == []
    assert floor.open_promises() == []


def test_a_number_is_never_given_again(database):
    floor = Floor(database)
    hooks = Hooks(database, floor.time)
    first = hooks.add(floor.site, "lead.mql", URL)
    hooks.remove(floor.site, first)
    assert hooks.add(floor.site, "lead.mql", f"{URL}/2") > first


def test_410_unsubscribes_and_alarms_nobody(database, receiver):
    receiver.answer = lambda got: Says(410)
    floor = floor_with(database, (receiver, "lead.mql"))
    ref = floor.comes_by_form()
    tell(floor)
    assert Hooks(database, floor.time).url_of(floor.site, 1) is None
    assert {one.state for one in floor.lead(ref).deliveries} == {"delivered"}


def test_one_that_fails_holds_up_no_other_of_the_same_lead(database, receiver):
    with Receiver(lambda got: Says(500)) as broken:
        floor = floor_with(database, (broken, "lead.updated"), (receiver, "lead.mql"), (receiver, "lead.updated"))
        ref = floor.comes_by_form()
        floor.handoff.claim(floor.site, ref, ANN)
        tell(floor)
        assert [one["type"] for one in bodies(receiver)] == ["lead.mql", "lead.updated"]
        assert len([one for one in floor.open_promises() if one.startswith("hook:1:")]) == 1


def test_what_failed_is_told_again_under_the_same_id(database, receiver):
    says = [Says(500), Says(200)]
    receiver.answer = lambda got: says.pop(0)
    floor = floor_with(database, (receiver, "lead.mql"))
    floor.comes_by_form()
    tell(floor)
    floor.time.pass_(60)
    tell(floor)
    assert len({one["id"] for one in bodies(receiver)}) == 1
    assert len(receiver.got) == 2


def test_with_a_webhook_secret_it_is_signed_as_webhooks_are(database, receiver):
    floor = floor_with(database, (receiver, "lead.mql"))
    floor.comes_by_form()
    tell(floor, SECRET)
    [got] = receiver.got
    signed = Reference(SECRET).sign(got.headers["webhook-id"], floor.time.now, got.body.decode())
    assert got.headers["webhook-signature"] == signed


def test_nothing_of_somebody_erased_meanwhile_is_told(database, receiver):
    floor = floor_with(database, (receiver, "lead.mql"))
    ref = floor.comes_by_form()
    Privacy(floor.database, floor.policies, floor.time, lambda: None).erase(floor.site, ref)
    tell(floor)
    assert receiver.got == []


def test_the_same_subscription_twice_is_one_and_a_site_has_room_for_fifty(database):
    floor = Floor(database)
    hooks = Hooks(database, floor.time)
    assert [hooks.add(floor.site, "lead.mql", URL) for _ in range(2)] == [1, 1]
    for number in range(MOST - 1):
        assert hooks.add(floor.site, "lead.mql", f"{URL}/{number}")
    assert hooks.add(floor.site, "lead.sql", URL) is None


def test_in_a_whole_house_a_tool_that_subscribed_hears_of_the_next_lead(tmp_path, receiver):
    with open_foyer(tmp_path) as foyer:
        client, house = foyer.web.app.test_client(), foyer.web.house
        headers = {"Authorization": f"Bearer {API_KEY}"}
        assert subscribe(client, "lead.sql", receiver.url, headers).status_code == 201
        assert subscribe(client, "lead.sql", "http://10.0.0.1/x", headers).status_code == 422
        house.sites.look()
        ref = foyer.new_lead()
        until(lambda: receiver.got)
        assert (bodies(receiver)[0]["type"], bodies(receiver)[0]["lead_ref"]) == ("lead.sql", ref)


# --- the workflow that is ready to import


def test_the_workflow_for_n8n_uses_what_there_is():
    flow = json.loads(N8N.read_text())
    nodes = {one["name"]: one for one in flow["nodes"]}
    assert set(flow["connections"]) <= set(nodes)
    assert {target["node"] for one in flow["connections"].values() for to in one["main"] for target in to} <= set(nodes)
    told = set(sample("lead.mql"))
    used = {part.split("}")[0].strip() for part in N8N.read_text().split("$json.body.")[1:]}
    used = {"".join(sign for sign in one if sign.isalnum() or sign == "_") for one in used}
    assert used
    assert used <= told, used - told
