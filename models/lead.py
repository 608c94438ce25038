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
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import lead_search
from models.base import Base, Id, Json, UtcTime
from models.lease import is_postgresql
from models.prepared import Prepared, adding, changing
from models.search_words import kept

FIRST_NUMBER = 1000
LISTED = "stage != 'visitor'"
HELD = "held_at IS NOT NULL"
WORKABLE = ("active", "nurturing")  # in any other status nobody is to hear of a lead
EVERYONE = 10_000
FOUND_BY = frozenset(("stage", "name", "company", "email", "phone"))
MERGED = "merged_into IS NOT NULL"
_STAGES = ("lead", "mql", "sql", "prospect", "opportunity", "customer")


class Lead(Base):
    """Stage, status, kind and hand-off hold the words of qualification/stages.py.

    `revision` numbers every change sales can see, across cycles; a card of an older revision never replaces a newer.
    A lead `merged_into` another keeps all that is its own; where the person stands is the other's to say, and `joined`
    says of that one that it speaks for several.
    """

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_email", "site_id", "email"),
        Index("ix_lead_verified_email", "site_id", "verified_email"),
        Index("ix_lead_phone", "site_id", "phone"),
        Index("ix_lead_stage", "site_id", "stage", "id"),
        Index("ix_lead_handoff", "site_id", "handoff", "id"),
        Index("ix_lead_owner", "site_id", "owner", "id"),
        Index("ix_lead_listed", "site_id", "id", sqlite_where=text(LISTED), postgresql_where=text(LISTED)),
        Index("ix_lead_held", "site_id", "id", sqlite_where=text(HELD), postgresql_where=text(HELD)),
        Index("ix_lead_merged", "site_id", "merged_into", sqlite_where=text(MERGED), postgresql_where=text(MERGED)),
        Index("ix_lead_domain", "site_id", "domain"),
        Index("ix_lead_company_key", "site_id", "company_key"),
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
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    mql_threshold: Mapped[int | None]  # of the snapshot that made it an MQL in this cycle; None: no points did
    mql_version: Mapped[int | None]
    status_by: Mapped[str | None] = mapped_column(String(64))  # the rep who decided the status; None: the rules
    closed_code: Mapped[str | None] = mapped_column(String(64))  # why it is lost or disqualified
    sheet: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what reps wrote down: BANT, next step, amount
    held_at: Mapped[datetime | None] = mapped_column(UtcTime)  # waits in the ranked queue since, its alert not sent
    uncapped: Mapped[float | None]  # what a held lead is ranked by: points before caps, then those for who it is
    fit: Mapped[float | None]
    email: Mapped[str | None] = mapped_column(String(254))
    verified_email: Mapped[str | None] = mapped_column(String(254))  # the host site vouches for it
    phone: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(200))
    company: Mapped[str | None] = mapped_column(String(200))
    purchase_interest: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    assessment: Mapped[dict[str, Any] | None] = mapped_column(Json)
    source: Mapped[dict[str, Any] | None] = mapped_column(Json)
    domain: Mapped[str | None] = mapped_column(String(254))  # of a work address, by which colleagues are found
    company_key: Mapped[str | None] = mapped_column(String(200))  # the company's name without what varies in it
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))
    joined: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class LeadAlias(Base):
    """Every address and number a lead was ever known by: what duplicates are found through.

    Values that are `alike` may be one person's: the same mailbox under a tag, the same number.
    """

    __tablename__ = "lead_alias"
    __table_args__ = (
        UniqueConstraint("site_id", "value", "lead_id"),
        Index("ix_lead_alias_alike", "site_id", "alike"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    value: Mapped[str] = mapped_column(String(254))
    alike: Mapped[str | None] = mapped_column(String(254))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)


_TABLE = cast(Table, Lead.__table__)
_ONE = select(_TABLE).where(_TABLE.c.site_id == bindparam("the_site"), _TABLE.c.id == bindparam("the_id"))
_ITSELF, _LOCKED = Prepared(_ONE), Prepared(_ONE.with_for_update(key_share=True))
_ALIASES = cast(Table, LeadAlias.__table__)
_KNOWN_ALIAS = Prepared(
    select(_ALIASES.c.id).where(
        *(_ALIASES.c[name] == bindparam(name, type_=_ALIASES.c[name].type) for name in ("site_id", "value", "lead_id"))
    )
)


_LENGTHS = {column.name: column.type.length for column in _TABLE.c if isinstance(column.type, String)}


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
    lead_id = int(adding(_TABLE, frozenset(row), "id").row(session, **row).id)
    if not FOUND_BY.isdisjoint(values):
        _index(session, locked(session, site_id, lead_id), ())
    return lead_id


def locked(session: Session, site_id: int, lead_id: int) -> Lead | None:
    """The lead, or the one it was merged into; its row is locked, a merged one's before that of the other."""
    found = itself(session, site_id, lead_id)
    while found is not None and found.merged_into is not None:
        found = itself(session, site_id, found.merged_into)
    return found


def itself(session: Session, site_id: int, lead_id: int) -> Lead | None:
    """Exactly this lead, locked. Read like a Lead, but no entity: an entity costs six times as much."""
    found = _LOCKED.row(session, the_site=site_id, the_id=lead_id)
    if found is None:
        return None
    lead = session.info[(_InHand, lead_id)] = _InHand(**found._asdict())
    return cast(Lead, lead)


def get(session: Session, site_id: int, lead_id: int) -> Lead | None:
    """The lead, or the one it was merged into; for looking."""
    found = _ITSELF.row(session, the_site=site_id, the_id=lead_id)
    if found is None or found.merged_into is None:
        return cast(Lead | None, found)
    return get(session, site_id, found.merged_into)


def _fresh(*conditions: ColumnElement[bool]) -> Select[Lead]:
    """As the rows are now: entities do not learn of what prepared statements write in the same transaction."""
    return select(Lead).where(*conditions).execution_options(populate_existing=True)


def rows(session: Session, site_id: int, ids: Sequence[int]) -> Sequence[Lead]:
    """Exactly these leads."""
    return session.scalars(_fresh(Lead.site_id == site_id, Lead.id.in_(ids)).order_by(Lead.id)).all()


def change(session: Session, site_id: int, lead_id: int, **values: Any) -> None:
    """Of a lead in hand only what differs is written: every index on a written column is written too."""
    lead = session.info.get((_InHand, lead_id))
    before = _searched(lead) if lead else ()
    if lead:
        held = lead.__dict__
        values = {name: value for name, value in values.items() if held[name] != value}
        held.update(values)
    if values:
        changing(_TABLE, frozenset(values)).run(session, the_site=site_id, the_id=lead_id, **values)
    if not FOUND_BY.isdisjoint(values):
        _index(session, lead or locked(session, site_id, lead_id), before)


def _searched(lead: Lead) -> tuple[str | None, ...]:
    """What words are looked for in; nothing of who is not listed."""
    return (lead.name, lead.company, lead.email, lead.phone) if lead.stage not in (None, "visitor") else (None,) * 4


def _index(session: Session, lead: Lead | None, before: tuple[str | None, ...]) -> None:
    if lead is not None and (searched := _searched(lead)) != before:
        lead_search.keep(session, lead.site_id, lead.id, kept(*searched))


def fitted(texts: dict[str, str | None]) -> dict[str, str | None]:
    """As much of each text as its column holds: SQLite would take more, PostgreSQL refuses it. The facts keep all."""
    return {name: text and text[: _LENGTHS[name]] for name, text in texts.items()}


def find_by_email(session: Session, site_id: int, email: str) -> Sequence[Lead]:
    """Newest first; merged ones too."""
    found = select(Lead).where(Lead.site_id == site_id, Lead.email == email.strip().lower())
    return session.scalars(found.order_by(Lead.id.desc()).limit(20)).all()


def known_by(session: Session, site_id: int, value: str) -> Sequence[Lead]:
    """Leads that were ever known by exactly this address or number, merged ones too; the earliest first."""
    named = select(LeadAlias.lead_id).where(LeadAlias.site_id == site_id, LeadAlias.value == value)
    typed = select(Lead.id).where(Lead.site_id == site_id, Lead.email == value)
    vouched = select(Lead.id).where(Lead.site_id == site_id, Lead.verified_email == value)
    # each by its own index, and the site asked there alone: else the planner reads every lead of the site
    found = _fresh(Lead.id.in_(union_all(named, typed, vouched)))
    return session.scalars(found.order_by(Lead.id).limit(50)).all()


def aliases(session: Session, site_id: int, ids: Sequence[int]) -> Sequence[str]:
    """Every address and number these leads were ever known by."""
    found = select(LeadAlias.value).where(LeadAlias.site_id == site_id, LeadAlias.lead_id.in_(ids))
    return session.scalars(found.order_by(LeadAlias.id)).all()


def queue_up(session: Session, site_id: int, value: str) -> None:
    """Whoever looks for the same address at the same moment waits for our commit; on SQLite every writer does."""
    if is_postgresql(session):
        name = f"lead:{site_id}:{value}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def find_verified(session: Session, site_id: int, email: str) -> Lead | None:
    """The earliest lead the host site vouched this address for."""
    found = select(Lead).where(Lead.site_id == site_id, Lead.verified_email == email.strip().lower())
    return session.scalar(found.order_by(Lead.id).limit(1))


def search(session: Session, site_id: int, words: str, limit: int = 50) -> Sequence[Lead]:
    """Contactable leads, merged ones too, whose name, company, address or number holds all the words; newest first."""
    ids = lead_search.find(session, site_id, words, limit)
    if not ids:
        return []
    return session.scalars(_contactable(site_id).where(Lead.id.in_(ids)).order_by(Lead.id.desc())).all()


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
    return _contactable(site_id).where(Lead.merged_into.is_(None))


def _contactable(site_id: int) -> Select[Lead]:
    contactable = Lead.stage != literal_column("'visitor'")  # a literal, or no planner takes the index that says so
    return select(Lead).where(Lead.site_id == site_id, contactable)


def open_by_owner(session: Session, site_id: int, owners: Sequence[str]) -> dict[str, tuple[int, str]]:
    """How many leads somebody has in hand, and when they were given the last one, as it sorts; nobody with none."""
    latest = func.max(Lead.claimed_at)
    theirs = (Lead.site_id == site_id, Lead.owner.in_(owners), Lead.handoff.in_(("claimed", "accepted")))
    workable = (Lead.status.in_(WORKABLE), Lead.merged_into.is_(None))
    found = session.execute(select(Lead.owner, func.count(), latest).where(*theirs, *workable).group_by(Lead.owner))
    return {str(owner): (count, str(last or "")) for owner, count, last in found}


def quiet(session: Session, site_id: int, before: datetime, limit: int) -> Sequence[Lead]:
    """Leads that are not with sales and have not changed since then, those with the most points first."""
    theirs = (Lead.site_id == site_id, Lead.stage == "lead", Lead.status.in_(WORKABLE), Lead.merged_into.is_(None))
    found = select(Lead).where(*theirs, Lead.updated_at < before)
    return session.scalars(found.order_by(Lead.score.desc(), Lead.id.desc()).limit(limit)).all()


def contactable(session: Session, site_id: int, after_id: int, limit: int, since: datetime | None) -> Sequence[Lead]:
    """Everybody we can contact, by their ids; with `since` those who changed then or later."""
    ours = (Lead.site_id == site_id, Lead.id > after_id, Lead.merged_into.is_(None), Lead.status != "erased")
    found = select(Lead).where(*ours, Lead.stage.is_not(None), Lead.stage != "visitor")
    found = found.where(Lead.updated_at >= since) if since else found
    return session.scalars(found.order_by(Lead.id).limit(limit)).all()


def undecided(session: Session, site_id: int, after_id: int, limit: int) -> Sequence[int]:
    """Leads the criteria or time can still move, by their ids: at stage lead, or with sales and not accepted."""
    waiting = or_(Lead.stage == "lead", Lead.handoff.in_(("offered", "claimed")))
    found = select(Lead.id).where(Lead.site_id == site_id, Lead.id > after_id, Lead.merged_into.is_(None), waiting)
    return session.scalars(found.order_by(Lead.id).limit(limit)).all()


def between(session: Session, site_id: int) -> Sequence[Lead]:
    """Leads sales has not accepted, or has let expire; oldest first."""
    waiting = Lead.handoff.in_(("offered", "claimed", "expired"))
    ours = (Lead.site_id == site_id, Lead.merged_into.is_(None))
    return session.scalars(select(Lead).where(*ours, waiting).order_by(Lead.id)).all()


def held(session: Session, site_id: int, limit: int, offset: int = 0) -> Sequence[Lead]:
    """The ranked queue, best first: by points before caps, then those for who they are, then who came first."""
    waiting = (Lead.held_at.is_not(None), Lead.handoff == "offered", Lead.status.in_(WORKABLE))
    order = (Lead.uncapped.desc(), Lead.fit.desc(), Lead.held_at, Lead.id)
    found = select(Lead).where(Lead.site_id == site_id, *waiting).order_by(*order)
    return session.scalars(found.limit(limit).offset(offset)).all()


def held_count(session: Session, site_id: int | None = None) -> int:
    """How many wait in the ranked queue of a site, or of all."""
    waiting = [Lead.held_at.is_not(None), Lead.handoff == "offered", Lead.status.in_(WORKABLE)]
    ours = [] if site_id is None else [Lead.site_id == site_id]
    return session.scalar(select(func.count()).select_from(Lead).where(*waiting, *ours)) or 0


def held_anywhere(session: Session) -> Sequence[int]:
    """Sites in which somebody waits."""
    return session.scalars(select(Lead.site_id).where(Lead.held_at.is_not(None)).distinct()).all()


def hold_queue(session: Session, site_id: int) -> None:
    """Whoever decides at the same moment whom sales is told of waits for our commit; on SQLite every writer does."""
    if is_postgresql(session):
        name = f"queue:{site_id}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def in_stage(session: Session, site_id: int, stage: str, after: int, limit: int) -> Sequence[int]:
    """Ids of the next leads in this stage, in order."""
    ours = (Lead.site_id == site_id, Lead.stage == stage, Lead.merged_into.is_(None))
    found = select(Lead.id).where(*ours, Lead.id > after)
    return session.scalars(found.order_by(Lead.id).limit(limit)).all()


def come_as_far(session: Session, site_id: int, stage: str, changed_since: datetime | None) -> Sequence[int]:
    """Ids of leads in this stage or beyond, or who were there in an earlier cycle; of nobody who was erased."""
    further = _STAGES[_STAGES.index(stage) :]
    come = or_(Lead.stage.in_(further), Lead.cycle > 1) if stage != "lead" else Lead.stage.in_(further)
    ours = (Lead.site_id == site_id, Lead.merged_into.is_(None), Lead.status != "erased", come)
    found = select(Lead.id).where(*ours)
    if changed_since is not None:
        found = found.where(Lead.updated_at >= changed_since)
    return session.scalars(found.order_by(Lead.id)).all()


def counts(session: Session, site_id: int) -> dict[str, int]:
    ours = (Lead.site_id == site_id, Lead.merged_into.is_(None))
    found = select(Lead.stage, func.count()).where(*ours).group_by(Lead.stage)
    return {stage: count for stage, count in session.execute(found).all() if stage}


def changed(session: Session, site_id: int, since: datetime, before: datetime) -> list[int]:
    """Ids of leads we could contact who were there before `before` and with whom something happened since `since`."""
    here = (Lead.site_id == site_id, Lead.stage != "visitor", Lead.merged_into.is_(None))
    found = select(Lead.id).where(*here, Lead.created_at < before, Lead.updated_at >= since)
    return list(session.scalars(found.order_by(Lead.id)))


def of_ids(session: Session, site_id: int, lead_ids: Sequence[int]) -> Sequence[Any]:
    """Id, name, company and kind of these leads; rows, not entities."""
    columns = (Lead.id, Lead.name, Lead.company, Lead.kind)
    return session.execute(select(*columns).where(Lead.site_id == site_id, Lead.id.in_(lead_ids))).all()


def add_alias(session: Session, site_id: int, lead_id: int, value: str, alike: str) -> bool:
    """False when it was known already."""
    alias = {"site_id": site_id, "value": value, "lead_id": lead_id}
    if _KNOWN_ALIAS.row(session, **alias) is not None:
        return False
    row = {**alias, "alike": alike}
    adding(_ALIASES, frozenset(row)).run(session, **row)
    return True
