"""Two thousand odd requests to every public address: whatever comes, it is never our fault."""

import json
import random
from collections import Counter

import pytest

from qualification.doorstep import NewLead
from qualification.views import DeliveryView
from tests.edge import KEY, OTHER_KEY, START, identity, made_world, open_widget, opening
from webhook.endpoints import ENDPOINTS

CASES = 2000
SEED = 20261123
GOOD = {
    "open_conversation": opening(locale="de-DE", touch={"first": {"utm_source": "x"}}),
    "post_message": {"client_message_id": "m-1", "text": "we need a demo for 20 people"},
    "seen": {"message_id": "1"},
    "post_events": {
        "site": "default",
        "events": [{"type": "page_view", "url": "https://a.example/", "data": {"n": 1}}],
    },
    "post_consent": {"visitor_token": "TOKEN", "purpose": "analytics", "granted": True, "text_version": "1"},
    "post_identify": {"visitor_token": "TOKEN", "jwt": identity(email="ana@acme.com", name="Ana")},
    "post_lead": {
        "email": "ana@acme.com",
        "source": {"channel": "form"},
        "fields": {"budget": 5},
        "touchpoints": [{"type": "event", "at": "2026-11-01T00:00:00Z"}],
        "consent": [{"purpose": "follow_up", "granted": True, "text_version": "1"}],
    },
}
VALUES = [
    None, True, False, 0, -1, 1.5, 2**63, -(2**63) - 1, 2**70, 1e308, "", " ", "\x00", "\ud800", "\u202e", "a" * 5000,
    "👩‍👧" * 300, "<script>", "'; DROP TABLE lead;--", "<!channel>", "%s%n", "https://[", "http://a.example:99999/",
    "https://" + "a." * 900, "ana@", "@" * 300, "9999-12-31T23:59:59-23:59", "٣", "-0", "1e5", "NaN", [], {}, [[]],
    [None], {"": ""}, {"a": {"a": {"a": {}}}}, {"__proto__": 1}, "L-0", "../../etc/passwd", "\r\nX: y",
]  # fmt: skip
BYTES = [
    b"",
    b"{",
    b"[" * 5000,
    b"\xff",
    b"NaN",
    b'{"a":1e999}',
    b"\xef\xbb\xbf{}",
    b'"\\ud800"',
    b"nul",
    b" " * 70_000,
    b"1" * 5000,
]
HEADERS = {
    "Authorization": [
        "",
        "Bearer",
        "Bearer x.y.z",
        "Basic YTpi",
        f"Bearer {OTHER_KEY}",
        "Bearer " + "x" * 5000,
        "Bearer \xe9",
    ],
    "Content-Type": [
        "",
        "text/plain",
        "application/json; charset=latin-1",
        "multipart/form-data",
        ";;",
        "application/xml",
    ],
    "Content-Encoding": ["gzip", "identity", ""],
    "Origin": ["null", "http://127.0.0.1:1", "https://evil.example", "\xe9", ""],
    "X-Forwarded-For": ["1.2.3.4", "garbage, ::1", "," * 50],
    "Sec-GPC": ["1", "0", "x"],
    "If-None-Match": ['"', "*", 'W/"x"'],
    "Accept-Encoding": ["gzip;q=x", "gzip", ";"],
    "Accept": ["text/html", ";;"],
    "Range": ["bytes=0-1", "bytes=9-1", "x"],
}
PATH_PARTS = [
    "",
    "0" * 32,
    "%00",
    "%ff",
    "..",
    "L-1",
    "L-99999999999999999999",
    "x" * 3000,
    "é",
    "%2f",
    "1",
    "9" * 30,
    "{id}",
    "w.js",
]
QUERIES = [
    "",
    "after=1",
    "after=-1",
    "after=x",
    "after=1&after=2",
    "wait=0",
    "wait=99",
    "%ff=%00",
    "state=dead",
    "state=%00",
    "after=" + "9" * 50,
]


@pytest.fixture(scope="module")
def world():
    """With something to find behind every address."""
    world = made_world(trusted_proxies=1)
    world.enquiry.dead[1, 1] = DeliveryView(1, "slack", "alert", "dead", 9, None, START)
    world.intake.leads[1, "L-1001"] = NewLead("ana@acme.com", None, "Ana", "Acme", "form")
    return world


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_nothing_a_caller_sends_is_our_fault(world, endpoint):
    chance, client = random.Random(f"{SEED} {endpoint.name}"), world.app.test_client()
    visitor = open_widget(client)
    statuses: Counter[int] = Counter()
    for number in range(CASES):
        answer = client.open(**odd_request(chance, endpoint, visitor))
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, f"case {number}: {answer.text}"
        assert answer.status_code < 400 or answer.is_json or not answer.data, answer.data
    assert statuses[endpoint.status] > 0, f"the fuzzer never came through: {statuses}"


def odd_request(chance, endpoint, visitor):
    method = endpoint.method if chance.random() < 0.9 else chance.choice(["PUT", "HEAD", "OPTIONS", "POST", "GET", "X"])
    return {
        "path": path_of(chance, endpoint, visitor),
        "method": method,
        "headers": headers_of(chance, endpoint, visitor),
        "data": body_of(chance, endpoint, visitor),
    }


def path_of(chance, endpoint, visitor):
    id = "1" if endpoint.name == "retry_delivery" else visitor.conversation
    right = {"id": id, "ref": "L-1001", "file": "w.js"}
    path = endpoint.path
    for name, good in right.items():
        path = path.replace(f"{{{name}}}", good if chance.random() < 0.7 else chance.choice(PATH_PARTS))
    return path if chance.random() < 0.5 else f"{path}?{chance.choice(QUERIES)}"


def headers_of(chance, endpoint, visitor):
    token = KEY if endpoint.auth == "key" else visitor.token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for name in chance.sample(sorted(HEADERS), chance.choice([0, 0, 1, 2])):
        headers[name] = chance.choice(HEADERS[name])
    return headers


def body_of(chance, endpoint, visitor):
    if endpoint.name not in GOOD:
        return b"" if chance.random() < 0.9 else b"{}"
    good = json.dumps(GOOD[endpoint.name]).replace("TOKEN", visitor.token)
    match chance.choice(["good", "value", "value", "value", "key", "bytes", "cut", "noise"]):
        case "value":
            return json.dumps(changed(chance, json.loads(good))).encode()
        case "key":
            return json.dumps({**json.loads(good), chance.choice(["score", "", "\ud800", "a" * 999]): 1}).encode()
        case "bytes":
            return chance.choice(BYTES)
        case "cut":
            return good[: chance.randrange(len(good))].encode()
        case "noise":
            return chance.randbytes(chance.randrange(200))
    return good.encode()


def changed(chance, value):
    """The same JSON with one thing in it, at any depth, replaced or left out."""
    if not isinstance(value, (dict, list)) or not value or chance.random() < 0.2:
        return chance.choice(VALUES)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], changed(chance, value[place]), *value[place + 1 :]]
    name = chance.choice(list(value))
    rest = {key: kept for key, kept in value.items() if key != name}
    return rest if chance.random() < 0.1 else {**rest, name: changed(chance, value[name])}
