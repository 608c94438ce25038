"""Zendesk: a qualified lead is a user and a ticket for sales, once, whatever breaks; people's choices there stay."""

from dataclasses import replace

import pytest

from crm.rehearsal import rehearse_zendesk
from crm.zendesk import Account, Zendesk
from delivery.crm_links import CrmLinks
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.policy import Listener
from tests.foyer import open_foyer, until
from tests.promising import Told
from tests.salesfloor import ANN, BEN, Floor, policy
from tests.zendesk import EMAIL, TOKEN, ZendeskAccount

EMAILS = {ANN.id: "ann@acme.example", BEN.id: "ben@acme.example"}


@pytest.fixture
def account():
    with ZendeskAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("zendesk", "mql"),))})


def zendesk_of(floor, account):
    links = CrmLinks(floor.database, "zendesk", floor.time)
    connected = Account(EMAIL, TOKEN, account.url)
    return Zendesk(connected, floor.enquiry, links, lambda _, rep: EMAILS.get(rep.id), floor.time)


def tell(floor, account):
    slack = Told()
    destinations = {"slack": slack, "zendesk": zendesk_of(floor, account)}
    worker = Worker(floor.database, destinations, floor.time, Wake(), "w")
    while worker.run_once(floor.time.now):
        pass
    return slack


def tell_until_done(floor, account):
    for _ in range(12):
        tell(floor, account)
        if not [key for key in floor.open_promises() if key.startswith("zendesk")]:
            return
        floor.time.pass_(3700)
    raise AssertionError("not done in twelve tries")


def only(things):
    [one] = things.values()
    return one


def test_a_qualified_lead_is_a_user_and_a_private_ticket(floor, account):
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert only(account.users)["email"] == "ada@northwind.io"
    ticket = only(account.tickets)
    assert ticket["subject"].startswith(f"Qualified lead {ref}")
    assert "50 points, the bar is 45" in ticket["comment"]["body"]
    assert ticket["comment"]["public"] is False
    assert ticket["requester_id"] in account.users


def test_who_is_known_there_is_left_as_they_are(floor, account):
    account.users[5] = {"id": 5, "name": "Countess Ada", "email": "Ada@northwind.io"}
    floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert only(account.users)["name"] == "Countess Ada"
    assert only(account.tickets)["requester_id"] == 5


def test_the_owner_is_the_assignee_and_people_there_may_choose_another(floor, account):
    ref = floor.comes_by_form()
    tell(floor, account)
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert only(account.tickets)["assignee_id"] == 7
    floor.handoff.assign(floor.site, ref, ANN, BEN)
    tell(floor, account)
    assert only(account.tickets)["assignee_id"] == 8
    only(account.tickets)["assignee_id"] = 99
    floor.handoff.assign(floor.site, ref, BEN, ANN)
    tell(floor, account)
    assert only(account.tickets)["assignee_id"] == 99


def test_a_rep_who_is_no_agent_is_said_once_and_holds_up_nothing(floor, account):
    account.agents.clear()
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    slack = tell(floor, account)
    assert only(account.tickets)["assignee_id"] is None
    said = [one.payload["text"] for one in slack.promises if one.payload.get("line") == "not_taken"]
    assert said == ["nobody was assigned: Zendesk has no agent with the address of Ann"]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("fault", ["drop", "drop after", 500, 429])
def test_whatever_breaks_at_whichever_write_everything_is_there_once(floor, account, number, fault):
    account.faults = [*["none"] * number, fault]
    ref = floor.comes_by_form()
    tell(floor, account)
    floor.handoff.claim(floor.site, ref, ANN)
    tell_until_done(floor, account)
    floor.handoff.accept(floor.site, ref, ANN)
    tell_until_done(floor, account)
    assert (len(account.users), len(account.tickets)) == (1, 1)
    assert only(account.tickets)["assignee_id"] == 7


def test_what_can_never_be_taken_is_a_dead_letter_without_the_address(floor, account):
    ref = floor.comes_by_form("ada@northwind.x")
    tell(floor, account)
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "zendesk"]
    assert (row.state, row.error) == ("dead", "Zendesk does not take the person: email")


def test_a_token_that_is_refused_keeps_everything(floor, account):
    account.token = "another"
    ref = floor.comes_by_form()
    tell(floor, account)
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "zendesk"]
    assert (row.state, row.attempts) == ("pending", 0)
    account.token = TOKEN
    floor.time.pass_(60)
    tell(floor, account)
    assert len(account.tickets) == 1


def test_a_rehearsal_writes_nothing_and_says_what_would_be_written(floor, account):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    said = rehearse_zendesk(zendesk_of(floor, account), floor.site, floor.lead(ref))
    assert account.writes == []
    tell(floor, account)
    told = [{**dict(one.body["ticket"]), "requester_id": 1001} for one in said.writes[1:]]
    assert [one.path for one in account.writes] == ["/" + one.path for one in said.writes]
    assert told == [one.body["ticket"] for one in account.writes[1:]]


def test_in_a_whole_house_the_lead_is_in_slack_and_in_zendesk(tmp_path, account):
    given = {"zendesk_email": EMAIL, "zendesk_api_token": TOKEN, "zendesk_api_url": account.url}
    with open_foyer(tmp_path, **given) as foyer:
        ref = foyer.new_lead()
        assert foyer.alert(ref)
        until(lambda: account.tickets)
        assert ref in only(account.tickets)["subject"]
