"""What many tests need: a real database of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from models.tables import metadata


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/foyer.db")
    metadata.create_all(database.engine)
    yield database
    database.engine.dispose()
