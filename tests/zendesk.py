"""A Zendesk Support to test against, over real HTTP: users and tickets, as strict as it or stricter.

Written from Zendesk's public documentation; a key names one request for ever, and another body under it is refused.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.vendor import Asked, Refused, Vendor

EMAIL, TOKEN = "ops@acme.example", "zd-token"
USER = {"name", "email", "phone", "external_id", "skip_verify_email"}
TICKET = {
    *("subject", "comment", "requester_id", "external_id", "type", "priority", "tags", "assignee_email"),
}


class Refuses(Refused):
    def __init__(self, status: int, error: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(status, error)
        self.body = {"error": error, "description": "Record validation errors", "details": details or {}}


@dataclass
class ZendeskAccount(Vendor):
    agents: dict[str, int] = field(default_factory=lambda: {"ann@acme.example": 7, "ben@acme.example": 8})
    users: dict[int, dict[str, Any]] = field(default_factory=dict)
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, tuple[int, Any]]] = field(default_factory=dict)
    token: str = TOKEN
    role: str = "admin"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        wanted = base64.b64encode(f"{EMAIL}/token:{self.token}".encode()).decode()
        if asked.headers.get("Authorization") != f"Basic {wanted}":
            raise Refuses(401, "CouldNotAuthenticate")
        if (asked.method, asked.path) == ("GET", "/api/v2/users/me"):
            return 200, {"user": {"id": 1, "role": self.role}}
        if asked.method == "GET" and (found := re.fullmatch(r"/api/v2/users/([0-9]+)", asked.path)):
            emails = [email for email, id in self.agents.items() if id == int(found[1])]
            return 200, {"user": {"id": int(found[1]), "email": emails[0]}}
        if (asked.method, asked.path) == ("GET", "/api/v2/users/search"):
            [email] = re.fullmatch(r'email:"([^"]+)"', asked.query["query"]).groups()  # type: ignore[union-attr]
            found = [one for one in self.users.values() if one.get("email", "").lower() == email.lower()]
            return 200, {"users": found}
        if (asked.method, asked.path) == ("POST", "/api/v2/users/create_or_update"):
            return self._user(_known(asked.body, "user", USER))
        if (asked.method, asked.path) == ("GET", "/api/v2/tickets"):
            return 200, {
                "tickets": [one for one in self.tickets.values() if one["external_id"] == asked.query["external_id"]]
            }
        if (asked.method, asked.path) == ("POST", "/api/v2/tickets"):
            return self._once(asked)
        if found := re.fullmatch(r"/api/v2/tickets/([0-9]+)", asked.path):
            return self._one(asked, int(found[1]))
        raise Refuses(404, "InvalidEndpoint")

    def _user(self, given: dict[str, Any]) -> tuple[int, Any]:
        if not given.get("name"):
            raise Refuses(422, "RecordInvalid", {"name": [{"description": "Name: is too short"}]})
        if "email" in given and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", given["email"]):
            raise Refuses(422, "RecordInvalid", {"email": [{"description": f"Email: {given['email']} is wrong"}]})
        by = "email" if "email" in given else "external_id"
        known = next((one for one in self.users.values() if one.get(by) == given[by]), None)
        if known:
            known.update(given)
            return 200, {"user": known}
        self._next += 1
        self.users[self._next] = {**given, "id": self._next}
        return 201, {"user": self.users[self._next]}

    def _once(self, asked: Asked) -> tuple[int, Any]:
        key, told = asked.headers["Idempotency-Key"], json.dumps(asked.body)
        if key in self.keys:
            if self.keys[key][0] != told:
                raise Refuses(400, "IdempotencyKeyMismatch")
            return self.keys[key][1]
        answer = self._ticket(_known(asked.body, "ticket", TICKET))
        self.keys[key] = (told, answer)
        return answer

    def _ticket(self, given: dict[str, Any]) -> tuple[int, Any]:
        if given["requester_id"] not in self.users:
            raise Refuses(422, "RecordInvalid", {"requester": [{"description": "Requester: is invalid"}]})
        assert given["comment"]["public"] is False, "the person would be written to"
        assert given["priority"] in ("urgent", "high", "normal", "low")
        assignee = self._agent(given.pop("assignee_email", None))
        self._next += 1
        self.tickets[self._next] = {**given, "id": self._next, "assignee_id": assignee, "status": "new"}
        return 201, {"ticket": self.tickets[self._next]}

    def _agent(self, email: str | None) -> int | None:
        if email is not None and email not in self.agents:
            raise Refuses(422, "RecordInvalid", {"assignee_email": [{"description": "is no agent"}]})
        return self.agents[email] if email else None

    def _one(self, asked: Asked, id: int) -> tuple[int, Any]:
        if id not in self.tickets:
            raise Refuses(404, "RecordNotFound")
        if asked.method == "PUT":
            given = _known(asked.body, "ticket", {"assignee_email"})
            self.tickets[id]["assignee_id"] = self._agent(given["assignee_email"])
        return 200, {"ticket": self.tickets[id]}


def _known(body: Any, name: str, allowed: set[str]) -> dict[str, Any]:
    if set(body) != {name} or set(body[name]) - allowed:
        raise Refuses(400, "InvalidRequest")
    return dict(body[name])
