"""Servers under measure: each a process of its own on one core, which tells its CPU time at `/bench`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import requests
from flask import Flask, Response, jsonify

from config.settings import ROOT

PEER = ROOT / ".venv" / "peer"
SERVER_CORE, CLIENT_CORE = 0, 1
STARTING_S = 60


@dataclass
class Server:
    """A running one. `pid` is the process that answers."""

    kind: str
    url: str
    pid: int = 0
    costs: dict[str, list[float]] = field(default_factory=dict)

    def spent(self) -> dict[str, Any]:
        """CPU seconds of the process so far, of `understand` among them, and each call of it since the last time."""
        return dict(requests.get(f"{self.url}/bench", timeout=30).json())


def measured_app(kind: str, url: str) -> Flask:
    """What gunicorn serves: `benchmarks.serving:measured_app('floor', URL)`."""
    understood: list[float] = []
    commits: list[float] = []
    app = _made(kind, url, understood, commits)

    @app.get("/bench")
    def bench() -> Response:
        calls, understood[:] = list(understood), []
        return jsonify(cpu=time.process_time(), understood=calls, commits=commits, pid=os.getpid())

    return app


def _made(kind: str, url: str, understood: list[float], commits: list[float]) -> Flask:
    if kind == "floor":
        from benchmarks.floor import create_floor

        return create_floor(url)
    if kind == "peer":
        from benchmarks.peer import create_peer

        return create_peer(url)
    return _foyer(url, understood, commits, embedded_worker=kind == "foyer with worker")


def _foyer(url: str, understood: list[float], commits: list[float], embedded_worker: bool) -> Flask:
    """The web application as it is, with a stopwatch at the language pipeline and at what is told after a commit."""
    import wsgi
    from config.logging import start_logging
    from config.settings import load_settings
    from qualification import turn
    from qualification.understanding import warm_up

    warm_up()
    turn.understand = clocked(turn.understand, understood)  # type: ignore[attr-defined]
    assemble = wsgi.assemble
    wsgi.assemble = lambda given, told, clock: assemble(given, stamped(told, commits), clock)  # type: ignore[attr-defined]
    settings = load_settings(database_url=url, embedded_worker=embedded_worker, **UNLIMITED)
    start_logging(settings)
    web = wsgi.create_web(settings)
    wsgi.settle_memory()
    web.start_worker()
    return web.app


UNLIMITED: dict[str, Any] = {"secret_key": "for-benchmarks-only-0123456789abcdef", "rate_limits": False}


def clocked(call: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    @wraps(call)
    def timed(*given: Any) -> Any:
        began = time.thread_time()
        try:
            return call(*given)
        finally:
            into.append(time.thread_time() - began)

    return timed


def stamped(call: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    @wraps(call)
    def stamping(*given: Any) -> Any:
        into.append(time.time())
        return call(*given)

    return stamping


@contextmanager
def serving(
    kind: str, database_url: str, folder: Path, threads: int = 8, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """One gthread worker on one core."""
    app = f"benchmarks.serving:measured_app({kind!r}, {database_url!r})"
    options = ["-k", "gthread", "--threads", str(threads), "--workers", "1", "--keep-alive", "60", "--timeout", "120"]
    given = {"PYTHONPATH": str(PEER)} if kind == "peer" else environment or {}
    with gunicorn([app, *options], folder / kind.replace(" ", "-"), given) as (url, _):
        server = Server(kind, url)
        server.pid = server.spent()["pid"]
        pin(server.pid, SERVER_CORE)
        yield server


@contextmanager
def gunicorn(command: list[str], place: Path, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A gunicorn on a free port; its address and the process that watches over the workers."""
    port = free_port()
    bind = ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    given = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LOG_LEVEL": "warning", **environment}
    with place.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *command, *bind], cwd=ROOT, env=given, stdout=log, stderr=log
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", process, place.with_suffix(".log"))
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def delivering(database_url: str, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """The worker process, on the core where the clients are."""
    given = {**os.environ, "OMP_NUM_THREADS": "1", "LOG_LEVEL": "info", "DATABASE_URL": database_url, **environment}
    given |= {"SECRET_KEY": UNLIMITED["secret_key"]}
    place = folder / "delivery.log"
    with place.open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", "delivery"], cwd=ROOT, env=given, stdout=log, stderr=log)
    try:
        until = time.monotonic() + STARTING_S
        while b"delivery_started" not in place.read_bytes():
            if worker.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"The worker under measure did not start:\n{place.read_text()[-3000:]}")
            time.sleep(0.02)
        pin(worker.pid, CLIENT_CORE)
        yield
    finally:
        worker.terminate()
        worker.wait(15)


def free_port() -> int:
    import socket

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers anything at all."""
    late = time.monotonic() + STARTING_S
    while time.monotonic() < late:
        if process.poll() is not None:
            break
        try:
            requests.get(url + "/healthz", timeout=STARTING_S)
            return
        except requests.RequestException:
            time.sleep(0.02)
    raise SystemExit(f"The server under measure did not start:\n{log.read_text()[-3000:]}")


def pin(pid: int, core: int) -> None:
    """The process and all its threads on one core, where there is more than one and the system lets us."""
    if (os.cpu_count() or 1) < 2 or not hasattr(os, "sched_setaffinity"):
        return
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def resident_kib(pid: int) -> int:
    """What the process holds in memory, with what it shares."""
    return _status_kib(f"/proc/{pid}/status", "VmRSS:")


def proportional_kib(pid: int) -> int:
    """The same with shared pages divided among those who share them."""
    return _status_kib(f"/proc/{pid}/smaps_rollup", "Pss:")


def private_kib(pid: int) -> int:
    """What is only its own."""
    return sum(_status_kib(f"/proc/{pid}/smaps_rollup", name) for name in ("Private_Clean:", "Private_Dirty:"))


def _status_kib(path: str, name: str) -> int:
    with open(path) as lines:
        return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
