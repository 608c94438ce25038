"""`flask crm`: who beside Slack is told of leads, and how that goes."""

from typing import Any
from urllib.parse import urlsplit

import click

from commands.crm_sending import backlog_command, dry_run_command
from commands.house import as_json_option, open_house, site_of, site_option, tell
from crm.hubspot import CHANNEL as HUBSPOT
from crm.marketo import CHANNEL as MARKETO
from crm.salesforce import CHANNEL as SALESFORCE
from crm.zendesk import CHANNEL as ZENDESK
from delivery.crm_links import CrmLinks
from models import destination_off, outbox
from models import hook as hooks
from qualification.assembly import House, Served
from qualification.links import Link
from qualification.policy import HOOKS, webhook_channel


@click.group("crm")
def crm_group() -> None:
    """CRMs and webhooks: who is told of leads, what waits, what was not taken."""


crm_group.add_command(dry_run_command)
crm_group.add_command(backlog_command)


@crm_group.command("list")
@site_option
@as_json_option
def list_command(site_key: str, as_json: bool) -> None:
    """Every destination of a site beside Slack: whether it is on, what waits. Exit code 1 when one is off."""
    house = open_house()
    site = site_of(house, site_key)
    found = [*_crms(house, site), *_webhooks(house, site), *_hooks(house, site)]
    tell(as_json, found, "\n".join(map(_line, found)) or "Nobody beside Slack is told: see docs/crm.md.")
    raise SystemExit(1 if any(one["off"] for one in found) else 0)


def _crms(house: House, site: Served) -> list[dict[str, Any]]:
    places = {
        HUBSPOT: house.settings.hubspot_api_url if house.sites.given(site.id, "HUBSPOT_TOKEN") else None,
        ZENDESK: house.sites.given(site.id, "ZENDESK_API_URL"),
        MARKETO: house.sites.given(site.id, "MARKETO_API_URL"),
        SALESFORCE: house.sites.given(site.id, "SALESFORCE_API_URL"),
    }
    return [_shown(house, site, channel, urlsplit(place).netloc) for channel, place in places.items() if place]


def _webhooks(house: House, site: Served) -> list[dict[str, Any]]:
    urls = house.sites.webhook_urls(site.id)
    return [_shown(house, site, webhook_channel(url), urlsplit(url).netloc) for url in urls]


def _hooks(house: House, site: Served) -> list[dict[str, Any]]:
    with house.database.read() as session:
        number = hooks.count(session, site.id)
    return [_shown(house, site, HOOKS, f"{number} subscribed")] if number else []


def _shown(house: House, site: Served, channel: str, where: str) -> dict[str, Any]:
    """`where` is the host alone: the rest of an address may be a secret."""
    with house.database.read() as session:
        off = destination_off.is_off(session, site.id, channel)
        counts = outbox.counts_of(session, site.id, channel)
        error = outbox.last_error(session, site.id, channel)
    waiting = counts.get("pending", 0) + counts.get("in_progress", 0)
    told = {"delivered": counts.get("delivered", 0), "waiting": waiting, "dead": counts.get("dead", 0), "error": error}
    return {"destination": channel, "where": where, "off": off, **told}


def _line(one: dict[str, Any]) -> str:
    state = "OFF" if one["off"] else "on"
    told = f"delivered {one['delivered']}, waiting {one['waiting']}, dead letters {one['dead']}"
    line = f"{one['destination']}  {state}  {one['where']}  {told}"
    return f"{line}\n    {one['error']}" if one["error"] else line


@crm_group.command("on")
@click.argument("destination")
@site_option
def on_command(destination: str, site_key: str) -> None:
    """Switches DESTINATION on again, which was switched off because its receiver answered 410 Gone."""
    house = open_house()
    site = site_of(house, site_key)
    with house.database.begin() as session:
        was_off = destination_off.turn_on(session, site.id, destination)
    if not was_off:
        raise click.ClickException(f"`{destination}` is not switched off; `flask crm list` shows all")
    click.echo(f"{destination} is on again, in every process within a few seconds.")


@crm_group.command("conflicts")
@site_option
@as_json_option
def conflicts_command(site_key: str, as_json: bool) -> None:
    """What people wrote at a CRM where Foyer would write something else; theirs stays. Exit code 1 when any did."""
    house = open_house()
    site = site_of(house, site_key)
    found = [one for channel in (HUBSPOT, MARKETO, SALESFORCE, ZENDESK) for one in _conflicts_at(house, site, channel)]
    words = [f"{one['lead_ref']}  {one['destination']} {one['id']}  {one['property']}: {_pair(one)}" for one in found]
    tell(as_json, found, "\n".join(words) or "Nobody wrote anything else there.")
    raise SystemExit(1 if found else 0)


def _conflicts_at(house: House, site: Served, channel: str) -> list[dict[str, Any]]:
    links = CrmLinks(house.database, channel, house.clock).all(site.id)
    return [one for ref, link in links.items() for one in _conflicts(channel, ref, link)]


def _conflicts(channel: str, ref: str, link: Link) -> list[dict[str, Any]]:
    """What they wrote in place of ours, and what they did that could not be followed here."""
    about = {"lead_ref": ref, "destination": channel, "id": link.remote_id}
    written = [{**about, "property": one.name, "theirs": one.theirs, "ours": one.ours} for one in link.conflicts]
    done = {name: told for name, told in link.heard.items() if isinstance(told, list) and len(told) == 2}
    return written + [{**about, "property": name, "theirs": it, "why": why} for name, (it, why) in done.items()]


def _pair(one: dict[str, Any]) -> str:
    return f"there `{one['theirs'][:100]}`, {_ours(one)}"


def _ours(one: dict[str, Any]) -> str:
    return str(one["why"]) if "why" in one else f"here `{one['ours'][:100]}`"
