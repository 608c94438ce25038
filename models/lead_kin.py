"""Leads that have something in common: an address, a browser, a company."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from models.conversation import Conversation, Message
from models.lead import Lead, LeadAlias
from models.prepared import Prepared

MOST = 20


def by_address(session: Session, site_id: int, lead_id: int) -> Sequence[tuple[int, str]]:
    """Other leads known by an address or number that is alike, with that address."""
    return [(row.lead_id, row.value) for row in _ALIKE.rows(session, the_site=site_id, the_lead=lead_id)]


def by_browser(session: Session, site_id: int, lead_id: int) -> Sequence[int]:
    """Other leads somebody was on a browser of this one, before or after or in the same conversation."""
    found = {
        row[0] for query in (_LATER, _LEFT, _WENT_ON) for row in query.rows(session, the_site=site_id, the_lead=lead_id)
    }
    return sorted(found - {None, lead_id})


def _alike() -> Select[Any]:
    mine, theirs = cast(Table, LeadAlias.__table__), cast(Table, LeadAlias.__table__).alias()
    same = (mine.c.alike == theirs.c.alike) & (mine.c.site_id == theirs.c.site_id)
    found = select(theirs.c.lead_id, theirs.c.value).join(mine, same).where(*_of(mine, "lead_id"))
    return found.where(theirs.c.lead_id != mine.c.lead_id).order_by(theirs.c.lead_id.desc()).limit(MOST)


def _later() -> Select[Any]:
    mine, theirs = _CONVERSATION, _CONVERSATION.alias()
    same = (mine.c.visitor_id == theirs.c.visitor_id) & (mine.c.site_id == theirs.c.site_id)
    return select(theirs.c.lead_id).join(mine, same).where(*_of(mine, "lead_id")).distinct().limit(MOST)


def _left() -> Select[Any]:
    found = select(_MESSAGE.c.lead_id).join(_CONVERSATION, _CONVERSATION.c.id == _MESSAGE.c.conversation_id)
    return found.where(*_of(_CONVERSATION, "lead_id"), _MESSAGE.c.lead_id.is_not(None)).distinct().limit(MOST)


def _went_on() -> Select[Any]:
    found = select(_CONVERSATION.c.lead_id).join(_MESSAGE, _CONVERSATION.c.id == _MESSAGE.c.conversation_id)
    return found.where(*_of(_MESSAGE, "lead_id")).distinct().limit(MOST)


def _of(table: Any, column: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.site_id == bindparam("the_site"), table.c[column] == bindparam("the_lead")


_CONVERSATION, _MESSAGE = cast(Table, Conversation.__table__), cast(Table, Message.__table__)
_ALIKE, _LATER, _LEFT, _WENT_ON = Prepared(_alike()), Prepared(_later()), Prepared(_left()), Prepared(_went_on())


def colleagues(
    session: Session, site_id: int, lead: Lead, ids: Sequence[int], limit: int
) -> tuple[int, Sequence[Lead]]:
    """How many other leads are of the same company, and those among them that sales is nearest to."""
    same = [
        column == value
        for column, value in ((Lead.domain, lead.domain), (Lead.company_key, lead.company_key))
        if value is not None
    ]
    if not same:
        return 0, []
    ours = (Lead.site_id == site_id, Lead.merged_into.is_(None), Lead.id.not_in(ids), Lead.stage != "visitor")
    total = session.scalar(select(func.count()).select_from(Lead).where(*ours, or_(*same))) or 0
    return total, session.scalars(_nearest(select(Lead).where(*ours, or_(*same))).limit(limit)).all() if total else []


def _nearest(found: Select[Lead]) -> Select[Lead]:
    return found.order_by(Lead.owner.is_(None), Lead.handoff == "none", Lead.id.desc())
