"""`make chaos`: workers killed with -9 again and again, a receiver that fails one call in five; is anything lost?

Prints one line per run, with and without reconcile. Exit 1 when a promise was lost or told out of order, or when one
was told twice in spite of reconcile.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import inspect

from benchmarks.receiver import Receiver
from models import outbox, site
from models.database import Database
from models.tables import metadata

WORKERS = 3
PER_LEAD = 5
FAULT_RATE = 0.2
PATIENCE_S = 600  # the schedule waits longer and longer: four failures in a row cost two minutes


@dataclass(frozen=True, slots=True)
class Result:
    reconcile: bool
    promises: int
    kills: int
    missing: int
    duplicates: int
    order_breaks: int
    drain_s: float

    @property
    def is_bad(self) -> bool:
        return bool(self.missing or self.order_breaks or (self.reconcile and self.duplicates))


def main() -> int:
    options = _options()
    print(
        f"{'reconcile':10} {'promises':>8} {'kill -9':>8} {'missing':>8} {'twice':>6} {'order breaks':>13} {'drain':>8}"
    )
    results = [chaos(reconcile, options.promises, options.kills, options.database) for reconcile in (True, False)]
    return int(any(result.is_bad for result in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--promises", type=int, default=400)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", help="an EMPTY database to use; default: a new SQLite file per run")
    return parser.parse_args()


def chaos(reconcile: bool, promises: int, kills: int, database_url: str | None = None) -> Result:
    """One run: promise while killing, then leave the workers alone until nothing is open."""
    receiver = Receiver(FAULT_RATE)
    with _database(database_url) as (url, database), receiver.listening() as receiver_url:
        began = time.monotonic()
        workers = [_worker(url, receiver_url, reconcile) for _ in range(WORKERS)]
        try:
            for round_ in range(kills):
                _promise(database, range(promises * round_ // kills, promises * (round_ + 1) // kills))
                time.sleep(0.5)
                victim = round_ % WORKERS
                _end(workers[victim])
                workers[victim] = _worker(url, receiver_url, reconcile)
            _wait_until_drained(database)
        finally:
            for worker in workers:
                _end(worker)
        drain_s = time.monotonic() - began
        missing = promises - len(receiver.keys())
    result = Result(reconcile, promises, kills, missing, receiver.duplicates(), receiver.order_breaks(), drain_s)
    _print(result)
    return result


@contextmanager
def _database(url: str | None) -> Iterator[tuple[str, Database]]:
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{Path(folder)}/chaos.db"
        database = Database(url)
        if inspect(database.engine).get_table_names():
            sys.exit("The database given by --database must be empty: name a new one.")
        metadata.create_all(database.engine)
        with database.begin() as session:
            site.find_or_add(session, "default", datetime.now(UTC))
        yield url, database
        metadata.drop_all(database.engine)
        database.engine.dispose()


def _worker(url: str, receiver_url: str, reconcile: bool) -> subprocess.Popen[str]:
    how = "reconcile" if reconcile else "blind"
    command = [sys.executable, "-m", "benchmarks.receiver", url, receiver_url, how]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True)


def _end(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.wait()


def _promise(database: Database, numbers: range) -> None:
    for number in numbers:
        stream = f"lead:{number // PER_LEAD}"
        payload = {"stream": stream, "number": number}
        promise = {"key": f"chaos:{number}", "stream": stream, "channel": "slack", "kind": "line", "payload": payload}
        with database.begin() as session:
            outbox.enqueue(session, 1, promise, datetime.now(UTC))


def _wait_until_drained(database: Database) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with database.read() as session:
            if not outbox.open_counts(session):
                return
        time.sleep(0.1)


def _print(result: Result) -> None:
    print(
        f"{'on' if result.reconcile else 'off':10} {result.promises:8} {result.kills:8} {result.missing:8}"
        f" {result.duplicates:6} {result.order_breaks:13} {result.drain_s:7.1f}s{'  <- BAD' if result.is_bad else ''}"
    )


if __name__ == "__main__":
    sys.exit(main())
