"""First and last day of what a phrase of time names: this quarter, next spring, week 12, the first half, Easter."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from qualification.understanding import calendar_days as days
from qualification.understanding import horizon_words as words
from qualification.understanding.horizon_grammar import ORDINALS


def named_span(match: re.Match[str], today: date, year: int | None) -> tuple[days.Span, float] | None:
    of_year, sure = _named(match)
    return (of_year(year) if year else coming(of_year, today), sure) if of_year else None


def _named(match: re.Match[str]) -> tuple[Callable[[int], days.Span] | None, float]:
    if match["month"]:
        ambiguous = match["month"] in (
            "may",
            "mar",
            "march",
            "jan",
            "mai",
            "dec",
            "mars",
            "jun",
            "mart",
            "august",
            "april",
            "june",
            "mei",
            "maj",
            "nisan",
        )
        return partial(month_of_year, words.MONTH_OF[match["month"]]), 0.35 if ambiguous else 0.5
    if quarter := match["quarter"] or match["quarter_word"] or match["quarter_pre"]:
        return partial(_quarter_of_year, ORDINALS.get(quarter) or int(quarter)), 0.6
    if half := match["half"] or match["half_word"]:
        return partial(_half_of_year, ORDINALS.get(half) or int(half)), 0.6
    if match["season"]:
        return partial(_season_of_year, words.SEASON_OF[match["season"]]), 0.3
    name = next((name for at, name in enumerate(days.FEASTS) if match[f"feast_{at}"]), None)
    return (partial(days.feast, name), 0.35) if name else (None, 0)


def month_of_year(month: int, year: int) -> days.Span:
    return days.month_span(year, month)


def _quarter_of_year(quarter: int, year: int) -> days.Span:
    return days.quarter_span(year, quarter)


def _half_of_year(half: int, year: int) -> days.Span:
    return days.half_span(year, half)


def _season_of_year(season: str, year: int) -> days.Span:
    return days.season_span(year, season)


def week_of_year(week: int, year: int) -> days.Span:
    return days.week_span(year, week)


def coming(of_year: Callable[[int], days.Span], today: date) -> days.Span:
    """The one that runs, or else the next."""
    for year in (today.year - 1, today.year, today.year + 1):
        span = of_year(year)
        if span[1] >= today and not _nearly_over(span, today):
            return span
    return span


def _nearly_over(span: days.Span, today: date) -> bool:
    """In the last days of autumn "in the autumn" is the next one."""
    return 85 < (span[1] - span[0]).days < 95 and span[0].month % 3 == 0 and (span[1] - today).days < 14


def relative(match: re.Match[str], today: date) -> days.Span:
    what = match["next_what"] or match["this_what"]
    following = bool(match["next"])
    if what in words.MONTH_OF:
        return coming(partial(month_of_year, words.MONTH_OF[what]), today)
    if what in words.SEASON_OF:
        return coming(partial(_season_of_year, words.SEASON_OF[what]), today)
    if what in words.WEEKDAYS:
        day = today + timedelta(days=(words.WEEKDAYS[what] - today.weekday() - 1) % 7 + 1)
        return day, day
    return unit_span(what, today, following)


def unit_span(what: str, today: date, following: bool = False) -> days.Span:
    unit = _unit_of(what)
    if unit == "week":
        first = today + timedelta(days=7 if following else 0)
        return first, first + timedelta(days=6)
    if unit == "day":
        return today + timedelta(days=int(following)), today + timedelta(days=int(following))
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    start = days.months_later(start, months) if following else start
    return start, days.months_later(start, months) - timedelta(days=1)


def _unit_of(what: str) -> str:
    if what in ("wknd", "weekend"):
        return "week"
    if "year" in what or what in ("fy", "term", "jahres", "l'année"):
        return "half" if what == "term" else "year"
    return (
        "month"
        if what == "monats"
        else next((name for name, pattern in words.UNITS.items() if re.fullmatch(pattern, what)), "month")
    )
