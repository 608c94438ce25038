"""`flask doctor`: what of the set-up works, what does not, and how to mend it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import click
import requests

from config.settings import ROOT, SLACK_API, Settings, SettingsError, load_settings
from models.database import Database
from models.migrate import is_current
from qualification.criteria import CriteriaError, load_criteria
from qualification.playbook import PlaybookError, load_playbook
from qualification.team import TeamError, load_team

NEEDED_SCOPES = {"chat:write", "commands", "users:read", "im:write", "channels:history", "groups:history"}
CLOCK_TOLERANCE_S = 60
SLACK_TIMEOUT_S = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `level` is ok, warning (works, but) or error; `fix` says what to do."""

    level: str
    what: str
    detail: str
    fix: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def doctor_command(as_json: bool) -> None:
    """Looks at settings, files, database, language pipeline and Slack; says what to mend. Exit code 1 on an error."""
    findings = list(examine())
    click.echo(json.dumps([asdict(finding) for finding in findings]) if as_json else _report(findings))
    raise SystemExit(1 if any(finding.level == "error" for finding in findings) else 0)


def examine() -> Iterator[Finding]:
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(
            "error",
            "settings",
            str(error),
            "Correct it in the environment or in .env; docs/configuration.md lists all.",
        )
        return
    yield Finding("ok", "settings", f"{settings.foyer_env}, {settings.public_url}")
    yield from _files(settings)
    yield from _database(settings)
    yield _pipeline()
    yield _widget(ROOT / "widget" / "dist" / "w.js")
    yield from _slack(settings)


def _files(settings: Settings) -> Iterator[Finding]:
    yield _file(settings.criteria_file, load_criteria, CriteriaError)
    yield _file(settings.playbook_file, load_playbook, PlaybookError)
    yield _file(settings.team_file, load_team, TeamError)


def _file(path: Path, load: Callable[[str, str], object], wrong: type[Exception]) -> Finding:
    try:
        load(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        return Finding("error", str(path), f"cannot be read: {error.strerror}", "Give its place in the settings.")
    except wrong as error:
        return Finding("error", str(path), str(error), "Mend the lines named.")
    return Finding("ok", str(path), "loads")


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url.get_secret_value())
    name = database.engine.dialect.name
    try:
        database.is_reachable()
        current = is_current(database)
    except Exception as error:
        yield Finding(
            "error",
            "database",
            f"{name} does not answer: {type(error).__name__}",
            "Check DATABASE_URL and that it runs.",
        )
        return
    yield Finding("ok", "database", f"{name} answers")
    if current:
        yield Finding("ok", "migrations", "the schema is the newest")
    else:
        yield Finding("error", "migrations", "the schema is not the newest", "Run `python -m commands.migrate`.")


def _pipeline() -> Finding:
    from qualification.facts import Utterance
    from qualification.understanding import understand  # heavy: only when somebody asks

    heard = understand(Utterance("I am ada@example.com", datetime.now(UTC)))
    works = any(entity.label == "email" for entity in heard.entities)
    return Finding(
        "ok" if works else "error", "language pipeline", "understands" if works else "finds no address in a sentence"
    )


def _widget(path: Path) -> Finding:
    if path.exists():
        return Finding("ok", "widget", "is built")
    return Finding("error", "widget", f"{path} is missing", "Run `make widget`, or check out the repository anew.")


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        fix = "See docs/slack.md: make the app from slack-manifest.yaml and set SLACK_BOT_TOKEN."
        yield Finding("warning", "Slack", "not connected: alerts wait in the outbox, nothing is lost", fix)
        return
    token = settings.slack_bot_token.get_secret_value()
    try:
        answer = _call(settings, "auth.test", token)
    except requests.RequestException as error:
        yield Finding(
            "error", "Slack", f"does not answer: {type(error).__name__}", "Check the network and SLACK_API_URL."
        )
        return
    if not answer.json().get("ok"):
        yield Finding(
            "error",
            "Slack",
            f"refuses the token: {answer.json().get('error')}",
            "Reinstall the app and copy SLACK_BOT_TOKEN anew.",
        )
        return
    yield Finding("ok", "Slack", f"connected to {answer.json().get('team', 'the workspace')}")
    yield _scopes(answer)
    yield _clock(answer)
    yield _channel(settings, token)
    yield _reachable(settings)


def _call(settings: Settings, method: str, token: str, **arguments: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    url = settings.slack_api_url + method
    return requests.post(url, data=arguments, headers=headers, timeout=SLACK_TIMEOUT_S, allow_redirects=False)


def _scopes(answer: requests.Response) -> Finding:
    given = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",") if scope.strip()}
    missing = sorted(NEEDED_SCOPES - given)
    if not given or not missing:
        return Finding("ok", "Slack scopes", "all needed are granted" if given else "not told by Slack")
    return Finding(
        "error",
        "Slack scopes",
        f"missing: {', '.join(missing)}",
        "Add them under OAuth & Permissions and reinstall the app.",
    )


def _clock(answer: requests.Response) -> Finding:
    if "date" not in answer.headers:
        return Finding("ok", "clock", "Slack gave no time to compare")
    away = abs((datetime.now(UTC) - parsedate_to_datetime(answer.headers["date"])).total_seconds())
    if away <= CLOCK_TOLERANCE_S:
        return Finding("ok", "clock", "agrees with Slack's")
    return Finding(
        "error", "clock", f"is {away:.0f} s off; signatures older than 300 s are refused", "Set the clock by NTP."
    )


def _channel(settings: Settings, token: str) -> Finding:
    channel = settings.slack_alert_channel or ""
    answer = _call(settings, "conversations.info", token, channel=channel).json()
    if answer.get("ok") and answer["channel"].get("is_archived"):
        return Finding("error", "alert channel", f"{channel} is archived", "Choose another in SLACK_ALERT_CHANNEL.")
    if answer.get("ok") and answer["channel"].get("is_member") is False:
        return Finding("error", "alert channel", f"the app is not in {channel}", "Invite it: /invite @Foyer")
    if answer.get("ok"):
        return Finding("ok", "alert channel", channel)
    if answer.get("error") == "missing_scope":
        return Finding(
            "warning", "alert channel", f"{channel} cannot be looked up with these scopes", "Check by a test alert."
        )
    return Finding(
        "error", "alert channel", f"{channel}: {answer.get('error')}", "Give the channel's id (C...), not its name."
    )


def _reachable(settings: Settings) -> Finding:
    if settings.slack_api_url != SLACK_API or settings.public_url.startswith("https://"):
        return Finding("ok", "public URL", settings.public_url)
    fix = "Set PUBLIC_URL to the https address of this process and use it in the Slack app's request URLs."
    return Finding("warning", "public URL", f"Slack cannot reach {settings.public_url}", fix)


def _report(findings: list[Finding]) -> str:
    marks = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}
    lines = []
    for finding in findings:
        lines.append(f"{marks[finding.level]}  {finding.what}: {finding.detail}")
        if finding.fix:
            lines.append(f"         -> {finding.fix}")
    return "\n".join(lines)
