"""`python -m commands.migrate`: brings the database of the settings to the newest schema (the release step)."""

from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError

from config.redaction import in_a_line
from config.settings import Settings, SettingsError, load_settings
from models.database import Database
from models.migrate import upgrade


def main() -> None:
    try:
        migrate(load_settings())
    except SettingsError as error:
        raise SystemExit(f"Foyer cannot migrate: {error}") from None


def migrate(settings: Settings) -> None:
    """SettingsError when the database does not serve, or is ahead of this code."""
    try:
        upgrade(Database(settings.database_url.get_secret_value()))
    except OSError as error:
        raise SettingsError(f"the folder of the database cannot be used: {error.strerror}. Is it writable?") from None
    except DBAPIError as error:
        raise SettingsError(f"the database does not serve: {in_a_line(error.orig)}. Check DATABASE_URL") from None
    except CommandError as error:
        raise SettingsError(f"the database is ahead of this code: {in_a_line(error)}. Run the newer code") from None


if __name__ == "__main__":
    main()
