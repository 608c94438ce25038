"""`flask slack`: connects the workspaces of further sites, and shows what is connected."""

import json
import re
from typing import Any

import click

from bot.oauth import OAuth
from commands.site import Desk, as_json_option, desk
from models import installation as installations
from models import site as sites
from models.site import Site
from qualification.assembly import DEFAULT_SITE, files_of, load_agreed
from qualification.workspaces import Wanted

CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")


@click.group("slack")
def slack_group() -> None:
    """The Slack workspaces of further sites; that of `default` is in the settings."""


@slack_group.command("link")
@click.argument("site")
@click.option("--channel", default="", help="Id of the channel for alerts (C...). Default: the team file's.")
@as_json_option
def link_command(site: str, channel: str, as_json: bool) -> None:
    """Prints the link by which an admin of the workspace connects it to SITE. It holds for seven days."""
    with desk() as at:
        found = at.site(site)
        _refuse(at, found, channel)
        link = own_oauth(at).link(Wanted(found.id, channel), at.now)
    click.echo(json.dumps({"site": site, "link": link}) if as_json else link)


def _refuse(at: Desk, site: Site, channel: str) -> None:
    if channel and not CHANNEL.fullmatch(channel):
        raise click.ClickException(
            f"`{channel}` is no channel id; it begins with C, at the end of the channel's details"
        )
    if site.key == DEFAULT_SITE and at.settings.slack_bot_token:
        raise click.ClickException("the Slack of `default` is set up by SLACK_BOT_TOKEN; a site has one workspace")
    _, team = load_agreed(at.settings, files_of(at.settings, site))
    if not channel and not team.fallback_channel:
        raise click.ClickException("where do alerts go? Give --channel, or name fallback_channel in the team file")


def own_oauth(at: Desk) -> OAuth:
    found = OAuth.of(at.settings)
    if found is None:
        raise click.ClickException(
            "set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and ENCRYPTION_KEY first; see docs/slack.md"
        )
    return found


@slack_group.command("list")
@as_json_option
def list_command(as_json: bool) -> None:
    """Every connected workspace with its site."""
    with desk() as at:
        keys = {site.id: site.key for site in sites.all_sites(at.session)}
        shown = [_shown(one, keys) for one in installations.all_installations(at.session)]
    lines = [f"{one['site']}  {one['team']} ({one['team_id']})  since {one['installed_at']}" for one in shown]
    click.echo(json.dumps(shown) if as_json else "\n".join(lines) or "No workspace is connected by OAuth.")


def _shown(one: installations.Installation, keys: dict[int, str]) -> dict[str, Any]:
    return {
        "site": keys[one.site_id],
        "team": one.team_name,
        "team_id": one.team_id,
        "channel": one.alert_channel or None,
        "scopes": one.scopes,
        "installed_by": one.installed_by,
        "installed_at": one.installed_at.isoformat(),
    }
