"""More at once than the database has room for: everybody has their turn, nobody is overtaken, nobody waits for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError

from config.settings import load_settings
from models import site as sites
from models.database import ASIDE, POOL, UNAVAILABLE, Database
from models.waiting_line import WaitingLine
from qualification.assembly import assemble
from tests.engines import fresh_database
from tests.foyer import until
from tests.timekeeping import START

CROWD = 4 * POOL


@pytest.fixture
def postgresql(tmp_path) -> Iterator[Database]:
    with fresh_database("postgresql", tmp_path) as url:
        found = Database(url)
        yield found
        found.engine.dispose()


def test_who_leaves_and_comes_again_stands_behind_those_who_waited():
    line, order = WaitingLine(1), []

    def wait(name):
        with line.place(20):
            order.append(name)

    with ThreadPoolExecutor() as hands:
        with line.place(20):
            for number, name in enumerate(("first", "second"), 1):
                hands.submit(wait, name)
                until(lambda number=number: line.waiting == number)
        wait("came later")
    assert order == ["first", "second", "came later"]


def test_who_gave_up_waiting_takes_nobodys_place():
    line = WaitingLine(1)
    with line.place(20):
        with pytest.raises(TimeoutError, match="no place came free"), line.place(0.01):
            pytest.fail("there was no place")
        assert line.waiting == 0
    with line.place(0.01):
        assert line.waiting == 0


def test_a_place_is_given_back_by_who_fails():
    line = WaitingLine(1)
    with pytest.raises(ZeroDivisionError), line.place(1):
        1 / 0  # noqa: B018
    with line.place(0.01):
        assert line.waiting == 0


def test_a_crowd_of_writers_are_all_served_by_few_connections(database):
    def come(number):
        with database.begin() as session:
            sites.find_or_add(session, f"site-{number}", START)
        with database.read() as session:
            return sites.find(session, f"site-{number}").key

    with ThreadPoolExecutor(CROWD) as hands:
        assert list(hands.map(come, range(CROWD))) == [f"site-{number}" for number in range(CROWD)]
    if not database.is_sqlite:
        assert database.engine.pool.checkedin() <= POOL + ASIDE


def test_a_site_is_looked_up_in_the_middle_of_a_transaction_while_every_place_is_taken(postgresql):
    """As doors do: whoever needs a second connection must not wait for those who wait for the same."""
    settings = load_settings(database_url=postgresql.engine.url.render_as_string(False), secret_key="k" * 40)
    house = assemble(settings, lambda: None)
    with postgresql.begin() as session:
        new = sites.add(session, "new", {"origins": []}, START)
    with ExitStack() as crowd:
        for _ in range(POOL):
            crowd.enter_context(house.database.begin()).execute(text("select 1"))
        assert house.sites.one(new).key == "new"
        assert house.database.is_reachable(), "being busy is not being away"
    house.database.engine.dispose()


def test_a_connection_the_server_ends_in_the_middle_is_a_database_that_is_away(postgresql):
    """A process that was frozen for longer than a transaction may idle finds its connection gone."""
    with pytest.raises(UNAVAILABLE):
        freeze_in_a_transaction(postgresql)
    assert postgresql.is_reachable()


def freeze_in_a_transaction(database):
    with database.begin() as session:
        ours = session.execute(text("select pg_backend_pid()")).scalar()
        session.execute(text("set local idle_in_transaction_session_timeout = 1"))
        until(lambda: is_gone(database, ours))
        session.execute(text("select 1"))


def is_gone(database, pid):
    with database.glance() as session:
        return not session.scalar(text("select count(*) from pg_stat_activity where pid = :pid"), {"pid": pid})
