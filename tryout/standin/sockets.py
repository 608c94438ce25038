"""Socket Mode at Slack's end: connections the app opened, envelopes sent through them, and their acknowledgements."""

import json
import logging
import secrets
import socket
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tryout.standin.payloads import JSON
from tryout.standin.sending import Ack, Sender
from tryout.standin.state import Json, Workspace

TAKES_PAYLOAD = ("slash_commands", "view_submission", "block_suggestion")
quiet = logging.getLogger("stand-in.sockets")
quiet.setLevel(logging.CRITICAL)


class Sockets:
    """`connected` counts what is open now, `opened` what ever was; its listener starts with the first address."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.opened = 0
        self._server: Any = None
        self._tickets: set[str] = set()
        self._lines: list[Any] = []
        self._waiting: dict[str, Future[Json]] = {}

    @property
    def connected(self) -> int:
        return len(self._lines)

    def address(self) -> str:
        """What apps.connections.open gives out: good for one connection."""
        with self.workspace.changing():
            self._server = self._server or _started(self._serve)
            ticket = secrets.token_urlsafe(16)
            self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self.workspace.app.id}"

    def _serve(self, line: Any) -> None:
        from websockets.exceptions import ConnectionClosed

        if not self._welcomed(line):
            return
        try:
            for text in line:
                self._acknowledged(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            with self.workspace.changing():
                self._lines = [one for one in self._lines if one is not line]

    def _welcomed(self, line: Any) -> bool:
        ticket = parse_qs(urlsplit(line.request.path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            line.close(1008, "invalid ticket")
            return False
        about = {"connection_info": {"app_id": self.workspace.app.id}, "debug_info": {"host": "stand-in"}}
        line.send(json.dumps({"type": "hello", "num_connections": self.connected + 1, **about}))
        with self.workspace.changing():
            self._tickets.discard(ticket)
            self._lines.append(line)
            self.opened += 1
        return True

    def _acknowledged(self, answer: Json) -> None:
        waiting = self._waiting.pop(str(answer.get("envelope_id")), None)
        if waiting is not None:
            waiting.set_result(answer)

    def ask(self, envelope: Json, deadline: float) -> Json | None:
        """The acknowledgement of this envelope, None when none came in time; ConnectionError without a connection."""
        waiting: Future[Json] = Future()
        self._waiting[envelope["envelope_id"]] = waiting
        self.send_text(json.dumps(envelope))
        try:
            return waiting.result(deadline)
        except TimeoutError:
            self._waiting.pop(envelope["envelope_id"], None)
            return None

    def send_text(self, text: str | bytes) -> None:
        """Anything at all, through whichever connection is next."""
        from websockets.exceptions import ConnectionClosed

        with self.workspace.changing():
            if not self._lines:
                raise ConnectionError("the app has no connection open")
            line = self._lines[0]
            self._lines = [*self._lines[1:], line]
        try:
            line.send(text)
        except ConnectionClosed:
            raise ConnectionError("the connection has just gone") from None

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to connect anew: `warning` ten seconds ahead, `refresh_requested` now."""
        told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}}
        for line in list(self._lines):
            line.send(json.dumps(told))

    def drop(self) -> None:
        """Every connection breaks without a word."""
        for line in list(self._lines):
            _break(line)

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self.drop()


def _started(serve: Any) -> Any:
    """The library is needed by tests alone; the try-out goes over HTTP."""
    from websockets.sync.server import serve as listening

    server = listening(serve, "127.0.0.1", 0, compression=None, logger=quiet, close_timeout=1)
    Thread(target=server.serve_forever, name="slack-stand-in-sockets", daemon=True).start()
    return server


def _break(line: Any) -> None:
    try:
        line.socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has gone by itself


class SocketSender(Sender):
    """Slack's requests as envelopes. Nothing is signed: whoever holds the app's token holds the connection."""

    def __init__(self, sockets: Sockets, deadline: float) -> None:
        super().__init__(lambda: "", lambda: "", sockets.workspace.clock, deadline)
        self._sockets = sockets

    def send(self, body: bytes, content_type: str, extra: Mapping[str, str] | None = None) -> Ack:
        return self.send_raw(body, {"Content-Type": content_type, **(extra or {})})

    def send_raw(self, body: bytes, headers: Mapping[str, str | bytes]) -> Ack:
        own = {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in headers.items()}
        envelope, begun = envelope_of(body, own), monotonic()
        try:
            answer = self._sockets.ask(envelope, self.deadline)
        except ConnectionError:
            return Ack(0, b"", monotonic() - begun, body, own, problem="dispatch_failed")
        seconds = monotonic() - begun
        if answer is None:
            return Ack(0, b"", seconds, body, own, problem="operation_timeout")
        return _ack(answer, envelope, Ack(200, b"", seconds, body, own))


def _ack(answer: Json, envelope: Json, bare: Ack) -> Ack:
    told = answer.get("payload")
    body = json.dumps(told).encode() if told else b""
    problem = "unexpected_payload" if told and not envelope["accepts_response_payload"] else ""
    return Ack(200, body, bare.seconds, bare.sent, bare.sent_headers, problem=problem)


def envelope_of(body: bytes, headers: Mapping[str, str]) -> Json:
    """What Slack would post, as it comes through a connection."""
    kind, payload = _kind_and_payload(body, headers.get("Content-Type", ""))
    takes = kind in TAKES_PAYLOAD or payload.get("type") in TAKES_PAYLOAD
    envelope = {
        "envelope_id": secrets.token_hex(16),
        "type": kind,
        "payload": payload,
        "accepts_response_payload": takes,
    }
    if kind == "events_api":
        envelope["retry_attempt"] = int(headers.get("X-Slack-Retry-Num", 0))
        envelope["retry_reason"] = headers.get("X-Slack-Retry-Reason", "")
    return envelope


def _kind_and_payload(body: bytes, content_type: str) -> tuple[str, Json]:
    if content_type.startswith(JSON):
        return "events_api", json.loads(body)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return ("interactive", json.loads(fields["payload"])) if "payload" in fields else ("slash_commands", fields)
