"""Marketo: a qualified lead is there once, in its program, with activities; what people changed there stays."""

import json
import threading
from dataclasses import replace

import pytest

from crm.calls import Failed
from crm.logins import Login, Tokens
from crm.marketo import NOBODY_TO_FIND, Marketo
from crm.marketo_calls import Calls, login_of
from crm.marketo_story import Account
from crm.marketo_words import is_cookie, mapped
from crm.rehearsal import rehearse_marketo
from delivery.crm_links import CrmLinks
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.doorstep import Consent, NewLead
from qualification.facts import Touchpoint
from qualification.links import Conflict
from qualification.policy import Listener
from qualification.promises import Ambiguous
from qualification.team import TeamError, load_team
from tests.foyer import open_foyer, until
from tests.marketo import CLIENT, COOKIE, SECRET, MarketoAccount
from tests.promising import Told
from tests.salesfloor import ANN, QUALIFIED, Floor, policy
from webhook.urls import tracked

EMAILS = {ANN.id: "ann@acme.example"}
TYPES = {"mql": 100001, "chat": 100002, "content": 100003}


@pytest.fixture
def account():
    with MarketoAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("marketo", "mql"),))})


def marketo_of(floor, account, tokens=None, fields=None, stages=None, **given):
    login = Login(CLIENT, SECRET, account.url)
    connected = Account(login, tokens or Tokens(), mapped(fields or {}, stages or {}), **given)
    links = CrmLinks(floor.database, "marketo", floor.time)
    return Marketo(connected, floor.enquiry, links, lambda _, rep: EMAILS.get(rep.id), floor.time)


def tell(floor, account, **given):
    slack = Told()
    destinations = {"slack": slack, "marketo": marketo_of(floor, account, **given)}
    worker = Worker(floor.database, destinations, floor.time, Wake(), "w")
    while worker.run_once(floor.time.now):
        pass
    return slack


def tell_until_done(floor, account, **given):
    told = []
    for _ in range(12):
        told += tell(floor, account, **given).promises
        if not [key for key in floor.open_promises() if key.startswith("marketo")]:
            return told
        floor.time.pass_(3700)
    raise AssertionError("not done in twelve tries")


def link_of(floor, ref):
    return CrmLinks(floor.database, "marketo", floor.time).of(floor.site, ref)


def row_of(floor, ref):
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "marketo"]
    return row


def said_to_rep(told):
    return [one.payload["text"] for one in told if one.payload.get("line") == "not_taken"]


# --- what is written


def test_a_qualified_lead_is_a_person_with_a_stage(floor, account):
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    tell(floor, account)
    assert (account.only["email"], account.only["leadStatus"]) == ("ada@northwind.io", "MQL")
    assert account.only["title"] == "CEO"
    assert link_of(floor, ref).remote_id == str(account.only["id"])
    assert account.wrong == []


def test_one_login_serves_many_calls_until_it_is_too_old(floor, account):
    tokens = Tokens()
    for _ in range(3):
        floor.comes_by_form()
    tell(floor, account, tokens=tokens)
    assert account.logins == 1
    floor.time.pass_(3590)
    floor.comes_by_form()
    tell(floor, account, tokens=tokens)
    assert account.logins == 2


def test_the_team_file_says_which_field_and_which_word(floor, account):
    account.known |= {"foyerScore", "foyerStage", "foyerOwner"}
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    fields = {"score": "foyerScore", "stage": "foyerStage", "owner": "foyerOwner", "company": None}
    tell(floor, account, fields=fields, stages={"mql": "Marketing qualified"})
    assert (account.only["foyerScore"], account.only["foyerStage"]) == ("50", "Marketing qualified")
    assert account.only["foyerOwner"] == "ann@acme.example"
    assert {"company", "leadStatus"}.isdisjoint(account.only)


def test_an_mql_is_pushed_into_the_program_once_a_cycle(floor, account):
    ref = floor.comes_by_form()
    tell(floor, account, program="Web chat", program_status="Qualified")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account, program="Web chat", program_status="Qualified")
    assert account.members == [("Web chat", account.only["id"])]
    [push] = [one.body for one in account.writes if one.path.endswith("push.json")]
    assert (push["programStatus"], push["reason"]) == ("Qualified", f"{ref}: 50 points, the bar is 45")


def test_a_program_that_is_not_there_is_said_and_the_lead_told_all_the_same(floor, account):
    floor.comes_by_form()
    told = tell(floor, account, program="Typo").promises
    assert account.only["leadStatus"] == "MQL"
    assert said_to_rep(told) == ["not in the program Typo: no such thing (1013)"]


def seen(floor, **data):
    return Touchpoint("custom", floor.time.now, "https://northlight.example/", data)


def with_cookie(floor, *granted):
    """A form of somebody whose browser had Marketo's cookie, with what they had agreed to."""
    consents = tuple(Consent("analytics", one, "2026-1", floor.time.now) for one in granted)
    touched = (seen(floor, name="marketo", _mkto_trk=COOKIE),)
    new = NewLead("ada@northwind.io", None, None, None, "form", fields=QUALIFIED, touchpoints=touched, consent=consents)
    return floor.intake.add_lead(floor.site, new)


def test_with_consent_what_marketo_saw_of_the_browser_is_tied_to_the_person_once(floor, account):
    ref = with_cookie(floor, True)
    tell(floor, account)
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert account.tied == {COOKIE: account.only["id"]}
    assert len([one for one in account.writes if "associate" in one.path]) == 1


@pytest.mark.parametrize("granted", [(), (False,), (True, False)])
def test_without_consent_no_cookie_is_told(floor, account, granted):
    with_cookie(floor, *granted)
    tell(floor, account)
    assert account.only["leadStatus"] == "MQL"
    assert account.tied == {}


def test_the_cookie_a_page_tells_of_is_kept_as_it_is_and_nothing_else_is_taken_for_one():
    assert tracked({"_mkto_trk": COOKIE}) == {"_mkto_trk": COOKIE}
    assert is_cookie(COOKIE)
    assert not is_cookie("id:1&token:x&cookie=other")


def test_qualifying_talking_and_reading_are_activities_each_once_a_day(floor, account):
    clicked = (Touchpoint("content_click", floor.time.now, "https://northlight.example/x", {"name": "checklist"}),)
    new = NewLead("ada@northwind.io", None, None, None, "form", fields=QUALIFIED, touchpoints=clicked * 2)
    ref = floor.intake.add_lead(floor.site, new)
    tell(floor, account, types=TYPES)
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account, types=TYPES)
    told = {(one["activityTypeId"], one["primaryAttributeValue"]) for one in account.added}
    assert told == {(100001, f"MQL {ref}/1"), (100003, "checklist")}
    assert len(account.added) == 2


def test_a_talk_is_one_activity(floor, account):
    chat = floor.chats("Hi, I want to buy, talk to sales please, mail: eve@northwind.io", "Soon please")
    tell(floor, account, types=TYPES)
    chats = [one["primaryAttributeValue"] for one in account.added if one["activityTypeId"] == 100002]
    assert chats == ["Chat L-1001"]
    assert chat.said == 2


def test_an_activity_type_that_is_not_there_is_said_and_the_others_are_told_once(floor, account):
    account.types.discard(100003)
    clicked = (Touchpoint("content_click", floor.time.now, None, {"name": "checklist"}),)
    new = NewLead("ada@northwind.io", None, None, None, "form", fields=QUALIFIED, touchpoints=clicked)
    ref = floor.intake.add_lead(floor.site, new)
    told = tell(floor, account, types=TYPES).promises
    assert said_to_rep(told) == ["activities were not added: no such thing (1013)"]
    account.types.add(100003)
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account, types=TYPES)
    assert [one["primaryAttributeValue"] for one in account.added] == [f"MQL {ref}/1", "checklist"]


def test_somebody_without_an_address_is_said_to_be_nobody_marketo_could_find(floor, account):
    floor.chats("I want to buy, please let sales call me at +1 415 555 2671")
    told = tell(floor, account).promises
    assert account.people == {}
    assert said_to_rep(told) == [NOBODY_TO_FIND]


def test_with_a_field_for_our_reference_somebody_without_an_address_is_there_once(floor, account):
    account.known.add("foyerRef")
    account.faults = ["drop after"]
    floor.chats("I want to buy, please let sales call me at +1 415 555 2671")
    tell_until_done(floor, account, fields={"reference": "foyerRef"})
    assert account.only["foyerRef"] == "L-1001"


# --- what people write there


def test_what_people_wrote_stays_and_is_listed(floor, account):
    account.add(email="Ada@northwind.io", firstName="Countess", company="Northwind Ltd", leadStatus="Customer")
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert (account.only["firstName"], account.only["company"]) == ("Countess", "Northwind Ltd")
    assert account.only["leadStatus"] == "Customer", "never backwards"
    assert link_of(floor, ref).conflicts == (Conflict("company", "Northwind Ltd", "Northwind"),)


def test_what_we_wrote_ourselves_we_may_change_and_what_they_changed_we_leave(floor, account):
    account.known.add("foyerScore")
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    tell(floor, account, fields={"score": "foyerScore"})
    account.only["title"] = "Chair"
    floor.tells(ref, timeline="in 30 days")
    tell(floor, account, fields={"score": "foyerScore"})
    assert account.only["foyerScore"] == "80"
    assert account.only["title"] == "Chair"
    assert link_of(floor, ref).conflicts == (Conflict("title", "Chair", "CEO"),)


def test_the_remembered_person_goes_before_the_address(floor, account):
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    account.only["email"] = "ada.new@northwind.io"
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account)
    assert (account.only["email"], account.only["leadStatus"]) == ("ada.new@northwind.io", "SQL")


def test_a_person_somebody_deleted_or_merged_is_found_again_or_made_again(floor, account):
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account, types=TYPES)
    account.people.clear()
    account.add(email="ada@northwind.io", leadStatus="MQL")
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account, types=TYPES)
    assert account.only["leadStatus"] == "SQL"
    assert link_of(floor, ref).remote_id == str(account.only["id"])


def test_of_several_with_the_same_address_the_one_changed_last_is_taken(floor, account):
    account.add(email="ada@northwind.io")
    newer = account.add(email="ada@northwind.io")
    floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert [one["id"] for one in account.people.values() if one.get("leadStatus")] == [newer]


# --- faults


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("fault", ["drop", "drop after", 500, 429])
def test_whatever_breaks_at_whichever_write_everything_is_there_once(floor, account, number, fault):
    account.faults = [*["none"] * number, fault]
    ref = floor.comes_by_form()
    tell_until_done(floor, account, types=TYPES)
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell_until_done(floor, account, types=TYPES)
    assert account.only["leadStatus"] == "SQL"
    assert [one["primaryAttributeValue"] for one in account.added] == [f"MQL {ref}/1"]
    assert link_of(floor, ref).conflicts == ()


@pytest.mark.parametrize("code", ["604", "606", "608", "611", "615"])
def test_what_passes_by_itself_is_waited_for(floor, account, code):
    account.says = [code]
    floor.comes_by_form()
    tell_until_done(floor, account)
    assert account.only["leadStatus"] == "MQL"


@pytest.mark.parametrize(("code", "after_s"), [("606", 20), ("615", 5)])
def test_a_limit_is_waited_for_and_costs_no_attempt(floor, account, code, after_s):
    account.says = [code]
    ref = floor.comes_by_form()
    tell(floor, account)
    row = row_of(floor, ref)
    assert (row.state, row.attempts) == ("pending", 0)
    assert (row.at - floor.time.now).total_seconds() == after_s


def test_when_the_calls_of_the_day_are_used_up_everything_waits_and_few_ask(floor, account):
    account.first = ["607"] * 3
    refs = [floor.comes_by_form() for _ in range(10)]
    tell(floor, account)
    assert len([one for one in account.asked if "/rest/" in one.path]) <= 2
    assert {row_of(floor, ref).attempts for ref in refs} == {0}
    for _ in range(6):
        floor.time.pass_(3700)
        tell(floor, account)
    assert len(account.people) == 10


def test_a_token_that_expired_is_renewed_once_without_anybody_noticing(floor, account):
    tokens = Tokens()
    ref = floor.comes_by_form()
    tell(floor, account, tokens=tokens)
    account.tokens = set()
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account, tokens=tokens)
    assert (account.logins, account.only["leadStatus"]) == (2, "SQL")


def test_tokens_that_are_always_refused_keep_everything(floor, account):
    account.first = ["602", "602"]
    ref = floor.comes_by_form()
    tell(floor, account)
    row = row_of(floor, ref)
    assert (row.state, row.attempts) == ("pending", 0)
    assert "refuses every token" in (row.error or "")


def test_a_wrong_login_and_a_right_that_lacks_are_named_and_nothing_is_lost(floor, account):
    account.client = "another"
    ref = floor.comes_by_form()
    tell(floor, account)
    assert "check MARKETO_CLIENT_ID" in (row_of(floor, ref).error or "")
    account.client = CLIENT
    account.first = ["603"]
    floor.time.pass_(60)
    tell(floor, account)
    assert "lacks Read-Write Lead" in (row_of(floor, ref).error or "")
    floor.time.pass_(120)
    tell(floor, account)
    assert account.only["leadStatus"] == "MQL"


def test_the_address_may_be_the_one_marketo_shows():
    for shown in (
        "https://123-ABC-456.mktorest.com/rest",
        "https://123-ABC-456.mktorest.com/",
        "https://123-ABC-456.mktorest.com",
    ):
        assert login_of(CLIENT, SECRET, shown).base == "https://123-ABC-456.mktorest.com/"


def test_an_answer_that_is_none_of_marketos_loses_nothing(floor, account):
    account.foreign = 404
    ref = floor.comes_by_form()
    tell(floor, account)
    row = row_of(floor, ref)
    assert (row.state, "check MARKETO_API_URL" in (row.error or "")) == ("pending", True)


def test_a_field_that_is_not_there_is_left_out_and_the_rep_told_once(floor, account):
    ref = floor.comes_by_form()
    told = tell_until_done(floor, account, fields={"score": "foyerScore"})
    floor.handoff.claim(floor.site, ref, ANN)
    told += tell_until_done(floor, account, fields={"score": "foyerScore"})
    assert account.only["leadStatus"] == "MQL"
    assert said_to_rep(told) == ["Marketo does not take foyerScore (no such field (1006))"]


def test_a_field_nobody_may_write_is_left_out(floor, account):
    account.readonly.add("company")
    ref = floor.comes_by_form()
    told = tell_until_done(floor, account)
    assert said_to_rep(told) == ["Marketo does not take company (a field nobody may write (1011))"]
    assert link_of(floor, ref).written["leadStatus"] == "MQL"


def test_a_record_that_is_skipped_is_a_dead_letter_a_rep_sees_without_the_address(floor, account):
    ref = floor.comes_by_form("ada@northwind.x")
    told = tell_until_done(floor, account)
    row = row_of(floor, ref)
    assert (row.state, row.error) == ("dead", "Marketo does not take the person: email (not a value it takes (1003))")
    assert said_to_rep(told) == [row.error]


def test_an_answer_that_hangs_is_left_in_time(floor, account):
    account.faults = ["hang"]
    login = Login(CLIENT, SECRET, account.url)
    calls = Calls(login, Tokens(), floor.time, floor.time.pass_(0), (0.5, 0.2))
    with pytest.raises(Failed) as failed:
        calls.post("rest/v1/leads.json", {"input": [{"email": "ada@northwind.io"}]})
    assert isinstance(failed.value.outcome, Ambiguous)
    assert SECRET not in repr(failed.value)


def test_slack_never_waits_for_marketo(database, account):
    account.faults = ["hang"] * 20
    floor = Floor(database, {1: replace(policy(), listeners=(Listener("marketo", "mql"),))})
    slack = Told()
    worker = Worker(database, {"slack": slack, "marketo": marketo_of(floor, account)}, floor.time, Wake(), "w")
    for _ in range(5):
        floor.comes_by_form()
    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(stop,))
    working.start()
    try:
        until(lambda: len([one for one in slack.promises if one.kind == "alert"]) == 5)
        assert account.people == {}
    finally:
        account.ended.set()
        stop.set()
        working.join(20)


def test_a_rehearsal_writes_nothing_and_says_what_would_be_written(floor, account):
    ref = with_cookie(floor, True)
    given = {"types": TYPES, "program": "Web chat"}
    said = rehearse_marketo(marketo_of(floor, account, **given), floor.site, floor.lead(ref))
    assert account.writes == []
    tell(floor, account, **given)
    [new_id] = account.people
    paths = [one.path.partition("?")[0].replace("/0/", f"/{new_id}/") for one in said.writes]
    assert paths == [one.path.lstrip("/") for one in account.writes]
    told = json.dumps([one.body for one in said.writes]).replace('"leadId": 0', f'"leadId": {new_id}')
    assert json.loads(told) == [one.body for one in account.writes]


def test_in_a_whole_house_the_lead_is_in_slack_and_in_marketo(tmp_path, account):
    given = {"marketo_client_id": CLIENT, "marketo_client_secret": SECRET, "marketo_api_url": account.url}
    with open_foyer(tmp_path, **given) as foyer:
        ref = foyer.new_lead()
        assert foyer.alert(ref)
        until(lambda: account.people)
        assert account.only["leadStatus"] == "SQL", "they asked to talk to sales"


def test_the_team_file_is_checked():
    text = (
        "crm: {marketo: {fields: {score: foyerScore, owner: foyerOwner}, program: Web chat, activities: {mql: 100001}}}"
    )
    marketo = load_team(text).crm.marketo
    assert dict(marketo.fields_) == {"score": "foyerScore", "owner": "foyerOwner"}
    assert (marketo.program, dict(marketo.activities)) == ("Web chat", {"mql": 100001})
    for wrong in ("fields: {score: foyer score}", "activities: {clicks: 1}", "stages: {visitor: x}", "programme: x"):
        with pytest.raises(TeamError):
            load_team(f"crm: {{marketo: {{{wrong}}}}}")
