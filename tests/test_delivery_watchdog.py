"""The watchdog: a lead on offer whose alert nobody promised is alerted after all."""

import pytest

from delivery.watchdog import promise_again
from models import lead as leads
from models import stage_change
from models.database import Database
from tests.promising import a_site, claim, promise, row, settle
from tests.timekeeping import Time


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def an_mql(database: Database, time: Time, cycle: int = 1, revision: int = 3, handoff: str = "offered") -> int:
    """A lead on offer, as a buggy door would leave it: without its alert."""
    step = {"site_id": 1, "cycle": cycle, "from_stage": "lead", "to_stage": "mql", "actor": "system", "at": time.now}
    step |= {"cause": "criteria", "score": 80, "criteria_version": 1, "snapshot": None}
    with database.begin() as session:
        lead_id = leads.start(session, 1, time.now, stage="mql", handoff=handoff, cycle=cycle, revision=revision)
        stage_change.append(session, [{**step, "lead_id": lead_id, "key": f"{lead_id}:{cycle}:mql"}])
    return lead_id


def the_alert(database: Database, time: Time, lead_id: int, cycle: int = 1) -> str:
    key = f"slack:alert:{lead_id}:{cycle}:1"
    payload = {"lead": leads.reference(lead_id), "cycle": cycle, "revision": 1}
    promise(database, time, key, stream=f"lead:{lead_id}", kind="alert", payload=payload)
    return key


def test_a_forgotten_alert_is_promised_after_two_minutes_and_once(database: Database, time: Time) -> None:
    lead_id = an_mql(database, time)
    assert promise_again(database, time.pass_(119)) == 0
    assert promise_again(database, time.pass_(1)) == 1
    assert promise_again(database, time.pass_(600)) == 0
    promised = row(database, f"slack:alert:{lead_id}:1:3")
    assert (promised.stream, promised.channel, promised.kind) == (f"lead:{lead_id}", "slack", "alert")
    assert promised.payload == {"lead": leads.reference(lead_id), "cycle": 1, "revision": 3}


@pytest.mark.parametrize("state", ["pending", "in_progress", "delivered", "dead"])
def test_an_alert_that_was_promised_is_not_promised_again(database: Database, time: Time, state: str) -> None:
    the_alert(database, time, an_mql(database, time))
    if state != "pending":
        (claimed,) = claim(database, time)
        settle(database, time, claimed, state)
    assert promise_again(database, time.pass_(600)) == 0


def test_the_alert_of_an_earlier_cycle_does_not_count(database: Database, time: Time) -> None:
    lead_id = an_mql(database, time, cycle=2, revision=9)
    the_alert(database, time, lead_id, cycle=1)
    assert promise_again(database, time.pass_(600)) == 1
    assert row(database, f"slack:alert:{lead_id}:2:9").payload["cycle"] == 2


@pytest.mark.parametrize("handoff", ["none", "claimed", "accepted", "returned"])
def test_only_leads_on_offer_are_watched(database: Database, time: Time, handoff: str) -> None:
    an_mql(database, time, handoff=handoff)
    assert promise_again(database, time.pass_(600)) == 0
