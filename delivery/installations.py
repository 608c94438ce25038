"""Slack workspaces connected by OAuth, as the database keeps them: tokens sealed, states good for one use."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from models import installation as installations
from models.database import Database
from models.vault import Vault, VaultError
from qualification.workspaces import Installation, Wanted

STATE_HOLDS = timedelta(minutes=10)
log = structlog.get_logger()


class Installations:
    """The store the Slack room is given; `changed` is called when a workspace was connected: its leads have waited."""

    def __init__(
        self, database: Database, vault: Vault, clock: Callable[[], datetime], changed: Callable[[], None]
    ) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed

    def all(self) -> tuple[Installation, ...]:
        """Those whose token can be opened; the log names the others."""
        with self._database.read() as session:
            rows = installations.all_installations(session)
        return tuple(found for row in rows if (found := self._opened(row)) is not None)

    def _opened(self, row: installations.Installation) -> Installation | None:
        try:
            token = self._vault.open(row.sealed_token)
        except VaultError as error:
            log.error("workspace_not_served", site_id=row.site_id, error=str(error))
            return None
        return Installation(
            row.site_id, row.team_id, row.team_name, token, row.scopes, row.alert_channel, row.installed_by
        )

    def begin(self, wanted: Wanted) -> str:
        """A fresh state for one attempt of ten minutes."""
        state, now = secrets.token_urlsafe(32), self._clock()
        with self._database.begin() as session:
            installations.begin(session, wanted.site_id, _digest(state), wanted.alert_channel, now, now + STATE_HOLDS)
        return state

    def take(self, state: str) -> Wanted | None:
        """What the attempt was for; None when it is unknown, too old, or was used."""
        with self._database.read() as session:  # so that guessing costs no write
            if not installations.is_known(session, _digest(state)):
                return None
        with self._database.begin() as session:
            found = installations.take(session, _digest(state), self._clock())
        return Wanted(*found) if found else None

    def keep(self, installed: Installation) -> bool:
        """False when the workspace belongs to another site; nothing is changed then."""
        values = {
            "team_id": installed.team_id,
            "team_name": installed.team_name[:200],
            "sealed_token": self._vault.seal(installed.bot_token),
            "scopes": installed.scopes,
            "alert_channel": installed.alert_channel,
            "installed_by": installed.installed_by,
            "installed_at": self._clock(),
        }
        try:
            with self._database.begin() as session:
                if installations.site_of(session, installed.team_id) not in (None, installed.site_id):
                    return False
                installations.keep(session, installed.site_id, values)
        except IntegrityError:  # another site was a moment faster
            return False
        self._changed()
        return True

    def forget(self, site_id: int, team_id: str, not_after: datetime) -> bool:
        """The workspace removed the app at that time; an installation made since then stays."""
        with self._database.begin() as session:
            return installations.forget(session, site_id, team_id, not_after)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
