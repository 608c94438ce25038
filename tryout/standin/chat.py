"""The chat.* methods."""

from tryout.standin.blockkit import block_problems
from tryout.standin.content import checked_blocks, from_bot, message_content
from tryout.standin.errors import SlackError, wrong_blocks
from tryout.standin.methods import Arguments
from tryout.standin.people import Channel
from tryout.standin.places import existing, visible, writable
from tryout.standin.state import Json, Workspace


def post_message(workspace: Workspace, given: Arguments) -> Json:
    channel = writable(workspace, given["channel"])
    content = from_bot(workspace, message_content(given) | _threading(workspace, channel, given))
    message = workspace.post(channel.id, content)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _threading(workspace: Workspace, channel: Channel, given: Arguments) -> Json:
    if "thread_ts" not in given:
        return {}
    parent = workspace.message(channel.id, given["thread_ts"])
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.get("thread_ts", parent["ts"]) != parent["ts"]:
        raise SlackError("cannot_reply_to_message")
    broadcast = {"subtype": "thread_broadcast"} if given.get("reply_broadcast") else {}
    return {"thread_ts": given["thread_ts"], **broadcast}


def update(workspace: Workspace, given: Arguments) -> Json:
    """Blocks and metadata that are left out stay as they were."""
    channel = visible(workspace, given["channel"])
    with workspace.changing():
        before = existing(workspace, channel, given["ts"])
        if before.get("bot_id") != workspace.app.bot_id:
            raise SlackError("cant_update_message")
        if channel.archived:
            raise SlackError("is_inactive")
        message = workspace.edit(channel.id, given["ts"], message_content(given))
    return {"channel": channel.id, "ts": given["ts"], "text": message["text"], "message": message}


def delete(workspace: Workspace, given: Arguments) -> Json:
    channel = visible(workspace, given["channel"])
    with workspace.changing():
        if existing(workspace, channel, given["ts"]).get("bot_id") != workspace.app.bot_id:
            raise SlackError("cant_delete_message")
        workspace.delete(channel.id, given["ts"])
    return {"channel": channel.id, "ts": given["ts"]}


def post_ephemeral(workspace: Workspace, given: Arguments) -> Json:
    channel = writable(workspace, given["channel"])
    if given["user"] not in workspace.users:
        raise SlackError("user_not_found")
    if given["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    content = message_content(given) | {name: given[name] for name in ["thread_ts"] if name in given}
    whispered = workspace.whisper(given["user"], channel.id, from_bot(workspace, content))
    return {"message_ts": whispered["ts"]}


def get_permalink(workspace: Workspace, given: Arguments) -> Json:
    channel = visible(workspace, given["channel"])
    existing(workspace, channel, given["message_ts"])
    place = f"{channel.id}/p{given['message_ts'].replace('.', '')}"
    return {"channel": channel.id, "permalink": f"https://northlight.slack.example/archives/{place}"}


def validate_blocks(workspace: Workspace, given: Arguments) -> Json:
    if problems := block_problems(given["blocks"]):
        raise wrong_blocks(problems)
    checked_blocks(given["blocks"])
    return {}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
    "blocks.validate": validate_blocks,
}
