"""The index behind `/lead find`: nothing stays behind in it, no text breaks it, both databases find the same by it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from models import lead as leads
from models import lead_search
from models.database import Database
from models.lead import Lead
from models.lead_search import LeadSearch
from models.search_words import grams, kept, wanted
from tests.engines import KINDS
from tests.leadbook import ANA, Book, a_book
from tests.promising import a_site
from tests.timekeeping import START


@pytest.fixture
def book(database: Database) -> Book:
    return Book(database, a_site(database))


@pytest.fixture
def ana(book: Book) -> int:
    """Somebody under a pile of others."""
    lead_id = book.keep(**ANA)
    book.bury()
    return lead_id


# --- nothing stays behind


def test_changed_lead_is_found_by_its_new_words_only(book: Book, ana: int) -> None:
    book.change(ana, name="Rita Moreira", company=None, email="rita@example.org", phone=None)
    assert book.found("rita") == book.found("moreira") == book.found("example.org") == [ana]
    for gone in ("ana", "silva", "northwind", "171 23456789", "an"):
        assert book.found(gone) == [], gone
    tagged = f"#{book.site_id}#{book.known[ana]}" if book.database.is_sqlite else book.known[ana]
    assert {held.removeprefix(f"{book.site_id}:") for held in indexed(book, ana)} == set(grams([tagged]))


@pytest.mark.parametrize("way", ["erased", "deleted", "no lead any more"])
def test_erasing_a_lead_leaves_nothing_of_it_in_the_index(book: Book, ana: int, way: str) -> None:
    assert indexed(book, ana)
    if way == "erased":
        book.change(ana, status="erased", name=None, company=None, email=None, phone=None)
    elif way == "no lead any more":
        book.change(ana, stage="visitor")
    else:
        with book.database.begin() as session:
            session.execute(delete(Lead).where(Lead.id == ana))
    assert not indexed(book, ana)
    with book.database.read() as session:
        assert session.scalar(select(LeadSearch.lead_id).where(LeadSearch.lead_id == ana)) is None


def indexed(book: Book, lead_id: int) -> set[str]:
    """All by which the index leads to this lead; PostgreSQL makes it of the row's words."""
    with book.database.begin() as session:
        if not book.database.is_sqlite:
            found = select(func.unnest(func.lead_grams(LeadSearch.site_id, LeadSearch.words)))
            return set(session.scalars(found.where(LeadSearch.lead_id == lead_id)).all())
        session.execute(text("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, lead_grams, instance)"))
        terms = session.scalars(text("SELECT term FROM temp.held WHERE doc = :lead"), {"lead": lead_id}).all()
        session.execute(text("DROP TABLE temp.held"))
        return set(terms)


def test_a_turn_that_changes_no_word_writes_nothing_into_the_index(book: Book, ana: int) -> None:
    with book.database.begin() as session:
        lead = leads.find_or_start(session, book.site_id, ana, START)
        session.execute(delete(LeadSearch).where(LeadSearch.lead_id == ana))
        leads.change(session, book.site_id, ana, score=70, stage="mql", name=lead.name, email=lead.email)
        assert session.scalar(select(LeadSearch.lead_id).where(LeadSearch.lead_id == ana)) is None


# --- hostile text, and both databases alike


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Book]]:
    """The same few leads, under the same pile, in a database of each kind."""
    with ExitStack() as stack:
        made = [a_book(stack, kind, tmp_path_factory.mktemp(kind)) for kind in KINDS]
        for book in made:
            for _ in range(4):
                book.keep()
            book.bury()
        yield made


SYNTAX = (
    '"', "'", "*", " OR ", " AND ", " NOT ", "NEAR(", "^", "-", ":", "%", "_", "\\", ";--", "{", "}", "<->", "&", "|",
    "!", "#1#", "(0)", "\0",
)  # fmt: skip
PIECES = (
    "ana",
    "Silva",
    "Ó",
    "gmail",
    "com",
    "@",
    ".",
    "202",
    "55",
    "0",
    "+",
    "王",
    "ß",
    "İ",
    "  ",
    "\u200d",
    "e\u0301",
    "x",
)
hostile = st.lists(st.sampled_from(SYNTAX + PIECES) | st.text(max_size=6), max_size=8).map("".join)
person = st.fixed_dictionaries(
    {name: st.none() | hostile.map(lambda said: said[:20]) for name in ("name", "company", "email", "phone")}
)


@settings(max_examples=25, deadline=None)
@given(people=st.lists(person, min_size=4, max_size=4), words=st.lists(hostile, min_size=1, max_size=6))
def test_whatever_leads_are_called_and_reps_type_both_databases_find_the_same(
    books: list[Book], people: list[dict[str, str | None]], words: list[str]
) -> None:
    for book in books:
        for lead_id, said in enumerate(people, start=1):
            book.change(lead_id, **said)
    sqlite, postgresql = books
    typed = [*words, *(said for one in people for said in one.values() if said)]
    for asked in typed:
        assert sqlite.found(asked) == postgresql.found(asked) == sqlite.expected(asked), asked


@settings(max_examples=60, deadline=None)
@given(name=hostile, company=hostile)
def test_whoever_types_a_whole_name_finds_it(name: str, company: str) -> None:
    held = kept(name, company, None, None)
    assert all(part in held for part in wanted(name)) or len(wanted(name)) == 0 or _is_number(name)


def _is_number(name: str) -> bool:
    """A name that looks like a telephone number is read as one."""
    return sum(char.isdecimal() for char in name) >= 5


@pytest.mark.parametrize("long", ["a" * 4000, "word " * 900, " ".join(map(str, range(900))), "é" * 4000, '"' * 4000])
def test_endless_searches_are_answered(books: list[Book], long: str) -> None:
    assert [book.found(long) for book in books] == [[], []]


def test_index_finds_what_looking_at_every_lead_finds(tmp_path: Path) -> None:
    """A thousand leads of few syllables, so that many nearly fit."""
    random, syllables = Random(7), ("ana", "bel", "cor", "dio", "est", "fin", "gra", "hol")
    words = ["".join(random.choices(syllables, k=random.randint(1, 3))) for _ in range(150)]
    people = [
        {"name": " ".join(random.choices(words, k=2)), "company": random.choice(words), "phone": f"+1202{n:07}"}
        for n in range(1000)
    ]
    asked = [word[random.randint(0, 2) :] for word in random.choices(words, k=25)]
    asked += [f"{random.choice(words)} {random.choice(words)[:4]}" for _ in range(25)] + ["202 000 01", "0000123"]
    for kind in KINDS:
        with ExitStack() as stack:
            book = a_book(stack, kind, tmp_path)
            book.fill(people)
            for typed in asked:
                assert book.found(typed, 30) == book.expected(typed, 30), (kind, typed)


# --- at any size


def test_a_rare_word_is_looked_up_and_not_read_out_of_all_leads(book: Book, ana: int) -> None:
    """The plans of both databases name the index, whatever they believe of the words."""
    book.bury(1_500)
    with book.database.begin() as session:
        asked = plans_of(book, session, "northwind")
    assert "lead_grams" in asked or "ix_lead_search_grams" in asked
    assert "SCAN lead_search" not in asked
    assert "Seq Scan" not in asked


def plans_of(book: Book, session: Any, words: str) -> str:
    parts = wanted(words)
    make = lead_search._on_sqlite if book.database.is_sqlite else lead_search._on_postgresql
    compiled = make(book.site_id, parts, grams(parts)[:4], 11).compile(session.connection())
    explain = "EXPLAIN QUERY PLAN" if book.database.is_sqlite else "EXPLAIN"
    answer = session.connection().exec_driver_sql(f"{explain} {compiled}", _values(compiled))
    return "\n".join(str(tuple(row)) for row in answer)


def _values(compiled: Any) -> Any:
    params = compiled.params
    return tuple(params[name] for name in compiled.positiontup) if compiled.positional else params
