"""Who else belongs beside a lead: perhaps the same person, colleagues, and what was merged. Facts in, Block Kit out."""

from collections.abc import Iterator

from bot import blocks
from bot.blocks import Block, Message
from bot.escape import mrkdwn, one_line
from bot.words import person, who
from qualification.views import Kin, LeadView

_STANDING = {
    "none": "not with sales",
    "offered": "not claimed yet",
    "claimed": "claimed by",
    "accepted": "accepted by",
    "returned": "returned",
    "expired": "expired",
}
_MOST = 3


def beside(lead: LeadView) -> Iterator[Block]:
    lines = [*_may_be(lead), *_colleagues(lead), *_merged(lead)]
    if lines:
        yield blocks.section("\n".join(lines))


def _may_be(lead: LeadView) -> Iterator[str]:
    """A claim nobody has checked: it joins nothing until a person says so."""
    for one in lead.may_be[:_MOST]:
        yield f"May be the same person as {_kin(one)}: {one.why}, not checked"


def _colleagues(lead: LeadView) -> Iterator[str]:
    if lead.colleagues:
        total = lead.colleagues_in_all
        company = mrkdwn(one_line(lead.company), 80) if lead.company else "the same company"
        shown = ", ".join(map(_kin, lead.colleagues[:_MOST]))
        rest = f" and {total - _MOST} more" if total > _MOST else ""
        yield f"{total} {'other' if total == 1 else 'others'} at {company}: {shown}{rest}"


def _merged(lead: LeadView) -> Iterator[str]:
    if lead.merged:
        refs = ", ".join(f"`{mrkdwn(one.ref, 20)}`" for one in lead.merged[:10])
        yield f"Merged into this lead: {refs}"


def _kin(one: Kin) -> str:
    owner = f" {person(one.owner)}" if one.handoff in ("claimed", "accepted") else ""
    return f"`{mrkdwn(one.ref, 20)}` {_STANDING[one.handoff]}{owner}"


def merged_card(ref: str, block_id: str, into: LeadView) -> Message:
    """What is left of the card of a lead that turned out to be another one's: where to work it."""
    text = f"Lead {mrkdwn(ref, 20)} was merged into `{mrkdwn(into.ref, 20)}` {mrkdwn(who(into), 160)}: work it there."
    return Message(
        text, ({**blocks.header(f"{ref} is part of {into.ref}"), "block_id": block_id}, blocks.section(text))
    )
