"""Look-ups by reps at 10,000, 100,000 and 1,000,000 leads, through the door they go through, on both databases."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from benchmarks.engines import KINDS, Engines
from benchmarks.report import Row, at_most, figure, median
from models import site as sites
from models.database import Database
from qualification.enquiry import Enquiry, ListFilter

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (1_000, 3_000, 10_000)
AT_ONCE = 50_000
GOALS = {
    "sqlite": {"e-mail": 2, "list": 2, "search": 4, "search for a name only one has": 4},
    "postgresql": {"e-mail": 4, "list": 4, "search": 4, "search for a name only one has": 4},
}
COLUMNS = (
    "site_id, stage, status, kind, handoff, cycle, revision, email, phone, name, company, name_key, "
    "purchase_interest, score, created_at, updated_at"
)
ROW = """
    SELECT {site}, CASE WHEN i % 10 < 2 THEN 'visitor' WHEN i % 10 < 9 THEN 'lead' ELSE 'mql' END, 'active', 'business',
    CASE WHEN i % 50 = 9 THEN 'offered' ELSE 'none' END, 1, 1, 'person' || i || '@company' || (i % 9973) || '.example',
    '+1202' || (5550000 + i), 'Person Number' || i, 'Company ' || (i % 9973),
    'person number' || i || ' company ' || (i % 9973), {false}, i % 100, {now}, {now} FROM {numbers}
"""
NUMBERS = {
    "sqlite": "n",
    "postgresql": "generate_series({first}, {last}) AS n(i)",
}


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    sizes, times = (QUICK, 20) if quick else (SIZES, 200)
    return tuple(row for kind in KINDS for row in on_one(engines, kind, sizes, times, tell))


def on_one(engines: Engines, kind: str, sizes: tuple[int, ...], times: int, tell: Callable[[str], None]) -> list[Row]:
    database = Database(engines.fresh(kind))
    with database.begin() as session:
        site_id = sites.find_or_add(session, "default", datetime.now(UTC))
    enquiry = Enquiry(database, {})
    took: dict[str, list[float]] = {}
    for before, size in zip((0, *sizes), sizes, strict=False):
        tell(f"look-ups: {kind}, growing to {size:,} leads")
        for first in range(before + 1, size + 1, AT_ONCE):  # within the time a statement may take
            grow(database, site_id, first, min(first + AT_ONCE - 1, size))
        _analyze(database)
        tell(f"look-ups: {kind}, {size:,} leads")
        for what, look in _looks(enquiry, site_id, size).items():
            took.setdefault(what, []).append(_p50(look, times))
    database.engine.dispose()
    return [_row(kind, what, sizes, values) for what, values in took.items()]


def grow(database: Database, site_id: int, first: int, last: int) -> None:
    """Leads made by the database itself, a million in seconds."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    now = "'2026-11-23 09:00:00.000000'" if kind == "sqlite" else "now()"
    numbers = NUMBERS[kind].format(first=first, last=last)
    rows = ROW.format(site=site_id, false="0" if kind == "sqlite" else "false", now=now, numbers=numbers)
    counting = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    with database.begin() as session:
        session.execute(text(f"INSERT INTO lead ({COLUMNS}) {counting if kind == 'sqlite' else ''} {rows}"))


def _analyze(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _looks(enquiry: Enquiry, site_id: int, size: int) -> dict[str, Callable[[], Any]]:
    """Each must find something: a look-up that finds nothing proves nothing."""
    person = size // 2 + 5  # neither the first nor the last

    def found(rows: tuple[Any, ...]) -> None:
        assert rows, "the look-up under measure found nothing"

    return {
        "e-mail": lambda: found(enquiry.find(site_id, f"person{person}@company{person % 9973}.example")),
        "list": lambda: found(enquiry.list(site_id, ListFilter())),
        "list of what is on offer": lambda: found(enquiry.list(site_id, ListFilter(handoff="offered"))),
        "search": lambda: found(enquiry.find(site_id, "company 9")),
        "search for a name only one has": lambda: found(enquiry.find(site_id, f"number{person} ")),
    }


def _p50(look: Callable[[], Any], times: int) -> float:
    """In ms; fewer times when one takes long."""
    took: list[float] = []
    until = time.perf_counter() + 6
    look()
    while len(took) < times and (time.perf_counter() < until or len(took) < 3):
        began = time.perf_counter()
        look()
        took.append(1000 * (time.perf_counter() - began))
    return median(took)


def _row(kind: str, what: str, sizes: tuple[int, ...], took: list[float]) -> Row:
    name = f"{kind}, {what}: p50 at {' / '.join(f'{size:,}' for size in sizes)} leads"
    all_of_them = " / ".join(f"{one:.2f}" for one in took) + " ms"
    ratio, goal = took[-1] / took[0], GOALS[kind].get(what)
    if goal is None:
        return figure(name, f"{all_of_them}, {ratio:.1f}x")
    row = at_most(name, ratio, goal, "{:.1f}x")
    return Row(row.what, f"{all_of_them}, {row.measured}", row.goal, row.met)
