"""The destination "mail": what a rep said goes to the address of a visitor who has left."""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Protocol
from urllib.parse import unquote, urlsplit

from delivery.destination import Ambiguous, Dead, Outcome, Paused, Promise, Retry, Sent
from qualification.views import ReplyMail

CHANNEL = "mail"
TIMEOUT_S = 10
LONGEST_NAME = 60
WHY = "You wrote to us on our website and had left before this came."
LOCAL = ("localhost", "127.0.0.1", "::1")


class Letters(Protocol):
    def letter(self, site_id: int, ref: str, message_id: int) -> ReplyMail | None: ...


@dataclass(frozen=True)
class Mail:
    """`url` is SMTP_URL, `sender` MAIL_FROM. A password never travels without TLS, except to this machine."""

    url: str = field(repr=False)
    sender: str
    letters: Letters
    timeout_s: float = TIMEOUT_S

    def send(self, promise: Promise) -> Outcome:
        told = promise.payload
        letter = self.letters.letter(promise.site_id, str(told.get("lead")), int(told.get("message") or 0))
        if letter is None:
            return Sent()
        try:
            message = written(letter, self.sender, promise.key)
        except ValueError:
            return Dead("their address cannot be written to")
        return self._let_in(lambda server: self._handed_over(server, message))

    def knock(self) -> Outcome:
        """Whether the server lets us in; nothing is mailed."""
        return self._let_in(lambda server: Sent(str(server.noop()[0])))

    def _let_in(self, act: Callable[[smtplib.SMTP], Outcome]) -> Outcome:
        try:
            with self._connected() as server:
                return act(server)
        except smtplib.SMTPAuthenticationError as error:
            return Paused(f"the mail server refuses our login ({error.smtp_code}): check SMTP_URL")
        except smtplib.SMTPResponseException as error:
            return Retry(None, f"the mail server answers {error.smtp_code}")
        except _NoTls:
            return Paused("the mail server offers no TLS, and our password does not travel without: check SMTP_URL")
        except (OSError, smtplib.SMTPException) as error:
            return Retry(None, f"the mail server is not reached: {type(error).__name__}")

    def _handed_over(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        """A connection that breaks after the words were sent leaves open whether they were taken."""
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(refused.recipients)
        except smtplib.SMTPSenderRefused as error:
            return Paused(f"the mail server does not let us send ({error.smtp_code}): check MAIL_FROM")
        except smtplib.SMTPNotSupportedError:
            return Dead("the mail server cannot write to an address like theirs")
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            return Ambiguous(f"the mail server broke off: {type(error).__name__}")
        return Sent(str(message["Message-ID"]))

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Quitting is a courtesy: what it meets changes nothing about a mail that was taken."""
        server = self._open()
        try:
            self._log_in(server)
            yield server
        finally:
            server.close()

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, safe = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout_s, context=safe)
        server = smtplib.SMTP(host, parts.port or 587, timeout=self.timeout_s)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=safe)
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        parts = urlsplit(self.url)
        if not parts.username:
            return
        if not isinstance(server.sock, ssl.SSLSocket) and parts.hostname not in LOCAL:
            raise _NoTls
        server.login(unquote(parts.username), unquote(parts.password or ""))


class _NoTls(Exception):
    """There is a password, and nothing that would hide it."""


def _refused(recipients: Mapping[str, tuple[int, bytes]]) -> Outcome:
    return _judged(max(code for code, _ in recipients.values()))


def _judged(code: int) -> Outcome:
    if code < 500:
        return Retry(None, f"the mail server asks us to come again ({code})")
    return Dead(f"the mail server does not take it ({code})")


def written(letter: ReplyMail, sender: str, key: str) -> EmailMessage:
    """The mail. The same promise has the same Message-ID, by which a second copy is known. ValueError: no address."""
    address, message = parseaddr(sender)[1], EmailMessage()
    company, rep = _name(letter.company), _name(letter.rep)
    message["From"] = Address(f"{rep}, {company}", addr_spec=address)
    message["To"] = Address(addr_spec=letter.to)
    if letter.answers_to:
        message["Reply-To"] = Address(rep, addr_spec=letter.answers_to)
    message["Subject"] = f"{rep} from {company} answered you"
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{address.partition('@')[2]}>"
    message["Auto-Submitted"] = "no"
    message.set_content(
        f"{letter.text}\n\n{rep}, {company}\n\nYou wrote to us on our website and had left before this came.\n"
    )
    return message


def _name(text: str) -> str:
    """For a header: one line, no control characters, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:LONGEST_NAME] or "Us"
