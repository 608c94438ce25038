"""What the value of a setting may be: each refusal says what is wrong and how to write it."""

import base64
import binascii
import re
from email.utils import parseaddr
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, SecretStr

MIN_SECRET_LENGTH = 32
_SAMPLE = re.compile(
    r"change.?(?:me|this|it)|replace.?(?:me|this|it)|your.?(?:own|key|secret)|do.?not.?use|insecure|example|sample"
    r"|placeholder|password",
    re.IGNORECASE,
)
_SQLITE = re.compile(r"sqlite:///(?!:memory:)\S.*")
_POSTGRESQL = re.compile(
    r"postgres(?:ql)?(?:\+psycopg)?://(?:[^\s/?]*@)?(?:[^\s/?@:]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?]\S*)?"
)
_REDIS = re.compile(
    r"(?:rediss?://(?:[^\s/?]*@)?(?:[^\s/?@:]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?:[/?]\S*)?|redis\+unix:///\S+)"
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252})|[0-9a-f:]*:[0-9a-f:.]+")
_USUAL_PORT = {"http": 80, "https": 443}
_CHANNEL = re.compile(r"[CGD][A-Za-z0-9_-]+")
_TRAVELS = re.compile(r"[!-~]+")


def listed(secret: SecretStr) -> tuple[str, ...]:
    """The parts of a comma-separated secret."""
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def is_weak(secret: str) -> bool:
    """Too short, too even, or plainly a sample somebody was meant to replace."""
    return len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < 10 or _SAMPLE.search(secret) is not None


def is_encryption_key(key: str) -> bool:
    """32 bytes in base64, in the plain or the URL-safe alphabet."""
    try:
        return len(base64.b64decode(key.replace("-", "+").replace("_", "/"), validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def exact_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """The origins, if each is one as browsers send it; ValueError says which is not."""
    for origin in origins:
        sent = _as_sent(origin)
        if sent is None:
            raise ValueError(f"{origin!r} is no origin; write it like https://www.example.com, without a path")
        if sent != origin:
            raise ValueError(f"{origin!r} is never sent by a browser; write {sent}")
    return origins


def _as_sent(origin: str) -> str | None:
    """Lower case, letters beyond ASCII encoded, no usual port; None for what is no origin at all."""
    parts = _web_address(origin)
    if parts is None or parts.path or parts.query or parts.fragment or origin.endswith(("?", "#")):
        return None
    host = (parts.hostname or "") if ":" not in (parts.hostname or "") else f"[{parts.hostname}]"
    port = "" if parts.port in (None, _USUAL_PORT[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_ascii(host)}{port}"


def _web_address(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a real host and no user; None for anything else."""
    try:
        parts = urlsplit(url)
        good = parts.port != 0 and _HOST.fullmatch(_ascii(parts.hostname or "")) is not None
    except ValueError:  # a port beyond all ports, half a bracket, a name no encoding knows
        return None
    return parts if good and parts.scheme in _USUAL_PORT and "@" not in parts.netloc else None


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def _database(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if not _SQLITE.fullmatch(text) and not _POSTGRESQL.fullmatch(text):
        raise ValueError(
            "must be sqlite:///var/foyer.db (a path) or postgresql://user:password@host:5432/name; special characters "
            "of a password are percent-encoded"
        )
    return url


def _redis(url: SecretStr) -> SecretStr:
    if not _REDIS.fullmatch(url.get_secret_value()):
        raise ValueError("must be like redis://host:6379/0, rediss://... or redis+unix:///path/of/socket")
    return url


def _public(url: str) -> str:
    parts = _web_address(url)
    if url and (parts is None or parts.path.strip("/") or parts.query or parts.fragment):
        raise ValueError("must be like https://chat.example.com, without a path")
    return url.rstrip("/")


def _base(url: str) -> str:
    if _web_address(url) is None:
        raise ValueError("must be a web address like https://slack.com/api/")
    return url if url.endswith("/") else url + "/"


def _smtp(url: SecretStr) -> SecretStr:
    """Parsed by whoever connects; here only that it can be."""
    parts = urlsplit(url.get_secret_value())
    try:
        is_sound = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and (parts.port or 25) > 0
    except ValueError:
        is_sound = False
    if not is_sound or parts.path.strip("/") or parts.query or bool(parts.username) != bool(parts.password):
        raise ValueError("must be like smtp://user:password@mail.example.com:587, or smtps:// with port 465")
    return url


def _mail_from(sender: str) -> str:
    _, address = parseaddr(sender)
    if not re.fullmatch(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}", address) or any(ord(letter) < 32 for letter in sender):
        raise ValueError("must be an address like Northlight <hello@example.com>")
    return sender


def _secrets(secret: SecretStr) -> SecretStr:
    if not listed(secret):
        raise ValueError("holds nothing but commas; leave it out or give a secret")
    return secret


def _encryption(keys: SecretStr) -> SecretStr:
    if not all(is_encryption_key(key) for key in listed(_secrets(keys))):
        raise ValueError("must be 32 random bytes in base64; make one with `openssl rand -base64 32`")
    return keys


def _api_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not all(_TRAVELS.fullmatch(key.get_secret_value()) for key in keys):
        raise ValueError("must be letters, digits and signs without blanks, since they travel in a header")
    return keys


def _bot_token(token: SecretStr) -> SecretStr:
    if token.get_secret_value().startswith(("xapp-", "xoxp-", "xoxe-", "xoxa-")):
        raise ValueError("is not the bot's; the one that begins with xoxb- is under OAuth & Permissions of the app")
    return token


def _app_token(token: SecretStr) -> SecretStr:
    if token.get_secret_value().startswith("xox"):
        raise ValueError("is not app-level; the one that begins with xapp- is under Basic Information of the app")
    return token


def _channel(channel: str) -> str:
    if not _CHANNEL.fullmatch(channel):
        raise ValueError(
            "must be the channel's id (C...), not its name; it stands at the end of `About` of the channel"
        )
    return channel


def is_web_address(url: str) -> bool:
    """http(s) with a real host and no user."""
    return _web_address(url) is not None


def _webhook_urls(urls: SecretStr) -> SecretStr:
    if not all(is_web_address(url) for url in listed(_secrets(urls))):
        raise ValueError("must be web addresses like https://hooks.example.com/foyer, comma-separated, without a user")
    return urls


def _webhook_secrets(secret: SecretStr) -> SecretStr:
    if not all(webhook_key(one) for one in listed(_secrets(secret))):
        raise ValueError(
            "must be whsec_ and 24 to 64 random bytes in base64; make one with `echo whsec_$(openssl rand -base64 32)`"
        )
    return secret


def webhook_key(secret: str) -> bytes | None:
    """The bytes a Standard Webhooks secret stands for; None when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if secret.startswith("whsec_") and 24 <= len(key) <= 64 else None


def _api_version(version: str) -> str:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", version):
        raise ValueError("must be a year and a month, like 2026-09")
    return version


def _region(code: str) -> str:
    if not re.fullmatch("[A-Z]{2}", code.upper()):
        raise ValueError("must be a country's two letters, like US or DE")
    return code.upper()


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code.upper()):
        raise ValueError("must be a currency's three letters, like USD or EUR")
    return code.upper()


DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_smtp)]
MailFrom = Annotated[str, AfterValidator(_mail_from)]
PublicUrl = Annotated[str, AfterValidator(_public)]
BaseUrl = Annotated[str, AfterValidator(_base)]
Secrets = Annotated[SecretStr, AfterValidator(_secrets)]
EncryptionKeys = Annotated[SecretStr, AfterValidator(_encryption)]
ApiKeys = Annotated[tuple[SecretStr, ...], AfterValidator(_api_keys)]
Origins = Annotated[tuple[str, ...], AfterValidator(exact_origins)]
BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
WebhookUrls = Annotated[SecretStr, AfterValidator(_webhook_urls)]
WebhookSecrets = Annotated[SecretStr, AfterValidator(_webhook_secrets)]
ApiVersion = Annotated[str, AfterValidator(_api_version)]
AppToken = Annotated[SecretStr, AfterValidator(_app_token)]
Channel = Annotated[str, AfterValidator(_channel)]
Region = Annotated[str, AfterValidator(_region)]
Currency = Annotated[str, AfterValidator(_currency)]
