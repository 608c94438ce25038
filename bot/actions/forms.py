"""The submitted modals: return with a reason, note. Checked in the acknowledgement, then stored, then worked."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack

from bot import modals
from bot.changes import Change
from bot.grammar import reference
from bot.identity import Refused
from bot.room import Body, Room, key_of
from bot.wishes import Wish, wish

STRANGE = "This form is from an older version. Please close it and press the button again."
Problems = dict[str, str]


class Form:
    """One modal. `read` answers the wish, or what is wrong by block; `block` exists in it and can carry any trouble."""

    def __init__(self, room: Room, block: str, read: Callable[[str, Mapping[str, Any]], Wish | Problems]) -> None:
        self._room, self._block, self._read = room, block, read

    def accept(self, ack: Ack, body: dict[str, Any], view: dict[str, Any], context: dict[str, Any]) -> None:
        if problems := self._problems(body, view, context):
            ack(response_action="errors", errors=problems)
        else:
            ack()

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)

    def _problems(self, body: Body, view: Mapping[str, Any], context: dict[str, Any]) -> Problems:
        by = self._room.admit(body)
        if isinstance(by, Refused):
            return {self._block: by.text}
        lead, channel = modals.remembered(str(view.get("private_metadata") or ""))
        ref = reference(lead)
        if ref is None:
            return {self._block: STRANGE}
        wished = self._read(ref, (view.get("state") or {}).get("values") or {})
        if not isinstance(wished, Wish):
            return wished
        to = self._room.reply_to({**body, "channel": channel})
        refused = self._room.take(_key(view, body), Change(wished, by, to), context)
        return {self._block: refused.text} if refused else {}


def _key(view: Mapping[str, Any], body: Body) -> str:
    """A view sent twice has the same id and hash, however often the button was pressed."""
    return key_of("view", f"{view['id']}:{view.get('hash', '')}" if view.get("id") else None, body)


def read_return(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    problems = modals.problems_of_return(values)
    return problems or wish("return", ref, modals.chosen(values), modals.typed(values))


def read_note(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    text = modals.typed(values)
    if not text:
        return {"text": "Write something to keep."}
    if len(text) > modals.LONGEST_NOTE:
        return {"text": f"At most {modals.LONGEST_NOTE} characters."}
    return wish("note", ref, text=text)
