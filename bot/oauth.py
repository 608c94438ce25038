"""Further workspaces: `/slack/install` leads to Slack's consent page, `/slack/oauth_redirect` back from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urljoin

import structlog
from flask import Blueprint, Response, redirect, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from bot.client import make_client
from bot.config import Clock
from bot.slack_errors import FAILURES, code_of
from bot.workspaces import Installations, Workspaces
from config.settings import Settings
from qualification.workspaces import Installation, Wanted

LINK_HOLDS = timedelta(days=7)
TIMEOUT_S = 10
SIGNER = {"digest_method": sha256, "key_derivation": "hmac"}
SCOPES = (  # those of slack-manifest.yaml
    *("app_mentions:read", "channels:history", "channels:join", "chat:write", "commands"),
    *("groups:history", "im:write", "users:read", "users:read.email"),
)
BAD_LINK = "This link is not valid, or older than seven days. Whoever runs Foyer makes a new one: flask slack link SITE"
BAD_STATE = "This attempt is too old or was finished already. Please open the link you were given again."
CANCELLED = "Nothing was connected: it was cancelled in Slack. The link you were given still works."
BY_SETTINGS = "This site's Slack is set up by SLACK_BOT_TOKEN; a site has one workspace."
TAKEN = "This workspace belongs to another site of this Foyer already. A workspace serves one site."
WHOLE_GRID = "Foyer is installed in one workspace, not in a whole organisation. Please choose a workspace in Slack."
FAILED = "Slack did not complete the installation ({code}). Nothing was connected; please open your link again."
CONNECTED = (
    "Foyer is connected to {team}. Invite it to the channel for alerts (/invite @Foyer); /lead help shows the rest."
)
log = structlog.get_logger()


@dataclass(frozen=True)
class OAuth:
    """Our Slack app as others install it. `secret_keys` are newest first: the first signs links, all of them verify."""

    client_id: str
    client_secret: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    public_url: str
    api_url: str

    @staticmethod
    def of(settings: Settings) -> "OAuth | None":
        """None while the app is not set up for further workspaces."""
        if settings.slack_client_id is None or settings.slack_client_secret is None:
            return None
        secret = settings.slack_client_secret.get_secret_value()
        return OAuth(
            settings.slack_client_id, secret, settings.secret_keys, settings.public_url, settings.slack_api_url
        )

    @property
    def redirect_uri(self) -> str:
        return f"{self.public_url}/slack/oauth_redirect"

    def consent_url(self, state: str) -> str:
        asked = {"client_id": self.client_id, "scope": ",".join(SCOPES), "redirect_uri": self.redirect_uri}
        return f"{urljoin(self.api_url, '/oauth/v2/authorize')}?{urlencode({**asked, 'state': state})}"

    def link(self, wanted: Wanted, now: datetime) -> str:
        """For whoever may install apps in that workspace; holds for seven days."""
        until = int((now + LINK_HOLDS).timestamp())
        signed = self._serializer.dumps([wanted.site_id, wanted.alert_channel, until])
        return f"{self.public_url}/slack/install?{urlencode({'site': signed})}"

    def wanted(self, signed: str, now: datetime) -> Wanted | None:
        try:
            site_id, channel, until = self._serializer.loads(signed)
        except BadData:
            return None
        return Wanted(site_id, channel) if now.timestamp() < until else None

    @property
    def _serializer(self) -> URLSafeSerializer:
        newest_last = list(reversed(self.secret_keys))
        return URLSafeSerializer(newest_last, salt="slack-install", signer_kwargs=SIGNER)


def oauth_blueprint(oauth: OAuth, workspaces: Workspaces, store: Installations, clock: Clock) -> Blueprint:
    """No cookies: the link is what entitles, a state is good for one attempt of ten minutes, and both name the site."""
    blueprint = Blueprint("slack_oauth", __name__)

    @blueprint.get("/slack/install")
    def install() -> AnyResponse:
        wanted = oauth.wanted(request.args.get("site", ""), clock())
        if wanted is None:
            return _said(BAD_LINK, 403)
        if workspaces.default is not None and wanted.site_id == workspaces.default.site_id:
            return _said(BY_SETTINGS, 409)
        return _private(redirect(oauth.consent_url(store.begin(wanted))))

    @blueprint.get("/slack/oauth_redirect")
    def back() -> AnyResponse:
        wanted = store.take(request.args.get("state", ""))
        if wanted is None:
            return _said(BAD_STATE, 400)
        if "error" in request.args:
            return _said(CANCELLED, 200)
        return _finished(oauth, workspaces, wanted, request.args.get("code", ""))

    return blueprint


def _finished(oauth: OAuth, workspaces: Workspaces, wanted: Wanted, code: str) -> AnyResponse:
    try:
        answer = _exchanged(oauth, code)
    except FAILURES as error:
        log.warning("workspace_not_connected", error=code_of(error) or type(error).__name__)
        return _said(FAILED.format(code=code_of(error) or "no answer"), 502)
    installed = _installation(answer, wanted)
    if installed is None:
        return _said(WHOLE_GRID, 400)
    if not workspaces.keep(installed):
        return _said(TAKEN, 409)
    log.info("workspace_connected", site_id=installed.site_id, team=installed.team_id)
    return _said(CONNECTED.format(team=installed.team_name), 200)


def _exchanged(oauth: OAuth, code: str) -> Mapping[str, Any]:
    answer = make_client("", oauth.api_url, TIMEOUT_S).oauth_v2_access(
        client_id=oauth.client_id, client_secret=oauth.client_secret, code=code, redirect_uri=oauth.redirect_uri
    )
    return answer.data if isinstance(answer.data, dict) else {}


def _installation(answer: Mapping[str, Any], wanted: Wanted) -> Installation | None:
    """None for a whole Enterprise Grid, which is no team."""
    team = answer.get("team")
    token = answer.get("access_token")
    if answer.get("is_enterprise_install") or not isinstance(team, Mapping) or not team.get("id") or not token:
        return None
    return Installation(
        site_id=wanted.site_id,
        team_id=str(team["id"]),
        team_name=str(team.get("name") or team["id"]),
        bot_token=str(token),
        scopes=str(answer.get("scope") or ""),
        alert_channel=wanted.alert_channel,
        installed_by=str((answer.get("authed_user") or {}).get("id") or ""),
    )


def _said(text: str, status: int) -> AnyResponse:
    return _private(Response(f"{text}\n", status, mimetype="text/plain"))


def _private(answer: AnyResponse) -> AnyResponse:
    """Links and states must not linger in caches or go on to other hosts."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
