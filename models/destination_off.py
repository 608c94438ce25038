"""Destinations that were switched off because their receiver wants to hear nothing any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class DestinationOff(Base):
    __tablename__ = "destination_off"
    __table_args__ = (UniqueConstraint("site_id", "channel"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[str] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcTime)


def turn_off(session: Session, site_id: int, channel: str, why: str, now: datetime) -> None:
    """What is off already stays off since then."""
    if not is_off(session, site_id, channel):
        session.execute(insert(DestinationOff).values(site_id=site_id, channel=channel, why=why, at=now))


def turn_on(session: Session, site_id: int, channel: str) -> bool:
    """False when it was not off."""
    ours = (DestinationOff.site_id == site_id, DestinationOff.channel == channel)
    return session.scalar(delete(DestinationOff).where(*ours).returning(DestinationOff.id)) is not None


def is_off(session: Session, site_id: int, channel: str) -> bool:
    ours = (DestinationOff.site_id == site_id, DestinationOff.channel == channel)
    return session.scalar(select(DestinationOff.id).where(*ours)) is not None


def all_off(session: Session) -> Sequence[DestinationOff]:
    return session.scalars(select(DestinationOff).order_by(DestinationOff.id)).all()
