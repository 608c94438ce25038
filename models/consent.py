"""Consent and other bases: what may be done with a person's data, in which words, since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, and_, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime
from models.prepared import Prepared, adding
from models.visitor import Visitor


class Consent(Base):
    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_visitor", "site_id", "visitor_id"),
        Index("ix_consent_lead", "site_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitor.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    purpose: Mapped[str] = mapped_column(String(32))  # visitor_request analytics follow_up sharing
    granted: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)


_TABLE = cast(Table, Consent.__table__)
_OF_LEAD = Prepared(
    select(_TABLE)
    .where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.lead_id == bindparam("the_lead"))
    .order_by(_TABLE.c.id)
)


def record(session: Session, site_id: int, values: dict[str, Any]) -> None:
    row = {"site_id": site_id, **values}
    adding(_TABLE, frozenset(row)).run(session, **row)


def of_lead(session: Session, site_id: int, lead_id: int) -> Sequence[Consent]:
    return cast(Sequence[Consent], _OF_LEAD.rows(session, the_site=site_id, the_lead=lead_id))


def about_tracking(
    session: Session, site_id: int, visitor_ids: Sequence[int], lead_ids: Sequence[int]
) -> Sequence[Any]:
    """What was said of being tracked, oldest first: `at`, `granted` and whom it is about.

    That is a `visitor_id`, and the `person_id` they were named as, or, said in a form, all browsers of the `lead_id`.
    """
    theirs = or_(Consent.visitor_id.in_(visitor_ids), Visitor.person_id.in_(visitor_ids))
    by_form = and_(Consent.visitor_id.is_(None), Consent.lead_id.in_(lead_ids))
    told = (Consent.visitor_id, Visitor.person_id, Consent.lead_id, Consent.at, Consent.granted)
    found = select(*told).outerjoin(Visitor, Visitor.id == Consent.visitor_id)
    ours = (Consent.site_id == site_id, Consent.purpose == "analytics", or_(theirs, by_form))
    return session.execute(found.where(*ours).order_by(Consent.id)).all()
