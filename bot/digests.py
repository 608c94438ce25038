"""The digest of a day or a week: what came, what became of it, what still waits. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from bot import blocks
from bot.blocks import Block, Message
from bot.commands.stats import span_of
from bot.escape import mrkdwn
from bot.words import moment
from qualification.digest import Digest, Week
from qualification.figures import Tally
from qualification.stages import Stage
from qualification.views import Leak

STAGES: dict[Stage, str] = {
    "lead": "Leads",
    "mql": "MQLs",
    "sql": "SQLs",
    "prospect": "Prospects",
    "opportunity": "Opportunities",
    "customer": "Customers",
}
REVIEW_SOON = timedelta(days=14)


def digest_message(digest: Digest) -> Message:
    heading = "The last week at the sales desk" if digest.week else "Since yesterday morning"
    if not digest.week and digest.until - digest.since > timedelta(days=1, hours=1):
        heading = "Since the last working morning"
    done = _done(digest)
    shown = [
        blocks.header(heading),
        *(_funnel(digest.week) if digest.week else []),
        blocks.section(done),
        *([blocks.section(_free(digest))] if digest.free else []),
        *(_week(digest.week, digest) if digest.week else []),
        blocks.context([_left(digest)]),
    ]
    return Message(f"{heading}: {done} {_left(digest)}", tuple(shown))


def _done(digest: Digest) -> str:
    came = _counted(digest.came, "lead came to sales", "leads came to sales")
    by = ", ".join(f"{mrkdwn(name.replace('_', ' '), 40)} {count}" for name, count in digest.sources)
    wait = f" (median wait {span_of(digest.waited)})" if digest.waited is not None else ""
    parts = [f"{digest.claimed} claimed{wait}", f"{digest.accepted} accepted", f"{digest.returned} returned"]
    parts += [f"{count} {word}" for count, word in ((digest.won, "won"), (digest.closed, "lost")) if count]
    return f"*{came}*{f' by {by}' if by else ''}. {', '.join(parts)}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count or 'No'} {one if count == 1 else many}"


def _free(digest: Digest) -> str:
    rows = [f"{leak.ref} since {moment(leak.since)}" for leak in digest.free]
    more = digest.free_in_all - len(rows)
    also = [f"and {more} more: `/lead list unclaimed`"] if more else []
    return "\n".join([f"*Nobody has claimed {_whom(digest.free)}*", *rows, *also])


def _whom(free: Sequence[Leak]) -> str:
    return "this lead" if len(free) == 1 else "these leads"


def _left(digest: Digest) -> str:
    held = f"{digest.held} in the queue. " if digest.held else ""
    which = " `/lead undelivered` names them." if digest.lost else ""
    return f"{held}Lost in the hand-off: {digest.lost}.{which}"


def _funnel(week: Week) -> list[Block]:
    """Numbers and the part of the step before: bars alone are unreadable where thousands become a handful."""
    bars = [(STAGES[stage], count) for stage, count in week.funnel]
    before: int | None = None
    lines = []
    for name, count in bars:
        lines.append(f"{name}: *{count}*{f' ({count / before:.0%} of the step before)' if before else ''}")
        before = count
    return [blocks.bar_chart("Who reached which stage", bars, "People"), blocks.section("\n".join(lines))]


def _week(week: Week, digest: Digest) -> list[Block]:
    by_source = _rates("Accepted by source", week.by_source)
    by_rule = _rates("Accepted by rule", week.by_rule)
    return [*by_source, *by_rule, *_review(week, digest)]


def _rates(heading: str, rows: Sequence[Tally]) -> list[Block]:
    told = [
        f"{mrkdwn(row.name.replace('_', ' '), 60)}: {row.accept_rate or 0:.0%} "
        f"({row.accepted} of {row.accepted + row.returned})"
        for row in rows
    ]
    return [blocks.section("\n".join([f"*{heading}*", *told]))] if told else []


def _review(week: Week, digest: Digest) -> list[Block]:
    if week.review_by is None or week.review_by > (digest.until + REVIEW_SOON).date():
        return []
    due = f"Version {week.version} of the criteria is to be looked at again by {week.review_by.isoformat()}."
    return [blocks.section(f"*Review due*: {due} `flask criteria replay` and `suggest` have the figures.")]
