"""`/lead help`: every verb in a line; `/lead` alone adds one's open leads."""

from bot import blocks
from bot.blocks import Message
from bot.commands import me
from bot.config import Desk
from bot.grammar import Ask
from qualification.views import Person

LINES = (
    (
        "status L-1042",
        "one lead at a glance; also by e-mail, phone, name or `last`; `--share` for its channel",
    ),
    ("find acme", "leads by part of a name, company, address or number"),
    (
        "list",
        "newest leads, or `mine` `unclaimed` `stage:mql` `score>60` `since:2d` `source:chat` `rep:@name`",
    ),
    ("queue", "who waits because the day is full, best first; `/lead claim first` takes the best"),
    ("transcript L-1042", "the conversation so far"),
    ("add ana@northwind.io", "somebody you met; `company: ...; size: ...; need: ...; source: event ...` may follow"),
    ("revisit", "old leads worth another look, and why"),
    ("stats 7d by rep", "how the hand-off goes: `today` `7d` `30d` `quarter`, `by rep` `by source` `by rule`"),
    ("undelivered", "what slips through between marketing and sales"),
    ("simulate we are 120 people", "what a visitor would hear, and what it would be worth; `|` parts turns"),
    ("me", "who I think you are, and your open leads"),
    ("mute 2h", "no reminders and no leads given to you until then; `/lead mute off` ends it"),
    ("claim L-1042", "take a lead that is on offer"),
    ("accept L-1042", "take it on: it becomes sales-qualified; `need: ...; next: ...` may follow"),
    ("return L-1042 no_budget why", "hand it back to marketing with a reason"),
    ("release L-1042", "let somebody else claim it"),
    ("assign L-1042 @ben", "give it to a colleague"),
    ("snooze L-1042 tomorrow", "let it rest: `2h`, `tomorrow`, `mon`, `2026-12-01`"),
    (
        "stage L-1042 prospect",
        "to prospect, opportunity or customer, with `need: ...; next: ...; amount: ...; date: ...`",
    ),
    ("won L-1042 12k EUR", "the deal is made"),
    ("lost L-1042 no_budget why", "it is over"),
    ("disqualify L-1042 spam", "it does not count, and no rule changes that"),
    ("reopen L-1042", "what was lost, disqualified, returned or expired goes on"),
    ("note L-1042 text", "keep a note for sales; the visitor never sees it"),
    ("help", "this list"),
)
TEXT = "`/lead` knows: " + ", ".join(f"`{line.split()[0]}`" for line, _ in LINES) + "."


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    told = "\n".join(f"`/lead {line}` · {what}" for line, what in LINES)
    close = "Answers are for your eyes only. The start of a verb is enough for looking things up."
    return Message(TEXT, (blocks.section(f"*What I can do*\n{told}"), blocks.context([close])))


def home(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    """A bare `/lead`."""
    mine, known = me.answer(desk, ask, by, channel), answer(desk, ask, by, channel)
    return Message(f"{mine.text} {known.text}", (*mine.blocks, *known.blocks))
