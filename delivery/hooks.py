"""Subscriptions of automation tools, as the database keeps them for every process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from models import hook as hooks
from models.database import Database

MOST = 50  # of a site
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hooks:
    database: Database
    clock: Callable[[], datetime]

    def add(self, site_id: int, event: str, target_url: str) -> int | None:
        """The subscription's id; None when the site has as many as it may."""
        with self.database.begin() as session:
            if hooks.count(session, site_id) >= MOST:
                return None
            return hooks.add(session, site_id, event, target_url, self.clock())

    def url_of(self, site_id: int, hook_id: int) -> str | None:
        with self.database.read() as session:
            found = hooks.find(session, site_id, hook_id)
        return found.target_url if found else None

    def remove(self, site_id: int, hook_id: int) -> bool:
        """False when there is none."""
        with self.database.begin() as session:
            return hooks.remove(session, site_id, hook_id)

    def gone(self, site_id: int, hook_id: int) -> None:
        """Its receiver wants no more."""
        if self.remove(site_id, hook_id):
            log.info("hook_unsubscribed", site_id=site_id, hook=hook_id, why="410 Gone")
