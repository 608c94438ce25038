"""Real processes, real kill -9, a receiver with every fault there is: nothing lost, and nothing doubled."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

import pytest
from sqlalchemy import func, select

from benchmarks.receiver import FAULTS, Receiver, ReceiverDestination
from delivery.wake import Wake
from delivery.worker import Worker
from models import outbox
from models.database import Database
from models.outbox import Delivery
from tests.promising import Told, a_site
from tests.timekeeping import Time

PATIENCE_S = 60


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def promise(database: Database, number: int, lead: int = 1) -> None:
    payload = {"stream": f"lead:{lead}", "number": number}
    fields = {"stream": f"lead:{lead}", "channel": "slack", "kind": "line", "payload": payload}
    with database.begin() as session:
        outbox.enqueue(session, 1, {"key": f"line:{lead}:{number}", **fields}, datetime.now(UTC))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_receiver_loses_and_doubles_nothing(database: Database, time: Time, fault: str) -> None:
    receiver = Receiver(planned=[fault])
    with receiver.listening() as url:
        time.now = datetime.now(UTC)
        promise(database, 1)
        promise(database, 2)
        time.pass_(1)
        worker = Worker(database, {"slack": ReceiverDestination(url, reconcile=True)}, time, Wake(), "worker")
        while _open(database):
            worker.run_once(time.pass_(2))
    assert [post["number"] for post in receiver.posts] == [1, 2]
    assert receiver.faults[fault] == 1
    assert receiver.refused == []


def _open(database: Database) -> dict[str, int]:
    with database.read() as session:
        return outbox.open_counts(session)


@pytest.mark.parametrize("dies", ["before it was taken", "after it was taken"])
def test_kill_minus_nine_in_the_middle_of_a_call_loses_and_doubles_nothing(
    database: Database, time: Time, dies: str
) -> None:
    receiver = Receiver(planned=["hang_after" if dies == "after it was taken" else "hang"])
    with receiver.listening() as url:
        promise(database, 1)
        promise(database, 2)
        victim = _worker_process(database, url)
        _wait_until(lambda: receiver.faults.total() == 1)
        victim.kill()
        victim.wait()
        heir = _worker_process(database, url)
        _wait_until(lambda: not _open(database))
        heir.kill()
        heir.wait()
    assert [post["number"] for post in receiver.posts] == [1, 2]


def test_workers_killed_again_and_again_lose_and_double_nothing(database: Database, time: Time) -> None:
    receiver = Receiver(planned=["500", "reset_after", "502_after"])
    with receiver.listening() as url:
        workers = [_worker_process(database, url) for _ in range(2)]
        for number in range(18):
            promise(database, number, lead=number // 3)
            if number % 6 == 5:
                taken = len(receiver.posts)
                _wait_until(lambda: len(receiver.posts) > taken)  # noqa: B023 - waited for right here
                victim = workers.pop(0)
                victim.kill()
                victim.wait()
                workers.append(_worker_process(database, url))
        _wait_until(lambda: not _open(database))
        for worker in workers:
            worker.kill()
            worker.wait()
    assert len(receiver.keys()) == 18
    assert (receiver.duplicates(), receiver.order_breaks()) == (0, 0)


def _worker_process(database: Database, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.receiver", str(database.engine.url), url, "reconcile"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE_S
    pause = threading.Event()
    while not is_so():
        assert monotonic() < until
        pause.wait(0.02)


WRITING_S = 10


@pytest.mark.slow
def test_sixteen_writers_and_a_worker_on_sqlite_never_meet_a_locked_database(database: Database, time: Time) -> None:
    command = [sys.executable, "-c", WRITERS, str(database.engine.url), str(WRITING_S)]
    writers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writers.stdout is not None
    assert writers.stdout.readline() == "writing\n"
    told = Told()
    worker = Worker(database, {"slack": told}, lambda: datetime.now(UTC), Wake(), "worker")
    until = monotonic() + WRITING_S
    while monotonic() < until:
        worker.run_once(datetime.now(UTC))
    counts = [int(count) for count in writers.stdout.read().split()]
    assert writers.wait() == 0
    assert len(counts) == 16
    assert all(counts), "the lock is unfair, but nobody starves"
    assert len(told.keys) > 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == sum(counts)


WRITERS = """
import multiprocessing, sys
from datetime import UTC, datetime
from time import monotonic
from models import outbox, site
from models.database import Database

def write(number):
    database, stream, until, count = Database(sys.argv[1]), f"lead:{number}", monotonic() + float(sys.argv[2]), 0
    while monotonic() < until:
        promise = {"key": f"{stream}:{count}", "stream": stream, "channel": "slack", "kind": "line", "payload": {}}
        with database.begin() as session:
            assert outbox.enqueue(session, 1, promise, datetime.now(UTC))
        count += 1
    return count

with multiprocessing.get_context("fork").Pool(16) as processes:
    print("writing", flush=True)
    print(*processes.map(write, range(16), chunksize=1), flush=True)
"""
