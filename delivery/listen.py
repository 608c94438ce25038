"""Hears what other processes ring for on PostgreSQL; on SQLite only what this one does."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import NullPool, create_engine

from delivery.incident import describe
from models.database import Database

LOOK_UP_S = 0.5  # how often it sees that it has to stop
PROBE_S = 15  # how soon a connection that died silently is noticed
AGAIN_S = 2
log = structlog.get_logger()


class Listener:
    """`heard` says what to do for each channel, with what was told.

    After every connecting all of it is done once with nothing told, for nobody knows what was rung for in between.
    """

    def __init__(self, database: Database, heard: Mapping[str, Callable[[str], None]]) -> None:
        self._database = database
        self._heard = heard

    def run(self, stop: threading.Event) -> None:
        """Listens until `stop`, on a connection of its own, and on a new one when that is lost."""
        if self._database.is_sqlite:
            self._database.heard = self._heard
            return
        engine = create_engine(self._database.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        while not stop.is_set():
            try:
                with engine.connect() as connection:
                    self._listen(connection.connection.driver_connection, stop)
            except Exception as error:
                log.warning("not_listening", error=describe(error), meaning="what is new is found by looking")
                stop.wait(AGAIN_S)

    def _listen(self, connection: Any, stop: threading.Event) -> None:
        for channel in self._heard:
            connection.execute(f'LISTEN "{channel}"')
        for act in self._heard.values():
            act("")
        quiet_s = 0.0
        while not stop.is_set():
            quiet_s = 0.0 if self._hear(connection) else quiet_s + LOOK_UP_S
            if quiet_s >= PROBE_S:
                connection.execute("SELECT 1")
                quiet_s = 0.0

    def _hear(self, connection: Any) -> bool:
        rung = {(one.channel, one.payload) for one in connection.notifies(timeout=LOOK_UP_S, stop_after=1)}
        for channel, told in rung:
            self._heard[channel](told)
        return bool(rung)
