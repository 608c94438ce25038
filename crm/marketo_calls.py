"""Calls to Marketo's REST API and what its answers mean: it says most of what is wrong with HTTP 200."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from requests.auth import AuthBase

from crm.calls import TAKEN, TIMEOUT_S, Bearer, Failed, Http, Json, Nobody
from crm.logins import Login, Tokens
from qualification.promises import Ambiguous, Dead, Paused, Retry

TOKEN_EXPIRED, DENIED = {"600", "601", "602"}, "603"
TOO_FAST: Mapping[str, float] = {"606": 20.0, "615": 5.0}  # 100 calls in 20 seconds, ten calls at the same time
QUOTA_USED, UNAVAILABLE = "607", "608"
UNCLEAR = {"604", "611", "713"}
NO_SUCH_LEAD = "1004"
EARLY = timedelta(seconds=60)
MEANINGS: Mapping[str, str] = {
    "1002": "not understood",
    "1003": "not a value it takes",
    "1004": "no such person",
    "1005": "there already",
    "1006": "no such field",
    "1007": "several people fit",
    "1008": "not allowed in its partition",
    "1011": "a field nobody may write",
    "1012": "not a cookie of this account",
    "1013": "no such thing",
}
_CODE = re.compile(r"[0-9]{3,5}")
_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Reply:
    """`data` is what Marketo said: foreign, so every look into it checks."""

    status: int
    data: Json

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN and self.data.get("success") is True and "skipped" not in self._statuses()

    def _statuses(self) -> list[object]:
        return [one.get("status") for one in self.results]

    @property
    def results(self) -> list[Json]:
        return _records(self.data.get("result"))

    @property
    def id(self) -> str:
        found = str(self.results[0].get("id", "")) if self.results else ""
        if not _ID.fullmatch(found):
            raise Failed(Ambiguous("Marketo's answer has no id"))
        return found

    @property
    def codes(self) -> set[str]:
        """Of what the whole request lacked."""
        return {code for code, _ in _told(self.data.get("errors"))}

    def reasons(self) -> list[tuple[str, str]]:
        """Codes and messages, of the request and of its records. Messages quote values: for looking into only."""
        of_records = [one for record in self.results for one in _told(record.get("reasons") or record.get("errors"))]
        return [*_told(self.data.get("errors")), *of_records]

    def rejected(self, names: Iterable[str]) -> dict[str, str]:
        """Those of the fields Marketo names as not taken, each with what its code means."""
        told = self.reasons()
        found = ((name, code) for name in names for code, message in told if re.search(rf"\b{name}\b", message))
        return {name: meaning(code) for name, code in found}

    def why(self) -> str:
        return ", ".join(dict.fromkeys(meaning(code) for code, _ in self.reasons())) or f"answer {self.status}"


def _records(found: object) -> list[Json]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _told(found: object) -> list[tuple[str, str]]:
    told = [(str(one.get("code", "")), str(one.get("message", ""))[:2000]) for one in _records(found)]
    return [(code, message) for code, message in told if _CODE.fullmatch(code)]


def meaning(code: str) -> str:
    return f"{MEANINGS[code]} ({code})" if code in MEANINGS else code


def refused(reply: Reply, what: str, names: Iterable[str] = ()) -> Failed:
    """A person must look: what was sent can never be taken like this."""
    fields = ", ".join(f"{name} ({why})" for name, why in sorted(reply.rejected(names).items()))
    return Failed(Dead(f"Marketo does not take {what}: {fields or reply.why()}"))


def login_of(client_id: str, client_secret: str, url: str) -> Login:
    """`url` may be the REST endpoint as Marketo shows it."""
    return Login(client_id, client_secret, url.rstrip("/").removesuffix("/rest").removesuffix("/identity") + "/")


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

    def post(self, path: str, body: Json, **params: str) -> Reply:
        return self._ask("POST", path, params, body)

    def _ask(self, method: str, path: str, params: Mapping[str, str], body: Json | None) -> Reply:
        """With a token that is refused once more with a new one."""
        token = self._token()
        reply = self._with(token, method, path, params, body)
        if reply.codes & TOKEN_EXPIRED:
            self.tokens.forget(self.login, token)
            reply = self._with(self._token(), method, path, params, body)
        return _judged(reply, path)

    def _with(self, token: str, method: str, path: str, params: Mapping[str, str], body: Json | None) -> Reply:
        return Reply(*self._http(Bearer(token)).ask(method, path, params, body))

    def _http(self, auth: AuthBase) -> Http:
        base, clock = self.login.base, self.clock
        return Http("Marketo", "MARKETO_API_URL", base, auth, clock, self.until, self.timeout_s)

    def _token(self) -> str:
        return self.tokens.of(self.login, self.clock()) or self._logged_in()

    def _logged_in(self) -> str:
        given = {"client_id": self.login.client_id, "client_secret": self.login.client_secret}
        asked = {"grant_type": "client_credentials", **given}
        status, data = self._http(Nobody()).ask("GET", "identity/oauth/token", asked, None)
        token, lasts_s = data.get("access_token"), data.get("expires_in")
        if status not in TAKEN or not isinstance(token, str) or not isinstance(lasts_s, int):
            refusal = "Marketo refuses our login: check MARKETO_CLIENT_ID, MARKETO_CLIENT_SECRET and MARKETO_API_URL"
            raise Failed(Paused(refusal))
        self.tokens.keep(self.login, token, self.clock() + timedelta(seconds=lasts_s) - EARLY)
        return token


def _judged(reply: Reply, path: str) -> Reply:
    """Failed for what is wrong with our access, or passes by itself; everything else is for whoever asked."""
    codes = reply.codes
    if "success" not in reply.data:
        raise Failed(Retry(None, f"that is no answer of Marketo's ({reply.status}); check MARKETO_API_URL"))
    if codes & TOKEN_EXPIRED:
        raise Failed(Paused("Marketo refuses every token it gives us (601): look at the API user of the service"))
    if DENIED in codes:
        right = "Read-Write Activity" if "/activities" in path else "Read-Write Lead"
        raise Failed(Paused(f"Marketo denies access (603): the role of its API user lacks {right}"))
    if QUOTA_USED in codes:
        raise Failed(Paused("Marketo's calls of today are used up (607); they begin anew at midnight there", 3600))
    for code in sorted(codes & TOO_FAST.keys()):
        raise Failed(Retry(TOO_FAST[code], f"Marketo asks to slow down ({code})", counts=False))
    if UNAVAILABLE in codes:
        raise Failed(Retry(None, "Marketo is not available now (608)"))
    if codes & UNCLEAR:
        raise Failed(Ambiguous(f"Marketo did not get it done ({min(codes & UNCLEAR)})"))
    return reply
