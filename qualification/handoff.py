"""Door: sales takes over. Each wish of a rep is one transaction that re-reads where the lead stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import handoff as steps
from models import lead as leads
from models.database import Database
from models.lead import Lead
from qualification import stages
from qualification.enquiry import view_of
from qualification.keeping.announcing import announce_card, announce_line
from qualification.keeping.standing import WITH_SALES, log, move, position_of
from qualification.policy import Policy
from qualification.stages import COOL_DOWN_DAYS, Position, ReturnCode, StageChange
from qualification.views import LeadView, Person


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rep's wish. `lead` is as it stands now, so that the loser of a race is told who won."""

    done: bool
    code: str
    lead: LeadView | None = None


Decision = tuple[str, Position | None, tuple[StageChange, ...]]


@dataclass(frozen=True)
class Handoff:
    """Every method answers an Outcome; a wish that does not fit where the lead stands changes nothing and says why."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]

    def claim(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda lead, _: _claiming(lead, by))

    def release(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda lead, _: _releasing(lead, by))

    def accept(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda lead, _: _accepting(lead, by))

    def return_(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str) -> Outcome:
        return self._decide(site_id, ref, by, lambda lead, now: _returning(lead, by, code, now), code, text)

    def note(self, site_id: int, ref: str, by: Person, text: str) -> Outcome:
        return self._decide(site_id, ref, by, lambda lead, _: ("noted", position_of(lead), ()), None, text)

    def _decide(
        self,
        site_id: int,
        ref: str,
        by: Person,
        decide: Callable[[Lead, datetime], Decision],
        code: str | None = None,
        text: str = "",
    ) -> Outcome:
        now = self.clock()
        with self.database.begin() as session:
            lead = _known(session, site_id, ref)
            if lead is None:
                return Outcome(False, "not_found")
            said, position, changes = decide(lead, now)
            if position is not None:
                _keep(session, lead, position, changes, (said, by, code, text), now)
            outcome = Outcome(position is not None, said, view_of(session, site_id, lead, self.policies[site_id]))
        self.told()
        return outcome


def _known(session: Session, site_id: int, ref: str) -> Lead | None:
    lead_id = leads.id_of(ref)
    lead = leads.locked(session, site_id, lead_id) if lead_id is not None else None
    return lead if lead is not None and stages.reached(position_of(lead).stage, "lead") else None


def _claiming(lead: Lead, by: Person) -> Decision:
    position = stages.claimed(position_of(lead), by.id)
    if position is not None:
        return "claimed", position, ()
    if lead.handoff not in WITH_SALES:
        return "not_on_offer", None, ()
    return ("already_yours" if lead.owner == by.id else "already_claimed"), None, ()


def _releasing(lead: Lead, by: Person) -> Decision:
    if lead.handoff == "claimed" and lead.owner != by.id and by.role != "manager":
        return "not_owner", None, ()
    return _or("not_claimed", "released", stages.released(position_of(lead)))


def _accepting(lead: Lead, by: Person) -> Decision:
    if lead.handoff == "accepted":
        return ("already_accepted", None, ())
    if lead.handoff == "claimed" and lead.owner != by.id and by.role != "manager":
        return "not_owner", None, ()
    found = stages.accepted(position_of(lead), by.id, lead.score or 0, _version(lead))
    return ("accepted", *found) if found else ("not_with_sales", None, ())


def _returning(lead: Lead, by: Person, code: ReturnCode, now: datetime) -> Decision:
    if lead.owner not in (None, by.id) and by.role != "manager":
        return "not_owner", None, ()
    until = now + timedelta(days=COOL_DOWN_DAYS)
    found = stages.returned(position_of(lead), by.id, code, until, lead.score or 0, _version(lead))
    return ("returned", *found) if found else ("not_with_sales", None, ())


def _or(refused: str, done: str, position: Position | None) -> Decision:
    return (done if position else refused), position, ()


def _version(lead: Lead) -> int:
    return int(lead.assessment["criteria_version"]) if lead.assessment else 0


def _keep(
    session: Session,
    lead: Lead,
    position: Position,
    changes: tuple[StageChange, ...],
    step: tuple[str, Person, str | None, str],
    now: datetime,
) -> None:
    """Writes the step, where it led, and what has to be told, all in the running transaction."""
    action, by, code, text = step
    cycle = lead.cycle
    log(session, lead, position.cycle, changes, now)
    step_id = steps.append(
        session,
        lead.site_id,
        lead.id,
        {"cycle": cycle, "action": action, "actor": by.id, "code": code, "text": text or None, "at": now},
    )
    name = by.name if position.owner == by.id else None
    move(session, lead, position, now, owner_name=name, **_times(action, code, now))
    announce_card(session, lead, cycle, now)
    announce_line(session, lead, cycle, action, f"step:{step_id}", now, by=by.name, code=code, text=text or None)


def _times(action: str, code: str | None, now: datetime) -> dict[str, Any]:
    if action == "released":
        return {"claimed_at": None}
    if action == "returned":
        return {"returned_at": now, "return_code": code}
    return {f"{action}_at": now} if action in ("claimed", "accepted") else {}
