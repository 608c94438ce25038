"""`python -m delivery`: the worker process. What it is made of is also what a web process embeds."""

import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.alerts import slack_alerts
from bot.app import inbox_handlers
from bot.config import Doors, SlackConfig
from config.logging import start_logging
from config.settings import SettingsError, load_settings
from delivery.destination import Destination
from delivery.inbox import Inbox
from delivery.lease import Tenure, process_name
from delivery.service import Chore, Service
from delivery.wake import Wake
from delivery.watchdog import promise_again
from delivery.worker import Worker
from qualification.assembly import House, assemble

SWEEP_S = 5
WATCH_S = 30
LEASE = "worker"
log = structlog.get_logger()


@dataclass(frozen=True)
class Post:
    """Both ways of a house's post: the inbox, and the service that empties the outbox and sweeps the inbox."""

    inbox: Inbox
    service: Service

    def run_embedded(self, house: House, stop: threading.Event) -> None:
        """Works while this process holds the lease, so that of several web processes only one does."""
        Tenure(house.database, LEASE, process_name(), house.clock).run(self.service.run, stop)


def post_of(house: House, wake: Wake) -> Post:
    slack = slack_config(house)
    doors = Doors(house.handoff, house.enquiry)
    inbox = Inbox(house.database, inbox_handlers(slack, doors, house.clock) if slack else {}, house.clock)
    destinations: Mapping[str, Destination] = (
        {"slack": slack_alerts(slack, house.enquiry, house.clock)} if slack else {}
    )
    worker = Worker(house.database, destinations, house.clock, wake, process_name())
    chores = (
        Chore("inbox", SWEEP_S, inbox.sweep),
        Chore("watchdog", WATCH_S, lambda now: promise_again(house.database, now)),
    )
    return Post(inbox, Service(worker, chores, house.clock))


def slack_config(house: House) -> SlackConfig | None:
    """The default site's Slack, or None while it is not connected."""
    settings = house.settings
    if settings.slack_bot_token is None or settings.slack_signing_secret is None:
        return None
    return SlackConfig(
        site_id=house.site_id,
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
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
    post_of(house, wake).service.run(stop)


if __name__ == "__main__":
    main()
