"""The door of privacy: everything we hold on a person, all of it gone, and gone by itself after a time."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import erasure, lead_merge, lead_search, outbox, personal
from models import handoff as steps
from models import lead as leads
from models import visitor as visitors
from models.database import Database
from models.personal import Whose
from qualification.addresses import exact
from qualification.keeping.announcing import announce_card, announce_change, announce_notice
from qualification.policy import Policy
from qualification.understanding.phone import e164

PAGE = 50
SPOKEN = ("line", "direct", "notice")
BY_THEMSELVES, BY_US, BY_TIME = "visitor", "operator", "retention"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many leads and browsers are empty now. `shared`: a lead others know of too was left, and sales was told."""

    leads: tuple[str, ...]
    visitors: int
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Privacy:
    """A person is named by a lead's reference, an address, a number or a visitor's id."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]

    def find(self, site_id: int, person: str) -> Whose | None:
        with self.database.read() as session:
            return _named(session, site_id, person, self.policies[site_id].region)

    def export(self, site_id: int, person: str) -> dict[str, Any] | None:
        """Every row about them, by table; None when nobody is known by that."""
        with self.database.read() as session:
            whose = _named(session, site_id, person, self.policies[site_id].region)
            return personal.rows_of(session, whose) if whose else None

    def export_own(self, site_id: int, visitor: str) -> dict[str, Any] | None:
        """The same for who holds a visitor's token: of a lead that others know of too, only what was said here."""
        with self.database.read() as session:
            whose, shared = _own(session, site_id, visitor)
            if whose is None:
                return None
            told = personal.rows_of(session, whose)
            return told | {"shared_with_us_elsewhere": [leads.reference(lead_id) for lead_id in shared]}

    def erase(self, site_id: int, person: str, by: str = BY_US) -> Erased | None:
        now = self.clock()
        with self.database.begin() as session:
            whose = _named(session, site_id, person, self.policies[site_id].region)
            erased = self._erase(session, whose, by, now) if whose else None
        self.told()
        return erased

    def erase_own(self, site_id: int, visitor: str) -> Erased | None:
        """Asked for with a visitor's token. A lead that others know of too is for people to decide: they are told."""
        now = self.clock()
        with self.database.begin() as session:
            whose, shared = _own(session, site_id, visitor)
            if whose is None:
                return None
            erased = self._erase(session, whose, BY_THEMSELVES, now)
            for lead_id in shared:
                if lead := leads.get(session, site_id, lead_id):
                    announce_notice(session, lead, "privacy_erase", f"own:{now.isoformat()}", now)
            named = tuple(leads.reference(lead_id) for lead_id in shared)
        self.told()
        return Erased(erased.leads, erased.visitors, named)

    def retain(self, site_id: int, days: int) -> Erased:
        """Erases who has not been heard of for so long; customers stay."""
        before, refs, browsers = self.clock() - timedelta(days=days), list[str](), 0
        while page := self._idle(site_id, before):
            refs += page.leads
            browsers += page.visitors
        return Erased(tuple(refs), browsers)

    def _idle(self, site_id: int, before: datetime) -> Erased | None:
        """One page, in a transaction of its own; None when nobody is left."""
        now = self.clock()
        with self.database.begin() as session:
            found = personal.idle_leads(session, site_id, before, PAGE)
            people = [_of_lead(session, site_id, lead_id) for lead_id in found]
            if not people:
                idle = personal.idle_visitors(session, site_id, before, PAGE)
                people = [Whose(site_id, (), (one,)) for one in idle]
            done = [self._erase(session, whose, BY_TIME, now) for whose in people if whose]
        self.told()
        refs = tuple(ref for one in done for ref in one.leads)
        return Erased(refs, sum(one.visitors for one in done)) if done else None

    def erased(self, site_id: int) -> tuple[dict[str, Any], ...]:
        """Who was erased, as numbers alone: to be kept outside of backups."""
        with self.database.read() as session:
            return tuple(
                {"lead": row.lead_id, "visitor": row.visitor_id, "came_at": row.came_at, "at": row.at}
                for row in erasure.of_site(session, site_id)
            )

    def erase_again(self, site_id: int, told: Iterable[Mapping[str, Any]]) -> int:
        """After a backup was restored: whoever was erased since it was made is erased again; how many were."""
        done = 0
        for one in told:
            now = self.clock()
            with self.database.begin() as session:
                whose = _again(session, site_id, one)
                if whose is not None:
                    self._erase(session, whose, BY_US, now)
                    done += 1
            self.told()
        return done

    def _erase(self, session: Session, whose: Whose, by: str, now: datetime) -> Erased:
        site_id = whose.site_id
        lead_merge.queue_up(session, site_id)
        for lead_id in sorted(whose.lead_ids):
            leads.itself(session, site_id, lead_id)
        words = _words(session, whose)
        spoken, cards = personal.posts(session, whose, "slack", SPOKEN), personal.cards(session, whose)
        for visitor_id in whose.visitor_ids:
            came = visitors.get(session, site_id, visitor_id).created_at
            erasure.remember(session, site_id, None, visitor_id, came, now)
        personal.erase(session, whose, (secrets.token_urlsafe(16) for _ in whose.visitor_ids))
        for lead_id in whose.lead_ids:
            self._empty(session, site_id, lead_id, by, now)
        personal.forget_events(session, site_id, words)
        for lead_id, cycle in cards:
            if lead := leads.itself(session, site_id, lead_id):
                announce_card(session, lead, cycle, now)
        for stream, place in spoken:
            payload = {"lead": leads.reference(int(stream.removeprefix("lead:"))), "place": place}
            key = f"slack:redact:{stream}:{place}"
            promise = {"key": key, "stream": stream, "channel": "slack", "kind": "redact", "payload": payload}
            outbox.enqueue(session, site_id, promise, now)
        return Erased(tuple(leads.reference(lead_id) for lead_id in whose.lead_ids), len(whose.visitor_ids))

    def _empty(self, session: Session, site_id: int, lead_id: int, by: str, now: datetime) -> None:
        lead = leads.itself(session, site_id, lead_id)
        if lead is None or lead.status == "erased":
            return
        erasure.remember(session, site_id, lead_id, None, lead.created_at, now)
        step = {"cycle": lead.cycle, "action": "erased", "actor": by, "code": None, "text": None, "at": now}
        steps.append(session, site_id, lead_id, step)
        values = personal.NOTHING | {"status": "erased", "revision": lead.revision + 1, "updated_at": now}
        leads.change(session, site_id, lead_id, **values)
        lead_search.keep(session, site_id, lead_id, "")
        if lead.merged_into is None:
            announce_change(session, lead, self.policies[site_id].listeners, (), now)


def _named(session: Session, site_id: int, person: str, region: str) -> Whose | None:
    words = person.strip()
    lead_id = leads.id_of(words)
    if lead_id is not None and leads.get(session, site_id, lead_id) is not None:
        return _of_lead(session, site_id, lead_id)
    if visitor := visitors.find(session, site_id, words):
        whose, _ = _own(session, site_id, words)
        return _of_lead(session, site_id, visitor.lead_id) if visitor.lead_id else whose
    plain = exact(words) if "@" in words else e164(words, region)[0]
    families = [_of_lead(session, site_id, one.id) for one in leads.known_by(session, site_id, plain)]
    return _together(site_id, [one for one in families if one])


def _of_lead(session: Session, site_id: int, lead_id: int) -> Whose | None:
    root = leads.get(session, site_id, lead_id)
    if root is None:
        return None
    family = lead_merge.family(session, site_id, root)
    return Whose(site_id, family, personal.browsers(session, site_id, family))


def _together(site_id: int, families: list[Whose]) -> Whose | None:
    """An address may have been told to several leads that never became one."""
    lead_ids = tuple(dict.fromkeys(lead_id for one in families for lead_id in one.lead_ids))
    visitor_ids = tuple(dict.fromkeys(visitor_id for one in families for visitor_id in one.visitor_ids))
    return Whose(site_id, lead_ids, visitor_ids) if lead_ids else None


def _own(session: Session, site_id: int, visitor: str) -> tuple[Whose | None, tuple[int, ...]]:
    """What is this visitor's alone, and the leads that are not."""
    found = visitors.find(session, site_id, visitor)
    if found is None:
        return None, ()
    ours = personal.circle(session, site_id, (found.id,)) if found.subject or found.person_id else (found.id,)
    if found.lead_id is None or (whole := _of_lead(session, site_id, found.lead_id)) is None:
        return Whose(site_id, (), ours), ()
    if personal.is_theirs_alone(session, Whose(site_id, whole.lead_ids, ours)):
        return Whose(site_id, whole.lead_ids, ours), ()
    return Whose(site_id, (), ours), whole.lead_ids[:1]


def _again(session: Session, site_id: int, told: Mapping[str, Any]) -> Whose | None:
    came = datetime.fromisoformat(str(told["came_at"]))
    if told.get("lead") is not None:
        lead = leads.itself(session, site_id, int(told["lead"]))
        if lead is None or lead.created_at != came or lead.status == "erased":
            return None
        return _of_lead(session, site_id, lead.id)
    known = visitors.by_id(session, site_id, int(told["visitor"]))
    return Whose(site_id, (), (known.id,)) if known and known.created_at == came and _holds(known) else None


def _holds(visitor: visitors.Visitor) -> bool:
    return bool(visitor.lead_id or visitor.subject or visitor.first_touch or visitor.last_touch)


def _words(session: Session, whose: Whose) -> list[str]:
    """By which an event that came in is known to be about them."""
    found: set[str] = set()
    for lead_id in whose.lead_ids:
        lead = leads.itself(session, whose.site_id, lead_id)
        if lead is not None:
            found |= {leads.reference(lead_id), *filter(None, (lead.email, lead.phone, lead.name))}
    return [word.lower() for word in found]
