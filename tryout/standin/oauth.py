"""Slack's consent page: which app wants which rights, and where somebody is sent after Allow or Cancel."""

import html
import secrets
from urllib.parse import parse_qsl, urlencode

from tryout.standin.listener import Answer
from tryout.standin.people import SCOPES
from tryout.standin.state import Workspace

PAGE = "<!doctype html><title>{title}</title><h1>{title}</h1>{body}"


def consent(workspaces: list[Workspace], query: str) -> Answer:
    """The page, or where its links lead: `allow=TEAM` with a code, `allow=` with access_denied."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    chosen = asked.pop("allow", None)
    if wrong := _wrong(workspaces[0], asked):
        return _page(f"Something went wrong: {wrong}", "", 400)
    if chosen is None:
        return _page("Foyer wants to join your workspace", _choices(workspaces, asked), 200)
    for workspace in workspaces:
        if workspace.team == chosen:
            return _back(asked, code=_installed(workspace, asked))
    return _back(asked, error="access_denied")


def _wrong(workspace: Workspace, asked: dict[str, str]) -> str:
    if asked.get("client_id") != workspace.app.client_id:
        return "invalid client_id"
    if not asked.get("scope") or not set(asked["scope"].split(",")) <= set(SCOPES):
        return "invalid scope"
    return "" if asked.get("redirect_uri", "").startswith(("https://", "http://127.0.0.1")) else "bad redirect_uri"


def _choices(workspaces: list[Workspace], asked: dict[str, str]) -> str:
    ways = [(f"Allow in {workspace.team}", workspace.team) for workspace in workspaces] + [("Cancel", "")]
    links = (f'<a href="?{html.escape(urlencode({**asked, "allow": team}))}">{words}</a>' for words, team in ways)
    return f"<p>{html.escape(asked['scope'])}</p>" + " ".join(links)


def _installed(workspace: Workspace, asked: dict[str, str]) -> str:
    """The app has these rights now; after it was removed it gets a new token, otherwise keeps its own."""
    code = secrets.token_urlsafe(16)
    with workspace.changing():
        workspace.app.scopes = set(asked["scope"].split(","))
        if workspace.app.revoked:
            workspace.app.bot_token, workspace.app.revoked = f"xoxb-{secrets.token_hex(12)}", False
        admin = next(user.id for user in workspace.users.values() if user.admin)
        workspace.stored.oauth_codes[code] = {"user": admin, "redirect_uri": asked["redirect_uri"]}
    return code


def _back(asked: dict[str, str], **told: str) -> Answer:
    state = {"state": asked["state"]} if "state" in asked else {}
    return Answer(302, b"", "text/html", {"Location": f"{asked['redirect_uri']}?{urlencode(told | state)}"})


def _page(title: str, body: str, status: int) -> Answer:
    return Answer(status, PAGE.format(title=html.escape(title), body=body).encode(), "text/html; charset=utf-8")
