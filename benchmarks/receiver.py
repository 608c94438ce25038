"""A strict HTTP receiver that fails on purpose, the destination that talks to it, and a worker process to be killed.

It stands for any messenger: `POST /posts {key, stream, number}` posts, `GET /posts?key=` tells whether one was.
"""

import json
import random
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from delivery.wake import Wake
from delivery.worker import Worker
from models.database import Database
from qualification.promises import Ambiguous, Dead, Outcome, Promise, Retry, Sent

CALL_TIMEOUT_S = 0.6
LEASE_S = 3.0
FAULTS = ("500", "502_after", "429", "reset", "reset_after", "hang", "hang_after", "html_after", "cut_after")
FIELDS = {"key": str, "stream": str, "number": int}


class Receiver:
    """Meets each POST with a fault at `fault_rate`; `planned` faults come first. `posts` is what it took, in order."""

    def __init__(self, fault_rate: float = 0.0, planned: Sequence[str] = (), seed: int = 1) -> None:
        self.posts: list[dict[str, Any]] = []
        self.faults: Counter[str] = Counter()
        self.refused: list[str] = []
        self._chance = random.Random(seed)
        self._fault_rate = fault_rate
        self._planned = list(planned)
        self._lock = threading.Lock()
        self._released = threading.Event()

    @contextmanager
    def listening(self) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            self._released.set()
            server.shutdown()
            server.server_close()

    def next_fault(self) -> str | None:
        with self._lock:
            if self._planned:
                fault: str | None = self._planned.pop(0)
            else:
                fault = self._chance.choice(FAULTS) if self._chance.random() < self._fault_rate else None
            self.faults[fault or "none"] += 1
            return fault

    def hang(self) -> None:
        self._released.wait(CALL_TIMEOUT_S * 2)

    def take(self, post: dict[str, Any]) -> int:
        with self._lock:
            self.posts.append(post)
            return len(self.posts)

    def number_of(self, key: str) -> int | None:
        with self._lock:
            return next((number for number, post in enumerate(self.posts, 1) if post["key"] == key), None)

    def duplicates(self) -> int:
        return len(self.posts) - len(self.keys())

    def keys(self) -> set[str]:
        return {post["key"] for post in self.posts}

    def order_breaks(self) -> int:
        """Posts seen for the first time after a later one of their stream."""
        latest: dict[str, int] = {}
        breaks, seen = 0, set()
        for post in self.posts:
            if post["key"] not in seen:
                breaks += post["number"] < latest.get(post["stream"], 0)
                latest[post["stream"]] = max(post["number"], latest.get(post["stream"], 0))
            seen.add(post["key"])
        return breaks


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            (key,) = parse_qs(urlsplit(self.path).query).get("key", [""])
            number = receiver.number_of(key)
            self._answer(200 if number else 404, json.dumps({"id": number}))

        def do_POST(self) -> None:
            post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if {name: type(value) for name, value in post.items()} != FIELDS:
                receiver.refused.append(repr(post))
                self._answer(400, json.dumps({"error": "key, stream and number, nothing else"}))
                return
            self._meet(receiver.next_fault(), post)

        def _meet(self, fault: str | None, post: dict[str, Any]) -> None:
            number = receiver.take(post) if fault is None or fault.endswith("_after") else None
            match (fault or "none").removesuffix("_after"):
                case "none":
                    self._answer(200, json.dumps({"id": number}))
                case "429":
                    self._answer(429, json.dumps({"error": "ratelimited"}), {"Retry-After": "1"})
                case "html":
                    self._answer(200, "<html>maintenance</html>")
                case "cut":
                    self._answer(200, '{"id', {"Content-Length": "100"})
                    self._reset()
                case "reset":
                    self._reset()
                case "hang":
                    receiver.hang()
                    self._reset()
                case status:
                    self._answer(int(status), "<html>an error</html>")

        def _answer(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def _reset(self) -> None:
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True  # the worker was killed, or we cut the line ourselves

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


class ReceiverDestination:
    """With `reconcile` it looks for the key before repeating what may have been posted, as every destination should."""

    def __init__(self, url: str, reconcile: bool) -> None:
        self._url = f"{url}/posts"
        self._reconcile = reconcile

    def send(self, promise: Promise) -> Outcome:
        try:
            if promise.maybe_sent and self._reconcile:
                known = self._known(promise.key)
                if known is not None:
                    return Sent(known)
            return self._post(promise)
        except requests.RequestException as error:
            return Ambiguous(type(error).__name__)

    def _known(self, key: str) -> str | None:
        found = requests.get(self._url, params={"key": key}, timeout=CALL_TIMEOUT_S)
        return str(found.json()["id"]) if found.status_code == 200 else None

    def _post(self, promise: Promise) -> Outcome:
        post = {"key": promise.key, "stream": promise.payload["stream"], "number": promise.payload["number"]}
        answer = requests.post(self._url, json=post, timeout=CALL_TIMEOUT_S)
        if answer.status_code == 429:
            return Retry(float(answer.headers["Retry-After"]), "ratelimited", counts=False)
        if answer.status_code == 400:
            return Dead(answer.json()["error"])
        if answer.status_code >= 500:
            return Ambiguous(f"HTTP {answer.status_code}")
        return Sent(str(answer.json()["id"]))


def work(database_url: str, receiver_url: str, reconcile: bool) -> None:
    """Until it is killed."""
    destinations = {"slack": ReceiverDestination(receiver_url, reconcile)}
    clock = lambda: datetime.now(UTC)  # noqa: E731
    worker = Worker(
        Database(database_url), destinations, clock, Wake(), "chaos", call_timeout_s=CALL_TIMEOUT_S * 2, lease_s=LEASE_S
    )
    print("working", flush=True)
    worker.run(threading.Event())


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], sys.argv[3] == "reconcile")
