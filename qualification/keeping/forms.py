"""Somebody who comes by a form, an event or another tool: found by address or started, read like an answer."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import consent as consents
from models import fact as facts
from models import lead as leads
from models import lead_merge as merges
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.lead import Lead
from qualification.addresses import exact
from qualification.doorstep import NewLead
from qualification.facts import Fact, Facts, Touchpoint
from qualification.forms import told
from qualification.keeping.evidence import fact_row, facts_of, touch_row, touched
from qualification.keeping.merging import SYSTEM, merge
from qualification.keeping.people import is_from_a_form, is_vouched_as
from qualification.policy import Policy
from qualification.signals import touch_of_source, when


def take_in(session: Session, site_id: int, new: NewLead, policy: Policy, now: datetime) -> int:
    """The id of the person's lead, found or started, with everything the form tells; what is known stands."""
    answers = told(new, policy, now)
    phone = next((str(fact.value) for fact in answers.facts if fact.slot == "phone"), None)
    lead_id = _found(session, site_id, new, phone, policy, now) or _started(session, site_id, new, now)
    lead = leads.itself(session, site_id, lead_id)
    if lead is None:
        raise LookupError(f"lead {lead_id} is gone")
    _remember(session, lead, answers.facts, now)
    _touch(session, lead, new, answers.other, now)
    for given in new.consent:
        consents.record(session, site_id, {"lead_id": lead_id, **asdict(given), "at": given.at or now})
        if given.purpose == "analytics" and not given.granted:
            visitors.refuse(session, site_id, lead_id)
    if lead.kind == "unknown" and answers.kind != "unknown":
        leads.change(session, site_id, lead_id, kind=answers.kind)
    return lead_id


def _found(
    session: Session, site_id: int, new: NewLead, phone: str | None, policy: Policy, now: datetime
) -> int | None:
    """The earliest lead of this person; leads that turn out to be one person become one."""
    for value in filter(None, (new.email and exact(new.email), phone)):
        leads.queue_up(session, site_id, value)
    same = list(_by_email(session, site_id, new.email)) if new.email else []
    same = same or list(_by_phone(session, site_id, new, phone))[:1]
    if len(same) > 1:
        merges.queue_up(session, site_id)
        leads.itself(session, site_id, same[0].id)
    for other in same[1:]:
        merge(session, site_id, (same[0].id, other.id), "form", SYSTEM, policy, now)
    return same[0].id if same else None


def _by_email(session: Session, site_id: int, email: str) -> Iterator[Lead]:
    """Those the host site vouched for, then those forms brought; an address typed into a chat is no proof."""
    found = leads.known_by(session, site_id, exact(email))
    yield from (lead for lead in found if is_vouched_as(lead, email))
    yield from (lead for lead in found if is_from_a_form(session, lead))


def _by_phone(session: Session, site_id: int, new: NewLead, phone: str | None) -> Iterator[Lead]:
    """A number may be shared: it finds somebody only where neither address nor name speaks against it."""
    for lead in leads.known_by(session, site_id, phone) if phone else ():
        one_address = new.email is None or lead.email is None
        if one_address and _fits(new.name, lead.name) and is_from_a_form(session, lead):
            yield lead


def _fits(name: str | None, other: str | None) -> bool:
    return not name or not other or bool(set(name.casefold().split()) & set(other.casefold().split()))


def _started(session: Session, site_id: int, new: NewLead, now: datetime) -> int:
    source = {"channel": new.source_channel, "name": new.source_name}
    return leads.start(session, site_id, now, source={key: value for key, value in source.items() if value})


def _remember(session: Session, lead: Lead, answers: tuple[Fact, ...], now: datetime) -> None:
    """What is known stands: anybody can type anybody's address into a form. What a form says beside it is kept."""
    known = facts_of(session, lead.site_id, (lead.id,))
    for fact in answers:
        if _is_news(fact, known):
            facts.remember(session, lead.site_id, lead.id, fact_row(fact, None), now)
        elif fact.source == "said" and fact.value != known[fact.slot].value:
            facts.keep_aside(session, lead.site_id, lead.id, fact_row(fact, None), now)


def _is_news(fact: Fact, known: Facts) -> bool:
    before = known.get(fact.slot)
    return before is None or (before.source == "inferred" and fact.source == "said")


def _touch(session: Session, lead: Lead, new: NewLead, other: dict[str, str], now: datetime) -> None:
    """Being told of somebody is a touchpoint of its channel, unless the program tells of that one itself."""
    kind, details = touch_of_source(new.source_channel, new.source_name)
    coming = Touchpoint(kind, now, None, {**details, **({"fields": other} if other else {})})
    told_of = [*new.touchpoints, *([] if any(one.type == kind for one in new.touchpoints) else [coming])]
    fresh = [one for one in told_of if one.at == now or not _is_known(session, lead, one)]
    touched(session, lead.site_id, None, lead.id, fresh, now)
    at = min((one.at for one in told_of), default=now)
    source: dict[str, Any] = lead.source or {}
    first = source.get("first") or {**details, "at": when(at)}
    last = {**details, "at": when(now)}
    kept = {"channel": new.source_channel, **source, "first": first, "last": last}
    leads.change(session, lead.site_id, lead.id, source=kept)


def _is_known(session: Session, lead: Lead, touch: Touchpoint) -> bool:
    """A program that sends somebody again tells of the same trade show again."""
    return touchpoints.is_known(session, lead.site_id, lead.id, touch_row(touch))
