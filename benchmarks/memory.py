"""What a web worker holds in memory, alone and sharing what was loaded before the fork, and how soon it answers."""

import time
from collections.abc import Callable
from pathlib import Path

import requests

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure
from benchmarks.serving import UNLIMITED, gunicorn, proportional_kib, serving
from benchmarks.visitors import Crowd, open_foyer

WORKERS = 4


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    talks = 1 if quick else 5
    tell("memory: one worker by itself")
    with serving("foyer", engines.fresh("sqlite"), engines.folder) as server:
        _talk(server.url, talks)
        alone = proportional_kib(server.pid) / 1024
    environment = {
        "DATABASE_URL": engines.fresh("sqlite"), "SECRET_KEY": UNLIMITED["secret_key"], "RATE_LIMITS": "off",
        "EMBEDDED_WORKER": "0", "WEB_CONCURRENCY": str(WORKERS),
    }  # fmt: skip
    tell(f"memory: {WORKERS} workers of the Procfile")
    began = time.perf_counter()
    with gunicorn(["wsgi:app", "--config", "config/gunicorn.py"], engines.folder / "memory", environment) as (url, pid):
        ready = time.perf_counter() - began
        _ready(url)
        _talk(url, talks * WORKERS)
        processes = [pid, *(int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        together = sum(proportional_kib(one) for one in processes) / 1024
    return (
        at_most("memory of a web worker by itself, with the pipeline", alone, 250, "{:.0f} MiB"),
        at_most(f"memory of each of {WORKERS} preloaded workers", together / WORKERS, 250, "{:.0f} MiB"),
        figure(f"{WORKERS} preloaded workers against {WORKERS} by themselves", f"{together / (alone * WORKERS):.2f}x"),
        at_most("from start to the first answer", ready, 3, "{:.1f} s"),
    )  # fmt: skip


def _ready(url: str) -> None:
    answer = requests.get(f"{url}/readyz", timeout=10)
    if not answer.ok:
        raise SystemExit(f"The web process is not ready: {answer.text}")


def _talk(url: str, talks: int) -> None:
    """Some conversations at every worker, so that what is loaded late is loaded."""
    crowd = Crowd(url, open_foyer, 8)
    crowd.talk(crowd.prepare(talks))
