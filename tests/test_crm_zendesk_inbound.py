"""What agents do in Zendesk comes back: signed, stored before it is thanked for, through the hand-off door."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from crm.zendesk import Account
from crm.zendesk_inbound import KIND, ZendeskTells, ticket_of
from delivery.crm_links import CrmLinks
from qualification.policy import Listener
from qualification.promises import InboxRow
from qualification.views import Person
from tests.edge import START, Clock
from tests.foyer import open_foyer, until
from tests.salesfloor import ANN, BEN, Floor, policy
from tests.test_crm_inbound import Store
from tests.test_crm_zendesk import only, tell
from tests.zendesk import EMAIL, TOKEN, ZendeskAccount
from webhook.crm_doors import ZendeskDoor
from webhook.errors import register

SECRET, OTHER = "zd-signing-1", "zd-signing-2"
PEOPLE = {"ann@acme.example": replace(ANN, role="rep"), "ben@acme.example": BEN}
AMOUNT = 360012345


@pytest.fixture
def account():
    with ZendeskAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("zendesk", "mql"),))})


# --- the door


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def client(store):
    app = Flask("door")
    register(app, ())
    secrets = lambda: [(1, SECRET), (2, OTHER)]  # noqa: E731
    app.register_blueprint(ZendeskDoor(secrets, ticket_of, store, KIND, Clock()).blueprint())
    return app.test_client()


def event(**told):
    usual = {"type": "zen:event-type:ticket.agent_assignment_changed", "detail": {"id": "1001"}, "id": "01HZ"}
    return {**usual, "event": {"current": "7"}, "subject": "zen:ticket:1001", **told}


def post(client, body, secret=SECRET, at=START, signed=None, **headers):
    """As Zendesk does: base64 of HMAC-SHA256 over the time and the body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = at if isinstance(at, str) else at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hmac.new(secret.encode(), stamp.encode() + (signed or raw), hashlib.sha256).digest()
    given = {"X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode()}
    given |= {"X-Zendesk-Webhook-Signature-Timestamp": stamp, **headers}
    return client.post("/crm/zendesk", data=raw, headers={name: one for name, one in given.items() if one is not None})


def test_what_is_signed_is_stored_for_its_own_site_and_thanked_for(client, store):
    assert post(client, event()).status_code == 204
    assert post(client, {"ticket_id": "7"}, OTHER).status_code == 204
    assert [(row[0], row[1], row[2]) for row in store.rows.values()] == [
        (1, KIND, {"id": "1001"}),
        (2, KIND, {"id": "7"}),
    ]


def test_the_same_request_sent_again_is_one_event(client, store):
    for _ in range(3):
        post(client, event())
    post(client, event(), at=START + timedelta(seconds=1))
    assert len(store.rows) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another"},
        {"signed": b"{}"},
        {"at": START - timedelta(seconds=301)},
        {"at": START + timedelta(seconds=301)},
        {"at": "now"},
        {"at": "\u0661"},
        {"X-Zendesk-Webhook-Signature": None},
        {"X-Zendesk-Webhook-Signature": "é"},
        {"X-Zendesk-Webhook-Signature-Timestamp": None},
    ],
)
def test_what_is_forged_or_late_is_refused(client, store, wrong):
    answer = post(client, event(), **wrong)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_signed")
    assert store.rows == {}


@pytest.mark.parametrize("told", [{"type": "zen:event-type:user.created"}, {"detail": {}}, {"detail": 7}])
def test_what_nobody_follows_is_thanked_for_and_forgotten(client, store, told):
    assert post(client, event(**told)).status_code == 204
    assert store.rows == {}


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"\xff", 400), (b"[1]", 422), (b'"x"', 422)])
def test_a_signed_body_we_cannot_read_is_told_so(client, body, status):
    assert post(client, body).status_code == status


def test_when_nothing_can_be_stored_zendesk_is_asked_to_come_again(client, store):
    store.away = True
    assert post(client, event()).status_code == 503


# --- what becomes of it


def links_of(floor):
    return CrmLinks(floor.database, "zendesk", floor.time)


def hears(floor, account, about=None):
    connected = Account(EMAIL, TOKEN, account.url)
    tells = ZendeskTells(connected, floor.enquiry, links_of(floor), floor.handoff, PEOPLE.get, floor.time, AMOUNT)
    told = {"id": str(about or only(account.tickets)["id"])}
    tells.work(InboxRow(floor.site, "k", "zendesk", KIND, told, floor.time.now, 1))


def heard_of(floor, ref):
    return links_of(floor).of(floor.site, ref).heard


def a_lead_there(floor, account, claimed_by=None, **there):
    ref = floor.comes_by_form()
    if claimed_by:
        floor.handoff.claim(floor.site, ref, claimed_by)
    tell(floor, account)
    only(account.tickets).update(there)
    return ref


def test_the_agent_who_takes_the_ticket_has_the_lead(floor, account):
    ref = a_lead_there(floor, account, assignee_id=7)
    hears(floor, account)
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")
    writes = len(account.writes)
    tell(floor, account)
    assert only(account.tickets)["assignee_id"] == 7
    assert len(account.writes) == writes, "no echo"


def test_our_own_assignment_coming_back_changes_nothing(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    before = floor.lead(ref).revision
    hears(floor, account)
    assert floor.lead(ref).revision == before


def test_another_agent_there_takes_over_from_the_one_we_had_told_also_when_we_told_meanwhile(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, assignee_id=8)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account)
    hears(floor, account)
    assert floor.lead(ref).owner == Person(BEN.id, "Ben")
    tell(floor, account)
    assert only(account.tickets)["assignee_id"] == 8


def test_two_owners_at_once_are_said_once_and_both_stay(floor, account):
    ref = a_lead_there(floor, account, assignee_id=8)
    floor.handoff.claim(floor.site, ref, ANN)
    for _ in range(2):
        hears(floor, account)
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")
    assert heard_of(floor, ref) == {"assignee_id": ["8", "here Ann has the lead"]}
    assert floor.lines(ref).count("noted") == 1


def test_an_agent_nobody_knows_here_is_said(floor, account):
    account.agents["zoe@acme.example"] = 9
    ref = a_lead_there(floor, account, assignee_id=9)
    hears(floor, account)
    assert "nobody with that user's address" in heard_of(floor, ref)["assignee_id"][1]


def test_the_tag_accepted_accepts(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, tags=["foyer", "foyer_accepted"])
    hears(floor, account)
    assert (floor.lead(ref).stage, floor.lead(ref).handoff) == ("sql", "accepted")
    assert floor.steps(ref)[-1].via == "zendesk"


def test_the_tag_won_wins_with_the_amount_of_the_ticket(floor, account):
    fields = [{"id": 1, "value": None}, {"id": AMOUNT, "value": "12000"}]
    ref = a_lead_there(floor, account, claimed_by=ANN, tags=["foyer_won"], custom_fields=fields)
    for _ in range(2):
        hears(floor, account)
    lead = floor.lead(ref)
    assert (lead.stage, lead.status, lead.sheet.amount) == ("customer", "won", 12_000.0)


def test_won_without_an_amount_is_said(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, tags=["foyer_won"])
    hears(floor, account)
    assert floor.lead(ref).status == "active"
    assert "amount" in heard_of(floor, ref)["tags"][1]


@pytest.mark.parametrize(("tag", "status"), [("foyer_lost", "lost"), ("foyer_unqualified", "disqualified")])
def test_what_is_over_there_is_over_here(floor, account, tag, status):
    ref = a_lead_there(floor, account, claimed_by=ANN, tags=[tag])
    hears(floor, account)
    assert floor.lead(ref).status == status


def test_a_ticket_that_only_says_it_is_ours_is_not_believed(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    forged = {**only(account.tickets), "id": 7777, "tags": ["foyer_lost"]}
    account.tickets[7777] = forged
    hears(floor, account, about=7777)
    hears(floor, account, about=404)
    assert floor.lead(ref).status == "active"


def test_in_a_whole_house_the_agent_of_the_ticket_has_the_lead_in_slack(tmp_path, account):
    team = tmp_path / "team.yaml"
    team.write_text("people: [{name: Ann, email: ann@acme.example, slack: U0ANN00001}]")
    given = {"zendesk_email": EMAIL, "zendesk_api_token": TOKEN, "zendesk_api_url": account.url}
    with open_foyer(tmp_path, **given, team_file=team, zendesk_webhook_secret=SECRET) as foyer:
        house, web = foyer.web.house, foyer.web
        ref = foyer.new_lead()
        until(lambda: account.tickets)
        ticket = only(account.tickets)
        ticket["assignee_id"] = 7
        told = event(detail={"id": str(ticket["id"])})
        assert post(web.app.test_client(), told, at=house.clock()).status_code == 204
        web.post.crm_inbox.sweep(house.clock() + timedelta(seconds=11))
        assert house.enquiry.lead(house.site_id, ref).owner.name == "Ann"
