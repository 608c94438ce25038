"""What is made of things a person did: what they are worth, where somebody came from, and when a visit begins."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qualification.facts import Touchpoint

A_DAY = timedelta(days=1)
MOST_A_DAY = 100
"""So many touchpoints of one browser count in a day; further ones are kept for a while and worth nothing."""
SAME_A_DAY = 10
"""So often the same thing counts in a day: the same page, the same click."""
KEPT_A_DAY = 200
VISIT_ENDS = timedelta(minutes=30)
_BEHIND_AN_ARRIVAL = ("utm_", "gclid", "gbraid", "wbraid", "fbclid", "msclkid", "li_fat_id", "referrer")
_OF_A_CHANNEL = {"newsletter": "newsletter", "event": "event", "form": "form", "content": "content_click"}


def worthless(touch: Touchpoint, because: str) -> Touchpoint:
    """Kept and shown with the reason, and never counted."""
    return replace(touch, data={**touch.data, "worth": 0, "because": because})


def is_worth_something(touch: Touchpoint) -> bool:
    return touch.data.get("worth") != 0


def within_a_day(seen: Iterable[Touchpoint], before: Sequence[Touchpoint]) -> tuple[Touchpoint, ...]:
    """What of it is kept, after what the same browser did `before` within a day; a flood is worth a day of a person."""
    counted = Counter(_what(touch) for touch in before if is_worth_something(touch))
    kept = []
    for touch in tuple(seen)[: max(0, KEPT_A_DAY - len(before))]:
        if is_worth_something(touch):
            touch = _limited(touch, counted)
        if is_worth_something(touch):
            counted[_what(touch)] += 1
        kept.append(touch)
    return tuple(kept)


def _limited(touch: Touchpoint, counted: Counter[tuple[str, str, str]]) -> Touchpoint:
    if counted.total() >= MOST_A_DAY:
        return worthless(touch, f"more than {MOST_A_DAY} things in a day")
    if counted[_what(touch)] >= SAME_A_DAY:
        return worthless(touch, f"the same more than {SAME_A_DAY} times in a day")
    return touch


def _what(touch: Touchpoint) -> tuple[str, str, str]:
    return touch.type, (touch.url or "").partition("?")[0], str(touch.data.get("name", ""))


def begin_visit(seen: tuple[Touchpoint, ...], number: int) -> tuple[Touchpoint, ...]:
    """The first page somebody looks at carries the number of their visit."""
    first = next(place for place, touch in enumerate(seen) if is_view(touch))
    marked = replace(seen[first], data={**seen[first].data, "visit": number})
    return (*seen[:first], marked, *seen[first + 1 :])


def is_view(touch: Touchpoint) -> bool:
    return touch.type == "page_view" and is_worth_something(touch)


def looked_at(seen: Iterable[Touchpoint]) -> Iterator[tuple[Touchpoint, float]]:
    """Each page view with its seconds: until they went on, or did the last thing on it; at most half an hour."""
    going_on = sorted(seen, key=lambda touch: touch.at)
    for place, touch in enumerate(going_on):
        if is_view(touch):
            yield touch, _stay(touch, going_on[place + 1 :])


def _stay(page: Touchpoint, later: Sequence[Touchpoint]) -> float:
    left = page.at
    for touch in later:
        if touch.at - page.at > VISIT_ENDS:
            break
        left = touch.at
        if is_view(touch):
            break
    return (left - page.at).total_seconds()


def arrival(seen: Iterable[Touchpoint]) -> dict[str, dict[str, Any]] | None:
    """Where somebody came from: the first touch is any first page, the last one only a campaign or another website."""
    touch = next((behind for view in seen if is_view(view) and (behind := _behind(view.data))), None)
    if touch is None:
        return None
    return {"first": touch, "last": touch} if any(name != "landing" for name in touch) else {"first": touch}


def _behind(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name == "landing" or name.startswith(_BEHIND_AN_ARRIVAL)}


def when(at: datetime) -> str:
    """The time of a touch, so that the earlier one also reads as the smaller."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def touch_of_source(channel: str, name: str | None) -> tuple[str, dict[str, str]]:
    """Type and details of the touchpoint that being told of somebody is."""
    return _OF_A_CHANNEL.get(channel, "custom"), {"channel": channel, **({"name": name} if name else {})}
