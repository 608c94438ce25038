"""Versions of the agreed criteria: their text, who approved them, and which one judged from when on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Row,
    Select,
    String,
    Text,
    UniqueConstraint,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime
from models.lease import is_postgresql


class CriteriaVersion(Base):
    """One content of a site's criteria file, kept for ever: what an MQL was judged by can always be read."""

    __tablename__ = "criteria_version"
    __table_args__ = (UniqueConstraint("site_id", "content_hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))  # of the file
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class CriteriaApproval(Base):
    __tablename__ = "criteria_approval"
    __table_args__ = (UniqueConstraint("site_id", "version_id", "role"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    role: Mapped[str] = mapped_column(String(12))  # marketing sales
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcTime)


class CriteriaActivation(Base):
    """From `at` on this version judges. `reassessed_to` is the last lead judged anew by it, until all are."""

    __tablename__ = "criteria_activation"
    __table_args__ = (
        Index("ix_criteria_activation_site", "site_id", "id"),
        Index(
            "ix_criteria_activation_open",
            "site_id",
            sqlite_where=text("reassessed_at IS NULL"),
            postgresql_where=text("reassessed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    cause: Mapped[str] = mapped_column(String(16))  # first_start development agreed
    at: Mapped[datetime] = mapped_column(UtcTime)
    reassessed_to: Mapped[int] = mapped_column(Id, default=0)
    reassessed_at: Mapped[datetime | None] = mapped_column(UtcTime)


def hold(session: Session, site_id: int) -> None:
    """Whoever agrees on something of the site at the same moment waits for our commit; on SQLite every writer does."""
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"agreement:{site_id}", 0))))


def add(session: Session, site_id: int, values: dict[str, Any]) -> int:
    """`values`: number, content_hash, name, text, created_at."""
    adding = insert(CriteriaVersion).values(site_id=site_id, **values)
    return session.execute(adding.returning(CriteriaVersion.id)).scalar_one()


def known(session: Session, site_id: int) -> Sequence[CriteriaVersion]:
    """All versions, in the order they came."""
    ours = select(CriteriaVersion).where(CriteriaVersion.site_id == site_id)
    return session.scalars(ours.order_by(CriteriaVersion.id)).all()


def active(session: Session, site_id: int, at: datetime | None = None) -> CriteriaVersion | None:
    """The version that judges, or that judged at a moment."""
    ours = select(CriteriaActivation.version_id).where(CriteriaActivation.site_id == site_id)
    if at is not None:
        ours = ours.where(CriteriaActivation.at <= at)
    latest = ours.order_by(CriteriaActivation.id.desc()).limit(1).scalar_subquery()
    return session.scalar(select(CriteriaVersion).where(CriteriaVersion.id == latest))


def of_content(session: Session, site_id: int, content_hash: str) -> int:
    ours = (CriteriaVersion.site_id == site_id, CriteriaVersion.content_hash == content_hash)
    return session.execute(select(CriteriaVersion.id).where(*ours)).scalar_one()


def of_number(session: Session, site_id: int, number: int) -> CriteriaVersion | None:
    """The version of this number; the one that judged last, should there be several."""
    judged = (
        select(func.max(CriteriaActivation.id))
        .where(CriteriaActivation.version_id == CriteriaVersion.id)
        .scalar_subquery()
    )
    ours = (CriteriaVersion.site_id == site_id, CriteriaVersion.number == number)
    found = select(CriteriaVersion).where(*ours).order_by(func.coalesce(judged, 0).desc(), CriteriaVersion.id.desc())
    return session.scalar(found.limit(1))


def text_of(session: Session, site_id: int, version_id: int) -> Row[str, str]:
    """Text and name of the file."""
    ours = (CriteriaVersion.site_id == site_id, CriteriaVersion.id == version_id)
    return session.execute(select(CriteriaVersion.text, CriteriaVersion.name).where(*ours)).one()


def activate(session: Session, site_id: int, version_id: int, cause: str, now: datetime) -> None:
    """Before the very first version nobody was judged, so nobody is judged anew by it."""
    done = now if cause == "first_start" else None
    values = {"site_id": site_id, "version_id": version_id, "cause": cause, "at": now, "reassessed_to": 0}
    session.execute(insert(CriteriaActivation).values(**values, reassessed_at=done))


def activations(session: Session, site_id: int) -> Sequence[CriteriaActivation]:
    """What judged when, in order."""
    ours = select(CriteriaActivation).where(CriteriaActivation.site_id == site_id)
    return session.scalars(ours.order_by(CriteriaActivation.id)).all()


def approvals(session: Session, site_id: int) -> Sequence[CriteriaApproval]:
    ours = select(CriteriaApproval).where(CriteriaApproval.site_id == site_id)
    return session.scalars(ours.order_by(CriteriaApproval.id)).all()


def approve(session: Session, site_id: int, version_id: int, role: str, by: str, now: datetime) -> None:
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"site_id": site_id, "version_id": version_id, "role": role, "by": by, "at": now}
    once = ["site_id", "version_id", "role"]
    session.execute(insert(CriteriaApproval).values(row).on_conflict_do_nothing(index_elements=once))


def all_active(session: Session) -> Sequence[Any]:
    """Of every site the version that judges: `site_id`, `id`, `number`, `content_hash`."""
    latest = select(func.max(CriteriaActivation.id)).group_by(CriteriaActivation.site_id)
    found = _short().join(CriteriaActivation, CriteriaActivation.version_id == CriteriaVersion.id)
    return session.execute(found.where(CriteriaActivation.id.in_(latest))).all()


def all_never_active(session: Session) -> Sequence[Any]:
    """Versions that have never judged, likewise."""
    judged = exists().where(CriteriaActivation.version_id == CriteriaVersion.id)
    return session.execute(_short().where(~judged)).all()


def _short() -> Select[int, int, int, str]:
    """Without the text, for what is looked at every two seconds."""
    version = CriteriaVersion
    return select(version.site_id, version.id, version.number, version.content_hash)


def sites_to_reassess(session: Session) -> Sequence[int]:
    """Sites where leads are still to be judged anew."""
    return session.scalars(
        select(CriteriaActivation.site_id).where(CriteriaActivation.reassessed_at.is_(None)).distinct()
    ).all()


def to_reassess(session: Session, site_id: int) -> CriteriaActivation | None:
    """The latest activation of a site, its row locked, when leads are still to be judged anew by it."""
    ours = (CriteriaActivation.site_id == site_id, CriteriaActivation.reassessed_at.is_(None))
    found = select(CriteriaActivation).where(*ours).order_by(CriteriaActivation.id.desc()).limit(1)
    return session.scalar(found.with_for_update(skip_locked=True))


def reassessed(session: Session, activation: CriteriaActivation, to: int | None, now: datetime) -> None:
    """Judged anew up to lead `to`; None: all of them, by this and so by every earlier version."""
    ours = (CriteriaActivation.site_id == activation.site_id, CriteriaActivation.id <= activation.id)
    if to is None:
        session.execute(update(CriteriaActivation).where(*ours).values(reassessed_at=now))
    else:
        session.execute(update(CriteriaActivation).where(*ours).values(reassessed_to=to))
