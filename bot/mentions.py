"""`@Foyer status L-1042` in a channel or thread, where slash commands do not work: answered to its author alone."""

import re
from collections.abc import Mapping
from typing import Any

from bot.answers import ReplyTo, Teller
from bot.blocks import Message
from bot.changes import READ
from bot.commands.lead import answer, read
from bot.config import Desk
from bot.grammar import Unclear
from bot.identity import Doorkeeper, Refused
from bot.lists import said
from qualification.promises import InboxRow

KIND = "slack.mention"
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def is_for_us(event: Mapping[str, Any]) -> bool:
    """People's own messages; no bots, edits or copies."""
    return bool(event.get("user")) and not event.get("bot_id") and not event.get("subtype") and not event.get("edited")


def to_json(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the inbox keeps of the event."""
    event = body["event"]
    teams = [body.get("team_id"), event.get("user_team") or event.get("team")]
    kept = {name: event.get(name) for name in ("user", "channel", "text", "ts", "thread_ts")}
    return {**kept, "teams": [team for team in teams if isinstance(team, str)]}


def work(desk: Desk, teller: Teller, keeper: Doorkeeper, row: InboxRow) -> None:
    """The inbox's handler."""
    told = row.payload
    to = ReplyTo(str(told["user"]), told.get("channel"), None, row.received_at, told.get("thread_ts"))
    teller.tell(to, _answer(desk, keeper, told, to))


def _answer(desk: Desk, keeper: Doorkeeper, told: Mapping[str, Any], to: ReplyTo) -> Message:
    by = keeper.person(to.user, *told["teams"])
    if isinstance(by, Refused):
        return said(by.text)
    ask = read(_MENTION.sub(" ", str(told.get("text") or ""), count=1))
    if isinstance(ask, Unclear):
        return said(ask.text)
    if ask.verb in READ:
        return said(f"I change leads only by button or by `/lead {ask.verb}`, so that nothing happens by accident.")
    return answer(desk, ask, by, to.channel or "")
