"""`/lead mute 2h`, `/lead mute off`: no reminders, and no leads given by Foyer, for a while."""

from bot.blocks import Message
from bot.config import Desk
from bot.grammar import Unclear
from bot.lists import said
from bot.moments import is_moment, moment_of
from bot.wishes import Wish
from bot.words import moment
from qualification.views import Person

VERB = "mute"
UNTIL = "Until when? Type `/lead mute` and `2h`, `tomorrow`, `mon` or `2026-12-01`; `/lead mute off` ends it."
OFF = ("off", "end", "stop")


def read(words: str) -> Wish | Unclear:
    """Without a word: until tomorrow."""
    until = words.strip().removeprefix("until ") or "tomorrow"
    return Wish(VERB, "", text=until) if until.lower() in OFF or is_moment(until) else Unclear(UNTIL)


def perform(desk: Desk, by: Person, wish: Wish) -> Message:
    if wish.text.lower() in OFF:
        desk.doors.handoff.mute(desk.site_id, by, None)
        return said("You hear of leads again: reminders come, and Foyer may give you one.")
    until = moment_of(wish.text, desk.clock(), desk.config.team.hours)
    if until is None:
        return said(UNTIL)
    desk.doors.handoff.mute(desk.site_id, by, until)
    return said(f"Until {moment(until)} Foyer reminds you of nothing and gives you no lead. `/lead mute off` ends it.")
