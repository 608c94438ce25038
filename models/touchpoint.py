"""Touchpoints: what a person did that we saw, before and besides what they said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.prepared import Prepared


class Touchpoint(Base):
    __tablename__ = "touchpoint"
    __table_args__ = (
        Index("ix_touchpoint_visitor", "site_id", "visitor_id", "id"),
        Index("ix_touchpoint_lead", "site_id", "lead_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    type: Mapped[str] = mapped_column(String(24))
    url: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcTime)
    known_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when we were told, whatever `at` was claimed
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


_TABLE = cast(Table, Touchpoint.__table__)
_LATEST = Prepared(
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead"))
    .order_by(_TABLE.c.id.desc())
    .limit(bindparam("at_most"))
)
_RECENT = Prepared(
    select(_TABLE.c.type, _TABLE.c.url, _TABLE.c.at, _TABLE.c.data)
    .where(
        _TABLE.c.site_id == bindparam("the_site"),
        _TABLE.c.visitor_id == bindparam("the_visitor"),
        _TABLE.c.known_at > bindparam("since", type_=UtcTime),
    )
    .order_by(_TABLE.c.id.desc())
    .limit(bindparam("at_most"))
)
_STITCH = Prepared(
    update(_TABLE)
    .where(
        _TABLE.c.site_id == bindparam("the_site"),
        _TABLE.c.visitor_id == bindparam("the_visitor"),
        _TABLE.c.lead_id.is_(None),
    )
    .values(lead_id=bindparam("the_lead"))
)


def add(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Touchpoint), rows)


def stitch(session: Session, site_id: int, visitor_id: int, lead_id: int) -> None:
    """What a browser did before we knew the person becomes part of the person's story."""
    _STITCH.run(session, the_site=site_id, the_visitor=visitor_id, the_lead=lead_id)


def follow(session: Session, site_id: int, visitor_id: int, person_id: int) -> None:
    """What an unnamed browser did is what the person did who was named on it."""
    ours = (Touchpoint.site_id == site_id, Touchpoint.visitor_id == visitor_id)
    session.execute(update(Touchpoint).where(*ours).values(visitor_id=person_id))


def recent(session: Session, site_id: int, visitor_id: int, since: datetime, limit: int) -> Sequence[Any]:
    """`type`, `url`, `at` and `data` of what we were told of a browser since then, newest first."""
    return _RECENT.rows(session, the_site=site_id, the_visitor=visitor_id, since=since, at_most=limit)


def ever_of(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """All that these leads did, in the order we heard of it; rows, not entities."""
    ours = (_TABLE.c.site_id == site_id, _TABLE.c.lead_id.in_(lead_ids))
    return session.execute(select(_TABLE).where(*ours).order_by(_TABLE.c.id)).all()


def of_leads(session: Session, site_id: int, ids: Sequence[int], limit: int = 500) -> Sequence[Touchpoint]:
    """The newest of these leads, oldest first."""
    if len(ids) == 1:
        return _LATEST.rows(session, the_site=site_id, the_lead=ids[0], at_most=limit)[::-1]
    ours = (Touchpoint.site_id == site_id, Touchpoint.lead_id.in_(ids))
    return session.scalars(select(Touchpoint).where(*ours).order_by(Touchpoint.id.desc()).limit(limit)).all()[::-1]


def is_known(session: Session, site_id: int, lead_id: int, touch: dict[str, Any]) -> bool:
    """Whether a program has told of exactly this before."""
    same = (Touchpoint.type == touch["type"], Touchpoint.at == touch["at"], Touchpoint.visitor_id.is_(None))
    found = select(Touchpoint.url, Touchpoint.data).where(
        Touchpoint.site_id == site_id, Touchpoint.lead_id == lead_id, *same
    )
    return any((row.url, row.data) == (touch["url"], touch["data"]) for row in session.execute(found))
