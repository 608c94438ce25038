"""Subscriptions of automation tools: which address is told of which event."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class Hook(Base):
    """A number is never given again: what was promised to one that is gone shall not reach the next."""

    __tablename__ = "hook"
    __table_args__ = (Index("ix_hook_site", "site_id", "event"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    event: Mapped[str] = mapped_column(String(24))
    target_url: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


def add(session: Session, site_id: int, event: str, target_url: str, now: datetime) -> int:
    """The id; that of the one that is there when the same address has subscribed to the same before."""
    same = (Hook.site_id == site_id, Hook.event == event, Hook.target_url == target_url)
    known = session.scalar(select(Hook.id).where(*same).limit(1))
    values = {"site_id": site_id, "event": event, "target_url": target_url, "created_at": now}
    return known or session.execute(insert(Hook).values(**values).returning(Hook.id)).scalar_one()


def find(session: Session, site_id: int, hook_id: int) -> Hook | None:
    return session.scalar(select(Hook).where(Hook.site_id == site_id, Hook.id == hook_id))


def remove(session: Session, site_id: int, hook_id: int) -> bool:
    """False when there is none."""
    ours = (Hook.site_id == site_id, Hook.id == hook_id)
    return session.scalar(delete(Hook).where(*ours).returning(Hook.id)) is not None


def count(session: Session, site_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Hook).where(Hook.site_id == site_id)) or 0


def of_site(session: Session, site_id: int) -> Sequence[Hook]:
    return session.scalars(select(Hook).where(Hook.site_id == site_id).order_by(Hook.id)).all()


def all_hooks(session: Session) -> Sequence[Hook]:
    return session.scalars(select(Hook).order_by(Hook.id)).all()
