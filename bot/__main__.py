"""`python -m bot`: the Socket Mode process, for workspaces whose Slack cannot reach us over HTTP."""

import os
import signal
import threading

import structlog

from bot.socket_mode import SocketMode, TokenRefused
from config.logging import start_logging
from config.settings import Settings, SettingsError, load_settings
from delivery.__main__ import post_of
from delivery.wake import Wake
from qualification.assembly import assemble

DRAIN_S = 5
LONGEST_STOP_S = 9  # a Slack that hangs must not hold a stop beyond ten seconds; what is left is swept up later
log = structlog.get_logger()


def main() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = load_settings()
        start_logging(settings)
        line = socket_mode(settings)
        line.open(stop)
    except SettingsError as error:
        raise SystemExit(f"Foyer's Socket Mode cannot start: {error}") from None
    except TokenRefused as error:
        raise SystemExit(
            f"Foyer's Socket Mode cannot start: SLACK_APP_TOKEN: Slack refuses it ({error}); make one with the scope "
            "connections:write under Basic Information, and enable Socket Mode"
        ) from None
    log.info("slack_connected", transport="socket")
    stop.wait()
    _force_exit_later()
    line.close(DRAIN_S)


def socket_mode(settings: Settings) -> SocketMode:
    """The same handlers as behind `/slack/events`, with a house of their own."""
    if settings.slack_app_token is None:
        raise SettingsError(
            "SLACK_APP_TOKEN: needed for Socket Mode (xapp-...); it is under Basic Information of the app"
        )
    wake = Wake()
    post = post_of(assemble(settings, wake.notify), wake)
    if post.workspaces is None:
        raise SettingsError(
            "SLACK_BOT_TOKEN: needed beside SLACK_APP_TOKEN; it is under OAuth & Permissions of the app"
        )
    return SocketMode(post.app_for, settings.slack_app_token.get_secret_value(), settings.slack_api_url)


def _force_exit_later() -> None:
    """Python waits at its end for every thread at work."""
    timer = threading.Timer(LONGEST_STOP_S, os._exit, [0])
    timer.daemon = True
    timer.start()


if __name__ == "__main__":
    main()
