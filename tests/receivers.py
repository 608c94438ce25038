"""Somebody who receives webhooks, on a real socket: remembers what came and answers as the test says."""

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from crm.webhook import Shapes, Webhook
from webhook.answers import conversation_json, lead_json


@dataclass(frozen=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Says:
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """`answer` is asked for every request; while it waits, so does the caller. `hang` lets go when the test ends."""

    def __init__(self, answer: Callable[[Got], Says | None] = lambda got: Says(), tls: ssl.SSLContext | None = None):
        self.answer = answer
        self.got: list[Got] = []
        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=foyer"

    def hang(self, got: Got) -> Says | None:
        """Takes it and never answers."""
        self.ended.wait(60)
        return None


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            got = Got(self.path, dict(self.headers.items()), body)
            receiver.got.append(got)
            says = receiver.answer(got)
            if says is None:
                self.close_connection = True
                return
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


SHAPES = Shapes(lambda lead: dict(lead_json(lead)), lambda conversation: dict(conversation_json(conversation)))
__all__ = ["SHAPES", "Got", "Receiver", "Says", "Webhook"]
