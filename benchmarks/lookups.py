"""Look-ups by reps at 10,000, 100,000 and 1,000,000 leads, through the door they go through, on both databases."""

import json
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from benchmarks.engines import KINDS, Engines
from benchmarks.report import Row, at_most, figure, median, percentile
from benchmarks.serving import UNLIMITED
from benchmarks.visitors import script
from bot.commands import find as find_command
from bot.commands import list as list_command
from bot.commands import status as status_command
from bot.config import Desk, Doors, SlackConfig
from bot.grammar import Ask
from config.settings import load_settings
from models.database import Database
from qualification.assembly import House, assemble
from qualification.doorstep import Page
from qualification.enquiry import Enquiry, ListFilter
from qualification.views import Person

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (1_000, 3_000, 10_000)
AT_ONCE = 50_000
SEARCHES = (
    "search",
    "search for a name only one has",
    "search for words that all have",
    "search for part of an address",
    "search for a company and a name",
    "search for a telephone number",
)
GOALS = {
    "sqlite": {"e-mail": 2, "list": 2, **dict.fromkeys(SEARCHES, 4)},
    "postgresql": {"e-mail": 4, "list": 4, **dict.fromkeys(SEARCHES, 4)},
}
CARDS_MS = 100  # a rep's command with its answer laid out, 95 of 100, at the middle size
COLUMNS = (
    "site_id, stage, status, kind, handoff, cycle, revision, email, phone, name, company, "
    "purchase_interest, score, created_at, updated_at"
)
ROW = """
    SELECT {site}, CASE WHEN i % 10 < 2 THEN 'visitor' WHEN i % 10 < 9 THEN 'lead' ELSE 'mql' END, 'active', 'business',
    CASE WHEN i % 50 = 9 THEN 'offered' ELSE 'none' END, 1, 1, 'person' || i || '@company' || (i % 9973) || '.example',
    '+1202' || (5550000 + i), 'Person Number' || i, 'Company ' || (i % 9973),
    {false}, i % 100, {now}, {now} FROM {numbers}
"""
FOUND_BY = """
    SELECT i, {site}, '  person  number' || i || '   company  ' || (i % 9973) || '   person' || i || '  @  company' ||
    (i % 9973) || '  example   1202' || (5550000 + i) FROM {numbers} WHERE i % 10 >= 2
"""
NUMBERS = {
    "sqlite": "n",
    "postgresql": "generate_series({first}, {last}) AS n(i)",
}


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    sizes, times = (QUICK, 20) if quick else (SIZES, 200)
    return tuple(row for kind in KINDS for row in on_one(engines, kind, sizes, times, tell))


def on_one(engines: Engines, kind: str, sizes: tuple[int, ...], times: int, tell: Callable[[str], None]) -> list[Row]:
    house = assemble(load_settings(database_url=engines.fresh(kind), **UNLIMITED), lambda: None)
    _talk(house)
    took: dict[str, list[float]] = {}
    cards: list[Row] = []
    for before, size in zip((1, *sizes), sizes, strict=False):
        tell(f"look-ups: {kind}, growing to {size:,} leads")
        for first in range(before + 1, size + 1, AT_ONCE):  # within the time a statement may take
            grow(house.database, house.site_id, first, min(first + AT_ONCE - 1, size))
        _analyze(house.database)
        tell(f"look-ups: {kind}, {size:,} leads")
        for what, look in _looks(house.enquiry, house.site_id, size).items():
            took.setdefault(what, []).append(median(_times(look, times)))
        if size == sizes[1]:
            cards = [_card_row(kind, what, size, _times(look, times)) for what, look in _commands(house, size).items()]
    house.database.engine.dispose()
    return [*(_row(kind, what, sizes, values) for what, values in took.items()), *cards]


def _talk(house: House) -> None:
    """The first lead is a real one, with everything a card shows."""
    page = Page("https://northlight.example/pricing", "Pricing", None)
    opened = house.intake.open(house.site_id, None, page, None, None)
    for number, said in enumerate(("I'm Ana Silva from Northwind", *script(0))):
        house.intake.receive(house.site_id, opened.visitor, opened.conversation_id, f"m{number}", said)


def grow(database: Database, site_id: int, first: int, last: int) -> None:
    """Leads made by the database itself, a million in seconds."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    now = "'2026-11-23 09:00:00.000000'" if kind == "sqlite" else "now()"
    numbers = NUMBERS[kind].format(first=first, last=last)
    rows = ROW.format(site=site_id, false="0" if kind == "sqlite" else "false", now=now, numbers=numbers)
    words = FOUND_BY.format(site=site_id, numbers=numbers)
    counting = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    with database.begin() as session:
        for into, made in ((f"lead ({COLUMNS})", rows), ("lead_search (lead_id, site_id, words)", words)):
            session.execute(text(f"INSERT INTO {into} {counting if kind == 'sqlite' else ''} {made}"))


def _analyze(database: Database) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _looks(enquiry: Enquiry, site_id: int, size: int) -> dict[str, Callable[[], None]]:
    person = size // 2 + 5  # neither the first nor the last
    company, number = person % 9973, str(5550000 + person)

    def finding(words: str) -> Callable[[], None]:
        return lambda: found(enquiry.find(site_id, words))

    def listing(**wanted: Any) -> Callable[[], None]:
        return lambda: found(enquiry.list(site_id, ListFilter(**wanted)))

    return {
        "e-mail": finding(f"person{person}@company{company}.example"),
        "list": listing(),
        "list of what is on offer": listing(handoff="offered"),
        "search": finding("company 9"),
        "search for a name only one has": finding(f"number{person} "),
        "search for words that all have": finding("person company"),
        "search for part of an address": finding(f"{person}@comp"),
        "search for a company and a name": finding(f"company {company} number{person}"),
        "search for a telephone number": finding(f"(202) {number[:3]}-{number[3:]}"),
    }


def found(rows: tuple[Any, ...]) -> None:
    """A look-up that finds nothing proves nothing."""
    assert rows, "the look-up under measure found nothing"


def _commands(house: House, size: int) -> dict[str, Callable[[], None]]:
    """As a rep types them, with the answer laid out as it goes to Slack."""
    config, rep = SlackConfig(house.site_id, "xoxb-for-benchmarks-only", None, "C0BENCH"), Person("U0BENCH", "Bench")
    desk = Desk(config, Doors(house.handoff, house.enquiry, house.intake, house.agreement), house.clock, lambda _: rep)

    def answering(verb: Any, words: str) -> Callable[[], None]:
        return lambda: found(tuple(json.dumps(verb.answer(desk, Ask("", words), rep, "C0BENCH").blocks)))

    return {
        "/lead status L-1001": answering(status_command, "L-1001"),
        "/lead status ana silva": answering(status_command, "ana silva"),
        f"/lead find number{size // 2 + 5}": answering(find_command, f"number{size // 2 + 5}"),
        "/lead list": answering(list_command, ""),
        "/lead list unclaimed score>60": answering(list_command, "unclaimed score>60"),
    }


def _times(look: Callable[[], None], times: int) -> list[float]:
    """In ms; fewer when one takes long."""
    took: list[float] = []
    until = time.perf_counter() + 6
    look()
    while len(took) < times and (time.perf_counter() < until or len(took) < 3):
        began = time.perf_counter()
        look()
        took.append(1000 * (time.perf_counter() - began))
    return took


def _card_row(kind: str, what: str, size: int, took: list[float]) -> Row:
    name = f"{kind}, `{what}` with its card: p95 at {size:,} leads"
    return at_most(name, percentile(took, 95), CARDS_MS, "{:.1f} ms")


def _row(kind: str, what: str, sizes: tuple[int, ...], took: list[float]) -> Row:
    name = f"{kind}, {what}: p50 at {' / '.join(f'{size:,}' for size in sizes)} leads"
    all_of_them = " / ".join(f"{one:.2f}" for one in took) + " ms"
    ratio, goal = took[-1] / took[0], GOALS[kind].get(what)
    if goal is None:
        return figure(name, f"{all_of_them}, {ratio:.1f}x")
    row = at_most(name, ratio, goal, "{:.1f}x")
    return Row(row.what, f"{all_of_them}, {row.measured}", row.goal, row.met)
