"""Block Kit judged as Slack judges it: which blocks a message or view may hold, and how much of everything."""

import json
from collections.abc import Iterator
from typing import Any

from tryout.standin.elements import (
    BUTTON,
    DATETIME,
    IDENTIFIER,
    IMAGE,
    INPUTS,
    MULTI_SELECTS,
    OVERFLOW,
    PICKERS,
    SELECTS,
    URL,
    plain,
    text,
    texts,
)
from tryout.standin.rich_text import RICH_TEXT_ELEMENTS
from tryout.standin.schema import (
    Check,
    Problems,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    items,
    number,
    problem,
    record,
    string,
)

MOST_TEXT = 13_200  # of all blocks together; undocumented, reported by many as msg_blocks_too_long
LARGEST_VIEW = 250_000
LARGEST_METADATA = 8_000

PRESSED = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **PICKERS}
ACCESSORIES = {**PRESSED, **MULTI_SELECTS, "image": IMAGE}
CONTEXT = {"image": IMAGE, **texts(2000)}
FILLED_IN = {**INPUTS, **SELECTS, **MULTI_SELECTS, **PICKERS, **DATETIME}


def labels_are_categories(chart: Any, at: str) -> Problems:
    """Every series has one point for each category of the axis."""
    axis, series = chart.get("axis_config"), chart.get("series")
    if not isinstance(axis, dict) or not isinstance(series, list):
        return
    for index, one in enumerate(series):
        points = one.get("data") if isinstance(one, dict) else None
        labels = [point.get("label") for point in points if isinstance(point, dict)] if isinstance(points, list) else []
        if labels != axis.get("categories"):
            yield problem("labels must match the categories of the axis", f"{at}/series/{index}/data")


SERIES = record({"name": string(20), "data": items(record({"label": string(20), "value": number}), most=20)})
AXIS = record({"categories": items(string(20), most=20)}, {"x_label": string(50), "y_label": string(50)})
PLOTTED = record({"series": items(SERIES, most=6), "axis_config": AXIS}, {}, labels_are_categories)
CHARTS = {
    "pie": record({"segments": items(record({"label": string(20), "value": number}), most=6)}),
    **dict.fromkeys(("bar", "line", "area"), PLOTTED),
}
MOST_CHARTS = 2


def block(needs: dict[str, Check], takes: dict[str, Check] | None = None, *also: Check) -> Check:
    return record(needs, {"block_id": IDENTIFIER, **(takes or {})}, *also)


BLOCKS: dict[str, Check] = {
    "header": block({"text": plain(150)}),
    "divider": block({}),
    "section": block(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), most=10),
            "accessory": by_type(ACCESSORIES),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "context": block({"elements": items(by_type(CONTEXT), most=10)}),
    "actions": block({"elements": items(by_type({**PRESSED, **DATETIME}), most=25)}),
    "image": block(
        {"alt_text": string(2000)},
        {"image_url": URL, "title": plain(2000), "slack_file": record({}, {"id": IDENTIFIER, "url": URL})},
        exactly_one("image_url", "slack_file"),
    ),
    "data_visualization": block({"title": string(50), "chart": by_type(CHARTS)}),
    "rich_text": block({"elements": RICH_TEXT_ELEMENTS}),
    "markdown": block({"text": string(12_000)}),
    "input": block(
        {"label": plain(2000), "element": by_type(FILLED_IN)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
}
VIEW_BLOCKS = {name: check for name, check in BLOCKS.items() if name not in ("markdown", "data_visualization")}
COMMON = {"callback_id": IDENTIFIER, "external_id": IDENTIFIER, "private_metadata": string(3000, 0)}
VIEWS: dict[str, Check] = {
    "modal": record(
        {"title": plain(24), "blocks": items(by_type(VIEW_BLOCKS), fewest=0, most=100)},
        {
            **COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": record({"blocks": items(by_type(VIEW_BLOCKS), fewest=0, most=100)}, COMMON),
}


def block_problems(blocks: Any, at: str = "/blocks") -> list[str]:
    """What Slack would refuse about the blocks of a message; empty when it would take them."""
    found = list(items(by_type(BLOCKS), fewest=0, most=50)(blocks, at))
    return found or [*_repeated_ids(blocks, at), *_too_many_charts(blocks, at)]


def _too_many_charts(blocks: list[dict[str, Any]], at: str) -> Problems:
    if sum(one["type"] == "data_visualization" for one in blocks) > MOST_CHARTS:
        yield problem(f"no more than {MOST_CHARTS} data_visualization blocks allowed", at)


def view_problems(view: Any, at: str = "/view") -> list[str]:
    """The same for a modal or a home tab."""
    found = list(by_type(VIEWS)(view, at))
    return found or [*_repeated_ids(view["blocks"], f"{at}/blocks"), *_view_as_a_whole(view, at)]


def _repeated_ids(blocks: list[dict[str, Any]], at: str) -> Problems:
    yield from _repeats(((one.get("block_id"), f"{at}/{n}/block_id") for n, one in enumerate(blocks)), "block_id")
    for n, one in enumerate(blocks):
        ids = ((part.get("action_id"), f"{at}/{n}") for part in interactive(one))
        yield from _repeats(ids, "action_id")


def _repeats(ids: Iterator[tuple[str | None, str]], name: str) -> Problems:
    seen: set[str] = set()
    for value, at in ids:
        if value is not None and value in seen:
            yield problem(f"`{name}` {value} already exists", at)
        seen.add(value or "")


def interactive(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a block a person can press or fill in."""
    parts = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    passive = {"image", "mrkdwn", "plain_text"}
    return [
        part
        for part in parts
        if isinstance(part, dict) and part.get("type") not in passive and block["type"] not in ("context", "rich_text")
    ]


def _view_as_a_whole(view: dict[str, Any], at: str) -> Problems:
    asks = any(one["type"] == "input" for one in view["blocks"])
    if view["type"] == "modal" and asks and "submit" not in view:
        yield problem("missing required field: submit", at)
    focused = [part for one in view["blocks"] for part in interactive(one) if part.get("focus_on_load")]
    if len(focused) > 1:
        yield problem("only one element can have focus_on_load", f"{at}/blocks")


def too_much_text(blocks: list[dict[str, Any]]) -> bool:
    return _text_length(blocks) > MOST_TEXT


def _text_length(part: Any) -> int:
    if isinstance(part, list):
        return sum(_text_length(one) for one in part)
    if not isinstance(part, dict):
        return 0
    own = len(part["text"]) if isinstance(part.get("text"), str) else 0
    return own + sum(_text_length(one) for one in part.values())


def view_too_large(view: dict[str, Any]) -> bool:
    return len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW


def metadata_error(metadata: dict[str, Any]) -> str | None:
    """Slack's error code for message metadata it would refuse."""
    shape = record({"event_type": string(255, pattern=r"[A-Za-z][\w.-]*"), "event_payload": _any_object})
    if list(shape(metadata, "/metadata")):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > LARGEST_METADATA else None


def _any_object(value: Any, at: str) -> Problems:
    if not isinstance(value, dict):
        yield problem("must provide an object", at)
