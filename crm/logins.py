"""Logins that give access tokens for a while, and the tokens while they are good."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock


@dataclass(frozen=True, slots=True)
class Login:
    client_id: str
    client_secret: str
    base: str


class Tokens:
    """Access tokens by login, each for the hour it is good for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Login, tuple[str, datetime]] = {}

    def of(self, login: Login, now: datetime) -> str | None:
        with self._lock:
            token, until = self._known.get(login, ("", now))
        return token if now < until else None

    def keep(self, login: Login, token: str, until: datetime) -> None:
        with self._lock:
            self._known[login] = (token, until)

    def forget(self, login: Login, token: str) -> None:
        """Unless somebody else has a new one already."""
        with self._lock:
            if self._known.get(login, ("",))[0] == token:
                del self._known[login]
