"""`flask crm` knows Marketo and the subscriptions of automation tools."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from commands import with_commands
from config.settings import load_settings
from delivery.hooks import Hooks
from qualification.assembly import assemble
from tests.marketo import CLIENT, SECRET, MarketoAccount
from tests.test_crm_command import a_lead


@pytest.fixture
def account():
    with MarketoAccount() as account:
        yield account


@pytest.fixture
def shell(database_url, account):
    """`flask crm ...` of a house with this Marketo."""
    given = {"DATABASE_URL": database_url, "FOYER_ENV": "test", "EMBEDDED_WORKER": "0", "MARKETO_CLIENT_ID": CLIENT}
    given |= {"MARKETO_CLIENT_SECRET": SECRET, "MARKETO_API_URL": account.url}
    app = with_commands(Flask("foyer"))
    return lambda *words: CliRunner().invoke(app.cli, ["crm", *words], env=given)


def test_the_leads_of_before_are_told_and_what_people_wrote_there_is_listed(shell, database_url, account):
    ref = a_lead(database_url)
    [write, *_] = json.loads(shell("dry-run", ref, "--json").output)[0]["writes"]
    assert (write["path"], write["body"]["input"][0]["leadStatus"]) == ("rest/v1/leads.json", "SQL")
    assert account.people == {}
    assert shell("backlog", "--to", "marketo").output.endswith("1 told.\n")
    account.edit(phone="+1 555 0100", lastName="Lovelace")
    assert shell("conflicts").exit_code == 0, "nothing we would write"
    account.edit(email="ada@elsewhere.example")
    assert shell("backlog", "--to", "marketo", "--again").output.endswith("1 told.\n")
    told = shell("conflicts")
    assert (told.exit_code, f"{ref}  marketo {account.only['id']}  email" in told.output) == (1, True)
    [listed] = json.loads(shell("list", "--json").output)
    assert (listed["destination"], listed["waiting"], listed["dead"]) == ("marketo", 0, 0)


def test_subscriptions_of_tools_are_listed_and_are_no_destination_of_a_backlog(shell, database_url):
    house = assemble(load_settings(database_url=database_url, foyer_env="test"), lambda: None)
    Hooks(house.database, house.clock).add(house.site_id, "lead.mql", "https://hooks.zapier.example/secret")
    told = shell("list").output
    assert "hooks  on  1 subscribed" in told
    assert "zapier" not in told, "the address may be a secret"
    assert shell("backlog", "--to", "hooks").exit_code == 1
    told = shell("dry-run", a_lead(database_url), "--json").output
    [write] = next(one for one in json.loads(told) if one["destination"] == "hook:1")["writes"]
    assert (write["path"], write["body"]["type"], write["body"]["stage"]) == ("hooks.zapier.example", "lead.mql", "sql")
