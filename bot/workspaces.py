"""Which Slack belongs to which site: that of `default` is in the settings, others were connected by OAuth."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import structlog
from slack_bolt import App

from bot.config import SlackConfig
from qualification.team import Team
from qualification.workspaces import Installation, Wanted

FRESH_S = 2.0  # after which a workspace that was connected or removed elsewhere is noticed
T = TypeVar("T")
log = structlog.get_logger()


class Installations(Protocol):
    """The store of installations; whoever composes gives it."""

    def all(self) -> tuple[Installation, ...]: ...
    def begin(self, wanted: Wanted) -> str: ...
    def take(self, state: str) -> Wanted | None: ...
    def keep(self, installed: Installation) -> bool: ...
    def forget(self, site_id: int, team_id: str, not_after: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class OwnApp:
    """What all workspaces share: they installed the same app."""

    signing_secret: str | None
    api_url: str
    team_of: Callable[[int], Team]


class Workspaces:
    """Every site's Slack as it is now. Installations are kept in memory and looked up anew beside the requests.

    `default_team` answers the workspace of `default`, None while Slack cannot be asked.
    """

    def __init__(
        self,
        default: SlackConfig | None,
        own_app: OwnApp,
        installations: Installations | None = None,
        default_team: Callable[[], str | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.default, self.installations, self.default_team = default, installations, default_team
        self._own_app, self._clock = own_app, clock
        self._looking = threading.Lock()
        self._looked_at = clock() - FRESH_S
        self._known: Mapping[int, SlackConfig] = {}
        self._sites: Mapping[str, int] = {}

    def of_site(self, site_id: int) -> SlackConfig | None:
        """None while nothing is connected for it."""
        if self.default is not None and site_id == self.default.site_id:
            return self.default
        self._look(site_id in self._known)
        return self._known.get(site_id)

    def of_team(self, team_id: str | None) -> SlackConfig | None:
        """The workspace's own site, else `default`, whose doorkeeper knows by itself which workspace is his."""
        if self.installations is None or team_id in (None, self.default_team()):
            return self.default
        self._look(team_id in self._sites)
        return self._known.get(self._sites.get(team_id or "", -1), self.default)

    def keep(self, installed: Installation) -> bool:
        """False when the workspace belongs to another site already."""
        if self.installations is None or installed.team_id == self.default_team():
            return False
        kept = self.installations.keep(installed)
        self._look_again(self.installations)
        return kept

    def forget(self, site_id: int, team_id: str, not_after: datetime) -> bool:
        """False when there is no such installation, or only a newer one."""
        if self.installations is None:
            return False
        forgotten = self.installations.forget(site_id, team_id, not_after)
        self._look_again(self.installations)
        return forgotten

    def _look_again(self, installations: Installations) -> None:
        with self._looking:
            self._read(installations)

    def _look(self, knows: bool) -> None:
        """Whoever is known goes on meanwhile; somebody unknown waits, for they may just have been connected."""
        if self.installations is None or self._is_fresh():
            return
        if not knows:
            self._look_anew(self.installations)
        elif not self._looking.locked():
            threading.Thread(target=self._look_anew, args=(self.installations,), daemon=True).start()

    def _is_fresh(self) -> bool:
        return self._clock() - self._looked_at < FRESH_S

    def _look_anew(self, installations: Installations) -> None:
        with self._looking:
            if not self._is_fresh():
                self._read(installations)

    def _read(self, installations: Installations) -> None:
        try:
            found = {one.team_id: config for one in installations.all() if (config := self._config(one))}
        except Exception as error:  # the database's, of which we know nothing here: what was found last holds
            log.error("workspaces_not_looked_up", error=type(error).__name__)
        else:
            self._sites = {team_id: config.site_id for team_id, config in found.items()}
            self._known = {config.site_id: self._unchanged(config) for config in found.values()}
        self._looked_at = self._clock()

    def _unchanged(self, config: SlackConfig) -> SlackConfig:
        """The object we had, if it says the same, so that what hangs on it stays too."""
        before = self._known.get(config.site_id)
        return before if before == config else config

    def _config(self, one: Installation) -> SlackConfig | None:
        try:
            team = self._own_app.team_of(one.site_id)
        except KeyError:  # its files are broken: the site is not served, and the log says why
            return None
        channel = one.alert_channel or team.fallback_channel or ""
        if not channel:
            log.error("workspace_has_no_channel", site_id=one.site_id, remedy="name fallback_channel in its team file")
            return None
        own_app = self._own_app
        return SlackConfig(one.site_id, one.bot_token, own_app.signing_secret, channel, team, own_app.api_url)


class PerSite(Generic[T]):
    """One of a thing for each site's Slack: sites share nothing, so nothing of one can turn up in another."""

    def __init__(self, make: Callable[[SlackConfig], T]) -> None:
        self._make = make
        self._made: dict[int, tuple[SlackConfig, T]] = {}
        self._lock = threading.Lock()

    def of(self, config: SlackConfig) -> T:
        """Made anew when the site's Slack has changed."""
        with self._lock:
            known = self._made.get(config.site_id)
            if known is None or known[0] is not config:
                known = self._made[config.site_id] = (config, self._make(config))
            return known[1]


def apps_of(workspaces: Workspaces, build: Callable[[SlackConfig], App]) -> Callable[[str | None], App | None]:
    """The app that answers a workspace, by its team id; None for one that has nothing to do with us."""
    apps = PerSite(build)

    def app_for(team_id: str | None) -> App | None:
        config = workspaces.of_team(team_id)
        return apps.of(config) if config else None

    return app_for
