"""What a message may say: text, blocks, attachments and metadata, judged before anything is stored."""

from typing import Any

from tryout.standin.blockkit import block_problems, metadata_error, too_much_text
from tryout.standin.errors import SlackError, wrong_blocks
from tryout.standin.state import Json, Workspace, fill_ids

LONGEST_TEXT = 40_000
MOST_ATTACHMENTS = 100


def message_content(given: Json) -> Json:
    """The fields of a message as they are stored; SlackError says why Slack would not take it."""
    _refuse_nothing_said(given)
    if len(given.get("text", "")) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    content: Json = {"text": given.get("text", given.get("markdown_text", ""))}
    if "blocks" in given:
        content["blocks"] = checked_blocks(given["blocks"])
    if "attachments" in given:
        content["attachments"] = _attachments(given["attachments"])
    if "metadata" in given:
        content["metadata"] = _metadata(given["metadata"])
    return content


def _refuse_nothing_said(given: Json) -> None:
    if "markdown_text" in given and ("text" in given or "blocks" in given):
        raise SlackError("markdown_text_conflict")
    said = given.get("text", "").strip() or given.get("markdown_text", "").strip()
    if not said and not given.get("blocks") and not given.get("attachments"):
        raise SlackError("no_text")


def checked_blocks(blocks: Any, at: str = "/blocks") -> list[Json]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if problems := block_problems(blocks, at):
        raise wrong_blocks(problems)
    if too_much_text(blocks):
        raise SlackError("msg_blocks_too_long")
    return fill_ids(blocks)


def _attachments(attachments: list[Any]) -> list[Json]:
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [_attachment(one, number) for number, one in enumerate(attachments)]


def _attachment(attachment: Any, number: int) -> Json:
    if not isinstance(attachment, dict):
        raise SlackError("invalid_attachments")
    blocks = attachment.get("blocks")
    checked = {} if blocks is None else {"blocks": checked_blocks(blocks, f"/attachments/{number}/blocks")}
    return {**attachment, **checked, "id": number + 1}


def _metadata(metadata: Json) -> Json:
    if error := metadata_error(metadata):
        raise SlackError(error)
    return metadata


def from_bot(workspace: Workspace, content: Json) -> Json:
    """The content with the author Slack writes on it."""
    app = workspace.app
    profile = {"id": app.bot_id, "app_id": app.id, "user_id": app.user, "name": app.name, "team_id": workspace.team}
    author = {"user": app.user, "bot_id": app.bot_id, "app_id": app.id, "team": workspace.team}
    return {**author, "bot_profile": profile, **content}
