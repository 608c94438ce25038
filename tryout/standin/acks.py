"""What Slack does with an app's answer to a command or a modal."""

import json
from dataclasses import replace
from typing import Any

from tryout.standin import views
from tryout.standin.errors import SlackError
from tryout.standin.people import SLACKBOT
from tryout.standin.response_urls import respond
from tryout.standin.sending import Ack
from tryout.standin.state import Json, ResponseUrl, Workspace


def take_command_answer(workspace: Workspace, address: ResponseUrl, command: str, ack: Ack) -> Ack:
    """Shows the acknowledgement's text or blocks, or the failure the person would read."""
    if not ack.problem and ack.body.strip():
        ack = _shown(workspace, address, ack)
    if ack.problem:
        notice(workspace, address.user, address.channel, f'{command} failed with the error "{ack.problem}"')
    return ack


def _shown(workspace: Workspace, address: ResponseUrl, ack: Ack) -> Ack:
    try:
        with workspace.changing():
            respond(workspace, address, _command_fields(ack))
        return ack
    except SlackError as error:
        return replace(ack, problem=f"{error.code} {json.dumps(error.details)}".strip())


def _command_fields(ack: Ack) -> Json:
    """JSON is read as a message, anything else is its text."""
    try:
        fields = json.loads(ack.body)
    except ValueError:
        return {"text": ack.body.decode(errors="replace")}
    return fields if isinstance(fields, dict) else {"text": str(fields)}


def notice(workspace: Workspace, user: str, channel: str, text: str) -> None:
    """Words of Slack itself to one person."""
    workspace.whisper(user, channel, {"text": text, "user": SLACKBOT, "subtype": "notice"})


def take_view_answer(workspace: Workspace, view: Json, ack: Ack) -> Ack:
    """Closes, updates, stacks or complains, as the acknowledgement's response_action says."""
    if ack.problem:
        return ack
    if ack.body.strip() not in (b"", b"{}") and not ack.json:
        return replace(ack, problem="invalid_response")
    try:
        with workspace.changing():
            errors = _act(workspace, view, ack.json)
        return replace(ack, errors=errors)
    except SlackError as error:
        return replace(ack, problem=f"{error.code} {json.dumps(error.details)}".strip())


def _act(workspace: Workspace, view: Json, answer: Json) -> dict[str, str]:
    kind = answer.get("response_action")
    if kind is None:
        _close_top(workspace, view)
    elif kind == "clear":
        views.close_stack(workspace, view["_user"])
    elif kind == "update":
        views.replace_view(workspace, view, views.checked_view(answer.get("view"), "modal"))
    elif kind == "push":
        views.stack_view(workspace, view["_user"], views.checked_view(answer.get("view"), "modal"))
    elif kind == "errors":
        return _known_errors(view, answer.get("errors"))
    else:
        raise SlackError("invalid_response_action")
    return {}


def _close_top(workspace: Workspace, view: Json) -> None:
    stack = workspace.stored.stacks.get(view["_user"], [])
    if view["id"] in stack:
        stack.remove(view["id"])
        workspace.stored.views.pop(view["id"], None)


def _known_errors(view: Json, errors: Any) -> dict[str, str]:
    """Slack shows errors beside input blocks only, and gives up on any other."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors", known=sorted(inputs))
    return {name: str(words) for name, words in errors.items()}
