"""Settings: wrong values stop the start with one clear line, and production refuses what is unsafe."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings, SettingsError, load_settings, made_secret

ROOT = Path(__file__).resolve().parent.parent
GOOD = {
    "foyer_env": "production",
    "secret_key": "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978",
    "public_url": "https://chat.example.com",
    "site_origins": "https://www.example.com",
}


def refused(**given) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    return str(caught.value)


def test_a_deployment_with_good_secrets_starts_in_production():
    settings = load_settings(**GOOD)
    assert settings.is_production
    assert settings.site_origins == ("https://www.example.com",)
    assert settings.log_format == "json"


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"secret_key": None}, "SECRET_KEY: needed in production"),
        ({"secret_key": "changeme"}, "SECRET_KEY: too weak"),
        ({"secret_key": "a" * 64}, "SECRET_KEY: too weak"),
        ({"secret_key": "please-change-me-before-you-go-live-2026"}, "SECRET_KEY: too weak"),
        ({"secret_key": "your-secret-key-with-32-characters!!"}, "SECRET_KEY: too weak"),
        ({"secret_key": ","}, "SECRET_KEY: holds nothing"),
        ({"secret_key": GOOD["secret_key"] + ",short"}, "SECRET_KEY: too weak"),
        ({"rate_limits": "off"}, "RATE_LIMITS: cannot be off in production"),
        ({"api_keys": "sesame"}, "API_KEYS: too weak"),
        (
            {"webhook_urls": "http://hooks.example.com/", "webhook_secret": "whsec_" + "QUJD" * 8},
            "WEBHOOK_URLS: must begin with https",
        ),
        ({"webhook_urls": "https://hooks.example.com/"}, "WEBHOOK_SECRET: needed beside WEBHOOK_URLS"),
    ],
)
def test_production_refuses_what_is_unsafe(wrong, names):
    assert names in refused(**{**GOOD, **wrong})


SLACK = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s" * 32, "slack_alert_channel": "C0LEADS0001"}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("database_url", url) for url in ("sqlite", "sqlite://", "sqlite:///:memory:", "mysql://a/b", "postgresql://u@h:x/d")),
        ("secret_key", ","),
        *(("foyer_env", env) for env in ("prod", "live")),
        *(("port", port) for port in ("eighty", "0", "70000", "80.5")),
        *(("public_url", url) for url in ("chat.example.com", "https://", "ftp://a.example", "https://a.example/chat")),
        *(("site_origins", origin) for origin in (
            "*", "null", "a.example", "https://a.example/path", "https://*.example", "https://a.example/",
            "https://A.example", "https://a.example:443", "https://u@a.example", "https://a b.example",
            "https://a.example#x", "https://münchen.example", "https://a.example:99999", "HTTPS://a.example", "http://[::1]:80",
        )),
        ("api_keys", "one two"),
        ("api_keys", "schlüssel"),
        *(("embedded_worker", word) for word in ("2", "perhaps")),
        ("rate_limits", "sometimes"),
        *(("slack_alert_channel", name) for name in ("#leads", "leads", "C0 LEADS")),
        *(("slack_bot_token", token) for token in ("xapp-1-A", "xoxp-1")),
        ("slack_app_token", "xoxb-1"),
        *(("slack_api_url", url) for url in ("slack.com", "ftp://slack.com/")),
        *(("encryption_key", key) for key in ("short", ",", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=,x")),
        ("slack", "fake"),
        *(("redis_url", url) for url in ("localhost:6379", "http://cache", "redis://cache:port", "redis://")),
        *(("trusted_proxies", number) for number in ("-1", "one", "11")),
        *(("phone_region", code) for code in ("USA", "1")),
        *(("currency", code) for code in ("DOLLAR", "€")),
        *(("webhook_urls", url) for url in ("hooks.example.com", "ftp://a.example/", "https://u:p@a.example/", ",")),
        *(("webhook_secret", secret) for secret in ("whsec_short", "0123456789abcdef" * 2, "whsec_" + "A" * 100)),
        *(("hubspot_api_version", version) for version in ("v3", "2026-9", "2026-13", "latest")),
        ("hubspot_api_url", "api.hubapi.com"),
        ("log_level", "trace"),
        ("log_format", "xml"),
    ],
)  # fmt: skip
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(name, wrong):
    said = refused(**{**(SLACK if name.startswith("slack") else {}), name: wrong})
    assert said.startswith(f"{name.upper()}: ")
    assert "\n" not in said
    assert "Input should" not in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slack_bot_token": "xoxb-1"}, "SLACK_SIGNING_SECRET: needed beside SLACK_BOT_TOKEN"),
        ({**SLACK, "slack_signing_secret": "  "}, "SLACK_SIGNING_SECRET: needed beside SLACK_BOT_TOKEN"),
        ({**SLACK, "slack_alert_channel": ""}, "SLACK_ALERT_CHANNEL: needed beside SLACK_BOT_TOKEN"),
        ({"zendesk_webhook_secret": "abc"}, "ZENDESK_API_TOKEN: needed beside ZENDESK_WEBHOOK_SECRET"),
        ({"salesforce_client_id": "abc"}, "SALESFORCE_CLIENT_SECRET: Salesforce needs SALESFORCE_CLIENT_ID"),
        ({"marketo_client_id": "abc"}, "MARKETO_CLIENT_SECRET: Marketo needs MARKETO_CLIENT_ID"),
        ({"zendesk_email": "ops@acme.example"}, "ZENDESK_API_TOKEN: Zendesk needs ZENDESK_EMAIL, ZENDESK_API_TOKEN"),
        ({"hubspot_client_secret": "s"}, "HUBSPOT_TOKEN: needed beside HUBSPOT_CLIENT_SECRET"),
        ({"slack_client_id": "1.2", "slack_client_secret": "s"}, "SLACK_SIGNING_SECRET: needed beside SLACK_CLIENT_ID"),
        ({**SLACK, "slack_client_id": "1.2"}, "SLACK_CLIENT_SECRET: needed beside SLACK_CLIENT_ID"),
        ({**SLACK, "slack_client_secret": "s"}, "SLACK_CLIENT_ID: needed beside SLACK_CLIENT_SECRET"),
        ({**SLACK, "slack_client_id": "1.2", "slack_client_secret": "s"}, "ENCRYPTION_KEY: needed beside"),
    ],
)
def test_half_a_slack_is_refused_and_the_other_half_named(given, says):
    assert refused(**given).startswith(says)


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("database_url", "  ", "sqlite:///var/foyer.db"),
        ("database_url", "postgres://u:p%40ss@h:5432/d?sslmode=require", None),
        ("database_url", "postgresql://u:p@[::1]:5432/d", None),
        ("database_url", "postgresql:///d?host=/run/postgresql", None),
        ("foyer_env", " Test ", "test"),
        ("public_url", "https://chat.example.com/", "https://chat.example.com"),
        ("site_origins", " https://a.example , http://b.example:8080,", ("https://a.example", "http://b.example:8080")),
        (
            "site_origins",
            "https://xn--mnchen-3ya.example,http://[::1]:81",
            ("https://xn--mnchen-3ya.example", "http://[::1]:81"),
        ),
        ("log_level", "DEBUG", "debug"),
        ("phone_region", "de", "DE"),
        ("currency", "eur", "EUR"),
        ("redis_url", "rediss://:secret@cache.example:6380/1", None),
        ("redis_url", "redis+unix:///run/redis.sock", None),
        ("slack_api_url", "https://slack.com/api", "https://slack.com/api/"),
    ],
)
def test_what_is_meant_is_understood(name, given, read):
    value = getattr(load_settings(**{name: given}), name)
    found = value.get_secret_value() if isinstance(value, SecretStr) else value
    assert found == (given if read is None else read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret_key", "hunter2hunter2"),
        ("database_url", "mysql://foyer:hunter2hunter2@127.0.0.1/foyer"),
        ("redis_url", "http://:hunter2hunter2@cache"),
        ("encryption_key", "hunter2hunter2"),
        ("slack_bot_token", "xoxp-hunter2hunter2"),
        ("api_keys", "hunter2hunter2"),
    ],
)
def test_a_refusal_never_shows_the_secret(name, value):
    assert "hunter2" not in refused(**{**GOOD, name: value})


def test_an_env_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"PORT=9000\nCURRENCY=\xff\n")
    assert refused() == ".env: is not UTF-8; save it as UTF-8"
    (tmp_path / ".env").write_bytes("\ufeffPORT=9000\r\nCURRENCY=eur\r\n".encode())  # as editors on Windows write it
    assert (load_settings().port, load_settings().currency) == (9000, "EUR")


def test_the_first_start_makes_a_secret_only_its_owner_can_read(tmp_path):
    path = tmp_path / "var" / "secret_key"
    first = made_secret(path)
    assert len(first) == 64
    assert made_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_rotate_with_the_newest_first():
    assert load_settings(secret_key="new-key,old-key").secret_keys == ("new-key", "old-key")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name):
    documented = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert f"`{name.upper()}`" in documented
