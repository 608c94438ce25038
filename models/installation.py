"""Slack workspaces connected by OAuth: one for each site, with its token sealed; and the states of that dance."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime


class Installation(Base):
    """Gone with the app: a workspace that removed it has no row, and its token is kept no longer."""

    __tablename__ = "slack_installation"
    __table_args__ = (UniqueConstraint("site_id"), UniqueConstraint("team_id"))  # a workspace belongs to one site

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    team_id: Mapped[str] = mapped_column(String(64))
    team_name: Mapped[str] = mapped_column(String(200))
    sealed_token: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text)
    alert_channel: Mapped[str] = mapped_column(String(64))
    installed_by: Mapped[str] = mapped_column(String(64))
    installed_at: Mapped[datetime] = mapped_column(UtcTime)


class InstallState(Base):
    """One attempt to connect a workspace to a site; of the state itself only a digest is kept."""

    __tablename__ = "slack_install_state"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    alert_channel: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


def all_installations(session: Session) -> Sequence[Installation]:
    return session.scalars(select(Installation).order_by(Installation.id)).all()


def site_of(session: Session, team_id: str) -> int | None:
    return session.scalar(select(Installation.site_id).where(Installation.team_id == team_id))


def keep(session: Session, site_id: int, values: dict[str, Any]) -> None:
    """Takes the place of what the site was connected to before."""
    session.execute(delete(Installation).where(Installation.site_id == site_id))
    session.execute(insert(Installation).values(site_id=site_id, **values))


def forget(session: Session, site_id: int, team_id: str, not_after: datetime) -> bool:
    """False when there is none, or only one made later than what we are told of."""
    meant = (Installation.site_id == site_id, Installation.team_id == team_id, Installation.installed_at <= not_after)
    return session.execute(delete(Installation).where(*meant).returning(Installation.id)).first() is not None


def begin(session: Session, site_id: int, digest: str, alert_channel: str, now: datetime, expires_at: datetime) -> None:
    """Notes the state; those that ran out go."""
    session.execute(delete(InstallState).where(InstallState.expires_at <= now))
    values = {"site_id": site_id, "digest": digest, "alert_channel": alert_channel, "expires_at": expires_at}
    session.execute(insert(InstallState).values(values))


def is_known(session: Session, digest: str) -> bool:
    return session.scalar(select(InstallState.site_id).where(InstallState.digest == digest)) is not None


def take(session: Session, digest: str, now: datetime) -> tuple[int, str] | None:
    """Site and channel of a state that still holds; nobody gets it a second time."""
    found = session.execute(delete(InstallState).where(InstallState.digest == digest).returning(InstallState)).scalar()
    return (found.site_id, found.alert_channel) if found and found.expires_at > now else None
