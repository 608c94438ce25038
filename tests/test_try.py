"""What `make run` starts, as a newcomer starts it: one URL, one clear line when it cannot, and nothing for others."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
import requests

from config.settings import ROOT
from tests.foyer import SOMEBODY, Visitor, until
from tryout.standin.listener import Listener, json_answer

STARTING_S = 60  # five seconds on a free machine, which these tests never see
LISTENING = "0A"


class Run:
    """`python -m tryout` in an empty folder with a `.env` of one's own."""

    def __init__(self, folder, dotenv="", **environment):
        (folder / ".env").write_text(dotenv)
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tryout"],
                cwd=folder,
                env=plain_environment() | {"PYTHONPATH": str(ROOT), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self):
        return self.output.read_text()

    def opened(self):
        """The one URL, once it is printed."""
        until(lambda: "/try" in self.said or self.process.poll() is not None, STARTING_S)
        [url] = re.findall(r"https?://\S+", self.said)
        return url.removesuffix("/try")

    def ended(self, timeout=STARTING_S):
        return self.process.wait(timeout)

    def terminate(self):
        """Seconds it took to end when asked to."""
        begun = monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.ended(20)
        return monotonic() - begun


def plain_environment():
    """Ours without what is Foyer's: a developer's own settings do not reach the tests."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


@contextmanager
def running(folder, dotenv="", **environment):
    run = Run(folder, dotenv, **environment)
    try:
        yield run
    finally:
        run.process.kill()
        run.ended()


def free_port():
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        return str(door.getsockname()[1])


@pytest.fixture(scope="module")
def somebody_elses_slack():
    """Where a newcomer's real token would go; whatever arrives there is a mistake."""
    asked = []

    def refuse(request):
        asked.append(request.path)
        return json_answer({"ok": False, "error": "invalid_auth"})

    listener = Listener(refuse)
    listener.start()
    yield listener.origin, asked
    listener.stop()


@pytest.fixture(scope="module")
def run(tmp_path_factory, somebody_elses_slack):
    origin, _ = somebody_elses_slack
    dotenv = f"""
SLACK_BOT_TOKEN=xoxb-my-real-token
SLACK_SIGNING_SECRET=my-real-secret
SLACK_ALERT_CHANNEL=C0MYREAL01
SLACK_API_URL={origin}/api/
"""
    begun = monotonic()
    with running(tmp_path_factory.mktemp("run"), dotenv, PORT=free_port()) as run:
        run.url = run.opened()
        print(f"\none URL after {monotonic() - begun:.1f} s")
        yield run


def test_one_url_is_printed_and_it_is_the_page(run):
    assert run.said.count("http") == 1
    assert run.url.startswith("http://127.0.0.1:")
    for path in ("/try", "/try/site", "/w.js", "/healthz", "/readyz", "/openapi.json"):
        assert requests.get(run.url + path, timeout=10).status_code == 200, path
    assert requests.get(run.url + "/", timeout=10).ok


def test_stand_in_is_used_whatever_dotenv_holds(run, somebody_elses_slack):
    Visitor(run.url).say(SOMEBODY.format(""))

    def alerts():
        state = requests.get(f"{run.url}/try/desk/state?user=ann&since=-1", timeout=10).json()
        return [one for channel in state["channels"] for one in channel["messages"] if "metadata" in one]

    found = until(alerts)
    assert found[0]["metadata"]["event_type"] == "mql_alert"
    assert "xoxb-my-real-token" not in run.said
    assert somebody_elses_slack[1] == []


def test_real_slack_is_used_when_asked_for(tmp_path, somebody_elses_slack):
    origin, asked = somebody_elses_slack
    mine = {"SLACK_BOT_TOKEN": "xoxb-mine", "SLACK_SIGNING_SECRET": "mine", "SLACK_ALERT_CHANNEL": "C0MYREAL01"}
    with running(tmp_path, SLACK="real", SLACK_API_URL=f"{origin}/api/", PORT=free_port(), **mine) as run:
        url = run.opened()
        assert requests.get(f"{url}/try/desk/state", timeout=10).status_code == 404
        Visitor(url).say(SOMEBODY.format(""))
        until(lambda: asked)
    asked.clear()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux' /proc")
def test_nothing_listens_for_other_machines(run):
    ours = sockets_of(run.process.pid)
    addresses = [address for address, socket_ in listening() if socket_ in ours]
    assert len(addresses) == 2, "the site, and the stand-in's own listener"
    assert set(addresses) == {"0100007F"}, "127.0.0.1 as Linux writes it"


def sockets_of(pid):
    links = [os.readlink(handle) for handle in Path(f"/proc/{pid}/fd").iterdir() if handle.is_symlink()]
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


def listening():
    """Address and socket of everything that listens on this machine."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for row in table.read_text().splitlines()[1:] if table.exists() else ():
            columns = row.split()
            if columns[3] == LISTENING:
                yield columns[1].split(":")[0], columns[9]


def test_taken_port_is_one_clear_line_that_names_the_remedy(tmp_path):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(tmp_path, PORT=port) as run:
            assert run.ended() == 1
    [line] = run.said.strip().splitlines()
    assert port in line
    assert "PORT=" in line


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("CRITERIA_FILE", "nowhere.yaml")])
def test_wrong_setting_is_one_clear_line_that_names_it(tmp_path, name, value):
    with running(tmp_path, **{"PORT": free_port(), name: value}) as run:
        assert run.ended() == 1
    [line] = run.said.strip().splitlines()
    assert name in line or value in line
    assert "cannot start" in line


def test_production_never_gets_the_stand_in(tmp_path):
    safe = {"FOYER_ENV": "production", "SECRET_KEY": "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978"}
    with running(tmp_path, PORT=free_port(), **safe) as run:
        assert run.ended() == 1
    [line] = run.said.strip().splitlines()
    assert "Procfile" in line


def test_asked_to_end_it_ends_soon_while_others_wait_and_comes_back_with_what_it_knew(tmp_path):
    port = free_port()
    with running(tmp_path, PORT=port) as run:
        visitor = Visitor(run.opened()).open()
        visitor.say("do you integrate with HubSpot?")
        waiting = [Thread(target=wait_at, args=(url,)) for url in long_polls(visitor)]
        for one in waiting:
            one.start()
        until(lambda: established(run.process.pid, int(port)) >= len(waiting))
        seconds = run.terminate()
        print(f"\nended after {seconds:.1f} s")
        assert seconds < 10
        for one in waiting:
            one.join(10)
        assert "Traceback" not in run.said
    with running(tmp_path, PORT=port) as run:
        again = Visitor(run.opened(), visitor.token).open()
        assert again.conversation_id == visitor.conversation_id
        assert any(message["text"] == "do you integrate with HubSpot?" for message in again.heard)


def long_polls(visitor):
    chat = f"{visitor.url}/api/v1/conversations/{visitor.conversation_id}/messages"
    last = visitor.heard[-1]["id"]
    authorised = {"Authorization": f"Bearer {visitor.token}"}
    seen = requests.get(f"{visitor.url}/try/desk/state?user=ann", timeout=10).json()["version"]
    return [
        (f"{visitor.url}/try/desk/state?user=ann&since={seen}&wait=20", {}),
        (f"{chat}?after={last}&wait=25", authorised),
    ]


def wait_at(place):
    url, headers = place
    try:
        requests.get(url, headers=headers, timeout=40)
    except requests.RequestException:
        return  # it ends while we wait: that is what is tried here


def established(pid, port):
    """How many callers this process is serving."""
    ours = sockets_of(pid)
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[9] in ours and row[3] == "01" and row[1].endswith(f":{port:04X}") for row in rows)
