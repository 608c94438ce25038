"""Settings from the environment and `.env`: the only place that reads them. docs/configuration.md lists them all."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config import values
from config.values import MIN_SECRET_LENGTH, is_weak, listed

ROOT = Path(__file__).resolve().parent.parent
SECRET_FILE = ROOT / "var" / "secret_key"
SLACK_API = "https://slack.com/api/"
WORDS = ("foyer_env", "slack", "log_level", "log_format", "rate_limits", "embedded_worker")


class SettingsError(Exception):
    """A wrong setting, said in one line: which, what is wrong, what to do."""


class Settings(BaseSettings):
    """Every value with its default; see CONTRACT in docs/configuration.md."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: values.DatabaseUrl = SecretStr("sqlite:///var/foyer.db")
    secret_key: values.Secrets | None = None
    foyer_env: Literal["development", "test", "production"] = "development"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: values.PublicUrl = ""
    site_origins: Annotated[values.Origins, NoDecode] = ()
    api_keys: Annotated[values.ApiKeys, NoDecode] = ()
    criteria_file: Path = Path("config/criteria.yaml")
    playbook_file: Path = Path("config/playbook.yaml")
    team_file: Path = Path("config/team.yaml")
    embedded_worker: bool | None = None
    slack_bot_token: values.BotToken | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: values.AppToken | None = None
    slack_alert_channel: values.Channel | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: values.BaseUrl = SLACK_API
    encryption_key: values.EncryptionKeys | None = None
    identity_secret: SecretStr | None = None
    webhook_urls: values.WebhookUrls | None = None
    webhook_secret: values.WebhookSecrets | None = None
    zendesk_email: str | None = None
    zendesk_api_token: SecretStr | None = None
    zendesk_api_url: values.BaseUrl | None = None
    zendesk_webhook_secret: SecretStr | None = None
    crm_inbound_secret: SecretStr | None = None
    marketo_client_id: str | None = None
    marketo_client_secret: SecretStr | None = None
    marketo_api_url: values.BaseUrl | None = None
    salesforce_client_id: str | None = None
    salesforce_client_secret: SecretStr | None = None
    salesforce_api_url: values.BaseUrl | None = None
    hubspot_token: SecretStr | None = None
    hubspot_client_secret: SecretStr | None = None
    hubspot_api_url: values.BaseUrl = "https://api.hubapi.com/"
    hubspot_api_version: values.ApiVersion = "2026-09"
    smtp_url: values.SmtpUrl | None = None
    mail_from: values.MailFrom | None = None
    slack: Literal["stand-in", "real"] = "stand-in"
    redis_url: values.RedisUrl | None = None
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    phone_region: values.Region = "US"
    currency: values.Currency = "USD"
    retention_days: int = Field(730, ge=1, le=36_500)
    rate_limits: bool = True
    seed: int = Field(default=0, ge=0)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _tidied(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Blanks around a value mean nothing, and a value of blanks is none; words may be written in capitals."""
        tidy = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        kept = {name: value for name, value in tidy.items() if value != "" or name not in cls.model_fields}
        return {
            name: value.lower() if name in WORDS and isinstance(value, str) else value for name, value in kept.items()
        }

    @field_validator("site_origins", "api_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fill_in(self) -> "Settings":
        self.public_url = self.public_url or f"http://127.0.0.1:{self.port}"
        self.log_format = self.log_format or ("json" if self.is_production else "text")
        if self.embedded_worker is None:
            self.embedded_worker = self.database_url.get_secret_value().startswith("sqlite")
        self._refuse_half_a_slack()
        if self.webhook_urls and not self.webhook_secret:
            raise ValueError(
                "WEBHOOK_SECRET: needed beside WEBHOOK_URLS; make one with `echo whsec_$(openssl rand -base64 32)`"
            )
        self._refuse_half_a_crm()
        if bool(self.smtp_url) != bool(self.mail_from):
            raise ValueError("MAIL_FROM: mail needs both SMTP_URL and MAIL_FROM, the address it comes from")
        if self.is_production:
            self._refuse_unsafe()
        return self

    def _refuse_half_a_crm(self) -> None:
        if self.hubspot_client_secret and not self.hubspot_token:
            raise ValueError("HUBSPOT_TOKEN: needed beside HUBSPOT_CLIENT_SECRET, to look up what HubSpot tells of")
        zendesk = (self.zendesk_email, self.zendesk_api_token, self.zendesk_api_url)
        if any(zendesk) and not all(zendesk):
            raise ValueError(
                "ZENDESK_API_TOKEN: Zendesk needs ZENDESK_EMAIL, ZENDESK_API_TOKEN and ZENDESK_API_URL, like "
                "https://acme.zendesk.com"
            )
        if self.zendesk_webhook_secret and not self.zendesk_api_token:
            raise ValueError(
                "ZENDESK_API_TOKEN: needed beside ZENDESK_WEBHOOK_SECRET, to look up what Zendesk tells of"
            )
        marketo = (self.marketo_client_id, self.marketo_client_secret, self.marketo_api_url)
        if any(marketo) and not all(marketo):
            raise ValueError(
                "MARKETO_CLIENT_SECRET: Marketo needs MARKETO_CLIENT_ID, MARKETO_CLIENT_SECRET and MARKETO_API_URL, "
                "like https://123-ABC-456.mktorest.com"
            )
        salesforce = (self.salesforce_client_id, self.salesforce_client_secret, self.salesforce_api_url)
        if any(salesforce) and not all(salesforce):
            raise ValueError(
                "SALESFORCE_CLIENT_SECRET: Salesforce needs SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET and "
                "SALESFORCE_API_URL, like https://acme.my.salesforce.com"
            )

    def _refuse_half_a_slack(self) -> None:
        has = "SLACK_BOT_TOKEN" if self.slack_bot_token else "SLACK_CLIENT_ID"
        if (self.slack_bot_token or self.slack_client_id) and not (self.slack_signing_secret or self.slack_app_token):
            raise ValueError(
                f"SLACK_SIGNING_SECRET: needed beside {has}, or SLACK_APP_TOKEN for Socket Mode; both are "
                "under Basic Information of the app"
            )
        if self.slack_bot_token and not self.slack_alert_channel:
            raise ValueError(
                "SLACK_ALERT_CHANNEL: needed beside SLACK_BOT_TOKEN; the id (C...) of the channel for alerts"
            )
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            missing, given = ("SECRET", "ID") if self.slack_client_id else ("ID", "SECRET")
            raise ValueError(
                f"SLACK_CLIENT_{missing}: needed beside SLACK_CLIENT_{given}; both are under Basic Information"
            )
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
        if self.crm_inbound_secret and any(is_weak(one) for one in listed(self.crm_inbound_secret)):
            raise ValueError(
                f"CRM_INBOUND_SECRET: too weak for production; at least {MIN_SECRET_LENGTH} random characters each"
            )
        if self.webhook_urls and not all(url.startswith("https://") for url in listed(self.webhook_urls)):
            raise ValueError("WEBHOOK_URLS: must begin with https:// in production")

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
    except UnicodeDecodeError:
        raise SettingsError(".env: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f".env: cannot be read: {error.strerror}") from None


def _line(problem: Any) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else ""
    return f"{name}: {_said(problem)}" if name else _said(problem)


def _said(problem: Any) -> str:
    match problem["type"]:
        case "int_parsing" | "int_type":
            return "must be a whole number"
        case "bool_parsing" | "bool_type":
            return "must be on or off"
        case "greater_than_equal" | "less_than_equal":
            return str(problem["msg"]).replace("Input should", "must")
        case "literal_error":
            return f"must be {problem['ctx']['expected']}"
    return str(problem["msg"]).removeprefix("Value error, ")
