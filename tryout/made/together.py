"""Many door calls in one transaction: thousands of made turns need not wait for the disk one by one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.database import Database
from models.prepared import CONNECTION


class Together(Database):
    """A database whose every transaction is part of the one on this connection. For one thread."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.engine, self.is_sqlite = database.engine, database.is_sqlite
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Session]:
        about = {CONNECTION: self._connection}
        with Session(self._connection, expire_on_commit=False, autoflush=False, info=about) as session:
            yield session
            session.flush()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.begin() as session:
            yield session


@contextmanager
def together(database: Database) -> Iterator[Together]:
    """Everything in it is committed at its end, or nothing is."""
    connected = database.engine.connect().execution_options(foyer_write=True)
    with database.turn(60), connected as connection, connection.begin():
        yield Together(database, connection)
