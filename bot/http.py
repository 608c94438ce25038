"""`POST /slack/events`: is it really Slack, just now, and a body we can read? Only then is it dispatched."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Request, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from werkzeug.exceptions import RequestEntityTooLarge

from bot.answers import body as ack_body
from bot.config import Clock
from bot.identity import NOT_HERE
from bot.lists import said

LARGEST_BODY = 1024 * 1024
WINDOW_S = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
AppFor = Callable[[str | None], App | None]  # the app of a workspace, by its team id; None: nobody's


def slack_blueprint(app_for: AppFor, signing_secret: str, clock: Clock) -> Blueprint:
    """One route for commands, actions, views, events and options."""
    if not signing_secret.strip():
        raise ValueError("SLACK_SIGNING_SECRET is empty: without it anybody could pose as Slack")
    blueprint = Blueprint("slack", __name__)

    @blueprint.post("/slack/events")
    def events() -> Response:
        return _answer(app_for, signing_secret, clock, request)

    return blueprint


def _answer(app_for: AppFor, secret: str, clock: Clock, asked: Request) -> Response:
    asked.max_content_length = LARGEST_BODY
    try:
        raw = asked.get_data()
    except RequestEntityTooLarge:
        return _plain("too large", 413)
    if _is_ssl_check(raw):
        return _plain("", 200)
    if not is_genuine(secret, dict(asked.headers), raw, clock().timestamp()):
        return _plain("not signed by Slack", 401)
    text = _text(raw)
    parsed = _parsed(text) if text is not None else None
    if text is None or not is_sound(parsed):
        return _plain("not a request we can read", 400)
    return to_flask_response(dispatched(app_for, parsed or {}, lambda: _as_posted(text, asked)))


def _as_posted(text: str, asked: Request) -> BoltRequest:
    return BoltRequest(body=text, headers=dict[str, str | Sequence[str]](asked.headers))


def dispatched(app_for: AppFor, body: Mapping[str, Any], read: Callable[[], BoltRequest]) -> BoltResponse:
    """What the workspace's app answers to a sound body that really came from Slack, by whichever transport."""
    try:
        asked = read()
    except (AttributeError, TypeError, KeyError, ValueError):  # Bolt digs for ids in shapes that Slack never sends
        return BoltResponse(status=400, body="not a request we can read")
    app = app_for(_text_or_none(asked.context.team_id))
    if app is None:
        return BoltResponse(status=200, body=ack_body(said(NOT_HERE)) if "command" in body else "")
    answer = app.dispatch(asked)
    return BoltResponse(status=200, body="") if answer.status == 404 else answer


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")


def _is_ssl_check(raw: bytes) -> bool:
    """Slack looks now and then whether our certificate holds; unsigned, and nothing happens."""
    return len(raw) < 1000 and bool(re.search(rb"(?:^|&)ssl_check=1(?:&|$)", raw))


def is_genuine(secret: str, headers: Mapping[str, str], raw: bytes, now: float) -> bool:
    """Slack's signature over these very bytes, at most five minutes old or ahead."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return False
    if abs(now - int(timestamp)) > WINDOW_S:
        return False
    signed = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256)
    return hmac.compare_digest(f"v0={signed.hexdigest()}", signature)


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _parsed(text: str) -> Any:
    """As Bolt reads it: JSON, or a form with perhaps JSON in its field `payload`. None when it is neither."""
    try:
        if text.startswith("{"):
            return json.loads(text)
        form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True, max_num_fields=200).items()}
        return json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None


def is_sound(body: Any) -> bool:
    """Whether everything Bolt and we look into has the shape Slack gives it; whatever else is in it does not matter."""
    if not isinstance(body, dict) or not body or not _can_be_kept(body):
        return False
    shapes = all(isinstance(body[name], kinds) for name, kinds in _SHAPES.items() if body.get(name) is not None)
    return shapes and _has_parts(body)


def _can_be_kept(body: Any) -> bool:
    """No database keeps half a character (a surrogate that stands alone)."""
    try:
        return bool(json.dumps(body, ensure_ascii=False).encode())
    except ValueError:
        return False


_SHAPES: Mapping[str, type | tuple[type, ...]] = {
    "type": str,
    "command": str,
    "text": str,
    "trigger_id": str,
    "response_url": str,
    "user": (dict, str),
    "team": (dict, str),
    "channel": (dict, str),
    "enterprise": (dict, str),
    "container": dict,
    "message": dict,
    "view": dict,
    "event": dict,
    "actions": list,
    "authorizations": list,
}


def _has_parts(body: dict[str, Any]) -> bool:
    kind = body.get("type")
    if kind == "block_actions":
        actions = body.get("actions") or [None]
        return all(isinstance(one, dict) and isinstance(one.get("action_id"), str) for one in actions)
    if kind in ("view_submission", "view_closed"):
        return _is_sound_view(body.get("view"))
    if kind == "event_callback":
        return isinstance((body.get("event") or {}).get("type"), str) and _all_objects(body.get("authorizations"))
    return "command" in body or isinstance(kind, str)


def _is_sound_view(view: Any) -> bool:
    if not isinstance(view, dict) or not all(isinstance(view.get(name), str) for name in ("type", "callback_id")):
        return False
    state = view.get("state") or {}
    blocks = view.get("blocks") or []
    return isinstance(state, dict) and isinstance(state.get("values") or {}, dict) and _all_objects(blocks)


def _all_objects(things: Any) -> bool:
    return things is None or (isinstance(things, list) and all(isinstance(one, dict) for one in things))
