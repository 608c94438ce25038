"""Work that only one of several processes may do, as with the worker inside web processes: it goes with a lease."""

import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from delivery.incident import describe
from models import lease
from models.database import Database

LEASE_S = 15
RENEW_S = 5
DRAIN_S = 8
log = structlog.get_logger()


def process_name() -> str:
    """Unique also where containers share a host name and every process is number 1."""
    return f"{socket.gethostname()[:40]}:{secrets.token_hex(6)}"


class Tenure:
    """Runs `work` while this process holds the lease `name`, and waits for the lease while another one does."""

    def __init__(
        self,
        database: Database,
        name: str,
        holder: str,
        clock: Callable[[], datetime],
        *,
        lease_s: float = LEASE_S,
        renew_s: float = RENEW_S,
    ) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._clock = clock
        self._lease_s = lease_s
        self._renew_s = renew_s

    def run(self, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
        while not stop.is_set():
            if self.is_ours():
                log.info("lease_taken", lease=self._name, holder=self._holder)
                self._work(work, stop)
            else:
                stop.wait(self._renew_s)
        self._give_up()

    def is_ours(self) -> bool:
        """Takes or renews the lease. A database that does not answer means no: the others cannot renew either."""
        try:
            with self._database.begin() as session:
                return lease.take(session, self._name, self._holder, self._lease_s, self._clock())
        except Exception as error:
            log.error("lease_unknown", lease=self._name, error=describe(error))
            return False

    def _work(self, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
        over = threading.Event()
        working = threading.Thread(target=work, args=(over,), name=self._name, daemon=True)
        working.start()
        while not stop.wait(self._renew_s) and working.is_alive() and self.is_ours():
            pass
        over.set()
        working.join(DRAIN_S)

    def _give_up(self) -> None:
        try:
            with self._database.begin() as session:
                lease.give_up(session, self._name, self._holder)
        except Exception as error:
            log.error("lease_left_to_expire", lease=self._name, error=describe(error))
