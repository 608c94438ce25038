"""Which conversations the bot may see, read and write, as Slack decides it by membership and scope."""

from tryout.standin.errors import SlackError
from tryout.standin.people import Channel
from tryout.standin.state import Json, Workspace

_SCOPE_PREFIX = {"C": "channels", "G": "groups", "D": "im"}


def visible(workspace: Workspace, name: str) -> Channel:
    """A channel the bot knows of; private ones exist only for their members."""
    channel = workspace.channels.get(name)
    if channel is None or (channel.private and workspace.app.user not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def readable(workspace: Workspace, name: str, purpose: str) -> Channel:
    """A channel the bot may read; `purpose` is the scope's second half: history or read."""
    channel = visible(workspace, name)
    require_scope(workspace, f"{_SCOPE_PREFIX[kind(channel)]}:{purpose}")
    if purpose == "history" and workspace.app.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def kind(channel: Channel) -> str:
    if channel.im:
        return "D"
    return "G" if channel.private else "C"


def require_scope(workspace: Workspace, *any_of: str) -> None:
    if any_of and not workspace.app.scopes.intersection(any_of):
        provided = ",".join(sorted(workspace.app.scopes))
        raise SlackError("missing_scope", needed=",".join(any_of), provided=provided)


def writable(workspace: Workspace, name: str) -> Channel:
    """Where the bot may post: a channel by id or name, or a person by id, which opens the direct conversation."""
    if name in workspace.users:
        return workspace.direct_channel(name)
    found = workspace.find_channel(name)
    channel = visible(workspace, found.id if found else name)
    _refuse_silenced(workspace, channel)
    return channel


def _refuse_silenced(workspace: Workspace, channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    if workspace.app.user not in channel.members and "chat:write.public" not in workspace.app.scopes:
        raise SlackError("not_in_channel")
    if channel.read_only:
        raise SlackError("restricted_action")


def existing(workspace: Workspace, channel: Channel, ts: str) -> Json:
    message = workspace.message(channel.id, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message
