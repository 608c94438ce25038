"""Visitors on keep-alive connections, as lean as possible: what they cost is not what is measured."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

TOOLS = ("HubSpot", "Salesforce", "Zendesk", "Pipedrive", "Zapier", "Marketo", "Google Sheets")
PEOPLE = ("ana.silva", "tom.becker", "mia.rossi", "ben.okafor", "lea.dubois", "raj.patel", "eva.novak", "joe.miller")
PLACES = ("Lisbon", "Bremen", "Milan", "Lagos", "Lyon", "Pune", "Brno", "Austin", "Leeds")
MONTHS = ("January", "February", "March", "April", "May")
TURNS = 6


def script(number: int) -> tuple[str, ...]:
    """What the visitor of this number says: no two say quite the same, or what one costs would be saved on the next."""
    return (
        f"do you integrate with {TOOLS[number % 7]}? we have {number % 89 + 2} forms",
        f"we lose leads between marketing and our {number % 97 + 3} reps",
        f"{PEOPLE[number % 8]}@northwind{number}.io",
        f"about {number % 911 + 60}, mostly {PLACES[number % 9]}",
        f"before {MONTHS[number % 5]} {number % 27 + 1}",
        f"show me the {TOOLS[number % 7]} part with {number % 79} leads",
    )


class Line:
    """One keep-alive connection that posts JSON and reads the answer."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = f"{parts.hostname}:{parts.port}"
        self._socket = socket.create_connection((parts.hostname, parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, body: dict[str, Any], token: str | None = None) -> bytes:
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{bearer}Content-Type: application/json\r\n"
        self._socket.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return self._answer()

    def _answer(self) -> bytes:
        data = self._socket.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self._more()
        if not head.startswith(b"HTTP/1.1 2"):
            raise SystemExit(f"The server under measure answered {head[:60]!r} {body[:300]!r}")
        return body

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise SystemExit("The server under measure hung up; its log is beside its database.")
        return data

    def close(self) -> None:
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Talk:
    """An open conversation: where to post to, with what token."""

    path: str
    token: str | None = None


def open_foyer(line: Line) -> Talk:
    page = {"url": "https://northlight.example/pricing", "title": "Pricing"}
    opened = json.loads(line.post("/api/v1/conversations", {"site": "default", "page": page}))
    return Talk(f"/api/v1/conversations/{opened['conversation_id']}/messages", opened["visitor_token"])


def open_other(line: Line) -> Talk:
    """At the floor and the peer."""
    return Talk(f"/say/{json.loads(line.post('/open', {}))['conversation_id']}")


def say(line: Line, talk: Talk, text: str) -> bytes:
    return line.post(talk.path, {"client_message_id": uuid.uuid4().hex, "text": text}, talk.token)


@dataclass
class Crowd:
    """`visitors` at once, each on a connection of its own, each going through whole conversations."""

    url: str
    open_: Callable[[Line], Talk]
    visitors: int = 8
    latencies: list[float] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def prepare(self, talks: int) -> list[list[Talk]]:
        """Conversations opened beforehand, so that turns alone are measured."""
        line = Line(self.url)
        try:
            return [[self.open_(line) for _ in range(talks)] for _ in range(self.visitors)]
        finally:
            line.close()

    def talk(self, plan: list[list[Talk]]) -> float:
        """Says a script in every conversation; how long it took all of them, in seconds."""
        lines = [Line(self.url) for _ in plan]
        threads = [
            threading.Thread(target=self._go, args=(line, talks)) for line, talks in zip(lines, plan, strict=True)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for line in lines:
            line.close()
        return time.perf_counter() - began

    def _go(self, line: Line, talks: list[Talk]) -> None:
        for talk in talks:
            for text in script(next(self._numbers)):
                began = time.perf_counter()
                say(line, talk, text)
                self.latencies.append(time.perf_counter() - began)
