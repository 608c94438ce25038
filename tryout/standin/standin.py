"""The Slack stand-in as one object: start it, point the app at it, act as a person, look at what happened."""

import html
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Literal, Self, TypeVar
from urllib.parse import urlencode

import requests

from tryout.standin.client import Client
from tryout.standin.people import LEADS, SCOPES, TEAM, App, User
from tryout.standin.sending import Ack, Sender
from tryout.standin.server import Server
from tryout.standin.sockets import Sockets, SocketSender
from tryout.standin.state import Clock, Json, Workspace, wall_clock
from tryout.standin.web_api import Call

T = TypeVar("T")


class Standin(Client):
    """`api_url` is what SLACK_API_URL wants; `app_url` is the app's /slack/events and may be set later.

    With `transport="socket"` everything goes through the connections the app has opened (`sockets`) instead.
    `beside` another stand-in this is a further workspace of the same Slack, with a team and a token of its own.
    faults.add(...) lays out what goes wrong, calls(...) is the log; see faults.py and server.py."""

    def __init__(
        self,
        app_url: str = "",
        signing_secret: str = "stand-in-signing-secret",  # noqa: S107 - made up, as is the token
        bot_token: str = "xoxb-stand-in-token",  # noqa: S107
        *,
        port: int = 0,
        team: str = TEAM,
        users: list[User] | None = None,
        scopes: Iterable[str] = SCOPES,
        clock: Clock = wall_clock,
        deadline: float = 3.0,
        rate_limited: bool = False,
        transport: Literal["http", "socket"] = "http",
        beside: "Standin | None" = None,
    ) -> None:
        self.app_url = app_url
        self.app = App(bot_token, signing_secret, set(scopes))
        workspace = Workspace(self.app, clock, team, users)
        self.sockets: Sockets = beside.sockets if beside else Sockets(workspace)
        workspace.socket_address = self.sockets.address
        sender = Sender(lambda: self.app_url, lambda: self.app.signing_secret, clock, deadline)
        super().__init__(workspace, SocketSender(self.sockets, deadline) if transport == "socket" else sender)
        self.server: Server = Server(workspace, port, rate_limited, beside.server if beside else None)
        self._is_guest = beside is not None
        self.faults = self.server.faults
        self.origin = self.server.listener.origin
        self.api_url = f"{self.origin}/api/"

    def start(self) -> Self:
        if not self._is_guest:
            self.server.listener.start()
        return self

    def stop(self) -> None:
        self.faults.clear()
        if not self._is_guest:
            self.sockets.stop()
            self.server.listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def calls(self, method: str | None = None) -> list[Call]:
        return self.server.calls(method)

    def messages(self, channel: str = LEADS) -> list[Json]:
        """Root messages and broadcast replies of a channel, oldest first."""
        everything = self.workspace.messages(self._where(channel).id)
        return [one for one in everything if one.get("thread_ts", one["ts"]) == one["ts"] or "subtype" in one]

    def thread(self, ts: str, channel: str = LEADS) -> list[Json]:
        """The replies to a message, oldest first, without the message itself."""
        return [one for one in self.workspace.thread(self._where(channel).id, ts) if one["ts"] != ts]

    def message(self, ts: str, channel: str = LEADS) -> Json | None:
        return self.workspace.message(self._where(channel).id, ts)

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        return self.workspace.ephemerals(self._who(user).id, self._where(channel).id if channel else None)

    def direct_messages(self, user: str) -> list[Json]:
        return self.workspace.messages(self.workspace.direct_channel(self._who(user).id).id)

    def reactions(self, ts: str, channel: str = LEADS) -> dict[str, list[str]]:
        reactions: dict[str, list[str]] = (self.message(ts, channel) or {}).get("_reactions", {})
        return reactions

    def view(self, user: str) -> Json | None:
        """The topmost modal this person has open."""
        return next(iter(reversed(self.workspace.views_of(self._who(user).id))), None)

    def home(self, user: str) -> Json | None:
        return self.workspace.home_of(self._who(user).id)

    def wait_for(self, question: Callable[[], T], timeout: float = 10.0) -> T:
        """The first truthy answer, asked again at every change in the workspace; TimeoutError when none comes."""
        return self.workspace.wait_for(question, timeout)

    def remove(self, ts: str, channel: str = LEADS) -> None:
        """Somebody deletes a message in Slack; the app is told only by `event`."""
        self.workspace.delete(self._where(channel).id, ts)

    def revoke(self) -> None:
        """From now on the token is refused with token_revoked."""
        self.app.revoked = True

    def consent(self, url: str, allow: bool = True) -> str:
        """An admin of this workspace opens Slack's consent page and decides; where the browser is sent then."""
        with requests.Session() as browser:
            browser.trust_env = False
            shown = browser.get(url, timeout=5)
            link = f"{url}&{urlencode({'allow': self.workspace.team if allow else ''})}"
            if not shown.ok or html.escape(link.partition("?")[2]) not in shown.text:
                raise ValueError(f"Slack does not offer this: {shown.text}")
            return browser.get(link, timeout=5, allow_redirects=False).headers["Location"]

    def uninstall(self) -> Ack:
        """An admin removes the app: its token is refused from now on, and the app hears of it."""
        self.revoke()
        return self.event({"type": "app_uninstalled"})

    def reset(self) -> None:
        """An empty workspace again; people, channels and the app stay."""
        with self.workspace.changing():
            self.workspace.stored = type(self.workspace.stored)()
        self.server.forget_calls()
