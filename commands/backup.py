"""`flask backup`: a copy of the database while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import make_url

from config.settings import SettingsError, load_settings
from models.database import normalised


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Copies the SQLite database into FILE while it is in use, of one moment and checked; readable by you alone.

    For PostgreSQL it says which command does it. Keep `flask privacy erase --list` beside it: after a restore
    `flask privacy erase --replay` erases again who was erased since.
    """
    try:
        url = make_url(normalised(load_settings().database_url.get_secret_value()))
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if url.get_backend_name() != "sqlite":
        raise click.ClickException(
            f'PostgreSQL is copied by its own tool: pg_dump --format=custom --file {file} "$DATABASE_URL"'
        )
    if not url.database or url.database == ":memory:" or not Path(url.database).exists():
        raise click.ClickException("there is no database yet at the place DATABASE_URL names")
    if file.exists():
        raise click.ClickException(f"{file} is there already; give another name")
    _copied(Path(url.database), file)
    click.echo(f"Copied and checked: {file}, {file.stat().st_size:,} bytes.")


def _copied(source: Path, file: Path) -> None:
    """Whatever goes wrong, no half copy stays behind under that name."""
    half = file.with_name(f"{file.name}.half")
    os.close(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        with closing(sqlite3.connect(source)) as living, closing(sqlite3.connect(half)) as copy:
            living.backup(copy, pages=1000)
            [(found,)] = copy.execute("PRAGMA integrity_check").fetchall()[:1]
        if found != "ok":
            raise click.ClickException(f"the copy is not whole: {found}")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
