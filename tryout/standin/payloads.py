"""The JSON and form bodies Slack sends to an app; pure."""

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tryout.standin.people import Channel, User
from tryout.standin.state import Json, Workspace

VERIFICATION_TOKEN = "stand-in-verification-token"  # noqa: S105 - the field Slack has deprecated
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def command_form(workspace: Workspace, user: User, channel: Channel, line: str, ids: Json) -> dict[str, str]:
    """`ids` are the trigger_id and response_url given out for this command."""
    verb, _, text = line.strip().partition(" ")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team,
        "team_domain": "northlight",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": verb,
        "text": text.strip(),
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        **ids,
    }


def form_body(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()


def payload_body(payload: Json) -> bytes:
    return form_body({"payload": json.dumps(payload)})


def escaped(workspace: Workspace, text: str, link: bool = False, named: bool = False) -> str:
    """Text as Slack hands it over: three characters as entities, known people and channels as references (with
    their names in commands only), and with `link` mail addresses and web addresses as links."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if link:
        text = re.sub(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", lambda m: f"<mailto:{m[0]}|{m[0]}>", text)
        text = re.sub(r"https?://[^\s|<>]+", lambda m: f"<{m[0]}>", text)
    text = re.sub(r"(?<![\w.+@-])@([\w.-]*\w)", lambda m: _person(workspace, m, named), text)
    return re.sub(r"(?<![\w&#])#([\w-]+)", lambda m: _channel(workspace, m, named), text)


def _person(workspace: Workspace, match: re.Match[str], named: bool) -> str:
    found = [user for user in workspace.users.values() if user.name == match[1]]
    return f"<@{found[0].id}{'|' + found[0].name if named else ''}>" if found else match[0]


def _channel(workspace: Workspace, match: re.Match[str], named: bool) -> str:
    channel = workspace.find_channel(match[0])
    return f"<#{channel.id}{'|' + channel.name if named else ''}>" if channel else match[0]


def interaction(workspace: Workspace, kind: str, user: User, trigger_id: str = "") -> Json:
    """What all interactive payloads share."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.team, "domain": "northlight"},
        "enterprise": None,
        "is_enterprise_install": False,
        **({"trigger_id": trigger_id} if trigger_id else {}),
    }


def in_message(channel: Channel, message: Json, state: Json) -> Json:
    """Where a press happened; Slack sends no copy of a message only one person sees."""
    whispered = "user_to" in message
    place: Json = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": whispered}
    if "thread_ts" in message:
        place["thread_ts"] = message["thread_ts"]
    shown = {} if whispered else {"message": {name: v for name, v in message.items() if not name.startswith("_")}}
    where = {"id": channel.id, "name": "directmessage" if channel.im else channel.name}
    return {"container": place, "channel": where, "state": state, **shown}


def in_view(view: Json, state: Json) -> Json:
    shown = {name: value for name, value in view.items() if not name.startswith("_")}
    return {"container": {"type": "view", "view_id": view["id"]}, "view": {**shown, "state": state}}


def action(block: Json, element: Json, picked: Json, ts: str) -> Json:
    identity = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    return {**identity, **picked, "action_ts": ts}


def event_body(workspace: Workspace, event: Json, now: int, **envelope: Any) -> bytes:
    """An event callback; the envelope's fields may be overridden."""
    app = workspace.app
    authorized = {"enterprise_id": None, "team_id": workspace.team, "user_id": app.user, "is_bot": True}
    body = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": now,
        "authorizations": [{**authorized, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        **envelope,
    }
    return json.dumps(body).encode()
