"""One Web API call judged in Slack's order: method, token, scopes, rate, arguments; then carried out."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tryout.standin import chat, conversations, directory, files, marks, views
from tryout.standin.errors import SlackError, wrong_arguments
from tryout.standin.methods import Arguments, Method, methods, parse_arguments
from tryout.standin.places import require_scope
from tryout.standin.state import Json, Workspace

Handler = Callable[[Workspace, Arguments], Json]
HANDLERS: dict[str, Handler] = {
    **chat.METHODS,
    **conversations.METHODS,
    **directory.METHODS,
    **files.METHODS,
    **marks.METHODS,
    **views.METHODS,
}
OWN_CREDENTIALS = {"api.test", "oauth.v2.access"}  # need no token
APP_LEVEL = {"apps.connections.open"}  # need the app's token, not the bot's


@dataclass(frozen=True)
class Call:
    """One request as it came in; header names are lower case, `arguments` as given, without the token."""

    method: str
    headers: Mapping[str, str]
    body: bytes
    arguments: Arguments
    token: str
    problem: str = ""


def read_call(method: str, query: str, headers: Mapping[str, str], body: bytes) -> Call:
    """Never raises: an unreadable body becomes the call's `problem`."""
    try:
        given, problem = {**dict(parse_qsl(query)), **_body_fields(method, headers, body)}, ""
    except SlackError as error:
        given, problem = {}, error.code
    token = given.pop("token", "")
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = credentials
    elif scheme.lower() == "basic":
        given |= _basic(credentials)
    return Call(method, headers, body, given, str(token), problem)


def _body_fields(method: str, headers: Mapping[str, str], body: bytes) -> Arguments:
    if not body:  # the SDK announces JSON even when it sends nothing
        return {}
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json":
        return _json_fields(body) if method in methods() and methods()[method].reads_json else {}
    if content_type not in ("", "application/x-www-form-urlencoded"):
        raise SlackError("invalid_post_type")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise SlackError("invalid_form_data") from None


def _json_fields(body: bytes) -> Arguments:
    try:
        fields = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(fields, dict):
        raise SlackError("json_not_object")
    return fields


def _basic(credentials: str) -> Arguments:
    try:
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def carry_out(workspace: Workspace, call: Call, wait: Callable[[Method], int]) -> Json:
    """The answer's JSON, refusals included; RateLimited when the caller must wait."""
    try:
        method = _known(call)
        _authenticate(workspace, call)
        require_scope(workspace, *method.scopes)
        if seconds := wait(method):
            raise RateLimited(seconds)
        given, wrong = parse_arguments(method, call.arguments)
        if wrong:
            raise wrong_arguments(wrong)
        if given.pop("team_id", workspace.team) != workspace.team:
            raise SlackError("team_access_not_granted")
        return {"ok": True, **_public(HANDLERS[call.method](workspace, given))}
    except SlackError as error:
        return error.answer()


class RateLimited(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _known(call: Call) -> Method:
    if call.problem:
        raise SlackError(call.problem)
    if call.method not in methods():
        raise SlackError("unknown_method", req_method=call.method)
    return methods()[call.method]


def _authenticate(workspace: Workspace, call: Call) -> None:
    if call.method in OWN_CREDENTIALS:
        return
    if not call.token:
        raise SlackError("not_authed")
    wanted, other = workspace.app.bot_token, workspace.app.app_token
    if call.method in APP_LEVEL:
        wanted, other = other, wanted
    if call.token == other:
        raise SlackError("not_allowed_token_type")
    if call.token != wanted:
        raise SlackError("invalid_auth")
    if workspace.app.revoked and call.method not in APP_LEVEL:
        raise SlackError("token_revoked")


def _public(part: Any) -> Any:
    """Without what the stand-in notes for itself."""
    if isinstance(part, list):
        return [_public(one) for one in part]
    if isinstance(part, dict):
        own = ("_user", "_reactions", "_received")
        return {name: _public(value) for name, value in part.items() if name not in own}
    return part
