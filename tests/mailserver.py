"""A real SMTP server for tests, written by others, with a login and with faults on demand."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "foyer", "correct horse / battery"


@dataclass
class Mailbox:
    """`answers` are told once each at the point they name: RCPT, DATA, or `drop` to hang up after the words."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if answer := self.answers.pop("RCPT", None):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if answer := self.answers.pop("DATA", None):
            return answer
        found = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(cast(EmailMessage, found))
        self.recipients += envelope.rcpt_tos
        if self.answers.pop("drop", None):
            server.transport.abort()
        return "250 Taken"

    def let_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        known = isinstance(told, LoginPassword) and (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def a_mailbox(asks_for_login: bool = False) -> Iterator[Mailbox]:
    box = Mailbox()
    options = {"authenticator": box.let_in, "auth_require_tls": False} if asks_for_login else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    listening = Controller(box, hostname="127.0.0.1", port=box.port, auth_required=asks_for_login, **options)
    listening.start()
    try:
        yield box
    finally:
        listening.stop()
