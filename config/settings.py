"""Settings from the environment and `.env`: the only place that reads them. docs/configuration.md lists them all."""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SECRET_FILE = ROOT / "var" / "secret_key"
MIN_SECRET_LENGTH = 32
SLACK_API = "https://slack.com/api/"
Words = Annotated[tuple[str, ...], NoDecode]


class SettingsError(Exception):
    """A wrong setting, said in one line: which, what is wrong, what to do."""


class Settings(BaseSettings):
    """Every value with its default; see CONTRACT in docs/configuration.md."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///var/foyer.db")
    secret_key: SecretStr | None = None
    foyer_env: Literal["development", "test", "production"] = "development"
    port: int = 8000
    public_url: str = ""
    site_origins: Words = ()
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    criteria_file: Path = Path("config/criteria.yaml")
    playbook_file: Path = Path("config/playbook.yaml")
    team_file: Path = Path("config/team.yaml")
    embedded_worker: bool | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_alert_channel: str | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: str = SLACK_API
    encryption_key: SecretStr | None = None
    identity_secret: SecretStr | None = None
    slack: Literal["stand-in", "real"] = "stand-in"
    redis_url: SecretStr | None = None
    trusted_proxies: int = 0
    phone_region: str = "US"
    currency: str = "USD"
    rate_limits: bool = True
    seed: int = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] | None = None

    @field_validator("site_origins", "api_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("rate_limits", "embedded_worker", mode="before")
    @classmethod
    def _switch(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("site_origins")
    @classmethod
    def _exact_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return exact_origins(origins)

    @field_validator("encryption_key")
    @classmethod
    def _are_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is not None and not all(is_encryption_key(key) for key in listed(keys)):
            raise ValueError("must be 32 random bytes in base64; make one with `openssl rand -base64 32`")
        return keys

    @field_validator("port")
    @classmethod
    def _port_in_range(cls, port: int) -> int:
        if not 1 <= port <= 65535:
            raise ValueError("must be between 1 and 65535")
        return port

    @field_validator("seed")
    @classmethod
    def _seed_counts_up(cls, seed: int) -> int:
        if seed < 0:
            raise ValueError("must be 0 (no made-up leads) or a number above it, such as 1")
        return seed

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, url: str) -> str:
        return url if url.endswith("/") else url + "/"

    @model_validator(mode="after")
    def _fill_in(self) -> "Settings":
        self.public_url = (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")
        self.log_format = self.log_format or ("json" if self.is_production else "text")
        if self.embedded_worker is None:
            self.embedded_worker = self.database_url.get_secret_value().startswith("sqlite")
        self._refuse_half_a_slack()
        if self.is_production:
            self._refuse_unsafe()
        return self

    def _refuse_half_a_slack(self) -> None:
        if (self.slack_bot_token or self.slack_client_id) and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError(
                "SLACK_SIGNING_SECRET: needed beside SLACK_BOT_TOKEN, or SLACK_APP_TOKEN for Socket Mode; both are "
                "under Basic Information of the app"
            )
        if self.slack_bot_token and not self.slack_alert_channel:
            raise ValueError(
                "SLACK_ALERT_CHANNEL: needed beside SLACK_BOT_TOKEN; the id (C...) of the channel for alerts"
            )
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError("SLACK_CLIENT_SECRET: needed beside SLACK_CLIENT_ID; both are under Basic Information")
        if self.slack_client_id and not self.encryption_key:
            raise ValueError(
                "ENCRYPTION_KEY: needed beside SLACK_CLIENT_ID, to seal the tokens of further workspaces; make one "
                "with `openssl rand -base64 32`"
            )

    def _refuse_unsafe(self) -> None:
        if not self.secret_key:
            raise ValueError("SECRET_KEY: needed in production; make one with `openssl rand -hex 32`")
        if any(is_weak(key) for key in self.secret_keys):
            raise ValueError(
                f"SECRET_KEY: too weak for production; at least {MIN_SECRET_LENGTH} random characters each"
            )
        if not self.rate_limits:
            raise ValueError("RATE_LIMITS: cannot be off in production")
        if any(is_weak(key.get_secret_value()) for key in self.api_keys):
            raise ValueError(f"API_KEYS: too weak for production; at least {MIN_SECRET_LENGTH} random characters each")
        if self.identity_secret and is_weak(self.identity_secret.get_secret_value()):
            raise ValueError(
                f"IDENTITY_SECRET: too weak for production; at least {MIN_SECRET_LENGTH} random characters"
            )

    @property
    def is_production(self) -> bool:
        return self.foyer_env == "production"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The newest first; older ones still verify."""
        return listed(self.secret_key or SecretStr(made_secret()))

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """The newest first: it seals; older ones still open."""
        return listed(self.encryption_key) if self.encryption_key else ()

    @property
    def connects_workspaces(self) -> bool:
        """Whether further workspaces can be connected by OAuth."""
        return self.slack_client_id is not None

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None


def exact_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """The origins, if each is one as browsers send it; ValueError says which is not."""
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query or "*" in origin:
            raise ValueError(f"{origin!r} is no origin; write it like https://www.example.com, without a path")
    return origins


def listed(secret: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def is_encryption_key(key: str) -> bool:
    """32 bytes in base64, in the plain or the URL-safe alphabet."""
    try:
        return len(base64.b64decode(key.replace("-", "+").replace("_", "/"), validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def is_weak(secret: str) -> bool:
    return len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < 10


def made_secret(path: Path = SECRET_FILE) -> str:
    """The secret made on first start, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret)
    return secret


def load_settings(**given: Any) -> Settings:
    """Settings from the environment; `given` goes first. SettingsError names the variable and the remedy."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_line(problem) for problem in error.errors())) from None


def _line(problem: Any) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    name = str(problem["loc"][0]).upper() if problem["loc"] else ""
    return f"{name}: {message}" if name else message
