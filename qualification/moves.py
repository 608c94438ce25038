"""What people do with a lead: each step with what must hold for it, what it changes, or why it cannot be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite

from qualification.sheet import LETTERS, Answer, Letter, Sheet
from qualification.stages import (
    BUYER_KINDS,
    RETURN_CODES,
    Kind,
    Position,
    Stage,
    StageChange,
    Status,
    gone_back,
    is_after,
    open_status,
    reached,
)
from qualification.views import Person

FURTHEST_SNOOZE = timedelta(days=90)
LETTERS_NEEDED = 2
CAUSES: Mapping[Stage, str] = {"prospect": "bant", "opportunity": "deal", "customer": "won"}
LADDER: tuple[Stage, ...] = ("prospect", "opportunity", "customer")
TELLS_KIND: Mapping[str, Kind] = {
    "competitor": "competitor",
    "student": "student",
    "vendor_or_job": "vendor",
    "spam": "spam",
    "existing_customer": "existing_customer",
}
"""Reasons that say what somebody is: no buyer, until they say otherwise."""


@dataclass(frozen=True, slots=True)
class Move:
    """What was done, and where the lead stands after it."""

    code: str
    position: Position
    changes: tuple[StageChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was not done; `missing` names what would be needed."""

    code: str
    missing: tuple[str, ...] = ()


Decision = Move | Refusal


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for going on: the ideal profile (True also where none was agreed), BANT, and the rep's sheet."""

    is_icp: bool
    answers: Mapping[Letter, Answer]
    sheet: Sheet


def claim(position: Position, by: Person) -> Decision:
    """Whoever comes too late for an expired lead may still take it: it is back with sales then, in its new cycle."""
    if refusal := _shut(position):
        return refusal
    if position.handoff == "offered":
        return Move("claimed", replace(position, handoff="claimed", owner=by.id))
    if position.handoff == "expired":
        return _taken_back("claimed", position, by)
    if position.handoff not in ("claimed", "accepted"):
        return Refusal("not_on_offer")
    return Refusal("already_yours" if position.owner == by.id else "already_claimed")


def release(position: Position, by: Person) -> Decision:
    if position.handoff != "claimed":
        return _shut(position) or Refusal("not_claimed")
    return _refused(position, by) or Move("released", replace(position, handoff="offered", owner=None))


def assign(position: Position, by: Person, to: Person) -> Decision:
    """To a colleague; what nobody has claimed yet is claimed for them."""
    if refusal := _refused(position, by):
        return refusal
    if to.role == "approver":
        return Refusal("not_a_rep")
    if position.handoff not in ("offered", "claimed", "accepted"):
        return Refusal("not_with_sales")
    if position.owner == to.id:
        return Refusal("already_theirs")
    taken = position if position.handoff == "accepted" else replace(position, handoff="claimed")
    return Move("assigned", replace(taken, owner=to.id))


def accept(position: Position, by: Person) -> Decision:
    """Whoever accepts owns it; an MQL is sales-qualified by it."""
    if position.handoff == "accepted":
        return _shut(position) or Refusal("already_accepted")
    if refusal := _refused(position, by):
        return refusal
    if not position.waits_for_sales or not is_after(position.stage, "lead"):
        return Refusal("not_with_sales")
    after = replace(position, handoff="accepted", owner=by.id)
    if position.stage != "mql":
        return Move("accepted", after)
    return Move("accepted", replace(after, stage="sql"), (StageChange("mql", "sql", by.id, "accepted"),))


def return_(position: Position, by: Person, code: str, text: str, now: datetime) -> Decision:
    """Handed back to marketing with a reason, also what was lost or won by mistake."""
    if refusal := _unreasoned(code, text) or _not_owner(position, by):
        return refusal
    if position.status in ("disqualified", "erased"):
        return Refusal("erased" if position.status == "erased" else "closed")
    if position.handoff not in ("offered", "claimed", "accepted") or not is_after(position.stage, "lead"):
        return Refusal("not_with_sales")
    after, changes = gone_back(position, "returned", by.id, f"returned:{code}", now)
    return Move("returned", replace(after, kind=TELLS_KIND.get(code, position.kind)), changes)


def note(position: Position) -> Decision:
    return Refusal("erased") if position.status == "erased" else Move("noted", position)


def reply(position: Position, by: Person) -> Decision:
    """To the visitor, by whoever owns the lead or manages those who do."""
    if refusal := _refused(position, by):
        return refusal
    taken = position.handoff in ("claimed", "accepted")
    return Move("reply_planned", position) if taken else Refusal("claim_first")


def hands_back(position: Position, by: Person) -> Refusal | None:
    return _not_owner(position, by)


def snooze(position: Position, by: Person, until: datetime, now: datetime) -> Decision:
    if refusal := _refused(position, by):
        return refusal
    if position.handoff not in ("offered", "claimed", "accepted"):
        return Refusal("not_with_sales")
    if not now < until <= now + FURTHEST_SNOOZE:
        return Refusal("bad_time")
    return Move("snoozed", position)


def climb(position: Position, by: Person, target: Stage, case: Case) -> Decision:
    """Up to `target`, through every stage below it; what one of them needs and lacks stops it all."""
    if position.status == "won":
        return Refusal("already_won")
    if refusal := _refused(position, by):
        return refusal
    if position.handoff != "accepted":
        return Refusal("not_accepted")
    if reached(position.stage, target):
        return Refusal("already_there")
    changes, stage = [], position.stage
    for step in LADDER[: LADDER.index(target) + 1]:
        if not reached(stage, step):
            if refusal := _lacking(step, case):
                return refusal
            changes.append(StageChange(stage, step, by.id, CAUSES[target]))
            stage = step
    if target == "customer":
        return Move("won", replace(position, stage=stage, status="won", status_by=by.id), tuple(changes))
    return Move(target, replace(position, stage=stage), tuple(changes))


def _lacking(stage: Stage, case: Case) -> Refusal | None:
    if stage == "prospect":
        return _no_prospect(case)
    return _no_opportunity(case) if stage == "opportunity" else None


def _no_prospect(case: Case) -> Refusal | None:
    """The ideal profile, or a reason to go on without; two letters of BANT, none of them a hard no."""
    if not case.is_icp and not case.sheet.icp_override:
        return Refusal("needs_icp")
    if noes := _noes(case):
        return Refusal("bant_no", noes)
    return Refusal("needs_bant", _open_letters(case)) if len(case.answers) < LETTERS_NEEDED else None


def _no_opportunity(case: Case) -> Refusal | None:
    """BANT answered or waived; amount, next step and date."""
    if not case.sheet.bant_waiver and (noes := _noes(case)):
        return Refusal("bant_no", noes)
    if not case.sheet.bant_waiver and (letters := _open_letters(case)):
        return Refusal("needs_all_bant", letters)
    has_amount = case.sheet.amount is not None and isfinite(case.sheet.amount) and case.sheet.amount > 0
    has = {"amount": has_amount, "next": bool(case.sheet.next_step), "date": case.sheet.day is not None}
    missing = tuple(name for name, known in has.items() if not known)
    return Refusal("needs_deal", missing) if missing else None


def _noes(case: Case) -> tuple[str, ...]:
    return tuple(letter for letter, answer in case.answers.items() if answer.is_no)


def _open_letters(case: Case) -> tuple[str, ...]:
    return tuple(letter for letter in LETTERS if letter not in case.answers)


def lost(position: Position, by: Person, code: str, text: str) -> Decision:
    return _closed("lost", position, by, code, text)


def disqualify(position: Position, by: Person, code: str, text: str) -> Decision:
    return _closed("disqualified", position, by, code, text)


def _closed(status: Status, position: Position, by: Person, code: str, text: str) -> Decision:
    """Over, with a reason; the stage it had reached is kept, and no rule opens it again."""
    if refusal := _unreasoned(code, text) or _refused(position, by):
        return refusal
    after = replace(position, status=status, status_by=by.id, kind=TELLS_KIND.get(code, position.kind), cool_until=None)
    return Move(status, after)


def reopen(position: Position, by: Person) -> Decision:
    """What was closed goes on where it stood; what had gone back to marketing is with sales again, in its new cycle."""
    if position.status in ("erased", "won"):
        return Refusal("erased" if position.status == "erased" else "already_won")
    if refusal := _not_owner(position, by):
        return refusal
    if position.status in ("lost", "disqualified"):
        return Move("reopened", replace(position, status=open_status(position), status_by=by.id, kind=_buyer(position)))
    return (
        _taken_back("reopened", position, by) if position.handoff in ("returned", "expired") else Refusal("not_closed")
    )


def _buyer(position: Position) -> Kind:
    """Who is worked by sales is no spam or student any more, whatever was said of them."""
    return position.kind if position.kind in BUYER_KINDS else "unknown"


def _taken_back(code: str, position: Position, by: Person) -> Move:
    """A person decides that it counts, so no score takes it away from them again."""
    after = replace(
        position, stage="mql", status="active", status_by=by.id, handoff="claimed", owner=by.id, cool_until=None,
        kind=_buyer(position),
    )  # fmt: skip
    return Move(code, after, (StageChange(position.stage, "mql", by.id, code),))


def _refused(position: Position, by: Person) -> Refusal | None:
    return _shut(position) or _not_owner(position, by)


def _shut(position: Position) -> Refusal | None:
    if position.status == "erased":
        return Refusal("erased")
    return None if position.is_open else Refusal("closed")


def _not_owner(position: Position, by: Person) -> Refusal | None:
    """What somebody owns, only they and managers move."""
    return Refusal("not_owner") if position.owner not in (None, by.id) and by.role != "manager" else None


def _unreasoned(code: str, text: str) -> Refusal | None:
    if code not in RETURN_CODES:
        return Refusal("needs_code")
    return Refusal("needs_text") if code == "other" and not text.strip() else None
