"""Claim, Accept, Release, Undo: one press, one change. The button is never trusted; the door re-reads the lead."""

from typing import Any

from slack_bolt import Ack

from bot.changes import Change
from bot.grammar import reference
from bot.identity import Refused
from bot.room import Room, key_of, owe
from bot.wishes import Wish, wish

STRANGE = "I do not know this button any more. `/lead help` lists what I can do."


class Press:
    """The button of one verb; its value is the lead's reference alone, for Undo with the step that is taken back."""

    def __init__(self, room: Room, verb: str) -> None:
        self._room, self._verb = room, verb

    def accept(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], context: dict[str, Any]) -> None:
        ack()
        to, by = self._room.reply_to(body), self._room.admit(body)
        meant = self._meant(str(action.get("value") or ""))
        if isinstance(by, Refused) or meant is None:
            owe(context, to, by.text if isinstance(by, Refused) else STRANGE)
            return
        key = key_of("press", body.get("trigger_id"), body)
        if refused := self._room.take(key, Change(meant, by, to), context):
            owe(context, to, refused.text)

    def _meant(self, value: str) -> Wish | None:
        """What is wished for; None when we never gave a button this value."""
        named, _, step = value.partition(":")
        ref = reference(named) if step.isdigit() == (self._verb == "unsend") and len(step) < 16 else None
        return wish(self._verb, ref, text=step) if ref else None

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)


class AgreePress(Press):
    """A button of the App Home; its value is the number of a version, which the bar has none of."""

    def _meant(self, value: str) -> Wish | None:
        is_number = value.isascii() and value.isdigit() and len(value) < 10
        return Wish(self._verb, "", text=value) if is_number or self._verb.startswith("bar_") else None
