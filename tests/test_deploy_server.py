"""The Procfile's processes: they serve, share the work, refuse in one line, and stop within ten seconds."""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from statistics import quantiles
from time import monotonic

import pytest
import requests

from tests.deployed import PROGRAMS, ROOT, START_S, environment, migrated, procfile, served, started
from tests.foyer import API_KEY, until
from tryout.standin import Standin

pytestmark = pytest.mark.slow
HALF = (
    b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
)
SLOW_SENDERS = 200
MOST_S = 10
LEAD = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom@vollmer.de"


def refused(env, process="web"):
    """What a process that will not start says, and its exit code."""
    program, *arguments = procfile()[process].split()
    ended = subprocess.run(
        [*PROGRAMS[program], *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=START_S
    )
    said = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    return ended.returncode, said


def is_told(desk):
    return [one for one in desk.messages() if one.get("metadata", {}).get("event_type") == "mql_alert"]


def waiting(url, visitor, after, heard):
    """A long-poll in a thread; what came of it is put into `heard`."""

    def wait():
        answer = requests.get(
            f"{url}/api/v1/conversations/{visitor.conversation_id}/messages?after={after}&wait=25",
            headers={"Authorization": f"Bearer {visitor.token}"},
            timeout=40,
        )
        heard.append(answer)

    polling = threading.Thread(target=wait)
    polling.start()
    return polling


def waiting_visitors(process):
    """As /metrics says of the process that happens to answer."""
    shown = requests.get(f"{process.url}/metrics", timeout=5).text
    return any(line == "foyer_waiting_visitors 1.0" for line in shown.splitlines())


def test_two_web_processes_on_sqlite_serve_and_one_of_them_delivers_each_alert_once(tmp_path):
    with Standin() as desk:
        env = environment(tmp_path, desk, WEB_CONCURRENCY="2")
        migrated(env)
        with served(env) as web:
            assert requests.get(f"{web.url}/readyz", timeout=5).json()["status"] == "ready"
            refs = set()
            for _ in range(4):
                visitor = web.visitor()
                visitor.say(LEAD)
                seen = requests.get(
                    f"{web.url}/api/v1/conversations/{visitor.conversation_id}",
                    headers={"Authorization": f"Bearer {API_KEY}"},
                    timeout=5,
                )
                refs.add(seen.json()["lead_ref"])
            desk.wait_for(lambda: len(is_told(desk)) >= len(refs), 30)
            assert len([line for line in web.lines if "Booting worker" in line]) == 2
            assert len(web.events("lease_taken")) == 1

            heard = []
            polling = waiting(web.url, visitor, visitor.heard[-1]["id"], heard)
            until(lambda: waiting_visitors(web))
            assert web.stopped_after() < MOST_S
            polling.join(5)
            assert heard[0].status_code == 200
            assert heard[0].json() == {"messages": []}
            assert web.running.returncode == 0
        assert sorted(one["metadata"]["event_payload"]["lead"] for one in is_told(desk)) == sorted(refs)


def test_the_image_holds_all_that_is_needed_to_serve_and_its_health_check_works(tmp_path):
    image = tmp_path / "app"
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        kept = ROOT / line.removeprefix("!")
        if line.startswith("!") and kept.is_dir():
            shutil.copytree(kept, image / line[1:], ignore=shutil.ignore_patterns("__pycache__", ".env*"))
        elif line.startswith("!") and kept.exists():
            image.mkdir(exist_ok=True)
            shutil.copy(kept, image)
    env = environment(tmp_path)
    program, *arguments = procfile()["release"].split()
    subprocess.run([*PROGRAMS[program], *arguments], cwd=image, env=env, check=True, timeout=START_S)
    with served(env, folder=image) as web:
        assert requests.get(f"{web.url}/w.js", timeout=5).ok
        assert web.visitor().say("Do you integrate with HubSpot?")["messages"]
        assert health_check(web.port) == 0
    assert health_check(web.port) != 0


def health_check(port):
    """What Docker would run, and its exit code."""
    [words] = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", (ROOT / "Dockerfile").read_text())
    command = [sys.executable, *json.loads(words)[1:]]
    return subprocess.run(command, env={"PORT": str(port)}, capture_output=True, timeout=30).returncode


def test_a_worker_told_to_stop_while_slack_hangs_ends_within_ten_seconds(tmp_path):
    with Standin() as desk:
        env = environment(tmp_path, desk, EMBEDDED_WORKER="0")
        migrated(env)
        with served(env) as web:
            web.visitor().say(LEAD)
        fault = desk.faults.add("*", "hang", times=None)
        with started(procfile()["worker"], env) as worker:
            assert fault.met.wait(START_S)
            assert worker.stopped_after() < MOST_S
            assert worker.running.returncode == 0
        desk.faults.clear()
        with started(procfile()["worker"], env):
            assert len(desk.wait_for(lambda: is_told(desk), 60)) == 1


def test_a_web_process_told_to_stop_while_it_delivers_ends_within_ten_seconds(tmp_path):
    with Standin() as desk:
        env = environment(tmp_path, desk)
        migrated(env)
        fault = desk.faults.add("*", "hang", times=None)
        with served(env) as web:
            web.visitor().say(LEAD)
            assert fault.met.wait(30)
            assert web.stopped_after() < MOST_S


@pytest.mark.parametrize("command", [procfile()["web"], "python -m tryout"], ids=["gunicorn", "waitress"])
def test_two_hundred_slow_senders_do_not_hold_up_a_visitor(command, tmp_path, capsys):
    env = environment(tmp_path)
    migrated(env)
    with served(env, command) as web, ExitStack() as slow, requests.Session() as browser:
        visitor = web.visitor().open()
        for _ in range(SLOW_SENDERS):
            wire = slow.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=10))
            wire.sendall(HALF)
        path = f"{web.url}/api/v1/conversations/{visitor.conversation_id}/seen"
        seen = {"message_id": visitor.heard[-1]["id"]}
        took = [timed(browser, path, seen, visitor.token) for _ in range(60)]
        p95 = quantiles(took, n=20)[-1]
        with capsys.disabled():
            print(f"\n200 slow senders, {command.split()[0]}: p95 {p95 * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms")
        assert p95 <= 0.5


def timed(browser, path, body, token):
    before = monotonic()
    answer = browser.post(path, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=20)
    assert answer.status_code == 204, answer.text
    return monotonic() - before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"PORT": "eighty"}, "PORT:"),
        ({"FOYER_ENV": "production", "RATE_LIMITS": "on", "API_KEYS": "sesame"}, "API_KEYS:"),
        ({"CRITERIA_FILE": "nowhere.yaml"}, "nowhere.yaml cannot be read"),
        ({}, "python -m commands.migrate"),
        ({"DATABASE_URL": "postgresql://foyer:hunter2hunter2@127.0.0.1:9/foyer"}, "the database does not serve"),
    ],
)
@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_process_that_cannot_start_says_why_in_one_line(process, wrong, says, tmp_path):
    code, said = refused({**environment(tmp_path), **wrong}, process)
    assert code == 1
    assert len(said) == 1, said
    assert says in said[0]
    assert "hunter2" not in said[0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"PORT": "eighty"}, "PORT:"),
        ({"DATABASE_URL": "postgresql://foyer:hunter2hunter2@127.0.0.1:9/foyer"}, "the database does not serve"),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/foyer.db"}, "Is it writable?"),
        ({"DATABASE_URL": "sqlite:///FOLDER/notes.txt"}, "file is not a database"),
    ],
)
def test_a_release_that_cannot_migrate_says_why_in_one_line(wrong, says, tmp_path):
    (tmp_path / "notes.txt").write_text("These are notes, and no database. " * 20)
    wrong = {name: value.replace("FOLDER", str(tmp_path)) for name, value in wrong.items()}
    code, said = refused({**environment(tmp_path), **wrong}, "release")
    assert (code, len(said)) == (1, 1), said
    assert says in said[0]
    assert "hunter2" not in said[0]


def test_a_release_does_not_touch_a_database_of_newer_code(tmp_path):
    env = environment(tmp_path)
    migrated(env)
    with closing(sqlite3.connect(tmp_path / "foyer.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
        database.commit()
    code, said = refused(env, "release")
    assert (code, len(said)) == (1, 1), said
    assert "the database is ahead of this code" in said[0]
