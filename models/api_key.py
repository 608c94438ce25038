"""API keys: what a site's own programs show. Only a digest is kept; a key is random enough to need no slower one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class ApiKey(Base):
    """`prefix` is the beginning of the key, by which people tell one from another."""

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("site_id", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    prefix: Mapped[str] = mapped_column(String(24))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


def add(session: Session, site_id: int, prefix: str, digest: str, now: datetime) -> None:
    session.execute(insert(ApiKey).values(site_id=site_id, prefix=prefix, digest=digest, created_at=now))


def of_site(session: Session, site_id: int) -> Sequence[ApiKey]:
    return session.scalars(select(ApiKey).where(ApiKey.site_id == site_id).order_by(ApiKey.id)).all()


def revoke(session: Session, site_id: int, key_id: int, now: datetime) -> None:
    session.execute(update(ApiKey).where(ApiKey.site_id == site_id, ApiKey.id == key_id).values(revoked_at=now))


def valid(session: Session) -> list[tuple[str, int]]:
    """Digest and site of every key that still opens."""
    found = select(ApiKey.digest, ApiKey.site_id).where(ApiKey.revoked_at.is_(None)).order_by(ApiKey.id)
    return [(digest, site_id) for digest, site_id in session.execute(found)]
