"""Both ways: from a chat to a deal won in the CRM and back as an outcome, and over an hour without the CRM."""

from dataclasses import replace
from datetime import timedelta

import pytest

from delivery.crm_links import CrmLinks
from models.database import Database
from qualification.keeping.pasts import outcomes
from qualification.policy import Listener
from tests.hubspot import HubSpotAccount
from tests.salesfloor import Floor, policy
from tests.test_crm_hubspot import tell
from tests.test_crm_inbound import a_deal, hears

WISH = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom@vollmer.de"
MANY = 500


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database, {1: replace(policy(), listeners=(Listener("hubspot", "mql"),))})


def learned(floor: Floor, ref: str) -> list[str]:
    """What replay and suggestions know of a lead: what sales has said of it, wherever it was said."""
    with floor.database.read() as session:
        return [one.verdict for one in outcomes(session, floor.site) if one.lead == ref]


def test_a_chat_becomes_a_contact_whose_owner_and_deal_come_back_as_an_outcome(floor: Floor) -> None:
    with HubSpotAccount(owners={"ann@acme.example": "77"}) as account:
        ref = floor.chats(WISH).ref
        tell(floor, account)
        (contact,) = account.contacts
        assert (account.only["email"], account.only["company"]) == ("tom@vollmer.de", "Vollmer GmbH")
        account.edit(contact, hubspot_owner_id="77")
        hears(floor, account, name="hubspot_owner_id")
        tell(floor, account)
        a_deal(account, hs_is_closed="true", hs_is_closed_won="true")
        hears(floor, account, "500", "deal", "dealstage")
        tell(floor, account)
    shown = floor.lead(ref)
    assert (shown.owner and shown.owner.name, shown.status, shown.stage) == ("Ann", "won", "customer")
    assert learned(floor, ref) == ["won"]
    assert [one.to_stage for one in shown.stage_log] == [
        *("visitor", "lead", "mql", "sql", "prospect", "opportunity", "customer")
    ]
    assert account.wrong == []


def test_what_came_while_a_crm_was_away_for_an_hour_is_all_there_afterwards_once_and_in_order(floor: Floor) -> None:
    with HubSpotAccount() as account:
        account.faults = [503] * 1_000_000
        many, began, refs = MANY if floor.database.is_sqlite else 60, floor.time.now, []
        while floor.time.now - began < timedelta(hours=1):
            refs += [floor.comes_by_form() for _ in range(many // 6 + 1)]
            slack = tell(floor, account)
            assert len(slack.promises) >= many // 6, "Slack is told meanwhile"
            floor.time.pass_(600)
        assert account.contacts == {}
        account.faults = []
        for _ in range(200):
            tell(floor, account)
            if not floor.open_promises():
                break
            floor.time.pass_(60)
    assert len(refs) >= many
    emails = [contact["email"] for contact in account.contacts.values()]
    assert sorted(emails) == sorted(floor.email_of(ref) for ref in refs)
    assert len(account.notes) == len(refs), "one note each"
    links = CrmLinks(floor.database, "hubspot", floor.time)
    assert all(links.of(floor.site, ref).remote_id for ref in refs)
    assert account.wrong == []
