"""The effective threshold: every change of the bar with its figures, and every morning's look at it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql


class ThresholdChange(Base):
    """The bar is `new` from `at` on; `on_floor`: it is the agreed floor again and follows it wherever that is."""

    __tablename__ = "threshold_change"
    __table_args__ = (Index("ix_threshold_change_site", "site_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    old: Mapped[int]
    new: Mapped[int]
    on_floor: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[str] = mapped_column(String(8))  # propose auto
    by: Mapped[str] = mapped_column(String(254))  # who approved, or `auto`
    why: Mapped[dict[str, Any]] = mapped_column(Json)
    criteria_version: Mapped[int]


class ThresholdLook(Base):
    """One look at the bar per business day with its figures; `state`: none open applied approved kept replaced."""

    __tablename__ = "threshold_look"
    __table_args__ = (UniqueConstraint("site_id", "on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(String(12))
    old: Mapped[int]
    new: Mapped[int | None]
    why: Mapped[dict[str, Any]] = mapped_column(Json)
    by: Mapped[str | None] = mapped_column(String(254))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)


def in_force(session: Session, site_id: int, at: datetime | None = None) -> int | None:
    """The bar now, or at a moment; None is the agreed floor."""
    ours = select(ThresholdChange).where(ThresholdChange.site_id == site_id)
    if at is not None:
        ours = ours.where(ThresholdChange.at <= at)
    found = session.scalar(ours.order_by(ThresholdChange.id.desc()).limit(1))
    return found.new if found is not None and not found.on_floor else None


def all_in_force(session: Session) -> dict[int, int]:
    """Of every site whose bar is above the floor."""
    latest = select(func.max(ThresholdChange.id)).group_by(ThresholdChange.site_id)
    found = select(ThresholdChange.site_id, ThresholdChange.new)
    raised = (ThresholdChange.id.in_(latest), ThresholdChange.on_floor.is_(False))
    return {row.site_id: row.new for row in session.execute(found.where(*raised))}


def history(session: Session, site_id: int) -> Sequence[ThresholdChange]:
    """Every change, in order."""
    ours = select(ThresholdChange).where(ThresholdChange.site_id == site_id)
    return session.scalars(ours.order_by(ThresholdChange.id)).all()


def change(session: Session, site_id: int, values: dict[str, Any]) -> int:
    adding = insert(ThresholdChange).values(site_id=site_id, **values).returning(ThresholdChange.id)
    return session.execute(adding).scalar_one()


def looked(session: Session, site_id: int, on: date) -> bool:
    ours = (ThresholdLook.site_id == site_id, ThresholdLook.on == on)
    return session.scalar(select(ThresholdLook.id).where(*ours)) is not None


def look(session: Session, site_id: int, values: dict[str, Any]) -> None:
    """Keeps a morning's look, once."""
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    adding = insert(ThresholdLook).values(site_id=site_id, **values)
    session.execute(adding.on_conflict_do_nothing(index_elements=["site_id", "on"]))


def latest_look(session: Session, site_id: int, state: str) -> ThresholdLook | None:
    """The latest look that ended so; `open` is a proposal that waits for people."""
    ours = (ThresholdLook.site_id == site_id, ThresholdLook.state == state)
    return session.scalar(select(ThresholdLook).where(*ours).order_by(ThresholdLook.id.desc()).limit(1))


def settle(session: Session, look: ThresholdLook, state: str, by: str | None, now: datetime) -> None:
    ours = (ThresholdLook.site_id == look.site_id, ThresholdLook.id == look.id)
    session.execute(update(ThresholdLook).where(*ours).values(state=state, by=by, decided_at=now))
