"""Brings a database to the newest schema, and says whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import Database

INI = Path(__file__).resolve().parent.parent / "alembic.ini"


def upgrade(database: Database, revision: str = "head") -> None:
    with database.begin() as session:
        command.upgrade(_config(session.connection()), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    with database.begin() as session:
        command.downgrade(_config(session.connection()), revision)


def is_current(database: Database) -> bool:
    with database.read() as session:
        here = MigrationContext.configure(session.connection()).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_config(None)).get_heads())


def _config(connection: object) -> Config:
    config = Config(str(INI))
    config.set_main_option("script_location", str(INI.parent / "migrations"))
    config.attributes["connection"] = connection
    return config
