"""`/lead undelivered`: the leak meter, what slips through between marketing and sales."""

from collections.abc import Sequence

from bot import blocks
from bot.blocks import Block, Message
from bot.config import Desk
from bot.escape import mrkdwn
from bot.grammar import Ask
from bot.words import moment, person
from qualification.views import Leak, Leaks, Person

SHOWN = 10


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    leaks = desk.doors.enquiry.leaks(desk.site_id)
    return Message(meter(leaks), tuple(leak_blocks(leaks)))


def meter(leaks: Leaks) -> str:
    return (
        f"Lost in the hand-off: {leaks.lost}. Not claimed yet: {len(leaks.unowned)}, past their time: "
        f"{len(leaks.expired)}, sales not told: {len(leaks.undelivered)}."
    )


def leak_blocks(leaks: Leaks, but_unowned: bool = False) -> list[Block]:
    """`but_unowned`: those nobody has claimed are counted and shown elsewhere."""
    groups = {
        "Sales was not told": leaks.undelivered,
        "Past their time": leaks.expired,
        "Nobody has claimed": () if but_unowned else leaks.unowned,
    }
    shown = [blocks.section(_group(name, some)) for name, some in groups.items() if some]
    return [blocks.section(f"*{meter(leaks)}*"), *shown]


def _group(name: str, some: Sequence[Leak]) -> str:
    more = f"\nand {len(some) - SHOWN} more" if len(some) > SHOWN else ""
    return f"*{name}*\n" + "\n".join(map(_leak, some[:SHOWN])) + more


def _leak(one: Leak) -> str:
    owner = f" · {person(one.owner)}" if one.owner else ""
    why = f" · {mrkdwn(one.why, 120)}" if one.why else ""
    return f"`{mrkdwn(one.ref, 20)}` since {moment(one.since)}{owner}{why}"
