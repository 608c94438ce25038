"""A HubSpot to test against, over real HTTP: contacts, owners, deals, notes and tasks, as strict as it or stricter.

Written from HubSpot's public documentation; what it refuses, it refuses with HubSpot's categories and shapes.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.vendor import Asked, Refused, Vendor, only

TOKEN, VERSION = "pat-eu1-0123456789", "2026-09"
STAGES = ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"]
CONTACT = {"email", "firstname", "lastname", "phone", "company", "jobtitle", "lifecyclestage", "hubspot_owner_id"}
NOTE = {"hs_timestamp", "hs_note_body", "hubspot_owner_id"}
TASK = {
    *("hs_timestamp", "hs_task_subject", "hs_task_body", "hs_task_status", "hs_task_priority", "hs_task_type"),
    "hubspot_owner_id",
}
TYPES = {"notes": 202, "tasks": 204}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")


@dataclass
class HubSpotAccount(Vendor):
    """One account, with what its people see."""

    owners: dict[str, str] = field(default_factory=lambda: {"ann@acme.example": "77"})
    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    deals: dict[str, dict[str, str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: set(CONTACT))
    token: str = TOKEN
    lacks: str | None = None

    def add(self, **properties: str) -> str:
        """Somebody at the company adds a contact."""
        self._next += 1
        self.contacts[str(self._next)] = dict(properties)
        return str(self._next)

    def edit(self, contact_id: str, **properties: str) -> None:
        self.contacts[contact_id].update(properties)

    @property
    def only(self) -> dict[str, str]:
        [contact] = self.contacts.values()
        return contact

    # --- what it answers

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired")
        if self.lacks:
            needed = [{"message": "scopes", "context": {"requiredGranularScopes": [self.lacks]}}]
            raise Refused(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes", errors=needed)
        if asked.path == f"/crm/owners/{VERSION}" and asked.method == "GET":
            return 200, {
                "results": [{"id": id, "email": email} for email, id in self.owners.items() if self._is(asked, email)]
            }
        if owner := re.fullmatch(rf"/crm/owners/{VERSION}/([0-9]+)", asked.path):
            return self._owner(owner[1])
        if deal := re.fullmatch(rf"/crm/objects/{VERSION}/deals/([0-9]+)", asked.path):
            return self._deal(deal[1], asked.query)
        found = re.fullmatch(rf"/crm/objects/{VERSION}/(contacts|notes|tasks)(?:/(.+))?", asked.path)
        if not found:
            raise Refused(404, "OBJECT_NOT_FOUND", "no such path")
        kind, rest = found[1], unquote(found[2] or "")
        act = {
            ("GET", "contacts", False): lambda: (200, {"results": []}),
            ("GET", "contacts", True): lambda: self._read(rest, asked.query),
            ("POST", "contacts", False): lambda: self._create(asked.body),
            ("PATCH", "contacts", True): lambda: self._update(rest, asked.body),
            ("POST", "contacts", True): lambda: self._search(rest, asked.body),
            ("POST", "notes", False): lambda: self._attach("notes", asked.body),
            ("POST", "tasks", False): lambda: self._attach("tasks", asked.body),
            ("POST", "notes", True): lambda: self._batch("notes", rest, asked.body),
            ("POST", "tasks", True): lambda: self._batch("tasks", rest, asked.body),
        }.get((asked.method, kind, bool(rest)))
        if act is None:
            raise Refused(405, "METHOD_NOT_ALLOWED")
        return act()

    def _is(self, asked: Asked, email: str) -> bool:
        only(asked.query, {"email", "limit", "after"})
        return asked.query.get("email", email).lower() == email.lower()

    def _owner(self, id: str) -> tuple[int, Any]:
        email = next((email for email, one in self.owners.items() if one == id), None)
        if email is None:
            raise Refused(404, "OBJECT_NOT_FOUND", "no such owner")
        return 200, {"id": id, "email": email}

    def _deal(self, id: str, query: dict[str, str]) -> tuple[int, Any]:
        only(query, {"properties", "associations"})
        if id not in self.deals:
            raise Refused(404, "OBJECT_NOT_FOUND", "no such deal")
        deal, shown = self.deals[id], query["properties"].split(",")
        results = [{"id": deal["contact"], "type": "deal_to_contact"}]
        properties = {name: value for name, value in deal.items() if name in shown}
        return 200, {"id": id, "properties": properties, "associations": {"contacts": {"results": results}}}

    def _read(self, name: str, query: dict[str, str]) -> tuple[int, Any]:
        only(query, {"properties", "idProperty", "associations"})
        by_email = query.get("idProperty") == "email"
        id = self._by_email(name) if by_email else name
        if id not in self.contacts:
            raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")
        shown = query.get("properties", "").split(",")
        answer: dict[str, Any] = {"id": id, "properties": {k: v for k, v in self.contacts[id].items() if k in shown}}
        for kind in filter(None, query.get("associations", "").split(",")):
            mine = [one for one, what in getattr(self, kind).items() if what["contact"] == id]
            if mine:
                results = [{"id": one, "type": f"contact_to_{kind[:-1]}"} for one in mine]
                answer.setdefault("associations", {})[kind] = {"results": results}
        return 200, answer

    def _by_email(self, email: str | None) -> str | None:
        found = (id for id, one in self.contacts.items() if email and one.get("email", "").lower() == email.lower())
        return next(found, None)

    def _create(self, body: Any) -> tuple[int, Any]:
        only(body, {"properties", "associations"})
        properties = self._valid(body["properties"], self.known)
        known = self._by_email(properties.get("email"))
        if known:
            raise Refused(409, "CONFLICT", f"Contact already exists. Existing ID: {known}")
        self._next += 1
        self.contacts[str(self._next)] = {"lifecyclestage": "lead", **properties}
        return 201, {"id": str(self._next), "properties": self.contacts[str(self._next)]}

    def _update(self, id: str, body: Any) -> tuple[int, Any]:
        only(body, {"properties"})
        if id not in self.contacts:
            raise Refused(404, "OBJECT_NOT_FOUND", "resource not found")
        properties, there = self._valid(body["properties"], self.known), self.contacts[id]
        known = self._by_email(properties.get("email"))
        if known not in (None, id):
            raise Refused(409, "CONFLICT", f"Contact already exists. Existing ID: {known}")
        stage = properties.get("lifecyclestage")
        if stage and STAGES.index(stage) < STAGES.index(there.get("lifecyclestage", "subscriber")):
            raise AssertionError("the lifecycle stage was moved backwards")
        there.update(properties)
        return 200, {"id": id, "properties": properties}

    def _valid(self, given: Any, known: set[str]) -> dict[str, str]:
        problems = []
        for name, value in given.items():
            code = None
            if name not in known:
                code = "PROPERTY_DOESNT_EXIST"
            elif not isinstance(value, str):
                code = "INVALID_STRING"
            elif name == "email" and not EMAIL.fullmatch(value):
                code = "INVALID_EMAIL"
            elif name == "lifecyclestage" and value not in STAGES:
                code = "INVALID_OPTION"
            elif name == "hubspot_owner_id" and value not in self.owners.values():
                code = "INVALID_OWNER_ID"
            if code:
                problems.append({"isValid": False, "message": f"{value} is wrong", "error": code, "name": name})
        if problems:
            context = [{"code": one["error"], "context": {"propertyName": [one["name"]]}} for one in problems]
            said = f"Property values were not valid: {json.dumps(problems)}"
            raise Refused(400, "VALIDATION_ERROR", said, errors=context)
        return dict(given)

    def _search(self, rest: str, body: Any) -> tuple[int, Any]:
        assert rest == "search"
        only(body, {"filterGroups", "properties", "limit", "after", "sorts", "query"})
        [group] = body["filterGroups"]
        [one] = group["filters"]
        assert one["operator"] == "EQ"
        found = [(id, had) for id, had in self.contacts.items() if had.get(one["propertyName"]) == one["value"]]
        return 200, {"total": len(found), "results": [{"id": id, "properties": had} for id, had in found]}

    def _attach(self, kind: str, body: Any) -> tuple[int, Any]:
        only(body, {"properties", "associations"})
        properties = self._valid(body["properties"], NOTE if kind == "notes" else TASK)
        if not properties.get("hs_timestamp", "").isdigit():
            raise Refused(400, "VALIDATION_ERROR", "hs_timestamp is required")
        if len(properties.get("hs_note_body", "")) > 65_536:
            raise Refused(400, "VALIDATION_ERROR", "too long")
        [to] = body["associations"]
        [type_] = to["types"]
        expected = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": TYPES[kind]}
        if type_ != expected or to["to"]["id"] not in self.contacts:
            raise Refused(400, "VALIDATION_ERROR", "invalid association")
        self._next += 1
        getattr(self, kind)[str(self._next)] = {"contact": to["to"]["id"], **properties}
        return 201, {"id": str(self._next), "properties": properties}

    def _batch(self, kind: str, rest: str, body: Any) -> tuple[int, Any]:
        assert rest == "batch/read"
        only(body, {"properties", "inputs"})
        if not 0 < len(body["inputs"]) <= 100:
            raise Refused(400, "VALIDATION_ERROR", "at most 100")
        there = getattr(self, kind)
        found = [one["id"] for one in body["inputs"] if one["id"] in there]
        return 200, {
            "results": [{"id": id, "properties": {n: there[id].get(n) for n in body["properties"]}} for id in found]
        }
