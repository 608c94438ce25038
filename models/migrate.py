"""Brings a database to the newest schema, and says whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.database import Database

INI = Path(__file__).resolve().parent.parent / "alembic.ini"
LOCK = 0x464F5945  # any number, as long as all release steps know it


def upgrade(database: Database, revision: str = "head") -> None:
    """In one transaction; of several at once the others wait and find it done."""
    with _alone(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    with _alone(database) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            with _without_references(connection.execution_options(foyer_write=True)):
                yield connection
            return
        with connection.begin():
            # For this transaction alone: a big table takes its time, and so does waiting for another release step.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            yield connection


@contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """SQLite rebuilds a table to change it; dropping the old one would count as deleting what others refer to."""
    sqlite: Any = connection.connection.driver_connection  # the switch works only outside of transactions
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            _check_references(connection)
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise RuntimeError(f"the migration would leave rows that refer to nothing, in: {tables}; nothing was changed")


def is_current(database: Database) -> bool:
    """Cheap enough for a health check: one look at one row."""
    with database.read() as session:
        here = MigrationContext.configure(session.connection()).get_current_heads()
    return here == heads()


@cache
def heads() -> tuple[str, ...]:
    """What this code wants; read once, since reading it means to import every migration."""
    return tuple(ScriptDirectory.from_config(_config(None)).get_heads())


def _config(connection: Connection | None) -> Config:
    config = Config(str(INI))
    config.set_main_option("script_location", str(INI.parent / "migrations"))
    config.attributes["connection"] = connection
    return config
