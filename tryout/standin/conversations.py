"""The conversations.* methods."""

import base64
from typing import Any

from tryout.standin.errors import SlackError
from tryout.standin.marks import counted
from tryout.standin.methods import Arguments
from tryout.standin.people import Channel
from tryout.standin.places import kind, readable, require_scope, visible
from tryout.standin.state import Json, Workspace

_KINDS = {"C": "public_channel", "G": "private_channel", "D": "im"}


def history(workspace: Workspace, given: Arguments) -> Json:
    """Newest first, replies only where they were broadcast to the channel."""
    channel = readable(workspace, given["channel"], "history")
    everything = workspace.messages(channel.id)
    shown = [one for one in everything if one.get("thread_ts", one["ts"]) == one["ts"] or "subtype" in one]
    newest_first = [_as_read(one, everything, given) for one in reversed(_between(shown, given))]
    return _page("messages", newest_first, given, most=999)


def replies(workspace: Workspace, given: Arguments) -> Json:
    """The parent first, then its replies, oldest first."""
    channel = readable(workspace, given["channel"], "history")
    everything = workspace.messages(channel.id)
    thread = [one for one in everything if given["ts"] in (one["ts"], one.get("thread_ts"))]
    if not thread:
        raise SlackError("thread_not_found")
    parent, rest = thread[:1], _between(thread[1:], given)
    return _page("messages", [_as_read(one, everything, given) for one in parent + rest], given, most=1000)


def _between(messages: list[Json], given: Arguments) -> list[Json]:
    oldest, latest = float(given.get("oldest", 0)), float(given.get("latest", 10**10))
    if given.get("inclusive"):
        return [one for one in messages if oldest <= float(one["ts"]) <= latest]
    return [one for one in messages if oldest < float(one["ts"]) < latest]


def _as_read(message: Json, everything: list[Json], given: Arguments) -> Json:
    read = {name: value for name, value in message.items() if name != "metadata" or given.get("include_all_metadata")}
    if message.get("_reactions"):
        read["reactions"] = counted(message["_reactions"])
    answers = [one for one in everything if one.get("thread_ts") == message["ts"] != one["ts"]]
    if answers:
        users = list(dict.fromkeys(one["user"] for one in answers))
        read |= {"thread_ts": message["ts"], "reply_count": len(answers), "reply_users": users}
        read |= {"latest_reply": answers[-1]["ts"], "reply_users_count": len(users)}
    return read


def _page(name: str, rows: list[Any], given: Arguments, most: int) -> Json:
    limit = given.get("limit", 100)
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    start = _offset(given.get("cursor", ""))
    rest = start + limit < len(rows)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    page: Json = {name: rows[start : start + limit], "response_metadata": {"next_cursor": cursor}}
    return page | ({"has_more": rest} if name == "messages" else {})


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None


def info(workspace: Workspace, given: Arguments) -> Json:
    return {"channel": _described(workspace, readable(workspace, given["channel"], "read"))}


def _described(workspace: Workspace, channel: Channel) -> Json:
    if channel.im:
        return {"id": channel.id, "is_im": True, "user": channel.im, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_im": False,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_ext_shared": channel.shared,
        "is_member": workspace.app.user in channel.members,
        "context_team_id": workspace.team,
    }


def listing(workspace: Workspace, given: Arguments) -> Json:
    kinds = given.get("types", "public_channel").split(",")
    known = [one for one in workspace.channels.values() if not _hidden(workspace, one)]
    shown = [one for one in known if _KINDS[kind(one)] in kinds]
    kept = [one for one in shown if not (one.archived and given.get("exclude_archived"))]
    return _page("channels", [_described(workspace, one) for one in kept], given, most=1000)


def _hidden(workspace: Workspace, channel: Channel) -> bool:
    return channel.private and workspace.app.user not in channel.members


def of_user(workspace: Workspace, given: Arguments) -> Json:
    user = given.get("user", workspace.app.user)
    if user not in workspace.users:
        raise SlackError("user_not_found")
    page = listing(workspace, given | {"limit": 1000, "cursor": ""})
    mine = [one for one in page["channels"] if user in workspace.channels[one["id"]].members]
    return _page("channels", mine, given, most=999)


def members(workspace: Workspace, given: Arguments) -> Json:
    channel = readable(workspace, given["channel"], "read")
    return _page("members", sorted(channel.members), given, most=1000)


def join(workspace: Workspace, given: Arguments) -> Json:
    channel = visible(workspace, given["channel"])
    if kind(channel) != "C":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    with workspace.changing():
        channel.members.add(workspace.app.user)
    return {"channel": _described(workspace, channel)}


def leave(workspace: Workspace, given: Arguments) -> Json:
    channel = visible(workspace, given["channel"])
    if workspace.app.user not in channel.members:
        return {"not_in_channel": True}
    with workspace.changing():
        channel.members.discard(workspace.app.user)
    return {}


def open_direct(workspace: Workspace, given: Arguments) -> Json:
    require_scope(workspace, "im:write")
    if "channel" in given:
        channel = visible(workspace, given["channel"])
    else:
        channel = workspace.direct_channel(_one_person(workspace, given.get("users", "")))
    full = {"user": channel.im, "is_im": True, "is_open": True} if given.get("return_im") else {}
    return {"channel": {"id": channel.id, **full}}


def _one_person(workspace: Workspace, users: str) -> str:
    if not users:
        raise SlackError("users_list_not_supplied")
    if "," in users:
        raise SlackError("too_many_users")
    if users not in workspace.users:
        raise SlackError("user_not_found")
    if workspace.users[users].deleted:
        raise SlackError("user_disabled")
    return users


METHODS = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.list": listing,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.open": open_direct,
    "users.conversations": of_user,
}
