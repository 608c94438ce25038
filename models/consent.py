"""Consent and other bases: what may be done with a person's data, in which words, since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime
from models.prepared import Prepared, adding


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
    return _OF_LEAD.rows(session, the_site=site_id, the_lead=lead_id)
