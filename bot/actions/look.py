"""Buttons that only look: transcript, all details, one lead of a list, further pages; and the doors to the modals."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import Ack

from bot import modals
from bot.blocks import Block, Message
from bot.commands import find, list, queue, revisit, status
from bot.config import Desk
from bot.grammar import Ask, reference
from bot.identity import Refused
from bot.lists import said
from bot.reads import NO_STORE, safely
from bot.room import Room, owe
from bot.slack_errors import FAILURES, judge
from qualification.views import Person

from .press import STRANGE

TOO_LATE = "Slack did not open the window in time. Please press again."
PAGED: Mapping[str, Callable[[Desk, Ask, Person, str, int], Message]] = {
    "list": list.answer,
    "find": find.answer,
    "queue": queue.answer,
    "revisit": revisit.answer,
}
FORMS: Mapping[str, Callable[[str, str | None], Block]] = {
    "return": modals.return_modal,
    "note": modals.note_modal,
    "assign": modals.assign_modal,
    "snooze": modals.snooze_modal,
    "won": modals.won_modal,
    "lost": modals.lost_modal,
}
log = structlog.get_logger()
Then = Callable[["Look", dict[str, Any], str, Person], None]


class Look:
    """One button. Its value names the lead (in a menu `verb:L-1042`); `then` is done for whoever may see leads."""

    def __init__(self, room: Room, then: Then) -> None:
        self.room, self._then = room, then

    def accept(self, ack: Ack, body: dict[str, Any], context: dict[str, Any]) -> None:
        ack()
        by = self.room.admit(body)
        if isinstance(by, Refused):
            owe(context, self.room.reply_to(body), by.text)

    def work(self, body: dict[str, Any], action: dict[str, Any], context: dict[str, Any]) -> None:
        by = self.room.admit(body)
        if "foyer_tell" in context or isinstance(by, Refused):
            self.room.work(context)
        else:
            self._then(self, body, value_of(action), by)

    def tell(self, body: dict[str, Any], message: Message, replace_original: bool = False) -> None:
        self.room.teller.tell(self.room.reply_to(body), message, replace_original)

    def open(self, body: dict[str, Any], view: Block) -> str | None:
        """The opened view's id; the trigger lives three seconds, so this comes before any reading."""
        try:
            opened = self.room.client.views_open(trigger_id=str(body.get("trigger_id") or ""), view=view)
            return str(opened["view"]["id"])
        except FAILURES as error:
            log.warning("modal_not_opened", error=getattr(judge(error), "error", ""))
            self.tell(body, said(TOO_LATE))
            return None


def value_of(action: Mapping[str, Any]) -> str:
    chosen = action.get("selected_option")
    return str(chosen.get("value") or "") if isinstance(chosen, Mapping) else str(action.get("value") or "")


def transcript(look: Look, body: dict[str, Any], value: str, by: Person) -> None:
    """A skeleton first, filled when the transcript is read."""
    ref = reference(value)
    if ref is None:
        look.tell(body, said(STRANGE))
    elif view_id := look.open(body, modals.waiting_modal(f"Transcript {ref}")):
        look.room.reads.later(lambda: _fill(look.room, view_id, ref))


def _fill(room: Room, view_id: str, ref: str) -> None:
    try:
        view = modals.transcript_modal(ref, room.desk.doors.enquiry.transcript(room.desk.site_id, ref))
    except Exception as error:
        log.error("lead_store_not_reached", error=type(error).__name__)
        view = modals.text_modal(f"Transcript {ref}", NO_STORE.text)
    room.client.views_update(view_id=view_id, view=view)


def reply(look: Look, body: dict[str, Any], value: str, by: Person) -> None:
    """A skeleton first; the form follows with what the visitor said last."""
    ref, channel = reference(value), look.room.reply_to(body).channel
    if ref is None:
        look.tell(body, said(STRANGE))
    elif view_id := look.open(body, modals.waiting_modal(f"Reply {ref}")):
        look.room.reads.later(lambda: _fill_reply(look.room, view_id, ref, channel))


def _fill_reply(room: Room, view_id: str, ref: str, channel: str | None) -> None:
    """Without the lead store the form still opens: what is typed is checked when it is sent."""
    try:
        lead = room.desk.doors.enquiry.lead(room.desk.site_id, ref)
    except Exception as error:
        log.error("lead_store_not_reached", error=type(error).__name__)
        lead = None
    room.client.views_update(view_id=view_id, view=modals.reply_modal(ref, channel, lead.transcript if lead else ()))


def show(look: Look, body: dict[str, Any], value: str, by: Person) -> None:
    ref, desk = reference(value), look.room.desk
    if ref is None:
        look.tell(body, said(STRANGE))
        return
    look.room.reads.later(lambda: look.tell(body, safely(lambda: status.answer(desk, Ask("status", ref), by, ""))))


def asks(verb: str) -> Then:
    """Opens the modal of a verb; it needs nothing that has to be read first."""
    return lambda look, body, value, by: _open_form(look, body, reference(value), FORMS[verb])


def _open_form(look: Look, body: dict[str, Any], ref: str | None, form: Callable[[str, str | None], Block]) -> None:
    if ref is None:
        look.tell(body, said(STRANGE))
    else:
        look.open(body, form(ref, look.room.reply_to(body).channel))


def more(look: Look, body: dict[str, Any], value: str, by: Person) -> None:
    """The menu: `status:L-1042`, `note:L-1042`, `won:L-1042`, and whatever older cards still offer."""
    verb, _, ref = value.partition(":")
    if verb == "status":
        show(look, body, ref, by)
    elif verb in FORMS:
        _open_form(look, body, reference(ref), FORMS[verb])
    else:
        look.tell(body, said(STRANGE))


def page(look: Look, body: dict[str, Any], value: str, by: Person) -> None:
    """`10:list mine`: the same question again from the tenth on, in place of the page before."""
    offset, _, asked = value.partition(":")
    verb, _, words = asked.partition(" ")
    if verb not in PAGED or not offset.isascii() or not offset.isdigit() or len(offset) > 6:
        look.tell(body, said(STRANGE))
        return
    desk, ask = look.room.desk, Ask(verb, words)
    turn = lambda: PAGED[verb](desk, ask, by, "", int(offset))  # noqa: E731
    look.room.reads.later(lambda: look.tell(body, safely(turn), replace_original=True))
