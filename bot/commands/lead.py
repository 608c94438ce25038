"""`/lead`: reads what was typed and answers it, or takes the change and has it worked."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack

from bot.answers import body as ack_body
from bot.blocks import Message
from bot.changes import READ, Change
from bot.commands import find, help, list, me, queue, revisit, simulate, stats, status, transcript, undelivered
from bot.config import Desk
from bot.grammar import Ask, Unclear, parse
from bot.identity import Refused
from bot.lists import noted_above, said
from bot.room import Body, Room, key_of
from qualification.views import Person

Answer = Callable[[Desk, Ask, Person, str], Message]
LOOKS: Mapping[str, Answer] = {
    "status": status.answer,
    "find": find.answer,
    "list": list.answer,
    "queue": queue.answer,
    "me": me.answer,
    "transcript": transcript.answer,
    "revisit": revisit.answer,
    "stats": stats.answer,
    "undelivered": undelivered.answer,
    "simulate": simulate.answer,
    "help": help.answer,
}
ANSWERS: Mapping[str, Answer] = {**LOOKS, "home": help.home}
VERBS = (*LOOKS, *READ)


class LeadCommand:
    def __init__(self, room: Room) -> None:
        self._room = room

    def accept(self, ack: Ack, body: dict[str, Any], context: dict[str, Any]) -> None:
        """Within Slack's three seconds: the answer itself, or that it is being worked on."""
        message = self._accepted(body, context)
        if message is None:
            ack()
        else:
            ack(ack_body(message))

    def work(self, context: dict[str, Any]) -> None:
        self._room.work(context)

    def _accepted(self, body: Body, context: dict[str, Any]) -> Message | None:
        by = self._room.admit(body)
        if isinstance(by, Refused):
            return said(by.text)
        ask = read(str(body.get("text") or ""))
        if isinstance(ask, Unclear):
            return said(ask.text)
        return self._taken(body, ask, by, context) if ask.verb in READ else self._looked_up(body, ask, by)

    def _taken(self, body: Body, ask: Ask, by: Person, context: dict[str, Any]) -> Message | None:
        wish = READ[ask.verb](ask.words)
        if isinstance(wish, Unclear):
            return said(wish.text)
        change = Change(wish, by, self._room.reply_to(body))
        return self._room.take(key_of("command", body.get("trigger_id"), body), change, context)

    def _looked_up(self, body: Body, ask: Ask, by: Person) -> Message:
        to = self._room.reply_to(body)
        return self._room.reads.answer(
            lambda: answer(self._room.desk, ask, by, to.channel or ""),
            lambda message: self._room.teller.tell(to, message),
        )


def read(text: str) -> Ask | Unclear:
    return parse(text, tuple(LOOKS), tuple(READ))


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    return noted_above(ask.note, ANSWERS[ask.verb](desk, ask, by, channel))
