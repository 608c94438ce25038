"""The worker: tells what was promised, outlives what destinations do to it, and stops without losing anything."""

import threading
from typing import Any

import pytest
from structlog.testing import capture_logs

from delivery.service import Chore, Service
from delivery.wake import Wake
from delivery.worker import BATCH, Worker
from models.database import Database
from qualification.promises import Ambiguous, Dead, Destination, Outcome, Paused, Promise, Retry, Sent
from tests.foyer import until
from tests.promising import Told, a_site, claim, promise, row
from tests.timekeeping import Time

SOON_S = 8


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def a_worker(database: Database, time: Time, name: str = "worker", **destinations: Destination) -> Worker:
    return Worker(database, destinations, time, Wake(), name)


def test_a_promise_is_told_with_all_that_a_destination_needs(database: Database, time: Time) -> None:
    payload = {"lead": "L-1001", "cycle": 1, "revision": 4}
    promise(database, time, "slack:alert:1:1:4", kind="alert", payload=payload)
    slack = Told(lambda told: Sent("C1:17.01"))
    assert a_worker(database, time, slack=slack).run_once(time.now) == 1
    assert slack.promises == [Promise("slack:alert:1:1:4", "alert", payload, None, False, time.now, 1)]
    done = row(database, "slack:alert:1:1:4")
    assert (done.state, done.remote_id, done.done_at) == ("delivered", "C1:17.01", time.now)


def test_what_follows_knows_the_card_it_belongs_to(database: Database, time: Time) -> None:
    promise(database, time, "alert", kind="alert")
    promise(database, time, "line")
    promise(database, time, "next cycle", kind="alert", payload={"lead": "L-1001", "cycle": 2})
    slack = Told(lambda told: Sent(f"C1:{told.key}"))
    assert a_worker(database, time, slack=slack).run_once(time.now) == 3
    assert [told.remote_id for told in slack.promises] == [None, "C1:alert", None]


def test_no_transaction_is_open_while_a_destination_is_called(database: Database, time: Time) -> None:
    def answer(told: Promise) -> Outcome:
        a_site(database, "a door writes meanwhile")
        return Sent()

    promise(database, time, "a")
    assert a_worker(database, time, slack=Told(answer)).run_once(time.now) == 1
    assert row(database, "a").state == "delivered"


def test_a_failed_promise_comes_back_by_the_schedule(database: Database, time: Time) -> None:
    answers = iter([Ambiguous("timeout"), Retry(None, "refused"), Sent("C1:1")])
    slack = Told(lambda told: next(answers))
    worker = a_worker(database, time, slack=slack)
    promise(database, time, "a")
    assert worker.run_once(time.now) == 1
    assert worker.run_once(time.now) == 0
    assert worker.run_once(time.pass_(2)) == 1
    assert worker.run_once(time.pass_(3)) == 0, "five seconds, less a fifth"
    assert worker.run_once(time.pass_(4)) == 1
    assert [told.maybe_sent for told in slack.promises] == [False, True, True], "doubt is never forgotten"
    assert (row(database, "a").state, row(database, "a").attempts) == ("delivered", 2)


def test_a_destination_that_blows_up_is_an_unknown_outcome_and_its_secrets_stay_out(
    database: Database, time: Time
) -> None:
    def blow_up(told: Promise) -> Outcome:
        raise RuntimeError("https://hooks.example/T0/xoxb-secret for ana.silva@northwind.io")

    promise(database, time, "a")
    with capture_logs() as logs:
        a_worker(database, time, slack=Told(blow_up)).run_once(time.now)
    failed = row(database, "a")
    assert (failed.state, failed.maybe_sent) == ("pending", True)
    assert failed.error is not None
    assert failed.error.startswith("RuntimeError at test_delivery_worker.py")
    assert logs
    assert "secret" not in f"{logs}{failed.error}"
    assert "ana.silva" not in f"{logs}{failed.error}"


def test_a_dead_letter_is_loud_in_the_log(database: Database, time: Time) -> None:
    promise(database, time, "a")
    with capture_logs() as logs:
        a_worker(database, time, slack=Told(lambda told: Dead("is_archived"))).run_once(time.now)
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["event"], line["key"], line["error"]) == ("promise_dead", "a", "is_archived")


def test_revoked_access_pauses_that_site_and_nobody_else(database: Database, time: Time) -> None:
    other = a_site(database, "other")
    revoked = [True]
    slack = Told(lambda told: Paused("token_revoked") if told.site_id == 1 and revoked else Sent())
    worker = a_worker(database, time, slack=slack)
    for number in range(3):
        promise(database, time, f"ours {number}", stream=f"lead:{number}")
        promise(database, time, f"theirs {number}", stream=f"lead:{number}", site_id=other)
    assert worker.run_once(time.now) == 4, "one of ours to find out, and all of theirs"
    assert worker.run_once(time.now) == 0, "no more calls for now"
    (pause,) = worker.health().paused["slack"]
    assert (pause.site_id, pause.error) == (1, "token_revoked")
    assert (row(database, "ours 0").state, row(database, "ours 0").attempts) == ("pending", 0)
    assert worker.run_once(time.pass_(16)) == 1, "a probe"
    revoked.clear()
    assert worker.run_once(time.pass_(31)) == 3, "all of ours"
    assert worker.health().paused == {}


def test_a_call_does_not_begin_with_too_little_lease_left(database: Database, time: Time) -> None:
    """The process was frozen after its claim, and another worker has the row by now."""
    promise(database, time, "a")
    heir = Told()
    frozen = Told()

    class FrozenOnce(Worker):
        def _tell(self, channel: str, call: Any) -> None:
            time.pass_(16)
            a_worker(database, time, "heir", slack=heir).run_once(time.now)
            super()._tell(channel, call)

    with capture_logs() as logs:
        FrozenOnce(database, {"slack": frozen}, time, Wake(), "frozen").run_once(time.now)
    assert (frozen.keys, heir.keys) == ([], ["a"])
    assert "lease_lost" in [line["event"] for line in logs]


def test_a_long_call_keeps_its_row_by_heartbeats_until_it_has_taken_too_long(database: Database, time: Time) -> None:
    promise(database, time, "a")
    taken_over_after = []

    def slow(told: Promise) -> Outcome:
        for second in range(10, 100, 10):
            time.pass_(10)
            worker.heartbeat(time.now)
            if claim(database, time, "heir") and not taken_over_after:
                taken_over_after.append(second)
        return Sent()

    worker = a_worker(database, time, slack=Told(slow))
    worker.run_once(time.now)
    assert taken_over_after == [70]
    assert row(database, "a").owner == "heir"


def test_one_look_takes_ten_rows_of_each_channel(database: Database, time: Time) -> None:
    for number in range(BATCH + 1):
        for channel in ("slack", "hubspot"):
            promise(database, time, f"{channel} {number}", stream=f"lead:{number}", channel=channel)
    worker = a_worker(database, time, slack=Told(), hubspot=Told())
    assert [worker.run_once(time.now) for _ in range(3)] == [20, 2, 0]


class Hanging:
    """Answers nothing until it is let go."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.released = threading.Event()

    def send(self, promise: Promise) -> Outcome:
        self.called.set()
        self.released.wait(SOON_S)
        return Sent()


class Heard:
    def __init__(self) -> None:
        self.called = threading.Event()

    def send(self, promise: Promise) -> Outcome:
        self.called.set()
        return Sent()


class Running:
    """The worker in threads, as in production; stopped at the end of the `with`."""

    def __init__(self, worker: Worker) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=worker.run, args=(self.stop,))

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(SOON_S)
        assert not self.thread.is_alive()


def test_a_slow_channel_holds_up_no_other(database: Database, time: Time) -> None:
    slow, quick = Hanging(), Heard()
    for number in range(5):
        promise(database, time, f"slow {number}", stream=f"lead:{number}")
    promise(database, time, "quick", channel="hubspot")
    with Running(a_worker(database, time, slack=slow, hubspot=quick)):
        assert slow.called.wait(SOON_S)
        assert quick.called.wait(SOON_S)
        slow.released.set()


def test_slow_calls_of_a_channel_are_under_way_at_the_same_time(database: Database, time: Time) -> None:
    together = threading.Barrier(3)

    def wait_for_the_others(_: Promise) -> Outcome:
        together.wait(SOON_S)
        return Sent()

    for number in range(6):
        promise(database, time, f"slow {number}", stream=f"lead:{number}")
    with Running(a_worker(database, time, slack=Told(wait_for_the_others))):
        until(lambda: all(row(database, f"slow {number}").state == "delivered" for number in range(6)))


def test_what_stood_behind_a_kept_promise_is_told_at_once(database: Database, time: Time) -> None:
    """Looking once a second would take as many seconds as there are lines."""
    lines = 3 * SOON_S
    for number in range(lines):
        promise(database, time, f"line {number}")
    slack = Told()
    with Running(a_worker(database, time, slack=slack)):
        until(lambda: len(slack.keys) == lines, SOON_S)
    assert slack.keys == [f"line {number}" for number in range(lines)]


def test_a_worker_told_to_stop_finishes_the_call_under_way(database: Database, time: Time) -> None:
    slack = Hanging()
    promise(database, time, "a")
    with Running(a_worker(database, time, slack=slack)) as running:
        assert slack.called.wait(SOON_S)
        running.stop.set()
        slack.released.set()
    assert row(database, "a").state == "delivered"


def test_a_ring_wakes_the_worker_and_none_is_missed_between_look_and_wait() -> None:
    wake = Wake()
    seen = wake.rings
    wake.notify()
    assert wake.wait(0, seen), "rung since we looked"
    assert not wake.wait(0), "and not again"


def test_a_worker_outlives_a_database_that_is_away(database: Database, time: Time) -> None:
    slack, wake = Heard(), Wake()
    looked = threading.Event()
    broken = [True]

    def clock() -> object:
        if broken:
            looked.set()
            raise OSError("gone")
        return time.now

    worker = Worker(database, {"slack": slack}, clock, wake, "worker")  # type: ignore[arg-type]
    promise(database, time, "a")
    with Running(worker):
        assert looked.wait(SOON_S)
        broken.clear()
        wake.notify()
        assert slack.called.wait(SOON_S)


def test_chores_come_round_and_one_that_fails_stops_nothing(database: Database, time: Time) -> None:
    done = threading.Event()
    turns = []

    def fail_first(now: object) -> int:
        turns.append(now)
        if len(turns) == 1:
            raise ValueError("once")
        done.set()
        return 1

    worker = a_worker(database, time)
    service = Service(worker, [Chore("sweep", 0.01, fail_first)], time)
    stop = threading.Event()
    running = threading.Thread(target=service.run, args=(stop,))
    running.start()
    assert done.wait(SOON_S)
    stop.set()
    running.join(SOON_S)
    assert turns[:2] == [time.now, time.now]
