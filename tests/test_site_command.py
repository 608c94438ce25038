"""`flask site`: sites, keys and secrets are added by one command each, and whatever is wrong is said in one line."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from commands import with_commands
from config.settings import ROOT
from models import site_secret as secrets
from models.database import Database
from models.vault import Vault
from webhook.tokens import key_digest

SEALING = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
PRODUCTION = {
    "FOYER_ENV": "production",
    "SECRET_KEY": "0f9e8d7c6b5a49382716050f1e2d3c4b5a6978",
    "PUBLIC_URL": "https://chat.acme.com",
    "SITE_ORIGINS": "https://www.acme.com",
}


@pytest.fixture
def shell(database_url, tmp_path):
    """The operator's terminal: `shell("add", "acme")` answers what was printed, and how it ended."""
    app = with_commands(Flask("foyer"))
    settings = {"DATABASE_URL": database_url, "ENCRYPTION_KEY": SEALING, "FOYER_ENV": "test"}

    def run(*words, typed=None, **env):
        return CliRunner().invoke(app.cli, ["site", *words], input=typed, env={**settings, **env})

    return run


def done(result):
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result):
    assert result.exit_code == 1, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def test_a_site_is_added_with_its_own_files_and_told_how_to_embed_it(shell):
    said = done(shell("add", "acme", "--origins", "https://www.acme.com", "--team", str(ROOT / "config" / "team.yaml")))
    assert 'data-site="acme"' in said
    [default, acme] = json.loads(done(shell("list", "--json")))
    assert default["key"] == "default"
    assert acme["origins"] == ["https://www.acme.com"]
    assert acme["team"] == "config/team.yaml"
    assert acme["problem"] is None


def test_a_file_with_errors_is_refused_in_the_loaders_own_words(shell, tmp_path):
    broken = tmp_path / "criteria.yaml"
    broken.write_text("version: 1\nfeilds: {}\n", encoding="utf-8")
    result = shell("add", "acme", "--criteria", str(broken))
    assert result.exit_code == 1
    assert "criteria.yaml" in result.stderr
    assert "line 2" in result.stderr
    assert "acme" not in done(shell("list"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Acme"), "no site key"),
        (("add", "default"), "set up by SITE_ORIGINS"),
        (("add", "acme", "--origins", "www.acme.com"), "is no origin"),
        (("add", "acme", "--origins", "https://www.acme.com/"), "is no origin"),
        (("add", "acme", "--origins", "https://*.acme.com"), "is no origin"),
        (("add", "acme", "--replace", "--origins", "https://www.acme.com"), "there is no site `acme`"),
        (("key", "defualt"), "did you mean default?"),
        (("key", "default", "--revoke", "sk_foyer_"), "no valid key"),
        (("key", "default", "--revoke", ""), "no valid key"),  # an empty variable of a script makes no key instead
        (("secret", "default", "IDENTITY_SECRET"), "set IDENTITY_SECRET in the environment"),
        (("secret", "default", "IDENTITY_SECERT"), "did you mean IDENTITY_SECRET?"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(shell, words, says):
    assert says in refused(shell(*words, typed="x"))


def test_a_site_is_added_once_and_changed_on_purpose(shell):
    done(shell("add", "acme", "--origins", "https://www.acme.com"))
    assert "--replace" in refused(shell("add", "acme", "--origins", "https://shop.acme.com"))
    done(shell("add", "acme", "--replace", "--origins", "https://shop.acme.com"))
    assert json.loads(done(shell("list", "--json")))[1]["origins"] == ["https://shop.acme.com"]


def test_an_api_key_is_shown_once_and_kept_as_a_digest(shell, database_url):
    result = shell("key", "default")
    key = done(result).strip()
    assert len(key) > 50
    assert "only now" in result.stderr
    assert key not in done(shell("list")) + done(shell("key", "default", "--list"))
    database = Database(database_url)
    with database.read() as session:
        [row] = session.connection().exec_driver_sql("select * from api_key").all()
    database.engine.dispose()
    assert key not in str(row)
    assert key_digest(key) in str(row)


def test_a_key_is_revoked_by_its_beginning(shell):
    first, second = (json.loads(done(shell("key", "default", "--json"))) for _ in range(2))
    assert "2 keys" in refused(shell("key", "default", "--revoke", "sk_foyer_"))
    done(shell("key", "default", "--revoke", first["prefix"]))
    keys = json.loads(done(shell("key", "default", "--list", "--json")))
    assert {one["prefix"]: bool(one["revoked_at"]) for one in keys} == {first["prefix"]: True, second["prefix"]: False}


def test_a_secret_is_read_from_a_pipe_and_sealed(shell, database_url):
    done(shell("add", "acme", "--origins", "https://www.acme.com"))
    secret = "0123456789abcdef0123456789abcdef"
    done(shell("secret", "acme", "identity_secret", typed=secret + "\n"))
    database = Database(database_url)
    with database.read() as session:
        [kept] = secrets.all_secrets(session)
    database.engine.dispose()
    assert secret not in kept.sealed
    assert Vault([SEALING]).open(kept.sealed) == secret
    assert json.loads(done(shell("list", "--json")))[1]["secrets"] == ["IDENTITY_SECRET"]
    done(shell("secret", "acme", "IDENTITY_SECRET", "--remove"))
    assert "has no IDENTITY_SECRET" in refused(shell("secret", "acme", "IDENTITY_SECRET", "--remove"))


def test_no_secret_is_kept_without_a_key_to_seal_it_or_when_it_is_weak(shell):
    done(shell("add", "acme"))
    assert "ENCRYPTION_KEY is not set" in refused(
        shell("secret", "acme", "HUBSPOT_TOKEN", typed="x", ENCRYPTION_KEY="")
    )
    assert "too weak" in refused(shell("secret", "acme", "IDENTITY_SECRET", typed="sesame"))
    assert "not empty" in refused(shell("secret", "acme", "HUBSPOT_TOKEN", typed="\n"))


def test_production_takes_no_site_without_origins(shell):
    done(shell("add", "acme", "--origins", "https://www.acme.com", **PRODUCTION))
    assert "--origins" in refused(shell("add", "shop", **PRODUCTION))


def test_a_database_that_is_not_ready_is_said_in_one_line(shell, tmp_path):
    assert "commands.migrate" in refused(shell("list", DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"))
