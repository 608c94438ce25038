"""The Slack app: every command, button, modal and event with its handler, the same for HTTP and Socket Mode."""

import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot import changes, departures, mentions
from bot.actions import look
from bot.actions.forms import FORMS, Form
from bot.actions.home import HomeTab
from bot.actions.press import STRANGE, AgreePress, Press
from bot.actions.shortcuts import Shortcuts
from bot.answers import Teller
from bot.answers import body as ack_body
from bot.client import make_client
from bot.commands import agree
from bot.commands.lead import LeadCommand
from bot.config import Clock, Desk, Doors, Inbox, SlackConfig
from bot.identity import Doorkeeper
from bot.lists import said
from bot.reads import NO_STORE
from bot.room import Body, Room, key_of, make_room, owe
from bot.workspaces import PerSite, Workspaces
from qualification.promises import InboxRow

HANDS = 32  # threads for what is done after the acknowledgement
ANYTHING = re.compile("")
LOOKS: Mapping[str, look.Then] = {
    "lead_transcript": look.transcript,
    "lead_show": look.show,
    "lead_reply": look.reply,
    **{f"lead_{verb}": look.asks(verb) for verb in look.FORMS},
    "lead_more": look.more,
    "lead_page_on": look.page,
    "lead_page_back": look.page,
}
PRESSED = ("claim", "accept", "release", "reopen", "unsend", "handback")
Handler = Callable[[InboxRow], None]
IsOurs = Callable[[Mapping[str, Any]], bool]
bolt_log = logging.getLogger("foyer.bolt")
bolt_log.setLevel(logging.ERROR)  # Bolt's warnings quote whole requests
log = structlog.get_logger()


def build_app(config: SlackConfig, doors: Doors, inbox: Inbox, clock: Clock) -> App:
    """Calls nobody: Slack may be down when the web process starts. Requests must be verified by whoever dispatches."""
    room = make_room(config, doors, inbox, clock)
    app = App(
        name="foyer",
        client=room.client,
        logger=bolt_log,
        signing_secret=config.signing_secret or "",
        authorize=_authorize(room),
        request_verification_enabled=False,  # done before Bolt, which fails with 500 on malformed headers
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(HANDS, "slack-work"),
    )
    _register(app, room)
    app.error(_failed)
    return app


def inbox_handlers(workspaces: Workspaces, doors: Doors, clock: Clock) -> dict[str, Handler]:
    """What the inbox runs for the events it keeps for us, by kind; each is worked with its own site's Slack."""
    handlers = PerSite(lambda config: _handlers(config, doors, clock))

    def of_site(kind: str) -> Handler:
        return lambda row: handlers.of(_connected(workspaces, row))[kind](row)

    kept = {kind: of_site(kind) for kind in (changes.KIND, mentions.KIND)}
    return kept | {departures.KIND: lambda row: departures.work(workspaces, row)}


def _connected(workspaces: Workspaces, row: InboxRow) -> SlackConfig:
    config = workspaces.of_site(row.site_id)
    if config is None:
        raise NotConnected(f"site {row.site_id} has no Slack any more")
    return config


class NotConnected(Exception):
    """What was told by a workspace that has gone since; there is nobody to answer to."""


def _handlers(config: SlackConfig, doors: Doors, clock: Clock) -> dict[str, Handler]:
    client = make_client(config.bot_token, config.api_url, config.timeout_s)
    keeper = Doorkeeper(client, config.team, clock)
    desk, teller = Desk(config, doors, clock, keeper.colleague), Teller(client, clock)
    return {
        changes.KIND: lambda row: changes.work(desk, teller, row),
        mentions.KIND: lambda row: mentions.work(desk, teller, keeper, row),
    }


def _authorize(room: Room) -> Callable[..., AuthorizeResult]:
    def authorize() -> AuthorizeResult:
        """Bolt needs the bot's ids to leave out its own events; who may do what is the doorkeeper's business."""
        workspace = room.doorkeeper.workspace or {}
        return AuthorizeResult(
            enterprise_id=None,
            team_id=workspace.get("team_id"),
            bot_user_id=workspace.get("user_id"),
            bot_id=workspace.get("bot_id"),
            bot_token=room.desk.config.bot_token,
        )

    return authorize


def _register(app: App, room: Room) -> None:
    command = LeadCommand(room)
    app.command("/lead")(ack=command.accept, lazy=[command.work])
    for verb in PRESSED:
        press = Press(room, verb)
        app.action(f"lead_{verb}")(ack=press.accept, lazy=[press.work])
    for action_id, then in LOOKS.items():
        looking = look.Look(room, then)
        app.action(action_id)(ack=looking.accept, lazy=[looking.work])
    for verb, (block, read) in FORMS.items():
        form = Form(room, block, read)
        app.view(f"lead_{verb}")(ack=form.accept, lazy=[form.work])
    _register_shortcuts(app, Shortcuts(room))
    _register_home(app, room, HomeTab(room))
    _register_events(app, room)
    _register_unknown(app, _Unknown(room))


def _register_home(app: App, room: Room, home: HomeTab) -> None:
    app.event("app_home_opened")(ack=home.opened, lazy=[home.publish])
    app.action("home_refresh")(ack=home.pressed, lazy=[home.publish])
    for verb in agree.VERBS:
        app.action(f"home_{verb}")(ack=AgreePress(room, verb).accept, lazy=[home.agreed])


def _register_shortcuts(app: App, shortcuts: Shortcuts) -> None:
    app.shortcut("lead_find")(ack=shortcuts.accept, lazy=[shortcuts.find])
    app.shortcut("lead_note_on")(ack=shortcuts.accept, lazy=[shortcuts.note])
    app.options("lead")(shortcuts.options)
    app.view("lead_find")(ack=shortcuts.show, lazy=[shortcuts.fill])
    app.view("lead_note_on")(ack=shortcuts.keep, lazy=[shortcuts.work])


def _register_events(app: App, room: Room) -> None:
    mention = _Event(room, mentions.KIND, mentions.is_for_us, mentions.to_json)
    app.event("app_mention")(ack=mention.accept, lazy=[mention.work])
    departure = _Event(room, departures.KIND, departures.is_departure, departures.to_json)
    for name in departures.EVENTS:
        app.event(name)(ack=departure.accept, lazy=[departure.work])


def _register_unknown(app: App, unknown: "_Unknown") -> None:
    """Whatever else arrives is answered helpfully, never with an error."""
    app.command(ANYTHING)(unknown.command)
    app.action(ANYTHING)(ack=unknown.press, lazy=[unknown.work])
    app.shortcut(ANYTHING)(ack=unknown.press, lazy=[unknown.work])
    app.view(ANYTHING)(unknown.view)
    app.view_closed(ANYTHING)(unknown.nothing)
    app.options(ANYTHING)(unknown.options)
    app.event(ANYTHING)(unknown.nothing)


class _Event:
    """An event that concerns us when `is_ours` says so; the inbox keeps what `to_json` takes of it, by its kind."""

    def __init__(self, room: Room, kind: str, is_ours: IsOurs, to_json: Callable[[Body], dict[str, Any]]) -> None:
        self._room, self._kind, self._is_ours, self._to_json = room, kind, is_ours, to_json

    def accept(
        self, ack: Ack, body: dict[str, Any], event: dict[str, Any], context: dict[str, Any]
    ) -> BoltResponse | None:
        """Stored before Slack is told that we have it; when it cannot be stored, Slack sends it again."""
        if not self._is_ours(event):
            return ack()
        key = key_of("event", body.get("event_id"), body)
        try:
            is_new = self._room.inbox.accept_event(self._room.desk.site_id, key, self._kind, self._to_json(body))
        except Exception as error:
            log.warning("event_not_taken", error=type(error).__name__)
            return BoltResponse(status=503, body="not taken, please send again")
        if is_new:
            context["foyer_process"] = key
        return ack()

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)


class _Unknown:
    def __init__(self, room: Room) -> None:
        self._room = room

    def command(self, ack: Ack) -> None:
        ack(ack_body(said("I know the command `/lead`. `/lead help` lists what I can do.")))

    def press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any] | None, context: dict[str, Any]) -> None:
        ack()
        if not (action or {}).get("url"):  # a link opens by itself
            owe(context, self._room.reply_to(body), STRANGE)

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)

    def view(self, ack: Ack, view: dict[str, Any]) -> None:
        inputs = [block.get("block_id") for block in view.get("blocks") or [] if block.get("type") == "input"]
        if inputs:
            ack(response_action="errors", errors={inputs[0]: "I do not know this form any more. Please close it."})
        else:
            ack()

    def options(self, ack: Ack) -> None:
        ack(options=[])

    def nothing(self, ack: Ack) -> None:
        ack()


def _failed(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The last resort. Slack sends an event again when it is not acknowledged; a person is told in words."""
    log.error("slack_request_failed", error=type(error).__name__, kind=str(body.get("type") or "command")[:40])
    if body.get("type") == "event_callback":
        return BoltResponse(status=500, body="")
    return BoltResponse(status=200, body=ack_body(NO_STORE) if "command" in body else "")
