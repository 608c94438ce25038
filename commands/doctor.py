"""`flask doctor`: what of the set-up works, what does not, and how to mend it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import click

from commands.doctor_agreement import look_at_agreement
from commands.doctor_crm import look_at_crm
from commands.doctor_house import look_at_database, look_at_files, look_at_pipeline, look_at_redis, look_at_widget
from commands.doctor_mail import look_at_mail
from commands.doctor_slack import look_at_public_url, look_at_slack
from commands.finding import Finding, guarded
from config.settings import Settings, SettingsError, load_settings

ALL_SETTINGS = "Correct it in the environment or in .env; docs/configuration.md lists all."


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def doctor_command(as_json: bool) -> None:
    """Looks at settings, files, database, deliveries, language pipeline, Slack, clock and public URL.

    Says what to mend and how. Exit code 1 when something is an error.
    """
    findings = list(examine())
    click.echo(json.dumps([asdict(finding) for finding in findings]) if as_json else _report(findings))
    raise SystemExit(1 if any(finding.level == "error" for finding in findings) else 0)


def examine() -> Iterator[Finding]:
    """Everything, one thing after the other; without settings there is nothing else to look at."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("error", "settings", str(error), ALL_SETTINGS)
    except Exception as error:
        yield Finding("error", "settings", f"cannot be read: {type(error).__name__}", "Check the file .env.")
    else:
        yield from examine_with(settings, datetime.now(UTC))


def examine_with(settings: Settings, now: datetime) -> Iterator[Finding]:
    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        "settings": lambda: _look_at_settings(settings),
        "files": lambda: look_at_files(settings),
        "database": lambda: look_at_database(settings, now),
        "criteria": lambda: look_at_agreement(settings),
        "Redis": lambda: look_at_redis(settings),
        "language pipeline": lambda: look_at_pipeline(now),
        "widget": look_at_widget,
        "Slack": lambda: look_at_slack(settings, now),
        "CRMs and webhooks": lambda: look_at_crm(settings),
        "mail": lambda: look_at_mail(settings),
        "public URL": lambda: look_at_public_url(settings),
    }
    for what, look in looks.items():
        yield from guarded(what, look)


def _look_at_settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "settings", f"{settings.foyer_env}, {settings.public_url}")
    if settings.public_url.startswith("https://") and not settings.is_production:
        fix = "Set FOYER_ENV=production: it refuses weak secrets and open origins."
        yield Finding("warning", "settings", f"the world is let in, but this is {settings.foyer_env}", fix)
    if settings.is_production and not settings.public_url.startswith("https://"):
        yield Finding("error", "PUBLIC_URL", settings.public_url, "Give the https address visitors reach Foyer at.")
    if settings.is_production and not settings.site_origins:
        fix = "Name your website's origins, e.g. https://www.example.com."
        yield Finding("error", "SITE_ORIGINS", "none: only pages of Foyer's own address may use the widget", fix)


def _report(findings: list[Finding]) -> str:
    marks = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}
    lines = []
    for finding in findings:
        lines.append(f"{marks[finding.level]}  {finding.what}: {finding.detail}")
        if finding.fix:
            lines.append(f"         -> {finding.fix}")
    return "\n".join(lines)
