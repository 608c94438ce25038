"""R7 on the whole house, by both transports: slow reads and a locked database keep nobody waiting for Slack."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from bot.socket_mode import SocketMode
from tests.foyer import Foyer, foyer_on, until
from tests.slackdesk import TRANSPORTS
from tryout.standin import ANN, Standin

PEOPLE = 40
LOCKS = {"sqlite": "BEGIN EXCLUSIVE", "postgresql": "LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"}


@contextmanager
def house(kind: str, transport: str, folder: Path) -> Iterator[Foyer]:
    with ExitStack() as stack:
        foyer = stack.enter_context(foyer_on(kind, folder, standin=Standin(transport=transport)))
        if transport == "socket":
            stack.enter_context(connected(foyer))
        yield foyer


@contextmanager
def connected(foyer: Foyer) -> Iterator[None]:
    assert foyer.web
    line = SocketMode(foyer.web.post.app_for, foyer.standin.app.app_token, foyer.standin.api_url)
    line.open(threading.Event())
    foyer.standin.wait_for(lambda: foyer.standin.sockets.connected)
    try:
        yield
    finally:
        line.close(1)


@contextmanager
def slow_reads(foyer: Foyer) -> Iterator[None]:
    """Every look at a lead takes four seconds, or until it is let go."""
    let_go = threading.Event()

    def slow(statement: str) -> None:
        if statement.lstrip().upper().startswith("SELECT") and "FROM lead" in statement:
            let_go.wait(4)

    def traced(connection, *_rest) -> None:
        connection.set_trace_callback(slow)  # by the driver itself, however a statement reaches it

    event.listen(foyer.web.house.database.engine, "checkout", traced)
    try:
        yield
    finally:
        let_go.set()


@contextmanager
def locked(foyer: Foyer) -> Iterator[None]:
    """Somebody holds the database, or at least the inbox, and does not let go."""
    engine = create_engine(foyer.web.house.database.engine.url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.isolation_level = None
        connection.execute(text(LOCKS[engine.dialect.name]))
        yield
        connection.connection.driver_connection.rollback()
    engine.dispose()


def all_at_once(foyer: Foyer, line: str) -> list:
    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(lambda number: foyer.standin.command(ANN, line.format(number)), range(PEOPLE)))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_r07_slow_reads_are_acknowledged_within_a_second_and_answered_later(tmp_path, transport):
    with house("sqlite", transport, tmp_path) as foyer:
        ref = foyer.new_lead()
        foyer.alert(ref)
        assert "Tom" in str(foyer.standin.command(ANN, f"/lead status {ref}").json)
        with slow_reads(foyer):
            acks = all_at_once(foyer, f"/lead status {ref}")
        assert all(ack.ok and "Looking" in ack.json["text"] for ack in acks)
        took = sorted(ack.seconds for ack in acks)
        assert took[len(took) * 9 // 10] < 1
        assert took[-1] < 2, "the last may wait for this process's own forty clients, and never for the reads of 4 s"
        foyer.standin.wait_for(lambda: answers(foyer, ref) == PEOPLE + 1, 30)


def answers(foyer: Foyer, ref: str) -> int:
    return sum("Tom" in str(one) and ref in str(one) for one in foyer.standin.ephemerals(ANN))


@pytest.mark.parametrize(("kind", "transport"), [("sqlite", "http"), ("sqlite", "socket"), ("postgresql", "http")])
def test_r07_a_locked_database_is_said_within_two_seconds_and_nothing_done(tmp_path, kind, transport):
    with house(kind, transport, tmp_path) as foyer:
        ref = foyer.new_lead()
        alert = foyer.alert(ref)
        assert foyer.standin.command(ANN, "/lead me").ok
        with locked(foyer):
            acks = all_at_once(foyer, f"/lead note {ref} number {{}}")
        assert all(ack.ok and "could not take this" in ack.json["text"] for ack in acks)
        assert max(ack.seconds for ack in acks) < 2
        until(lambda: "could not" not in str(foyer.standin.command(ANN, f"/lead note {ref} afterwards").json))
        foyer.standin.wait_for(lambda: any("afterwards" in line for line in foyer.lines(alert["ts"])))
        assert not any("number" in line for line in foyer.lines(alert["ts"]))
