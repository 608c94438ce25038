"""The one-time addresses Slack gives out with commands and presses: five answers within thirty minutes."""

import json
from datetime import timedelta
from typing import Any

from tryout.standin.content import from_bot, message_content
from tryout.standin.errors import SlackError, wrong_arguments
from tryout.standin.state import Json, ResponseUrl, Workspace, older_than

LIFE = timedelta(minutes=30)
MOST_USES = 5
FIELDS = {
    "text": str,
    "blocks": list,
    "attachments": list,
    "response_type": str,
    "replace_original": bool,
    "delete_original": bool,
    "thread_ts": str,
    "metadata": dict,
    "mrkdwn": bool,
    "parse": str,
    "unfurl_links": bool,
    "unfurl_media": bool,
}


def use(workspace: Workspace, key: str, body: bytes) -> tuple[int, Json]:
    """The HTTP status and answer to one use; a refused body counts as a use too."""
    try:
        with workspace.changing():
            address = _open(workspace, key)
            address.uses += 1
            respond(workspace, address, _fields(body))
        return 200, {"ok": True}
    except SlackError as error:
        return (404 if error.code in ("used_url", "expired_url", "no_such_url") else 400), error.answer()


def _open(workspace: Workspace, key: str) -> ResponseUrl:
    address = workspace.stored.response_urls.get(key)
    if address is None:
        raise SlackError("no_such_url")
    if older_than(address.issued, workspace.clock(), LIFE):
        raise SlackError("expired_url")
    if address.uses >= MOST_USES:
        raise SlackError("used_url")
    return address


def _fields(body: bytes) -> Json:
    try:
        fields = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(fields, dict):
        raise SlackError("invalid_payload")
    wrong = [name for name, value in fields.items() if not isinstance(value, FIELDS.get(name, ()))]
    if wrong:
        raise wrong_arguments([f"[ERROR] invalid property: {name}" for name in wrong])
    return fields


def respond(workspace: Workspace, address: ResponseUrl, fields: Json) -> None:
    """Posts, replaces or deletes as the fields say; the same for the body of a command's acknowledgement."""
    kind = fields.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise wrong_arguments(["[ERROR] must be a valid enum value [json-pointer:/response_type]"])
    if fields.get("delete_original"):
        _remove_original(workspace, address)
        return
    content = message_content(fields)
    if fields.get("replace_original") and _replace_original(workspace, address, content):
        return
    _say(workspace, address, kind, content | {k: fields[k] for k in ["thread_ts"] if k in fields})


def _say(workspace: Workspace, address: ResponseUrl, kind: str, content: Json) -> None:
    message = from_bot(workspace, content)
    if kind == "in_channel":
        posted = workspace.post(address.channel, message)
    else:
        posted = workspace.whisper(address.user, address.channel, message)
    address.original = address.original or posted["ts"]


def _replace_original(workspace: Workspace, address: ResponseUrl, content: Json) -> bool:
    original = _original(workspace, address)
    if original is None:
        return False
    original.pop("blocks", None)
    original.update(content)
    return True


def _remove_original(workspace: Workspace, address: ResponseUrl) -> None:
    original = _original(workspace, address)
    if original in workspace.stored.ephemerals:
        workspace.stored.ephemerals.remove(original)
    elif original is not None:
        workspace.delete(address.channel, original["ts"])


def _original(workspace: Workspace, address: ResponseUrl) -> dict[str, Any] | None:
    posted = workspace.stored.messages.get(address.channel, {})
    whispered = {one["ts"]: one for one in workspace.stored.ephemerals}
    ts = address.original or ""
    return posted.get(ts) or whispered.get(ts)
