"""Facts: what each person told us, with the words it was told in; corrections supersede, history stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Table, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.prepared import Prepared, adding


class Fact(Base):
    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_lead", "site_id", "lead_id", "superseded_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    slot: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(Json)
    confidence: Mapped[float]
    source: Mapped[Any] = mapped_column(String(12), nullable=False)
    verified: Mapped[bool] = mapped_column(default=False)
    known_at: Mapped[datetime] = mapped_column(UtcTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("fact.id"))


_TABLE = cast(Table, Fact.__table__)
_STANDING = (
    _TABLE.c.site_id == bindparam("the_site"),
    _TABLE.c.lead_id == bindparam("the_lead"),
    _TABLE.c.superseded_at.is_(None),
)
_CURRENT = Prepared(select(_TABLE).where(*_STANDING).order_by(_TABLE.c.id))
_SUPERSEDE = Prepared(
    update(_TABLE)
    .where(*_STANDING, _TABLE.c.slot == bindparam("the_slot"), _TABLE.c.id != bindparam("the_fact"))
    .values(superseded_at=bindparam("now", type_=UtcTime), superseded_by=bindparam("the_fact"))
)


def current(session: Session, site_id: int, lead_id: int) -> Sequence[Fact]:
    return _CURRENT.rows(session, the_site=site_id, the_lead=lead_id)


def ever_of(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """Everything these leads ever told, also what was superseded since; rows, not entities."""
    ours = (_TABLE.c.site_id == site_id, _TABLE.c.lead_id.in_(lead_ids))
    return session.execute(select(_TABLE).where(*ours).order_by(_TABLE.c.id)).all()


def known_before(session: Session, site_id: int, lead_ids: Sequence[int], then: datetime) -> list[Any]:
    """What stood then, whatever was told since; rows, not entities."""
    rows = ever_of(session, site_id, lead_ids)
    return [row for row in rows if row.known_at < then and (row.superseded_at is None or row.superseded_at >= then)]


def remember(
    session: Session, site_id: int, lead_id: int, values: dict[str, Any], now: datetime, is_first: bool = False
) -> int:
    """Stores a fact and marks the slot's earlier one as superseded by it; `is_first`: there is surely none."""
    row = {"site_id": site_id, "lead_id": lead_id, **values}
    fact_id = int(adding(_TABLE, frozenset(row), "id").row(session, **row).id)
    if is_first:
        return fact_id
    _SUPERSEDE.run(session, the_site=site_id, the_lead=lead_id, the_slot=row["slot"], the_fact=fact_id, now=now)
    return fact_id


def was_vouched(session: Session, site_id: int, lead_id: int, slot: str, text: str) -> bool:
    """Whether the host site has told us this before, even if the person has corrected it since."""
    ours = (Fact.site_id == site_id, Fact.lead_id == lead_id, Fact.slot == slot, Fact.text == text, Fact.verified)
    return session.scalar(select(Fact.id).where(*ours).limit(1)) is not None


def keep_aside(session: Session, site_id: int, lead_id: int, values: dict[str, Any], now: datetime) -> None:
    """Something that was told beside what stands: it is history at once."""
    standing = select(Fact.id).where(*_ours(site_id, lead_id), Fact.slot == values["slot"])
    later = session.scalar(standing.order_by(Fact.id.desc()).limit(1))
    row = {"site_id": site_id, "lead_id": lead_id, **values, "superseded_at": now, "superseded_by": later}
    adding(_TABLE, frozenset(row)).run(session, **row)


def was_spoken(session: Session, site_id: int, lead_id: int) -> bool:
    """Whether anything known of the lead was said in a conversation."""
    said = (Fact.site_id == site_id, Fact.lead_id == lead_id, Fact.message_id.is_not(None))
    return session.scalar(select(Fact.id).where(*said).limit(1)) is not None


def retract(session: Session, site_id: int, lead_id: int, slots: Iterable[str], now: datetime) -> None:
    taken_back = update(Fact).where(*_ours(site_id, lead_id), Fact.slot.in_(list(slots)))
    session.execute(taken_back.values(superseded_at=now))


def _ours(site_id: int, lead_id: int) -> tuple[ColumnElement[bool], ...]:
    return Fact.site_id == site_id, Fact.lead_id == lead_id, Fact.superseded_at.is_(None)
