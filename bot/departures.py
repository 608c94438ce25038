"""A workspace removed the app or revoked its token: from then on nothing is sent there, and its token is forgotten."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.workspaces import Workspaces
from qualification.promises import InboxRow

KIND = "slack.gone"
EVENTS = ("app_uninstalled", "tokens_revoked")
log = structlog.get_logger()


def is_departure(event: Mapping[str, Any]) -> bool:
    """Tokens of people are revoked too, which is none of our business."""
    tokens = event.get("tokens")
    return event.get("type") == "app_uninstalled" or bool(isinstance(tokens, Mapping) and tokens.get("bot"))


def to_json(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the inbox keeps of the event."""
    return {"team": str(body.get("team_id")), "at": body.get("event_time"), "event": body["event"]["type"]}


def work(workspaces: Workspaces, row: InboxRow) -> None:
    """The inbox's handler."""
    at = row.payload.get("at")
    when = datetime.fromtimestamp(at, UTC) if isinstance(at, int) and 0 < at < 2**32 else row.received_at
    forgotten = workspaces.forget(row.site_id, row.payload["team"], when)
    log.error("workspace_left", site_id=row.site_id, told=row.payload["event"], forgotten=forgotten)
