"""Which destinations are switched off, as the database keeps it for every process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from models import destination_off, outbox
from models.database import Database

PATIENCE = timedelta(hours=1)  # while a new version is rolled out, some processes know an address and some do not
TAKEN_OUT = "its address is not among WEBHOOK_URLS any more"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Switches:
    database: Database
    clock: Callable[[], datetime]

    def is_off(self, site_id: int, channel: str) -> bool:
        with self.database.read() as session:
            return destination_off.is_off(session, site_id, channel)

    def turn_off(self, site_id: int, channel: str, why: str) -> None:
        with self.database.begin() as session:
            destination_off.turn_off(session, site_id, channel, why, self.clock())
        log.error("destination_switched_off", site_id=site_id, channel=channel, why=why)


def give_up_removed(database: Database, prefix: str, known: frozenset[str], now: datetime) -> int:
    """Promises to an address that was taken out of the settings become dead letters after an hour; how many."""
    with database.read() as session:
        gone = [name for name in outbox.waiting_channels(session, now - PATIENCE) if name.startswith(prefix)]
    removed = sorted(set(gone) - known)
    if not removed:
        return 0
    with database.begin() as session:
        return outbox.give_up(session, removed, TAKEN_OUT, now - PATIENCE, now)
