"""Block Kit's pieces, each cut to Slack's limit where it is made, so that no length can ever lose an alert."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.escape import cut, literal, plain

Block = dict[str, Any]
MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
HEADER, SECTION, FIELD, CONTEXT, BUTTON, VALUE = 150, 3000, 2000, 2000, 75, 2000
MOST_FIELDS, MOST_BUTTONS, MOST_CONTEXTS, MOST_OPTIONS = 10, 25, 10, 5
OPTION_VALUE, MODAL_TITLE, PRIVATE_METADATA = 150, 24, 3000
FALLBACK = 600
CHART_TITLE, CHART_LABEL, MOST_BARS = 50, 20, 20
MOST_CHARACTERS = 11_900  # Slack refuses somewhere near 13,200 in all


@dataclass(frozen=True, slots=True)
class Message:
    """What is said in Slack. `text` is read by screen readers and notifications and is never empty."""

    text: str
    blocks: tuple[Block, ...] = ()
    in_channel: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button to be. `label` is what a screen reader says instead of the short text."""

    action_id: str
    text: str
    value: str
    label: str
    style: str | None = None


def plain_text(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}


def marked(text: str, limit: int) -> Block:
    """Our own markup around parts that are escaped already."""
    return {"type": "mrkdwn", "text": text if len(text) <= limit else _shortened(text, limit), "verbatim": True}


def _shortened(text: str, limit: int) -> str:
    """Whole lines are dropped, so that no entity, mention or date is cut in two; one overlong line loses its markup."""
    kept: list[str] = []
    for line in text.split("\n"):
        if sum(len(each) + 1 for each in kept) + len(line) + 1 > limit:
            break
        kept.append(line)
    return "\n".join([*kept, "…"]) if kept else cut(plain(text, limit), limit)


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    also = {"accessory": accessory} if accessory else {}
    return {"type": "section", "text": marked(text, SECTION), **also}


def fields(texts: Sequence[str]) -> Block:
    return {"type": "section", "fields": [marked(text, FIELD) for text in texts[:MOST_FIELDS]]}


def context(texts: Sequence[str]) -> Block:
    return {"type": "context", "elements": [marked(text, CONTEXT) for text in texts[:MOST_CONTEXTS]]}


def bar_chart(title: str, bars: Sequence[tuple[str, int]], name: str) -> Block:
    """One series. slack_sdk has no class for it; a workspace that does not know it yet refuses the message."""
    labels = [plain(label, CHART_LABEL) for label, _ in bars[:MOST_BARS]]
    points = [{"label": label, "value": value} for label, (_, value) in zip(labels, bars, strict=False)]
    chart = {"type": "bar", "series": [{"name": plain(name, CHART_LABEL), "data": points}]}
    axis = {"axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": plain(title, CHART_TITLE), "chart": {**chart, **axis}}


def without_charts(message: Message) -> Message:
    return replace(message, blocks=tuple(one for one in message.blocks if one["type"] != "data_visualization"))


def actions(block_id: str, buttons: Iterable[Pressed]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": [button(one) for one in buttons][:MOST_BUTTONS]}


def button(one: Pressed) -> Block:
    style = {"style": one.style} if one.style else {}
    return {
        "type": "button",
        "action_id": one.action_id,
        "text": plain_text(one.text, BUTTON),
        "value": one.value[:VALUE],
        "accessibility_label": plain(one.label, BUTTON),
        **style,
    }


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """Options as (text, value)."""
    shown = [{"text": plain_text(text, BUTTON), "value": value[:OPTION_VALUE]} for text, value in options]
    return {"type": "overflow", "action_id": action_id, "options": shown[:MOST_OPTIONS]}


def rich_text(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def rich_line(*pieces: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(pieces)}


def rich_list(lines: Iterable[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def rich_quote(*pieces: Block) -> Block:
    return {"type": "rich_text_quote", "elements": list(pieces)}


def said(text: str, limit: int, bold: bool = False) -> Block:
    """Somebody's words, literally: in rich text Slack parses nothing."""
    style = {"style": {"bold": True}} if bold else {}
    return {"type": "text", "text": literal(text, limit), **style}


def ours(text: str, bold: bool = False) -> Block:
    """Our own words between theirs; blanks at the ends are kept."""
    style = {"style": {"bold": True}} if bold else {}
    return {"type": "text", "text": text, **style}


def link(url: str, text: str) -> Block:
    """Ours alone: what visitors write is never made a link."""
    return {"type": "link", "url": url, "text": literal(text, 150)}


def size(blocks: Sequence[Block]) -> int:
    """Counted with the markup, which is more than Slack counts."""
    return len(json.dumps(blocks, ensure_ascii=False))
