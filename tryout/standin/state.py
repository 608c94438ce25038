"""What the workspace holds: messages, views, reactions and one-time addresses, in memory, watched by whoever waits."""

import copy
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition, RLock
from typing import Any, TypeVar

from tryout.standin.people import App, Channel, User, default_channels, default_groups, default_users

Json = dict[str, Any]
Clock = Callable[[], datetime]
T = TypeVar("T")


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Trigger:
    user: str
    issued: datetime
    used: bool = False


@dataclass
class ResponseUrl:
    """`original` is the message it may replace; five uses within thirty minutes."""

    user: str
    channel: str
    issued: datetime
    original: str | None = None
    uses: int = 0


@dataclass
class Stored:
    """All content by kind; `views` holds every open or published view by its id."""

    messages: dict[str, dict[str, Json]] = field(default_factory=dict)
    ephemerals: list[Json] = field(default_factory=list)
    views: dict[str, Json] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    pins: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    oauth_codes: dict[str, Json] = field(default_factory=dict)


class Workspace:
    """One team. Every change goes through `changing()`, which locks, counts and wakes those who wait."""

    def __init__(self, app: App, clock: Clock, team: str, users: list[User] | None = None) -> None:
        self.app, self.clock, self.team = app, clock, team
        self.users = {user.id: user for user in (users if users is not None else default_users(team))}
        self.channels = {channel.id: channel for channel in default_channels()}
        self.groups = default_groups()
        self.stored = Stored()
        self.socket_address: Callable[[], str] | None = None
        self.version = 0
        self._lock = RLock()
        self._changed = Condition(self._lock)
        self._last_ts = 0

    def changing(self) -> "Change":
        return Change(self)

    def changes_since(self, seen: int, wait: float) -> int:
        """The present version, at once when it is past `seen`, else after a change or `wait` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.version > seen, wait)
            return self.version

    def wait_for(self, question: Callable[[], T], timeout: float) -> T:
        """The first truthy answer; asked again after every change. TimeoutError when none comes."""
        with self._changed:
            answer = self._changed.wait_for(question, timeout)
            if not answer:
                raise TimeoutError(f"nothing of the kind happened in the stand-in within {timeout} s")
            return answer

    def next_ts(self) -> str:
        """The time as Slack writes it, unique and rising even while the clock stands still."""
        with self._lock:
            micros = int(self.clock().timestamp() * 1_000_000)
            self._last_ts = max(micros, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def find_user(self, who: str) -> User:
        """By id or handle; KeyError names who is there."""
        for user in self.users.values():
            if who in (user.id, user.name):
                return user
        raise KeyError(f"no user {who}; there are {', '.join(user.name for user in self.users.values())}")

    def find_channel(self, which: str) -> Channel | None:
        named = which.removeprefix("#")
        return next((one for one in self.channels.values() if which == one.id or named == one.name), None)

    def direct_channel(self, user: str) -> Channel:
        """The direct conversation of the bot and this user, opened when there is none."""
        with self.changing():
            for channel in self.channels.values():
                if channel.im == user:
                    return channel
            channel = Channel(f"D{user[1:]}", "", {user, self.app.user}, im=user)
            self.channels[channel.id] = channel
            return channel

    def post(self, channel: str, message: Json) -> Json:
        with self.changing():
            ts = self.next_ts()
            stored = {"type": "message", **message, "ts": ts}
            self.stored.messages.setdefault(channel, {})[ts] = stored
            return copy.deepcopy(stored)

    def edit(self, channel: str, ts: str, changes: Json) -> Json:
        with self.changing():
            message = self.stored.messages[channel][ts]
            message.update(copy.deepcopy(changes), edited={"user": self.app.user, "ts": self.next_ts()})
            return copy.deepcopy(message)

    def delete(self, channel: str, ts: str) -> None:
        with self.changing():
            del self.stored.messages[channel][ts]

    def whisper(self, user: str, channel: str, message: Json) -> Json:
        """A message only this user sees."""
        with self.changing():
            whispered = {"type": "message", **message, "user_to": user, "channel": channel, "ts": self.next_ts()}
            self.stored.ephemerals.append(whispered)
            return copy.deepcopy(whispered)

    def message(self, channel: str, ts: str) -> Json | None:
        with self._lock:
            return copy.deepcopy(self.stored.messages.get(channel, {}).get(ts))

    def messages(self, channel: str) -> list[Json]:
        """Everything in a channel, replies too, oldest first."""
        with self._lock:
            return [copy.deepcopy(one) for _, one in sorted(self.stored.messages.get(channel, {}).items())]

    def thread(self, channel: str, ts: str) -> list[Json]:
        return [one for one in self.messages(channel) if ts in (one["ts"], one.get("thread_ts"))]

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        with self._lock:
            mine = [one for one in self.stored.ephemerals if one["user_to"] == user]
            return copy.deepcopy([one for one in mine if channel in (None, one["channel"])])

    def views_of(self, user: str) -> list[Json]:
        """The modals this user has open, the topmost last."""
        with self._lock:
            return [copy.deepcopy(self.stored.views[one]) for one in self.stored.stacks.get(user, [])]

    def home_of(self, user: str) -> Json | None:
        with self._lock:
            return copy.deepcopy(self.stored.views.get(self.stored.homes.get(user, "")))

    def issue_trigger(self, user: str) -> str:
        with self._lock:
            trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
            self.stored.triggers[trigger] = Trigger(user, self.clock())
            return trigger

    def issue_response_url(self, address: ResponseUrl) -> str:
        with self._lock:
            key = secrets.token_urlsafe(18)
            self.stored.response_urls[key] = address
            return key


class Change:
    """A locked stretch in which the workspace changes; leaving it wakes everybody who waits."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def __enter__(self) -> None:
        self.workspace._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self.workspace.version += 1
        self.workspace._changed.notify_all()
        self.workspace._lock.release()


def older_than(issued: datetime, now: datetime, age: timedelta) -> bool:
    return now - issued > age


def fill_ids(blocks: list[Json]) -> list[Json]:
    """Slack makes up the block and action ids an app leaves out."""
    return [_with_ids(block) for block in copy.deepcopy(blocks)]


def _with_ids(block: Json) -> Json:
    block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
    for part in _parts(block):
        if part.get("type") not in ("image", "mrkdwn", "plain_text"):
            part.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return block


def _parts(block: Json) -> Iterator[Json]:
    if block["type"] in ("actions", "section", "input"):
        yield from (one for one in (block.get("accessory"), block.get("element")) if one)
        yield from block.get("elements") or []
