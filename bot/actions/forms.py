"""The submitted modals. Checked in the acknowledgement, then stored, then worked."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack

from bot import modals
from bot.changes import Change
from bot.grammar import reference, user_of
from bot.identity import Refused
from bot.moments import is_moment
from bot.room import Body, Room, key_of
from bot.sheets import amount_of
from bot.wishes import Wish, wish

STRANGE = "This form is from an older version. Please close it and press the button again."
Problems = dict[str, str]
Read = Callable[[str, Mapping[str, Any]], Wish | Problems]


class Form:
    """One modal. `read` answers the wish, or what is wrong by block; `block` exists in it and can carry any trouble."""

    def __init__(self, room: Room, block: str, read: Read) -> None:
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
    return _reasoned("return", ref, values)


def read_lost(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    return _reasoned("lost", ref, values)


def _reasoned(verb: str, ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    problems = modals.problems_of_return(values)
    return problems or wish(verb, ref, modals.chosen(values), modals.typed(values))


def read_assign(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    to = user_of(f"<@{modals.picked_user(values)}>")
    return wish("assign", ref, to=to) if to else {"to": "Choose a colleague."}


def read_snooze(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    until = modals.chosen(values, "until")
    return wish("snooze", ref, text=until) if is_moment(until) else {"until": "Choose a time."}


def read_won(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    amount, text = modals.typed(values, "amount"), modals.typed(values)
    if amount and amount_of(amount) is None:
        return {"amount": "I cannot read this amount. Write it like 12k EUR."}
    if len(text) > modals.LONGEST_NOTE:
        return {"text": f"At most {modals.LONGEST_NOTE} characters."}
    return wish("won", ref, text=text, sheet={"amount": amount} if amount else {})


def read_reply(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    text = modals.typed(values)
    if not text:
        return {"text": "Write what the visitor shall read."}
    if len(text) > modals.LONGEST_NOTE:
        return {"text": f"At most {modals.LONGEST_NOTE} characters."}
    return wish("reply", ref, text=text)


def read_note(ref: str, values: Mapping[str, Any]) -> Wish | Problems:
    text = modals.typed(values)
    if not text:
        return {"text": "Write something to keep."}
    if len(text) > modals.LONGEST_NOTE:
        return {"text": f"At most {modals.LONGEST_NOTE} characters."}
    return wish("note", ref, text=text)


FORMS: Mapping[str, tuple[str, Read]] = {
    "return": ("code", read_return),
    "note": ("text", read_note),
    "reply": ("text", read_reply),
    "assign": ("to", read_assign),
    "snooze": ("until", read_snooze),
    "won": ("amount", read_won),
    "lost": ("code", read_lost),
}
"""By verb: the block that can carry any trouble, and how what was filled in is read."""
