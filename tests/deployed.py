"""Foyer as an operator runs it: the Procfile's commands as processes of their own, seen from outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import requests

from tests.foyer import API_KEY, Visitor, until
from tryout.standin import Standin
from tryout.standin.people import LEADS

ROOT = Path(__file__).resolve().parent.parent
SECRET = "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978"
START_S = 90  # a busy machine imports for a long time
PROGRAMS = {"gunicorn": (sys.executable, "-m", "gunicorn"), "python": (sys.executable,)}


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}


@dataclass
class Process:
    """A running command; `lines` is what it has written so far."""

    running: subprocess.Popen[str]
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def visitor(self) -> Visitor:
        return Visitor(self.url)

    def events(self, name: str) -> list[Any]:
        told = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
        return [one for one in told if one.get("event") == name]

    def is_up(self) -> bool:
        assert self.running.poll() is None, "".join(self.lines)
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    def stopped_after(self) -> float:
        """Seconds from SIGTERM to the end."""
        before = monotonic()
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(40)
        return monotonic() - before


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def environment(folder: Path, desk: Standin | None = None, **given: str) -> dict[str, str]:
    slack = desk and {
        "SLACK_BOT_TOKEN": desk.app.bot_token,
        "SLACK_SIGNING_SECRET": desk.app.signing_secret,
        "SLACK_ALERT_CHANNEL": LEADS,
        "SLACK_API_URL": desk.api_url,
    }
    ours = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{folder}/foyer.db",
        "SECRET_KEY": SECRET,
        "API_KEYS": API_KEY,
        "LOG_FORMAT": "json",
        "RATE_LIMITS": "off",
        "PYTHONFAULTHANDLER": "1",
    }
    return {**ours, **(slack or {}), **given}


@contextmanager
def started(command: str, env: dict[str, str], folder: Path = ROOT) -> Iterator[Process]:
    """The command as the Procfile has it, in this Python, from `folder`; ended with the block."""
    program, *arguments = command.split()
    port = free_port()
    running = subprocess.Popen(
        [*PROGRAMS[program], *arguments], cwd=folder, env={**env, "PORT": str(port)}, stderr=subprocess.PIPE, text=True
    )
    process = Process(running, port)
    reading = threading.Thread(target=lambda: process.lines.extend(iter(running.stderr.readline, "")), daemon=True)
    reading.start()
    try:
        yield process
    finally:
        end(running)
        reading.join(5)
        running.stderr.close()


def end(running: subprocess.Popen[str]) -> None:
    running.terminate()
    try:
        running.wait(20)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


@contextmanager
def served(env: dict[str, str], command: str | None = None, folder: Path = ROOT) -> Iterator[Process]:
    """The web process, once it answers."""
    with started(command or procfile()["web"], env, folder) as process:
        until(process.is_up, START_S)
        yield process


def migrated(env: dict[str, str]) -> None:
    program, *arguments = procfile()["release"].split()
    subprocess.run([*PROGRAMS[program], *arguments], cwd=ROOT, env=env, check=True, timeout=START_S)
