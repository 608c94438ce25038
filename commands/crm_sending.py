"""`flask crm dry-run` and `flask crm backlog`: what would be sent of a lead, and the leads of before sent."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
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
from crm.logins import Tokens
from crm.marketo import CHANNEL as MARKETO
from crm.rehearsal import Rehearsal, rehearse, rehearse_marketo, rehearse_salesforce, rehearse_zendesk
from crm.salesforce import CHANNEL as SALESFORCE
from crm.zendesk import CHANNEL as ZENDESK
from delivery.backlog import Backlog, Sum
from delivery.crm_rooms import hooks_of, hubspot_of, listeners_of, marketo_of, salesforce_of, webhook_of, zendesk_of
from delivery.wake import Wake
from delivery.worker import LONGEST_CALL_S, Worker
from models import hook as hooks
from qualification.assembly import House, Served
from qualification.policy import HOOKS, Listener, webhook_channel
from qualification.promises import Promise, Sent
from qualification.views import LeadView


@click.command("dry-run")
@click.argument("ref")
@site_option
@as_json_option
def dry_run_command(ref: str, site_key: str, as_json: bool) -> None:
    """Shows exactly what would be sent of the lead REF now, to everybody who is told of leads. Nothing is sent.

    CRMs are asked what is there already. Exit code 1 when a destination could not take it like this.
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
    marketo = marketo_of(house, Tokens(), site.id)
    if marketo is not None:
        yield _rehearsed(MARKETO, rehearse_marketo(marketo, site.id, lead))
    salesforce = salesforce_of(house, Tokens(), site.id)
    if salesforce is not None:
        yield _rehearsed(SALESFORCE, rehearse_salesforce(salesforce, site.id, lead))


def _rehearsed(destination: str, done: Rehearsal) -> dict[str, Any]:
    writes = [{"method": one.method, "path": one.path, "body": dict(one.body)} for one in done.writes]
    ok = isinstance(done.outcome, Sent)
    remark = done.outcome.remark if isinstance(done.outcome, Sent) else done.outcome.error
    return {"destination": destination, "ok": ok, "writes": writes, "remark": remark}


def _would_post(house: House, site: Served, lead: LeadView) -> Iterator[dict[str, Any]]:
    for url in house.sites.webhook_urls(site.id):
        channel, webhook = webhook_channel(url), webhook_of(house, url, site.id)
        if webhook is not None:
            shown = webhook.shown(_promise(house, site, lead, channel, "lead.updated"))
            yield from _posted(channel, url, shown)
    with house.database.read() as session:
        subscribed = hooks.of_site(session, site.id)
    for hook in subscribed:
        if hook.event.startswith("lead."):
            shown = hooks_of(house, site.id).shown(_promise(house, site, lead, HOOKS, hook.event))
            yield from _posted(f"hook:{hook.id}", hook.target_url, shown)


def _promise(house: House, site: Served, lead: LeadView, channel: str, kind: str) -> Promise:
    payload = {"lead": lead.ref, "cycle": lead.cycle, "revision": lead.revision}
    return Promise(f"{channel}:dry-run", kind, payload, None, False, house.clock(), site.id)


def _posted(destination: str, url: str, shown: tuple[Mapping[str, str], bytes] | None) -> Iterator[dict[str, Any]]:
    """By its host alone: the rest of an address may be a secret."""
    if shown is not None:
        headers, body = shown
        write = {"method": "POST", "path": urlsplit(url).netloc, "headers": dict(headers), "body": json.loads(body)}
        yield {"destination": destination, "ok": True, "writes": [write], "remark": None}


def _would(one: dict[str, Any]) -> str:
    lines = [f"{one['destination']}: {'' if one['ok'] else 'NOT '}taken like this, nothing was sent"]
    for write in one["writes"]:
        lines.append(f"  {write['method']} {write['path']}")
        lines += [f"    {name}: {value}" for name, value in write.get("headers", {}).items()]
        lines += ["    " + line for line in json.dumps(write["body"], indent=2, ensure_ascii=False).splitlines()]
    if not one["writes"]:
        lines.append("  Nothing to write: it is all there.")
    return "\n".join([*lines, f"  {one['remark']}"] if one["remark"] else lines)


@click.command("backlog")
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
    told = [one for one in site.policy.listeners if one.hook is None]
    listener = next((one for one in told if one.channel == destination), None)
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
