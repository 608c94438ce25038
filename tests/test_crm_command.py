"""`flask crm`: what would be sent, what was not taken, and history sent without anybody of today waiting for it."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask

from commands import with_commands
from config.settings import load_settings
from crm.rehearsal import NEW, rehearse
from delivery.backlog import AT_ONCE, Backlog
from delivery.crm_links import CrmLinks
from delivery.switches import Switches
from delivery.wake import Wake
from delivery.worker import Worker
from models.database import Database
from qualification.assembly import assemble
from qualification.doorstep import NewLead
from qualification.enquiry import ListFilter
from qualification.policy import Listener, webhook_channel
from tests.hubspot import TOKEN, VERSION, HubSpotAccount
from tests.promising import Told
from tests.receivers import Receiver
from tests.salesfloor import ANN, Floor, policy
from tests.test_crm_hubspot import hubspot_of, tell
from tests.test_crm_webhook import SECRET

SINCE_MQL = {1: replace(policy(), listeners=(Listener("hubspot", "mql"),))}


@pytest.fixture
def account():
    with HubSpotAccount() as account:
        yield account


@pytest.fixture
def shell(database_url, account):
    """`flask crm ...` of a house with this HubSpot."""
    given = {"DATABASE_URL": database_url, "FOYER_ENV": "test", "EMBEDDED_WORKER": "0", "HUBSPOT_TOKEN": TOKEN}
    given |= {"HUBSPOT_API_URL": account.url, "HUBSPOT_API_VERSION": VERSION}
    app = with_commands(Flask("foyer"))
    return lambda *words, **env: CliRunner().invoke(app.cli, ["crm", *words], env={**given, **env})


def a_lead(database_url, **fields):
    """Of the shipped criteria; with a wish to buy they are qualified."""
    house = assemble(load_settings(database_url=database_url, foyer_env="test"), lambda: None)
    told = fields or {"message": "I want to buy, please let me talk to sales", "company_size": "120"}
    number = len(house.enquiry.list(house.site_id, ListFilter(), 100))
    return house.intake.add_lead(
        house.site_id, NewLead(f"ada{number}@northwind.io", None, None, None, "form", fields=told)
    )


# --- dry-run


def test_a_rehearsal_writes_nothing_and_says_exactly_what_would_be_written(database, account):
    floor = Floor(database, dict(SINCE_MQL))
    ref = floor.comes_by_form("ada@northwind.io")
    floor.handoff.claim(floor.site, ref, ANN)
    while Worker(database, {"slack": Told()}, floor.time, Wake(), "slack alone").run_once(floor.time.now):
        pass
    said = rehearse(hubspot_of(floor, account), floor.site, floor.lead(ref))
    assert account.writes == []
    assert CrmLinks(database, "hubspot", floor.time).of(floor.site, ref).remote_id is None
    tell(floor, account)
    [contact_id] = account.contacts
    written = [(one.method, one.path.lstrip("/"), one.body) for one in account.writes]
    expected = json.loads(
        json.dumps([(one.method, one.path, dict(one.body)) for one in said.writes]).replace(
            f'"id": "{NEW}"', f'"id": "{contact_id}"'
        )
    )
    assert [list(one) for one in written] == expected
    assert len(expected) == 3


def test_dry_run_shows_requests_and_changes_nothing(database_url, shell, account):
    ref = a_lead(database_url)
    shown = shell("dry-run", ref)
    assert shown.exit_code == 0, shown.output
    assert f"POST crm/objects/{VERSION}/contacts" in shown.output
    assert "ada0@northwind.io" in shown.output
    assert account.writes == []
    assert shell("dry-run", "L-99999").exit_code == 1
    [told] = json.loads(shell("dry-run", ref, "--json").stdout)
    assert (told["destination"], told["ok"]) == ("hubspot", True)


def test_dry_run_says_when_it_could_not_be_taken(database_url, shell, account):
    account.token = "another"
    shown = shell("dry-run", a_lead(database_url))
    assert shown.exit_code == 1
    assert "refuses our token" in shown.output


def test_dry_run_shows_the_signed_webhook_too(database_url, shell):
    with Receiver() as receiver:
        given = {"WEBHOOK_URLS": receiver.url, "WEBHOOK_SECRET": SECRET}
        [_, told] = json.loads(shell("dry-run", a_lead(database_url), "--json", **given).stdout)
        assert told["writes"][0]["body"]["type"] == "lead.updated"
        assert told["writes"][0]["headers"]["webhook-signature"].startswith("v1,")
        assert receiver.got == []


# --- backlog


def test_history_is_sent_once_and_may_be_begun_again(database_url, shell, account):
    for _ in range(3):
        a_lead(database_url)
    a_lead(database_url, company_size="3")
    assert json.loads(shell("backlog", "--count", "--json").stdout) == {"leads": 3}
    sent = shell("backlog", "--json")
    assert json.loads(sent.stdout) == {"told": 3, "waiting": 0, "dead": 0, "error": None}
    assert (len(account.contacts), len(account.notes)) == (3, 3)
    writes = len(account.writes)
    assert shell("backlog").exit_code == 0
    assert len(account.writes) == writes, "they are there as they are"
    assert shell("backlog", "--again", "--since", "7d").exit_code == 0
    assert (len(account.contacts), len(account.notes)) == (3, 3)
    assert json.loads(shell("list", "--json").stdout)[0]["dead"] == 0


def test_what_is_not_taken_is_counted_and_said(database_url, shell, account):
    account.known.discard("email")
    account.known.discard("phone")
    a_lead(database_url)
    sent = shell("backlog")
    assert sent.exit_code == 1
    assert (
        "1 not taken. The last trouble: HubSpot does not take the contact: email (PROPERTY_DOESNT_EXIST)" in sent.output
    )


def test_nobody_is_told_who_is_not_set_up(shell):
    refused = shell("backlog", "--to", "marketo")
    assert refused.exit_code == 1
    assert "flask crm list" in refused.output


def test_a_new_lead_goes_before_the_rest_of_the_history(database, account):
    floor = Floor(database, {1: policy()})
    for _ in range(AT_ONCE + 5):
        floor.comes_by_form()
    floor.policies[1] = SINCE_MQL[1]
    worker = Worker(database, {"hubspot": hubspot_of(floor, account)}, floor.time, Wake(), "w")
    backlog = Backlog(database, worker, "hubspot", "sync", floor.time, floor.time.pass_)
    fresh = []

    def show(done, of):
        if done == AT_ONCE:
            fresh.append(floor.comes_by_form("fresh@northwind.io"))

    done = backlog.send(floor.site, backlog.ids(floor.site, "mql", None), False, show)
    assert (done.told, done.waiting, done.dead) == (AT_ONCE + 5, 0, 0)
    order = [one["email"] for one in account.contacts.values()]
    assert order.index("fresh@northwind.io") == AT_ONCE


def test_a_limit_during_the_history_is_waited_for(database, account):
    floor = Floor(database, {1: policy()})
    floor.comes_by_form()
    floor.deliver()
    account.headers, account.faults = {"Retry-After": "9"}, [429]
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        floor.time.pass_(seconds)

    worker = Worker(database, {"hubspot": hubspot_of(floor, account)}, floor.time, Wake(), "w")
    backlog = Backlog(database, worker, "hubspot", "sync", floor.time, pause)
    done = backlog.send(floor.site, backlog.ids(floor.site, "mql", None), False, lambda done, of: None)
    assert done.told == 1
    assert sum(pauses) == 9


# --- what can be looked at


def test_conflicts_and_what_is_off_are_listed(database_url, shell, account):
    assert shell("conflicts").output == "Nobody wrote anything else there.\n"
    account.add(email="ada0@northwind.io", company="Northwind Ltd")
    a_lead(database_url, message="I want to buy, please let me talk to sales", company="Northwind")
    shell("backlog")
    listed = shell("conflicts")
    assert listed.exit_code == 1
    assert "company: there `Northwind Ltd`, here `Northwind`" in listed.output


def test_a_webhook_that_is_off_is_switched_on_again(database_url, shell):
    with Receiver() as receiver:
        given = {"WEBHOOK_URLS": receiver.url, "WEBHOOK_SECRET": SECRET}
        channel = webhook_channel(receiver.url)
        assert shell("list", **given).exit_code == 0
        house = assemble(load_settings(database_url=database_url), lambda: None)
        Switches(Database(database_url), house.clock).turn_off(house.site_id, channel, "410 Gone")
        assert f"{channel}  OFF  127.0.0.1:{receiver.port}" in shell("list", **given).output
        assert shell("backlog", "--to", channel, **given).exit_code == 1
        assert shell("on", channel, **given).exit_code == 0
        assert shell("on", channel, **given).exit_code == 1
        assert shell("list", **given).exit_code == 0
