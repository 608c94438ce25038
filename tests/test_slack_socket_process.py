"""`python -m bot`: a process of its own answers Slack, changes what the web process serves, and stops when told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import ROOT
from tests.foyer import open_foyer, until
from tryout.standin import ANN, LEADS, Standin


def settings(folder: Path, slack: Standin, **given: str) -> dict[str, str]:
    ours = {
        "DATABASE_URL": f"sqlite:///{folder}/foyer.db",
        "SECRET_KEY": "a-key-for-tests-only-0123456789",
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "SLACK_ALERT_CHANNEL": LEADS,
        "SLACK_API_URL": slack.api_url,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLACK")}
    return {name: value for name, value in {**kept, **ours, **given}.items() if value}


@contextmanager
def process(folder: Path, slack: Standin, **given: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bot"]
    with (folder / "bot.log").open("a") as log:
        running = subprocess.Popen(
            command, cwd=ROOT, env=settings(folder, slack, **given), stdout=log, stderr=log, text=True
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def test_a_rep_works_a_lead_through_the_process_and_it_stops_within_ten_seconds(tmp_path):
    slack = Standin(transport="socket")
    with open_foyer(tmp_path, standin=slack) as foyer, process(tmp_path, slack) as bot:
        alert = foyer.alert(foyer.new_lead())
        until(lambda: slack.sockets.connected or bot.poll() is not None, 40)
        ref = alert["metadata"]["event_payload"]["lead"]
        assert "Tom" in str(slack.command(ANN, f"/lead status {ref}").json)
        assert slack.press(ANN, alert["ts"], "lead_claim").ok
        until(lambda: foyer.lead(ref)["handoff"] == "claimed")
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(10) == 0
        assert slack.sockets.connected == 0
    written = (tmp_path / "bot.log").read_text()
    assert "Traceback" not in written
    assert slack.app.bot_token not in written
    assert slack.app.app_token not in written


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"SLACK_APP_TOKEN": ""}, "SLACK_SIGNING_SECRET: needed"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "s" * 32}, "SLACK_APP_TOKEN: needed"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN: needed"),
        ({"SLACK_APP_TOKEN": "xapp-of-somebody-else"}, "Slack refuses it (invalid_auth)"),
    ],
)
def test_what_keeps_it_from_starting_is_one_clear_line(tmp_path, given, names):
    with open_foyer(tmp_path) as foyer, process(tmp_path, foyer.standin, **given) as bot:
        assert bot.wait(40) == 1
    written = (tmp_path / "bot.log").read_text()
    assert names in written
    assert "Traceback" not in written
