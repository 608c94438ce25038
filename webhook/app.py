"""The web application: routes from the table of endpoints, behind origin checks, limits, headers and clear errors."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from webhook import errors, origins
from webhook.chat import Chat
from webhook.embed import Embed, look
from webhook.embedded import Embedded
from webhook.endpoints import ENDPOINTS
from webhook.gate import Gate
from webhook.headers import protect
from webhook.hooks import HookViews
from webhook.identify import Identify
from webhook.kept import Kept
from webhook.leads import Leads
from webhook.metrics import Metrics
from webhook.openapi import describe
from webhook.privacy import Own
from webhook.rooms import Rooms
from webhook.tracking import Tracking

_API = "/api/"
_LARGEST_BODY = 1024 * 1024  # for vendors' webhooks; our own API ends at 64 KiB


class NoSession(SessionInterface):
    """Nobody gets a cookie: one empty session that cannot be written to serves every request."""

    _nothing = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._nothing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        pass


def create_app(rooms: Rooms) -> Flask:
    app = Flask("foyer", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.session_interface = NoSession()
    app.url_map.merge_slashes = False  # or `//` is answered by a redirect page
    metrics = Metrics(rooms)
    _route(app, rooms, metrics)
    errors.register(app, rooms.unavailable)
    app.before_request(metrics.start)
    app.before_request(lambda: _receive(rooms))
    app.after_request(metrics.count)
    app.after_request(_finish)
    app.wsgi_app = _behind(app.wsgi_app, rooms.trusted_proxies)  # type: ignore[method-assign]
    return app


def _route(app: Flask, rooms: Rooms, metrics: Metrics) -> None:
    views = _views(rooms, metrics)
    for endpoint in ENDPOINTS:
        app.add_url_rule(endpoint.flask_path, endpoint.name, views[endpoint.name], methods=[endpoint.method])


def _views(rooms: Rooms, metrics: Metrics) -> dict[str, Callable[..., Any]]:
    gate = Gate(rooms)
    chat, tracking, leads, own = Chat(rooms, gate), Tracking(rooms, gate), Leads(rooms, gate), Own(rooms, gate)
    hooks = HookViews(rooms, gate)
    embed = Embed(rooms, Kept(lambda: look(rooms.probes), rooms.kept_s))
    description = cache(lambda: json.dumps(describe(rooms.version)))
    return {
        "open_conversation": chat.open_conversation,
        "post_message": chat.post_message,
        "messages": chat.messages,
        "seen": chat.seen,
        "rate": chat.rate,
        "post_events": tracking.post_events,
        "post_consent": tracking.post_consent,
        "post_identify": Identify(rooms, gate).post_identify,
        "export_me": own.export_me,
        "erase_me": own.erase_me,
        "post_lead": leads.post_lead,
        "lead": leads.lead,
        "conversation": leads.conversation,
        "deliveries": leads.deliveries,
        "retry_delivery": leads.retry_delivery,
        "post_hook": hooks.post_hook,
        "delete_hook": hooks.delete_hook,
        "hook_samples": hooks.hook_samples,
        "healthz": embed.healthz,
        "readyz": embed.readyz,
        "metrics": metrics.show,
        "openapi": lambda: Response(description(), mimetype="application/json"),
        "loader": embed.loader,
        "widget_file": embed.widget_file,
        "home": embed.home,
        "embedded": Embedded(rooms, gate).page,
    }


def _receive(rooms: Rooms) -> Response | None:
    if not request.path.startswith(_API):
        return None
    origins.refuse_strangers(rooms.sites())
    is_preflight = request.method == "OPTIONS" and request.routing_exception is None
    return origins.preflight() if is_preflight else None


def _finish(answer: Response) -> Response:
    if request.path.startswith(_API):
        origins.share(answer)
    return protect(answer)


def _behind(application: Any, proxies: int) -> Any:
    """Only as many forwarded entries are believed as there are proxies; the rest a caller may have written.

    The scheme is one word: proxies pass it on as the outermost said it, while each adds an address.
    """
    return ProxyFix(application, x_for=proxies, x_proto=1) if proxies else application
