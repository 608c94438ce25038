"""Who is knocking: full members of this workspace who work with leads, nobody else. Fails closed, and says why."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.client import Client, make_client
from bot.config import Clock, SlackConfig
from bot.slack_errors import FAILURES
from qualification.team import Team
from qualification.views import Person

KEPT = timedelta(minutes=5)
KEPT_FAILURE = timedelta(seconds=5)
KEPT_WORKSPACE = timedelta(hours=1)
MOST_KEPT = 5000
CANNOT_CHECK = "I cannot check with Slack who you are right now, so nothing was done. Please try again in a minute."
NOT_HERE = "This belongs to another workspace: only members of the workspace Foyer is installed in can use it."
GUESTS = "Leads are for full members of this workspace; guests and apps cannot see or change them."
NOT_LISTED = (
    "You are not on the sales team's list. Ask whoever runs Foyer to add your Slack member id `{user}` under `people` "
    "in the team file with the role `rep`."
)


@dataclass(frozen=True, slots=True)
class Refused:
    """`text` tells the person why, and what would help."""

    text: str


@dataclass(frozen=True, slots=True)
class _Known:
    value: Any
    until: datetime


class _Cache:
    """Answers of one kind of look-up, kept for a while; a key asked by many at once is looked up once."""

    def __init__(self, look_up: Callable[[str], Any], kept: timedelta, clock: Clock) -> None:
        self._look_up, self._kept, self._clock = look_up, kept, clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The answer, or None while it cannot be had."""
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            known = self._known.get(key)
            if known is None or known.until <= self._clock():
                known = self._known[key] = self._asked(key)
        self._forget_some()
        return known.value

    def _asked(self, key: str) -> _Known:
        try:
            return _Known(self._look_up(key), self._clock() + self._kept)
        except FAILURES:
            return _Known(None, self._clock() + KEPT_FAILURE)

    def _forget_some(self) -> None:
        with self._lock:
            if len(self._known) > MOST_KEPT:
                self._known.clear()
                self._asking.clear()


class Doorkeeper:
    """`client` answers fast or not at all: people wait for it within Slack's three seconds."""

    def __init__(self, client: Client, team: Team, clock: Clock) -> None:
        self._client, self._team = client, team
        self._workspace = _Cache(lambda _: self._auth_test(), KEPT_WORKSPACE, clock)
        self._users = _Cache(self._users_info, KEPT, clock)

    def person(self, user_id: str, *team_ids: str | None) -> Person | Refused:
        """The rep behind a Slack user; `team_ids` are all the workspaces the request says it comes from."""
        workspace = self.workspace
        if workspace is None:
            return Refused(CANNOT_CHECK)
        if not user_id or any(team != workspace["team_id"] for team in team_ids if team) or not any(team_ids):
            return Refused(NOT_HERE)
        user = self._users.get(user_id)
        if user is None:
            return Refused(CANNOT_CHECK)
        return self._admitted(user_id, user, workspace["team_id"])

    def colleague(self, user_id: str) -> Person | str:
        """Somebody of this workspace who can have leads, or in words why they cannot."""
        found = self.person(user_id, (self.workspace or {}).get("team_id"))
        if not isinstance(found, Refused):
            return found
        if found.text == CANNOT_CHECK:
            return CANNOT_CHECK
        return f"<@{user_id}> does not work with leads here, so they cannot have this one. Nothing was changed."

    @property
    def workspace(self) -> Mapping[str, Any] | None:
        """auth.test: team_id, user_id and bot_id of the app; None while Slack cannot be asked."""
        found: Mapping[str, Any] | None = self._workspace.get("")
        return found

    def _admitted(self, user_id: str, user: Mapping[str, Any], workspace: str) -> Person | Refused:
        if not user or user.get("deleted") or user.get("is_stranger") or not _is_at_home(user, workspace):
            return Refused(NOT_HERE)
        if user_id == "USLACKBOT" or any(user.get(kind) for kind in ("is_bot", "is_restricted", "is_ultra_restricted")):
            return Refused(GUESTS)
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
        return self._team.person(user_id, profile.get("email"), name) or Refused(NOT_LISTED.format(user=user_id))

    def _auth_test(self) -> Mapping[str, Any]:
        answer = self._client.auth_test()
        return {name: answer.get(name) for name in ("team_id", "user_id", "bot_id")}

    def _users_info(self, user_id: str) -> Mapping[str, Any]:
        """Empty when Slack says there is no such user here."""
        try:
            found: Mapping[str, Any] = self._client.users_info(user=user_id)["user"]
            return found
        except SlackApiError as error:
            if error.response.get("error") in ("user_not_found", "user_not_visible"):
                return {}
            raise


def team_asker(config: SlackConfig, clock: Clock) -> Callable[[], str | None]:
    """Answers the team id of this site's workspace; None while Slack cannot be asked."""
    client = make_client(config.bot_token, config.api_url, config.identity_timeout_s)
    keeper = Doorkeeper(client, config.team, clock)
    return lambda: (keeper.workspace or {}).get("team_id")


def _is_at_home(user: Mapping[str, Any], workspace: str) -> bool:
    """In an Enterprise Grid a person's own team may be another one of the organisation."""
    grid = user.get("enterprise_user") or {}
    return user.get("team_id") == workspace or workspace in (grid.get("teams") or ())
