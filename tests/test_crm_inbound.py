"""What people do in HubSpot comes back: signed, stored before it is thanked for, through the hand-off door."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.hubspot import Account
from crm.hubspot_inbound import KIND, HubSpotTells, object_of
from delivery.crm_links import CrmLinks
from delivery.inbox import Inbox
from qualification.policy import Listener
from qualification.promises import InboxRow, NotTaken
from qualification.sheet import Sheet
from qualification.team import load_team
from qualification.views import Person
from tests.edge import START, Clock
from tests.foyer import open_foyer, until
from tests.hubspot import TOKEN, VERSION, HubSpotAccount
from tests.salesfloor import ANN, BEN, Floor, policy
from tests.test_crm_hubspot import tell
from webhook.crm import HubSpotDoor
from webhook.errors import register

SECRET, OTHER, URL = "client-secret-1", "client-secret-2", "https://chat.example.com"
PEOPLE = {"ann@acme.example": replace(ANN, role="rep"), "ben@acme.example": BEN}


def event(**told):
    usual = {"eventId": 1, "portalId": 9, "subscriptionType": "contact.propertyChange", "objectId": 1001}
    return {
        **usual,
        "propertyName": "lifecyclestage",
        "propertyValue": "customer",
        "occurredAt": 1,
        "attemptNumber": 0,
        **told,
    }


# --- the door


class Store:
    """Keeps what is accepted; refuses when told to."""

    def __init__(self):
        self.rows, self.away = {}, False

    def __call__(self, site_id, key, kind, payload, source="slack", /):
        if self.away:
            raise NotTaken("away")
        return self.rows.setdefault(key, (site_id, kind, payload, source)) is not None


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def client(store):
    return door_app(store).test_client()


def door_app(store, secrets=((1, SECRET), (2, OTHER))):
    app = Flask("door")
    register(app, ())
    followed = lambda told: object_of(told) is not None  # noqa: E731
    app.register_blueprint(HubSpotDoor(lambda: secrets, followed, store, KIND, URL, Clock()).blueprint())
    return app


def post(client, body, secret=SECRET, at=START, path="/crm/hubspot", signed_as=None, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(at.timestamp() * 1000))
    signed = f"POST{URL}{signed_as or path}".encode() + raw + stamp.encode()
    signature = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    given = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp, **headers}
    return client.post(path, data=raw, headers={name: value for name, value in given.items() if value is not None})


def test_what_is_signed_is_stored_for_its_own_site_and_thanked_for(client, store):
    assert post(client, [event()]).status_code == 204
    assert post(client, [event(objectId=7)], secret=OTHER).status_code == 204
    assert [(row[0], row[1], row[3]) for row in store.rows.values()] == [(1, KIND, "hubspot"), (2, KIND, "hubspot")]


def test_the_same_event_sent_again_is_one_event(client, store):
    post(client, [event()])
    post(client, [event(attemptNumber=3), event(propertyValue="lead")])
    assert len(store.rows) == 2


def test_what_nobody_follows_is_thanked_for_and_forgotten(client, store):
    many = [event(propertyName="firstname"), event(subscriptionType="contact.creation"), event(objectId="x"), {}]
    assert post(client, many).status_code == 204
    assert store.rows == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another"},
        {"at": START - timedelta(seconds=301)},
        {"at": START + timedelta(seconds=301)},
        {"signed_as": "/crm/hubspot?a=b"},
        {"X-HubSpot-Signature-v3": None},
        {"X-HubSpot-Signature-v3": "é"},
        {"X-HubSpot-Request-Timestamp": None},
        {"X-HubSpot-Request-Timestamp": "now"},
        {"X-HubSpot-Request-Timestamp": "1e12"},
    ],
)
def test_what_is_not_signed_just_now_for_this_very_address_is_refused(client, store, wrong):
    answer = post(client, [event()], **wrong)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_signed")
    assert store.rows == {}


def test_a_changed_body_is_refused(client):
    stamp = str(int(START.timestamp() * 1000))
    signed = f"POST{URL}/crm/hubspot[]{stamp}".encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    assert client.post("/crm/hubspot", data=b"[]", headers=headers).status_code == 204
    assert client.post("/crm/hubspot", data=b"[ ]", headers=headers).status_code == 401


def test_the_query_belongs_to_what_is_signed_and_some_signs_in_it_are_decoded(client):
    path = "/crm/hubspot?to=a%3Ab%2Fc%20d"
    assert post(client, [event()], path=path, signed_as="/crm/hubspot?to=a:b/c%20d").status_code == 204


def test_without_a_secret_nothing_is_genuine(store):
    assert post(door_app(store, ()).test_client(), [event()]).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'["\\ud800"]', 400),
        (b"[NaN]", 400),
        (b"{}", 422),
        (b"[1]", 422),
    ],
)
def test_a_signed_body_we_cannot_read_is_told_so(client, body, status):
    assert post(client, body).status_code == status


def test_when_nothing_can_be_stored_hubspot_is_asked_to_come_again(client, store):
    store.away = True
    answer = post(client, [event()])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_signed_is_never_an_error_of_ours(body):
    answer = post(door_app(Store()).test_client(), json.dumps(body).encode("utf-8", "surrogatepass"))
    assert answer.status_code in (204, 400, 422)


# --- what becomes of it


@pytest.fixture
def account():
    with HubSpotAccount(owners={"ann@acme.example": "77", "ben@acme.example": "78"}) as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("hubspot", "mql"),))})


def hears(floor, account, about=None, kind="contact", name="lifecyclestage"):
    """HubSpot tells of a change; what stands there counts, not what the event says."""
    site = Account(TOKEN, account.url, VERSION, {})
    links = CrmLinks(floor.database, "hubspot", floor.time)
    tells = HubSpotTells(site, floor.enquiry, links, floor.handoff, PEOPLE.get, floor.time)
    about = about or next(iter(account.contacts))
    told = event(subscriptionType=f"{kind}.propertyChange", objectId=int(about), propertyName=name)
    tells.work(InboxRow(floor.site, "k", "hubspot", KIND, told, floor.time.now, 1))


def heard_of(floor, ref):
    return CrmLinks(floor.database, "hubspot", floor.time).of(floor.site, ref).heard


def a_lead_there(floor, account, claimed_by=None, accepted=False, **there):
    ref = floor.comes_by_form()
    if claimed_by:
        floor.handoff.claim(floor.site, ref, claimed_by)
    if accepted:
        floor.handoff.accept(floor.site, ref, claimed_by)
    tell(floor, account)
    account.edit(next(iter(account.contacts)), **there)
    return ref


def test_the_owner_set_there_is_the_owner_here(floor, account):
    ref = a_lead_there(floor, account, hubspot_owner_id="77")
    hears(floor, account, name="hubspot_owner_id")
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")
    assert floor.lead(ref).handoff == "claimed"
    writes = len(account.writes)
    tell(floor, account)
    assert account.only["hubspot_owner_id"] == "77"
    assert [one.path for one in account.writes[writes:]] == [f"/crm/objects/{VERSION}/tasks"], "the task, and no echo"


def test_our_own_writes_coming_back_change_nothing(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, accepted=True)
    before = floor.lead(ref).revision
    for name in ("lifecyclestage", "hubspot_owner_id"):
        hears(floor, account, name=name)
    assert floor.lead(ref).revision == before


def test_a_new_owner_there_takes_over_from_the_one_we_had_told(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, hubspot_owner_id="77")
    tell(floor, account)
    account.edit(next(iter(account.contacts)), hubspot_owner_id="78")
    hears(floor, account, name="hubspot_owner_id")
    assert floor.lead(ref).owner == Person(BEN.id, "Ben")


def test_two_owners_at_once_are_said_once_and_both_stay(floor, account):
    ref = a_lead_there(floor, account, hubspot_owner_id="78")
    floor.handoff.claim(floor.site, ref, ANN)
    for _ in range(2):
        hears(floor, account, name="hubspot_owner_id")
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")
    assert heard_of(floor, ref) == {"hubspot_owner_id": ["78", "here Ann has the lead"]}
    assert floor.lines(ref).count("noted") == 1
    tell(floor, account)
    assert account.only["hubspot_owner_id"] == "78"


def test_an_owner_nobody_knows_here_is_said(floor, account):
    account.owners["zoe@acme.example"] = "79"
    ref = a_lead_there(floor, account, hubspot_owner_id="79")
    hears(floor, account, name="hubspot_owner_id")
    assert "nobody with that user's address" in heard_of(floor, ref)["hubspot_owner_id"][1]


def test_sales_qualified_there_is_accepted_here(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, lifecyclestage="salesqualifiedlead")
    hears(floor, account)
    assert (floor.lead(ref).stage, floor.lead(ref).handoff) == ("sql", "accepted")
    assert floor.steps(ref)[-1].via == "hubspot"


def test_without_an_owner_it_is_said_and_nothing_moves(floor, account):
    ref = a_lead_there(floor, account, lifecyclestage="salesqualifiedlead")
    hears(floor, account)
    assert (floor.lead(ref).stage, floor.lead(ref).handoff) == ("mql", "offered")
    assert "nobody owns" in heard_of(floor, ref)["lifecyclestage"][1]
    floor.handoff.claim(floor.site, ref, ANN)
    hears(floor, account)
    assert floor.lead(ref).stage == "sql"
    assert heard_of(floor, ref) == {}


def test_a_stage_that_is_behind_ours_is_no_news(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, accepted=True, lifecyclestage="lead")
    before = floor.lead(ref).revision
    hears(floor, account)
    assert floor.lead(ref).revision == before


def a_deal(account, **told):
    account.deals["500"] = {
        "contact": next(iter(account.contacts)),
        "dealstage": "x",
        "amount": "12000",
        "closedate": "2026-12-24T00:00:00Z",
        **told,
    }


def test_a_won_deal_is_won_here_with_its_amount(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    a_deal(account, hs_is_closed="true", hs_is_closed_won="true", deal_currency_code="EUR")
    for _ in range(2):
        hears(floor, account, "500", "deal", "dealstage")
    lead = floor.lead(ref)
    assert (lead.stage, lead.status) == ("customer", "won")
    assert (lead.sheet.amount, lead.sheet.currency, lead.sheet.deal_id) == (12_000.0, "EUR", "500")
    assert set(lead.bant) == {"budget", "authority", "need", "timing"}
    tell(floor, account)
    assert account.only["lifecyclestage"] == "customer"


def test_what_the_rep_wrote_down_is_not_overwritten_by_a_won_deal(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    floor.handoff.accept(floor.site, ref, ANN, Sheet(bant={"authority": "the CFO signs"}))
    a_deal(account, hs_is_closed="true", hs_is_closed_won="true")
    hears(floor, account, "500", "deal", "dealstage")
    assert floor.lead(ref).sheet.bant["authority"] == "the CFO signs"


def test_a_lost_deal_is_lost_here_with_its_reason(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    a_deal(account, hs_is_closed="true", hs_is_closed_won="false", closed_lost_reason="too dear")
    hears(floor, account, "500", "deal", "dealstage")
    lead = floor.lead(ref)
    assert (lead.status, lead.closed_code) == ("lost", "other")
    assert "too dear" in floor.steps(ref)[-1].text


def test_an_open_deal_makes_an_opportunity_when_enough_is_known(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, accepted=True)
    a_deal(account, hs_is_closed="false")
    hears(floor, account, "500", "deal", "dealstage")
    assert floor.lead(ref).stage == "sql"
    assert heard_of(floor, ref)["deal 500"][1].startswith("not done here: needs bant (")
    knows = Sheet(bant={"authority": "the CEO", "need": "fewer lost leads"})
    floor.handoff.stage(floor.site, ref, ANN, "prospect", knows)
    hears(floor, account, "500", "deal", "dealstage")
    assert (floor.lead(ref).stage, floor.lead(ref).sheet.deal_id) == ("opportunity", "500")
    assert heard_of(floor, ref) == {}


def test_unqualified_there_does_not_count_here(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, hs_lead_status="UNQUALIFIED")
    hears(floor, account, name="hs_lead_status")
    assert floor.lead(ref).status == "disqualified"


def test_customer_without_a_deal_is_said_when_the_amount_is_missing(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, accepted=True, lifecyclestage="customer")
    hears(floor, account)
    assert floor.lead(ref).status == "active"
    assert "amount" in heard_of(floor, ref)["lifecyclestage"][1]


def test_contacts_we_never_told_of_and_deals_that_are_gone_are_left_alone(floor, account):
    account.add(email="zoe@other.example", lifecyclestage="customer")
    hears(floor, account)
    hears(floor, account, "404", "deal", "dealstage")
    assert floor.open_promises() == []


def test_what_hubspot_does_not_answer_is_asked_again_later(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, lifecyclestage="salesqualifiedlead")
    site = Account("expired", account.url, VERSION, {})
    links = CrmLinks(floor.database, "hubspot", floor.time)
    tells = HubSpotTells(site, floor.enquiry, links, floor.handoff, PEOPLE.get, floor.time)
    inbox = Inbox(floor.database, {KIND: tells.work}, floor.time)
    inbox.accept_event(floor.site, "e1", KIND, event(objectId=int(next(iter(account.contacts)))), "hubspot")
    floor.time.pass_(11)
    assert inbox.sweep(floor.time.now) == 1
    assert floor.lead(ref).stage == "mql"
    account.token = "expired"
    floor.time.pass_(60)
    assert inbox.sweep(floor.time.now) == 1
    assert floor.lead(ref).stage == "sql"


def test_the_team_file_names_who_an_address_is():
    team = load_team(
        "people: [{name: Ann, email: Ann@acme.example, slack: U0ANN1}, {name: Ben, email: ben@acme.example}]"
    )
    assert team.colleague("ann@ACME.example").id == "U0ANN1"
    assert team.colleague("ben@acme.example") is None
    assert team.email_of("U0ANN1") == "Ann@acme.example"


def test_in_a_whole_house_a_deal_won_in_hubspot_is_won_in_slack(tmp_path, account):
    team = tmp_path / "team.yaml"
    team.write_text("people: [{name: Ann, email: ann@acme.example, slack: U0ANN00001}]")
    connected = {"hubspot_token": TOKEN, "hubspot_api_url": account.url, "hubspot_client_secret": SECRET}
    with open_foyer(tmp_path, **connected, team_file=team, public_url=URL) as foyer:
        house, web = foyer.web.house, foyer.web
        ref = foyer.new_lead()
        until(lambda: account.notes)
        house.handoff.claim(house.site_id, ref, Person("U0ANN00001", "Ann"))
        [contact_id] = account.contacts
        account.deals["500"] = {
            "contact": contact_id,
            "amount": "9000",
            "closedate": "2026-12-24",
            "hs_is_closed": "true",
            "hs_is_closed_won": "true",
        }
        told = event(subscriptionType="deal.propertyChange", objectId=500, propertyName="dealstage")
        assert post(web.app.test_client(), [told], at=house.clock()).status_code == 204
        web.post.crm_inbox.sweep(house.clock() + timedelta(seconds=11))
        assert foyer.lead(ref)["status"] == "won"
        alert = foyer.alert(ref)
        until(lambda: any("Won" in line for line in foyer.lines(alert["ts"])))
