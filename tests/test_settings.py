"""Settings: wrong values stop the start with one clear line, and production refuses what is unsafe."""

import stat
from pathlib import Path

import pytest

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
        ({"secret_key": GOOD["secret_key"] + ",short"}, "SECRET_KEY: too weak"),
        ({"rate_limits": "off"}, "RATE_LIMITS: cannot be off in production"),
        ({"api_keys": "sesame"}, "API_KEYS: too weak"),
    ],
)
def test_production_refuses_what_is_unsafe(wrong, names):
    assert names in refused(**{**GOOD, **wrong})


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"port": "eighty"}, "PORT:"),
        ({"port": 70000}, "PORT:"),
        ({"foyer_env": "prod"}, "FOYER_ENV:"),
        ({"site_origins": "https://a.example/path"}, "SITE_ORIGINS:"),
        ({"site_origins": "https://*.example"}, "SITE_ORIGINS:"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_SIGNING_SECRET: needed"),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": "s" * 32}, "SLACK_ALERT_CHANNEL: needed"),
        ({"rate_limits": "sometimes"}, "RATE_LIMITS:"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(wrong, names):
    said = refused(**wrong)
    assert names in said
    assert "\n" not in said


def test_a_refusal_never_shows_the_secret():
    assert "hunter2hunter2" not in refused(**{**GOOD, "secret_key": "hunter2hunter2"})


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
