"""Who somebody is: a browser recognised, a person the host site named, and what was theirs before."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import conversation as conversations
from models import fact as facts
from models import lead as leads
from models import lead_merge as merges
from models import touchpoint as touchpoints
from models import visitor as visitors
from models.lead import Lead
from models.visitor import Visitor
from qualification.addresses import exact, is_one_of
from qualification.doorstep import NotHere
from qualification.facts import Fact
from qualification.identity import Identity
from qualification.keeping.evidence import fact_row
from qualification.keeping.merging import SYSTEM, merge
from qualification.policy import Policy
from qualification.signals import when

Touches = dict[str, Any] | None
"""`first` and `last`: campaign parameters, outside referrer, landing path."""


def recognised(
    session: Session, site_id: int, visitor: str | None, touch: Touches, permitted: bool, now: datetime
) -> Visitor:
    """The visitor, or a new one when there was none. The first touch is frozen, the last one follows.

    A browser that asks not to be tracked is taken at its word until the visitor says yes.
    """
    found = visitors.find(session, site_id, visitor, lock=True) if visitor else None
    tracking = permitted and (found is None or found.tracking)
    first, last = _stamped(touch if tracking else None, now)
    if found is None:
        values = {"first_touch": first, "last_touch": last, "tracking": tracking}
        visitors.add(session, site_id, public_id := secrets.token_urlsafe(16), values, now)
        return known(session, site_id, public_id)
    touches = {"first_touch": found.first_touch or first, "last_touch": last or found.last_touch}
    visitors.change(session, site_id, found.id, seen_at=now, tracking=tracking, **touches)
    _follow(session, found, last)
    return found


def _stamped(touch: Touches, now: datetime) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    first, last = (touch or {}).get("first"), (touch or {}).get("last")
    kept = [{**one, "at": when(now)} if one else None for one in (first or last, last)]
    return kept[0], kept[1]


def _follow(session: Session, visitor: Visitor, last: dict[str, Any] | None) -> None:
    """The last touch of somebody who is a lead already."""
    if visitor.lead_id is None or last is None:
        return
    lead = leads.itself(session, visitor.site_id, visitor.lead_id)
    if lead is not None and lead.source is not None:
        leads.change(session, lead.site_id, lead.id, source={**lead.source, "last": last})


def known(session: Session, site_id: int, visitor: str, lock: bool = False) -> Visitor:
    found = visitors.find(session, site_id, visitor, lock)
    if found is None:
        raise NotHere
    return found


def permit(session: Session, browsers: tuple[Visitor, ...], granted: bool) -> None:
    """From now on; where a browser came from is forgotten with a no."""
    forgotten: dict[str, Any] = {} if granted else {"first_touch": None, "last_touch": None}
    for one in browsers:
        visitors.change(session, one.site_id, one.id, tracking=granted, **forgotten)


def behind(session: Session, visitor: Visitor) -> Visitor:
    """The person a browser was named as, or the browser itself."""
    return visitors.get(session, visitor.site_id, visitor.person_id) if visitor.person_id else visitor


def queue_up(session: Session, site_id: int, who: Identity) -> None:
    """Whoever brings the same person at the same moment waits for our commit, and so do other merges."""
    if who.email:
        leads.queue_up(session, site_id, exact(who.email))
    merges.queue_up(session, site_id)


def person_of(session: Session, known: Visitor, who: Identity, policy: Policy, now: datetime) -> Visitor:
    """The named visitor of this person. A browser somebody else used gives them nothing of its own."""
    if known.subject == who.subject:
        return known
    is_theirs = known.subject is None and known.person_id is None and _is_theirs(session, known, who)
    person = _named_before(session, known.site_id, who) or _named(session, known, who, is_theirs, now)
    if is_theirs:
        _take_along(session, known, person, policy, now)
    return visitors.get(session, known.site_id, person.id)


def _is_theirs(session: Session, unnamed: Visitor, who: Identity) -> bool:
    """Two people on one browser: whoever gave other addresses there before was somebody else."""
    given = _addresses(session, unnamed.site_id, unnamed.lead_id)
    person = visitors.of_subject(session, unnamed.site_id, who.subject)
    theirs = _addresses(session, unnamed.site_id, person.lead_id if person else None)
    theirs += (who.email,) if who.email else ()
    return not given or not theirs or any(is_one_of(address, theirs) for address in given)


def _addresses(session: Session, site_id: int, lead_id: int | None) -> tuple[str, ...]:
    found = leads.aliases(session, site_id, (lead_id,)) if lead_id is not None else ()
    return tuple(value for value in found if "@" in value)


def _named_before(session: Session, site_id: int, who: Identity) -> Visitor | None:
    """By the host's id for them, or by an address the host vouched for: what somebody only typed finds nobody."""
    if found := visitors.of_subject(session, site_id, who.subject):
        return found
    lead = leads.find_verified(session, site_id, who.email) if who.email else None
    return visitors.of_lead(session, site_id, lead.id) if lead else None


def _named(session: Session, known: Visitor, who: Identity, is_theirs: bool, now: datetime) -> Visitor:
    touches = {"first_touch": known.first_touch, "last_touch": known.last_touch} if is_theirs else {}
    values = {"subject": who.subject, "locale": known.locale, **touches}
    return visitors.add_named(session, known.site_id, secrets.token_urlsafe(16), values, now)


def _take_along(session: Session, unnamed: Visitor, person: Visitor, policy: Policy, now: datetime) -> None:
    """What they did and said before they were named is theirs; two leads of theirs become one."""
    site_id, lead_id = unnamed.site_id, unnamed.lead_id
    touchpoints.follow(session, site_id, unnamed.id, person.id)
    visitors.change(session, site_id, unnamed.id, person_id=person.id, lead_id=None)
    tracking = unnamed.tracking and person.tracking
    visitors.change(session, site_id, person.id, tracking=tracking, lead_id=person.lead_id or lead_id)
    if lead_id is not None and person.lead_id not in (None, lead_id):
        leads.itself(session, site_id, person.lead_id)
        merge(session, site_id, (person.lead_id, lead_id), "verified", SYSTEM, policy, now)


def lead_of_person(session: Session, person: Visitor, who: Identity, now: datetime) -> int | None:
    """Their lead, begun when there is something to keep on it; it stays without a stage until they do something."""
    if person.lead_id is None and not (who.email or who.name):
        return None
    lead_id = person.lead_id or leads.start(session, person.site_id, now)
    if person.lead_id is None:
        visitors.change(session, person.site_id, person.id, lead_id=lead_id)
    touchpoints.stitch(session, person.site_id, person.id, lead_id)
    conversations.begin_with(session, person.site_id, person.id, lead_id)
    return lead_id


def vouch(session: Session, site_id: int, lead_id: int, who: Identity, policy: Policy, now: datetime) -> bool:
    """Keeps what the host vouches for, each thing once: a correction the person made since stands."""
    given = {"email": who.email, "person_name": who.name}
    new = {
        slot: text
        for slot, text in given.items()
        if text and not facts.was_vouched(session, site_id, lead_id, slot, text)
    }
    for slot, text in new.items():
        vouched = Fact(slot, text, text, 1.0, "said", None, now, verified=True)
        facts.remember(session, site_id, lead_id, fact_row(vouched, None), now)
    if "email" in new:
        leads.change(session, site_id, lead_id, verified_email=new["email"])
    joined = _join(session, site_id, lead_id, who.email, policy, now) if who.email else False
    return bool(new) or joined


def _join(session: Session, site_id: int, lead_id: int, email: str, policy: Policy, now: datetime) -> bool:
    """Leads the host vouched for under the same address, and those forms brought, are the same person."""
    others = [lead for lead in leads.known_by(session, site_id, exact(email)) if lead.id != lead_id]
    same = [lead.id for lead in others if is_vouched_as(lead, email) or is_from_a_form(session, lead)]
    if same:
        leads.itself(session, site_id, lead_id)
    merged = [merge(session, site_id, (lead_id, other), "verified", SYSTEM, policy, now) for other in same]
    return any(merged)


def is_vouched_as(lead: Lead, email: str) -> bool:
    return lead.verified_email is not None and exact(lead.verified_email) == exact(email)


def is_from_a_form(session: Session, lead: Lead) -> bool:
    """Nobody ever spoke as this lead: an address typed into a chat proves nothing, and would show what is another's."""
    return lead.verified_email is None and not facts.was_spoken(session, lead.site_id, lead.id)


def may_see(session: Session, site_id: int, visitor: Visitor, lead: Lead, own: int) -> tuple[int, ...]:
    """Which leads' facts may show in a conversation about lead `own`.

    Whoever only typed an address sees what was said to this lead alone, even when a rep says it is the same person as
    another; somebody the host vouches for sees whatever the host's word has joined.
    """
    if not lead.joined or visitor.subject is None:
        return (own,)
    seen = {own}
    vouched = [
        one
        for one in merges.standing(session, site_id, merges.family(session, site_id, lead))
        if one.cause == "verified"
    ]
    while more := {
        side
        for one in vouched
        for side in (one.winner_id, one.loser_id)
        if seen & {one.winner_id, one.loser_id} and side not in seen
    }:
        seen |= more
    return (own, *sorted(seen - {own}))
