"""Slack workspaces that were connected to a site by OAuth: frozen data, no behaviour."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Installation:
    """Scopes are separated by commas, as Slack writes them; without a channel the team file has to name one."""

    site_id: int
    team_id: str
    team_name: str
    bot_token: str = field(repr=False)
    scopes: str
    alert_channel: str
    installed_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an installation link is for."""

    site_id: int
    alert_channel: str
