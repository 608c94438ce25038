"""`flask leads`: what an operator does with leads: files, and merging two that are one person, and undoing it."""

import json
import sys
from contextlib import redirect_stdout

import click

from commands.leads_files import export_command, import_command, revisit_command
from commands.site import as_json_option
from config.settings import SettingsError, load_settings
from models import site as sites
from qualification.assembly import DEFAULT_SITE, House, assemble
from qualification.handoff import Outcome
from qualification.views import LeadView, Person

_SAID = {
    "not_found": "there is no lead {refs} on the site `{site}`; references look like L-1042",
    "already_one": "{refs} are one person already, {lead}. `--undo` parts them",
    "not_merged": "{refs} is not merged with any other lead",
}


@click.group("leads")
def leads_group() -> None:
    """Leads of a site: into and out of files, old ones worth another look, two that are one person."""


leads_group.add_command(import_command)
leads_group.add_command(export_command)
leads_group.add_command(revisit_command)


@leads_group.command("merge")
@click.argument("refs", nargs=-1, required=True, metavar="L-1001 L-1002")
@click.option("--undo", is_flag=True, help="Undo the merge of this lead, or the last one into it.")
@click.option(
    "--site", "site_key", default=DEFAULT_SITE, show_default=True, metavar="KEY", help="Whose leads they are."
)
@as_json_option
def merge_command(refs: tuple[str, ...], undo: bool, site_key: str, as_json: bool) -> None:
    """Makes two leads one person: the one that is further on speaks for both, the other's reference leads to it.

    Nothing is lost, sales is not alerted again, and --undo makes them again what they were, with what came since.
    Running workers bring the cards up to date. Exit code 1 when nothing was changed.
    """
    if len(refs) != (1 if undo else 2):
        raise click.UsageError("give one reference with --undo" if undo else "give the two leads: L-1001 L-1002")
    with redirect_stdout(sys.stderr):  # what is logged on the way is no answer
        outcome = _done(refs, site_key, undo)
    lead = outcome.lead
    if not outcome.done or lead is None:
        said = _SAID.get(outcome.code, outcome.code)
        told = said.format(refs=" and ".join(refs), site=site_key, lead=lead.ref if lead else "")
        raise click.ClickException(told)
    click.echo(json.dumps(_as_json(lead, outcome.code)) if as_json else _told(lead, outcome.code))


def _done(refs: tuple[str, ...], site_key: str, undo: bool) -> Outcome:
    house = _house()
    by, site_id = Person("operator", "an operator"), _site_id(house, site_key)
    try:
        if undo:
            return house.handoff.part(site_id, refs[0], by)
        return house.handoff.merge(site_id, refs[0], refs[1], by)
    finally:
        house.database.engine.dispose()


def _house() -> House:
    try:
        return assemble(load_settings(), lambda: None)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _site_id(house: House, key: str) -> int:
    with house.database.read() as session:
        found = sites.find(session, key)
    if found is None:
        raise click.ClickException(f"there is no site `{key}`; `flask site list` shows all")
    return found.id


def _as_json(lead: LeadView, code: str) -> dict[str, object]:
    merged = [one.ref for one in lead.merged]
    return {"done": code, "lead_ref": lead.ref, "stage": lead.stage, "handoff": lead.handoff, "merged": merged}


def _told(lead: LeadView, code: str) -> str:
    if code == "parted":
        return f"{lead.ref} is a lead of its own again: stage {lead.stage}, hand-off {lead.handoff}."
    merged = ", ".join(one.ref for one in lead.merged)
    return (
        f"{lead.ref} speaks for the person now: stage {lead.stage}, hand-off {lead.handoff}. Merged into it: {merged}."
    )
