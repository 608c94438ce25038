"""Pages of the site may talk to us, others may not, and no answer runs anything anywhere."""

import pytest

from tests.edge import OTHER_SITE, SITE, error_of, key, made_world, open_widget, opening, served
from webhook.endpoints import ENDPOINTS
from webhook.rooms import Site

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
WRONG = [
    "null",
    "",
    "https://evil.example",
    "http://www.example.com",
    "https://www.example.com:8443",
    "https://www.example.com.evil.example",
    "https://example.com",
    "https://WWW.example.com/",
    "https://www.example.com, https://evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
]


@pytest.fixture
def world():
    sites = (Site(1, "default", (SITE,)), Site(2, "other", (OTHER_SITE,)))
    return made_world(sites=lambda: sites)


@pytest.fixture
def client(world):
    return world.app.test_client()


def test_a_page_of_the_site_may_read_the_answer(client):
    answer = client.post("/api/v1/conversations", json=opening(), headers={"Origin": SITE})
    assert answer.status_code == 201
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", WRONG)
def test_a_page_of_nobody_is_refused(client, world, origin):
    for answer in (
        client.post("/api/v1/conversations", json=opening(), headers={"Origin": origin}),
        client.options("/api/v1/conversations", headers={"Origin": origin, **PREFLIGHT}),
        client.get("/api/v1/deliveries", headers={"Origin": origin, **key()}),
    ):
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Origin" in answer.headers["Vary"]
        error_of(answer)
    assert world.intake.conversations == {}


def test_a_page_of_one_site_cannot_use_another(client, world):
    mine = client.post("/api/v1/conversations", json=opening(), headers={"Origin": OTHER_SITE})
    visitor = open_widget(client)
    theirs = client.get(f"{visitor.path}/messages", headers={"Origin": OTHER_SITE, **visitor.headers})
    for answer in (mine, theirs):
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_request_without_an_origin_is_served(client):
    assert client.post("/api/v1/conversations", json=opening()).status_code == 201


@pytest.mark.parametrize(
    "endpoint", [one for one in ENDPOINTS if one.path.startswith("/api/")], ids=lambda one: one.name
)
def test_every_address_answers_the_browsers_question_first(client, endpoint):
    path = endpoint.path.replace("{id}", "0" * 32).replace("{ref}", "L-1")
    answer = client.options(path, headers={"Origin": SITE, **PREFLIGHT})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert endpoint.method in answer.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(", "))


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:5500", "http://localhost", "https://localhost:3000", "http://[::1]:80"]
)
def test_a_site_without_origins_is_tried_out_on_this_machine(origin):
    client = made_world().app.test_client()
    answer = client.post("/api/v1/conversations", json=opening(), headers={"Origin": origin})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (201, origin)


def test_a_site_without_origins_is_tried_out_on_our_own_pages():
    client = made_world().app.test_client()
    headers = {"Origin": "https://foyer.example", "Host": "foyer.example"}
    assert client.post("/api/v1/conversations", json=opening(), headers=headers).status_code == 403
    answer = client.post("/api/v1/conversations", json=opening(), headers=headers, base_url="https://foyer.example")
    assert answer.status_code == 201


@pytest.mark.parametrize("origin", WRONG)
def test_a_site_without_origins_is_still_not_everybodys(origin):
    client = made_world(sites=lambda: (Site(1, "default"),)).app.test_client()
    assert client.post("/api/v1/conversations", json=opening(), headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/openapi.json", "/w.js", "/nothing", "/api/v1/nothing", "/api/v1/leads"]
)
def test_every_answer_is_inert(client, path):
    answer = client.get(path)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in answer.headers


def test_transport_security_is_asked_for_only_over_https(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    assert "Strict-Transport-Security" in client.get("/healthz", base_url="https://foyer.example").headers


def test_no_server_name_goes_out_over_the_wire(world):
    import http.client

    with served(world.app) as address:
        connection = http.client.HTTPConnection(*address, timeout=5)
        connection.request("GET", "/healthz")
        assert connection.getresponse().getheader("Server") is None
        connection.close()


def test_the_home_page_does_not_echo_markup(client):
    answer = client.get("/", headers={"Host": "a&lt;b.example"})
    assert answer.status_code in (200, 400)
    assert b"<script" not in client.get("/").data


def test_in_production_a_site_without_origins_serves_its_own_pages_only():
    client = made_world(sites=lambda: (Site(1, "default", (), trying_out=False),)).app.test_client()
    own = client.post("/api/v1/conversations", json=opening(), headers={"Origin": "http://localhost"})
    other = client.post("/api/v1/conversations", json=opening(), headers={"Origin": "http://127.0.0.1:5173"})
    assert (own.status_code, other.status_code) == (201, 403)


@pytest.mark.parametrize("proxies", [1, 2])
def test_behind_proxies_our_own_pages_are_the_https_ones(proxies):
    """nginx, Render and Fly pass one scheme on, however many addresses there are."""
    client = made_world(trusted_proxies=proxies).app.test_client()
    forwarded = {"X-Forwarded-For": "203.0.113.7, 10.0.0.1", "X-Forwarded-Proto": "https", "Host": "chat.example.com"}
    ours = {**forwarded, "Origin": "https://chat.example.com"}
    assert client.post("/api/v1/conversations", json=opening(), headers=ours).status_code == 201
    home = client.get("/", headers=forwarded)
    assert 'src="https://chat.example.com/w.js"' in home.text
    assert home.headers["Strict-Transport-Security"]


def test_nobody_says_https_to_a_foyer_without_a_proxy():
    answer = made_world().app.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers
