"""`flask privacy` and `flask backup`: an operator shows, erases and copies."""

import json
import sqlite3
import stat

import pytest

from tests.shell import shell_at


@pytest.fixture
def shell(database_url):
    return shell_at(database_url)


def test_an_operator_shows_and_erases(shell, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("name,email\nZerlina Quux,zerlina@plughmore.example\n", "utf-8")
    assert shell("leads", "import", str(people)).exit_code == 0
    out = tmp_path / "z.json"
    assert shell("privacy", "export", "zerlina@plughmore.example", "--out", str(out)).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_text("utf-8"))["lead"][0]["name"] == "Zerlina Quux"
    assert "--yes" in shell("privacy", "erase", "L-1001").output
    done = shell("privacy", "erase", "L-1001", "--yes", "--json")
    assert json.loads(done.stdout)["leads"] == ["L-1001"]
    gone = shell("privacy", "export", "zerlina@plughmore.example")
    assert (gone.exit_code, "nobody of the site" in gone.output) == (1, True)
    listed = shell("privacy", "erase", "--list").stdout
    kept = tmp_path / "erased.jsonl"
    kept.write_text(listed, "utf-8")
    assert "Erased again: 0" in shell("privacy", "erase", "--replay", str(kept)).output
    assert json.loads(shell("privacy", "retain", "--json").stdout)["leads"] == []


def test_a_backup_is_whole_and_for_its_owner_alone(shell, database_url, tmp_path):
    shell("privacy", "retain")  # there is a database
    file = tmp_path / "backup.db"
    done = shell("backup", str(file))
    if not database_url.startswith("sqlite"):
        assert (done.exit_code, "pg_dump" in done.output, file.exists()) == (1, True, False)
        return
    assert (done.exit_code, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600)
    with sqlite3.connect(file) as copy:
        assert copy.execute("select count(*) from site").fetchone() == (1,)
    again = shell("backup", str(file))
    assert (again.exit_code, "there already" in again.output) == (1, True)
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".half"] == []
