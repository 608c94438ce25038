"""What people do in Marketo comes back: told by a campaign that knows the secret, or found by looking now and then."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from crm.logins import Login, Tokens
from crm.marketo_inbound import KIND, MarketoLook, MarketoTells, person_of
from crm.marketo_story import Account
from crm.marketo_words import mapped
from delivery.crm_links import CrmLinks
from delivery.crm_positions import CrmPositions
from delivery.inbox import Inbox
from qualification.policy import Listener
from qualification.promises import InboxRow
from qualification.sheet import Sheet
from qualification.views import Person
from tests.edge import Clock
from tests.foyer import open_foyer, until
from tests.marketo import CLIENT, SECRET, MarketoAccount
from tests.salesfloor import ANN, BEN, Floor, policy
from tests.test_crm_inbound import Store
from tests.test_crm_marketo import tell
from webhook.crm_doors import MarketoDoor
from webhook.errors import register

INBOUND, OTHER = "in-secret-1", "in-secret-2"
PEOPLE = {"ann@acme.example": replace(ANN, role="rep"), "ben@acme.example": BEN}
FIELDS = {"owner": "foyerOwner", "amount": "foyerAmount"}


@pytest.fixture
def account():
    with MarketoAccount() as account:
        account.known |= {"foyerOwner", "foyerAmount"}
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("marketo", "mql"),))})


# --- the door


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def client(store):
    app = Flask("door")
    register(app, ())
    secrets = lambda: [(1, f"old, {INBOUND}"), (2, OTHER)]  # noqa: E731
    app.register_blueprint(MarketoDoor(secrets, person_of, store, KIND, Clock()).blueprint())
    return app.test_client()


def post(client, body, secret=INBOUND):
    return client.post("/crm/marketo", data=body, headers={"Authorization": f"Bearer {secret}"} if secret else {})


def test_a_campaign_that_knows_the_secret_is_believed_the_persons_id_and_nothing_else(client, store):
    assert post(client, '{"id": 7, "leadStatus": "Customer", "stage": {"a": 1}}').status_code == 204
    assert post(client, '{"id": "8"}', OTHER).status_code == 204
    assert [(row[0], row[1], row[2], row[3]) for row in store.rows.values()] == [
        (1, KIND, {"id": "7"}, "marketo"),
        (2, KIND, {"id": "8"}, "marketo"),
    ]


def test_the_same_call_sent_again_at_once_is_one(client, store):
    for _ in range(3):
        post(client, '{"id": 7}')
    assert len(store.rows) == 1


@pytest.mark.parametrize("secret", [None, "", "another", "é", "old, in-secret-1"])
def test_who_does_not_know_the_secret_is_refused(client, store, secret):
    answer = post(client, '{"id": 7}', secret)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_known")
    assert store.rows == {}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"\xff", 400), (b"[1]", 422), (b'{"id": "x"}', 422), (b"{}", 422)]
)
def test_a_body_that_names_nobody_is_told_so(client, body, status):
    assert post(client, body).status_code == status


def test_when_nothing_can_be_stored_marketo_is_told_to_come_again(client, store):
    store.away = True
    assert post(client, '{"id": 7}').status_code == 503


# --- what becomes of it


def account_of(account, stages=None):
    return Account(Login(CLIENT, SECRET, account.url), Tokens(), mapped(FIELDS, stages or {}))


def links_of(floor):
    return CrmLinks(floor.database, "marketo", floor.time)


def tells_of(floor, account, stages=None):
    given = (floor.enquiry, links_of(floor), floor.handoff, PEOPLE.get, floor.time)
    return MarketoTells(account_of(account, stages), *given)


def hears(floor, account, about=None, **given):
    told = {"id": str(about or account.only["id"])}
    tells_of(floor, account, **given).work(InboxRow(floor.site, "k", "marketo", KIND, told, floor.time.now, 1))


def heard_of(floor, ref):
    return links_of(floor).of(floor.site, ref).heard


def a_lead_there(floor, account, claimed_by=None, **there):
    ref = floor.comes_by_form()
    if claimed_by:
        floor.handoff.claim(floor.site, ref, claimed_by)
    tell(floor, account, fields=FIELDS)
    account.edit(**there)
    return ref


def test_the_owner_set_there_is_the_owner_here(floor, account):
    ref = a_lead_there(floor, account, foyerOwner="ann@acme.example")
    hears(floor, account)
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")


def test_a_new_owner_there_takes_over_from_the_one_we_had_told(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, foyerOwner="ben@acme.example")
    hears(floor, account)
    assert floor.lead(ref).owner == Person(BEN.id, "Ben")


def test_two_owners_at_once_are_said_once_and_both_stay(floor, account):
    ref = a_lead_there(floor, account, foyerOwner="ben@acme.example")
    floor.handoff.claim(floor.site, ref, ANN)
    for _ in range(2):
        hears(floor, account)
    assert floor.lead(ref).owner == Person(ANN.id, "Ann")
    assert heard_of(floor, ref) == {"foyerOwner": ["ben@acme.example", "here Ann has the lead"]}
    assert floor.lines(ref).count("noted") == 1
    tell(floor, account, fields=FIELDS)
    assert account.only["foyerOwner"] == "ben@acme.example"


def test_our_own_writes_coming_back_change_nothing(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    before = floor.lead(ref).revision
    hears(floor, account)
    assert floor.lead(ref).revision == before


def test_sales_qualified_there_is_accepted_here_and_without_an_owner_only_said(floor, account):
    ref = a_lead_there(floor, account, leadStatus="SQL")
    hears(floor, account)
    assert (floor.lead(ref).stage, floor.lead(ref).handoff) == ("mql", "offered")
    assert "nobody owns" in heard_of(floor, ref)["leadStatus"][1]
    floor.handoff.claim(floor.site, ref, ANN)
    hears(floor, account)
    assert (floor.lead(ref).stage, floor.lead(ref).handoff) == ("sql", "accepted")
    assert floor.steps(ref)[-1].via == "marketo"
    assert heard_of(floor, ref) == {}


def test_a_stage_that_is_behind_ours_or_of_their_own_making_is_no_news(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN)
    before = floor.lead(ref).revision
    for word in ("Lead", "Recycled by marketing"):
        account.edit(leadStatus=word)
        hears(floor, account)
    assert floor.lead(ref).revision == before


def test_a_customer_there_is_won_here_with_the_amount(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, leadStatus="Customer", foyerAmount=12000)
    for _ in range(2):
        hears(floor, account)
    lead = floor.lead(ref)
    assert (lead.stage, lead.status, lead.sheet.amount) == ("customer", "won", 12_000.0)


def test_a_customer_without_an_amount_is_said(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, leadStatus="Customer")
    hears(floor, account)
    assert floor.lead(ref).status == "active"
    assert "amount" in heard_of(floor, ref)["leadStatus"][1]


def test_what_the_rep_wrote_down_of_the_deal_stays(floor, account):
    ref = a_lead_there(floor, account, claimed_by=ANN, leadStatus="Customer")
    floor.handoff.accept(floor.site, ref, ANN, Sheet(next_step="sign on Monday", amount=900.0))
    hears(floor, account)
    assert floor.lead(ref).status == "won"
    assert (floor.lead(ref).sheet.next_step, floor.lead(ref).sheet.amount) == ("sign on Monday", 900.0)


@pytest.mark.parametrize(("word", "status"), [("No deal", "lost"), ("Disqualified", "disqualified")])
def test_what_is_over_there_is_over_here(floor, account, word, status):
    ref = a_lead_there(floor, account, claimed_by=ANN, leadStatus=word)
    hears(floor, account, stages={"lost": "No deal"})
    assert (floor.lead(ref).status, floor.lead(ref).closed_code) == (status, "other")
    assert floor.steps(ref)[-1].text == f"{word} in Marketo"


def test_people_we_never_told_of_or_who_are_gone_are_left_alone(floor, account):
    hears(floor, account, about=account.add(email="zoe@other.example", leadStatus="Customer"))
    hears(floor, account, about=404)
    assert floor.open_promises() == []


# --- looking


def look_of(floor, account, inbox):
    positions = CrmPositions(floor.database, "marketo", floor.time)
    sites = lambda: [(floor.site, account_of(account))]  # noqa: E731
    return MarketoLook(sites, links_of(floor), positions, inbox.accept_event, floor.time)


def inbox_of(floor, account):
    return Inbox(floor.database, {KIND: tells_of(floor, account).work}, floor.time)


def test_what_changed_there_is_found_by_looking_once(floor, account):
    inbox = inbox_of(floor, account)
    look = look_of(floor, account, inbox)
    ref = a_lead_there(floor, account, claimed_by=ANN)
    assert look.look(floor.time.now) == 0
    account.edit(firstName="Countess", company="x", leadStatus="SQL")
    assert look.look(floor.time.now) == 1
    assert look.look(floor.time.now) == 0
    floor.time.pass_(11)
    assert inbox.sweep(floor.time.now) == 1
    assert floor.lead(ref).stage == "sql"


def test_where_neither_stage_nor_owner_has_a_field_nothing_is_asked(floor, account):
    bare = replace(account_of(account), mapping=mapped({"stage": None}, {}))
    inbox = inbox_of(floor, account)
    look = replace(look_of(floor, account, inbox), accounts=lambda: [(floor.site, bare)])
    assert look.look(floor.time.now) == 0
    assert account.asked == []


def test_changes_of_strangers_are_none_of_ours(floor, account):
    look = look_of(floor, account, inbox_of(floor, account))
    look.look(floor.time.now)
    account.add(email="zoe@other.example")
    account.edit(leadStatus="Customer")
    assert look.look(floor.time.now) == 0


def test_a_marketo_that_does_not_answer_is_looked_at_again_and_nothing_is_missed(floor, account):
    inbox = inbox_of(floor, account)
    look = look_of(floor, account, inbox)
    ref = a_lead_there(floor, account, claimed_by=ANN)
    look.look(floor.time.now)
    account.edit(leadStatus="SQL")
    account.first = ["606", "604"]
    assert [look.look(floor.time.now) for _ in range(3)] == [0, 0, 1]
    floor.time.pass_(11)
    inbox.sweep(floor.time.now)
    assert floor.lead(ref).stage == "sql"


def test_where_we_were_that_marketo_has_forgotten_is_begun_anew(floor, account):
    look = look_of(floor, account, inbox_of(floor, account))
    look.look(floor.time.now)
    account.first = ["1003"]
    assert look.look(floor.time.now) == 0
    [begun] = [one.query["sinceDatetime"] for one in account.asked if "pagingtoken" in one.path][1:]
    assert begun[:10] == (floor.time.now - timedelta(days=1)).date().isoformat()


def test_in_a_whole_house_an_owner_set_in_marketo_has_the_lead_in_slack(tmp_path, account):
    team = tmp_path / "team.yaml"
    people = "people: [{name: Ann, email: ann@acme.example, slack: U0ANN00001}]\n"
    team.write_text(people + "crm: {marketo: {fields: {owner: foyerOwner}}}")
    given = {"marketo_client_id": CLIENT, "marketo_client_secret": SECRET, "marketo_api_url": account.url}
    with open_foyer(tmp_path, **given, team_file=team, crm_inbound_secret=INBOUND) as foyer:
        house, web = foyer.web.house, foyer.web
        ref = foyer.new_lead()
        until(lambda: account.people)
        account.edit(foyerOwner="ann@acme.example")
        assert post(web.app.test_client(), json.dumps({"id": account.only["id"]})).status_code == 204
        web.post.crm_inbox.sweep(house.clock() + timedelta(seconds=11))
        assert house.enquiry.lead(house.site_id, ref).owner.name == "Ann"
