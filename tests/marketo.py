"""A Marketo to test against, over real HTTP: people, programs, cookies and activities, as strict as it or stricter.

Written from Adobe's public documentation; tests/test_crm_marketo_spec.py has the vendor's own specification judge it.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.vendor import Asked, Vendor

CLIENT, SECRET = "mk-client", "mk-secret"
LASTS_S = 3599
COOKIE = "id:561-HYG-937&token:_mch-marketo.com-1378409373411-51456"
KNOWN = {
    *("id", "email", "firstName", "lastName", "phone", "company", "title", "leadStatus", "updatedAt", "createdAt"),
    *("website", "leadSource"),
}
SYNC = {"action", "lookupField", "partitionName", "asyncProcessing", "input"}
PUSH = {"programName", "programStatus", "source", "reason", "lookupField", "partitionName", "input"}
ACTIVITY = {"leadId", "activityTypeId", "activityDate", "primaryAttributeValue", "attributes", "apiName"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")


class Says(Exception):
    """What Marketo says of a whole request, with HTTP 200."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass
class MarketoAccount(Vendor):
    """`says` are codes the next writes are answered with, `first` those the next calls of any kind are."""

    client: str = CLIENT
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    members: list[tuple[str, int]] = field(default_factory=list)
    tied: dict[str, int] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    types: set[int] = field(default_factory=lambda: {100001, 100002, 100003})
    known: set[str] = field(default_factory=lambda: set(KNOWN))
    readonly: set[str] = field(default_factory=lambda: {"updatedAt", "createdAt"})
    programs: set[str] = field(default_factory=lambda: {"Web chat"})
    says: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    logins: int = 0
    foreign: int | None = None  # a proxy answers in its place, with this status
    said: list[tuple[Asked, dict[str, Any]]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def only(self) -> dict[str, Any]:
        [one] = self.people.values()
        return one

    def add(self, **fields: Any) -> int:
        """Somebody people there made."""
        self._next += 1
        self.people[self._next] = {"id": self._next, "updatedAt": f"2026-01-01T00:00:00Z#{self._next}", **fields}
        return self._next

    def edit(self, **fields: Any) -> None:
        """People there change the only person; each change is told by `leadchanges`."""
        for name, value in fields.items():
            told = {"id": len(self.changes) + 1, "name": name, "newValue": value}
            self.changes.append({"leadId": self.only["id"], "fields": [told]})
        self.only.update(fields)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        status, body = self._answer(asked)
        self.said.append((asked, body))
        return status, body

    def _answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.path == "/identity/oauth/token":
            return self._login(asked)
        if self.foreign:
            return self.foreign, {"message": "no Route matched"}
        try:
            self._let_in(asked)
            return 200, _fine(**self._done(asked))
        except Says as said:
            return 200, _wrong(said.code, said.message)

    def _login(self, asked: Asked) -> tuple[int, Any]:
        wanted = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": SECRET}
        if asked.query != wanted:
            return 401, {"error": "invalid_client", "error_description": "Bad client credentials"}
        self.logins += 1
        token = f"token-{self.logins}:sjst"
        self.tokens = {token}
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": LASTS_S, "scope": "api@acme.example"}

    def _let_in(self, asked: Asked) -> None:
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Says("601", "Access token invalid")
        codes = self.first if self.first else self.says if asked.writes else []
        if codes:
            raise Says(codes.pop(0), "So it is said")

    def _done(self, asked: Asked) -> dict[str, Any]:
        match (asked.method, asked.path):
            case ("POST", "/rest/v1/leads.json"):
                return {"result": [self._synced(asked.body, dict(one)) for one in self._checked(asked.body, SYNC)]}
            case ("POST", "/rest/v1/leads/push.json"):
                return {"result": [self._pushed(asked.body, one) for one in self._checked(asked.body, PUSH)]}
            case ("POST", "/rest/v1/activities/external.json"):
                return {"result": [self._added(one) for one in self._checked(asked.body, {"input"})]}
            case ("GET", "/rest/v1/leads.json"):
                return {"result": self._found(asked)}
            case ("GET", "/rest/v1/activities/pagingtoken.json"):
                return {"nextPageToken": f"{asked.query['sinceDatetime']}#{len(self.changes)}"}
            case ("GET", "/rest/v1/activities.json"):
                return {"result": self._of(asked), "moreResult": False, "nextPageToken": "END"}
            case ("GET", "/rest/v1/activities/leadchanges.json"):
                return self._changed(asked)
            case ("GET", "/rest/v1/leads/describe2.json"):
                return {"result": [self._described()]}
            case ("GET", "/rest/v1/activities/types.json"):
                return {"result": []}
        return self._of_one(asked)

    def _described(self) -> dict[str, Any]:
        about = {"displayName": "A field", "dataType": "string", "updateable": True, "crmManaged": False}
        fields = [{"name": name, **about} for name in sorted(self.known)]
        return {"name": "API Lead", "searchableFields": [["email"]], "fields": fields}

    def _of_one(self, asked: Asked) -> dict[str, Any]:
        if found := re.fullmatch(r"/rest/v1/lead/([0-9]+)\.json", asked.path):
            self._fields(asked)
            person = self.people.get(int(found[1]))
            return {"result": [person] if person else []}
        if found := re.fullmatch(r"/rest/v1/leads/([0-9]+)/associate\.json", asked.path):
            if asked.query["cookie"] != COOKIE:
                raise Says("1012", "Invalid cookie value")
            self.tied[asked.query["cookie"]] = int(found[1])
            return {}
        raise Says("610", "Requested resource not found")

    def _checked(self, body: Any, allowed: set[str]) -> list[Any]:
        if not isinstance(body, dict) or set(body) - allowed or not body.get("input"):
            raise Says("609", "Invalid JSON")
        return list(body["input"])

    def _fields(self, asked: Asked) -> None:
        for name in asked.query["fields"].split(","):
            if name not in self.known:
                raise Says("1006", f"Field '{name}' not found")

    def _found(self, asked: Asked) -> list[dict[str, Any]]:
        self._fields(asked)
        name, value = asked.query["filterType"], asked.query["filterValues"]
        return [one for one in self.people.values() if str(one.get(name, "")).lower() == value.lower()]

    def _synced(self, body: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        for name in given:
            if name not in self.known:
                return _skipped("1006", f"Field '{name}' not found")
            if name in self.readonly:
                return _skipped("1011", f"Field '{name}' is not updatable")
        if "email" in given and not EMAIL.fullmatch(given["email"]):
            return _skipped("1003", f"Value '{given['email']}' for email is not valid")
        by = body["lookupField"]
        fits = [one for one in self.people.values() if str(one.get(by, "")).lower() == str(given[by]).lower()]
        if len(fits) > 1:
            return _skipped("1007", "Multiple lead match lookup criteria")
        if not fits and body["action"] == "updateOnly":
            return _skipped("1004", "Lead not found")
        if fits:
            fits[0].update(given)
            return {"id": fits[0]["id"], "status": "updated"}
        return {"id": self.add(**given), "status": "created"}

    def _pushed(self, body: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        if body["programName"] not in self.programs:
            raise Says("1013", f"Program '{body['programName']}' not found")
        [person] = [one for one in self.people.values() if one.get("email") == given["email"]]
        self.members.append((body["programName"], person["id"]))
        return {"id": person["id"], "status": "updated"}

    def _added(self, given: dict[str, Any]) -> dict[str, Any]:
        if set(given) - ACTIVITY or not re.fullmatch(r"[-0-9]{10}T[:0-9]{8}Z", given["activityDate"]):
            raise Says("609", "Invalid JSON")
        wrong = given["activityTypeId"] not in self.types or given["leadId"] not in self.people
        if wrong:
            reason = [{"code": "1013", "message": "Object not found"}]
            return {**given, "id": 0, "status": "skipped", "errors": reason}
        self.added.append(given)
        return {**given, "id": len(self.added), "status": "added", "errors": []}

    def _of(self, asked: Asked) -> list[dict[str, Any]]:
        types = {int(one) for one in asked.query["activityTypeIds"].split(",")}
        leads = {int(one) for one in asked.query["leadIds"].split(",")}
        since = asked.query["nextPageToken"][:10]
        fit = [one for one in self.added if one["activityTypeId"] in types and one["leadId"] in leads]
        return [{**one, "id": 7} for one in fit if one["activityDate"][:10] >= since]

    def _changed(self, asked: Asked) -> dict[str, Any]:
        seen, wanted = int(asked.query["nextPageToken"].rpartition("#")[2]), asked.query["fields"].split(",")
        about = {"activityDate": "2026-11-23T09:00:00Z", "activityTypeId": 13, "attributes": []}
        new = self.changes[seen : seen + 2]
        told = [{**about, "id": seen + place, **one} for place, one in enumerate(new)]
        fit = [one for one in told if one["fields"][0]["name"] in wanted]
        end = seen + len(new)
        return {"result": fit, "moreResult": end < len(self.changes), "nextPageToken": f"T#{end}"}


def _fine(**told: Any) -> dict[str, Any]:
    return {"requestId": "e42b#14272d07d78", "success": True, "errors": [], "warnings": [], **told}


def _wrong(code: str, message: str) -> dict[str, Any]:
    errors = [{"code": code, "message": message}]
    return {"requestId": "e42b#14272d07d78", "success": False, "errors": errors, "warnings": [], "result": []}


def _skipped(code: str, message: str) -> dict[str, Any]:
    return {"status": "skipped", "reasons": [{"code": code, "message": message}]}
