"""What one person sees of the workspace: channels, threads, whispers, modals and the home tab, as JSON."""

from collections.abc import Iterable

from tryout.standin import Standin
from tryout.standin.people import LEADS, Channel, User
from tryout.standin.state import Json

MOST_MESSAGES = 60  # root messages per channel; the desk is no archive
OWN_NOTES = ("_user", "_reactions")


def seen_by(standin: Standin, user: User) -> Json:
    """Everything the page needs to draw this person's screen."""
    workspace = standin.workspace
    places = [one for one in workspace.channels.values() if user.id in one.members and _worth_showing(standin, one)]
    home = standin.home(user.id)
    return {
        "version": workspace.version,
        "me": _person(user),
        "people": [_person(one) for one in workspace.users.values()],
        "channels": [_channel(standin, one, user) for one in places],
        "views": [_clean(one) for one in workspace.views_of(user.id)],
        "home": _clean(home) if home else None,
    }


def _worth_showing(standin: Standin, channel: Channel) -> bool:
    """The channel of the alerts, and every other where something was said."""
    return channel.id == LEADS or bool(standin.workspace.stored.messages.get(channel.id))


def _person(user: User) -> Json:
    acting = not (user.bot or user.deleted)
    note = "guest" if user.guest else "manager" if user.admin else ""
    return {"id": user.id, "name": user.name, "real_name": user.real_name, "tz": user.tz, "acts": acting, "note": note}


def _channel(standin: Standin, channel: Channel, user: User) -> Json:
    everything = standin.workspace.messages(channel.id)
    roots = [one for one in everything if one.get("thread_ts", one["ts"]) == one["ts"] or "subtype" in one]
    shown = roots[-MOST_MESSAGES:]
    kept = {one["ts"] for one in shown} | {one.get("thread_ts") for one in shown}
    replies = [one for one in everything if one.get("thread_ts") in kept and one not in shown]
    whispers = standin.workspace.ephemerals(user.id, channel.id)[-MOST_MESSAGES:]
    return {
        "id": channel.id,
        "name": "Foyer" if channel.im else channel.name,
        "direct": bool(channel.im),
        "messages": _in_order([*shown, *replies, *whispers]),
    }


def _in_order(messages: Iterable[Json]) -> list[Json]:
    return sorted((_clean(one) for one in messages), key=lambda one: str(one["ts"]))


def _clean(stored: Json) -> Json:
    shown = {name: value for name, value in stored.items() if name not in OWN_NOTES}
    if stored.get("_reactions"):
        shown["reactions"] = [{"name": name, "users": users} for name, users in stored["_reactions"].items()]
    return shown
