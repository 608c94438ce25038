"""Calls to Zendesk's Support API and what their answers mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from requests.auth import HTTPBasicAuth

from crm.calls import CODE, NAME, TAKEN, TIMEOUT_S, Failed, Http, Json
from qualification.promises import Ambiguous, Dead, Paused


@dataclass(frozen=True, slots=True)
class Reply:
    """`data` is what Zendesk said: foreign, so every look into it checks."""

    status: int
    data: Json

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    def record(self, name: str) -> Json:
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}

    def records(self, name: str) -> list[Json]:
        found = self.data.get(name)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def id_of(self, name: str) -> str:
        found = self.record(name).get("id")
        if not isinstance(found, int):
            raise Failed(Ambiguous(f"Zendesk's answer has no id of the {name}"))
        return str(found)

    def rejected(self) -> tuple[str, ...]:
        """The fields that were not taken; what is quoted of their values is left out."""
        details = self.data.get("details")
        return tuple(sorted(name for name in details if NAME.fullmatch(name))) if isinstance(details, dict) else ()

    @property
    def error(self) -> str:
        found = self.data.get("error")
        return found if isinstance(found, str) and CODE.fullmatch(found) else "no reason that can be read"


@dataclass(frozen=True, slots=True)
class Calls:
    email: str
    token: str
    base: str
    clock: Callable[[], datetime]
    until: datetime
    timeout_s: tuple[float, float] = TIMEOUT_S

    def get(self, path: str, **params: str) -> Reply:
        return self._ask("GET", path, params, None)

    def post(self, path: str, body: Json, key: str = "") -> Reply:
        """With a `key` Zendesk does it once for some hours, however often it is asked."""
        return self._ask("POST", path, {}, body, {"Idempotency-Key": key} if key else {})

    def put(self, path: str, body: Json) -> Reply:
        return self._ask("PUT", path, {}, body)

    def _ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Json | None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        auth = HTTPBasicAuth(f"{self.email}/token", self.token)
        http = Http("Zendesk", "ZENDESK_API_URL", self.base, auth, self.clock, self.until, self.timeout_s)
        reply = Reply(*http.ask(method, path, params, body, headers))
        if reply.status == 401:
            raise Failed(Paused("Zendesk refuses our token (401): check ZENDESK_EMAIL and ZENDESK_API_TOKEN"))
        if reply.status == 403:
            raise Failed(Paused("Zendesk does not permit it (403): the person of ZENDESK_EMAIL must be an agent"))
        return reply


def refused(reply: Reply, what: str) -> Failed:
    """A person must look: what was sent can never be taken like this."""
    names = ", ".join(reply.rejected())
    return Failed(Dead(f"Zendesk does not take {what}: {names or f'{reply.status} {reply.error}'}"))
