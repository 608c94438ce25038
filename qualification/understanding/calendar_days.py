"""Dates worked out from a day: months, quarters, seasons, feasts; all as first and last day."""

from calendar import monthrange
from datetime import date, timedelta

Span = tuple[date, date]


def month_span(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_later(day: date, months: int) -> date:
    index = min(day.year * 12 + day.month - 1 + months, 9998 * 12)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def quarter_span(year: int, quarter: int) -> Span:
    return date(year, quarter * 3 - 2, 1), month_span(year, quarter * 3)[1]


def half_span(year: int, half: int) -> Span:
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def year_span(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def season_span(year: int, season: str) -> Span:
    """Meteorological, northern; winter is named by the year it begins in."""
    if season == "winter":
        return date(year, 12, 1), month_span(year + 1, 2)[1]
    first = {"spring": 3, "summer": 6, "autumn": 9}[season]
    return date(year, first, 1), month_span(year, first + 2)[1]


def week_span(year: int, week: int) -> Span:
    monday = date.fromisocalendar(year, min(week, 52), 1)
    return monday, monday + timedelta(days=6)


def easter(year: int) -> date:
    """Gregorian Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def islamic(year: int, month: int, day: int) -> date:
    """Civil tabular calendar: right to a day or two, the moon decides."""
    days = day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30
    return date.fromordinal(days + 227014)


def feast(name: str, year: int) -> Span:
    """The day or days of a feast in a Gregorian year (for islamic ones the first that begins in it)."""
    if name in ("ramadan", "eid", "eid al-adha", "muharram"):
        return _islamic_feast(name, year)
    if name in ("easter", "pentecost", "carnival", "lent"):
        offset = {"easter": 0, "pentecost": 49, "carnival": -47, "lent": -46}[name]
        day = easter(year) + timedelta(days=offset)
        return day, day
    if name in ("thanksgiving", "black friday"):
        first = date(year, 11, 1)
        thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        day = thursday if name == "thanksgiving" else thursday + timedelta(days=1)
        return day, day
    if name in _MOVING:
        month, number = divmod(_MOVING[name].get(year, _MOVING[name][2027]), 100)
        return date(year, month, number), date(year, month, number)
    month, number = _FIXED[name]
    return date(year, month, number), date(year, month, number)


def _islamic_feast(name: str, year: int) -> Span:
    first_month, first_day, length = {
        "ramadan": (9, 1, 29),
        "eid": (10, 1, 3),
        "eid al-adha": (12, 10, 3),
        "muharram": (1, 1, 1),
    }[name]
    guess = int((year - 622) * 33 / 32) - 1
    for candidate in range(guess, guess + 4):
        start = islamic(candidate, first_month, first_day)
        if start.year >= year:
            return start, start + timedelta(days=length - 1)
    raise ValueError(f"no {name} in {year}")


_FIXED = {
    "christmas": (12, 25),
    "new year": (1, 1),
    "valentine": (2, 14),
    "halloween": (10, 31),
    "new years eve": (12, 31),
    "nowruz": (3, 21),
    "singles": (11, 11),
    "golden week": (4, 29),
    "independence day": (7, 4),
    "tax day": (4, 15),
}
_MOVING = {
    "diwali": {2025: 1020, 2026: 1108, 2027: 1029, 2028: 1017, 2029: 1105, 2030: 1026},
    "lunar new year": {2025: 129, 2026: 217, 2027: 206, 2028: 126, 2029: 213, 2030: 203},
    "passover": {2025: 412, 2026: 401, 2027: 421, 2028: 410, 2029: 330, 2030: 417},
    "rosh hashanah": {2025: 922, 2026: 911, 2027: 1001, 2028: 920, 2029: 909, 2030: 927},
    "songkran": {2027: 413},
    "holi": {2025: 314, 2026: 303, 2027: 322, 2028: 311, 2029: 301, 2030: 320},
}
FEASTS = {
    "christmas": r"christmas|xmas|x-mas|weihnachten|noël|noel|navidad|natal|natale|kerst|jul|рождеств\w{0,2}",
    "easter": r"easter|ostern|pâques|paques|semana santa|páscoa|pasqua|pasen|påsk|påske",
    "ramadan": r"ramadan|ramadhan|ramazan",
    "eid al-adha": r"eid al[- ]adha|bakra eid|tabaski|qurban bayram\w{0,3}|hajj(?: season)?",
    "eid": r"eid(?: al[- ]fitr)?|lebaran|hari raya",
    "new year": r"new year'?s?(?: day)?|neujahr|nouvel an|año nuevo|capodanno",
    "new years eve": r"new year'?s eve|silvester",
    "black friday": r"black friday|cyber monday",
    "thanksgiving": r"thanksgiving",
    "diwali": r"diwali|deepavali",
    "lunar new year": r"(?:chinese|lunar) new year|cny|tet|tết|spring festival|春节|旧正月",
    "passover": r"passover|pesach",
    "rosh hashanah": r"rosh hashanah",
    "nowruz": r"nowruz|norouz|novruz|nauryz",
    "songkran": r"songkran",
    "halloween": r"halloween",
    "valentine": r"valentine'?s?(?: day)?",
    "carnival": r"carnaval|carnival|karneval|fasching|mardi gras",
    "lent": r"lent",
    "pentecost": r"pfingsten|pentecost|whitsun",
    "holi": r"holi",
    "muharram": r"muharram",
    "golden week": r"golden week",
    "singles": r"singles'? day",
    "tax day": r"tax day|tax season",
}
