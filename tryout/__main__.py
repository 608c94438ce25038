"""`python -m tryout`: site, worker and Slack stand-in in one process on one address."""

import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from waitress import create_server

from commands.migrate import migrate
from commands.periods import progress
from config.logging import start_logging
from config.settings import Settings, SettingsError, load_settings
from qualification.assembly import Clock, House, files_of, load_agreed, utc_now
from tryout.criteria import criteria_blueprint
from tryout.desk.views import desk_blueprint
from tryout.made.season import Wish, has_leads, play, sum_of
from tryout.pages import try_blueprint
from tryout.standin import Standin
from tryout.standin.people import LEADS
from wsgi import Web, create_web

THREADS = 24
WAITING = THREADS // 2 - 2  # the desk waits too, and everybody else must still be served
SERVING: dict[str, Any] = {
    "threads": THREADS,
    "channel_timeout": 30,
    "connection_limit": 1000,  # of 100, waitress's own limit, few slow senders would leave none to others
    "asyncore_use_poll": True,
    "max_request_body_size": 2 * 1024 * 1024,
    "ident": None,
    "clear_untrusted_proxy_headers": False,  # they are believed or not where TRUSTED_PROXIES is known
}


TEAM_FILE = Path(__file__).parent / "team.yaml"
"""The stand-in's own people, while the team file lists nobody: without reps nobody knows how much sales can work."""


def main() -> None:
    try:
        settings = load_settings()
        _refuse_production(settings)
        standin = None if settings.slack == "real" else Standin().start()
        settings = _at_the_stand_in(standin, settings) if standin else settings
        start_logging(settings)
        migrate(settings)
        web = open_house(settings, standin)
        fill(web.house)
    except SettingsError as error:
        sys.exit(f"Foyer cannot start: {error}")
    _serve(web, _listening(web, settings.port), standin)


def _refuse_production(settings: Settings) -> None:
    if settings.is_production:
        raise SettingsError("`make run` is for trying things out; in production run the commands of the Procfile")


def _listening(web: Web, port: int) -> Any:
    try:
        return create_server(web.app, host="127.0.0.1", port=port, **SERVING)
    except OSError as error:
        sys.exit(f"Foyer cannot start: {error.strerror}. Is port {port} taken? PORT=9000 make run moves it.")


def _at_the_stand_in(standin: Standin, given: Settings) -> Settings:
    """The stand-in is used whatever `.env` holds, so that trying things out never posts to a real channel."""
    return load_settings(
        team_file=given.team_file if load_agreed(given, files_of(given))[1].people else TEAM_FILE,
        slack_bot_token=standin.app.bot_token,
        slack_signing_secret=standin.app.signing_secret,
        slack_alert_channel=LEADS,
        slack_api_url=standin.api_url,
        site_origins=(),  # our own pages are the site
    )


def open_house(settings: Settings, standin: Standin | None, clock: Clock = utc_now) -> Web:
    """The web process with the try-out's pages beside it."""
    web = create_web(settings, clock, max_waiting=WAITING)
    web.app.register_blueprint(try_blueprint(web.house, standin))
    web.app.register_blueprint(criteria_blueprint(web.house))
    if standin is not None:
        standin.app_url = f"http://127.0.0.1:{settings.port}/slack/events"
        web.app.register_blueprint(desk_blueprint(standin))
    return web


def fill(house: House, leads: int = 1000) -> None:
    """Ninety days of made-up leads, if SEED asks for them and nobody came yet."""
    site = house.sites.one(house.site_id)
    if house.settings.seed and not has_leads(house, site):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("Broken off. Delete the database to make them up anew."))
        print("Making up 90 days of leads (about a minute) ...", flush=True)
        with progress("Leads") as tell:
            play(house, site, Wish(house.clock(), house.settings.seed, leads=leads), tell)
        print(sum_of(house, site), flush=True)


def _serve(web: Web, server: Any, standin: Standin | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _end(web, standin))
    web.start_worker()
    print(f"\n  Foyer is open: {web.house.settings.public_url}/try\n  Ctrl-C closes it.\n", flush=True)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        web.close()
        server.close()
        if standin is not None:
            standin.stop()


def _end(web: Web, standin: Standin | None) -> NoReturn:
    """Answers first whoever waits for news: the server would give them five seconds. Asked twice, it ends at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    web.live.close()
    if standin is not None:
        with standin.workspace.changing():
            pass
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
