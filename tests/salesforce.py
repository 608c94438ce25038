"""A Salesforce to test against, over real HTTP: leads and users, as strict as it or stricter.

Written from Salesforce's public documentation of its REST API.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.vendor import Asked, Vendor

CLIENT, SECRET, KEY = "sf-client", "sf-secret", "Foyer_Ref__c"
API = "/services/data/v62.0"
READONLY = {"Id", "IsConverted", "LastModifiedDate"}
KNOWN = {
    *(
        "FirstName",
        "LastName",
        "Email",
        "Phone",
        "Company",
        "Title",
        "Website",
        "Description",
        "Status",
        "OwnerId",
        KEY,
    ),
    *READONLY,
}
LONGEST = {"LastName": 80, "FirstName": 40, "Company": 255, "Title": 128}
APP_USER = "005000000000001AAA"


class Says(Exception):
    def __init__(self, status: int, code: str, message: str = "", fields: list[str] | None = None) -> None:
        self.status = status
        self.body = [{"errorCode": code, "message": message, "fields": fields or []}]
        super().__init__(message)


@dataclass
class SalesforceAccount(Vendor):
    users: dict[str, str] = field(
        default_factory=lambda: {"ann@acme.example": "005000000000007AAA", "ben@acme.example": "005000000000008AAA"}
    )
    leads: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: set(KNOWN))
    secret: str = SECRET
    sessions: set[str] = field(default_factory=set)
    logins: int = 0
    says: list[tuple[int, str]] = field(default_factory=list)

    @property
    def only(self) -> dict[str, Any]:
        [one] = self.leads.values()
        return one

    def add(self, **fields: Any) -> str:
        """A lead people there made."""
        self._next += 1
        id = f"00Q{self._next:012d}AAA"
        usual = {"OwnerId": APP_USER, "IsConverted": False, "LastModifiedDate": self._next}
        self.leads[id] = {"Id": id, **usual, **fields}
        return id

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.path == "/services/oauth2/token":
            return self._login(asked)
        try:
            if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in self.sessions:
                raise Says(401, "INVALID_SESSION_ID", "Session expired or invalid")
            if self.says:
                raise Says(*self.says.pop(0))
            return self._done(asked, asked.path.removeprefix(API))
        except Says as said:
            return said.status, said.body

    def _login(self, asked: Asked) -> tuple[int, Any]:
        given = {name: values[0] for name, values in parse_qs(asked.body).items()}
        if given != {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": self.secret}:
            return 400, {"error": "invalid_client", "error_description": "invalid client credentials"}
        self.logins += 1
        self.sessions = {f"session-{self.logins}"}
        return 200, {"access_token": f"session-{self.logins}", "instance_url": self.url, "token_type": "Bearer"}

    def _done(self, asked: Asked, path: str) -> tuple[int, Any]:
        if path == "/query":
            return self._query(asked.query["q"])
        if path == "/sobjects/Lead/describe":
            return 200, {"fields": [{"name": name, "externalId": name == KEY} for name in sorted(self.known)]}
        if found := re.fullmatch(rf"/sobjects/Lead/{KEY}/(L-[0-9]+)", path):
            if KEY not in self.known:
                raise Says(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {KEY}")
            return self._by_key(asked, found[1])
        if found := re.fullmatch(r"/sobjects/Lead/([A-Za-z0-9]{18})", path):
            return self._one(asked, self.leads.get(found[1]))
        raise Says(404, "NOT_FOUND", "The requested resource does not exist")

    def _query(self, query: str) -> tuple[int, Any]:
        whole = (
            r"SELECT Id FROM (User|Lead) WHERE Email = '((?:[^'\\]|\\.)*)' AND (IsActive = true|IsConverted = false)"
        )
        found = re.fullmatch(rf"{whole}( ORDER BY LastModifiedDate DESC)? LIMIT 1", query)
        if found is None:
            raise Says(400, "MALFORMED_QUERY", query)
        email = re.sub(r"\\(.)", r"\1", found[2])
        if found[1] == "User":
            return 200, {"records": [{"Id": self.users[email]}] if email in self.users else []}
        fits = [one for one in self.leads.values() if one.get("Email") == email and not one["IsConverted"]]
        newest = sorted(fits, key=lambda one: -one["LastModifiedDate"])[:1]
        return 200, {"records": [{"Id": one["Id"]} for one in newest]}

    def _by_key(self, asked: Asked, ref: str) -> tuple[int, Any]:
        fits = [one for one in self.leads.values() if one.get(KEY) == ref]
        if asked.method == "GET" or fits:
            status, told = self._one(asked, fits[0] if fits else None)
            updated = {"id": fits[0]["Id"], "success": True, "created": False, "errors": []}
            return (200, updated) if status == 204 else (status, told)
        self._checked(asked.body, {*READONLY, KEY})
        lacking = [name for name in ("LastName", "Company") if not asked.body.get(name)]
        if lacking:
            raise Says(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: {lacking}", lacking)
        return 201, {"id": self.add(**asked.body, **{KEY: ref}), "success": True, "created": True, "errors": []}

    def _one(self, asked: Asked, lead: dict[str, Any] | None) -> tuple[int, Any]:
        if lead is None:
            raise Says(404, "NOT_FOUND", "The requested resource does not exist")
        if asked.method == "GET":
            self._checked(dict.fromkeys(asked.query["fields"].split(",")), set())
            return 200, {name: lead.get(name) for name in asked.query["fields"].split(",")}
        self._checked(asked.body, READONLY)
        if lead["IsConverted"]:
            raise Says(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        lead.update(asked.body)
        return 204, None

    def _checked(self, given: dict[str, Any], forbidden: set[str]) -> None:
        for name, value in given.items():
            if name not in self.known:
                raise Says(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type Lead")
            if name in forbidden:
                raise Says(400, "INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {name}", [name])
            if (
                name in ("LastName", "Company")
                and value is not None
                and len(value) > (80 if name == "LastName" else 255)
            ):
                raise Says(400, "STRING_TOO_LONG", f"{name}: data value too large", [name])
            if name == "Email" and value is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", value):
                raise Says(400, "INVALID_EMAIL_ADDRESS", f"Email: invalid email address: {value}", ["Email"])
