"""What a rep's step leaves behind: where the lead stands, the audit, and what has to be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import handoff as steps
from models.lead import Lead
from qualification.keeping import valve
from qualification.keeping.announcing import announce_card, announce_change, announce_line
from qualification.keeping.evidence import evidence_of
from qualification.keeping.planning import plan_ahead, plan_nudge, plan_snooze
from qualification.keeping.standing import log, move, position_of, step_back, version_of
from qualification.moves import Case, Move
from qualification.policy import Policy
from qualification.scoring import assess, bant
from qualification.sheet import Sheet, answers, noted, sheet_from_json, sheet_to_json
from qualification.stages import Position, scored
from qualification.views import Person


@dataclass(frozen=True, slots=True)
class At:
    """A lead in hand, inside the transaction that decides about it."""

    session: Session
    lead: Lead
    policy: Policy
    now: datetime

    @property
    def position(self) -> Position:
        return position_of(self.lead)


@dataclass(frozen=True, slots=True)
class Written:
    """What a rep says with a step."""

    code: str | None = None
    text: str = ""
    sheet: Sheet | None = None
    to: Person | None = None
    until: datetime | None = None

    def to_json(self) -> dict[str, Any] | None:
        told = {
            "sheet": sheet_to_json(self.sheet) if self.sheet else None,
            "to": self.to.id if self.to else None,
            "until": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in told.items() if value} or None


def case_of(at: At, told: Sheet | None, understood: Sheet = Sheet()) -> Case:
    """What speaks for going on. `understood` is what nobody has to write down."""
    sheet = noted(understood, noted(sheet_from_json(at.lead.sheet), told or Sheet()))
    evidence, criteria = evidence_of(at.session, at.lead), at.policy.criteria
    is_icp = criteria.file.icp is None or assess(evidence, criteria, at.now).icp is True
    return Case(is_icp, answers(bant(evidence, criteria), sheet), sheet)


def keep(at: At, done: Move, by: Person, written: Written) -> None:
    """Writes the step, where it led, and what has to be told, all in the running transaction."""
    session, lead, now = at.session, at.lead, at.now
    before, was_held = position_of(lead), lead.held_at is not None
    log(session, lead, done.position.cycle, scored(done.changes, lead.score, version_of(lead)), now)
    step_id = steps.append(session, lead.site_id, lead.id, _step(before.cycle, done, by, written, now))
    move(session, lead, done.position, now, **_columns(lead, before, done, by, written, now))
    announce_change(session, lead, at.policy.listeners, done.changes, now)
    _tell(at, before, was_held, done, by, written, step_id)
    if written.until:
        plan_snooze(session, lead, written.until)
    if done.code == "released":
        plan_nudge(session, lead, at.policy, now)
    plan_ahead(session, lead, at.policy, now)


def _step(cycle: int, done: Move, by: Person, written: Written, now: datetime) -> dict[str, Any]:
    """Who did what, when, from where, and what they said with it."""
    who = {"actor": by.id, "via": by.via, "at": now}
    said = {"code": written.code, "text": written.text or None, "data": written.to_json()}
    return {"cycle": cycle, "action": done.code, **who, **said}


def _columns(lead: Lead, before: Position, done: Move, by: Person, written: Written, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {"owner_name": _owner_name(lead, done, by, written), "held_at": None}
    if done.code != "noted":
        columns["snoozed_until"] = written.until  # whoever goes on with a lead has ended its rest
    if written.sheet:
        columns["sheet"] = sheet_to_json(noted(sheet_from_json(lead.sheet), written.sheet))
    return columns | _times(before, done, now) | _codes(done, written)


def _owner_name(lead: Lead, done: Move, by: Person, written: Written) -> str | None:
    named = {one.id: one.name for one in (by, written.to) if one}
    owner = done.position.owner
    return named.get(owner, lead.owner_name) if owner else None


def _times(before: Position, done: Move, now: datetime) -> dict[str, Any]:
    after = done.position
    times: dict[str, Any] = {}
    if after.waits_for_sales and not before.waits_for_sales:
        times |= {"offered_at": now, "accepted_at": None}
    if after.handoff == "claimed" and (before.handoff, before.owner) != ("claimed", after.owner):
        times["claimed_at"] = now
    if after.handoff == "offered":
        times["claimed_at"] = None
    if after.handoff == "accepted" and before.handoff != "accepted":
        times["accepted_at"] = now
    return times


def _codes(done: Move, written: Written) -> dict[str, Any]:
    if done.code == "returned":
        return {"return_code": written.code, "closed_code": None}
    if done.code in ("lost", "disqualified"):
        return {"closed_code": written.code}
    return {"closed_code": None} if done.code == "reopened" else {}


def _tell(at: At, before: Position, was_held: bool, done: Move, by: Person, written: Written, step_id: int) -> None:
    """On the card that shows the lead, and in its thread; whom sales never had has none."""
    session, lead, now = at.session, at.lead, at.now
    is_back = any(change.to_stage == "mql" for change in done.changes)
    cycle = done.position.cycle if is_back else before.card_cycle
    if cycle is None:
        return
    announce_card(session, lead, cycle, now)
    if was_held and not is_back:
        valve.rang(session, lead, cycle, now)  # pulled from the queue: this is its one alert
    if is_back:
        announce_line(session, lead, cycle, "transcript", "first", now)
        step_back(session, lead, now)
    said: dict[str, Any] = {"by": by.name, "code": written.code, "text": written.text or None}
    said |= {"to": written.to.id if written.to else None, "until": _stamp(written.until)}
    announce_line(session, lead, cycle, done.code, f"step:{step_id}", now, **said)


def _stamp(until: datetime | None) -> int | None:
    return int(until.timestamp()) if until else None
