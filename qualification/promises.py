"""Promises: what a destination is asked to do and may answer, what others told us, and what is planned for later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing to tell. `payload` holds facts and ids, never blocks: each destination renders its own dialect.

    `key` is the idempotency key. `remote_id` is what the stream's root (the alert of this lead and cycle) became at the
    other side, None while there is none. `maybe_sent` says that an earlier attempt may have taken effect: look there
    for the key before sending again.
    """

    key: str
    kind: str
    payload: Mapping[str, Any]
    remote_id: str | None
    maybe_sent: bool
    created_at: datetime
    site_id: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Done, as `remote_id` at the other side (None when it has no name there). `remark`: what of it was left out."""

    remote_id: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Surely not done; again after `after_s` seconds (None: by schedule). `counts=False`: no attempt, as with 429."""

    after_s: float | None
    error: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Nobody knows whether it was done: a timeout, a reset, a 5xx, an answer that is no JSON."""

    error: str


@dataclass(frozen=True, slots=True)
class Dead:
    """It can never be done like this: a person must look."""

    error: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Not the promise is wrong but our access (token revoked, nothing installed): the site's rows wait.

    Whether that has changed is found out with one row now and then, at the latest after `longest_s` seconds.
    """

    error: str
    longest_s: int = 600


Outcome = Sent | Retry | Ambiguous | Dead | Paused


@dataclass(frozen=True, slots=True)
class InboxRow:
    """Something others told us, stored before we said "received". A handler may see a row again after a crash."""

    site_id: int
    key: str
    source: str
    kind: str
    payload: Mapping[str, Any]
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Something planned whose time has come. Whoever does it takes it by its `key` in the transaction of the doing."""

    site_id: int
    key: str
    kind: str
    payload: Mapping[str, Any]
    due_at: datetime
    attempts: int


class NotTaken(Exception):
    """The inbox could not store what came in: say so to whoever sent it, that they try again."""


class Destination(Protocol):
    """Somebody we tell. `send` is called by several threads, answers within the worker's call time, and never sleeps.

    Errors are for people to read and go into the database and logs: no tokens, no addresses. An exception counts as
    `Ambiguous`.
    """

    def send(self, promise: Promise) -> Outcome: ...
