"""What is planned happens once: late, tried by many at once, after a failure, and after a kill -9 in the middle."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from delivery.clockwork import Clockwork, Daily
from models import schedule, touchpoint
from models.database import Database
from models.schedule import Scheduled
from models.touchpoint import Touchpoint
from qualification.promises import Tick
from qualification.sla import next_morning
from qualification.team import Hours
from tests.promising import a_site
from tests.timekeeping import START, Time

HOUR = 3600.0


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def plan(
    database: Database, key: str, after_s: float = 0, kind: str = "mark", site_id: int = 1, **payload: Any
) -> bool:
    with database.begin() as session:
        return schedule.plan(session, site_id, key, kind, payload, START + timedelta(seconds=after_s))


class Marks:
    """Does a tick by a row with its key; `trouble` is raised in the middle of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.trouble: Exception | None = None

    def do(self, tick: Tick, now: datetime) -> None:
        with self.database.begin() as session:
            if schedule.take(session, tick.site_id, tick.key, now):
                made = {"site_id": tick.site_id, "type": "mark", "url": tick.key, "at": now, "data": {}}
                touchpoint.add(session, [made])
                if self.trouble:
                    raise self.trouble

    @property
    def made(self) -> list[str]:
        with self.database.read() as session:
            return [str(url) for url in session.scalars(select(Touchpoint.url).order_by(Touchpoint.id))]


@pytest.fixture
def marks(database: Database) -> Marks:
    return Marks(database)


@pytest.fixture
def clockwork(database: Database, time: Time, marks: Marks) -> Clockwork:
    return Clockwork(database, time, {"mark": marks.do})


def test_a_tick_is_done_when_its_time_has_come_and_never_again(clockwork: Clockwork, time: Time, marks: Marks) -> None:
    assert plan(clockwork.database, "a", HOUR)
    assert not plan(clockwork.database, "a", 0), "the key is planned already"
    assert clockwork.run_due(time.now) == 0
    assert clockwork.run_due(time.pass_(HOUR)) == 1
    assert clockwork.run_due(time.pass_(HOUR)) == 0
    assert not plan(clockwork.database, "a", 5 * HOUR), "nor is it planned again"
    assert marks.made == ["a"]


def test_what_was_missed_for_days_is_done_once_in_its_order(clockwork: Clockwork, time: Time, marks: Marks) -> None:
    for number in range(120):
        plan(clockwork.database, f"{number:03}", number)
    assert clockwork.run_due(time.pass_(5 * 24 * HOUR)) == 120
    assert clockwork.run_due(time.now) == 0
    assert marks.made == [f"{number:03}" for number in range(120)]


def test_one_key_of_two_sites_is_two_ticks(clockwork: Clockwork, time: Time, marks: Marks) -> None:
    other = a_site(clockwork.database, "other")
    assert [plan(clockwork.database, "a", site_id=site) for site in (1, other)] == [True, True]
    assert clockwork.run_due(time.now) == 2


def test_many_workers_at_once_do_each_tick_once(database: Database, database_url: str, time: Time) -> None:
    for number in range(60):
        plan(database, f"{number}")
    databases = [Database(database_url) for _ in range(4)]
    ready = Barrier(len(databases))

    def work(one: Database) -> None:
        ready.wait(20)
        Clockwork(one, time, {"mark": Marks(one).do}).run_due(time.now)

    with ThreadPoolExecutor(len(databases)) as hands:
        list(hands.map(work, databases))
    assert sorted(Marks(database).made, key=int) == [f"{number}" for number in range(60)]
    for one in databases:
        one.engine.dispose()


def test_one_that_fails_leaves_nothing_behind_holds_up_no_other_and_is_tried_again_later(
    clockwork: Clockwork, time: Time, marks: Marks
) -> None:
    marks.trouble = ConnectionError("the secret is hunter2")
    plan(clockwork.database, "a")
    clockwork.run_due(time.now)
    marks.trouble = None
    plan(clockwork.database, "b")
    clockwork.run_due(time.now)
    assert marks.made == ["b"], "what had been written before it failed is undone"
    with clockwork.database.read() as session:
        assert (schedule.oldest_due(session, time.now), schedule.failing(session, time.now)) == (START, 1)
        error = session.scalar(select(Scheduled.error).where(Scheduled.key == "a"))
    assert error is not None
    assert error.startswith("ConnectionError at ")
    assert "hunter2" not in error
    clockwork.run_due(time.pass_(2))
    assert marks.made == ["b", "a"]
    with clockwork.database.read() as session:
        assert (schedule.oldest_due(session, time.now), schedule.failing(session, time.now)) == (None, 0)


def test_a_tick_nobody_here_can_do_waits_and_shows_as_late(clockwork: Clockwork, time: Time) -> None:
    plan(clockwork.database, "a", kind="of_the_next_version")
    assert clockwork.run_due(time.pass_(HOUR)) == 0
    with clockwork.database.read() as session:
        assert schedule.oldest_due(session, time.now) == START


def test_a_tick_that_came_too_soon_is_moved_and_not_late(clockwork: Clockwork, time: Time, marks: Marks) -> None:
    plan(clockwork.database, "a")
    with clockwork.database.begin() as session:
        schedule.postpone(session, 1, "a", START + timedelta(hours=2))
    assert clockwork.run_due(time.pass_(HOUR)) == 0
    with clockwork.database.read() as session:
        assert schedule.oldest_due(session, time.now) is None
    assert clockwork.run_due(time.pass_(HOUR)) == 1


def test_what_is_done_is_forgotten_after_three_days(clockwork: Clockwork, time: Time) -> None:
    plan(clockwork.database, "old")
    clockwork.run_due(time.now)
    plan(clockwork.database, "new", 4 * 24 * HOUR)
    clockwork.run_due(time.pass_(4 * 24 * HOUR))
    with clockwork.database.read() as session:
        assert session.scalars(select(Scheduled.key)).all() == ["new"]


IN_THE_MIDDLE = """
import sys, threading
import models.tables
from datetime import datetime
from models import schedule, touchpoint
from models.database import Database

database, now = Database(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
with database.begin() as session:
    assert schedule.take(session, 1, "a", now)
    touchpoint.add(session, [{"site_id": 1, "type": "mark", "url": "half done", "at": now, "data": {}}])
    session.flush()
    print("in the middle", flush=True)
    threading.Event().wait()
"""


def test_a_worker_killed_in_the_middle_leaves_the_tick_to_be_done_once(
    clockwork: Clockwork, database_url: str, time: Time, marks: Marks
) -> None:
    plan(clockwork.database, "a")
    script = [sys.executable, "-c", IN_THE_MIDDLE, database_url, time.now.isoformat()]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in the middle\n"
        worker.kill()
    assert clockwork.run_due(time.now) == 1
    assert clockwork.run_due(time.now) == 0
    assert marks.made == ["a"]


# --- once a working day, for every site


class Mornings:
    def __init__(self) -> None:
        self.seen: list[tuple[int, datetime]] = []
        self.trouble: Exception | None = None

    def do(self, site_id: int, now: datetime) -> None:
        self.seen.append((site_id, now))
        if self.trouble:
            raise self.trouble


@pytest.fixture
def mornings() -> Mornings:
    return Mornings()


@pytest.fixture
def daily(database: Database, time: Time, mornings: Mornings) -> Clockwork:
    wakes = Daily(mornings.do, lambda _, now: next_morning(now, Hours()))
    return Clockwork(database, time, {}, {"threshold": wakes}, lambda: [1])


def test_every_working_morning_counts_once(daily: Clockwork, time: Time, mornings: Mornings) -> None:
    for _ in range(7 * 24):  # from Monday nine o'clock on, every hour, by two workers
        for _ in range(2):
            daily.run_due(time.now)
        time.pass_(HOUR)
    days = [(site, now.strftime("%a %H:%M")) for site, now in mornings.seen]
    assert days == [(1, f"{day} 09:00") for day in ("Tue", "Wed", "Thu", "Fri")]


def test_mornings_missed_while_nothing_ran_are_made_up_for_once(
    daily: Clockwork, time: Time, mornings: Mornings
) -> None:
    daily.run_due(time.now)
    time.pass_(3 * 24 * HOUR + 60)  # Thursday, a minute after nine
    for _ in range(3):
        daily.run_due(time.now)
    assert len(mornings.seen) == 1
    daily.run_due(time.pass_(24 * HOUR))
    assert len(mornings.seen) == 2


def test_a_morning_that_fails_is_tried_again(daily: Clockwork, time: Time, mornings: Mornings) -> None:
    daily.run_due(time.now)
    mornings.trouble = ValueError("no figures yet")
    daily.run_due(time.pass_(24 * HOUR))
    mornings.trouble = None
    for _ in range(3):
        daily.run_due(time.pass_(60))
    assert len(mornings.seen) == 2
