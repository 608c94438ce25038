"""The reactions.* and pins.* methods: what is put on a message."""

from tryout.standin.errors import SlackError
from tryout.standin.methods import Arguments
from tryout.standin.places import existing, visible
from tryout.standin.state import Json, Workspace


def add_reaction(workspace: Workspace, given: Arguments) -> Json:
    with workspace.changing():
        reactions = _reactions(workspace, given)
        users = reactions.setdefault(_emoji(given["name"]), [])
        if workspace.app.user in users:
            raise SlackError("already_reacted")
        users.append(workspace.app.user)
    return {}


def remove_reaction(workspace: Workspace, given: Arguments) -> Json:
    with workspace.changing():
        reactions = _reactions(workspace, given)
        users = reactions.get(given["name"], [])
        if workspace.app.user not in users:
            raise SlackError("no_reaction")
        users.remove(workspace.app.user)
        if not users:
            del reactions[given["name"]]
    return {}


def get_reactions(workspace: Workspace, given: Arguments) -> Json:
    reactions = counted(_reactions(workspace, given))
    message = existing(workspace, visible(workspace, given["channel"]), given["timestamp"])
    return {"type": "message", "channel": given["channel"], "message": {**message, "reactions": reactions}}


def counted(reactions: dict[str, list[str]]) -> list[Json]:
    return [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items()]


def _reactions(workspace: Workspace, given: Arguments) -> dict[str, list[str]]:
    if "timestamp" not in given or "channel" not in given:
        raise SlackError("no_item_specified")
    channel = visible(workspace, given["channel"])
    existing(workspace, channel, given["timestamp"])
    stored = workspace.stored.messages[channel.id][given["timestamp"]]
    reactions: dict[str, list[str]] = stored.setdefault("_reactions", {})
    return reactions


def _emoji(name: str) -> str:
    if not name or set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789_+-':"):
        raise SlackError("invalid_name")
    return name


def add_pin(workspace: Workspace, given: Arguments) -> Json:
    with workspace.changing():
        pins = _pins(workspace, given)
        if given["timestamp"] in pins:
            raise SlackError("already_pinned")
        pins.append(given["timestamp"])
    return {}


def remove_pin(workspace: Workspace, given: Arguments) -> Json:
    with workspace.changing():
        pins = _pins(workspace, given)
        if given["timestamp"] not in pins:
            raise SlackError("no_pin")
        pins.remove(given["timestamp"])
    return {}


def _pins(workspace: Workspace, given: Arguments) -> list[str]:
    if "timestamp" not in given:
        raise SlackError("no_item_specified")
    channel = visible(workspace, given["channel"])
    existing(workspace, channel, given["timestamp"])
    return workspace.stored.pins.setdefault(channel.id, [])


def list_pins(workspace: Workspace, given: Arguments) -> Json:
    channel = visible(workspace, given["channel"])
    pinned = [workspace.message(channel.id, ts) for ts in workspace.stored.pins.get(channel.id, [])]
    return {"items": [{"type": "message", "channel": channel.id, "message": one} for one in pinned if one]}


METHODS = {
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
    "reactions.get": get_reactions,
    "pins.add": add_pin,
    "pins.remove": remove_pin,
    "pins.list": list_pins,
}
