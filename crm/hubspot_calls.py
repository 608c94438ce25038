"""Calls to HubSpot's API and what their answers mean: taken, refused for what was sent, or no answer to build on."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from crm.calls import retry_after
from qualification.promises import Ambiguous, Dead, Outcome, Paused, Retry

TIMEOUT_S = (3.05, 8.0)
BUDGET = timedelta(seconds=35)  # a promise may take several calls, and its worker has it for a minute
LARGEST_ANSWER = 1024 * 1024
TAKEN = (200, 201, 202, 204, 207)
FOR_THE_CALLER = (*TAKEN, 400, 404, 409)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
_SCOPE = re.compile(r"[a-z][a-z0-9._-]{0,79}")
_ID = re.compile(r"[0-9]{1,20}")
Json = Mapping[str, Any]


class Failed(Exception):
    """The promise cannot be kept now, or like this."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(repr(outcome))


@dataclass(frozen=True, slots=True)
class Reply:
    """`data` is what HubSpot said: foreign, so every look into it checks."""

    status: int
    data: Json

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    @property
    def id(self) -> str:
        found = str(self.data.get("id", ""))
        if not _ID.fullmatch(found):
            raise Failed(Ambiguous("HubSpot's answer has no id"))
        return found

    @property
    def properties(self) -> Mapping[str, str]:
        found = self.data.get("properties")
        return {str(k): str(v) for k, v in found.items() if v is not None} if isinstance(found, dict) else {}

    @property
    def results(self) -> list[Json]:
        found = self.data.get("results")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def existing_id(self) -> str | None:
        """Of the record a 409 speaks of."""
        found = re.search(r"Existing ID:\s*([0-9]{1,20})", str(self.data.get("message", "")))
        return found[1] if found else None

    def rejected(self) -> dict[str, str]:
        """Properties HubSpot did not take, with its code. What it quotes of their values is left out."""
        return {**_in_message(str(self.data.get("message", ""))), **_in_errors(self.data.get("errors"))}

    @property
    def category(self) -> str:
        found = str(self.data.get("category", ""))
        return found if _CODE.fullmatch(found) else "no reason that can be read"

    def scopes(self) -> str:
        told = json.dumps(self.data.get("errors") or [])
        found = [one for one in re.findall(r'"([^"]+)"', told) if _SCOPE.fullmatch(one) and "." in one]
        return ", ".join(dict.fromkeys(found)) or "it needs"


def _in_message(message: str) -> dict[str, str]:
    """`Property values were not valid: [{"error": ..., "name": ...}]`."""
    start = message.find("[{")
    try:
        told = json.loads(message[start:]) if start >= 0 else []
    except ValueError:
        return {}
    pairs = [(str(one.get("name", "")), str(one.get("error", ""))) for one in told if isinstance(one, dict)]
    return {name: _code(code) for name, code in pairs if _NAME.fullmatch(name)}


def _in_errors(errors: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in errors if isinstance(errors, list) else []:
        context = one.get("context") if isinstance(one, dict) else None
        names = context.get("propertyName") if isinstance(context, dict) else None
        for name in names if isinstance(names, list) else []:
            if _NAME.fullmatch(str(name)):
                found[str(name)] = _code(str(one.get("code", "")))
    return found


def _code(code: str) -> str:
    return code if _CODE.fullmatch(code) else "not valid"


class _Bearer(AuthBase):
    """As an `auth`, so that no .netrc of the machine takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, asked: requests.PreparedRequest) -> requests.PreparedRequest:
        asked.headers["Authorization"] = f"Bearer {self._token}"
        return asked


@dataclass(frozen=True, slots=True)
class Calls:
    """To one account, for one promise."""

    token: str
    base: str
    clock: Callable[[], datetime]
    until: datetime
    timeout_s: tuple[float, float] = TIMEOUT_S

    def get(self, path: str, **params: str) -> Reply:
        return self._ask("GET", path, params, None)

    def post(self, path: str, body: Json) -> Reply:
        return self._ask("POST", path, {}, body)

    def patch(self, path: str, body: Json) -> Reply:
        return self._ask("PATCH", path, {}, body)

    def _ask(self, method: str, path: str, params: Mapping[str, str], body: Json | None) -> Reply:
        """Failed for everything nobody could build on."""
        if self.clock() > self.until:
            raise Failed(Retry(None, "HubSpot answers too slowly"))
        try:
            with requests.request(
                method,
                self.base + path,
                params=params,
                json=body,
                auth=_Bearer(self.token),
                timeout=self.timeout_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                text = answer.raw.read(LARGEST_ANSWER, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise Failed(_unheard(error)) from None
        except Exception as error:  # urllib3's, while the answer was read
            raise Failed(Ambiguous(f"no whole answer from HubSpot: {type(error).__name__}")) from None
        return self._judged(answer, text)

    def _judged(self, answer: requests.Response, text: bytes) -> Reply:
        reply, status = Reply(answer.status_code, _read(text)), answer.status_code
        if status == 401:
            raise Failed(Paused("HubSpot refuses our token (401): make a new one and set HUBSPOT_TOKEN"))
        if status == 403:
            raise Failed(Paused(f"HubSpot's token lacks the permission {reply.scopes()}"))
        if status in (423, 429, 477):
            wait_s = retry_after(answer.headers, self.clock())
            raise Failed(Retry(10.0 if wait_s is None else wait_s, f"HubSpot asks to wait ({status})", counts=False))
        if 300 <= status < 400:
            raise Failed(Retry(None, f"HubSpot's address redirects ({status}); check HUBSPOT_API_URL"))
        if status not in FOR_THE_CALLER:
            raise Failed(Ambiguous(f"HubSpot answered {status}"))
        if status != 204 and text and not reply.data:
            raise Failed(Ambiguous(f"HubSpot answered {status} without JSON"))
        return reply


def _read(text: bytes) -> Json:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _unheard(error: Exception) -> Outcome:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return Retry(None, f"HubSpot cannot be reached: {type(error).__name__}")
    return Ambiguous(f"no answer from HubSpot: {type(error).__name__}")


def refused(reply: Reply, what: str) -> Failed:
    """A person must look: what was sent can never be taken like this."""
    names = ", ".join(f"{name} ({code})" for name, code in sorted(reply.rejected().items()))
    return Failed(Dead(f"HubSpot does not take {what}: {names or f'{reply.status} {reply.category}'}"))
