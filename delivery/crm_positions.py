"""How far we have looked at a CRM, as the database keeps it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models import crm_position
from models.database import Database


@dataclass(frozen=True, slots=True)
class CrmPositions:
    database: Database
    channel: str
    clock: Callable[[], datetime]

    def of(self, site_id: int) -> str | None:
        with self.database.read() as session:
            return crm_position.of(session, site_id, self.channel)

    def keep(self, site_id: int, position: str) -> None:
        with self.database.begin() as session:
            crm_position.keep(session, site_id, self.channel, position, self.clock())
