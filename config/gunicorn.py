"""How gunicorn serves Foyer: gevent workers, since sync and gthread ones are blocked by a few dozen slow senders.

Memory is shared by loading all modules before workers are forked; what holds connections or threads (the app, its
engine, the embedded worker) is made in each worker afterwards. So `preload_app` stays off.
"""

# First of all, in the master: a lock or an event made before this would block every visitor of a worker at once.
from gevent import monkey

monkey.patch_all()

import resource  # noqa: E402
import signal  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from gunicorn.glogging import Logger  # noqa: E402

from config.logging import start_logging  # noqa: E402
from config.settings import SettingsError, load_settings  # noqa: E402

try:
    settings = load_settings()
except SettingsError as error:
    raise SystemExit(f"Foyer cannot start: {error}") from None


class Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines, from the first on, through our log and its redaction."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        start_logging(settings)


bind = f"0.0.0.0:{settings.port}"
worker_class = "gevent"  # their number is WEB_CONCURRENCY, which gunicorn reads by itself
worker_connections = 11_000  # visitors who wait for a reply hold one each
preload_app = False
control_socket_disable = True
graceful_timeout = 9  # stopped within 10 s
timeout = 60
keepalive = 5
logger_class = Log


def on_starting(_server: Any) -> None:
    import wsgi  # after patching and only here: reading this file must stay cheap

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    wsgi.prepare(settings)


def post_worker_init(worker: Any) -> None:
    """Told to stop, a worker first answers those who wait for a reply; nobody is cut off in the middle."""

    def leave(number: int, frame: Any) -> None:
        worker.handle_exit(number, frame)
        gevent.spawn(worker.wsgi.extensions["web"].close)  # a signal handler must not wait for locks itself

    signal.signal(signal.SIGTERM, leave)


def worker_exit(_server: Any, worker: Any) -> None:
    """Waits for a delivery under way, if this is the process that delivers."""
    if app := getattr(worker, "wsgi", None):
        app.extensions["web"].close()
