"""What a lead is called at a CRM, and what we last wrote there, so that what people change there is told from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime


class CrmLink(Base):
    """The columns are those of qualification/links.py."""

    __tablename__ = "crm_link"
    __table_args__ = (
        UniqueConstraint("site_id", "channel", "lead_id"),
        Index("ix_crm_link_remote", "site_id", "channel", "remote_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[str] = mapped_column(String(24))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    remote_id: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=0)
    written: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sending: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    made: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    conflicts: Mapped[list[Any]] = mapped_column(Json, default=list)
    heard: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


_TABLE = cast(Table, CrmLink.__table__)


def find(session: Session, site_id: int, channel: str, lead_id: int) -> CrmLink | None:
    ours = (CrmLink.site_id == site_id, CrmLink.channel == channel, CrmLink.lead_id == lead_id)
    return session.scalar(select(CrmLink).where(*ours))


def of_remote(session: Session, site_id: int, channel: str, remote_id: str) -> CrmLink | None:
    """The latest lead that is known there by this id."""
    ours = (CrmLink.site_id == site_id, CrmLink.channel == channel, CrmLink.remote_id == remote_id)
    return session.scalar(select(CrmLink).where(*ours).order_by(CrmLink.updated_at.desc(), CrmLink.id.desc()).limit(1))


def keep(session: Session, site_id: int, channel: str, lead_id: int, values: dict[str, Any], now: datetime) -> None:
    ours = (_TABLE.c.site_id == site_id, _TABLE.c.channel == channel, _TABLE.c.lead_id == lead_id)
    values = {**values, "updated_at": now}
    if session.execute(update(_TABLE).where(*ours).values(values).returning(_TABLE.c.id)).first() is None:
        session.execute(
            insert(_TABLE).values(
                site_id=site_id,
                channel=channel,
                lead_id=lead_id,
                **{"revision": 0, "written": {}, "sending": {}, "made": {}, "conflicts": [], "heard": {}, **values},
            )
        )


def all_links(session: Session, site_id: int, channel: str) -> Sequence[CrmLink]:
    ours = (CrmLink.site_id == site_id, CrmLink.channel == channel)
    return session.scalars(select(CrmLink).where(*ours).order_by(CrmLink.lead_id)).all()
