"""Sites: a deployment serves several, and nothing of one is ever seen by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime


class Site(Base):
    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    origins: Mapped[list[Any]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


def find(session: Session, key: str) -> Site | None:
    return session.scalar(select(Site).where(Site.key == key))


def find_or_add(session: Session, key: str, now: datetime) -> int:
    """The site's id; a site is added once."""
    found = session.scalar(select(Site.id).where(Site.key == key))
    if found is not None:
        return found
    return session.execute(insert(Site).values(key=key, origins=[], created_at=now).returning(Site.id)).scalar_one()
