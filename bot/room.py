"""What every handler of commands, buttons, modals and events works with."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.answers import ReplyTo, Teller
from bot.blocks import Message
from bot.changes import KIND, Change
from bot.client import Client, make_client
from bot.commands import agree, mute
from bot.config import Clock, Desk, Doors, Inbox, SlackConfig
from bot.identity import Doorkeeper, Refused
from bot.lists import said
from bot.reads import NOT_TAKEN, Reads
from qualification.views import Person

LONGEST_KEY = 150
LOOKS_ONLY = said(
    "You approve criteria; leads are changed by people with the role `rep` or `manager` in the team file."
)
log = structlog.get_logger()
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Room:
    """`client` posts and opens modals; the doorkeeper has a more impatient one of its own."""

    desk: Desk
    inbox: Inbox
    client: Client
    doorkeeper: Doorkeeper
    reads: Reads
    teller: Teller

    def admit(self, body: Body) -> Person | Refused:
        """Who presses or types, from what the request says of them."""
        user, team = body.get("user"), body.get("team")
        if isinstance(user, Mapping):
            teams = (_id(team), user.get("team_id"))
            return self.doorkeeper.person(str(user.get("id") or ""), *map(_text, teams))
        return self.doorkeeper.person(str(body.get("user_id") or ""), _text(body.get("team_id")))

    def reply_to(self, body: Body) -> ReplyTo:
        user, channel = body.get("user"), body.get("channel")
        container = body.get("container") or {}
        return ReplyTo(
            user=str(_id(user) if user else body.get("user_id")),
            channel=_text(_id(channel) if channel else body.get("channel_id")),
            url=_text(body.get("response_url")),
            at=self.now(),
            thread=_text(container.get("thread_ts")),
        )

    def now(self) -> datetime:
        return self.desk.clock()

    def take(self, key: str, change: Change, context: dict[str, Any]) -> Message | None:
        """Stores the change; `work` does it afterwards. The words for the person when it could not be stored."""
        if change.by.role == "approver" and change.wish.verb not in (*agree.VERBS, mute.VERB):
            return LOOKS_ONLY
        from_here = replace(change, by=replace(change.by, via=key.partition(":")[0]))
        try:
            is_new = self.inbox.accept_event(self.desk.site_id, key, KIND, from_here.to_json())
        except Exception as error:  # NotTaken, or whatever else the store has to say: the person must press again
            log.warning("change_not_taken", error=type(error).__name__)
            return NOT_TAKEN
        if is_new:
            context["foyer_process"] = key
        return None

    def work(self, context: dict[str, Any]) -> None:
        """The lazy part of every handler that changes something or owes somebody a word."""
        if telling := context.get("foyer_tell"):
            self.teller.tell(ReplyTo.from_json(telling["to"]), Message(telling["text"]))
        if key := context.get("foyer_process"):
            self.process(key)

    def process(self, key: str) -> None:
        """Right now if possible; otherwise the sweep does it."""
        try:
            self.inbox.process(key)
        except Exception as error:
            log.error("change_left_to_sweep", key=key, error=type(error).__name__)


def make_room(config: SlackConfig, doors: Doors, inbox: Inbox, clock: Clock) -> Room:
    client = make_client(config.bot_token, config.api_url, config.timeout_s)
    impatient = make_client(config.bot_token, config.api_url, config.identity_timeout_s)
    keeper = Doorkeeper(impatient, config.team, clock)
    desk = Desk(config, doors, clock, keeper.colleague)
    return Room(desk, inbox, client, keeper, Reads(), Teller(client, clock))


def owe(context: dict[str, Any], to: ReplyTo, text: str) -> None:
    """Has `work` tell the person; for presses, whose acknowledgement cannot carry words."""
    context["foyer_tell"] = {"to": to.to_json(), "text": text}


def key_of(kind: str, name: object, body: Body) -> str:
    """What makes this request one of a kind, also when Slack sends it again or somebody replays it."""
    if isinstance(name, str) and 0 < len(name) <= LONGEST_KEY:
        return f"{kind}:{name}"
    content = json.dumps(body, sort_keys=True, default=str)
    return f"{kind}:{hashlib.sha256(content.encode()).hexdigest()}"


def _id(thing: Any) -> Any:
    return thing.get("id") if isinstance(thing, Mapping) else thing


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
