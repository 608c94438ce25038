"""What many tests need: a real database of their own, of each kind we run on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from tests.engines import KINDS, fresh_database

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several tests at once share the cores; numpy would take all of them


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, tmp_path: Path) -> Iterator[str]:
    with fresh_database(kind, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.engine.dispose()
