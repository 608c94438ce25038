"""Agreeing from the App Home: to criteria for one side, to a proposed bar. Who may is the agreement's business."""

from typing import cast

from bot.blocks import Message
from bot.config import Desk
from bot.lists import said
from bot.wishes import Wish
from qualification.versions import Side
from qualification.views import Person

WHY = {
    "not_an_approver": "the team file does not name you as an approver for this",
    "nothing_waits": "no version waits for approval any more",
    "no_such_version": "this version is not there any more",
    "superseded": "a newer version judges by now",
    "already_approved": "this side has agreed already",
    "same_person": "you agreed for the other side; two people have to",
    "nothing_proposed": "no change of the bar is proposed any more",
}
VERBS = ("approve_marketing", "approve_sales", "bar_approve", "bar_keep")


def perform(desk: Desk, by: Person, wish: Wish) -> Message:
    if wish.verb.startswith("bar_"):
        return _bar(desk, by, wish.verb == "bar_approve")
    side = cast(Side, wish.verb.partition("_")[2])
    done = desk.doors.agreement.approve(desk.site_id, by.id, side, int(wish.text))
    if not done.done:
        return said(f"Nothing was changed: {WHY.get(done.code, done.code)}.")
    left = f"{' and '.join(done.missing)} must agree too" if done.missing else "it judges from now on"
    return said(f"You agreed to criteria version {done.number} for {side}; {left}.")


def _bar(desk: Desk, by: Person, approves: bool) -> Message:
    decided = desk.doors.agreement.decide_threshold(desk.site_id, by.id, approves, desk.clock())
    if not decided.done:
        return said(f"Nothing was changed: {WHY.get(decided.code, decided.code)}.")
    return said("The proposed bar applies from now on." if approves else "The bar stays where it is.")
