"""The widget's files are served fast, from any page, and again only when they changed."""

import gzip

import pytest

from tests.edge import error_of, made_world

PANEL = "panel-cd4e6930ed.js"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "w.js").write_text("start()" * 200)
    (tmp_path / PANEL).write_text("export default 1")
    (tmp_path / "MANIFEST.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path


@pytest.fixture
def client(folder):
    return made_world(folder).app.test_client()


def test_the_loader_is_kept_for_five_minutes_and_asked_for_again_by_its_tag(client):
    answer = client.get("/w.js")
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/w.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_hashed_files_are_kept_for_ever(client):
    assert "immutable" in client.get(f"/widget/{PANEL}").headers["Cache-Control"]
    assert "immutable" not in client.get("/widget/w.js").headers["Cache-Control"]


def test_modules_may_be_fetched_from_any_page(client):
    answer = client.get(f"/widget/{PANEL}", headers={"Origin": "https://anybody.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_files_go_out_packed_to_who_can_unpack(client):
    plain, packed = client.get("/w.js"), client.get("/w.js", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in client.get("/w.js", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_a_rebuilt_widget_is_served_without_a_restart(client, folder):
    before = client.get("/w.js")
    (folder / "w.js").write_text("start(2)")
    after = client.get("/w.js", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.data) == (200, b"start(2)")


@pytest.mark.parametrize(
    "name",
    ["secret.txt", "MANIFEST.json", "nothing.js", "..%2fw.js", "%2e%2e/w.js", ".js", "a" * 300 + ".js", "%00.js"],
)
def test_nothing_else_is_served(client, name):
    answer = client.get(f"/widget/{name}")
    assert answer.status_code == 404
    error_of(answer)


def test_without_a_built_widget_the_house_still_answers(tmp_path):
    client = made_world(tmp_path / "nowhere").app.test_client()
    assert client.get("/w.js").status_code == 404
    assert client.get("/").status_code == 200
