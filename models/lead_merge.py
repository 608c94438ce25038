"""Merges: two leads that are one person. Nothing moves; a merge points from one to the other and can be undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lead import Lead
from models.lease import is_postgresql


class LeadMerge(Base):
    """`moved` is where both stood before, by which a merge is undone. `cause`: person, verified or form."""

    __tablename__ = "lead_merge"
    __table_args__ = (
        Index("ix_lead_merge_winner", "site_id", "winner_id", "id"),
        Index("ix_lead_merge_loser", "site_id", "loser_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    winner_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    loser_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    by: Mapped[str] = mapped_column(String(64))
    cause: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcTime)
    moved: Mapped[dict[str, Any]] = mapped_column(Json)
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)
    undone_by: Mapped[str | None] = mapped_column(String(64))


def family(session: Session, site_id: int, lead: Lead) -> tuple[int, ...]:
    """The ids of all leads that are this person, the given one first."""
    ids = [lead.id]
    newest = [lead.id] if lead.joined else []
    while newest:
        merged = select(Lead.id).where(Lead.site_id == site_id, Lead.merged_into.in_(newest))
        newest = list(session.scalars(merged.order_by(Lead.id)))
        ids += newest
    return tuple(ids)


def joined_to(session: Session, site_id: int, ids: Sequence[int]) -> dict[int, list[tuple[int, datetime]]]:
    """By each of these leads, who speak for themselves: the leads that are one with it, and since when."""
    joined: dict[int, list[tuple[int, datetime]]] = {}
    of: dict[int, tuple[int, datetime | None]] = {lead_id: (lead_id, None) for lead_id in ids}
    while of:
        standing = (LeadMerge.site_id == site_id, LeadMerge.winner_id.in_(of), LeadMerge.undone_at.is_(None))
        rows = session.scalars(select(LeadMerge).where(*standing).order_by(LeadMerge.id)).all()
        newest: dict[int, tuple[int, datetime | None]] = {}
        for row in rows:
            root, since = of[row.winner_id]
            at = max(since or row.at, row.at)
            joined.setdefault(root, []).append((row.loser_id, at))
            newest[row.loser_id] = (root, at)
        of = newest
    return joined


def root_of(session: Session, site_id: int, lead_id: int) -> int:
    """The lead that speaks for this one; without a lock, so for those who have queued up."""
    into = select(Lead.merged_into).where(Lead.site_id == site_id, Lead.id == lead_id)
    found = session.scalar(into)
    return lead_id if found is None else root_of(session, site_id, found)


def queue_up(session: Session, site_id: int) -> None:
    """One merge of a site at a time; on SQLite every writer waits anyway. First of all locks, or two wait for ever."""
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"merge:{site_id}", 0))))


def record(session: Session, site_id: int, values: dict[str, Any]) -> int:
    return session.execute(insert(LeadMerge).values(site_id=site_id, **values).returning(LeadMerge.id)).scalar_one()


def has_merged(session: Session, site_id: int, lead_id: int) -> bool:
    """Whether others are merged into it."""
    found = select(Lead.id).where(Lead.site_id == site_id, Lead.merged_into == lead_id)
    return session.scalar(found.limit(1)) is not None


def standing(session: Session, site_id: int, ids: Sequence[int]) -> Sequence[LeadMerge]:
    """Merges among these leads that have not been undone, oldest first."""
    ours = (LeadMerge.site_id == site_id, LeadMerge.loser_id.in_(ids), LeadMerge.undone_at.is_(None))
    return session.scalars(select(LeadMerge).where(*ours).order_by(LeadMerge.id)).all()


def last_of(session: Session, site_id: int, lead_id: int) -> LeadMerge | None:
    """The merge that took this lead away, or else the last one that brought another to it."""
    for side in (LeadMerge.loser_id, LeadMerge.winner_id):
        ours = (LeadMerge.site_id == site_id, side == lead_id, LeadMerge.undone_at.is_(None))
        if found := session.scalar(select(LeadMerge).where(*ours).order_by(LeadMerge.id.desc()).limit(1)):
            return found
    return None


def undo(session: Session, site_id: int, merge_id: int, by: str, now: datetime) -> None:
    ours = (LeadMerge.site_id == site_id, LeadMerge.id == merge_id)
    session.execute(update(LeadMerge).where(*ours).values(undone_at=now, undone_by=by))
