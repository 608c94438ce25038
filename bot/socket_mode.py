"""Socket Mode: what Slack would post to `/slack/events` comes through a connection that we open ourselves."""

import errno
import json
import select
import threading
from collections.abc import Sequence
from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import ConnectionState
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.client import make_client, sdk_log
from bot.http import AppFor, dispatched, is_sound
from bot.slack_errors import FAILURES, NO_ACCESS, code_of

TIMEOUT_S = 5
LONGEST_WAIT_S = 30
PING_S = 2  # how often the line is tried, and how soon a broken one is opened again
TURN_MS, TURNS = 200, 15  # three seconds of waiting for something to come, as slack_sdk's, but in short turns
AT_ONCE = 48  # envelopes being acknowledged; what takes long is done after the acknowledgement, by other threads
BUFFER = 64 * 1024  # slack_sdk recurses once per buffer of a message: with its 1 KiB a large form would be too deep
REFUSED = (*NO_ACCESS, "not_allowed_token_type", "forbidden_team", "missing_scope")
log = structlog.get_logger()


class TokenRefused(Exception):
    """Slack does not want this app-level token; trying again will not help."""


class SocketMode:
    """One connection, renewed whenever Slack asks or the line breaks; `open` returns once it stands."""

    def __init__(self, app_for: AppFor, app_token: str, api_url: str) -> None:
        self._app_for = app_for
        self._busy = 0
        self._quiet = threading.Condition()
        self._client = _Client(
            app_token,
            logger=sdk_log,
            web_client=make_client("", api_url, TIMEOUT_S),
            ping_interval=PING_S,
            receive_buffer_size=BUFFER,
            concurrency=AT_ONCE,
        )
        if urlsplit(api_url).scheme == "http":  # a stand-in nearby, which a proxy of the environment does not reach
            self._client.proxy = None
        self._client.socket_mode_request_listeners.append(self._heard)

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected()

    def open(self, stop: threading.Event) -> None:
        """Keeps trying while Slack is away, until `stop`. TokenRefused when Slack does not want us."""
        wait_s = 1
        while not stop.is_set() and not self._connected():
            log.warning("slack_not_reached", again_in_s=wait_s)
            stop.wait(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def _connected(self) -> bool:
        try:
            self._client.connect_to_new_endpoint()
        except SlackApiError as error:
            if code_of(error) in REFUSED:
                raise TokenRefused(code_of(error)) from None
        except FAILURES:
            pass
        return self._client.is_connected()

    def close(self, patience_s: float) -> None:
        """Lets what has come in be acknowledged, for so long at most, and hangs up."""
        client, until = self._client, monotonic() + patience_s
        client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
        with self._quiet:
            self._quiet.wait_for(lambda: not self._busy and client.message_queue.empty(), until - monotonic())
        client.closed = True
        client.enqueue_message("")  # or its reader would wait a second for one more
        client.close()

    def _heard(self, client: BaseSocketModeClient, asked: SocketModeRequest) -> None:
        with self._quiet:
            self._busy += 1
        try:
            self._acknowledge(client, asked)
        except Exception as error:  # the envelope is not acknowledged, so Slack sends an event again
            log.error("slack_envelope_failed", error=type(error).__name__, kind=str(asked.type)[:40])
        finally:
            with self._quiet:
                self._busy -= 1
                self._quiet.notify_all()

    def _acknowledge(self, client: BaseSocketModeClient, asked: SocketModeRequest) -> None:
        """As over HTTP, where only a 200 counts as received."""
        answer = self._answered(asked)
        if answer.status != 200:
            log.warning("slack_envelope_not_taken", status=answer.status, kind=str(asked.type)[:40])
            return
        told = {"payload": json.loads(answer.body)} if answer.body and asked.accepts_response_payload else {}
        # In UTF-8, not in \u escapes: slack_sdk cannot send 64 KiB, and our longest message has 12,000 characters.
        client.send_message(json.dumps({"envelope_id": asked.envelope_id, **told}, ensure_ascii=False))

    def _answered(self, asked: SocketModeRequest) -> BoltResponse:
        if not isinstance(asked.envelope_id, str) or not is_sound(asked.payload):
            return BoltResponse(status=400, body="not an envelope we can read")
        return dispatched(self._app_for, asked.payload, lambda: _as_posted(asked))


class _Client(SocketModeClient):
    """slack_sdk's, but soon aware of a line that broke, and never deaf while it changes to another one."""

    def connect(self) -> None:
        super().connect()
        session = self.current_session
        if session is not None and session.sock is not None:
            session.sock = cast(Any, _Line(session.sock, self.current_session_state))


class _Line:
    """A socket whose end is an error and whose receiver lets go when it is given up.

    slack_sdk takes the end for silence and would ask again and again for ten seconds; and the receiver holds a lock
    that closing needs, for as long as it waits for something to come.
    """

    def __init__(self, line: Any, state: ConnectionState) -> None:
        self._line, self._state = line, state
        self._poll = select.poll()
        self._poll.register(line, select.POLLIN)

    def recv(self, size: int) -> bytes:
        for _ in range(TURNS):
            if self._has_more():
                return self._received(size)
            if self._state.terminated:
                break
        raise TimeoutError

    def _has_more(self) -> bool:
        """TLS may hold decrypted bytes that the socket beneath shows no more."""
        return bool(getattr(self._line, "pending", int)() or self._poll.poll(TURN_MS))

    def _received(self, size: int) -> bytes:
        received: bytes = self._line.recv(size)
        if not received:
            raise ConnectionResetError(errno.ECONNRESET, "the other side has hung up")
        return received

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


def _as_posted(asked: SocketModeRequest) -> BoltRequest:
    headers: dict[str, str | Sequence[str]] | None = build_headers(asked)
    return BoltRequest(mode="socket_mode", body=asked.payload, headers=headers)
