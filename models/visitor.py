"""Visitors: a browser we can recognise by its signed token, before and after we know whose it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, String, Table, UniqueConstraint, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql
from models.prepared import Prepared, changing


class Visitor(Base):
    """`subject` is who the host site says this is. `person_id` is the visitor that says so of an earlier, unnamed one:
    the person may read on in its conversations; the unnamed one's token opens nothing of the person's.
    """

    __tablename__ = "visitor"
    __table_args__ = (UniqueConstraint("site_id", "public_id"), UniqueConstraint("site_id", "subject"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    public_id: Mapped[str] = mapped_column(String(32))  # 128 random bits, what the token is about
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(255))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(35))
    first_touch: Mapped[dict[str, Any] | None] = mapped_column(Json)
    last_touch: Mapped[dict[str, Any] | None] = mapped_column(Json)
    tracking: Mapped[bool] = mapped_column(default=True)
    visits: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


_TABLE = cast(Table, Visitor.__table__)
_TRACKING = Prepared(
    select(_TABLE.c.id, _TABLE.c.tracking).where(
        _TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead")
    )
)


_TOUCHES = Prepared(
    select(_TABLE.c.first_touch, _TABLE.c.last_touch).where(
        _TABLE.c.site_id == bindparam("the_site"), _TABLE.c.id == bindparam("the_visitor")
    )
)


def touches(session: Session, site_id: int, visitor_id: int) -> Any:
    """`first_touch` and `last_touch`."""
    return _TOUCHES.row(session, the_site=site_id, the_visitor=visitor_id)


def become(session: Session, site_id: int, visitor_id: int, lead_id: int) -> None:
    """The visitor is this lead from now on; for a visitor the session has not loaded."""
    changing(_TABLE, frozenset(("lead_id",))).run(session, the_site=site_id, the_id=visitor_id, lead_id=lead_id)


def find(session: Session, site_id: int, public_id: str, lock: bool = False) -> Visitor | None:
    found = select(Visitor).where(Visitor.site_id == site_id, Visitor.public_id == public_id)
    return session.scalar(found.with_for_update(key_share=True) if lock else found)


def of_subject(session: Session, site_id: int, subject: str) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.site_id == site_id, Visitor.subject == subject))


def refuse(session: Session, site_id: int, lead_id: int) -> None:
    """No browser of this lead is tracked from now on."""
    ours = (Visitor.site_id == site_id, Visitor.lead_id == lead_id)
    session.execute(update(Visitor).where(*ours).values(tracking=False))


def of_lead(session: Session, site_id: int, lead_id: int) -> Visitor | None:
    """The named visitor of a lead."""
    ours = (Visitor.site_id == site_id, Visitor.lead_id == lead_id, Visitor.subject.is_not(None))
    return session.scalar(select(Visitor).where(*ours).order_by(Visitor.id).limit(1))


def add_named(session: Session, site_id: int, public_id: str, values: dict[str, Any], now: datetime) -> Visitor:
    """The visitor of this `subject`; added once, however many ask at the same time."""
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"site_id": site_id, "public_id": public_id, "tracking": True, "created_at": now, "seen_at": now, **values}
    session.execute(insert(Visitor).values(row).on_conflict_do_nothing(index_elements=["site_id", "subject"]))
    return session.execute(
        select(Visitor).where(Visitor.site_id == site_id, Visitor.subject == values["subject"])
    ).scalar_one()


def by_id(session: Session, site_id: int, visitor_id: int) -> Visitor | None:
    return session.scalar(select(Visitor).where(Visitor.site_id == site_id, Visitor.id == visitor_id))


def get(session: Session, site_id: int, visitor_id: int) -> Visitor:
    return session.execute(select(Visitor).where(Visitor.site_id == site_id, Visitor.id == visitor_id)).scalar_one()


def untracked(session: Session, site_id: int, lead_ids: Sequence[int]) -> frozenset[int]:
    """Those of these leads' browsers that do not permit tracking."""
    found = (row for lead_id in lead_ids for row in _TRACKING.rows(session, the_site=site_id, the_lead=lead_id))
    return frozenset(row.id for row in found if not row.tracking)


def of_leads(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """The browsers of these leads: `id`, `lead_id`, `tracking` and `created_at`; rows, not entities."""
    told = (Visitor.id, Visitor.lead_id, Visitor.tracking, Visitor.created_at)
    ours = (Visitor.site_id == site_id, Visitor.lead_id.in_(lead_ids))
    return session.execute(select(*told).where(*ours).order_by(Visitor.id)).all()


def add(session: Session, site_id: int, public_id: str, values: dict[str, Any], now: datetime) -> int:
    row = {"site_id": site_id, "public_id": public_id, "created_at": now, "seen_at": now, **values}
    return session.execute(insert(Visitor).values(row).returning(Visitor.id)).scalar_one()


def change(session: Session, site_id: int, visitor_id: int, **values: Any) -> None:
    session.execute(update(Visitor).where(Visitor.site_id == site_id, Visitor.id == visitor_id).values(**values))
