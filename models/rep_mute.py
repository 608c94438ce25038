"""Reps who want to hear nothing for a while: no reminder, no lead given by Foyer."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class RepMute(Base):
    __tablename__ = "rep_mute"
    __table_args__ = (UniqueConstraint("site_id", "rep"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    rep: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcTime)


def keep(session: Session, site_id: int, rep: str, until: datetime | None) -> None:
    """The last word holds; None: not any more."""
    session.execute(delete(RepMute).where(RepMute.site_id == site_id, RepMute.rep == rep))
    if until is not None:
        session.execute(insert(RepMute).values(site_id=site_id, rep=rep, until=until))


def muted(session: Session, site_id: int, now: datetime) -> dict[str, datetime]:
    """Who is muted now, and until when."""
    ours = (RepMute.site_id == site_id, RepMute.until > now)
    return {row.rep: row.until for row in session.execute(select(RepMute.rep, RepMute.until).where(*ours)).all()}
