"""The description of the API is valid, complete and true."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from tests.edge import World, key, made_world, open_widget
from webhook.endpoints import ENDPOINTS
from webhook.openapi import describe

DESCRIPTION = describe("1.0.0")
API_PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
WORLD = made_world()
VISITOR = open_widget(WORLD.app.test_client())
SCHEMA = schemathesis.openapi.from_wsgi("/openapi.json", WORLD.app)


def test_the_description_is_valid_openapi():
    assert DESCRIPTION["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(DESCRIPTION).validate()


@pytest.mark.parametrize("name", sorted(DESCRIPTION["components"]["schemas"]))
def test_every_schema_is_valid_json_schema(name):
    Draft202012Validator.check_schema(DESCRIPTION["components"]["schemas"][name])


def test_every_route_of_the_app_is_described():
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in WORLD.app.url_map.iter_rules()
        for method in rule.methods
    }
    served = {(path, method) for path, method in routes if method not in ("HEAD", "OPTIONS")}
    assert served == {(path, method.upper()) for path, methods in DESCRIPTION["paths"].items() for method in methods}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_is_on_the_api_page(endpoint):
    assert f"`{endpoint.method} {endpoint.path}`" in API_PAGE.read_text()


@pytest.fixture
def world() -> World:
    return made_world()


def test_answers_are_as_described(world):
    """A lead with everything, a conversation, an answer: each against its own schema."""
    client = world.app.test_client()
    visitor = open_widget(client)
    lead = {"email": "a@b.co", "source": {"channel": "event"}, "touchpoints": [{"type": "event", "data": {"n": 1}}]}
    ref = client.post("/api/v1/leads", json=lead, headers=key()).json["lead_ref"]
    assert_fits("AnswerJson", visitor.says("hi").json)
    assert_fits("MessagesJson", visitor.reads().json)
    assert_fits("LeadJson", client.get(f"/api/v1/leads/{ref}", headers=key()).json)
    assert_fits("ConversationJson", client.get(visitor.path, headers=key()).json)
    assert_fits("ReadyJson", client.get("/readyz").json)
    assert_fits("ErrorJson", client.get("/nothing").json)


def assert_fits(name, answer):
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    Draft202012Validator(schema).validate(answer)


@SCHEMA.auth()
class Bearer:
    """Tells schemathesis what opens an address, so that it can try without it."""

    def get(self, case, _context):
        wants = case.operation.definition.raw["security"]
        return {"Authorization": f"Bearer {VISITOR.token}"} if {"key": []} not in wants else key()

    def set(self, case, data, _context):
        case.headers = {**(case.headers or {}), **data}


@SCHEMA.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_made_up_requests_are_answered_as_described(case):
    """By every check there is: what the description permits is taken, what it forbids is not, and strangers are not."""
    (case.query or {}).pop("wait", None)
    answer = case.call()
    if answer.status_code != 413:  # no schema can say how many bytes a body may have
        case.validate_response(answer)
