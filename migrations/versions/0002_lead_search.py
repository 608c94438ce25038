"""leads are found by words through an index"""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.search_words import kept

revision = "0002"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 5_000
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEAD = sa.table("lead", *(sa.column(name) for name in ("id", "site_id", "stage", "name", "company", "email", "phone")))
SEARCH = sa.table("lead_search", sa.column("lead_id"), sa.column("site_id"), sa.column("words"))
WITH_NAME_KEY = sa.table("lead", sa.column("id"), sa.column("name_key"))

# Small pages are skipped through faster; neither positions nor sizes are kept, since words are compared with the table.
INDEX = {
    "sqlite": (
        """CREATE VIRTUAL TABLE lead_grams USING fts5(
            words, content='', tokenize='trigram case_sensitive 1', detail='none', columnsize=0)""",
        "INSERT INTO lead_grams (lead_grams, rank) VALUES ('pgsz', 256)",
        "INSERT INTO lead_grams (rowid, words) SELECT lead_id, '#' || site_id || '#' || words FROM lead_search",
        """CREATE TRIGGER lead_search_added AFTER INSERT ON lead_search BEGIN
            INSERT INTO lead_grams (rowid, words) VALUES (new.lead_id, '#' || new.site_id || '#' || new.words);
        END""",
        """CREATE TRIGGER lead_search_removed AFTER DELETE ON lead_search BEGIN
            INSERT INTO lead_grams (lead_grams, rowid, words)
            VALUES ('delete', old.lead_id, '#' || old.site_id || '#' || old.words);
        END""",
        """CREATE TRIGGER lead_search_changed AFTER UPDATE ON lead_search BEGIN
            INSERT INTO lead_grams (lead_grams, rowid, words)
            VALUES ('delete', old.lead_id, '#' || old.site_id || '#' || old.words);
            INSERT INTO lead_grams (rowid, words) VALUES (new.lead_id, '#' || new.site_id || '#' || new.words);
        END""",
    ),
    "postgresql": (
        """CREATE FUNCTION lead_grams(site bigint, words text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
            SELECT array_agg(site::text || ':' || substr(words, place, 3)) FROM generate_series(1, length(words) - 2) place
        $$""",
        # Without the list of what is not sorted in yet: every search would go through it.
        """CREATE INDEX ix_lead_search_grams ON lead_search USING gin (lead_grams(site_id, words))
        WITH (fastupdate = off)""",
        "ANALYZE lead_search",
    ),
}
NO_INDEX = {"sqlite": ("DROP TABLE lead_grams",), "postgresql": ("DROP FUNCTION lead_grams(bigint, text)",)}


def upgrade() -> None:
    on = op.get_bind().dialect.name
    if on == "sqlite" and sqlite3.sqlite_version_info < (3, 35):
        raise RuntimeError(f"SQLite {sqlite3.sqlite_version} is too old, 3.35 is needed: use a newer Python or PostgreSQL")
    if on == "postgresql":  # a lead changed meanwhile by a process of the old version would never be found
        op.execute("LOCK TABLE lead IN SHARE ROW EXCLUSIVE MODE")
    op.create_table(
        "lead_search",
        sa.Column("lead_id", BIG, autoincrement=False, nullable=False),
        sa.Column("site_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_search_lead_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_lead_search_site_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_search")),
    )
    _fill(sa.insert(SEARCH), lambda lead: {"lead_id": lead.id, "site_id": lead.site_id, "words": _words(lead)})
    op.create_index("ix_lead_search_newest", "lead_search", ["site_id", "lead_id"])
    for statement in INDEX[on]:
        op.execute(statement)
    op.drop_index("ix_lead_name_key", "lead")
    op.drop_column("lead", "name_key")


def downgrade() -> None:
    on = op.get_bind().dialect.name
    op.add_column("lead", sa.Column("name_key", sa.String(400)))
    keying = sa.update(WITH_NAME_KEY).where(WITH_NAME_KEY.c.id == sa.bindparam("key"))
    _fill(keying.values(name_key=sa.bindparam("named")), lambda lead: {"key": lead.id, "named": _name_key(lead)})
    op.create_index("ix_lead_name_key", "lead", ["site_id", "name_key"])
    op.drop_table("lead_search")
    for statement in NO_INDEX[on]:
        op.execute(statement)


def _fill(statement: Any, row_of: Callable[[Any], dict[str, Any]]) -> None:
    for leads in _listed():
        rows = [row for row in map(row_of, leads) if row.get("words", True)]
        if rows:
            op.get_bind().execute(statement, rows)


def _listed() -> Iterator[list[Any]]:
    """Leads that are shown to sales, some thousands at a time."""
    last = 0
    while leads := list(op.get_bind().execute(_after(last))):
        yield leads
        last = leads[-1].id


def _after(last: int) -> Any:
    return sa.select(LEAD).where(LEAD.c.stage != "visitor", LEAD.c.id > last).order_by(LEAD.c.id).limit(BATCH)


def _words(lead: Any) -> str:
    return kept(lead.name, lead.company, lead.email, lead.phone)


def _name_key(lead: Any) -> str | None:
    return " ".join(part for part in (lead.name, lead.company) if part).lower()[:400] or None
