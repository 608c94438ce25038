"""Shortcuts: find a lead from anywhere, and keep a message as a note on one."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import Ack

from bot import modals
from bot.blocks import plain_text
from bot.changes import Change
from bot.commands import status
from bot.grammar import Ask, reference
from bot.identity import Refused
from bot.modals import LONGEST_NOTE
from bot.reads import safely
from bot.room import Room, key_of
from bot.slack_errors import FAILURES, judge
from bot.wishes import wish
from bot.words import who
from qualification.views import LeadRow, Person

MOST_FOUND = 20
log = structlog.get_logger()


class Shortcuts:
    """Both open a form at once; leads are looked up while somebody types."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def accept(self, ack: Ack) -> None:
        ack()

    def find(self, body: dict[str, Any]) -> None:
        self._open(body, modals.find_modal())

    def note(self, body: dict[str, Any]) -> None:
        message = body.get("message") or {}
        channel = (body.get("channel") or {}).get("id")
        self._open(body, modals.note_on_modal(str(message.get("text") or "")[:LONGEST_NOTE], channel))

    def _open(self, body: dict[str, Any], view: dict[str, Any]) -> None:
        by = self._room.admit(body)
        shown = modals.text_modal("Leads", by.text) if isinstance(by, Refused) else view
        try:
            self._room.client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=shown)
        except FAILURES as error:
            log.warning("modal_not_opened", error=getattr(judge(error), "error", ""))

    def options(self, ack: Ack, body: dict[str, Any]) -> None:
        """Leads like what is typed; none to strangers, and none when they cannot be found in time."""
        by, typed = self._room.admit(body), str(body.get("value") or "")
        none: tuple[LeadRow, ...] = ()
        found = none if isinstance(by, Refused) else self._room.reads.soon(lambda: self._found(typed), none)
        ack(options=[{"text": plain_text(f"{row.ref} {who(row)}", 75), "value": row.ref} for row in found])

    def _found(self, typed: str) -> tuple[LeadRow, ...]:
        desk = self._room.desk
        found = desk.doors.enquiry.lead(desk.site_id, ref) if (ref := reference(typed)) else None
        if found is not None:
            return (status.row(found),)
        return desk.doors.enquiry.find(desk.site_id, typed, MOST_FOUND)

    def show(self, ack: Ack, body: dict[str, Any], view: Mapping[str, Any], context: dict[str, Any]) -> None:
        """The form becomes the lead, in the answer itself if it is read in time: what follows may overtake that."""
        ref, by = reference(_chosen(view)), self._room.admit(body)
        if ref is None:
            ack(response_action="errors", errors={"lead": "Choose a lead from the list."})
            return
        shown = None if isinstance(by, Refused) else self._room.reads.soon(lambda: self._shown(ref, by), None)
        if shown is None:
            context["foyer_ref"] = ref
        ack(response_action="update", view=shown or modals.waiting_modal(f"Lead {ref}"))

    def fill(self, body: dict[str, Any], view: Mapping[str, Any], context: dict[str, Any]) -> None:
        by, ref = self._room.admit(body), context.get("foyer_ref")
        if ref and not isinstance(by, Refused):
            self._room.reads.later(lambda: self._fill(str(view["id"]), ref, by))

    def _fill(self, view_id: str, ref: str, by: Person) -> None:
        self._room.client.views_update(view_id=view_id, view=self._shown(ref, by))

    def _shown(self, ref: str, by: Person) -> dict[str, Any]:
        shown = safely(lambda: status.answer(self._room.desk, Ask("status", ref), by, ""))
        return modals.blocks_modal(f"Lead {ref}", shown.blocks)

    def keep(self, ack: Ack, body: dict[str, Any], view: Mapping[str, Any], context: dict[str, Any]) -> None:
        if problems := self._problems(body, view, context):
            ack(response_action="errors", errors=problems)
        else:
            ack()

    def _problems(self, body: dict[str, Any], view: Mapping[str, Any], context: dict[str, Any]) -> dict[str, str]:
        by, ref = self._room.admit(body), reference(_chosen(view))
        text = modals.typed((view.get("state") or {}).get("values") or {})
        if isinstance(by, Refused):
            return {"lead": by.text}
        if ref is None:
            return {"lead": "Choose a lead from the list."}
        if not text or len(text) > LONGEST_NOTE:
            return {"text": f"Write a note of at most {LONGEST_NOTE} characters."}
        _, channel = modals.remembered(str(view.get("private_metadata") or ""))
        to = self._room.reply_to({**body, "channel": channel})
        key = key_of("view", f"{view['id']}:{view.get('hash', '')}" if view.get("id") else None, body)
        refused = self._room.take(key, Change(wish("note", ref, text=text), by, to), context)
        return {"text": refused.text} if refused else {}

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)


def _chosen(view: Mapping[str, Any]) -> str:
    return modals.chosen((view.get("state") or {}).get("values") or {}, "lead")
