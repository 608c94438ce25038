"""Runs migrations on the connection models/migrate.py gives, or on the database of the settings (`alembic ...`)."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from config.settings import load_settings
from models.base import Json, UtcTime
from models.database import Database
from models.tables import is_declared, metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=is_declared,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


def plain_types(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A migration must not change when our own types do: it names what the database has."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with Database(load_settings().database_url.get_secret_value()).begin() as session:
        run(session.connection())
