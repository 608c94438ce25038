"""The inbox: what others told us is stored before we say "received", and worked once, also after a crash in between."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.orm import Session

from delivery.incident import describe
from delivery.retry import delay_s
from models import inbox
from models.database import UNAVAILABLE, Database, leave_nul_out, to_json
from models.inbox import InboxEvent
from qualification.promises import InboxRow, NotTaken

TAKE_TIMEOUT_S = 0.5
REFUSE_FOR = timedelta(seconds=2)
SWEEP_AFTER = timedelta(seconds=10)
LEASE_S = 30
MAX_ATTEMPTS = 8
BATCH = 20
Handler = Callable[[InboxRow], None]
log = structlog.get_logger()


class Inbox:
    """`accept_event` is for whoever receives, `process` for right afterwards, `sweep` for what a crash left behind.

    A handler runs exactly once as far as a database can promise it: a process that dies between the handler's effect
    and our note of it runs it again, so handlers must be compare-and-set themselves, as the doors are.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Callable[[], datetime],
        timeout_s: float = TAKE_TIMEOUT_S,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._timeout_s = timeout_s
        self._impatient = _impatient_engine(database, timeout_s)
        self._refusing_until: datetime | None = None

    def accept_event(
        self, site_id: int, key: str, kind: str, payload: Mapping[str, Any], source: str = "slack"
    ) -> bool:
        """True when new, False when known. NotTaken when the database does not answer within half a second.

        For two seconds after that it refuses at once: forty presses during a lock must not wait half a second each.
        """
        now = self._clock()
        if self._refusing_until and now < self._refusing_until:
            raise NotTaken("the store did not answer a moment ago")
        told = {"key": key, "source": source, "kind": kind, "payload": dict(payload)}
        try:
            with self._database.turn(self._timeout_s), Session(self._impatient) as session:
                return inbox.accept(session, site_id, told, now)
        except UNAVAILABLE as error:
            self._refusing_until = self._clock() + REFUSE_FOR
            log.warning("event_not_taken", kind=kind, error=describe(error))
            raise NotTaken("the store does not answer") from None

    def process(self, key: str, site_id: int | None = None) -> bool:
        """Works the row now, unless somebody has or is at it; False then."""
        with self._database.begin() as session:
            rows = inbox.claim_key(session, key, self._handlers.keys(), self._clock(), LEASE_S, site_id)
        for row in rows:
            self._work(row)
        return bool(rows)

    def sweep(self, now: datetime) -> int:
        """Works rows older than ten seconds that nobody finished, at most twenty; how many."""
        for done in range(BATCH):
            row = self._claim_older(now)
            if row is None:
                return done
            self._work(row)
        return BATCH

    def _claim_older(self, now: datetime) -> InboxEvent | None:
        kinds, before = self._handlers.keys(), now - SWEEP_AFTER
        with self._database.read() as session:
            if not inbox.has_older(session, before, kinds, now):
                return None
        with self._database.begin() as session:
            return next(iter(inbox.claim_older(session, before, kinds, now, LEASE_S)), None)

    def _work(self, row: InboxEvent) -> None:
        try:
            self._handlers[row.kind](_as_told(row))
        except Exception as error:
            self._failed(row, describe(error))
        else:
            with self._database.begin() as session:
                inbox.finish(session, row, "done", None, self._clock())

    def _failed(self, row: InboxEvent, error: str) -> None:
        log.error("event_failed", key=row.key, kind=row.kind, attempts=row.attempts, error=error)
        now = self._clock()
        with self._database.begin() as session:
            if row.attempts >= MAX_ATTEMPTS:
                inbox.finish(session, row, "dead", error, now)
            else:
                inbox.postpone(session, row, error, now, delay_s(row.key, row.attempts) or 0)


def _impatient_engine(database: Database, timeout_s: float) -> Engine:
    """The same database, but soon out of patience: a writer normally waits 15 s, Slack only three.

    One insert needs no transaction around it, and autocommit spares SQLite the upgrade from reader to writer.
    """
    url = database.engine.url
    if database.is_sqlite:
        waiting = {"timeout": timeout_s, "check_same_thread": False}
        return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=waiting)
    limits = f"-c statement_timeout={round(timeout_s * 1000)} -c lock_timeout={round(timeout_s * 1000)}"
    connect = {"connect_timeout": 2, "options": limits}  # libpq knows no shorter one
    few = {"pool_size": 4, "max_overflow": 0, "pool_timeout": timeout_s}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=connect, json_serializer=to_json, **few)
    event.listen(engine, "connect", leave_nul_out)
    return engine


def _as_told(row: InboxEvent) -> InboxRow:
    return InboxRow(row.site_id, row.key, row.source, row.kind, row.payload, row.received_at, row.attempts)
