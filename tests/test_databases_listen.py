"""What is promised or said in one process is heard in the others at once, on PostgreSQL; lost connections heal."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Empty, Queue
from statistics import median
from time import monotonic

import pytest
from sqlalchemy import text

from delivery.listen import Listener
from delivery.wake import Wake
from delivery.worker import Worker
from models import conversation as conversations
from models import outbox
from models import visitor as visitors
from models.bell import PROMISED, SAID
from models.database import Database
from qualification.promises import Outcome, Promise, Sent
from tests.engines import fresh_database
from tests.promising import a_site, claim, promise, settle
from tests.timekeeping import START, Time

SOON_S, NEVER_S = 5, 0.3
TIMES = 40
POLLING_S = 0.4  # looking once a second would take half a second on average; how fast is for `make bench`


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fresh_database("postgresql", tmp_path_factory.mktemp("listen")) as found:
        yield found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    a_site(found)
    yield found
    found.engine.dispose()


@contextmanager
def running(work: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def listening(url: str) -> Iterator[tuple[Queue[str], Queue[str]]]:
    """Another process, which hears promises and what reps say."""
    promised: Queue[str] = Queue()
    said: Queue[str] = Queue()
    elsewhere = Database(url)
    with running(Listener(elsewhere, {PROMISED: promised.put, SAID: said.put}).run):
        assert promised.get(timeout=SOON_S) == "", "once connected it looks for itself"
        assert said.get(timeout=SOON_S) == ""
        yield promised, said
    elsewhere.engine.dispose()


def is_silent(queue: Queue[str]) -> bool:
    try:
        queue.get(timeout=NEVER_S)
    except Empty:
        return True
    return False


def test_a_promise_is_heard_in_other_processes_once_it_is_committed(database: Database, url: str) -> None:
    time = Time(database)
    with listening(url) as (promised, _):
        promise(database, time, "news")
        assert promised.get(timeout=SOON_S) == ""
        promise(database, time, "news")
        assert is_silent(promised), "the same promise again is no news"


def test_a_dead_letter_that_is_sent_again_is_heard_too(database: Database, url: str) -> None:
    time = Time(database)
    promise(database, time, "dead", stream="lead:2")
    [row] = [one for one in claim(database, time) if one.key == "dead"]
    settle(database, time, row, "dead", error="no")
    with listening(url) as (promised, _):
        with database.begin() as session:
            assert outbox.retry(session, 1, row.id, time.now)
            assert is_silent(promised), "not before the commit"
        assert promised.get(timeout=SOON_S) == ""


def test_what_a_rep_says_is_heard_with_the_conversation_it_belongs_to(database: Database, url: str) -> None:
    conversation_id = a_conversation(database, "public-id")
    with listening(url) as (_, said):
        for author, heard in (("visitor", False), ("rep", True)):
            with database.begin() as session:
                line = {"author": author, "text": "hello", "at": START}
                conversations.add_message(session, 1, conversation_id, line)
            assert (said.get(timeout=SOON_S) == "public-id") if heard else is_silent(said)


def a_conversation(database: Database, public_id: str) -> int:
    with database.begin() as session:
        visitor_id = visitors.add(session, 1, "somebody", {}, START)
        values = {"public_id": public_id, "visitor_id": visitor_id, "opened_at": START, "last_at": START}
        return conversations.add(session, 1, values)


def test_a_listener_whose_connection_is_cut_comes_back_and_looks_for_what_it_missed(
    database: Database, url: str
) -> None:
    with listening(url) as (promised, _):
        with database.engine.connect() as connection:
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            assert connection.execute(text(cut)).scalar() == 1
        assert promised.get(timeout=SOON_S) == "", "connected again"
        promise(database, Time(database), "after the cut")
        assert promised.get(timeout=SOON_S) == ""


class Clocked:
    """A destination that notes when it was called."""

    def __init__(self) -> None:
        self.calls: Queue[float] = Queue()

    def send(self, promise: Promise) -> Outcome:
        self.calls.put(monotonic())
        return Sent(promise.key)


def test_a_worker_in_another_process_is_rung_and_does_not_wait_for_its_next_look(database: Database, url: str) -> None:
    elsewhere, wake, told = Database(url), Wake(), Clocked()
    worker = Worker(elsewhere, {"hubspot": told}, lambda: datetime.now(UTC), wake, "worker")
    listener = Listener(elsewhere, {PROMISED: lambda _: wake.notify()})
    with running(worker.run), running(listener.run):
        took = [_seconds_to_the_call(database, told, number) for number in range(TIMES)]
    elsewhere.engine.dispose()
    middle, most = median(took), sorted(took)[int(TIMES * 0.95)]
    print(f"\ncommit to the call in another process: median {middle * 1000:.1f} ms, p95 {most * 1000:.1f} ms")
    assert middle < POLLING_S, "polling alone would take half a second"


def _seconds_to_the_call(database: Database, told: Clocked, number: int) -> float:
    time = Time(database)
    time.now = datetime.now(UTC)
    promise(database, time, f"hubspot:{number}", stream=f"lead:{number}", channel="hubspot")
    committed = monotonic()
    return told.calls.get(timeout=SOON_S) - committed


def test_on_sqlite_there_is_nothing_to_hear(tmp_path_factory: pytest.TempPathFactory) -> None:
    with fresh_database("sqlite", tmp_path_factory.mktemp("listen")) as url:
        Listener(Database(url), {PROMISED: pytest.fail}).run(threading.Event())
