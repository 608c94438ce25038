"""The files.* methods: an upload address is asked for, filled, and completed into a channel."""

import secrets

from tryout.standin.content import checked_blocks, from_bot
from tryout.standin.errors import SlackError, wrong_arguments
from tryout.standin.methods import Arguments
from tryout.standin.places import existing, writable
from tryout.standin.state import Json, Workspace


def upload_url(workspace: Workspace, given: Arguments) -> Json:
    if given["length"] < 1:
        raise wrong_arguments(["[ERROR] must be greater than 0 [json-pointer:/length]"])
    file_id = f"F{secrets.token_hex(5).upper()}"
    with workspace.changing():
        workspace.stored.files[file_id] = {
            "id": file_id,
            "name": given["filename"],
            "size": given["length"],
            "alt_txt": given.get("alt_txt", ""),
            "_received": 0,
        }
    return {"upload_url": f"{{origin}}/upload/{file_id}", "file_id": file_id}


def receive(workspace: Workspace, file_id: str, body: bytes) -> bool:
    """The bytes of a promised file; refused unless exactly as many as promised."""
    with workspace.changing():
        file = workspace.stored.files.get(file_id)
        if file is None or len(body) != file["size"]:
            return False
        file["_received"] = len(body)
        return True


def complete_upload(workspace: Workspace, given: Arguments) -> Json:
    files = [_uploaded(workspace, one, given) for one in given["files"]]
    if "channel_id" in given:
        channel = writable(workspace, given["channel_id"])
        threading = {}
        if "thread_ts" in given:
            existing(workspace, channel, given["thread_ts"])
            threading = {"thread_ts": given["thread_ts"]}
        content = {"text": given.get("initial_comment", ""), "files": files, **threading}
        if given.get("blocks"):
            content["blocks"] = checked_blocks(given["blocks"])
        workspace.post(channel.id, from_bot(workspace, content))
    return {"files": files}


def _uploaded(workspace: Workspace, wanted: Json, given: Arguments) -> Json:
    file = workspace.stored.files.get(wanted.get("id", "")) if isinstance(wanted, dict) else None
    if file is None or not file["_received"]:
        raise SlackError("file_not_found")
    return {"id": file["id"], "title": wanted.get("title", file["name"]), "name": file["name"], "size": file["size"]}


def info(workspace: Workspace, given: Arguments) -> Json:
    file = workspace.stored.files.get(given["file"])
    if file is None:
        raise SlackError("file_not_found")
    return {"file": {name: value for name, value in file.items() if not name.startswith("_")}}


def delete(workspace: Workspace, given: Arguments) -> Json:
    info(workspace, given)
    with workspace.changing():
        del workspace.stored.files[given["file"]]
    return {}


METHODS = {
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}
