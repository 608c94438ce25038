"""The lifecycle: which steps are allowed. Stage, status, kind and hand-off are four separate things."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from qualification.assessment import Assessment

Stage = Literal["visitor", "lead", "mql", "sql", "prospect", "opportunity", "customer"]
Status = Literal["active", "nurturing", "disqualified", "lost", "won", "erased"]
Kind = Literal[
    "unknown",
    "sales",
    "support",
    "job",
    "vendor",
    "partner",
    "student",
    "press",
    "competitor",
    "existing_customer",
    "spam",
]
HandoffState = Literal["none", "offered", "claimed", "accepted", "returned", "expired"]
ReturnCode = Literal[
    "not_icp",
    "no_budget",
    "no_authority",
    "no_need",
    "bad_timing",
    "duplicate",
    "existing_customer",
    "competitor",
    "student",
    "vendor_or_job",
    "spam",
    "wrong_data",
    "unreachable",
    "other",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
KINDS: tuple[Kind, ...] = get_args(Kind)
RETURN_CODES: tuple[ReturnCode, ...] = get_args(ReturnCode)
BUYER_KINDS: tuple[Kind, ...] = ("unknown", "sales")
COOL_DOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stands. `owner` is a rep's id; `cool_until` holds a returned lead back until new evidence."""

    stage: Stage | None = None
    status: Status = "active"
    kind: Kind = "unknown"
    handoff: HandoffState = "none"
    cycle: int = 1
    owner: str | None = None
    cool_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StageChange:
    """One row of the append-only stage log. `cause` is `criteria`, `purchase_interest`, `returned:no_budget`, ..."""

    from_stage: Stage | None
    to_stage: Stage
    actor: str
    cause: str
    score: int | None = None
    criteria_version: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What the next steps are decided on: contact, the criteria's word, the wish to buy, and any news."""

    contactable: bool
    assessment: Assessment
    purchase_interest: bool
    new_evidence: bool
    now: datetime


def is_after(stage: Stage | None, other: Stage) -> bool:
    return stage is not None and STAGES.index(stage) > STAGES.index(other)


def reached(stage: Stage | None, other: Stage) -> bool:
    return stage == other or is_after(stage, other)


def advance(position: Position, ground: Ground) -> tuple[Position, tuple[StageChange, ...]]:
    """The steps the system takes by itself after something was learned, one log row each, never a stage left out."""
    position = _judged(position, ground.assessment)
    changes = []
    for change in _steps(position, ground):
        changes.append(change)
        position = replace(position, stage=change.to_stage)
    if any(change.to_stage == "mql" for change in changes):
        position = replace(position, status="active", handoff="offered", cool_until=None)
    return position, tuple(changes)


def _judged(position: Position, assessment: Assessment) -> Position:
    """A disqualifier sets the status, its correction lifts it; what a person accepted stands."""
    if position.handoff == "accepted" or position.status not in ("active", "nurturing", "disqualified"):
        return position
    if assessment.verdict == "disqualified":
        return replace(position, status="disqualified")
    return replace(position, status="active") if position.status == "disqualified" else position


def _steps(position: Position, ground: Ground) -> Iterator[StageChange]:
    stage = position.stage
    if stage is None:
        yield _change(None, "visitor", "first_message", ground)
        stage = "visitor"
    if stage == "visitor" and ground.contactable and position.kind in BUYER_KINDS:
        yield _change("visitor", "lead", "contactable", ground)
        stage = "lead"
    cause = _cause(replace(position, stage=stage), ground)
    if stage == "lead" and cause:
        yield _change("lead", "mql", cause, ground)
        stage = "mql"
    if stage == "mql" and cause == "purchase_interest":
        yield _change("mql", "sql", cause, ground)


def _cause(position: Position, ground: Ground) -> str | None:
    """Why a lead counts now: a wish to buy beats every score and the cool-down; points need both to be met."""
    if position.kind not in BUYER_KINDS or position.status not in ("active", "nurturing"):
        return None
    if ground.purchase_interest and (position.stage != "lead" or ground.new_evidence or position.cycle == 1):
        return "purchase_interest"
    cooling = position.cool_until is not None and ground.now < position.cool_until and not ground.new_evidence
    return "criteria" if ground.assessment.is_mql and not cooling else None


def _change(from_stage: Stage | None, to_stage: Stage, cause: str, ground: Ground) -> StageChange:
    assessed = ground.assessment
    return StageChange(from_stage, to_stage, "system", cause, assessed.score, assessed.criteria_version)


def claimed(position: Position, rep: str) -> Position | None:
    """The position after `rep` claims, or None when it is not on offer."""
    return replace(position, handoff="claimed", owner=rep) if position.handoff in ("offered", "expired") else None


def released(position: Position) -> Position | None:
    return replace(position, handoff="offered", owner=None) if position.handoff == "claimed" else None


def accepted(position: Position, rep: str, score: int, version: int) -> tuple[Position, tuple[StageChange, ...]] | None:
    """A rep accepts: an MQL becomes an SQL; whoever accepts owns it. None when there is nothing to accept."""
    if position.handoff not in ("offered", "claimed") or not reached(position.stage, "mql"):
        return None
    after = replace(position, handoff="accepted", owner=rep)
    if position.stage != "mql":
        return after, ()
    return replace(after, stage="sql"), (StageChange("mql", "sql", rep, "accepted", score, version),)


def returned(
    position: Position, rep: str, code: ReturnCode, now_plus_cool_down: datetime, score: int, version: int
) -> tuple[Position, tuple[StageChange, ...]] | None:
    """Handed back with a reason: to `lead`, nurturing, next cycle, cooling down. None when not with sales."""
    if position.handoff not in ("offered", "claimed", "accepted") or not is_after(position.stage, "lead"):
        return None
    change = StageChange(position.stage, "lead", rep, f"returned:{code}", score, version)
    after = replace(
        position,
        stage="lead",
        status="nurturing",
        handoff="returned",
        owner=None,
        cycle=position.cycle + 1,
        cool_until=now_plus_cool_down,
    )
    return after, (change,)
