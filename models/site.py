"""Sites: a deployment serves several, and nothing of one is ever seen by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql


class Site(Base):
    """Files are where the site's criteria, playbook and team are read from; None means the files of the settings."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    origins: Mapped[list[Any]] = mapped_column(Json, default=list)
    criteria_file: Mapped[str | None] = mapped_column(String(1000))
    playbook_file: Mapped[str | None] = mapped_column(String(1000))
    team_file: Mapped[str | None] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


def find(session: Session, key: str) -> Site | None:
    return session.scalar(select(Site).where(Site.key == key))


def all_sites(session: Session) -> Sequence[Site]:
    return session.scalars(select(Site).order_by(Site.id)).all()


def find_or_add(session: Session, key: str, now: datetime) -> int:
    """The site's id; a site is added once."""
    known = select(Site.id).where(Site.key == key)
    found = session.scalar(known)
    if found is not None:
        return found
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"key": key, "origins": [], "created_at": now}
    session.execute(insert(Site).values(row).on_conflict_do_nothing(index_elements=["key"]))
    return session.execute(known).scalar_one()  # ours, or that of a process that started at the same moment


def add(session: Session, key: str, values: dict[str, Any], now: datetime) -> int:
    return session.execute(insert(Site).values(key=key, created_at=now, **values).returning(Site.id)).scalar_one()


def change(session: Session, site_id: int, **values: Any) -> None:
    session.execute(update(Site).where(Site.id == site_id).values(**values))
