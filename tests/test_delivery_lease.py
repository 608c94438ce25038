"""The embedded worker: of several web processes one works, and another takes over when it is gone."""

import threading

import pytest

from delivery.lease import Tenure, process_name
from models import lease
from models.database import Database
from tests.timekeeping import Time

SOON_S = 8


@pytest.fixture
def time(database: Database) -> Time:
    return Time(database)


def a_tenure(database: Database, time: Time, holder: str) -> Tenure:
    return Tenure(database, "worker", holder, time, renew_s=0.01)


def test_one_process_has_the_lease_until_it_stops_renewing(database: Database, time: Time) -> None:
    first, second = a_tenure(database, time, "first"), a_tenure(database, time, "second")
    assert first.is_ours()
    assert not second.is_ours()
    time.pass_(14)
    assert first.is_ours(), "renewed"
    time.pass_(14)
    assert not second.is_ours()
    time.pass_(2)
    assert second.is_ours()
    assert not first.is_ours()


def test_leases_of_other_names_are_free(database: Database, time: Time) -> None:
    with database.begin() as session:
        assert lease.take(session, "worker", "first", 15, time.now)
        assert lease.take(session, "digest", "second", 15, time.now)


def test_process_names_differ_also_in_one_container() -> None:
    assert len({process_name() for _ in range(100)}) == 100
    assert len(process_name()) <= 64


class Work:
    def __init__(self) -> None:
        self.began = threading.Event()
        self.ended = threading.Event()

    def __call__(self, over: threading.Event) -> None:
        self.began.set()
        over.wait(SOON_S)
        self.ended.set()


def test_work_goes_over_when_the_first_is_told_to_stop(database: Database, time: Time) -> None:
    works = [Work(), Work()]
    stops = [threading.Event(), threading.Event()]
    threads = []
    for name, work, stop in zip(("first", "second"), works, stops, strict=True):
        threads.append(threading.Thread(target=a_tenure(database, time, name).run, args=(work, stop)))
        threads[-1].start()
        assert works[0].began.wait(SOON_S)
    assert not works[1].began.wait(0.1)
    stops[0].set()
    assert works[0].ended.wait(SOON_S)
    assert works[1].began.wait(SOON_S), "without waiting for the lease to run out"
    stops[1].set()
    for thread in threads:
        thread.join(SOON_S)


def test_work_ends_when_the_lease_was_lost(database: Database, time: Time) -> None:
    work, stop = Work(), threading.Event()
    thread = threading.Thread(target=a_tenure(database, time, "first").run, args=(work, stop))
    thread.start()
    assert work.began.wait(SOON_S)
    with database.begin() as session:
        lease.give_up(session, "worker", "first")
        assert lease.take(session, "worker", "thief", 15, time.now)
    assert work.ended.wait(SOON_S)
    stop.set()
    thread.join(SOON_S)
