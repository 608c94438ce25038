"""The App Home: my leads, who waits, my figures; for those who run the desk also leaks, criteria and bar. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import blocks
from bot.blocks import Block, Pressed
from bot.commands.stats import sentence
from bot.commands.undelivered import leak_blocks
from bot.escape import mrkdwn
from bot.lists import row_block
from bot.words import moment
from qualification.figures import Tally
from qualification.team import Route, Team, When
from qualification.views import LeadRow, Leaks, Person

MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Running:
    """What managers and approvers look after. `waits` are version and sides that have not agreed."""

    criteria: str
    waits: tuple[int, tuple[str, ...]] | None
    bar: str
    bar_waits: bool
    leaks: Leaks
    channel: str
    team: Team


@dataclass(frozen=True, slots=True)
class Home:
    by: Person
    mine: Sequence[LeadRow]
    free: Sequence[LeadRow]
    held: Sequence[LeadRow]
    figures: Tally | None
    running: Running | None = None
    muted_until: datetime | None = None


def view(home: Home) -> Block:
    shown = [
        blocks.section(f"*{mrkdwn(home.by.name, 80)}*, {mrkdwn(home.by.role, 40)}{_settings(home)}"),
        blocks.actions("home", [Pressed("home_refresh", "Refresh", "home", "Refresh this page")]),
        *_leads("My open leads", home.mine, "None. `/lead list unclaimed` shows what is free."),
        *_leads("Nobody has claimed, most points first", home.free, "Every lead on offer has somebody."),
        *(_leads("In the queue until sales has room, best first", home.held, "") if home.held else []),
        *_figures(home.figures),
        *(_running(home.running) if home.running else []),
    ]
    return {"type": "home", "blocks": shown[: blocks.MOST_VIEW_BLOCKS]}


def _settings(home: Home) -> str:
    if home.muted_until:
        return f"\nMuted until {moment(home.muted_until)}: no reminders, no leads given. `/lead mute off` ends it."
    return "\nReminders are on. `/lead mute 2h` gives you quiet."


def words_view(text: str) -> Block:
    return {"type": "home", "blocks": [blocks.section(text)]}


def _leads(heading: str, rows: Sequence[LeadRow], nobody: str) -> list[Block]:
    more = [blocks.context(["and more: `/lead list`"])] if len(rows) > MOST_ROWS else []
    return [blocks.header(heading), *([row_block(row) for row in rows[:MOST_ROWS]] or [blocks.section(nobody)]), *more]


def _figures(tally: Tally | None) -> list[Block]:
    told = sentence(tally) if tally else "Nothing yet: what you claim is counted here."
    return [blocks.header("My last 30 days"), blocks.section(told)]


def _running(running: Running) -> list[Block]:
    return [
        blocks.header("Running the desk"),
        *leak_blocks(running.leaks, but_unowned=True),
        blocks.section(f"*Criteria*\n{mrkdwn(running.criteria, 1500)}"),
        *_approvals(running),
        blocks.section(f"*Bar*\n{mrkdwn(running.bar, 600)}"),
        *_bar(running),
        blocks.section(f"*Channels*\n{_routes(running)}"),
    ]


def _approvals(running: Running) -> list[Block]:
    if running.waits is None:
        return []
    number, sides = running.waits
    buttons = [
        Pressed(f"home_approve_{side}", f"Approve for {side}", str(number), f"Approve version {number} for {side}")
        for side in sides
    ]
    return [blocks.actions("approve", buttons)] if buttons else []


def _bar(running: Running) -> list[Block]:
    apply_ = Pressed("home_bar_approve", "Let it apply", "bar", "Let the proposed bar apply")
    keep = Pressed("home_bar_keep", "Keep the bar", "bar", "Keep the bar where it is")
    return [blocks.actions("bar", [apply_, keep])] if running.bar_waits else []


def _routes(running: Running) -> str:
    lines = [
        f"{_whither(route)}: {mrkdwn(', '.join(f'{name} {value}' for name, value in _when(route.when)), 200)}"
        for route in running.team.routes[:20]
    ]
    fallback = running.team.fallback_channel
    return "\n".join([*lines, f"<#{running.channel}>: all others", *([f"<#{fallback}>: fallback"] if fallback else [])])


def _whither(route: Route) -> str:
    to = f"to {mrkdwn(', '.join(route.to), 200)}" if route.to else ""
    return " ".join(filter(None, (f"<#{route.channel}>" if route.channel else "", to)))


def _when(when: When) -> list[tuple[str, object]]:
    told = when.model_dump(exclude_defaults=True)
    shown = {name: "/".join(value) if isinstance(value, tuple) else value for name, value in told.items()}
    return [(name.replace("_", " "), value) for name, value in shown.items()]
