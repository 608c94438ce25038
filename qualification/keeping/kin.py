"""Whom sales should know of beside a lead: who may be the same person, and who is of the same company."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import lead as leads
from models import lead_kin, outbox
from models.lead import Lead
from qualification.stages import reached
from qualification.views import Kin, Person

SHOWN = 3
_WITH_SALES = ("offered", "claimed", "accepted")


def may_be(session: Session, site_id: int, ids: Sequence[int]) -> tuple[Kin, ...]:
    """Leads that may be the same person; only a person, or the host site, can say that they are."""
    return tuple(_kin(lead, why) for lead, why in _alike(session, site_id, ids) if reached(lead.stage, "lead"))


def _alike(session: Session, site_id: int, ids: Sequence[int]) -> Iterator[tuple[Lead, str]]:
    found = [(other, _same(value)) for one in ids for other, value in lead_kin.by_address(session, site_id, one)]
    found += [(other, "the same browser") for one in ids for other in lead_kin.by_browser(session, site_id, one)]
    met = set(ids)
    for lead_id, why in found:
        lead = leads.get(session, site_id, lead_id) if lead_id not in met else None
        if lead is not None and lead.id not in met:
            met.add(lead.id)
            yield lead, why


def _same(value: str) -> str:
    return "the same e-mail address" if "@" in value else "the same number"


def _kin(lead: Lead, why: str) -> Kin:
    owner = Person(lead.owner, lead.owner_name or lead.owner) if lead.owner else None
    return Kin(leads.reference(lead.id), why, lead.stage, lead.handoff, owner)


def colleagues(
    session: Session, site_id: int, lead: Lead, ids: Sequence[int], same: tuple[Kin, ...]
) -> tuple[int, tuple[Kin, ...]]:
    """How many others there are of the company, and the nearest to sales; `same` may be the person and are none."""
    others = [*ids, *(leads.id_of(one.ref) or 0 for one in same)]
    total, nearest = lead_kin.colleagues(session, site_id, lead, others, SHOWN)
    return total, tuple(_kin(other, "the same company") for other in nearest)


def tell_kin(session: Session, site_id: int, ids: Sequence[int], about: str, now: datetime) -> None:
    """Those who may be the same person get a card that says so, while there is one; a hint is worth no new card.

    Their rows are left alone: somebody may hold them.
    """
    for lead, _ in _alike(session, site_id, ids):
        stream = f"lead:{lead.id}"
        if lead.handoff in _WITH_SALES and not outbox.is_awaited(session, site_id, stream, outbox.ROOT):
            payload = {"lead": leads.reference(lead.id), "cycle": lead.cycle, "revision": lead.revision, "hint": True}
            key = f"slack:alert:{lead.id}:{lead.cycle}:{lead.revision}:{about}"
            promise = {"key": key, "stream": stream, "channel": "slack", "kind": outbox.ROOT, "payload": payload}
            outbox.enqueue(session, site_id, promise, now)
