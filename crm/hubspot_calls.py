"""Calls to HubSpot's API and what their answers mean: taken, refused for what was sent, or no answer to build on."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.calls import CODE, NAME, TAKEN, TIMEOUT_S, Bearer, Failed, Http, Json
from qualification.promises import Ambiguous, Dead, Paused

_SCOPE = re.compile(r"[a-z][a-z0-9._-]{0,79}")
_ID = re.compile(r"[0-9]{1,20}")


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
        return found if CODE.fullmatch(found) else "no reason that can be read"

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
    return {name: _code(code) for name, code in pairs if NAME.fullmatch(name)}


def _in_errors(errors: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in errors if isinstance(errors, list) else []:
        context = one.get("context") if isinstance(one, dict) else None
        names = context.get("propertyName") if isinstance(context, dict) else None
        for name in names if isinstance(names, list) else []:
            if NAME.fullmatch(str(name)):
                found[str(name)] = _code(str(one.get("code", "")))
    return found


def _code(code: str) -> str:
    return code if CODE.fullmatch(code) else "not valid"


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
        auth = Bearer(self.token)
        http = Http("HubSpot", "HUBSPOT_API_URL", self.base, auth, self.clock, self.until, self.timeout_s)
        reply = Reply(*http.ask(method, path, params, body))
        if reply.status == 401:
            raise Failed(Paused("HubSpot refuses our token (401): make a new one and set HUBSPOT_TOKEN"))
        if reply.status == 403:
            raise Failed(Paused(f"HubSpot's token lacks the permission {reply.scopes()}"))
        return reply


def refused(reply: Reply, what: str) -> Failed:
    """A person must look: what was sent can never be taken like this."""
    names = ", ".join(f"{name} ({code})" for name, code in sorted(reply.rejected().items()))
    return Failed(Dead(f"HubSpot does not take {what}: {names or f'{reply.status} {reply.category}'}"))
