"""Slack's requests to the app: really signed, timed, and never followed when redirected."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import requests

from tryout.standin.state import Clock, Json


@dataclass(frozen=True)
class Ack:
    """How the app answered one request. `problem` is what Slack would show: operation_timeout (nothing within the
    deadline), dispatch_failed (no connection, or no 200), or what is wrong with the body; empty when all is well.
    `errors` are a modal's messages by block id. The request is kept for `resend`."""

    status: int
    body: bytes
    seconds: float
    sent: bytes
    sent_headers: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.problem and not self.errors

    @property
    def json(self) -> Json:
        """The body as an object; empty when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def signed(body: bytes, secret: str, timestamp: int) -> dict[str, str]:
    """The two headers by which an app knows that a body comes from Slack."""
    base = b"v0:" + str(timestamp).encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class Sender:
    def __init__(self, address: Callable[[], str], secret: Callable[[], str], clock: Clock, deadline: float) -> None:
        self._address, self._secret, self._clock, self.deadline = address, secret, clock, deadline

    def send(self, body: bytes, content_type: str, extra: Mapping[str, str] | None = None) -> Ack:
        """Signs and sends; never raises, the outcome is in the Ack."""
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signed(body, self._secret(), int(self._clock().timestamp()))
        return self.send_raw(body, headers | dict(extra or {}))

    def send_raw(self, body: bytes, headers: Mapping[str, str | bytes]) -> Ack:
        """Exactly these bytes and headers, for replays and hostile cases."""
        begun = monotonic()
        own = {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in headers.items()}
        try:
            response = _post(self._address(), body, headers, self.deadline)
        except requests.Timeout:
            return Ack(0, b"", monotonic() - begun, body, own, problem="operation_timeout")
        except requests.RequestException:
            return Ack(0, b"", monotonic() - begun, body, own, problem="dispatch_failed")
        seconds = monotonic() - begun
        problem = "" if response.status_code == 200 else "dispatch_failed"
        late = "operation_timeout" if seconds > self.deadline else problem
        return Ack(response.status_code, response.content, seconds, body, own, dict(response.headers), late)


def _post(address: str, body: bytes, headers: Mapping[str, Any], deadline: float) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(address, data=body, headers=headers, timeout=deadline, allow_redirects=False)
