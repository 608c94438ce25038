"""The leak meter: what slips through between marketing and sales can be named, and on a good day it is nothing."""

import pytest

from models import outbox
from models.database import Database
from qualification.views import Leak, Leaks, Person
from tests.promising import a_site
from tests.salesfloor import ANN, Floor, policy


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


def leaks(floor: Floor) -> Leaks:
    return floor.enquiry.leaks(floor.site)


def names(found: tuple[Leak, ...]) -> list[str]:
    return [leak.ref for leak in found]


def test_on_a_good_day_nothing_is_lost(floor: Floor) -> None:
    ref = floor.comes_by_form()
    floor.comes_by_form(company_size="120")
    floor.deliver()
    assert names(leaks(floor).unowned) == [ref], "nobody's yet, and that is no loss"
    assert leaks(floor).lost == 0
    floor.handoff.claim(floor.site, ref, ANN)
    floor.deliver()
    floor.time.pass_(3600)
    assert leaks(floor) == Leaks((), (), ())


def test_lead_without_an_owner_is_named_with_since_when(floor: Floor) -> None:
    ref, since = floor.comes_by_form(), floor.time.now
    floor.deliver()
    floor.time.pass_(3600)
    assert leaks(floor).unowned == (Leak(ref, since),)


def test_lead_sales_was_not_told_of_is_lost_until_it_is(floor: Floor) -> None:
    ref, since = floor.comes_by_form(), floor.time.now
    assert leaks(floor).undelivered == (), "it has just been promised"
    floor.time.pass_(121)
    assert [(leak.ref, leak.since) for leak in leaks(floor).undelivered] == [(ref, since)]
    assert leaks(floor).lost == 1
    floor.deliver()
    assert leaks(floor).lost == 0


def test_dead_letter_is_a_leak_with_its_reason(floor: Floor) -> None:
    ref = floor.comes_by_form()
    with floor.database.begin() as session:
        [row] = outbox.claim(session, "slack", "worker", floor.time.now, 15)
        outbox.settle(session, row, floor.time.now, state="dead", error="channel_not_found")
    [leak] = leaks(floor).undelivered
    assert (leak.ref, leak.why) == (ref, "channel_not_found")


def test_lead_let_expire_is_lost_whether_or_not_it_was_taken_back_yet(floor: Floor) -> None:
    floor.policies[floor.site] = policy(sla={"expire": "4h"})
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    floor.deliver()
    floor.time.pass_(4 * 3600)
    [late] = leaks(floor).expired
    assert (late.ref, late.since, late.owner) == (ref, floor.time.now, Person(ANN.id, ANN.name))
    floor.clockwork.run_due(floor.time.now)
    [gone] = leaks(floor).expired
    assert (gone.ref, gone.since, gone.owner) == (ref, floor.time.now, None)
    assert leaks(floor).lost == 1
    floor.handoff.claim(floor.site, ref, ANN)
    floor.deliver()
    assert leaks(floor).lost == 0, "somebody has it"


def test_other_sites_leaks_are_not_ours(floor: Floor) -> None:
    floor.comes_by_form()
    floor.time.pass_(3600)
    other = a_site(floor.database, "other")
    floor.policies[other] = policy()
    assert floor.enquiry.leaks(other) == Leaks((), (), ())
