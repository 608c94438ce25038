"""`flask doctor` on CRMs and webhooks: what does not let us in, what is missing there, and where no webhook may go."""

import pytest

from commands.doctor_crm import look_at_crm
from config.settings import load_settings
from tests import marketo, zendesk
from tests.hubspot import TOKEN, HubSpotAccount
from tests.marketo import MarketoAccount
from tests.test_crm_webhook import SECRET
from tests.zendesk import ZendeskAccount


def found(**given):
    return {one.what: one for one in look_at_crm(load_settings(**given))}


@pytest.fixture
def hubspot():
    with HubSpotAccount() as account:
        yield account


def of_hubspot(account, **given):
    return found(hubspot_token=TOKEN, hubspot_api_url=account.url, **given)


def test_nothing_is_said_where_nobody_beside_slack_is_told():
    assert found() == {}


def test_a_hubspot_that_works_is_well_and_unlisted_reps_are_named(hubspot, tmp_path):
    told = of_hubspot(hubspot)
    assert [told[what].level for what in ("HubSpot contacts", "HubSpot owners")] == ["ok", "ok"]
    assert told["reps in the CRM"].detail == "nobody is listed"
    team = tmp_path / "team.yaml"
    team.write_text("people: [{name: Ann, email: a@b.example, slack: U0ANN1}, {name: Ben, slack: U0BEN1}]")
    assert of_hubspot(hubspot, team_file=team)["reps in the CRM"].detail == "Ben"
    team.write_text("people: [{name: Ann, email: a@b.example, slack: U0ANN1}]")
    assert "reps in the CRM" not in of_hubspot(hubspot, team_file=team)


def test_a_token_that_is_refused_and_a_permission_that_lacks_are_said(hubspot):
    hubspot.lacks = "crm.objects.owners.read"
    assert "lacks the permission crm.objects.owners.read" in of_hubspot(hubspot)["HubSpot owners"].detail
    hubspot.token = "another"
    told = of_hubspot(hubspot)["HubSpot contacts"]
    assert (told.level, "refuses our token" in told.detail) == ("error", True)


def test_events_need_the_address_the_world_knows(hubspot):
    assert of_hubspot(hubspot, hubspot_client_secret="s")["HubSpot events"].level == "warning"
    known = of_hubspot(hubspot, hubspot_client_secret="s", public_url="https://chat.example.com")
    assert "HubSpot events" not in known


def test_zendesk_needs_an_agent():
    with ZendeskAccount() as account:
        given = {"zendesk_email": zendesk.EMAIL, "zendesk_api_token": zendesk.TOKEN, "zendesk_api_url": account.url}
        assert found(**given)["Zendesk"].level == "ok"
        account.role = "end-user"
        assert found(**given)["Zendesk"].level == "error"
        account.token = "another"
        assert "refuses our token" in found(**given)["Zendesk"].detail


def test_a_field_of_the_mapping_that_marketo_does_not_have_is_named(tmp_path):
    team = tmp_path / "team.yaml"
    team.write_text("crm: {marketo: {fields: {score: foyerScore, reasons: foyerReasons}}}")
    with MarketoAccount() as account:
        account.known.add("foyerReasons")
        given = {"marketo_client_id": marketo.CLIENT, "marketo_client_secret": marketo.SECRET}
        told = found(**given, marketo_api_url=account.url, team_file=team)["Marketo fields"]
        assert (told.level, told.detail) == ("warning", "not there: foyerScore")


def test_marketo_is_asked_with_the_login_that_will_write():
    with MarketoAccount() as account:
        given = {"marketo_client_id": marketo.CLIENT, "marketo_client_secret": marketo.SECRET}
        given |= {"marketo_api_url": account.url}
        told = found(**given)
        assert [told[what].level for what in ("Marketo people", "Marketo activities")] == ["ok", "ok"]
        account.first = ["603"]
        assert "lacks Read-Write Lead" in found(**given)["Marketo people"].detail
        account.client = "another"
        assert "refuses our login" in found(**given)["Marketo people"].detail


def test_a_webhook_into_our_own_network_is_said_before_it_is_called():
    urls = "https://10.0.0.1/hook,https://no.such.host.invalid/hook,https://8.8.8.8/secret-path,http://127.0.0.1:9/x"
    told = found(webhook_urls=urls, webhook_secret=SECRET)
    levels = {what: one.level for what, one in told.items()}
    assert levels == {
        "webhook 10.0.0.1": "error",
        "webhook no.such.host.invalid": "error",
        "webhook 8.8.8.8": "ok",
        "webhook 127.0.0.1:9": "ok",
    }
    assert "secret-path" not in str(told)
