"""`flask criteria`: check the criteria file, and say in plain words what changed between two of them."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from commands.agreement import approve_command, versions_command
from commands.criteria_files import YAML_FILE, load_file, of_site
from commands.house import open_house, site_of, site_option
from commands.replay import replay_command
from commands.suggest import suggest_command
from commands.threshold import threshold_command
from config.settings import ROOT
from qualification.checking import check
from qualification.criteria import CriteriaError, criteria_json_schema, load_criteria
from qualification.criteria.explain import diff
from qualification.criteria.findings import Finding
from qualification.playbook import Playbook, PlaybookError, load_playbook


@click.group("criteria")
def criteria_group() -> None:
    """What counts as a marketing qualified lead: check the agreed criteria and compare versions."""


@criteria_group.command("lint")
@click.argument("file", required=False, type=YAML_FILE)
@click.option("--playbook", "playbook_file", type=YAML_FILE, help="Checked against this playbook, not the site's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def lint_command(file: Path | None, playbook_file: Path | None, as_json: bool) -> None:
    """Loads FILE (default: the site's criteria), looks for rules that cannot work and runs the file's examples.

    Exit code 0 when there are no errors (warnings may remain), 1 otherwise.
    """
    findings = _findings(file or of_site("criteria_file"), playbook_file or of_site("playbook_file"))
    for finding in () if as_json else findings:
        click.echo(str(finding))
    click.echo(json.dumps([asdict(finding) for finding in findings]) if as_json else _sum(findings))
    raise SystemExit(1 if any(finding.level == "error" for finding in findings) else 0)


def _findings(file: Path, playbook_file: Path) -> list[Finding]:
    try:
        criteria = load_criteria(file.read_text("utf-8"), file.name)
    except CriteriaError as broken:
        return [Finding("error", problem.line, problem.what, problem.hint) for problem in broken.problems]
    except UnicodeDecodeError:
        return [Finding("error", 1, "the file is not written in UTF-8", "save it as UTF-8")]
    playbook = _playbook(playbook_file)
    return check(criteria, playbook, datetime.now(UTC).date())


def _playbook(file: Path) -> Playbook:
    try:
        return load_playbook(file.read_text("utf-8"), file.name)
    except (PlaybookError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"the playbook cannot be read, so questions cannot be checked:\n{error}") from None


def _sum(findings: list[Finding]) -> str:
    errors = sum(finding.level == "error" for finding in findings)
    return f"{errors} errors, {len(findings) - errors} warnings" if findings else "Nothing to mend."


@criteria_group.command("schema")
def schema_command() -> None:
    """Prints the JSON Schema of the criteria file, which editors use to help while one types."""
    click.echo(json.dumps(criteria_json_schema(), indent=2))


@criteria_group.command("diff")
@click.argument("old", required=False, type=YAML_FILE)
@click.argument("new", required=False, type=YAML_FILE)
@site_option
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for programs.")
def diff_command(old: Path | None, new: Path | None, site_key: str, as_json: bool) -> None:
    """Says in plain words what NEW changes against OLD. Exit code 1 when they differ.

    NEW is the site's criteria file when left out; OLD the version that judges now, and then it is also told what the
    difference is for leads judged while the new version waits.
    """
    if old is None:
        changes, more = _against_what_judges(site_key)
    else:
        changes, more = diff(load_file(old), load_file(new or of_site("criteria_file"))), ""
    click.echo(json.dumps(changes) if as_json else "\n".join([*changes, more]).strip() or "Both say the same.")
    raise SystemExit(1 if changes else 0)


def _against_what_judges(site_key: str) -> tuple[list[str], str]:
    """The site's file against the version that judges there, and what a version that waits would change."""
    house = open_house()
    site = site_of(house, site_key)
    waits = house.agreement.waiting(site.id)
    more = f"{waits.version.sentence}; {waits.difference.sentence(waits.version.number)}" if waits else ""
    changes = diff(site.policy.criteria, load_file(ROOT / site.criteria_file))
    return changes, "\n".join(filter(None, (site.note, more)))


for _command in (approve_command, replay_command, suggest_command, threshold_command, versions_command):
    criteria_group.add_command(_command)
