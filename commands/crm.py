"""`flask crm`: who beside Slack is told of leads, and how that goes."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime, timedelta
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import click
import structlog

from commands.house import as_json_option, open_house, site_of, site_option, tell
from commands.periods import Day, period, progress
from crm.hubspot import CHANNEL as HUBSPOT
from crm.rehearsal import Rehearsal, rehearse, rehearse_zendesk
from crm.zendesk import CHANNEL as ZENDESK
from delivery.__main__ import hubspot_of, listeners_of, webhook_of, zendesk_of
from delivery.backlog import Backlog, Sum
from delivery.crm_links import CrmLinks
from delivery.wake import Wake
from delivery.worker import LONGEST_CALL_S, Worker
from models import destination_off, outbox
from qualification.assembly import House, Served
from qualification.links import Link
from qualification.policy import Listener, webhook_channel
from qualification.promises import Promise, Sent
from qualification.views import LeadView


@click.group("crm")
def crm_group() -> None:
    """CRMs and webhooks: who is told of leads, what waits, what was not taken."""


@crm_group.command("list")
@site_option
@as_json_option
def list_command(site_key: str, as_json: bool) -> None:
    """Every destination of a site beside Slack: whether it is on, what waits. Exit code 1 when one is off."""
    house = open_house()
    site = site_of(house, site_key)
    found = [*_crms(house, site), *_webhooks(house, site)]
    tell(as_json, found, "\n".join(map(_line, found)) or "Nobody beside Slack is told: see docs/crm.md.")
    raise SystemExit(1 if any(one["off"] for one in found) else 0)


def _crms(house: House, site: Served) -> list[dict[str, Any]]:
    places = {
        HUBSPOT: house.settings.hubspot_api_url if house.sites.given(site.id, "HUBSPOT_TOKEN") else None,
        ZENDESK: house.sites.given(site.id, "ZENDESK_API_URL"),
    }
    return [_shown(house, site, channel, urlsplit(place).netloc) for channel, place in places.items() if place]


def _webhooks(house: House, site: Served) -> list[dict[str, Any]]:
    urls = house.sites.webhook_urls(site.id)
    return [_shown(house, site, webhook_channel(url), urlsplit(url).netloc) for url in urls]


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
    links = CrmLinks(house.database, HUBSPOT, house.clock).all(site.id)
    found = [one for ref, link in links.items() for one in _conflicts(ref, link)]
    words = [f"{one['lead_ref']}  {HUBSPOT} {one['id']}  {one['property']}: {_pair(one)}" for one in found]
    tell(as_json, found, "\n".join(words) or "Nobody wrote anything else there.")
    raise SystemExit(1 if found else 0)


def _conflicts(ref: str, link: Link) -> list[dict[str, Any]]:
    """What they wrote in place of ours, and what they did that could not be followed here."""
    about = {"lead_ref": ref, "destination": HUBSPOT, "id": link.remote_id}
    written = [{**about, "property": one.name, "theirs": one.theirs, "ours": one.ours} for one in link.conflicts]
    done = {name: told for name, told in link.heard.items() if isinstance(told, list) and len(told) == 2}
    return written + [{**about, "property": name, "theirs": it, "why": why} for name, (it, why) in done.items()]


def _pair(one: dict[str, Any]) -> str:
    return f"there `{one['theirs'][:100]}`, {_ours(one)}"


def _ours(one: dict[str, Any]) -> str:
    return str(one["why"]) if "why" in one else f"here `{one['ours'][:100]}`"


@crm_group.command("dry-run")
@click.argument("ref")
@site_option
@as_json_option
def dry_run_command(ref: str, site_key: str, as_json: bool) -> None:
    """Shows exactly what would be sent of the lead REF now, to everybody who is told of leads. Nothing is sent.

    HubSpot is asked what is there already. Exit code 1 when a destination could not take it like this.
    """
    house = open_house()
    site = site_of(house, site_key)
    lead = house.enquiry.lead(site.id, ref)
    if lead is None:
        raise click.ClickException(f"there is no lead {ref} on the site `{site.key}`; references look like L-1042")
    found = [*_would_write(house, site, lead), *_would_post(house, site, lead)]
    tell(as_json, found, "\n".join(map(_would, found)) or "Nobody beside Slack is told: see docs/crm.md.")
    raise SystemExit(1 if any(not one["ok"] for one in found) else 0)


def _would_write(house: House, site: Served, lead: LeadView) -> Iterator[dict[str, Any]]:
    hubspot, zendesk = hubspot_of(house, site.id), zendesk_of(house, site.id)
    if hubspot is not None:
        yield _rehearsed(HUBSPOT, rehearse(hubspot, site.id, lead))
    if zendesk is not None:
        yield _rehearsed(ZENDESK, rehearse_zendesk(zendesk, site.id, lead))


def _rehearsed(destination: str, done: Rehearsal) -> dict[str, Any]:
    writes = [{"method": one.method, "path": one.path, "body": dict(one.body)} for one in done.writes]
    ok = isinstance(done.outcome, Sent)
    remark = done.outcome.remark if isinstance(done.outcome, Sent) else done.outcome.error
    return {"destination": destination, "ok": ok, "writes": writes, "remark": remark}


def _would_post(house: House, site: Served, lead: LeadView) -> Iterator[dict[str, Any]]:
    payload = {"lead": lead.ref, "cycle": lead.cycle, "revision": lead.revision}
    for url in house.sites.webhook_urls(site.id):
        channel, webhook = webhook_channel(url), webhook_of(house, url, site.id)
        promise = Promise(f"{channel}:dry-run", "lead.updated", payload, None, False, house.clock(), site.id)
        shown = webhook.shown(promise) if webhook else None
        if shown is not None:
            headers, body = shown
            write = {"method": "POST", "path": urlsplit(url).netloc, "headers": dict(headers), "body": json.loads(body)}
            yield {"destination": channel, "ok": True, "writes": [write], "remark": None}


def _would(one: dict[str, Any]) -> str:
    lines = [f"{one['destination']}: {'' if one['ok'] else 'NOT '}taken like this, nothing was sent"]
    for write in one["writes"]:
        lines.append(f"  {write['method']} {write['path']}")
        lines += [f"    {name}: {value}" for name, value in write.get("headers", {}).items()]
        lines += ["    " + line for line in json.dumps(write["body"], indent=2, ensure_ascii=False).splitlines()]
    if not one["writes"]:
        lines.append("  Nothing to write: it is all there.")
    return "\n".join([*lines, f"  {one['remark']}"] if one["remark"] else lines)


@crm_group.command("backlog")
@click.option("--to", "destination", default=HUBSPOT, show_default=True, help="A name of `flask crm list`.")
@click.option("--since", type=Day(), help="Only leads that changed since then.")
@click.option("--again", is_flag=True, help="Also leads that are there as they are, as after a change of the mapping.")
@click.option("--count", is_flag=True, help="Only say how many there are.")
@site_option
@as_json_option
def backlog_command(
    destination: str, since: timedelta | date | None, again: bool, count: bool, site_key: str, as_json: bool
) -> None:
    """Tells a destination of the leads that were there before it was: those it would be told of today, oldest first.

    Twenty at a time, so that new leads go before. It may be stopped and begun again: nothing is written twice. Exit
    code 1 when some were not taken, or still wait.
    """
    house = open_house()
    site = site_of(house, site_key)
    listener = next((one for one in site.policy.listeners if one.channel == destination), None)
    if listener is None:
        raise click.ClickException(f"`{destination}` is not told of leads; `flask crm list` shows who is")
    backlog = _backlog(house, listener)
    ids = backlog.ids(site.id, listener.since, _begin(house, site, since))
    if count:
        tell(as_json, {"leads": len(ids)}, f"{len(ids)} leads.")
        return
    with _quiet(), progress(f"Telling {destination}") as show:
        done = backlog.send(site.id, ids, again, show)
    tell(as_json, {"told": done.told, "waiting": done.waiting, "dead": done.dead, "error": done.error}, _told(done))
    raise SystemExit(1 if done.waiting or done.dead else 0)


@contextmanager
def _quiet() -> Iterator[None]:
    """A bar is to be seen, not a line for each lead; what goes wrong is still said, beside the answer."""
    before = structlog.get_config()
    try:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        with redirect_stdout(sys.stderr):
            yield
    finally:
        structlog.configure(**before)


def _backlog(house: House, listener: Listener) -> Backlog:
    destinations = {listener.channel: listeners_of(house)[listener.channel]}
    worker = Worker(house.database, destinations, house.clock, Wake(), "backlog", lease_s=LONGEST_CALL_S)
    kind = "lead.updated" if listener.hears_events else "sync"
    return Backlog(house.database, worker, listener.channel, kind, house.clock, sleep)


def _begin(house: House, site: Served, since: timedelta | date | None) -> datetime | None:
    return period(since, None, site.team, house.clock())[0] if since is not None else None


def _told(done: Sum) -> str:
    parts = [f"{done.told} told"]
    parts += [f"{done.waiting} wait and are tried again by the worker"] if done.waiting else []
    parts += [f"{done.dead} not taken"] if done.dead else []
    return ", ".join(parts) + (f". The last trouble: {done.error}" if done.error else ".")
