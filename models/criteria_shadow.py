"""What a version that waits for approval would have said of leads that were judged meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, UtcTime
from models.lease import is_postgresql


class CriteriaShadow(Base):
    """The latest of both verdicts per lead; `rule` is what made the difference."""

    __tablename__ = "criteria_shadow"
    __table_args__ = (UniqueConstraint("site_id", "version_id", "lead_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("criteria_version.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    was: Mapped[str] = mapped_column(String(16))
    would_be: Mapped[str] = mapped_column(String(16))
    was_mql: Mapped[bool]
    would_be_mql: Mapped[bool]
    rule: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcTime)


def keep(
    session: Session, site_id: int, version_id: int, lead_id: int, verdicts: dict[str, Any], now: datetime
) -> None:
    insert = postgresql_insert if is_postgresql(session) else sqlite_insert
    row = {"site_id": site_id, "version_id": version_id, "lead_id": lead_id, "at": now, **verdicts}
    adding = insert(CriteriaShadow).values(row)
    once = ["site_id", "version_id", "lead_id"]
    session.execute(adding.on_conflict_do_update(index_elements=once, set_={**verdicts, "at": now}))


def of_version(session: Session, site_id: int, version_id: int) -> Sequence[CriteriaShadow]:
    ours = (CriteriaShadow.site_id == site_id, CriteriaShadow.version_id == version_id)
    return session.scalars(select(CriteriaShadow).where(*ours).order_by(CriteriaShadow.id)).all()
