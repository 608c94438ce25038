"""Salesforce: a qualified lead is a Lead there, once, whatever breaks; what people changed there stays."""

import json
from dataclasses import replace

import pytest

from commands.doctor_crm import look_at_crm
from config.settings import load_settings
from crm.logins import Login, Tokens
from crm.rehearsal import NEW_LEAD, rehearse_salesforce
from crm.salesforce import IS_CONVERTED, Account, Salesforce
from crm.salesforce_words import lead_by, mapped
from delivery.crm_links import CrmLinks
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.doorstep import NewLead
from qualification.policy import Listener
from qualification.team import TeamError, load_team
from tests.foyer import open_foyer, until
from tests.promising import Told
from tests.salesfloor import ANN, BEN, QUALIFIED, Floor, policy
from tests.salesforce import APP_USER, CLIENT, KEY, SECRET, SalesforceAccount

EMAILS = {ANN.id: "ann@acme.example", BEN.id: "ben@acme.example"}
STAGES = {"mql": "Qualified", "sql": "Working"}


@pytest.fixture
def account():
    with SalesforceAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("salesforce", "mql"),))})


def salesforce_of(floor, account, tokens=None, fields=None, stages=None):
    mapping = mapped(KEY, {"stage": "Status", **(fields or {})}, STAGES if stages is None else stages)
    connected = Account(Login(CLIENT, SECRET, account.url), tokens or Tokens(), mapping)
    links = CrmLinks(floor.database, "salesforce", floor.time)
    return Salesforce(connected, floor.enquiry, links, lambda _, rep: EMAILS.get(rep.id), floor.time)


def tell(floor, account, **given):
    slack = Told()
    destinations = {"slack": slack, "salesforce": salesforce_of(floor, account, **given)}
    worker = Worker(floor.database, destinations, floor.time, Wake(), "w")
    while worker.run_once(floor.time.now):
        pass
    return slack


def tell_until_done(floor, account, **given):
    for _ in range(12):
        tell(floor, account, **given)
        if not [key for key in floor.open_promises() if key.startswith("salesforce")]:
            return
        floor.time.pass_(3700)
    raise AssertionError("not done in twelve tries")


def link_of(floor, ref):
    return CrmLinks(floor.database, "salesforce", floor.time).of(floor.site, ref)


def row_of(floor, ref):
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "salesforce"]
    return row


def said_to_rep(slack):
    return [one.payload["text"] for one in slack.promises if one.payload.get("line") == "not_taken"]


def test_a_qualified_lead_is_a_lead_there_by_our_reference_with_owner_and_stage(floor, account):
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    there = account.only
    assert (there[KEY], there["Email"], there["Title"], there["Status"]) == (
        ref,
        "ada@northwind.io",
        "CEO",
        "Qualified",
    )
    assert there["OwnerId"] == account.users["ann@acme.example"]
    assert "+30" in there["Description"]
    assert account.wrong == []


def test_what_salesforce_demands_and_nobody_has_said_is_filled_in_and_written_over_later(floor, account):
    chat = floor.chats("I want to buy, please let sales call me at +1 415 555 2671")
    tell(floor, account)
    assert (account.only["LastName"], account.only["Company"]) == ("(not given)", "(not given)")
    chat.says("I am Ada Lind of Northwind")
    tell(floor, account)
    assert account.only["LastName"] == "Lind"


def test_a_lead_that_is_there_by_address_is_taken_and_what_people_wrote_stays(floor, account):
    account.add(Email="ada@northwind.io", LastName="Lovelace", Company="Northwind Ltd", OwnerId="005x")
    ref = floor.comes_by_form("ada@northwind.io")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert (account.only[KEY], account.only["Company"], account.only["OwnerId"]) == (ref, "Northwind Ltd", "005x")
    assert {one.name for one in link_of(floor, ref).conflicts} == {"Company", "OwnerId"}


def test_the_owner_the_app_put_there_gives_way_to_the_rep_and_nobody_else(floor, account):
    ref = floor.comes_by_form()
    tell(floor, account)
    assert account.only["OwnerId"] == APP_USER
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert account.only["OwnerId"] == account.users["ann@acme.example"]
    account.only["OwnerId"] = "005someoneelse"
    floor.handoff.assign(floor.site, ref, ANN, BEN)
    tell(floor, account)
    assert account.only["OwnerId"] == "005someoneelse"


def test_the_stage_is_only_ever_raised_and_without_words_for_it_not_written(floor, account):
    account.add(Email="ada@northwind.io", Status="Working")
    floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert account.only["Status"] == "Working"
    floor.comes_by_form("bo@northwind.io")
    tell(floor, account, stages={})
    assert [one.get("Status") for one in account.leads.values() if one["Email"] == "bo@northwind.io"] == [None]


def test_a_converted_lead_is_left_alone_and_it_is_said_once(floor, account):
    ref = floor.comes_by_form()
    tell(floor, account)
    account.only["IsConverted"] = True
    floor.handoff.claim(floor.site, ref, ANN)
    told = said_to_rep(tell(floor, account))
    floor.handoff.accept(floor.site, ref, ANN)
    told += said_to_rep(tell(floor, account))
    assert told == [IS_CONVERTED]
    assert account.only["OwnerId"] == APP_USER


def test_a_number_that_comes_back_with_a_point_is_the_same_number(floor, account):
    account.known.add("Score__c")
    ref = floor.comes_by_form()
    tell(floor, account, fields={"score": "Score__c"})
    account.only["Score__c"] = float(account.only["Score__c"])
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account, fields={"score": "Score__c"})
    assert link_of(floor, ref).conflicts == ()


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("fault", ["drop", "drop after", 500, 429])
def test_whatever_breaks_at_whichever_write_everything_is_there_once(floor, account, number, fault):
    account.faults = [*["none"] * number, fault]
    ref = floor.comes_by_form()
    tell_until_done(floor, account)
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell_until_done(floor, account)
    assert (account.only["Status"], account.only["OwnerId"]) == ("Working", account.users["ann@acme.example"])
    assert link_of(floor, ref).conflicts == ()


def test_a_session_that_ended_is_renewed_without_anybody_noticing(floor, account):
    tokens = Tokens()
    floor.comes_by_form()
    tell(floor, account, tokens=tokens)
    account.sessions = set()
    floor.comes_by_form()
    tell(floor, account, tokens=tokens)
    assert (account.logins, len(account.leads)) == (2, 2)


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ((403, "REQUEST_LIMIT_EXCEEDED"), "used up"),
        ((403, "INSUFFICIENT_ACCESS"), "does not let us in (INSUFFICIENT_ACCESS)"),
        ((400, "UNABLE_TO_LOCK_ROW"), "somebody else is changing the lead"),
    ],
)
def test_what_passes_or_is_mended_elsewhere_keeps_everything_and_costs_no_attempt(floor, account, says, error):
    account.says = [says]
    ref = floor.comes_by_form()
    tell(floor, account)
    row = row_of(floor, ref)
    assert (row.state, row.attempts, error in (row.error or "")) == ("pending", 0, True)
    tell_until_done(floor, account)
    assert account.only[KEY] == ref


def test_a_wrong_login_is_named(floor, account):
    account.secret = "another"
    ref = floor.comes_by_form()
    tell(floor, account)
    assert "check SALESFORCE_CLIENT_ID" in (row_of(floor, ref).error or "")


def test_a_field_that_is_not_there_is_left_out_and_said(floor, account):
    floor.comes_by_form()
    slack = tell(floor, account, fields={"score": "Score__c"})
    assert account.only["Status"] == "Qualified"
    assert said_to_rep(slack) == ["Salesforce does not take Score__c (INVALID_FIELD)"]


def test_without_the_field_of_our_reference_it_is_a_dead_letter_that_names_it(floor, account):
    account.known.discard(KEY)
    ref = floor.comes_by_form()
    tell(floor, account)
    assert row_of(floor, ref).error == f"Salesforce does not take the lead: {KEY} (NOT_FOUND)"


def test_an_address_salesforce_does_not_take_is_left_out_and_the_value_not_told(floor, account):
    floor.comes_by_form("ada@northwind.x")
    slack = tell(floor, account)
    assert said_to_rep(slack) == ["Salesforce does not take Email (INVALID_EMAIL_ADDRESS)"]
    assert "Email" not in account.only


def test_a_name_that_is_too_long_does_not_lose_the_lead(floor, account):
    new = NewLead("ada@northwind.io", None, "Ada " + "L" * 200, "N" * 300, "form", fields=QUALIFIED)
    floor.intake.add_lead(floor.site, new)
    tell(floor, account)
    assert account.only["LastName"] == "L" * 80
    assert 0 < len(account.only["Company"]) <= 255


def test_an_address_is_text_in_a_query():
    assert lead_by("o'b\\@x.io").startswith(r"SELECT Id FROM Lead WHERE Email = 'o\'b\\@x.io' AND")


def test_a_rehearsal_writes_nothing_and_says_what_would_be_written(floor, account):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    said = rehearse_salesforce(salesforce_of(floor, account), floor.site, floor.lead(ref))
    assert [one for one in account.writes if "oauth2" not in one.path] == []
    tell(floor, account)
    written = [(one.path.rpartition("v62.0/")[2], one.body) for one in account.writes if "oauth2" not in one.path]
    assert json.dumps([(one.path, one.body) for one in said.writes]) == json.dumps(written)
    assert NEW_LEAD not in account.leads


def test_the_doctor_looks_for_the_field_of_our_reference(account):
    given = {"salesforce_client_id": CLIENT, "salesforce_client_secret": SECRET, "salesforce_api_url": account.url}
    found = lambda: {one.what: one for one in look_at_crm(load_settings(**given))}["Salesforce"]  # noqa: E731
    assert found().level == "ok"
    account.known.discard(KEY)
    assert (found().level, found().detail) == ("error", f"leads have no external id {KEY}")


def test_in_a_whole_house_the_lead_is_in_slack_and_in_salesforce(tmp_path, account):
    given = {"salesforce_client_id": CLIENT, "salesforce_client_secret": SECRET, "salesforce_api_url": account.url}
    with open_foyer(tmp_path, **given) as foyer:
        ref = foyer.new_lead()
        assert foyer.alert(ref)
        until(lambda: account.leads)
        assert account.only[KEY] == ref


def test_the_team_file_is_checked():
    team = load_team(
        "crm: {salesforce: {key: Ref__c, fields: {score: Score__c, stage: Status}, stages: {mql: Qualified}}}"
    )
    assert (team.crm.salesforce.key, dict(team.crm.salesforce.stages)) == ("Ref__c", {"mql": "Qualified"})
    for wrong in ("key: a b", "fields: {owner: X}", "stages: {lost: x}", "program: x"):
        with pytest.raises(TeamError):
            load_team(f"crm: {{salesforce: {{{wrong}}}}}")
