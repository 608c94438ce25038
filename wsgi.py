"""The web process: settings -> rooms -> Flask app. `gunicorn wsgi:app`, `waitress-serve wsgi:app`, `flask ...`."""

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Flask

from bot.http import slack_blueprint
from bot.oauth import OAuth, oauth_blueprint
from config.logging import start_logging
from config.settings import ROOT, Settings, SettingsError, load_settings
from crm.hubspot_inbound import KIND as HUBSPOT_EVENT
from crm.hubspot_inbound import object_of
from crm.marketo_inbound import KIND as MARKETO_CHANGED
from crm.marketo_inbound import person_of
from crm.zendesk_inbound import KIND as ZENDESK_TICKET
from crm.zendesk_inbound import ticket_of
from delivery.__main__ import Post, post_of
from delivery.crm_rooms import what_forbids
from delivery.hooks import Hooks
from delivery.listen import Listener
from delivery.wake import Wake
from models import lead as leads
from models import outbox, schedule
from models.bell import PROMISED, SAID
from models.database import UNAVAILABLE
from models.migrate import is_current
from qualification.assembly import Clock, House, Served, assemble, utc_now
from qualification.understanding import warm_up
from webhook.app import create_app
from webhook.crm import HubSpotDoor
from webhook.crm_doors import MarketoDoor, ZendeskDoor
from webhook.live import Live
from webhook.rooms import Probe, Rooms, Site
from webhook.throttle import Rates, Throttle
from webhook.tokens import VisitorTokens, key_digest, site_of_key

WIDGET = ROOT / "widget" / "dist"
WAITING_VISITORS = 10_000  # gevent carries that many; the embedded process, with its threads, far fewer
LATE_S = 120
LATE_TICK_S = 300
STOPPING_S = 9


@dataclass(frozen=True)
class Web:
    """The web process put together; `start_worker` and `close` begin and end what runs beside the requests."""

    app: Flask
    house: House
    live: Live
    post: Post
    listener: Listener
    _stop: threading.Event = field(default_factory=threading.Event)
    _beside: list[threading.Thread] = field(default_factory=list)

    def start_worker(self) -> None:
        """Hears other processes, and delivers from this one too, when settings say so."""
        self._start("listener", self.listener.run, self._stop)
        if self.house.settings.embedded_worker:
            self._start("worker", self.post.run_embedded, self.house, self._stop)

    def _start(self, name: str, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given, name=name, daemon=True)
        thread.start()
        self._beside.append(thread)

    def close(self) -> None:
        self.live.close()
        self._stop.set()
        for thread in self._beside:
            thread.join(STOPPING_S)


def create_web(settings: Settings, clock: Clock = utc_now, max_waiting: int = WAITING_VISITORS) -> Web:
    wake, live = Wake(), Live(max_waiting)
    house = assemble(settings, wake.notify, clock)
    post = post_of(house, wake)
    app = create_app(rooms(house, live))
    if settings.slack_signing_secret is not None:
        secret = settings.slack_signing_secret.get_secret_value()
        app.register_blueprint(slack_blueprint(post.app_for, secret, clock))
    oauth, workspaces = OAuth.of(settings), post.workspaces
    if oauth is not None and workspaces is not None and workspaces.installations is not None:
        app.register_blueprint(oauth_blueprint(oauth, workspaces, workspaces.installations, clock))
    for door in (hubspot_door(house, post), zendesk_door(house, post), marketo_door(house, post)):
        app.register_blueprint(door.blueprint())
    listener = Listener(house.database, {PROMISED: lambda _: wake.notify(), SAID: live.notify})
    web = app.extensions["web"] = Web(app, house, live, post, listener)
    return web


def hubspot_door(house: House, post: Post) -> HubSpotDoor:
    """There whether or not a site has a HubSpot: without a secret nothing is genuine."""
    return HubSpotDoor(
        secrets=partial(secrets_of, house, "HUBSPOT_CLIENT_SECRET"),
        is_followed=lambda event: object_of(event) is not None,
        accept=post.crm_inbox.accept_event,
        kind=HUBSPOT_EVENT,
        public_url=house.settings.public_url,
        clock=house.clock,
    )


def zendesk_door(house: House, post: Post) -> ZendeskDoor:
    secrets = partial(secrets_of, house, "ZENDESK_WEBHOOK_SECRET")
    return ZendeskDoor(secrets, ticket_of, post.crm_inbox.accept_event, ZENDESK_TICKET, house.clock)


def marketo_door(house: House, post: Post) -> MarketoDoor:
    secrets = partial(secrets_of, house, "CRM_INBOUND_SECRET")
    return MarketoDoor(secrets, person_of, post.crm_inbox.accept_event, MARKETO_CHANGED, house.clock)


def secrets_of(house: House, name: str) -> list[tuple[int, str]]:
    """Every site's that has one."""
    given = [(site.id, house.sites.given(site.id, name)) for site in house.sites.all()]
    return [(site_id, secret) for site_id, secret in given if secret]


def rooms(house: House, live: Live) -> Rooms:
    settings = house.settings
    digests = tuple((key_digest(key.get_secret_value()), house.site_id) for key in settings.api_keys)
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else None
    trying_out, own = not settings.is_production, settings.public_url
    return Rooms(
        intake=house.intake,
        enquiry=house.enquiry,
        privacy=house.privacy,
        hooks=Hooks(house.database, house.clock),
        may_call=partial(what_forbids, house),
        retry_delivery=lambda site_id, delivery: retry_delivery(house, site_id, delivery),
        sites=lambda: tuple(Site(site.id, site.key, origins_of(site, own), trying_out) for site in house.sites.all()),
        tokens=VisitorTokens(settings.secret_keys, house.clock),
        api_keys=lambda key: site_of_key(key, (*digests, *house.sites.digests())),
        identity_secret=lambda site_id: identity_secret(house, site_id),
        live=live,
        throttle=Throttle(Rates(enabled=settings.rate_limits), redis_url),
        clock=house.clock,
        widget_folder=Path(WIDGET),
        probes=probes(house),
        figures=lambda: figures(house),
        unavailable=UNAVAILABLE,
        trusted_proxies=settings.trusted_proxies,
    )


def origins_of(site: Served, own: str) -> tuple[str, ...]:
    """Those the site names, and our own: the chat as a page of its own asks from there. None named means our own."""
    parts = urlsplit(own)
    return (*site.origins, f"{parts.scheme}://{parts.netloc}".lower()) if site.origins else ()


def identity_secret(house: House, site_id: int) -> str | None:
    """The settings' belongs to `default`; every other site has its own."""
    if site_id != house.site_id:
        return house.sites.secret(site_id, "IDENTITY_SECRET")
    given = house.settings.identity_secret
    return given.get_secret_value() if given else None


def probes(house: House) -> dict[str, Any]:
    return {
        "database": lambda: Probe(house.database.is_reachable()),
        "migrations": lambda: _migrated(house),
        "pipeline": lambda: Probe(True, "rules"),
        "slack": lambda: _slack(house.settings),
        "outbox": lambda: _outbox(house),
        "scheduled": lambda: _scheduled(house),
        "criteria": lambda: _criteria(house),
    }


def _migrated(house: House) -> Probe:
    current = is_current(house.database)
    return Probe(current, "" if current else "run `python -m commands.migrate`")


def _slack(settings: Settings) -> Probe:
    detail = "" if settings.has_slack else "not connected: alerts wait in the outbox; see docs/slack.md"
    return Probe(settings.has_slack, detail, needed=False)


def _outbox(house: House) -> Probe:
    found = figures(house)
    late, dead = found["outbox_oldest_seconds"], found["outbox_dead"]
    detail = f"oldest undelivered {late:.0f} s, dead letters {dead:.0f}"
    return Probe(late < LATE_S and not dead, detail, needed=False)


def _scheduled(house: House) -> Probe:
    found = figures(house)
    late, failing = found["scheduled_late_seconds"], found["scheduled_failing"]
    return Probe(late < LATE_TICK_S, f"oldest overdue {late:.0f} s, failing {failing:.0f}", needed=False)


def _criteria(house: House) -> Probe:
    """Which criteria judge and which wait; a file that cannot be used changes nothing, and is shown."""
    sites = house.sites.all()
    said = {site.key: "; ".join(filter(None, (site.note, house.agreement.sentence(site.id)))) for site in sites}
    detail = "".join(said.values()) if len(said) == 1 else " | ".join(f"{key}: {text}" for key, text in said.items())
    return Probe(not any(site.note for site in sites), detail, needed=False)


def figures(house: House) -> dict[str, float]:
    """Gauges for /metrics: what waits, how long, and what needs a person."""
    now = house.clock()
    with house.database.read() as session:
        counts, oldest = outbox.open_counts(session), outbox.oldest_open(session)
        due_since, failing = schedule.oldest_due(session, now), schedule.failing(session, now)
        held = leads.held_count(session)
    return {
        "outbox_pending": counts.get("pending", 0),
        "outbox_in_progress": counts.get("in_progress", 0),
        "outbox_dead": counts.get("dead", 0),
        "outbox_oldest_seconds": max(0.0, (now - oldest.created_at).total_seconds()) if oldest else 0.0,
        "scheduled_late_seconds": max(0.0, (now - due_since).total_seconds()) if due_since else 0.0,
        "scheduled_failing": failing,
        "held_leads": held,
    }


def retry_delivery(house: House, site_id: int, delivery_id: int) -> bool:
    with house.database.begin() as session:
        return outbox.retry(session, site_id, delivery_id, house.clock())


def prepare(settings: Settings) -> None:
    """Once, before web processes are forked: loads what they share, and refuses in one line while one can refuse.

    Nothing that holds a connection or a thread outlives it, for neither may be taken over a fork.
    """
    try:
        assemble(settings, lambda: None).database.engine.dispose()
    except SettingsError as error:
        raise SystemExit(f"Foyer cannot start: {error}") from None
    warm_up()
    gc.collect()
    gc.freeze()  # or the collector would write to, and so copy, every page the workers share


def settle_memory() -> None:
    """What is loaded stays: the collector need not walk it again and again while visitors are served."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _started() -> Flask:
    """What a server gets; `flask ...` gets its commands alone and starts nothing."""
    context = click.get_current_context(silent=True)
    if context is not None and context.info_name != "run":
        from commands import with_commands  # a server needs none of it

        return with_commands(Flask("foyer", static_folder=None))
    try:
        settings = load_settings()
        start_logging(settings)
        web = create_web(settings)
        settle_memory()
        web.start_worker()
        return web.app
    except SettingsError as error:
        raise SystemExit(f"Foyer cannot start: {error}") from None


def __getattr__(name: str) -> Any:
    """`wsgi:app` is made when a server asks for it, so that importing this module starts nothing."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = _started()
    return globals()["app"]
