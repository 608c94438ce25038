"""Visitors who wait for a reply on one gevent worker: the memory each holds, and how soon the right one is woken."""

import json
import re
import resource
import selectors
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from sqlalchemy import insert

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure, percentile
from benchmarks.serving import SERVER_CORE, UNLIMITED, gunicorn, pin, private_kib
from benchmarks.visitors import Line, Talk, say
from models import site as sites
from models.conversation import Conversation
from models.database import Database
from models.visitor import Visitor
from webhook.tokens import VisitorTokens

WAIT_S = 25
PER_S = 250


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    many, wakes = (300, 20) if quick else (10_000, 200)
    _allow_files(many)
    url = engines.fresh("sqlite")
    talks = _conversations(url, many)
    environment = {
        "DATABASE_URL": url, "SECRET_KEY": UNLIMITED["secret_key"], "RATE_LIMITS": "off", "EMBEDDED_WORKER": "0",
        "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    with gunicorn(["wsgi:app", "--config", "config/gunicorn.py"], engines.folder / "waiting", environment) as (at, pid):
        worker = _child(pid)
        pin(worker, SERVER_CORE)
        crowd = Waiters(at)
        crowd.add(talks[:50])  # what the first ones load is no price of the others
        crowd.watch(2)
        before = private_kib(worker)
        for start in range(50, many, 50):
            crowd.add(talks[start : start + 50])
            crowd.watch(50 / PER_S)
            tell(f"waiting: {start + 50:,} of {many:,}")
        crowd.watch(1)
        each = (private_kib(worker) - before) / (many - 50)
        tell("waiting: waking them one by one")
        woken = crowd.wake(at, talks, wakes)
        crowd.close()
    return (
        at_most(f"memory of each of {many:,} waiting visitors on one worker", each, 25, "{:.1f} KiB"),
        figure("a reply wakes the visitor it is for, p50", f"{percentile(woken, 50):.1f} ms"),
        at_most("a reply wakes the visitor it is for, p99", percentile(woken, 99), 25, "{:.1f} ms"),
        figure("waits that ended and began anew meanwhile", f"{crowd.again:,}"),
    )


def _allow_files(many: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most != resource.RLIM_INFINITY and most < many + 200:
        raise SystemExit(f"{many:,} connections need as many open files; the limit is {most:,} (ulimit -Hn)")


def _conversations(url: str, many: int) -> list[Talk]:
    """One for each visitor, put into the tables at once."""
    database, now = Database(url), datetime.now(UTC)
    with database.begin() as session:
        site_id = sites.find_or_add(session, "default", now)
        whose = {"site_id": site_id, "created_at": now, "seen_at": now}
        session.execute(insert(Visitor), [{**whose, "public_id": f"v{number}"} for number in range(many)])
        visitors = {row.public_id: row.id for row in session.execute(Visitor.__table__.select())}
        shown = {"site_id": site_id, "page": {}, "handling": "assistant", "dialogue": {}}
        shown |= {"opened_at": now, "last_at": now}
        rows = [{**shown, "public_id": f"c{number}", "visitor_id": visitors[f"v{number}"]} for number in range(many)]
        session.execute(insert(Conversation), rows)
    database.engine.dispose()
    tokens = VisitorTokens([UNLIMITED["secret_key"]], lambda: now)
    paths = (f"/api/v1/conversations/c{number}/messages" for number in range(many))
    return [Talk(path, tokens.sign(site_id, f"v{number}")) for number, path in enumerate(paths)]


def _child(pid: int) -> int:
    found: list[str] = []
    while not found:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found[0])


class Waiters:
    """Connections that ask with `wait` and ask again when the wait is over; one thread for all of them."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._ready = selectors.DefaultSelector()
        self._sockets: dict[str, socket.socket] = {}
        self._parts: dict[socket.socket, bytes] = {}
        self.again = 0

    def add(self, talks: list[Talk]) -> None:
        for talk in talks:
            line = socket.create_connection(self._address, timeout=30)
            self._sockets[talk.path] = line
            self._ready.register(line, selectors.EVENT_READ, talk)
            self._ask(line, talk, 0)

    def _ask(self, line: socket.socket, talk: Talk, after: int) -> None:
        head = f"GET {talk.path}?after={after}&wait={WAIT_S} HTTP/1.1\r\nHost: bench\r\n"
        line.sendall(f"{head}Authorization: Bearer {talk.token}\r\n\r\n".encode())

    def watch(self, seconds: float, wanted: str | None = None) -> float | None:
        """Keeps everybody waiting; when `wanted` hears something, and only then, ends early with the moment of it."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            for key, _ in self._ready.select(left):
                heard = self._heard(cast(socket.socket, key.fileobj), key.data)
                if heard and key.data.path == wanted:
                    return time.perf_counter()
        return None

    def _heard(self, line: socket.socket, talk: Talk) -> bool:
        """Whether a whole answer with messages has come; then, and when a wait is over, it asks again."""
        data = self._parts.pop(line, b"") + line.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"A waiting visitor was answered {data[:200]!r}")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if length is None or len(body) < int(length[1]):
            self._parts[line] = data
            return False
        messages = json.loads(body)["messages"]
        self.again += not messages
        self._ask(line, talk, int(messages[-1]["id"]) if messages else 0)
        return bool(messages)

    def wake(self, url: str, talks: list[Talk], times: int) -> list[float]:
        """ms from the answer to a message until the same conversation, waiting elsewhere, has it too."""
        line, took = Line(url), []
        for number in range(times):
            talk = talks[number * len(talks) // times]
            say(line, talk, "hello")
            answered = time.perf_counter()
            heard = self.watch(10, talk.path)
            if heard is None:
                raise SystemExit("A waiting visitor was not woken within 10 s")
            took.append(1000 * max(0.0, heard - answered))
            self.watch(0.02)
        line.close()
        return took

    def close(self) -> None:
        for line in self._sockets.values():
            line.close()
        self._ready.close()
