"""The benchmarks run and say what they should. How fast anything is, is for `make bench` and an idle machine."""

from benchmarks import lookups, report
from benchmarks.__main__ import MEASURES
from benchmarks.engines import engines
from benchmarks.floor import create_floor
from benchmarks.report import Row, Section, at_most


def test_a_goal_is_met_up_to_its_very_value():
    assert at_most("a turn", 1.6, 1.6).met is True
    assert at_most("a turn", 1.61, 1.6).verdict == "**not met**"
    assert Row("a figure to know", "3").verdict == ""


def test_percentiles_are_values_that_were_measured():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert report.median(values) == 3.0
    assert report.percentile(values, 99) == 5.0
    assert report.percentile([7.0], 50) == 7.0


def test_only_the_measured_part_of_the_document_is_replaced(tmp_path):
    document = tmp_path / "performance.md"
    document.write_text(f"# Kept\n{report.BEGIN}\nold\n{report.END}\nkept too\n")
    report.write([Section("turns", "A turn", (at_most("cost", 1.2, 1.6),))], True, document)
    written = document.read_text()
    assert "| cost | 1.20x | at most 1.60x | met |" in written
    assert written.startswith("# Kept\n")
    assert written.endswith(f"{report.END}\nkept too\n")
    assert "old" not in written


def test_the_document_has_a_place_for_what_is_measured():
    text = report.DOCUMENT.read_text()
    assert text.index(report.BEGIN) < text.index(report.END)
    assert all(name in text for name in MEASURES)


def test_the_floor_remembers_every_turn_on_a_durable_database(tmp_path):
    client = create_floor(f"sqlite:///{tmp_path}/floor.db").test_client()
    lead = client.post("/open").get_json()["conversation_id"]
    assert [client.post(f"/say/{lead}", json={"text": "hello"}).get_json()["turns"] for _ in range(2)] == [1, 2]


def test_look_ups_find_somebody_at_every_size(tmp_path):
    with engines(tmp_path) as made:
        rows = lookups.on_one(made, "sqlite", (200, 400), 2, lambda _: None)
    assert {row.what.split(":")[0] for row in rows} >= {"sqlite, e-mail", "sqlite, list", "sqlite, search"}
