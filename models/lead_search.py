"""Finding leads by words: what each is found by, and the index of it that each database has in its own way."""

from functools import cache
from typing import cast

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Select,
    Table,
    Text,
    bindparam,
    column,
    delete,
    func,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id
from models.lease import is_postgresql
from models.prepared import Prepared
from models.search_words import grams, wanted

NEWEST = 200  # leads that are looked at one by one, before and for the index
WALKED = (
    200  # leads a hit that PostgreSQL goes through by itself: where fewer than one in 200 fits, its index is faster
)
RAREST = 4  # grams the index is asked for: each further one costs more than it rules out


class LeadSearch(Base):
    """Only leads sales can see, and only the words of search_words.py. Whatever is written here the index follows.

    The index has no place among the tables; migrations/versions/0002_lead_search.py makes it. On SQLite it is a
    full-text table fed by triggers, on PostgreSQL a GIN index; both hold every three characters in a row.
    """

    __tablename__ = "lead_search"
    __table_args__ = (Index("ix_lead_search_newest", "site_id", "lead_id"),)

    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("lead.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    words: Mapped[str] = mapped_column(Text)


_TABLE = cast(Table, LeadSearch.__table__)
_GRAMS = table("lead_grams", column("rowid"), column("lead_grams"))
_FORGET = Prepared(
    delete(_TABLE).where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead"))
)


def keep(session: Session, site_id: int, lead_id: int, words: str) -> None:
    """The lead is found by these words and no others; by nothing when there are none."""
    if words:
        _keeping(is_postgresql(session)).run(session, lead_id=lead_id, site_id=site_id, words=words)
    else:
        _FORGET.run(session, the_site=site_id, the_lead=lead_id)


@cache
def _keeping(on_postgresql: bool) -> Prepared:
    insert = postgresql_insert if on_postgresql else sqlite_insert
    adding = insert(_TABLE).values({name: bindparam(name) for name in ("lead_id", "site_id", "words")})
    return Prepared(adding.on_conflict_do_update(index_elements=["lead_id"], set_={"words": adding.excluded.words}))


def find(session: Session, site_id: int, words: str, limit: int) -> list[int]:
    """Ids of the newest leads that hold all the words.

    No index answers both kinds of word: a common one is found at once from the newest lead on, a rare one by what is
    rarest in it. The newest leads tell which it is.
    """
    parts = wanted(words)
    if not parts:
        return []
    newest = session.execute(_newest(site_id, NEWEST)).all()
    fitting = [row.lead_id for row in newest if all(part in row.words for part in parts)]
    if len(fitting) >= limit or len(newest) < NEWEST:
        return fitting[:limit]
    rarest = sorted(grams(parts), key="\n".join(row.words for row in newest).count)[:RAREST]
    if not is_postgresql(session):
        return _ids(session, _on_sqlite(site_id, parts, rarest, limit))
    walked = _ids(session, _walk(site_id, parts, limit))
    return walked if len(walked) == limit else _ids(session, _on_postgresql(site_id, parts, rarest, limit))


def _newest(site_id: int, limit: int) -> Select[int, str]:
    found = select(_TABLE.c.lead_id, _TABLE.c.words).where(_TABLE.c.site_id == site_id)
    return found.order_by(_TABLE.c.lead_id.desc()).limit(limit)


def _ids(session: Session, statement: Select[int]) -> list[int]:
    return list(session.scalars(statement))


def _on_sqlite(site_id: int, parts: list[str], rarest: list[str], limit: int) -> Select[int]:
    """The full-text table gives its rows newest first, one by one. `+ 0`: or the planner begins at the other end."""
    asked = " ".join(f'"{gram}"' for gram in (*rarest, *grams([f"#{site_id}#"])))
    found = select(_TABLE.c.lead_id).join_from(_GRAMS, _TABLE, _TABLE.c.lead_id == _GRAMS.c.rowid)
    fitting = (_GRAMS.c.lead_grams.op("MATCH")(asked), _TABLE.c.site_id + 0 == site_id, *_holding(_TABLE, parts))
    return found.where(*fitting).order_by(_GRAMS.c.rowid.desc()).limit(limit)


def _walk(site_id: int, parts: list[str], limit: int) -> Select[int]:
    newest = _newest(site_id, WALKED * limit).subquery()
    found = select(newest.c.lead_id).where(*_holding(newest, parts))
    return found.order_by(newest.c.lead_id.desc()).limit(limit)


def _on_postgresql(site_id: int, parts: list[str], rarest: list[str], limit: int) -> Select[int]:
    """Apart from the order: a planner that believes the word is common would walk through all leads instead."""
    held = func.lead_grams(_TABLE.c.site_id, _TABLE.c.words, type_=ARRAY(Text))
    ours = (held.contains([f"{site_id}:{gram}" for gram in rarest]), _TABLE.c.site_id == site_id)
    fitting = select(_TABLE.c.lead_id).where(*ours, *_holding(_TABLE, parts)).cte("fitting")
    fitting = fitting.prefix_with("MATERIALIZED", dialect="postgresql")
    return select(fitting.c.lead_id).order_by(fitting.c.lead_id.desc()).limit(limit)


def _holding(searched: FromClause, parts: list[str]) -> list[ColumnElement[bool]]:
    return [searched.c.words.like(f"%{part}%") for part in parts]
