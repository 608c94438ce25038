"""`flask doctor`: says what is wrong and how to mend it, whatever is wrong, and never falls ill itself."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from commands.doctor import examine_with
from commands.doctor_house import look_at_widget
from commands.doctor_slack import NEEDED_SCOPES
from commands.finding import guarded
from config.settings import load_settings
from models import site as sites
from models import site_secret as secrets
from models.database import Database
from models.migrate import upgrade
from models.vault import Vault
from tests.deployed import environment
from tests.promising import a_site, claim, promise, settle
from tests.timekeeping import Time
from tests.two_sites import SEALING
from tryout.standin import ARCHIVED, GENERAL, LEADS, PRIVATE, URGENT, Standin
from tryout.standin.people import SCOPES

OTHER = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def house(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/foyer.db")
    upgrade(database)
    yield database
    database.engine.dispose()


def settings_for(tmp_path, desk=None, **given):
    slack = desk and {
        "slack_bot_token": desk.app.bot_token,
        "slack_signing_secret": desk.app.signing_secret,
        "slack_alert_channel": LEADS,
        "slack_api_url": desk.api_url,
    }
    ours = {
        "database_url": f"sqlite:///{tmp_path}/foyer.db",
        "secret_key": "k" * 40,
        "public_url": "http://127.0.0.1:9",
    }
    return load_settings(**{**ours, **(slack or {}), **given})


def look(tmp_path, desk=None, now=None, **given):
    return list(examine_with(settings_for(tmp_path, desk, **given), now or datetime.now(UTC)))


def about(findings, what):
    [one] = [one for one in findings if one.what == what]
    return one


def test_a_house_in_good_order_has_no_error(tmp_path, house):
    with Standin() as desk:
        findings = look(tmp_path, desk)
    assert [one for one in findings if one.level == "error"] == []
    for what in ("settings", "database", "migrations", "deliveries", "dead letters", "language pipeline", "Slack"):
        assert about(findings, what).level == "ok"
    assert about(findings, "clock").level == "ok"
    assert about(findings, f"channel {LEADS}").detail == "#leads, the app is in it"


def test_every_finding_that_is_not_well_says_what_to_do(tmp_path):
    with Standin(scopes={"chat:write"}, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)) as desk:
        findings = look(tmp_path, desk, slack_alert_channel="C0NOWHERE99", team_file="nowhere.yaml")
    unwell = [one for one in findings if one.level != "ok"]
    assert len(unwell) >= 5
    assert [one.what for one in unwell if not one.fix] == []


def test_the_scopes_we_look_for_are_those_of_the_minimal_manifest():
    manifest = yaml.safe_load((ROOT / "slack-manifest-minimal.yaml").read_text())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == NEEDED_SCOPES


def test_a_missing_scope_is_named(tmp_path, house):
    with Standin(scopes=set(SCOPES) - {"im:write"}) as desk:
        found = about(look(tmp_path, desk), "Slack scopes")
    assert (found.level, found.detail) == ("error", "missing: im:write")


def test_the_scopes_of_the_minimal_manifest_are_enough(tmp_path, house):
    with Standin(scopes=NEEDED_SCOPES) as desk:
        findings = look(tmp_path, desk)
        assert about(findings, "Slack scopes").level == "ok"
        assert about(findings, f"channel {LEADS}").level == "ok"
        outside = about(look(tmp_path, desk, slack_alert_channel=GENERAL), f"channel {GENERAL}")
    assert (outside.level, outside.fix) == ("error", "Invite the app there: /invite @Foyer")


@pytest.mark.parametrize(
    ("channel", "level", "says"),
    [
        ("C0NOWHERE99", "error", "channel_not_found"),
        (ARCHIVED, "error", "#old-leads is archived"),
        (GENERAL, "warning", "not in #general yet"),
        (PRIVATE, "ok", "#deal-desk"),
    ],
)
def test_the_alert_channel_is_looked_up(channel, level, says, tmp_path, house):
    with Standin() as desk:
        found = about(look(tmp_path, desk, slack_alert_channel=channel), f"channel {channel}")
    assert found.level == level
    assert says in found.detail


def test_without_the_right_to_join_the_app_must_be_invited(tmp_path, house):
    with Standin(scopes=set(SCOPES) - {"channels:join"}) as desk:
        found = about(look(tmp_path, desk, slack_alert_channel=GENERAL), f"channel {GENERAL}")
    assert found.level == "error"


def test_channels_of_the_team_file_are_looked_up_too(tmp_path, house):
    team = tmp_path / "team.yaml"
    team.write_text(f"fallback_channel: {ARCHIVED}\n")
    with Standin() as desk:
        findings = look(tmp_path, desk, team_file=str(team), slack_alert_channel=URGENT)
    assert about(findings, f"channel {ARCHIVED}").level == "error"
    assert about(findings, f"channel {URGENT}").level == "ok"


def test_a_revoked_token_is_said_with_the_remedy(tmp_path, house):
    with Standin() as desk:
        desk.revoke()
        found = about(look(tmp_path, desk), "Slack")
    assert (found.level, found.detail) == ("error", "refuses the token: token_revoked")
    assert "install it again" in found.fix


@pytest.mark.parametrize(("minutes", "says"), [(10, "600 s slow"), (-10, "600 s fast")])
def test_a_clock_that_is_off_is_told_by_slacks_own(minutes, says, tmp_path, house):
    now = datetime.now(UTC)
    with Standin(clock=lambda: now + timedelta(minutes=minutes)) as desk:
        found = about(look(tmp_path, desk, now=now.replace(microsecond=0)), "clock")
    assert found.level == "error"
    assert says in found.detail


@pytest.mark.parametrize("kind", ["500", "502", "cut", "drop", "redirect", "429"])
@pytest.mark.parametrize("method", ["auth.test", "conversations.info"])
def test_a_slack_that_answers_nonsense_is_a_finding(method, kind, tmp_path, house):
    with Standin() as desk:
        desk.faults.add(method, kind, times=None)
        findings = look(tmp_path, desk)
    what = "Slack" if method == "auth.test" else f"channel {LEADS}"
    assert about(findings, what).level == "error"
    assert about(findings, "database").level == "ok"


def test_a_slack_that_is_not_there_is_a_finding(tmp_path, house):
    with Standin() as desk:
        settings = settings_for(tmp_path, desk)
    found = about(list(examine_with(settings, datetime.now(UTC))), "Slack")
    assert (found.level, found.detail.split(":")[0]) == ("error", "does not answer")


def test_a_database_without_schema_says_how_to_make_it(tmp_path):
    found = about(look(tmp_path), "migrations")
    assert (found.level, found.fix) == ("error", "Run `python -m commands.migrate`.")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://foyer:hunter2hunter2@127.0.0.1:9/foyer",
        "sqlite:////proc/nowhere/foyer.db",
    ],
)
def test_a_database_that_cannot_be_used_is_a_finding_without_its_password(url, tmp_path):
    findings = look(tmp_path, database_url=url)
    assert about(findings, "database").level == "error"
    assert about(findings, "language pipeline").level == "ok"
    assert "hunter2" not in str(findings)


def test_promises_that_nobody_keeps_are_an_error_and_name_the_worker(tmp_path, house):
    time = Time(house)
    a_site(house)
    promise(house, time, "alert:1")
    with Standin() as desk:
        late = about(look(tmp_path, desk, now=time.now + timedelta(minutes=9)), "deliveries")
        on_time = about(look(tmp_path, desk, now=time.now + timedelta(seconds=5)), "deliveries")
    assert (late.level, on_time.level) == ("error", "ok")
    assert "9 min" in late.detail
    assert "python -m delivery" in late.fix


def test_alerts_that_wait_for_slack_to_be_connected_are_only_a_warning(tmp_path, house):
    time = Time(house)
    a_site(house)
    promise(house, time, "alert:1")
    found = about(look(tmp_path, now=time.now + timedelta(minutes=9)), "deliveries")
    assert found.level == "warning"


def test_dead_letters_are_counted(tmp_path, house):
    time = Time(house)
    a_site(house)
    promise(house, time, "alert:1")
    [row] = claim(house, time)
    settle(house, time, row, "dead")
    found = about(look(tmp_path, now=time.now), "dead letters")
    assert (found.level, found.detail) == ("error", "1 could not be delivered and wait for a person")


def test_a_broken_file_is_named_with_its_lines(tmp_path, house):
    broken = tmp_path / "criteria.yaml"
    broken.write_text("threshold: [unclosed")
    assert about(look(tmp_path, criteria_file=str(broken)), str(broken)).level == "error"
    broken.write_bytes(b"\xff\xfe")
    assert about(look(tmp_path, criteria_file=str(broken)), str(broken)).detail == "is not UTF-8"
    missing = tmp_path / "gone.yaml"
    assert "cannot be read" in about(look(tmp_path, criteria_file=str(missing)), str(missing)).detail


def test_a_redis_that_is_not_there_is_a_warning(tmp_path, house):
    assert about(look(tmp_path, redis_url="redis://127.0.0.1:9/0"), "Redis").level == "warning"


def test_a_public_address_that_somebody_else_answers_is_a_warning(tmp_path, house):
    with Standin() as desk:
        found = about(look(tmp_path, desk, public_url=desk.origin), "public URL")
    assert (found.level, "somebody else" in found.detail) == ("warning", True)


def test_a_development_set_up_open_to_the_world_is_a_warning(tmp_path, house):
    findings = look(tmp_path, public_url="https://127.0.0.1:9")
    assert [one.level for one in findings if one.what == "settings"] == ["ok", "warning"]


def test_a_missing_widget_says_how_to_build_it(tmp_path):
    [found] = look_at_widget(tmp_path / "w.js")
    assert found.fix.startswith("Run `make widget`")


def test_whatever_a_look_stumbles_over_is_a_finding():
    def stumbles():
        raise ZeroDivisionError("xoxb-123-secret")

    [found] = guarded("the moon", stumbles)
    assert (found.level, found.what) == ("error", "the moon")
    assert "ZeroDivisionError" in found.detail
    assert "xoxb" not in found.detail


def doctor(tmp_path, *options, **given):
    env = environment(tmp_path, **given)
    return subprocess.run(
        [sys.executable, "-m", "flask", "doctor", *options],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.mark.slow
def test_the_command_reports_in_words_or_json_and_by_its_exit_code(tmp_path, house):
    well, ill = doctor(tmp_path), doctor(tmp_path, "--json", PORT="eighty")
    assert (well.returncode, ill.returncode) == (0, 1), well.stdout
    assert "ok       database: sqlite answers" in well.stdout
    [finding] = json.loads(ill.stdout)
    assert finding["what"] == "settings"
    assert "PORT" in finding["detail"]


def test_a_socket_mode_token_slack_does_not_take_is_an_error(tmp_path, house):
    with Standin() as desk:
        good = about(look(tmp_path, desk, slack_app_token=desk.app.app_token), "Socket Mode")
        wrong = about(look(tmp_path, desk, slack_app_token="xapp-of-somebody-else"), "Socket Mode")
    assert good.level == "ok"
    assert (wrong.level, "invalid_auth" in wrong.detail) == ("error", True)
    assert "connections:write" in wrong.fix


def test_a_further_site_that_is_not_served_or_has_lost_its_key_is_an_error(tmp_path, house):
    broken = tmp_path / "criteria.yaml"
    broken.write_text("threshold: [unclosed")
    now = datetime.now(UTC)
    with house.begin() as session:
        site_id = sites.add(session, "shop", {"origins": [], "criteria_file": str(broken)}, now)
        secrets.keep(session, site_id, "IDENTITY_SECRET", Vault([SEALING]).seal("s" * 32), now)
    files, secret = [one for one in look(tmp_path, encryption_key=OTHER) if one.what == "site shop"]
    assert (files.level, "is not served" in files.detail, "site add shop --replace" in files.fix) == (
        "error",
        True,
        True,
    )
    assert (secret.level, "IDENTITY_SECRET cannot be opened" in secret.detail) == ("error", True)
    assert "new,old" in secret.fix
    rotated = look(tmp_path, encryption_key=f"{OTHER},{SEALING}")
    assert [one.detail[:13] for one in rotated if one.what == "site shop"] == ["is not served"]
