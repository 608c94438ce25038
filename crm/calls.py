"""Calls to CRMs over HTTP, and what no answer or an unwilling one means for a promise, whoever gives it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from qualification.promises import Ambiguous, Outcome, Retry

LONGEST_S = 86_400.0
TIMEOUT_S = (3.05, 8.0)
BUDGET = timedelta(seconds=35)  # a promise may take several calls, and its worker has it for a minute
LARGEST_ANSWER = 1024 * 1024
TAKEN = (200, 201, 202, 204, 207)
FOR_THE_CALLER = (*TAKEN, 400, 401, 403, 404, 409, 422)
ASKS_TO_WAIT = (423, 429, 477)
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
Json = Mapping[str, Any]


class Failed(Exception):
    """The promise cannot be kept now, or like this."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(repr(outcome))


class Bearer(AuthBase):
    """As an `auth`, so that no .netrc of the machine takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, asked: requests.PreparedRequest) -> requests.PreparedRequest:
        asked.headers["Authorization"] = f"Bearer {self._token}"
        return asked


class Nobody(AuthBase):
    """As an `auth`, so that no .netrc of the machine takes its place."""

    def __call__(self, asked: requests.PreparedRequest) -> requests.PreparedRequest:
        return asked


@dataclass(frozen=True, slots=True)
class Http:
    """To one account, for one promise. `vendor` is who people read of; `setting` where its address is written."""

    vendor: str
    setting: str
    base: str
    auth: AuthBase
    clock: Callable[[], datetime]
    until: datetime
    timeout_s: tuple[float, float] = TIMEOUT_S

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Json | None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> tuple[int, Json]:
        """Status and what was said, a list as `{"list": [...]}`; Failed for everything nobody could build on."""
        if self.clock() > self.until:
            raise Failed(Retry(None, f"{self.vendor} answers too slowly"))
        try:
            with requests.request(
                method,
                self.base + path,
                params=params,
                json=body,
                data=form,
                headers=headers,
                auth=self.auth,
                timeout=self.timeout_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                text = answer.raw.read(LARGEST_ANSWER, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise Failed(self._unheard(error)) from None
        except Exception as error:  # urllib3's, while the answer was read
            raise Failed(Ambiguous(f"no whole answer from {self.vendor}: {type(error).__name__}")) from None
        return self._judged(answer, text)

    def _judged(self, answer: requests.Response, text: bytes) -> tuple[int, Json]:
        status, data = answer.status_code, _read(text)
        if status in ASKS_TO_WAIT:
            wait_s = retry_after(answer.headers, self.clock())
            asked = f"{self.vendor} asks to wait ({status})"
            raise Failed(Retry(10.0 if wait_s is None else wait_s, asked, counts=False))
        if 300 <= status < 400:
            raise Failed(Retry(None, f"{self.vendor}'s address redirects ({status}); check {self.setting}"))
        if status not in FOR_THE_CALLER:
            raise Failed(Ambiguous(f"{self.vendor} answered {status}"))
        if status in TAKEN and status != 204 and not data:
            raise Failed(Ambiguous(f"{self.vendor} answered {status} without JSON"))
        return status, data

    def _unheard(self, error: Exception) -> Outcome:
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
            return Retry(None, f"{self.vendor} cannot be reached: {type(error).__name__}")
        return Ambiguous(f"no answer from {self.vendor}: {type(error).__name__}")


def _read(text: bytes) -> Json:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if isinstance(found, list):
        return {"list": found}
    return found if isinstance(found, dict) else {}


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait as asked for, told as a number or as a date; None when it was not said in a way we can read."""
    told = {name.lower(): value.strip() for name, value in headers.items()}.get("retry-after", "")
    if told.isascii() and told.isdigit() and len(told) < 10:
        return min(float(told), LONGEST_S)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_S)
