"""`flask privacy`: what we hold on a person, all of it gone, and gone by itself after a time."""

import json
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from commands.house import as_json_option, open_house, site_of, site_option, tell
from qualification.assembly import House, Served
from qualification.privacy import Erased

WHOM = "a lead's reference (L-1042), an e-mail address, a phone number or a visitor's id"


@click.group("privacy")
def privacy_group() -> None:
    """People's rights: shows what we hold on somebody, erases it, and erases by itself what is old."""


@privacy_group.command("export")
@click.argument("person")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Into a file of mode 0600.")
@site_option
def export_command(person: str, out: Path | None, site_key: str) -> None:
    """Writes everything we hold on PERSON as JSON: a reference, an address, a number or a visitor's id."""
    house = open_house()
    site = site_of(house, site_key)
    found = house.privacy.export(site.id, person)
    if found is None:
        raise _unknown(site)
    text = json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.touch(mode=0o600)
    out.chmod(0o600)
    out.write_text(text, encoding="utf-8")
    click.echo(f"Written: {out}", err=True)


@privacy_group.command("erase")
@click.argument("person", required=False)
@click.option("--yes", is_flag=True, help="Does not ask.")
@click.option("--list", "lists", is_flag=True, help="JSON lines of who was erased, as numbers alone: keep them apart.")
@click.option("--replay", type=click.File("r"), help="After a restore: erases again whom such a list names.")
@site_option
@as_json_option
def erase_command(person: str | None, yes: bool, lists: bool, replay: Any, site_key: str, as_json: bool) -> None:
    """Erases PERSON: every word of theirs here, and the cards and lines in Slack. Counts and steps stay.

    It cannot be undone. CRMs and receivers of webhooks keep what they were told: erase it there too.
    """
    house = open_house()
    site = site_of(house, site_key)
    if lists:
        for one in house.privacy.erased(site.id):
            click.echo(json.dumps(one, default=datetime.isoformat))
    elif replay is not None:
        with redirect_stdout(sys.stderr):
            done = house.privacy.erase_again(site.id, [json.loads(line) for line in replay if line.strip()])
        tell(as_json, {"erased": done}, f"Erased again: {done}.")
    elif person is None:
        raise click.UsageError(f"say whom: {WHOM}; or give --list or --replay FILE")
    else:
        _erase(house, site, person, yes, as_json)


def _erase(house: House, site: Served, person: str, yes: bool, as_json: bool) -> None:
    found = house.privacy.export(site.id, person)
    if found is None:
        raise _unknown(site)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("add --yes: there is nobody here to ask")
        sums = ", ".join(f"{len(rows)} {table.replace('_', ' ')}" for table, rows in found.items() if rows)
        click.confirm(f"Erase for good: {sums}?", abort=True, err=True)
    with redirect_stdout(sys.stderr):  # what is logged on the way is no answer
        erased = house.privacy.erase(site.id, person)
    if erased is None:
        raise _unknown(site)
    tell(as_json, _as_json(erased), f"Erased: {_sum(erased)}. Cards and lines in Slack follow while a worker runs.")


@privacy_group.command("retain")
@click.option("--days", type=click.IntRange(1), default=None, help="Instead of RETENTION_DAYS.")
@site_option
@as_json_option
def retain_command(days: int | None, site_key: str, as_json: bool) -> None:
    """Erases who has not been heard of for RETENTION_DAYS, as the worker does every morning; customers stay."""
    house = open_house()
    site = site_of(house, site_key)
    with redirect_stdout(sys.stderr):
        erased = house.privacy.retain(site.id, days or house.settings.retention_days)
    tell(as_json, _as_json(erased), f"Erased: {_sum(erased)}.")


def _sum(erased: Erased) -> str:
    named = f" ({', '.join(erased.leads[:10])})" if erased.leads else ""
    return f"{len(erased.leads)} leads{named}, {erased.visitors} browsers"


def _as_json(erased: Erased) -> dict[str, Any]:
    return {"leads": erased.leads, "visitors": erased.visitors, "at": datetime.now(UTC)}


def _unknown(site: Served) -> click.ClickException:
    return click.ClickException(f"nobody of the site `{site.key}` is known by that; give {WHOM}")
