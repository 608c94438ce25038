"""When somebody wants it, as days from now: "asap", "in 6 weeks", "before Q1", "after summer", "no rush"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from qualification.facts import Horizon
from qualification.understanding import calendar_days as days
from qualification.understanding import horizon_spans as spans
from qualification.understanding import horizon_words as words
from qualification.understanding.bounds import spread
from qualification.understanding.found import Found
from qualification.understanding.horizon_grammar import (
    CJK,
    DATE,
    DURATION,
    EDGES,
    ENDED,
    EVENT,
    FAR,
    FIXED,
    SPELLED_DAY,
    WHEN,
)
from qualification.understanding.numbers import Skeleton, skeleton
from qualification.understanding.text import fold, lower


def find_horizons(text: str, bones: Skeleton, today: date, month_first: bool = True) -> Iterator[Found]:
    """`text` is folded and lower-cased, `bones` its skeleton."""
    for pattern, horizon, sure in FIXED:
        for match in pattern.finditer(text):
            yield Found("timeline", match.start(), match.end(), horizon, sure)
    for match in DATE.finditer(text):
        yield from _dated(match, today, month_first)
    for match in SPELLED_DAY.finditer(text):
        yield from _spelled(match, today)
    for match in DURATION.finditer(bones.text):
        yield from _durations(bones, match, today)
    for match in WHEN.finditer(bones.text):
        yield from _whens(bones, match, today)
    yield from _together(text, today)


def _together(text: str, today: date) -> Iterator[Found]:
    """Phrases written without blanks, and the ones that stand for another."""
    for phrase, meaning in CJK.items():
        at = text.find(phrase)
        if at >= 0:
            value = read_horizon(meaning, today)
            yield Found("timeline", at, at + len(phrase), value or Horizon(None, None), 0.6)
    for match in re.finditer(
        (
            r"(?<!\w)(?:by |before )?(?:the )?(?:eoy|year[- ]?end|jahresende|fin d'année|fin de año"
            r"|eom|month[- ]?end|eoq|quarter[- ]?end|eow)(?!\w)"
        ),
        text,
    ):
        unit = (
            "month"
            if "m" in match[0].split()[-1][:3] and "y" not in match[0][-4:]
            else "quarter"
            if "q" in match[0]
            else "week"
            if match[0].endswith("eow")
            else "year"
        )
        yield Found(
            "timeline", match.start(), match.end(), Horizon(0, _ahead(spans.unit_span(unit, today)[1], today)), 0.6
        )


def _dated(match: re.Match[str], today: date, month_first: bool) -> Iterator[Found]:
    day = _date_of(match, today, month_first)
    if day is None:
        return
    plain = not any(match[name] for name in ("by", "after", "from", "later"))
    weak = bool(match["weekday"] or match["bare_day"])
    if weak and match["weekday"] and len(match["weekday"]) < 4:
        return
    sure = 0.2 if weak else 0.5 if plain else 0.7
    yield Found("timeline", match.start(), match.end(), _around(match, (day, day), today), sure)


def _date_of(match: re.Match[str], today: date, month_first: bool) -> date | None:
    try:
        if match["iso"]:
            year, month, number = map(int, match["iso"].split("-"))
            return date(year, month, number)
        if match["slashed"]:
            return _slashed(match["slashed"], month_first)
        return _named_day(match, today)
    except ValueError:
        return None


def _slashed(words_: str, month_first: bool) -> date:
    first, second, year = map(int, re.split(r"[./-]", words_))
    year += 2000 if year < 100 else 0
    american = (month_first and "/" in words_ and first <= 12) or second > 12
    return date(year, first, second) if american else date(year, second, first)


def _named_day(match: re.Match[str], today: date) -> date:
    if match["weekday"]:
        return today + timedelta(days=(words.WEEKDAYS[match["weekday"]] - today.weekday() - 1) % 7 + 1)
    if match["bare_day"]:
        return _day_of_month(int(match["bare_day"]), match["of_month"] == "next", today)
    month = words.MONTH_OF[match["day_month"] or match["month_day"]]
    number = int(match["day"] or match["month_day_number"])
    year = match["day_year"] or match["month_day_year"]
    if year:
        return date(int(year), month, number)
    day = date(today.year, month, number)
    return day if day >= today else date(today.year + 1, month, number)


def _day_of_month(number: int, following: bool, today: date) -> date:
    month = days.months_later(today.replace(day=1), 1) if following or number < today.day else today
    return month.replace(day=number)


def _spelled(match: re.Match[str], today: date) -> Iterator[Found]:
    first, last = spans.coming(partial(spans.month_of_year, words.MONTH_OF[match["month"]]), today)
    day = last if match["which"] == "last day" else first.replace(day=15 if match["which"] == "fifteenth" else 1)
    yield Found("timeline", match.start(), match.end(), _around(match, (day, day), today), 0.7)


def _around(match: re.Match[str], span: days.Span, today: date) -> Horizon:
    """The span seen through its preposition: by, after, from, or the thing itself."""
    start, end = _ahead(span[0], today), _ahead(span[1], today)
    groups = match.groupdict()
    if groups.get("by") or groups.get("later"):
        single = span[0] == span[1]
        return Horizon(0, max(0, end if single or any(groups.get(name) for name in (*ENDED, *EDGES)) else start - 1))
    if groups.get("after"):
        return Horizon(max(0, end + 1), None)
    if groups.get("from") or groups.get("earliest"):
        return Horizon(max(0, start), None)
    return Horizon(max(0, start), max(0, end))


def _ahead(day: date, today: date) -> int:
    return min((day - today).days, FAR)


def _durations(bones: Skeleton, match: re.Match[str], today: date) -> Iterator[Found]:
    unit = _unit_name(match["unit"]) if match["unit"] else "week" if match["fortnight"] else None
    bare = unit is None
    if (bare and (not match["a"] or match["plus"])) or (
        match["one"] and not (match["in"] or match["within"] or match["tail"])
    ):
        return
    low, high = _counts(bones, match)
    if high > 4000 or bare:
        return
    hours = bool(match["unit"]) and bool(
        re.match(r"h", match["unit"]) or match["unit"] in ("stunden", "heures", "horas")
    )
    start, end = _later(today, low, unit or "month", hours), _later(today, high, unit or "month", hours)
    tail = match["tail"] or ""
    sure = 0.75 if match["in"] or match["within"] or match["beyond"] or "from" in tail else 0.35
    yield Found("timeline", *bones.span(*match.span()), _spent(match, tail, start, end), sure)


def _counts(bones: Skeleton, match: re.Match[str]) -> tuple[float, float]:
    if match["a"]:
        first = bones.at(match.start("a"))
        if match["b"]:
            bounds = spread(first, bones.at(match.start("b")))
            return bounds.low or 0, bounds.high or 0
        return first.value, first.value
    if match["few"]:
        return 2, 4
    both = 2 if match["couple"] or match["fortnight"] else 0.5 if match["half"] else 1
    return both, both


def _later(today: date, count: float, unit: str, hours: bool) -> int:
    if unit in ("day", "week"):
        return round(count / 24) if hours else round(count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    whole = int(months)
    return min(FAR, (days.months_later(today, whole) - today).days + round((months - whole) * 30))


def _spent(match: re.Match[str], tail: str, start: int, end: int) -> Horizon:
    if (
        match["within"]
        or "max" in tail
        or "tops" in tail
        or "less" in tail
        or "以" in tail
        or "most" in tail
        or "latest" in tail
    ):
        return Horizon(0, end)
    if match["beyond"] or match["plus"]:
        return Horizon(start, None)
    return Horizon(start, end)


def _unit_name(word: str) -> str:
    return next(name for name, pattern in words.UNITS.items() if re.fullmatch(pattern, word))


def _whens(bones: Skeleton, match: re.Match[str], today: date) -> Iterator[Found]:
    read = _when(bones, match, today)
    if read is None:
        return
    span, sure = read
    if any(match[name] for name in EDGES) or (match["end"] and not match["by"]):
        span = _not_past(_part(span, match), today)
        sure = max(sure, 0.6)
    if match["by"] or match["after"] or match["from"] or match["later"] or match["in"]:
        sure = max(sure, 0.6) if not match["month"] or len(match["month"]) > 3 or match["by"] else sure
    yield Found("timeline", *bones.span(*match.span()), _around(match, span, today), sure)


def _part(span: days.Span, match: re.Match[str]) -> days.Span:
    """Early, middle or late in it: thirds."""
    first, last = span
    third = ((last - first).days + 1) // 3
    if match["opening"] or match["closing"]:
        return (first, first + timedelta(days=6)) if match["opening"] else (last - timedelta(days=6), last)
    if match["late"] and "half" in match["late"]:
        return first + (last - first + timedelta(days=1)) // 2, last
    if match["early"]:
        return first, first + timedelta(days=max(third, 1) - 1)
    if match["mid"]:
        return first + timedelta(days=third), first + timedelta(days=2 * third - 1)
    return last - timedelta(days=max(third, 1) - 1), last


def _not_past(span: days.Span, today: date) -> days.Span:
    return span if span[1] >= today else (days.months_later(span[0], 12), days.months_later(span[1], 12))


def _when(bones: Skeleton, match: re.Match[str], today: date) -> tuple[days.Span, float] | None:
    year = _year(bones, match, today)
    if year is not None and not 2020 <= year <= 2100:
        return None
    if match["the_year"] is not None:
        value = bones.at(match.start("the_year")).value
        named = any(match[name] for name in ("by", "after", "from", "in", "end", *EDGES))
        return (days.year_span(int(value)), 0.5 if named else 0.25) if today.year <= value <= today.year + 15 else None
    if match["next"] or match["this"]:
        return spans.relative(match, today), 0.6
    if match["week"]:
        number = int(bones.at(match.start("week")).value)
        return (spans.coming(partial(spans.week_of_year, number), today), 0.5) if 1 <= number <= 53 else None
    if match["unit_end"]:
        plain = not match["end"] and not any(match[name] for name in EDGES)
        return None if plain else (spans.unit_span(match["unit_end"], today), 0.5)
    return spans.named_span(match, today, year)


def _year(bones: Skeleton, match: re.Match[str], today: date) -> int | None:
    for kind in ("month", "quarter", "half", "season", "feast"):
        if match[f"next_{kind}"]:
            return today.year + 1
        if match[f"year_{kind}"]:
            value = bones.at(match.start(f"year_{kind}")).value
            return int(value) if value == int(value) else 0
    return None


def read_horizon(phrase: str, today: date, month_first: bool = True) -> Horizon | None:
    """The value of a span somebody already took for a timeline, None when no date can be made of it."""
    text = lower(fold(phrase))
    found = list(find_horizons(text, skeleton(text), today, month_first))
    best = max(found, key=lambda one: (one.end - one.start, one.sure), default=None)
    value = best.value if best and isinstance(best.value, Horizon) else None
    return _of_event(text, best.start, value) if best and value else None


def _of_event(text: str, at: int, value: Horizon) -> Horizon:
    """ "Before the audit in May": the date is the event's, the preposition stands further ahead."""
    opening = EVENT.match(text)
    if not opening or opening.end() > at or value.to_days is None:
        return value
    return Horizon(0, value.to_days) if opening["by"] else Horizon(value.to_days + 1, None)


def render_horizon(horizon: Horizon) -> str:
    """Words this grammar reads back to the same value."""
    low, high = horizon.from_days, horizon.to_days
    if high is None:
        return "no rush" if low is None else f"at least {low} days"
    if low == high:
        return f"in {high} days"
    return f"within {high} days" if not low else f"in {low}-{high} days"
