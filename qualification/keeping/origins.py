"""Where a person comes from and what they permit, over all the leads that are them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import lead as leads
from models import lead_merge as merges
from models.lead import Lead
from qualification.addresses import exact
from qualification.sameness import origin
from qualification.views import Merge, Permission


def source_of(session: Session, site_id: int, lead: Lead, ids: Sequence[int]) -> dict[str, Any]:
    """The source of the earliest first touch, with the latest last one."""
    found: dict[str, Any] = lead.source or {}
    for other in _others(session, site_id, ids):
        found = origin(found, other.source)
    return found


def _others(session: Session, site_id: int, ids: Sequence[int]) -> Sequence[Lead]:
    return leads.rows(session, site_id, ids[1:]) if len(ids) > 1 else ()


def is_vouched(session: Session, site_id: int, lead: Lead, ids: Sequence[int]) -> bool:
    """Whether the host site vouches for the address that is shown."""
    known = [one.verified_email for one in (lead, *_others(session, site_id, ids)) if one.verified_email]
    return lead.email is not None and exact(lead.email) in map(exact, known)


def permissions_of(session: Session, site_id: int, ids: Sequence[int]) -> tuple[Permission, ...]:
    """Everything agreed to or refused, in order."""
    rows = [row for lead_id in ids for row in consents.of_lead(session, site_id, lead_id)]
    given = [Permission(row.purpose, row.granted, row.text_version, row.at) for row in rows]
    return tuple(sorted(given, key=lambda one: one.at))


def merged_of(session: Session, site_id: int, ids: Sequence[int]) -> tuple[Merge, ...]:
    found = merges.standing(session, site_id, ids[1:]) if len(ids) > 1 else ()
    return tuple(Merge(leads.reference(one.loser_id), one.by, one.cause, one.at) for one in found)
