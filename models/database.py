"""The database: one engine, reading sessions, and writing transactions that never meet "database is locked"."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from models.prepared import CONNECTION

BUSY_TIMEOUT_MS = 15_000
STATEMENT_TIMEOUT_MS = 30_000
IDLE_TIMEOUT_MS = 60_000  # a transaction whose process hangs must not hold a visitor's row for ever
POOL, OVERFLOW, POOL_PATIENCE_S = 5, 15, 10  # per process, against the 100 connections PostgreSQL has by default


class Database:
    """`begin()` is one writing transaction, `read()` one reading one; both end by themselves."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine_for(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine if self.is_sqlite else _snapshots(self.engine)
        # SQLite's lock is unfair: writers of one process queue here, which takes the tail off (432 ms -> 27 ms p99).
        self._queue = threading.Lock()
        self._writer = self._queue if self.is_sqlite else nullcontext()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """The transaction is the connection's: that of a session costs as much as two look-ups and is rarely needed."""
        with (
            self._writer,
            self.engine.connect().execution_options(foyer_write=True) as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False, autoflush=False, info={CONNECTION: connection}) as session,
        ):
            yield session
            session.flush()

    @contextmanager
    def turn(self, patience_s: float) -> Iterator[None]:
        """A turn in that queue for who writes by an engine of their own; TimeoutError when it does not come in time."""
        if self.is_sqlite and not self._queue.acquire(timeout=patience_s):
            raise TimeoutError(f"other writers were at it for {patience_s} s")
        try:
            yield
        finally:
            if self.is_sqlite:
                self._queue.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """All of it as it was at one moment, on both databases."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    def is_reachable(self) -> bool:
        with self.read() as session:
            return bool(session.scalar(text("select 1")))


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
    waiting = {"pool_size": POOL, "max_overflow": OVERFLOW, "pool_timeout": POOL_PATIENCE_S}
    engine = create_engine(url, pool_pre_ping=True, json_serializer=to_json, **waiting)
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


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.adapters.register_dumper(str, _Text)
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
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("foyer_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
