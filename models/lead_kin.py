"""Leads that have something in common: an address, a browser, a company."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
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
    found = {"the_site": site_id, "the_domain": lead.domain, "the_company": lead.company_key}
    if lead.domain is None and lead.company_key is None:
        return 0, []
    nearest = _COLLEAGUES.rows(session, **found, at_most=limit + len(ids))
    shown = [row for row in nearest if row.id not in ids]
    if len(nearest) < limit + len(ids):
        return len(shown), shown[:limit]
    others = _of_company(select(func.count()).select_from(_LEAD)).where(_LEAD.c.id.not_in(ids))
    return session.execute(others, found).scalar_one(), shown[:limit]


def _of_company(found: Select[Any]) -> Select[Any]:
    """Unknown is nobody's company: what is null equals nothing."""
    same = (_LEAD.c.domain == bindparam("the_domain")) | (_LEAD.c.company_key == bindparam("the_company"))
    counted = (_LEAD.c.site_id == bindparam("the_site"), _LEAD.c.merged_into.is_(None), _LEAD.c.stage != "visitor")
    return found.where(*counted, same)


_LEAD = cast(Table, Lead.__table__)
_NEAREST = (_LEAD.c.owner.is_(None), _LEAD.c.handoff == "none", _LEAD.c.id.desc())
_COLLEAGUES = Prepared(_of_company(select(_LEAD)).order_by(*_NEAREST).limit(bindparam("at_most")))
