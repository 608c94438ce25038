"""Leads: a person from their first word on, where they stand, and what the criteria last said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql
from models.prepared import Prepared, adding, changing

FIRST_NUMBER = 1000
LISTED = "stage != 'visitor'"


class Lead(Base):
    """Stage, status, kind and hand-off hold the words of qualification/stages.py.

    `revision` numbers every change sales can see, across cycles; a card of an older revision never replaces a newer.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_email", "site_id", "email"),
        Index("ix_lead_verified_email", "site_id", "verified_email"),
        Index("ix_lead_phone", "site_id", "phone"),
        Index("ix_lead_stage", "site_id", "stage", "id"),
        Index("ix_lead_handoff", "site_id", "handoff", "id"),
        Index("ix_lead_owner", "site_id", "owner", "id"),
        Index("ix_lead_name_key", "site_id", "name_key"),
        Index("ix_lead_listed", "site_id", "id", sqlite_where=text(LISTED), postgresql_where=text(LISTED)),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    stage: Mapped[Any] = mapped_column(String(16), nullable=True)
    status: Mapped[Any] = mapped_column(String(16), nullable=False, default="active")
    kind: Mapped[Any] = mapped_column(String(20), nullable=False, default="unknown")
    handoff: Mapped[Any] = mapped_column(String(16), nullable=False, default="none")
    cycle: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(64))
    owner_name: Mapped[str | None] = mapped_column(String(120))
    cool_until: Mapped[datetime | None] = mapped_column(UtcTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcTime)
    return_code: Mapped[str | None] = mapped_column(String(24))
    email: Mapped[str | None] = mapped_column(String(254))
    verified_email: Mapped[str | None] = mapped_column(String(254))  # the host site vouches for it
    phone: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(200))
    company: Mapped[str | None] = mapped_column(String(200))
    name_key: Mapped[str | None] = mapped_column(String(400))  # name and company lower-cased, for `/lead find`
    purchase_interest: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    assessment: Mapped[dict[str, Any] | None] = mapped_column(Json)
    source: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class LeadAlias(Base):
    """Every address and number a lead was ever known by: what duplicates are found through."""

    __tablename__ = "lead_alias"
    __table_args__ = (UniqueConstraint("site_id", "value", "lead_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    value: Mapped[str] = mapped_column(String(254))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)


_TABLE = cast(Table, Lead.__table__)
_ONE = select(_TABLE).where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.id == bindparam("the_id"))
_AS_IS, _LOCKED = Prepared(_ONE), Prepared(_ONE.with_for_update(key_share=True))
_ALIASES = cast(Table, LeadAlias.__table__)
_KNOWN_ALIAS = Prepared(
    select(_ALIASES.c.id).where(
        *(_ALIASES.c[name] == bindparam(name, type_=_ALIASES.c[name].type) for name in ("site_id", "value", "lead_id"))
    )
)


def reference(lead_id: int) -> str:
    return f"L-{FIRST_NUMBER + lead_id}"


def id_of(ref: str) -> int | None:
    """The id in a reference like `L-1042`, in any case; None when it is none."""
    digits = ref.strip().upper().removeprefix("L-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        return None
    return int(digits) - FIRST_NUMBER


class _InHand(SimpleNamespace):
    """A locked lead's columns as plain attributes, which follow what `change` writes in the same transaction."""


def find_or_start(session: Session, site_id: int, lead_id: int | None, now: datetime) -> Lead:
    """The lead, its row locked until the commit; a new one at the very start when there is none yet."""
    found = locked(session, site_id, start(session, site_id, now) if lead_id is None else lead_id)
    if found is None:
        raise LookupError(f"lead {lead_id} is gone")
    return found


def start(session: Session, site_id: int, now: datetime, **values: Any) -> int:
    row = {"site_id": site_id, "created_at": now, "updated_at": now, **values}
    return int(adding(_TABLE, frozenset(row), "id").row(session, **row).id)


def locked(session: Session, site_id: int, lead_id: int) -> Lead | None:
    """Read like a Lead, but no entity: an entity costs six times as much."""
    found = _LOCKED.row(session, the_site=site_id, the_id=lead_id)
    if found is None:
        return None
    lead = session.info[(_InHand, lead_id)] = _InHand(**found._asdict())
    return cast(Lead, lead)


def get(session: Session, site_id: int, lead_id: int) -> Lead | None:
    return cast(Lead | None, _AS_IS.row(session, the_site=site_id, the_id=lead_id))


def change(session: Session, site_id: int, lead_id: int, **values: Any) -> None:
    """Of a lead in hand only what differs is written: every index on a written column is written too."""
    if lead := session.info.get((_InHand, lead_id)):
        held = lead.__dict__
        values = {name: value for name, value in values.items() if held[name] != value}
        held.update(values)
    if values:
        changing(_TABLE, frozenset(values)).run(session, the_site=site_id, the_id=lead_id, **values)


def find_by_email(session: Session, site_id: int, email: str) -> Sequence[Lead]:
    found = select(Lead).where(Lead.site_id == site_id, Lead.email == email.strip().lower())
    return session.scalars(found.order_by(Lead.id.desc()).limit(20)).all()


def queue_up(session: Session, site_id: int, email: str) -> None:
    """Whoever looks for the same address at the same moment waits for our commit; on SQLite every writer does."""
    if is_postgresql(session):
        name = f"lead:{site_id}:{email.strip().lower()}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def find_verified(session: Session, site_id: int, email: str) -> Lead | None:
    """The earliest lead the host site vouched this address for."""
    found = select(Lead).where(Lead.site_id == site_id, Lead.verified_email == email.strip().lower())
    return session.scalar(found.order_by(Lead.id).limit(1))


def search(session: Session, site_id: int, words: str, limit: int = 50) -> Sequence[Lead]:
    """Contactable leads whose name, company, address or number holds the words; newest first."""
    pattern = f"%{_escaped(words.strip().lower())}%"
    matching = or_(*(column.like(pattern, escape="\\") for column in (Lead.name_key, Lead.email, Lead.phone)))
    return session.scalars(_listed(site_id).where(matching).order_by(Lead.id.desc()).limit(limit)).all()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass(frozen=True, slots=True)
class Least:
    """What a listed lead must have; None means anything. `since` is when it last changed."""

    score: int | None = None
    since: datetime | None = None
    channel: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        having: list[ColumnElement[bool]] = []
        if self.score is not None:
            having.append(Lead.score >= self.score)
        if self.since is not None:
            having.append(Lead.updated_at >= self.since)
        if self.channel is not None:
            having.append(Lead.source["channel"].as_string() == self.channel)
        return having


def listed(
    session: Session, site_id: int, equal: dict[str, Any], least: Least, limit: int, offset: int = 0
) -> Sequence[Lead]:
    """Leads (visitors without contact are not listed) by equal columns and what they have at least, newest first."""
    found = _listed(site_id).filter_by(**equal).where(*least.conditions()).order_by(Lead.id.desc())
    return session.scalars(found.limit(limit).offset(offset)).all()


def _listed(site_id: int) -> Select[Lead]:
    contactable = Lead.stage != literal_column("'visitor'")  # a literal, or no planner takes the index that says so
    return select(Lead).where(Lead.site_id == site_id, contactable)


def counts(session: Session, site_id: int) -> dict[str, int]:
    found = select(Lead.stage, func.count()).where(Lead.site_id == site_id).group_by(Lead.stage)
    return {stage: count for stage, count in session.execute(found).all() if stage}


def add_alias(session: Session, site_id: int, lead_id: int, value: str) -> None:
    alias = {"site_id": site_id, "value": value, "lead_id": lead_id}
    if _KNOWN_ALIAS.row(session, **alias) is None:
        adding(_ALIASES, frozenset(alias)).run(session, **alias)
