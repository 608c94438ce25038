"""Small builders for tests of promises: a site, a promise, somebody to tell."""

from collections.abc import Callable, Iterable
from typing import Any

from models import outbox, site
from models.database import Database
from models.outbox import Delivery
from qualification.promises import Outcome, Promise, Sent
from tests.timekeeping import START, Time


def a_site(database: Database, key: str = "default") -> int:
    with database.begin() as session:
        return site.find_or_add(session, key, START)


def promise(
    database: Database, time: Time, key: str, *, stream: str = "lead:1", site_id: int = 1, **other: Any
) -> bool:
    fields = {"channel": "slack", "kind": "line", "payload": {"lead": "L-1001", "cycle": 1}, **other}
    with database.begin() as session:
        return outbox.enqueue(session, site_id, {"key": key, "stream": stream, **fields}, time.now)


def claim(database: Database, time: Time, owner: str = "worker", limit: int = 10, **how: Any) -> list[Delivery]:
    channel = how.pop("channel", "slack")
    with database.begin() as session:
        return outbox.claim(session, channel, owner, time.now, 15, limit, **how)


def settle(database: Database, time: Time, claimed: Delivery, state: str = "delivered", **values: Any) -> bool:
    with database.begin() as session:
        return outbox.settle(session, claimed, time.now, state=state, **values)


def row(database: Database, key: str) -> Delivery:
    with database.read() as session:
        return session.query(Delivery).filter_by(key=key).one()


def keys(rows: Iterable[Delivery]) -> list[str]:
    return [row.key for row in rows]


class Told:
    """A destination that remembers what it was told and answers as the test says."""

    def __init__(self, answer: Callable[[Promise], Outcome] = lambda promise: Sent(f"remote-{promise.key}")) -> None:
        self.answer = answer
        self.promises: list[Promise] = []

    def send(self, promise: Promise) -> Outcome:
        self.promises.append(promise)
        return self.answer(promise)

    @property
    def keys(self) -> list[str]:
        return [promise.key for promise in self.promises]
