"""`python -m commands.migrate`: brings the database of the settings to the newest schema (the release step)."""

from config.settings import SettingsError, load_settings
from models.database import Database
from models.migrate import upgrade


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as error:
        raise SystemExit(str(error)) from None
    upgrade(Database(settings.database_url.get_secret_value()))


if __name__ == "__main__":
    main()
