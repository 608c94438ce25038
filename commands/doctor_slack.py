"""What the doctor looks at outside: Slack's token, scopes and channels, our clock, and our address in the world."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from pydantic import SecretStr

from commands.finding import Finding, said
from config.settings import ROOT, SLACK_API, Settings
from qualification.team import TeamError, load_team

NEEDED_SCOPES = {"chat:write", "commands", "users:read", "im:write", "channels:history", "groups:history"}
CLOCK_TOLERANCE_S = 60
TIMEOUT_S = 5
REINSTALL = "Add them under OAuth & Permissions, reinstall the app, and copy SLACK_BOT_TOKEN anew."
REFUSALS = {
    "invalid_auth": "Copy SLACK_BOT_TOKEN (xoxb-...) from OAuth & Permissions again.",
    "token_revoked": "Somebody removed the app: install it again and copy SLACK_BOT_TOKEN anew.",
    "account_inactive": "The app was removed or its workspace closed: install it again and copy SLACK_BOT_TOKEN anew.",
    "token_expired": "Switch token rotation off in the app, reinstall it, and copy SLACK_BOT_TOKEN anew.",
}


class NotSlack(Exception):
    """Something answered, but not as Slack does."""


class SlackCall:
    """One call of Slack's Web API; `error` is Slack's word for a refusal, empty when it went well."""

    def __init__(self, settings: Settings, method: str, token: SecretStr | None = None, **arguments: str) -> None:
        token = token or settings.slack_bot_token
        answer = requests.post(
            settings.slack_api_url + method,
            data=arguments,
            headers={"Authorization": f"Bearer {token.get_secret_value() if token else ''}"},
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        self.headers = answer.headers
        self.body: dict[str, Any] = _object(answer)
        self.error = "" if self.body.get("ok") else str(self.body.get("error", f"status {answer.status_code}"))


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    raise NotSlack(f"status {answer.status_code}, not JSON as Slack writes it")


def look_at_slack(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        fix = "See docs/slack.md: make the app from slack-manifest.yaml and set SLACK_BOT_TOKEN."
        yield Finding("warning", "Slack", "not connected: alerts wait in the outbox, nothing is lost", fix)
        return
    try:
        call = SlackCall(settings, "auth.test")
    except (requests.RequestException, NotSlack) as error:
        yield Finding("error", "Slack", f"does not answer: {said(error)}", "Check the network and SLACK_API_URL.")
        return
    yield _clock(call, now)
    if call.error:
        fix = REFUSALS.get(call.error, "Reinstall the app and copy SLACK_BOT_TOKEN anew.")
        yield Finding("error", "Slack", f"refuses the token: {call.error}", fix)
        return
    yield Finding("ok", "Slack", f"connected to {call.body.get('team', 'the workspace')}")
    yield from _signing(settings)
    yield from _socket_mode(settings)
    scopes = _scopes_of(call)
    yield _scopes(scopes)
    for channel in _channels(settings):
        yield _channel(settings, channel, scopes)


def _clock(call: SlackCall, now: datetime) -> Finding:
    if "date" not in call.headers:
        return Finding("ok", "clock", "Slack gave no time to compare")
    away = (now - parsedate_to_datetime(call.headers["date"])).total_seconds()
    if abs(away) <= CLOCK_TOLERANCE_S:
        return Finding("ok", "clock", "agrees with Slack's")
    what = f"is {abs(away):.0f} s {'fast' if away > 0 else 'slow'}; Slack's signatures older than 300 s are refused"
    return Finding("error", "clock", what, "Set the clock by NTP (`timedatectl set-ntp true`).")


def _signing(settings: Settings) -> Iterator[Finding]:
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    only_socket = not secret and settings.slack_app_token is not None
    if settings.slack_api_url == SLACK_API and not only_socket and not re.fullmatch(r"[0-9a-f]{32}", secret):
        fix = "Copy it from Basic Information; it is not the client secret and no token."
        yield Finding("warning", "Slack signing secret", "does not look like one (32 hexadecimal digits)", fix)


def _socket_mode(settings: Settings) -> Iterator[Finding]:
    """Asks where to connect, and does not."""
    if settings.slack_app_token is None:
        return
    try:
        error = SlackCall(settings, "apps.connections.open", settings.slack_app_token).error
    except (requests.RequestException, NotSlack) as failed:
        error = said(failed)
    if error:
        fix = "Enable Socket Mode and make a token with connections:write (xapp-...) under Basic Information."
        yield Finding("error", "Socket Mode", f"Slack refuses SLACK_APP_TOKEN: {error}", fix)
    else:
        yield Finding("ok", "Socket Mode", "Slack lets us connect")


def _scopes_of(call: SlackCall) -> set[str]:
    return {scope.strip() for scope in call.headers.get("x-oauth-scopes", "").split(",") if scope.strip()}


def _scopes(given: set[str]) -> Finding:
    missing = sorted(NEEDED_SCOPES - given)
    if not given or not missing:
        return Finding("ok", "Slack scopes", "all needed are granted" if given else "not told by Slack")
    return Finding("error", "Slack scopes", f"missing: {', '.join(missing)}", REINSTALL)


def _channels(settings: Settings) -> list[str]:
    """Where alerts may go: the default channel, then those of the team file. A broken file is found elsewhere."""
    try:
        team = load_team((ROOT / settings.team_file).read_text(encoding="utf-8"), settings.team_file.name)
    except (OSError, UnicodeDecodeError, TeamError):
        return [settings.slack_alert_channel or ""]
    named = (settings.slack_alert_channel, *(route.channel for route in team.routes), team.fallback_channel)
    return list(dict.fromkeys(channel for channel in named if channel))


def _channel(settings: Settings, channel: str, scopes: set[str]) -> Finding:
    try:
        return _described(settings, channel, scopes)
    except (requests.RequestException, NotSlack) as error:
        return Finding("error", f"channel {channel}", f"cannot be looked up: {said(error)}", "Look again later.")


def _described(settings: Settings, channel: str, scopes: set[str]) -> Finding:
    what = f"channel {channel}"
    call = SlackCall(settings, "conversations.info", channel=channel)
    if call.error == "missing_scope":  # the minimal manifest cannot look channels up, but it can read them
        call = SlackCall(settings, "conversations.history", channel=channel, limit="1")
        if not call.error:
            return Finding("ok", what, "the app is in it")
    if call.error:
        return Finding("error", what, f"Slack says {call.error}", _mend(call.error))
    about = call.body.get("channel") or {}
    named = f"#{about.get('name', channel)}"
    if about.get("is_archived"):
        return Finding("error", what, f"{named} is archived", "Unarchive it, or name another channel.")
    if about.get("is_member") is False:
        return _outside(what, named, "channels:join" in scopes and not about.get("is_private"))
    return Finding("ok", what, f"{named}, the app is in it")


def _mend(error: str) -> str:
    if error == "not_in_channel":
        return "Invite the app there: /invite @Foyer"
    return "Give the channel's id (C..., at the end of its details), not its name; invite the app if it is private."


def _outside(what: str, named: str, joins: bool) -> Finding:
    if joins:
        return Finding(
            "warning", what, f"the app is not in {named} yet; it joins with the first alert", "/invite @Foyer"
        )
    return Finding("error", what, f"the app is not in {named}", "Invite the app there: /invite @Foyer")


def look_at_public_url(settings: Settings) -> Iterator[Finding]:
    """Asked from here, which also fails where a machine cannot reach its own outside: so never an error."""
    url, is_public = settings.public_url, settings.public_url.startswith("https://")
    if settings.has_slack and settings.slack_api_url == SLACK_API and not is_public:
        fix = "Set PUBLIC_URL to the https address of this process and use it in the Slack app's request URLs."
        yield Finding("warning", "public URL", f"Slack cannot reach {url}", fix)
        return
    try:
        answer = requests.get(f"{url}/healthz", timeout=TIMEOUT_S, allow_redirects=False)
        ours = answer.status_code == 200 and _object(answer).get("status") == "alive"
    except (requests.RequestException, NotSlack) as error:
        fix = "Start the web process, or check PUBLIC_URL, DNS and the proxy in front."
        yield Finding("warning", "public URL", f"{url} does not answer from here: {type(error).__name__}", fix)
        return
    if ours:
        yield Finding("ok", "public URL", f"{url} answers")
    else:
        fix = "Check where PUBLIC_URL leads, and that the proxy passes /healthz on."
        yield Finding("warning", "public URL", f"{url}/healthz is answered by somebody else", fix)
