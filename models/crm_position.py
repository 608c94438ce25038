"""How far we have looked for changes at a CRM, in its own words."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class CrmPosition(Base):
    __tablename__ = "crm_position"
    __table_args__ = (UniqueConstraint("site_id", "channel"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[str] = mapped_column(String(24))
    position: Mapped[str] = mapped_column(String(500))
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


def of(session: Session, site_id: int, channel: str) -> str | None:
    ours = (CrmPosition.site_id == site_id, CrmPosition.channel == channel)
    return session.scalar(select(CrmPosition.position).where(*ours))


def keep(session: Session, site_id: int, channel: str, position: str, now: datetime) -> None:
    ours = (CrmPosition.site_id == site_id, CrmPosition.channel == channel)
    values = {"position": position, "updated_at": now}
    if session.execute(update(CrmPosition).where(*ours).values(**values).returning(CrmPosition.id)).first() is None:
        session.execute(insert(CrmPosition).values(site_id=site_id, channel=channel, **values))
