"""What slips through between marketing and sales, out of the rows of leads and promises."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import lead as leads
from models import outbox
from models.lead import Lead
from qualification.keeping.planning import expires_at, waits_for_sales
from qualification.policy import Policy
from qualification.views import Leak, Leaks, Person

LATE = timedelta(minutes=2)


def leaks_of(session: Session, site_id: int, policy: Policy, now: datetime) -> Leaks:
    between = leads.between(session, site_id)
    unowned = (_leak(lead, lead.offered_at or lead.updated_at) for lead in between if _is_unowned(lead))
    return Leaks(tuple(unowned), tuple(_expired(session, between, policy, now)), tuple(_untold(session, site_id, now)))


def _is_unowned(lead: Lead) -> bool:
    return lead.handoff == "offered" and waits_for_sales(lead)


def _leak(lead: Lead, since: datetime, why: str | None = None) -> Leak:
    return Leak(leads.reference(lead.id), since, owner_of(lead), why)


def owner_of(lead: Lead) -> Person | None:
    return Person(lead.owner, lead.owner_name or lead.owner) if lead.owner else None


def _expired(session: Session, between: Sequence[Lead], policy: Policy, now: datetime) -> Iterator[Leak]:
    """Back with marketing because of it, or about to be: the step that takes it back is late then."""
    for lead in between:
        if lead.handoff == "expired":
            yield _leak(lead, lead.returned_at or lead.updated_at, "nobody accepted it in time")
        elif waits_for_sales(lead) and (due := expires_at(session, lead, policy, now)) <= now:
            yield _leak(lead, due, "nobody has accepted it, and its time is over")


def _untold(session: Session, site_id: int, now: datetime) -> Iterator[Leak]:
    for stream, since, error in outbox.overdue(session, site_id, now - LATE):
        kind, _, lead_id = stream.partition(":")
        if kind == "lead":
            yield Leak(leads.reference(int(lead_id)), since, None, error or "waits to be delivered")
