"""Calls to Salesforce's REST API and what its answers mean."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.calls import CODE, TAKEN, TIMEOUT_S, Bearer, Failed, Http, Json, Nobody
from crm.logins import Login, Tokens
from qualification.promises import Ambiguous, Dead, Paused, Retry

VERSION = "v62.0"
LASTS = timedelta(minutes=30)  # how long a session lasts is the account's choice and not told; refused is renewed
EXPIRED, QUOTA_USED, LOCKED = "INVALID_SESSION_ID", "REQUEST_LIMIT_EXCEEDED", "UNABLE_TO_LOCK_ROW"
CONVERTED = "CANNOT_UPDATE_CONVERTED_LEAD"
_ID = re.compile(r"[A-Za-z0-9]{15,18}")


@dataclass(frozen=True, slots=True)
class Reply:
    """`data` is what Salesforce said: foreign, so every look into it checks. What it refuses is a list of errors."""

    status: int
    data: Json

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    @property
    def errors(self) -> list[Json]:
        found = self.data.get("list")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def codes(self) -> set[str]:
        return {code for one in self.errors if CODE.fullmatch(code := str(one.get("errorCode", "")))}

    @property
    def records(self) -> list[Json]:
        found = self.data.get("records")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def id(self) -> str:
        return id_of(self.data.get("id"))

    def rejected(self, names: Iterable[str]) -> dict[str, str]:
        """Those of the fields Salesforce names as not taken, with its code, without what it quotes of values."""
        told = [(one, str(one.get("errorCode", ""))) for one in self.errors]
        return {name: code for name in names for one, code in told if CODE.fullmatch(code) and _names(one, name)}

    def why(self) -> str:
        return ", ".join(sorted(self.codes)) or f"answer {self.status}"


def _names(error: Json, name: str) -> bool:
    fields = error.get("fields")
    named = isinstance(fields, list) and name in fields
    return named or re.search(rf"\b{name}\b", str(error.get("message", ""))[:2000]) is not None


def id_of(told: object) -> str:
    found = str(told or "")
    if not _ID.fullmatch(found):
        raise Failed(Ambiguous("Salesforce's answer has no id"))
    return found


def refused(reply: Reply, what: str, names: Iterable[str] = ()) -> Failed:
    """A person must look: what was sent can never be taken like this."""
    fields = ", ".join(f"{name} ({why})" for name, why in sorted(reply.rejected(names).items()))
    return Failed(Dead(f"Salesforce does not take {what}: {fields or reply.why()}"))


@dataclass(frozen=True, slots=True)
class Calls:
    """To one account, for one promise."""

    login: Login
    tokens: Tokens
    clock: Callable[[], datetime]
    until: datetime
    timeout_s: tuple[float, float] = TIMEOUT_S

    def get(self, path: str, **params: str) -> Reply:
        return self._ask("GET", path, params, None)

    def patch(self, path: str, body: Json) -> Reply:
        return self._ask("PATCH", path, {}, body)

    def _ask(self, method: str, path: str, params: Mapping[str, str], body: Json | None) -> Reply:
        """With a session that has ended once more with a new one."""
        token = self._token()
        reply = self._with(token, method, path, params, body)
        if EXPIRED in reply.codes:
            self.tokens.forget(self.login, token)
            reply = self._with(self._token(), method, path, params, body)
        return _judged(reply)

    def _with(self, token: str, method: str, path: str, params: Mapping[str, str], body: Json | None) -> Reply:
        http = self._http(Bearer(token))
        return Reply(*http.ask(method, f"services/data/{VERSION}/{path}", params, body))

    def _http(self, auth: Bearer | Nobody) -> Http:
        base, clock = self.login.base, self.clock
        return Http("Salesforce", "SALESFORCE_API_URL", base, auth, clock, self.until, self.timeout_s)

    def _token(self) -> str:
        return self.tokens.of(self.login, self.clock()) or self._logged_in()

    def _logged_in(self) -> str:
        given = {"client_id": self.login.client_id, "client_secret": self.login.client_secret}
        form = {"grant_type": "client_credentials", **given}
        status, data = self._http(Nobody()).ask("POST", "services/oauth2/token", {}, None, form=form)
        token = data.get("access_token")
        if status not in TAKEN or not isinstance(token, str):
            names = "SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET and SALESFORCE_API_URL"
            raise Failed(Paused(f"Salesforce refuses our login: check {names}"))
        self.tokens.keep(self.login, token, self.clock() + LASTS)
        return token


def _judged(reply: Reply) -> Reply:
    """Failed for what is wrong with our access, or passes by itself; everything else is for whoever asked."""
    if QUOTA_USED in reply.codes:
        raise Failed(Paused("Salesforce's calls of today are used up (REQUEST_LIMIT_EXCEEDED)", 3600))
    if LOCKED in reply.codes:
        raise Failed(Retry(10.0, "somebody else is changing the lead in Salesforce (UNABLE_TO_LOCK_ROW)", counts=False))
    if reply.status in (401, 403):
        raise Failed(Paused(f"Salesforce does not let us in ({reply.why()}): look at the app and its run-as user"))
    if not reply.is_taken and reply.status != 404 and not reply.errors:
        raise Failed(Retry(None, f"that is no answer of Salesforce's ({reply.status}); check SALESFORCE_API_URL"))
    return reply
