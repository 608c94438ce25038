"""`python -m delivery`: the worker process. What it is made of is also what a web process embeds."""

import signal
import threading
from dataclasses import dataclass
from datetime import datetime

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
from delivery.by_site import BySite
from delivery.clockwork import Clockwork, Daily
from delivery.crm_rooms import crm_inbox_of, listeners_of, marketo_look
from delivery.destination import Destination
from delivery.inbox import Inbox
from delivery.installations import Installations
from delivery.lease import Tenure, process_name
from delivery.listen import Listener
from delivery.service import Chore, Service
from delivery.switches import give_up_removed
from delivery.wake import Wake
from delivery.watchdog import promise_again
from delivery.worker import Worker
from models.bell import PROMISED
from models.vault import Vault
from qualification.assembly import House, assemble
from qualification.policy import WEBHOOK
from qualification.sla import next_morning

SWEEP_S = 5
TICK_S = 10
SAY_S = 1
WATCH_S = 30
FOLLOW_S, QUEUE_S = 5, 30
LOOK_S = 120
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
    crm_inbox = crm_inbox_of(house)
    destinations = {**({"slack": _alerts(slack, house)} if slack else {}), **listeners_of(house)}
    known = frozenset(destinations)
    worker = Worker(house.database, destinations, house.clock, wake, process_name())
    chores = (
        Chore("inbox", SWEEP_S, inbox.sweep),
        Chore("CRM inbox", SWEEP_S, crm_inbox.sweep),
        Chore("Marketo's changes", LOOK_S, marketo_look(house, crm_inbox).look),
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
