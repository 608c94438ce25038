"""Marketo's own specification judges both sides: what we ask of it, and what our stand-in answers.

FOYER_SPECS is the folder that holds `marketo/swagger-*.json` of github.com/AdobeDocs/marketo-apis.
"""

import json
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from crm.logins import Login, Tokens
from crm.marketo_calls import Calls
from qualification.doorstep import Consent, NewLead
from qualification.facts import Touchpoint
from qualification.policy import Listener
from tests.marketo import CLIENT, COOKIE, SECRET, MarketoAccount
from tests.salesfloor import ANN, QUALIFIED, Floor, policy
from tests.test_crm_marketo import TYPES, tell

DESCRIBE = "rest/v1/leads/describe2.json"
SPECS = os.environ.get("FOYER_SPECS")
pytestmark = pytest.mark.skipif(not SPECS, reason="FOYER_SPECS is not set: no specification of Marketo to judge by")
FILES = ("swagger-mapi.json", "swagger-identity.json")


@cache
def spec(file):
    return json.loads((Path(SPECS or "") / "marketo" / file).read_text())


def operation(asked):
    """The file that describes it and what it says: exactly one operation of the specification."""
    for file in FILES:
        for path, methods in sorted(spec(file)["paths"].items(), key=lambda one: "{" in one[0]):
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), asked.path) and asked.method.lower() in methods:
                return file, methods[asked.method.lower()]
    raise AssertionError(f"Marketo has no {asked.method} {asked.path}")


def wrong(file, schema, given, allowed=frozenset()):
    """What the specification has against it, beside its known faults."""
    whole = {**schema, "definitions": spec(file)["definitions"]}
    found = Draft4Validator(whole).iter_errors(given)
    return [one.message for one in found if one.message not in allowed]


def of_request(asked):
    file, told = operation(asked)
    given = {one["name"]: one for one in told.get("parameters", [])}
    query = {name for name, one in given.items() if one["in"] == "query"}
    needed = {name for name in query if given[name]["required"]}
    assert set(asked.query) <= query, f"{asked.path} knows no {set(asked.query) - query}"
    assert needed <= set(asked.query), f"{asked.path} lacks {needed - set(asked.query)}"
    bodies = [one["schema"] for one in given.values() if one["in"] == "body"]
    if not bodies:
        return []
    # Of an activity it demands what only an answer has: a fault of the specification.
    activity = asked.path.endswith("external.json")
    faults = {"'id' is a required property", "'errors' is a required property"} if activity else set()
    return wrong(file, bodies[0], asked.body, frozenset(faults))


def of_answer(asked, body):
    file, told = operation(asked)
    if "access_token" not in body and file == "swagger-identity.json":
        return []  # the specification describes no refusal
    return wrong(file, told["responses"]["200"]["schema"], body)


@pytest.fixture
def account():
    with MarketoAccount() as account:
        yield account


@pytest.fixture
def floor(database):
    return Floor(database, {1: replace(policy(), listeners=(Listener("marketo", "mql"),))})


def story(floor, account):
    """Made, pushed, tied, told of; then changed, with a lost answer and an expired token on the way."""
    clicked = Touchpoint("content_click", floor.time.now, "https://northlight.example/x", {"name": "checklist"})
    visited = Touchpoint("custom", floor.time.now, None, {"_mkto_trk": COOKIE})
    consent = (Consent("analytics", True, "2026-1"),)
    new = NewLead(
        "ada@northwind.io", None, "Ada Lind", "Northwind", "form", None, QUALIFIED, (clicked, visited), consent
    )
    given = {"types": TYPES, "program": "Web chat", "program_status": "Qualified", "partition": "Default"}
    account.faults = ["none", "none", "none", "drop after"]
    ref = floor.intake.add_lead(floor.site, new)
    tell(floor, account, **given)
    floor.time.pass_(60)
    tell(floor, account, **given)
    account.tokens, account.says = set(), ["606"]
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, account, **given)
    floor.time.pass_(60)
    tell(floor, account, **given)
    Calls(Login(CLIENT, SECRET, account.url), Tokens(), floor.time, floor.time.pass_(0)).get(DESCRIBE)


def test_everything_we_ask_and_everything_the_stand_in_says_is_as_marketo_specifies_it(floor, account):
    story(floor, account)
    asked = {one.path for one, _ in account.said}
    assert len(asked) == 9, "token, find and write, read, push, tie, add, paging token, activities, describe"
    assert account.only["leadStatus"] == "SQL"
    assert [(one.path, found) for one, _ in account.said if (found := of_request(one))] == []
    assert [(one.path, found) for one, body in account.said if (found := of_answer(one, body))] == []


def test_the_specification_does_refuse_what_is_wrong(floor, account):
    login = Login(CLIENT, SECRET, account.url)
    calls = Calls(login, Tokens(), floor.time, floor.time.pass_(0))
    calls.post("rest/v1/leads.json", {"action": "upsert", "lookupField": "email", "input": [{"email": "a@b.io"}]})
    asked, body = account.said[-1]
    assert of_request(asked) == [
        "'upsert' is not one of ['createOnly', 'updateOnly', 'createOrUpdate', 'createDuplicate']"
    ]
    del body["success"]
    assert of_answer(asked, body) == ["'success' is a required property"]
