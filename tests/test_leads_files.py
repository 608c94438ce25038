"""`flask leads import|export|revisit`: leads from a file, leads into one, and old ones worth another look."""

import csv
import io
import json
import stat

import pytest

from tests.shell import shell_at
from tests.signals import send
from tests.two_sites import two_sites

FAIR = """Name;E-mail;Company;Company size;Message
Ana Silva;ana@northwind.example;Northwind;120 people;Could we see a demo this month?
Tom Becker;tom at vollmer;Vollmer;250;
;;;;
"Wolf, Mia";MIA@kessel.example;Kessel AG;90;
"""


@pytest.fixture
def house(database_url):
    with two_sites(database_url) as deployment:
        yield deployment


@pytest.fixture
def shell(database_url):
    return shell_at(database_url, "leads")


@pytest.fixture
def fair(tmp_path):
    file = tmp_path / "fair.csv"
    file.write_text(FAIR, "utf-8-sig")
    return str(file)


def test_rows_become_leads_by_the_same_criteria_and_what_cannot_be_read_is_named(house, shell, fair):
    done = shell("import", fair, "--channel", "event", "--source", "Fair 2026", "--json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert (told["taken"], told["leads"], [one["line"] for one in told["left_out"]]) == (2, 2, [3])
    assert "email" in told["left_out"][0]["error"]
    ana, mia = house.lead("default", "L-1001"), house.lead("default", "L-1002")
    assert (ana["stage"], ana["purchase_interest"]) == ("sql", True)
    assert ana["facts"]["company_size"]["value"] == {"min": 120, "max": 120}
    assert (ana["source"]["channel"], ana["source"]["name"]) == ("event", "Fair 2026")
    assert (mia["facts"]["email"]["value"], mia["facts"]["person_name"]["text"]) == ("mia@kessel.example", "Wolf, Mia")


def test_the_same_file_again_changes_nothing(house, shell, fair):
    first = json.loads(shell("import", fair, "--json").stdout)
    log = house.lead("default", "L-1001")["stage_log"]
    assert json.loads(shell("import", fair, "--json").stdout) == first
    assert house.lead("default", "L-1001")["stage_log"] == log


def test_checking_takes_nothing_in(house, shell, fair):
    checked = shell("import", fair, "--check")
    assert (checked.exit_code, "2 rows can be taken in; 1 left out" in checked.output) == (1, True), checked.output
    assert json.loads(shell("revisit", "--json").stdout) == {"leads": []}
    assert len(shell("export").stdout.splitlines()) == 1


def test_json_lines_hold_what_the_api_takes(house, shell, tmp_path):
    file = tmp_path / "leads.jsonl"
    rows = [{"email": "ana@northwind.example"}, {"email": "b@x.example", "score": 99}, "no object"]
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    told = json.loads(shell("import", str(file), "--json").stdout)
    assert (told["taken"], [one["line"] for one in told["left_out"]]) == (1, [2, 3])
    assert house.lead("default", "L-1001")["source"]["channel"] == "import"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Name;Company\nAna;Acme\n"])
def test_a_file_without_the_columns_that_matter_is_refused_whole(house, shell, tmp_path, text):
    file = tmp_path / "odd.csv"
    file.write_text(text, "utf-8")
    refused = shell("import", str(file))
    assert (refused.exit_code, "`email` or `phone`" in refused.output) == (1, True), refused.output


def test_an_export_opens_in_a_spreadsheet_and_runs_nothing(house, shell, tmp_path):
    send(house, email="ana@northwind.example", name="=cmd|' /C calc'!A0", phone="+49 30 901820")
    out = tmp_path / "leads.csv"
    done = shell("export", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    [row] = csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline=""))
    assert (row["lead"], row["email"], row["name"][:2]) == ("L-1001", "ana@northwind.example", "'=")
    assert row["phone"] == "'+4930901820"
    assert shell("export").stdout == out.read_text("utf-8")


def test_an_export_of_json_lines_tells_what_the_api_tells_and_of_one_site_alone(house, shell):
    send(house, email="ana@northwind.example")
    [line] = shell("export", "--jsonl").stdout.splitlines()
    assert json.loads(line) == house.lead("default", "L-1001")
    assert shell("export", "--jsonl", "--site", "other").stdout == ""


def test_what_was_exported_can_be_imported(house, shell, tmp_path):
    send(house, email="ana@northwind.example", name="Ana Silva", company="Northwind", phone="+49 30 901820")
    out = tmp_path / "leads.csv"
    shell("export", "--out", str(out))
    told = json.loads(shell("import", str(out), "--json", "--site", "other").stdout)
    assert (told["leads"], told["left_out"]) == (1, [])
    facts = house.lead("other", "L-1002")["facts"]
    assert (facts["company"]["text"], facts["phone"]["value"]) == ("Northwind", "+4930901820")


def test_old_leads_are_listed_with_why(house, shell):
    assert "Nobody" in shell("revisit").output
