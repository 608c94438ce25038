"""An operator's shell: commands run as by hand, against the database of the test."""

from collections.abc import Callable
from typing import Any

from click.testing import CliRunner
from flask import Flask

from commands import with_commands


def shell_at(database_url: str, *group: str) -> Callable[..., Any]:
    """`shell("import", file)` runs `flask GROUP import FILE`; what it gives is click's result."""
    app = with_commands(Flask("foyer"))
    settings = {"DATABASE_URL": database_url, "FOYER_ENV": "test", "EMBEDDED_WORKER": "0"}
    return lambda *words: CliRunner().invoke(app.cli, [*group, *words], env=settings)
