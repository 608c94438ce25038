"""Migrations: up, down and up again on both databases, with what a house of some age holds, by several at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from models.database import Database
from models.lead import Lead, search
from models.migrate import downgrade, is_current, upgrade
from models.tables import is_declared, metadata
from tests.engines import fresh_database
from tests.promising import a_site

LEADS = 10_000
AT_ONCE = 4


@pytest.fixture
def empty(kind: str, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it yet."""
    with fresh_database(kind, tmp_path, empty=True) as url:
        database = Database(url)
        yield database
        database.engine.dispose()


def test_migrations_make_exactly_the_tables_the_code_knows(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_declared}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_database_goes_up_down_and_up_with_ten_thousand_leads(empty: Database) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    fill(empty)
    upgrade(empty)
    assert leads(empty) == LEADS, "nothing to do, nothing lost"
    downgrade(empty)
    assert not is_current(empty)
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    upgrade(empty)
    assert is_current(empty)
    fill(empty)
    assert leads(empty) == LEADS


def test_leads_of_an_older_database_are_found_by_words_and_going_back_keeps_them(empty: Database) -> None:
    upgrade(empty, "0001")
    fill(empty)
    with empty.begin() as session:
        session.execute(text("UPDATE lead SET name = 'Ána Üst', company = 'Acme', phone = '+4917123' WHERE id = 7"))
        session.execute(text("UPDATE lead SET stage = 'visitor' WHERE id = 8"))
    for _ in range(2):
        upgrade(empty)
        for words in ("ana ust", "ACME", "0171 23", "p7@northwind"):
            assert found(empty, words) == [7], words
        assert found(empty, "p8@northwind") == [], "a visitor"
        assert found(empty, "northwind") == list(range(LEADS, LEADS - 50, -1))
        downgrade(empty, "0001")
        with empty.read() as session:
            keys = dict(session.execute(text("SELECT id, name_key FROM lead WHERE id IN (6, 7)")).all())
        assert keys == {6: "person 6", 7: "ána üst acme"}


def found(database: Database, words: str) -> list[int]:
    with database.read() as session:
        return [lead.id for lead in search(session, 1, words)]


def fill(database: Database) -> None:
    """Leads with everything that refers to them."""
    a_site(database)
    series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :leads)"
    when = "'2026-11-23 09:00:00'"
    with database.begin() as session:
        for making in (
            f"""INSERT INTO lead (site_id, stage, status, kind, handoff, cycle, revision, email, name,
                purchase_interest, created_at, updated_at) {series} SELECT 1, 'lead', 'active', 'prospect', 'none', 1,
                0, 'p' || i || '@northwind.io', 'Person ' || i, false, {when}, {when} FROM n""",
            f"""INSERT INTO visitor (site_id, public_id, lead_id, tracking, created_at, seen_at) {series}
                SELECT 1, 'v' || i, i, true, {when}, {when} FROM n""",
            f"""INSERT INTO lead_alias (site_id, value, lead_id) {series}
                SELECT 1, 'p' || i || '@northwind.io', i FROM n""",
        ):
            session.execute(text(making), {"leads": LEADS})


def leads(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Lead)) or 0


def test_rebuilding_a_table_on_sqlite_leaves_what_refers_to_it_alone(tmp_path: Path) -> None:
    from alembic.migration import MigrationContext as Context
    from alembic.operations import Operations

    from models.migrate import _alone

    with fresh_database("sqlite", tmp_path) as url:
        database = Database(url)
        fill(database)
        with _alone(database) as connection:
            operations = Operations(Context.configure(connection))
            with operations.batch_alter_table("lead", recreate="always"):
                pass
        with database.read() as session:
            assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            assert (
                session.execute(text("SELECT count(*) FROM visitor JOIN lead ON lead.id = lead_id")).scalar() == LEADS
            )


def test_several_release_steps_at_once_do_it_once(empty: Database) -> None:
    """Each with an engine of its own, as in processes of their own."""
    url = empty.engine.url.render_as_string(hide_password=False)
    start = threading.Barrier(AT_ONCE)

    def release() -> None:
        database = Database(url)
        start.wait(10)
        upgrade(database)
        database.engine.dispose()

    with ThreadPoolExecutor(AT_ONCE) as steps:
        for step in [steps.submit(release) for _ in range(AT_ONCE)]:
            step.result(60)
    assert is_current(empty)


def test_asking_whether_the_schema_is_current_costs_about_a_query(empty: Database) -> None:
    upgrade(empty)
    assert is_current(empty)
    begun = monotonic()
    assert all(is_current(empty) for _ in range(50))
    assert (monotonic() - begun) / 50 < 0.1, "reading all migrations anew takes longer than that"


def test_older_leads_touchpoints_and_visitors_keep_what_they_are_through_signals_and_back(empty: Database) -> None:
    upgrade(empty, "0001")
    fill(empty)
    with empty.begin() as session:
        session.execute(
            text(
                "INSERT INTO touchpoint (site_id, visitor_id, lead_id, type, url, at, data)"
                " SELECT 1, id, lead_id, 'page_view', 'https://www.example.com/', created_at, '{}' FROM visitor"
            )
        )
    upgrade(empty, "0004")
    told = "SELECT count(*) FROM touchpoint WHERE known_at = at"
    assert counted(empty, told) == LEADS
    assert counted(empty, "SELECT count(*) FROM lead_alias WHERE alike = value") == LEADS
    assert counted(empty, "SELECT count(*) FROM lead WHERE merged_into IS NULL AND NOT joined") == LEADS
    assert counted(empty, "SELECT count(*) FROM visitor WHERE visits = 0") == LEADS
    with empty.begin() as session:
        session.execute(text("UPDATE lead SET merged_into = 1 WHERE id = 2"))
        session.execute(
            text(
                "INSERT INTO lead_merge (site_id, winner_id, loser_id, by, cause, at, moved)"
                " VALUES (1, 1, 2, 'U1', 'person', '2026-11-23 09:00:00', '{}')"
            )
        )
    downgrade(empty, "0001")
    for table in ("lead", "lead_alias", "visitor", "touchpoint"):
        assert counted(empty, f"SELECT count(*) FROM {table}") == LEADS
    upgrade(empty)
    assert counted(empty, told) == LEADS


def counted(database: Database, query: str) -> int:
    with database.read() as session:
        return int(session.execute(text(query)).scalar_one())
