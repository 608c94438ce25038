"""Two thousand odd requests to every public address: never our fault, and the same answer on both databases."""

import json
import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from delivery.hooks import Hooks
from models.database import Database
from models.migrate import upgrade
from models.outbox import Delivery
from tests.edge import opening
from tests.engines import KINDS, fresh_database
from tests.two_sites import KEYS, WISH, Deployment, Visitor, two_sites
from webhook.endpoints import ENDPOINTS

CASES = 2000
SEED = 20261123
GOOD = {
    "post_hook": {"target_url": "http://127.0.0.1:9/hook", "event": "conversation.ended"},
    "open_conversation": opening(locale="de-DE", touch={"first": {"utm_source": "x"}}),
    "post_message": {"client_message_id": "m-CASE", "text": "we need a demo for 20 people"},
    "seen": {"message_id": "1"},
    "post_events": {
        "site": "default",
        "events": [{"type": "page_view", "url": "https://a.example/", "data": {"n": 1}}],
    },
    "post_consent": {"visitor_token": "TOKEN", "purpose": "analytics", "granted": True, "text_version": "1"},
    "post_identify": {"visitor_token": "TOKEN", "jwt": "JWT"},
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
    "https://" + "a." * 900, "a." * 1950, "aB" * 1900, "\u0130" * 1000, "my name is " + "Tom " * 100, "ana@", "@" * 300,
    "9999-12-31T23:59:59-23:59", "٣", "-0", "1e5", "NaN", [], {}, [[]],
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
        f"Bearer {KEYS['other']}",
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


CHANGING = {"open_conversation", "post_message", "post_events", "post_consent", "post_identify"}


@dataclass
class House:
    """A deployment with something to find behind every address. Of two visitors one is only read, and stays small."""

    deployment: Deployment
    talking: Visitor
    known: Visitor
    ref: str
    delivery: int
    hook: int | None

    def answer(self, number, endpoint, asked):
        visitor = self.talking if endpoint.name in CHANGING else self.known
        ours = {
            "CASE": str(number),
            "TOKEN": visitor.token,
            "JWT": visitor.signed(email="ana@acme.com", name="Ana"),
            "CONVERSATION": visitor.id,
            "LEAD": self.ref,
            "DELIVERY": str(self.delivery),
            "HOOK": str(self.hook),
        }
        return self.deployment.client.open(**{name: filled(value, ours) for name, value in asked.items()})


def filled(value, ours):
    """A made-up request with this house's own ids and tokens in their places."""
    if isinstance(value, dict):
        return {name: filled(inner, ours) for name, inner in value.items()}
    for name, real in ours.items():
        value = value.replace(name.encode(), real.encode()) if isinstance(value, bytes) else value.replace(name, real)
    return value


@pytest.fixture(scope="module")
def houses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    with ExitStack() as open_ones:
        urls = [open_ones.enter_context(fresh_database(kind, folder, empty=True)) for kind in KINDS]
        for url in urls:
            upgrade(Database(url))
        yield [furnished(open_ones.enter_context(two_sites(url, trusted_proxies=1))) for url in urls]


def furnished(deployment):
    talking, known = deployment.visitor(), deployment.visitor()
    talking.open()
    known.open()
    known.says(WISH.format(name="Tom Becker", company="Vollmer GmbH", email="tom@vollmer.de"))
    with deployment.web.house.database.begin() as session:
        dead = session.scalars(update(Delivery).values(state="dead").returning(Delivery.id)).all()
    inner = deployment.web.house
    hook = Hooks(inner.database, inner.clock).add(inner.site_id, "conversation.ended", "http://127.0.0.1:9/gone")
    return House(deployment, talking, known, known.ref, min(dead), hook)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_nothing_a_caller_sends_is_our_fault_on_either_database(houses, endpoint):
    chance = random.Random(f"{SEED} {endpoint.name}")
    statuses: Counter[int] = Counter()
    for number in range(CASES):
        asked = odd_request(chance, endpoint)
        answers = [house.answer(number, endpoint, asked) for house in houses]
        for answer in answers:
            assert answer.status_code < 500, f"case {number}: {answer.text}"
            assert answer.status_code < 400 or answer.is_json or not answer.data, answer.data
        assert len({answer.status_code for answer in answers}) == 1, f"case {number}: {[one.text for one in answers]}"
        statuses[answers[0].status_code] += 1
    assert statuses[endpoint.status] > 0, f"the fuzzer never came through: {statuses}"


def odd_request(chance, endpoint):
    method = endpoint.method if chance.random() < 0.9 else chance.choice(["PUT", "HEAD", "OPTIONS", "POST", "GET", "X"])
    return {
        "path": path_of(chance, endpoint),
        "method": method,
        "headers": headers_of(chance, endpoint),
        "data": body_of(chance, endpoint),
    }


def path_of(chance, endpoint):
    id = {"retry_delivery": "DELIVERY", "delete_hook": "HOOK"}.get(endpoint.name, "CONVERSATION")
    right = {"id": id, "ref": "LEAD", "file": "w.js", "event": "lead.mql"}
    path = endpoint.path
    for name, good in right.items():
        path = path.replace(f"{{{name}}}", good if chance.random() < 0.7 else chance.choice(PATH_PARTS))
    return path if chance.random() < 0.5 else f"{path}?{chance.choice(QUERIES)}"


def headers_of(chance, endpoint):
    token = KEYS["default"] if endpoint.auth == "key" else "TOKEN"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for name in chance.sample(sorted(HEADERS), chance.choice([0, 0, 1, 2])):
        headers[name] = chance.choice(HEADERS[name])
    return headers


def body_of(chance, endpoint):
    if endpoint.name not in GOOD:
        return b"" if chance.random() < 0.9 else b"{}"
    good = json.dumps(GOOD[endpoint.name])
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
