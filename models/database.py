"""The database: one engine, reading sessions, and writing transactions that never meet "database is locked"."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from itertools import chain, repeat
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import OperationalError as SqliteError
from time import monotonic, sleep
from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, TimeoutError
from sqlalchemy.orm import Session

from models.bell import RUNG
from models.prepared import CONNECTION
from models.waiting_line import WaitingLine

BUSY_TIMEOUT_MS = 15_000
IN_C_MS = 20  # of it within SQLite, where a waiting visitor of a gevent worker would hold up all others
PAUSES_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
STATEMENT_TIMEOUT_MS = 30_000
IDLE_TIMEOUT_MS = 60_000  # a transaction whose process hangs must not hold a visitor's row for ever
CONNECT_TIMEOUT_S = 10
POOL, ASIDE = 10, 2  # connections a process, against the 100 PostgreSQL has by default
PATIENCE_S = 20  # the widget hangs up then; whoever waits longer for a connection waits for a database that is away
PREPARED_MAX = 400  # statements a connection keeps planned; with fewer of them some are planned anew every turn
UNAVAILABLE = (OperationalError, InterfaceError, InternalError, TimeoutError)
"""What means that the database does not answer now: away, locked, full, or gone in the middle; or no place in line."""


class Database:
    """`begin()` is one writing transaction, `read()` one reading one; both end by themselves.

    On SQLite writers of a process stand in line, for its own lock is unfair; on PostgreSQL everybody does who wants one
    of the connections. Nobody who has a place may ask for a second one: inside a transaction there is `glance()`.
    """

    def __init__(self, url: str, patience_s: float = BUSY_TIMEOUT_MS / 1000) -> None:
        self.engine = create_engine_for(url)
        self._patience_s = patience_s
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine if self.is_sqlite else _snapshots(self.engine)
        self._glancing = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._line = WaitingLine(1 if self.is_sqlite else POOL)
        self._ours = threading.local()
        self.heard: Mapping[str, Callable[[str], None]] = {}  # what this process does when a bell was rung here

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """On SQLite, who has not got to write in time is told so then, however many wait before them.

        The transaction is the connection's: that of a session costs as much as two look-ups and is rarely needed.
        """
        until = monotonic() + self._patience_s
        with (
            self._line.place(self._patience_s if self.is_sqlite else PATIENCE_S),
            self.engine.connect().execution_options(foyer_write=until) as connection,
            connection.begin(),
            _session_on(connection) as session,
        ):
            self._ours.in_hand = True
            try:
                yield session
                session.flush()
            finally:
                self._ours.in_hand = False
        for channel, told in session.info.get(RUNG, ()):
            if channel in self.heard:
                self.heard[channel](told)

    @property
    def is_in_hand(self) -> bool:
        """Whether who asks is in the middle of a writing transaction, beside which no second one can be had."""
        return getattr(self._ours, "in_hand", False)

    @contextmanager
    def turn(self, patience_s: float) -> Iterator[None]:
        """A writer's place on SQLite for who writes by an engine of their own; TimeoutError when none came in time."""
        with self._line.place(patience_s) if self.is_sqlite else nullcontext():
            yield

    @contextmanager
    def read(self) -> Iterator[Session]:
        """All of it as it was at one moment, on both databases."""
        with self._reader() as connection, connection.begin(), _session_on(connection) as session:
            yield session

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        with nullcontext() if self.is_sqlite else self._line.place(PATIENCE_S), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """A short look that stands in no line, each statement by itself; for few at a time."""
        with self._glancing.connect() as connection, _session_on(connection) as session:
            yield session

    def is_reachable(self) -> bool:
        with self.glance() as session:
            return bool(session.scalar(text("select 1")))


def _session_on(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, autoflush=False, info={CONNECTION: connection})


def create_engine_for(url: str) -> Engine:
    parsed = make_url(normalised(url))
    if parsed.get_backend_name() != "sqlite":
        return _postgresql_engine(parsed)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def normalised(url: str) -> str:
    """`postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _postgresql_engine(url: URL) -> Engine:
    pool = {
        "pool_size": POOL + ASIDE,
        "max_overflow": 0,
        "pool_timeout": PATIENCE_S,
        "pool_pre_ping": True,
    }
    limits = {"connect_timeout": CONNECT_TIMEOUT_S, "tcp_user_timeout": STATEMENT_TIMEOUT_MS}
    given = {name: value for name, value in limits.items() if name not in url.query}
    engine = create_engine(url, json_serializer=to_json, connect_args=given, **pool)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _snapshots(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def to_json(value: Any) -> str:
    """JSON that PostgreSQL takes: it has no NUL, which is left out here as `_Text` does."""
    return _NUL.sub(r"\1", json.dumps(value, ensure_ascii=False))


_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # an escape, and not a backslash that somebody wrote before "u0000"


class _Text(StrDumperUnknown):
    def dump(self, obj: str) -> bytes:
        return super().dump(obj.replace("\0", ""))  # type: ignore[return-value]


def leave_nul_out(connection: Any, _record: Any) -> None:
    """PostgreSQL has no NUL in texts: what SQLite keeps without one is kept without one here too."""
    connection.adapters.register_dumper(str, _Text)


def _prepare_postgresql(connection: Any, record: Any) -> None:
    leave_nul_out(connection, record)
    connection.prepared_max = PREPARED_MAX
    limits = {
        "lock_timeout": BUSY_TIMEOUT_MS,
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
    }
    connection.autocommit = True
    connection.execute("; ".join(f"SET {name} = {limit}" for name, limit in limits.items()))
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin by ourselves: IMMEDIATE for writers, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={IN_C_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    """`foyer_write` says until when to wait for the write lock, by the monotonic clock; True is our usual patience."""
    writing = connection.get_execution_options().get("foyer_write")
    until = monotonic() + BUSY_TIMEOUT_MS / 1000 if writing is True else writing
    if not until:
        connection.exec_driver_sql("BEGIN")
    elif not _began(connection.connection.driver_connection, until):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, so that a refusal is told as any other


def _began(sqlite: Any, until: float) -> bool:
    """Whether we got the write lock in time: with it a writer waits for nobody any more."""
    pauses = chain(PAUSES_S, repeat(PAUSES_S[-1]))
    while True:
        try:
            sqlite.execute("BEGIN IMMEDIATE")
            return True
        except SqliteError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or monotonic() > until:
                return False
        sleep(next(pauses))
