"""Why a lead qualified, on the card: each rule with its points and the person's words, and what to ask next. Pure."""

from collections.abc import Iterator, Sequence

from bot import blocks
from bot.blocks import Block
from bot.escape import one_line
from bot.words import field_word
from qualification.views import LeadView


def why_blocks(lead: LeadView, share: float) -> Iterator[Block]:
    """Every rule that counted with its points and the person's words, the criteria's version, and what is open."""
    assessed = lead.assessment
    if assessed is None:
        return
    shown, size = assessed.reasons[: max(3, int(14 * share))], max(24, int(160 * share))
    version = f"criteria version {assessed.criteria_version}"
    reasons = [_reason(one.points, one.why, one.evidence, size) for one in shown]
    summary = f"Why: {assessed.score} points, {assessed.threshold} needed ({version})"
    groups = " · ".join(f"{field_word(name)} {points}" for name, points in assessed.groups.items())
    yield blocks.rich_text(
        blocks.rich_line(blocks.ours(summary, bold=True), *([blocks.ours(f": {groups}")] if groups else [])),
        *([blocks.rich_list(reasons)] if reasons else []),
        *_left_out(len(assessed.reasons) - len(shown), lead.ref),
        *_open_questions(lead.ask_next, size),
    )


def _reason(points: int, why: str, evidence: str, size: int) -> Block:
    words = [blocks.ours(": “"), blocks.said(one_line(evidence), size), blocks.ours("”")] if evidence.strip() else []
    return blocks.rich_line(blocks.ours(f"{points:+d} ", bold=True), blocks.said(one_line(why), size), *words)


def _left_out(count: int, ref: str) -> list[Block]:
    return [blocks.rich_line(blocks.ours(f"and {count} more: /lead status {ref}"))] if count > 0 else []


def _open_questions(unknown: Sequence[str], size: int) -> list[Block]:
    if not unknown:
        return []
    names = ", ".join(field_word(name) for name in unknown[:8])
    return [blocks.rich_line(blocks.ours("Not known yet, ask next: "), blocks.said(names, size * 2))]
