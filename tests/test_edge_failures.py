"""What goes wrong is answered as JSON: ours with an incident, a busy store with a time to come back."""

import pytest
import structlog

from tests.edge import error_of, made_world, open_widget, opening
from webhook.rooms import Probe


class Busy(Exception):
    pass


class FailingIntake:
    """A door whose store fails as told."""

    def __init__(self, error):
        self.error = error

    def open(self, *given):
        raise self.error


def opened_with(error, **changes):
    world = made_world(intake=FailingIntake(error), unavailable=(Busy,), **changes)
    return world.app.test_client().post("/api/v1/conversations", json=opening())


def test_a_busy_store_is_a_503_that_says_when_to_come_back():
    answer = opened_with(Busy("database is locked"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "nothing was taken" in error_of(answer)["message"]


def test_our_own_errors_have_an_incident_and_tell_nothing_personal():
    with structlog.testing.capture_logs() as logged:
        answer = opened_with(ValueError("INSERT ... ana@acme.com"))
    assert answer.status_code == 500
    (entry,) = logged
    assert entry["incident"] in error_of(answer)["message"]
    assert (entry["error"], entry["endpoint"]) == ("ValueError", "/api/v1/conversations")
    assert any("chat.py" in frame for frame in entry["frames"])
    assert "ana@acme.com" not in str(logged) + answer.text


def test_sites_that_cannot_be_read_are_a_busy_store_too():
    def sites():
        raise Busy

    answer = (
        made_world(sites=sites, unavailable=(Busy,)).app.test_client().post("/api/v1/conversations", json=opening())
    )
    assert answer.status_code == 503


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/api/v1/nothing",
        "/api/v1/conversations/",
        "//api//v1//leads",
        "/w.js/",
        "/%ff",
        "/widget/..%2fw.js",
    ],
)
def test_nothing_here_is_json_too(path):
    answer = made_world().app.test_client().get(path)
    assert answer.status_code == 404
    error_of(answer)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_wrong_method_says_which_are_right(method):
    answer = made_world().app.test_client().open("/api/v1/conversations", method=method)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    error_of(answer)


def test_head_is_get_without_the_body():
    client = made_world().app.test_client()
    visitor = open_widget(client)
    for path in ("/healthz", "/w.js", "/openapi.json", f"{visitor.path}/messages"):
        answer = client.head(path, headers=visitor.headers)
        assert (answer.status_code, answer.data) == (200, b"")


def test_alive_says_so():
    assert made_world().app.test_client().get("/healthz").json["status"] == "alive"


def test_ready_needs_what_is_needed_and_only_shows_the_rest():
    probes = {"database": lambda: Probe(True), "slack": lambda: Probe(False, "no token: alerts wait", needed=False)}
    answer = made_world(probes=probes).app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert answer.json["checks"]["slack"] == {"ok": False, "needed": False, "detail": "no token: alerts wait"}


def test_a_probe_that_stumbles_is_not_ready():
    def stumbles():
        raise Busy("password=hunter2")

    answer = made_world(probes={"database": stumbles}).app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["checks"]["database"]) == (
        503,
        {"ok": False, "needed": True, "detail": "Busy"},
    )
    assert "hunter2" not in answer.text


def test_metrics_count_by_endpoint_and_carry_the_figures():
    client = made_world().app.test_client()
    visitor = open_widget(client)
    visitor.says("hi")
    client.open("/nothing", method="BREW")
    text = client.get("/metrics").text
    assert 'foyer_http_requests_total{endpoint="post_message",method="POST",status="200"} 1.0' in text
    assert 'foyer_http_requests_total{endpoint="unknown",method="other",status="404"} 1.0' in text
    assert "foyer_outbox_oldest_seconds 1.5" in text
    assert "foyer_outbox_dead 0.0" in text
    assert "foyer_waiting_visitors 0.0" in text
    assert visitor.conversation not in text


def test_metrics_do_without_figures_while_the_store_is_away():
    def figures():
        raise Busy

    answer = made_world(figures=figures, unavailable=(Busy,)).app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert "foyer_http_requests_total" in answer.text


def test_two_apps_do_not_share_their_counts():
    open_widget(made_world().app.test_client())
    assert "open_conversation" not in made_world().app.test_client().get("/metrics").text


def test_health_asked_often_is_looked_at_once_a_moment():
    looks = []

    def probe():
        looks.append(1)
        return Probe(True)

    client = made_world(probes={"database": probe}, kept_s=3600).app.test_client()
    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len(looks) == 1
