"""Secrets of sites other than `default`: sealed before they come here, so a stolen database tells none of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class SiteSecret(Base):
    __tablename__ = "site_secret"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


def keep(session: Session, site_id: int, name: str, sealed: str, now: datetime) -> None:
    """The new value takes the place of an earlier one."""
    forget(session, site_id, name)
    session.execute(insert(SiteSecret).values(site_id=site_id, name=name, sealed=sealed, updated_at=now))


def forget(session: Session, site_id: int, name: str) -> bool:
    """False when there was none."""
    ours = (SiteSecret.site_id == site_id, SiteSecret.name == name)
    return session.scalar(delete(SiteSecret).where(*ours).returning(SiteSecret.id)) is not None


def all_secrets(session: Session) -> Sequence[SiteSecret]:
    return session.scalars(select(SiteSecret).order_by(SiteSecret.id)).all()
