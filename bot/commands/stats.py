"""`/lead stats 7d by rep`: how the hand-off goes."""

from datetime import UTC, datetime, time, timedelta
from typing import cast, get_args
from zoneinfo import ZoneInfo

from bot import blocks
from bot.blocks import Block, Message
from bot.config import Desk
from bot.escape import mrkdwn
from bot.grammar import Ask
from bot.lists import said
from bot.words import person
from qualification.figures import By, Figures, Tally
from qualification.views import Person

DAYS = {"today": 0, "7d": 7, "30d": 30, "quarter": 91}
HOW = "Type `/lead stats` and `today`, `7d`, `30d` or `quarter`, then `by rep`, `by source` or `by rule` if you like."


def answer(desk: Desk, ask: Ask, by: Person, channel: str) -> Message:
    words = [word for word in ask.words.lower().split() if word != "by"]
    span = next((word for word in words if word in DAYS), "30d")
    group = next((word for word in words if word in get_args(By)), None)
    if len(words) > len({span, group} & set(words)):
        return said(f"I cannot count that. {HOW}")
    since = start_of(span, desk.clock(), desk.config.team.hours.zone)
    found = desk.doors.enquiry.figures(desk.site_id, since, cast(By | None, group))
    heading = f"{'Today' if span == 'today' else f'Last {span}'}{f' by {group}' if group else ''}"
    return Message(f"{heading}: {sentence(found.whole)}", tuple(figure_blocks(heading, found, group)))


def start_of(span: str, now: datetime, zone: str) -> datetime:
    """Days begin at midnight where the team is."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=DAYS[span])
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def figure_blocks(heading: str, found: Figures, group: str | None = None) -> list[Block]:
    whole = f"*{heading}*: {sentence(found.whole)} Won {found.won}, lost {found.lost}."
    rows = "\n".join(f"{_name(row.name, group)}: {sentence(row)}" for row in found.rows[:20])
    return [blocks.section(whole), *([blocks.section(rows)] if rows else [])]


def sentence(tally: Tally) -> str:
    rate = f" ({tally.accept_rate:.0%} of those decided)" if tally.accept_rate is not None else ""
    wait = f", median time to claim {span_of(tally.waited)}" if tally.waited is not None else ""
    return (
        f"{tally.leads} {'lead' if tally.leads == 1 else 'leads'}, {tally.claimed} claimed{wait}, "
        f"{tally.accepted} accepted{rate}, {tally.returned} returned."
    )


def span_of(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // 1440} d"


def _name(name: str, group: str | None) -> str:
    return person(Person(name, name)) if group == "rep" else mrkdwn(name.replace("_", " "), 60)
