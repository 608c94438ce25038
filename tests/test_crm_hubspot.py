"""HubSpot: a qualified lead is there once, with stage, owner, note and task; what people changed there stays."""

import threading
from dataclasses import replace

import pytest

from crm.agreeing import difference
from crm.calls import Failed
from crm.hubspot import Account, HubSpot
from crm.hubspot_calls import Calls
from crm.hubspot_words import LADDER, fields_of, properties
from delivery.crm_links import CrmLinks
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.links import Conflict, Link
from qualification.policy import Listener
from qualification.privacy import Privacy
from qualification.promises import Ambiguous
from qualification.team import TeamError, load_team
from tests.foyer import open_foyer, until
from tests.hubspot import TOKEN, VERSION, HubSpotAccount
from tests.promising import Told
from tests.salesfloor import ANN, BEN, Floor, policy

EMAILS = {ANN.id: "ann@acme.example"}


@pytest.fixture
def account():
    with HubSpotAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("hubspot", "mql"),))})


def hubspot_of(floor, account, **given):
    settings = {"token": TOKEN, "url": account.url, "version": VERSION, "fields": {}, **given}
    links = CrmLinks(floor.database, "hubspot", floor.time)
    return HubSpot(Account(**settings), floor.enquiry, links, lambda _, rep: EMAILS.get(rep.id), floor.time)


def tell(floor, account, **given):
    """Delivers what is due, Slack's side too."""
    slack = Told()
    worker = Worker(
        floor.database, {"slack": slack, "hubspot": hubspot_of(floor, account, **given)}, floor.time, Wake(), "w"
    )
    while worker.run_once(floor.time.now):
        pass
    return slack


def tell_until_done(floor, account, **given):
    """What has to be tried again is, as time passes."""
    told = []
    for _ in range(12):
        told += tell(floor, account, **given).promises
        if not [key for key in floor.open_promises() if key.startswith("hubspot")]:
            return told
        floor.time.pass_(3700)
    raise AssertionError("not done in twelve tries")


def link_of(floor, ref):
    return CrmLinks(floor.database, "hubspot", floor.time).of(floor.site, ref)


def errors(floor, ref):
    return [one.error for one in floor.lead(ref).deliveries if one.destination == "hubspot" and one.error]


# --- what is written


def test_a_qualified_lead_is_a_contact_with_its_stage_and_a_note(floor, account):
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    tell(floor, account)
    assert account.only["email"] == "ada@northwind.io"
    assert account.only["lifecyclestage"] == "marketingqualifiedlead"
    assert account.only["jobtitle"] == "CEO"
    [note] = account.notes.values()
    assert "points, the bar is 45" in note["hs_note_body"]
    assert f"Foyer {ref}/1/note" in note["hs_note_body"]
    assert "https://slack.com/archives/" in note["hs_note_body"]
    assert account.tasks == {}
    assert link_of(floor, ref).remote_id in account.contacts


def test_who_is_not_qualified_is_not_told_of(floor, account):
    floor.comes_by_form(company_size="30")
    tell(floor, account)
    assert account.asked == []


def test_the_owner_gets_the_contact_and_one_task(floor, account):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account)
    assert account.only["hubspot_owner_id"] == "77"
    assert account.only["lifecyclestage"] == "salesqualifiedlead"
    [task] = account.tasks.values()
    assert task["hubspot_owner_id"] == "77"
    assert ref in task["hs_task_subject"]
    assert len(account.notes) == 1


def test_a_rep_hubspot_does_not_know_is_said_and_holds_up_nothing(floor, account):
    account.owners.clear()
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    slack = tell(floor, account)
    assert "hubspot_owner_id" not in account.only
    [said] = [one for one in slack.promises if one.payload.get("line") == "not_taken"]
    assert "no user with the address of Ann" in said.payload["text"]


def test_visitors_words_are_text_and_no_markup(floor, account):
    chat = floor.chats("Hi <script>alert(1)</script> I want to buy, talk to sales please, mail: eve@northwind.io")
    tell(floor, account)
    assert chat.ref
    [note] = account.notes.values()
    assert "<script>" not in note["hs_note_body"]
    assert "&lt;script&gt;" in note["hs_note_body"]


def test_the_team_file_says_which_property_holds_what(floor, account):
    account.known |= {"foyer_score", "foyer_ref"}
    floor.comes_by_form()
    tell(floor, account, fields={"score": "foyer_score", "reference": "foyer_ref", "company": None})
    assert account.only["foyer_score"] == "50"
    assert account.only["foyer_ref"] == "L-1001"
    assert "company" not in account.only


def test_nothing_is_asked_twice_of_a_lead_that_is_as_it_was(floor, account):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, BEN)
    floor.handoff.accept(floor.site, ref, BEN)
    tell(floor, account)
    assert len(account.writes) == 2, "three promises, one contact and one note: each is sent as the lead is then"


# --- what people write there


def test_a_contact_that_is_there_is_taken_by_its_address_and_what_people_wrote_stays(floor, account):
    account.add(email="ada@northwind.io", firstname="Countess", lifecyclestage="customer", company="Northwind Ltd")
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert account.only["firstname"] == "Countess"
    assert account.only["lifecyclestage"] == "customer", "never backwards"
    assert account.only["company"] == "Northwind Ltd"
    assert link_of(floor, ref).conflicts == (Conflict("company", "Northwind Ltd", "Northwind"),)


def test_what_somebody_changed_there_is_listed_and_not_overwritten(floor, account):
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    tell(floor, account)
    [contact_id] = account.contacts
    account.edit(contact_id, jobtitle="Chair", phone="+1 555 0100")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert account.only["jobtitle"] == "Chair"
    assert link_of(floor, ref).conflicts == (Conflict("jobtitle", "Chair", "CEO"),)


def test_what_we_wrote_ourselves_we_may_change(floor, account):
    account.known.add("foyer_score")
    ref = floor.comes_by_form()
    tell(floor, account, fields={"score": "foyer_score"})
    floor.tells(ref, timeline="in 30 days")
    tell(floor, account, fields={"score": "foyer_score"})
    assert account.only["foyer_score"] == "70"


def test_a_stage_of_their_own_making_is_left_alone(floor, account):
    account.add(email="ada@northwind.io", lifecyclestage="1234567")
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert account.only["lifecyclestage"] == "1234567"
    assert [one.name for one in link_of(floor, ref).conflicts] == ["lifecyclestage"]


def test_the_remembered_contact_goes_before_the_address(floor, account):
    ref = floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    [contact_id] = account.contacts
    account.edit(contact_id, email="ada.new@northwind.io")
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert account.only["email"] == "ada.new@northwind.io"
    assert account.only["hubspot_owner_id"] == "77"


def test_a_contact_somebody_deleted_is_made_again(floor, account):
    ref = floor.comes_by_form()
    tell(floor, account)
    account.contacts.clear()
    account.notes.clear()
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, account)
    assert account.only["hubspot_owner_id"] == "77"
    assert (len(account.notes), len(account.tasks)) == (1, 1)


@pytest.mark.parametrize(
    ("ours", "theirs", "written"),
    [
        ("marketingqualifiedlead", "", True),
        ("marketingqualifiedlead", "lead", True),
        ("salesqualifiedlead", "marketingqualifiedlead", True),
        ("lead", "marketingqualifiedlead", False),
        ("marketingqualifiedlead", "opportunity", False),
        ("customer", "77001", False),
    ],
)
def test_the_stage_only_ever_rises(ours, theirs, written):
    there = {"lifecyclestage": theirs} if theirs else {}
    write, _ = difference({"lifecyclestage": ours}, there, Link(), LADDER)
    assert bool(write) is written


# --- faults


def test_exists_already_is_taken_by_the_id_it_names(floor, account):
    """Another program makes the contact between our look and our write."""

    def meanwhile(asked):
        if asked.writes and not account.contacts:
            account.add(email="ada@northwind.io", firstname="Ada")

    account.before = meanwhile
    floor.comes_by_form("ada@northwind.io")
    tell(floor, account)
    assert account.only["firstname"] == "Ada"
    assert account.only["lifecyclestage"] == "marketingqualifiedlead"


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("fault", ["drop", "drop after", 500, 502, 429])
def test_whatever_breaks_at_whichever_write_everything_is_there_once(floor, account, number, fault):
    account.faults = [*["none"] * number, fault]
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    tell_until_done(floor, account)
    floor.handoff.accept(floor.site, ref, ANN)
    tell_until_done(floor, account)
    assert account.only["lifecyclestage"] == "salesqualifiedlead"
    assert account.only["hubspot_owner_id"] == "77"
    assert (len(account.notes), len(account.tasks)) == (1, 1)
    assert link_of(floor, ref).conflicts == ()


def test_somebody_known_by_number_alone_is_not_made_twice(floor, account):
    account.faults = ["drop after"]
    chat = floor.chats("I want to buy, please let sales call me at +1 415 555 2671")
    tell_until_done(floor, account)
    assert chat.ref
    assert len(account.contacts) == 1


def test_a_limit_is_waited_for_and_costs_no_attempt(floor, account):
    account.headers = {"Retry-After": "7"}
    account.faults = [429]
    ref = floor.comes_by_form()
    tell(floor, account)
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "hubspot"]
    assert (row.state, row.attempts) == ("pending", 0)
    assert (row.at - floor.time.now).total_seconds() == 7


def test_a_token_that_expired_keeps_everything_until_there_is_a_good_one(floor, account):
    account.token = "another"
    ref = floor.comes_by_form()
    tell(floor, account)
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "hubspot"]
    assert (row.state, row.attempts) == ("pending", 0)
    assert "refuses our token" in (row.error or "")
    account.token = TOKEN
    floor.time.pass_(60)
    tell(floor, account)
    assert account.only["lifecyclestage"] == "marketingqualifiedlead"


def test_a_permission_that_lacks_is_named(floor, account):
    account.lacks = "crm.objects.contacts.write"
    ref = floor.comes_by_form()
    tell(floor, account)
    assert errors(floor, ref) == ["HubSpot's token lacks the permission crm.objects.contacts.write"]


def test_a_property_that_is_not_there_is_left_out_and_the_rep_told_once(floor, account):
    ref = floor.comes_by_form()
    told = tell_until_done(floor, account, fields={"score": "foyer_score"})
    floor.handoff.claim(floor.site, ref, ANN)
    told += tell_until_done(floor, account, fields={"score": "foyer_score"})
    assert account.only["lifecyclestage"] == "marketingqualifiedlead"
    said = [one.payload for one in told if one.payload.get("line") == "not_taken"]
    assert [(one["where"], one["text"]) for one in said] == [
        ("HubSpot", "HubSpot does not take foyer_score (PROPERTY_DOESNT_EXIST)")
    ]


def test_what_can_never_be_taken_is_a_dead_letter_a_rep_sees_and_not_tried_for_ever(floor, account):
    ref = floor.comes_by_form("ada@northwind.x")
    slack = tell(floor, account)
    [row] = [one for one in floor.lead(ref).deliveries if one.destination == "hubspot"]
    assert (row.state, row.error) == ("dead", "HubSpot does not take the contact: email (INVALID_EMAIL)")
    assert "northwind" not in (row.error or ""), "no address in what is logged"
    tell(floor, account)
    floor.time.pass_(7200)
    asked = len(account.asked)
    slack = Told() if any(one.payload.get("line") == "not_taken" for one in slack.promises) else tell(floor, account)
    assert len(account.asked) == asked
    assert "not_taken" in floor.lines(ref)


def test_an_answer_that_hangs_is_left_in_time(floor, account):
    account.faults = ["hang"]
    calls = Calls(TOKEN, account.url, floor.time, floor.time.pass_(0), (0.5, 0.2))
    with pytest.raises(Failed) as failed:
        calls.post(f"crm/objects/{VERSION}/contacts", {"properties": {"email": "ada@northwind.io"}})
    assert isinstance(failed.value.outcome, Ambiguous)


def test_slack_never_waits_for_hubspot(database, account):
    account.faults = ["hang"] * 20
    floor = Floor(database, {1: replace(policy(), listeners=(Listener("hubspot", "mql"),))})
    slack = Told()
    worker = Worker(database, {"slack": slack, "hubspot": hubspot_of(floor, account)}, floor.time, Wake(), "w")
    for _ in range(5):
        floor.comes_by_form()
    stop = threading.Event()
    working = threading.Thread(target=worker.run, args=(stop,))
    working.start()
    try:
        until(lambda: len([one for one in slack.promises if one.kind == "alert"]) == 5)
        assert account.contacts == {}
    finally:
        account.ended.set()
        stop.set()
        working.join(20)


def test_in_a_whole_house_the_lead_is_in_slack_and_in_hubspot(tmp_path, account):
    given = {"hubspot_token": TOKEN, "hubspot_api_url": account.url, "hubspot_api_version": VERSION}
    with open_foyer(tmp_path, **given) as foyer:
        ref = foyer.new_lead()
        assert foyer.alert(ref)
        until(lambda: account.notes)
        assert account.only["lifecyclestage"] == "salesqualifiedlead", "they asked to talk to sales"
        [note] = account.notes.values()
        assert "need a demo" in note["hs_note_body"].lower()
        assert "slack.com/archives" in note["hs_note_body"]


# --- the team file


def test_the_team_file_is_checked():
    team = load_team("crm: {hubspot: {since: sql, fields: {score: foyer_score, company: null}, task: false}}")
    assert team.crm.hubspot.since == "sql"
    assert dict(team.crm.hubspot.fields_) == {"score": "foyer_score", "company": None}
    for wrong in ("since: customer", "fields: {scoer: foyer_score}", "fields: {score: Foyer Score}", "tasks: false"):
        with pytest.raises(TeamError):
            load_team(f"crm: {{hubspot: {{{wrong}}}}}")


def test_what_is_not_known_is_not_written(floor):
    ref = floor.comes_by_form()
    assert "phone" not in properties(floor.lead(ref), fields_of({}), None)


def test_what_was_under_way_when_somebody_was_erased_leaves_nothing_of_them(floor, account):
    ref = floor.comes_by_form("ada@northwind.io", company_size="120", budget="20k USD a year", job_title="CEO")
    tell(floor, account)
    late = link_of(floor, ref)
    assert late.written["email"] == "ada@northwind.io"
    Privacy(floor.database, floor.policies, floor.time, lambda: None).erase(floor.site, ref)
    CrmLinks(floor.database, "hubspot", floor.time).keep(floor.site, ref, late)
    assert link_of(floor, ref) == Link()
