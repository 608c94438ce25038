"""What reps do to leads: a wish is read, stored in the inbox, worked once, and its outcome told to who wished it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.answers import ReplyTo, Teller
from bot.blocks import Message
from bot.commands import (
    accept,
    add,
    agree,
    assign,
    claim,
    disqualify,
    lost,
    mute,
    note,
    release,
    reopen,
    reply,
    return_,
    snooze,
    stage,
    won,
)
from bot.config import Desk, Outcome
from bot.grammar import Filters, Unclear
from bot.lists import choice_card, said, unknown_lead
from bot.outcomes import words_of
from bot.wishes import Wish
from qualification.promises import InboxRow
from qualification.views import LeadView, Person

KIND = "slack.change"
_PERFORM: Mapping[str, Callable[[Desk, str, Person, Wish], Outcome | Message]] = {
    "claim": claim.perform,
    "release": release.perform,
    "accept": accept.perform,
    "return": return_.perform,
    "note": note.perform,
    "assign": assign.perform,
    "snooze": snooze.perform,
    "stage": stage.perform,
    "won": won.perform,
    "lost": lost.perform,
    "disqualify": disqualify.perform,
    "reopen": reopen.perform,
    "reply": reply.perform,
    "unsend": reply.unsend,
    "handback": reply.hand_back,
}
READ: Mapping[str, Callable[[str], Wish | Unclear]] = {
    "add": add.read,
    mute.VERB: mute.read,
    "claim": claim.read,
    "release": release.read,
    "accept": accept.read,
    "return": return_.read,
    "note": note.read,
    "assign": assign.read,
    "snooze": snooze.read,
    "stage": stage.read,
    "won": won.read,
    "lost": lost.read,
    "disqualify": disqualify.read,
    "reopen": reopen.read,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A wish with who wished it and where they wait for the answer; as the inbox keeps it."""

    wish: Wish
    by: Person
    to: ReplyTo

    def to_json(self) -> dict[str, Any]:
        return {"wish": asdict(self.wish), "by": asdict(self.by), "to": self.to.to_json()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Change":
        return Change(Wish(**data["wish"]), Person(**data["by"]), ReplyTo.from_json(data["to"]))


def work(desk: Desk, teller: Teller, row: InboxRow) -> None:
    """The inbox's handler. Seen twice after a crash it does no harm: the door re-reads where the lead stands."""
    change = Change.from_json(row.payload)
    teller.tell(change.to, perform(desk, replace(change, wish=replace(change.wish, key=row.key))))


def perform(desk: Desk, change: Change) -> Message:
    """Does it when the words name one lead; otherwise asks back."""
    if change.wish.verb == "add":
        return add.perform(desk, change.by, change.wish)
    if change.wish.verb == mute.VERB:
        return mute.perform(desk, change.by, change.wish)
    if change.wish.verb in agree.VERBS:
        return agree.perform(desk, change.by, change.wish)
    ref = resolve(desk, change.wish, change.by)
    if isinstance(ref, Message):
        return ref
    outcome = _PERFORM[change.wish.verb](desk, ref, change.by, change.wish)
    return outcome if isinstance(outcome, Message) else said(words_of(outcome, ref, desk.clock()))


def resolve(desk: Desk, wish: Wish, by: Person) -> str | Message:
    """The reference that is meant; `last` is one's own newest lead, and for a claim the newest unclaimed one.

    For a claim `first` is the best of the queue.
    """
    if wish.ref is not None:
        return wish.ref
    if wish.verb == "claim" and wish.words.lower() == "first":
        best = desk.doors.enquiry.queue(desk.site_id, 1)
        return best[0].ref if best else said("The queue is empty: nobody waits.")
    if wish.words.lower() == "last":
        wanted = Filters(handoff="offered") if wish.verb == "claim" else Filters(owner=by.id)
        rows = desk.listed(wanted, 1)
        return rows[0].ref if rows else said("There is no such lead: nothing is open for you.")
    found = desk.doors.enquiry.status(desk.site_id, wish.words)
    if isinstance(found, LeadView):
        return found.ref
    return choice_card(wish.words, found) if found else unknown_lead(wish.words)
