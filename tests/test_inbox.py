"""The inbox: what Slack and CRMs told us is stored before we say so, done once, and done after a crash."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic

import pytest
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from delivery.inbox import MAX_ATTEMPTS, Handler, Inbox
from models import inbox as stored
from models.database import Database
from models.inbox import InboxEvent
from qualification.promises import InboxRow, NotTaken
from tests.promising import a_site
from tests.timekeeping import Time


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def an_inbox(database: Database, time: Time, handler: Handler = lambda told: None, timeout_s: float = 0.5) -> Inbox:
    return Inbox(database, {"lead_claim": handler}, time, timeout_s)


def press(inbox: Inbox, key: str = "trigger-1", kind: str = "lead_claim") -> bool:
    return inbox.accept_event(1, key, kind, {"lead": "L-1001", "by": "U1"})


def event(database: Database, key: str = "trigger-1") -> InboxEvent:
    with database.read() as session:
        return session.scalars(select(InboxEvent).where(InboxEvent.key == key)).one()


def test_r12_an_event_told_four_times_at_once_is_new_once(database: Database, time: Time) -> None:
    inboxes = [an_inbox(database, time, timeout_s=10) for _ in range(4)]
    answers: list[bool] = []
    pressing = [threading.Thread(target=lambda one=one: answers.append(press(one))) for one in inboxes]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sorted(answers) == [False, False, False, True]


def test_what_is_accepted_is_worked_once_with_all_that_was_told(database: Database, time: Time) -> None:
    worked: list[InboxRow] = []
    inbox = an_inbox(database, time, worked.append)
    press(inbox)
    assert inbox.process("trigger-1")
    assert not inbox.process("trigger-1")
    payload = {"lead": "L-1001", "by": "U1"}
    assert worked == [InboxRow(1, "trigger-1", "slack", "lead_claim", payload, time.now, 1)]
    assert (event(database).state, event(database).done_at) == ("done", time.now)


def test_two_that_process_the_same_press_at_once_work_it_once(database: Database, time: Time) -> None:
    worked: list[InboxRow] = []

    def work(told: InboxRow) -> None:
        worked.append(told)
        assert not an_inbox(database, time, worked.append).process(told.key), "somebody is at it"

    inbox = an_inbox(database, time, work)
    press(inbox)
    inbox.process("trigger-1")
    assert len(worked) == 1
    assert event(database).state == "done"


def test_the_sweep_leaves_fresh_events_to_whoever_took_them(database: Database, time: Time) -> None:
    worked: list[InboxRow] = []
    inbox = an_inbox(database, time, worked.append)
    press(inbox)
    assert inbox.sweep(time.now) == 0
    assert inbox.sweep(time.pass_(10)) == 1
    assert inbox.sweep(time.pass_(60)) == 0
    assert len(worked) == 1


def test_r14_what_a_killed_process_had_accepted_is_done_after_the_restart(database: Database, time: Time) -> None:
    """A real process accepts, begins to work, and dies by kill -9 in the middle of it."""
    url = str(database.engine.url)
    dying = subprocess.Popen([sys.executable, "-c", DIES_AT_WORK, url, time.now.isoformat()], stdout=subprocess.PIPE)
    assert dying.stdout is not None
    assert dying.stdout.readline() == b"working\n"
    dying.kill()
    dying.communicate()
    worked: list[InboxRow] = []
    restarted = an_inbox(database, time, worked.append)
    assert restarted.sweep(time.pass_(20)) == 0, "its lease may still be running"
    assert restarted.sweep(time.pass_(11)) == 1
    assert [(told.key, told.attempts) for told in worked] == [("trigger-1", 2)]
    assert event(database).state == "done"


DIES_AT_WORK = """
import sys, threading
from datetime import datetime
from delivery.inbox import Inbox
from models.database import Database

def work(row):
    print("working", flush=True)
    threading.Event().wait()

now = datetime.fromisoformat(sys.argv[2])
inbox = Inbox(Database(sys.argv[1]), {"lead_claim": work}, lambda: now)
assert inbox.accept_event(1, "trigger-1", "lead_claim", {"lead": "L-1001"})
inbox.process("trigger-1")
"""


def test_an_event_that_fails_is_tried_again_and_ends_as_a_dead_letter(database: Database, time: Time) -> None:
    tried: list[InboxRow] = []

    def fail(told: InboxRow) -> None:
        tried.append(told)
        raise ValueError("xoxb-secret")

    inbox = an_inbox(database, time, fail)
    press(inbox)
    with capture_logs() as logs:
        inbox.process("trigger-1")
        assert inbox.sweep(time.now) == 0, "not at once"
        for _ in range(MAX_ATTEMPTS + 3):
            inbox.sweep(time.pass_(2 * 3600))
    dead = event(database)
    assert (len(tried), dead.state, dead.attempts) == (MAX_ATTEMPTS, "dead", MAX_ATTEMPTS)
    assert dead.error is not None
    assert dead.error.startswith("ValueError at test_inbox.py")
    assert "secret" not in f"{logs}{dead.error}"


def test_an_event_for_which_this_process_has_no_handler_waits_for_one_that_has(database: Database, time: Time) -> None:
    inbox = an_inbox(database, time)
    press(inbox, kind="lead_snooze")
    assert inbox.sweep(time.pass_(60)) == 0
    assert event(database).state == "pending"


def test_a_handler_that_lost_its_lease_cannot_settle_for_its_heir(database: Database, time: Time) -> None:
    def oversleep(told: InboxRow) -> None:
        time.pass_(31)
        with database.begin() as session:
            assert stored.claim_key(session, told.key, ["lead_claim"], time.now, 30)

    inbox = an_inbox(database, time, oversleep)
    press(inbox)
    inbox.process("trigger-1")
    assert (event(database).state, event(database).attempts) == ("pending", 2)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another process writes and does not end; on PostgreSQL it holds the table, as changing it does."""
    if not database.is_sqlite:
        with database.begin() as session:
            session.execute(text("LOCK TABLE inbox"))
            yield
        return
    with closing(sqlite3.connect(str(database.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_r07_while_the_database_is_locked_everybody_hears_soon_that_it_was_not_taken(
    database: Database, time: Time
) -> None:
    inbox = an_inbox(database, time)
    with locked(database):
        began = monotonic()
        refused = _forty_presses(inbox)
        assert refused == 40
        assert monotonic() - began < 2
        again = monotonic()
        with pytest.raises(NotTaken):
            press(inbox, "pressed while we refuse")
        assert monotonic() - again < 0.1, "refused at once"
    time.pass_(2.1)
    assert press(inbox), "and two seconds later we try again"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(InboxEvent)) == 1


def _forty_presses(inbox: Inbox) -> int:
    refused: list[str] = []

    def try_to_press(key: str) -> None:
        try:
            press(inbox, key)
        except NotTaken:
            refused.append(key)

    pressing = [threading.Thread(target=try_to_press, args=(f"trigger-{number}",)) for number in range(40)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    return len(refused)
