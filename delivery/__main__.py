"""`python -m delivery`: the worker process. What it is made of is also what a web process embeds."""

import signal
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from pydantic import SecretStr

from bot.alerts import slack_alerts
from bot.app import build_app, inbox_handlers
from bot.config import Doors, SlackConfig
from bot.http import AppFor
from bot.identity import team_asker
from bot.workspaces import OwnApp, PerSite, Workspaces, apps_of
from config.logging import start_logging
from config.settings import SettingsError, load_settings
from crm.guard import Guard
from crm.hubspot import CHANNEL as HUBSPOT
from crm.hubspot import Account, HubSpot
from crm.hubspot_inbound import KIND as HUBSPOT_EVENT
from crm.hubspot_inbound import HubSpotTells
from crm.marketo import CHANNEL as MARKETO
from crm.marketo import Marketo
from crm.marketo_calls import Login, Tokens
from crm.marketo_story import Account as MarketoAccount
from crm.marketo_words import mapped
from crm.webhook import Shapes, Webhook
from crm.zendesk import CHANNEL as ZENDESK
from crm.zendesk import Account as ZendeskAccount
from crm.zendesk import Zendesk
from delivery.by_site import BySite
from delivery.clockwork import Clockwork, Daily
from delivery.crm_links import CrmLinks
from delivery.destination import Destination
from delivery.inbox import Inbox
from delivery.installations import Installations
from delivery.lease import Tenure, process_name
from delivery.listen import Listener
from delivery.service import Chore, Service
from delivery.switches import Switches, give_up_removed
from delivery.wake import Wake
from delivery.watchdog import promise_again
from delivery.worker import Worker
from models.bell import PROMISED
from models.vault import Vault
from qualification.assembly import House, assemble
from qualification.doorstep import ConversationView
from qualification.policy import WEBHOOK, webhook_channel
from qualification.sla import next_morning
from qualification.views import LeadView
from webhook.answers import conversation_json, lead_json

SWEEP_S = 5
TICK_S = 10
SAY_S = 1
WATCH_S = 30
FOLLOW_S, QUEUE_S = 5, 30
LEASE = "worker"
log = structlog.get_logger()


@dataclass(frozen=True)
class Post:
    """Both ways of a house's post: the inbox, and the service that empties the outbox and sweeps the inbox.

    `app_for` is the Slack app that answers a workspace; there is none while no Slack is set up.
    """

    inbox: Inbox
    crm_inbox: Inbox
    service: Service
    workspaces: Workspaces | None
    app_for: AppFor

    def run_embedded(self, house: House, stop: threading.Event) -> None:
        """Works while this process holds the lease, so that of several web processes only one does."""
        Tenure(house.database, LEASE, process_name(), house.clock).run(self.service.run, stop)


def post_of(house: House, wake: Wake) -> Post:
    slack = workspaces_of(house, wake)
    doors = Doors(house.handoff, house.enquiry, house.intake, house.agreement)
    inbox = Inbox(house.database, inbox_handlers(slack, doors, house.clock) if slack else {}, house.clock)
    crm_inbox = Inbox(
        house.database, {HUBSPOT_EVENT: lambda row: hubspot_tells(house, row.site_id).work(row)}, house.clock
    )
    destinations = {**({"slack": _alerts(slack, house)} if slack else {}), **listeners_of(house)}
    known = frozenset(destinations)
    worker = Worker(house.database, destinations, house.clock, wake, process_name())
    chores = (
        Chore("inbox", SWEEP_S, inbox.sweep),
        Chore("CRM inbox", SWEEP_S, crm_inbox.sweep),
        Chore("watchdog", WATCH_S, lambda now: promise_again(house.database, now)),
        Chore("clockwork", TICK_S, clockwork_of(house).run_due),
        Chore("replies", SAY_S, replies_of(house).run_due),
        Chore("new criteria", FOLLOW_S, house.agreement.follow_up),
        Chore("queue", QUEUE_S, house.handoff.let_follow),
        Chore("removed", WATCH_S, lambda now: give_up_removed(house.database, WEBHOOK, known, now)),
    )
    app_for = apps_of(slack, lambda config: build_app(config, doors, inbox, house.clock)) if slack else nobody
    return Post(inbox, crm_inbox, Service(worker, chores, house.clock), slack, app_for)


def clockwork_of(house: House) -> Clockwork:
    """What is planned for later, and what every working day begins with."""

    def next_morning_at(site_id: int, now: datetime) -> datetime:
        return next_morning(now, house.sites.one(site_id).team.hours)

    kinds = dict.fromkeys(house.handoff.kinds, house.handoff.due)
    dailies = {kind: Daily(do, next_morning_at) for kind, do in house.dailies.items()}
    return Clockwork(house.database, house.clock, kinds, dailies, lambda: [served.id for served in house.sites.all()])


def replies_of(house: House) -> Clockwork:
    """What reps say to visitors: held back for seconds, so it is looked for every second."""
    return Clockwork(house.database, house.clock, dict.fromkeys(house.handoff.soon, house.handoff.due))


def nobody(_team_id: str | None) -> None:
    """The app of every workspace where no Slack is set up."""


def _alerts(workspaces: Workspaces, house: House) -> BySite:
    alerts = PerSite(lambda config: slack_alerts(config, house.enquiry, house.clock))

    def of(site_id: int) -> Destination | None:
        config = workspaces.of_site(site_id)
        return alerts.of(config) if config else None

    return BySite(of)


def listeners_of(house: House) -> dict[str, Destination]:
    """Whoever beside Slack is told of leads, by their channels."""
    found = _webhooks(house)
    if house.sites.is_given("HUBSPOT_TOKEN"):
        found[HUBSPOT] = BySite(lambda site_id: hubspot_of(house, site_id))
    if house.sites.is_given("ZENDESK_API_TOKEN"):
        found[ZENDESK] = BySite(lambda site_id: zendesk_of(house, site_id))
    if house.sites.is_given("MARKETO_CLIENT_SECRET"):
        found[MARKETO] = BySite(partial(marketo_of, house, Tokens()))
    return found


def marketo_of(house: House, tokens: Tokens, site_id: int) -> Marketo | None:
    """A site's Marketo as it is set up now."""
    account, team = marketo_account(house, tokens, site_id), house.sites.one(site_id).team
    if account is None:
        return None
    links = CrmLinks(house.database, MARKETO, house.clock)
    return Marketo(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def marketo_account(house: House, tokens: Tokens, site_id: int) -> MarketoAccount | None:
    names = ("MARKETO_CLIENT_ID", "MARKETO_CLIENT_SECRET", "MARKETO_API_URL")
    client_id, secret, url = (house.sites.given(site_id, name) for name in names)
    if not (client_id and secret and url):
        return None
    wanted = house.sites.one(site_id).team.crm.marketo
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in wanted.fields_.items()}
    mapping = mapped(fields, {str(ours): theirs for ours, theirs in wanted.stages.items()})
    types = {str(kind): number for kind, number in wanted.activities.items()}
    login = Login(client_id, secret, url.rstrip("/") + "/")
    return MarketoAccount(login, tokens, mapping, wanted.program, wanted.program_status, wanted.partition, types)


def zendesk_of(house: House, site_id: int) -> Zendesk | None:
    """A site's Zendesk as it is set up now."""
    names = ("ZENDESK_EMAIL", "ZENDESK_API_TOKEN", "ZENDESK_API_URL")
    email, token, url = (house.sites.given(site_id, name) for name in names)
    if not (email and token and url):
        return None
    account, team = ZendeskAccount(email, token, url.rstrip("/") + "/"), house.sites.one(site_id).team
    links = CrmLinks(house.database, ZENDESK, house.clock)
    return Zendesk(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def _webhooks(house: House) -> dict[str, Destination]:
    """A channel for each address; a site's secret may change while we run, its addresses take a restart."""
    channels = {webhook_channel(url): url for url in sorted(house.sites.all_webhook_urls())}
    return {channel: BySite(partial(webhook_of, house, url)) for channel, url in channels.items()}


def webhook_of(house: House, url: str, site_id: int) -> Webhook | None:
    """A site's webhook as it is set up now."""
    secrets = house.sites.given(site_id, "WEBHOOK_SECRET")
    if not secrets or url not in house.sites.webhook_urls(site_id):
        return None
    guard = Guard(lets_home=not house.settings.is_production)
    switches, shapes = Switches(house.database, house.clock), Shapes(_lead_shape, _conversation_shape)
    return Webhook(url, secrets, shapes, house.enquiry, switches, guard, house.clock)


def hubspot_of(house: House, site_id: int) -> HubSpot | None:
    """A site's HubSpot as it is set up now."""
    account, team = _account(house, site_id), house.sites.one(site_id).team
    if account is None:
        return None
    links = CrmLinks(house.database, HUBSPOT, house.clock)
    return HubSpot(account, house.enquiry, links, lambda _, rep: team.email_of(rep.id), house.clock)


def hubspot_tells(house: House, site_id: int) -> HubSpotTells:
    """What works a site's events; LookupError when its HubSpot was taken away meanwhile."""
    account = _account(house, site_id)
    if account is None:
        raise LookupError(f"site {site_id} has no HubSpot any more")
    links, team = CrmLinks(house.database, HUBSPOT, house.clock), house.sites.one(site_id).team
    return HubSpotTells(account, house.enquiry, links, house.handoff, team.colleague, house.clock)


def _account(house: House, site_id: int) -> Account | None:
    token, settings = house.sites.given(site_id, "HUBSPOT_TOKEN"), house.settings
    if not token:
        return None
    team = house.sites.one(site_id).team
    wanted = team.crm.hubspot
    fields: dict[str, str | None] = {str(ours): theirs for ours, theirs in wanted.fields_.items()}
    return Account(token, settings.hubspot_api_url, settings.hubspot_api_version, fields, wanted.note, wanted.task)


def _lead_shape(lead: LeadView) -> dict[str, Any]:
    """As the API shows a lead, with its owner and without how far our own deliveries are."""
    shown = {name: value for name, value in lead_json(lead).items() if name != "deliveries"}
    return {**shown, "owner": lead.owner.name if lead.owner else None}


def _conversation_shape(conversation: ConversationView) -> dict[str, Any]:
    return dict(conversation_json(conversation))


def workspaces_of(house: House, wake: Wake) -> Workspaces | None:
    """Every site's Slack; None while neither the default site's nor the app for further ones is set up."""
    settings, default = house.settings, slack_config(house)
    if default is None and not settings.connects_workspaces:
        return None
    vault = Vault(settings.encryption_keys)
    store = Installations(house.database, vault, house.clock, wake.notify) if settings.connects_workspaces else None
    own_app = OwnApp(
        _revealed(settings.slack_signing_secret), settings.slack_api_url, lambda site: house.sites.one(site).team
    )
    return Workspaces(default, own_app, store, team_asker(default, house.clock) if default else lambda: None)


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def slack_config(house: House) -> SlackConfig | None:
    """The default site's Slack, or None while it is not connected by settings."""
    settings = house.settings
    if settings.slack_bot_token is None:
        return None
    return SlackConfig(
        site_id=house.site_id,
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=_revealed(settings.slack_signing_secret),
        alert_channel=settings.slack_alert_channel or "",
        team=house.team,
        api_url=settings.slack_api_url,
    )


def main() -> None:
    try:
        settings = load_settings()
        start_logging(settings)
        wake = Wake()
        house = assemble(settings, wake.notify)
    except SettingsError as error:
        raise SystemExit(f"Foyer's worker cannot start: {error}") from None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if not settings.has_slack:
        log.warning("slack_not_connected", meaning="alerts wait in the outbox; see docs/slack.md")
    listener = Listener(house.database, {PROMISED: lambda _: wake.notify()})
    threading.Thread(target=listener.run, args=(stop,), name="listener", daemon=True).start()
    post_of(house, wake).service.run(stop)


if __name__ == "__main__":
    main()
