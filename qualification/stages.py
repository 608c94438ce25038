"""The lifecycle: which steps are allowed. Stage, status, kind and hand-off are four separate things."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from qualification.assessment import Assessment
from qualification.facts import PURCHASE_INTEREST

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
LOW_SCORE = "low_score"
BUYER_KINDS: tuple[Kind, ...] = ("unknown", "sales")
SYSTEM = "system"
COOL_DOWN = timedelta(days=30)
MARGIN = 10  # an MQL goes back only this far below the bar that made it one, or it would flap
UNACCEPTED: tuple[HandoffState, ...] = ("offered", "claimed")
OPEN: tuple[Status, ...] = ("active", "nurturing")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stands. `owner` is a rep's id; `cool_until` holds one who went back off until new evidence.

    `since` is when the present cycle began by going back (None in the first). `bar` and `bar_version` are of the
    snapshot that made it an MQL (None: no points did). `status_by` is the rep who decided the status (None: the rules).
    """

    stage: Stage | None = None
    status: Status = "active"
    kind: Kind = "unknown"
    handoff: HandoffState = "none"
    cycle: int = 1
    owner: str | None = None
    cool_until: datetime | None = None
    since: datetime | None = None
    bar: int | None = None
    bar_version: int | None = None
    status_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def card_cycle(self) -> int | None:
        """The cycle whose card shows this person: the last one sales had them in, None when there was none."""
        cycle = self.cycle if is_after(self.stage, "lead") else self.cycle - 1
        return cycle or None

    @property
    def waits_for_sales(self) -> bool:
        """Sales has it and nobody has accepted it yet."""
        return self.is_open and self.handoff in UNACCEPTED


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
    """What the next steps are decided on: contact, the criteria's word, the wish to buy, and any news.

    `wish_at` is when the standing wish to buy was said (None: there is none), `asks_now` that it is being said.
    """

    contactable: bool
    assessment: Assessment
    wish_at: datetime | None
    new_evidence: bool
    now: datetime
    asks_now: bool = False


Moved = tuple[Position, tuple[StageChange, ...]]


def is_after(stage: Stage | None, other: Stage) -> bool:
    return stage is not None and STAGES.index(stage) > STAGES.index(other)


def reached(stage: Stage | None, other: Stage) -> bool:
    return stage == other or is_after(stage, other)


def advance(position: Position, ground: Ground) -> Moved:
    """The steps the system takes by itself after something was learned or time passed, one log row each."""
    if position.status == "erased":
        return position, ()
    position = _judged(position, ground.assessment)
    if _has_fallen(position, ground):
        fallen, changes = gone_back(position, "returned", SYSTEM, LOW_SCORE, ground.now)
        return fallen, scored(changes, ground.assessment.score, ground.assessment.criteria_version)
    steps = tuple(_steps(position, ground))
    if steps:
        position = replace(position, stage=steps[-1].to_stage)
    if any(step.to_stage == "mql" for step in steps):
        position = _offered(position, ground.assessment)
    return position, steps


def _judged(position: Position, assessment: Assessment) -> Position:
    """A disqualifier sets the status, its correction lifts it; what a person accepted or decided stands."""
    if position.handoff == "accepted" or position.status_by or position.status in ("lost", "won"):
        return position
    if assessment.verdict == "disqualified":
        return replace(position, status="disqualified")
    return replace(position, status=open_status(position)) if position.status == "disqualified" else position


def open_status(position: Position) -> Status:
    """What somebody is who is neither lost nor disqualified any more."""
    return "nurturing" if position.cycle > 1 and not is_after(position.stage, "lead") else "active"


def _has_fallen(position: Position, ground: Ground) -> bool:
    """Before anybody accepted it, far below the bar it had reached. Other criteria judge leads, not MQLs."""
    assessed = ground.assessment
    if not position.waits_for_sales or position.bar is None or assessed.criteria_version != position.bar_version:
        return False
    return assessed.score < position.bar - MARGIN and not assessed.is_mql and not _wants_to_buy(position, ground)


def _wants_to_buy(position: Position, ground: Ground) -> bool:
    """A wish is good for the cycle it was said in: what sales has handed back has to be wished for anew."""
    if ground.asks_now or ground.wish_at is None or position.since is None:
        return ground.wish_at is not None
    return ground.wish_at > position.since


def gone_back(position: Position, handoff: HandoffState, actor: str, cause: str, now: datetime) -> Moved:
    """From any sales stage to `lead`: the next cycle begins, nurtured and cooling down."""
    change = StageChange(position.stage, "lead", actor, cause)
    after = replace(
        position, stage="lead", status="nurturing", handoff=handoff, owner=None, cycle=position.cycle + 1,
        cool_until=now + COOL_DOWN, since=now, bar=None, bar_version=None, status_by=None,
    )  # fmt: skip
    return after, (change,)


def scored(changes: tuple[StageChange, ...], score: int | None, version: int | None) -> tuple[StageChange, ...]:
    """The log's rows with the score of the moment, for steps that no score decided."""
    return tuple(replace(change, score=score, criteria_version=version) for change in changes)


def _steps(position: Position, ground: Ground) -> Iterator[StageChange]:
    stage = position.stage
    if stage is None:
        yield _change(None, "visitor", "first_message", ground)
        stage = "visitor"
    if stage == "visitor" and ground.contactable and position.kind in BUYER_KINDS:
        yield _change("visitor", "lead", "contactable", ground)
        stage = "lead"
    cause = _cause(position, ground)
    if stage == "lead" and cause:
        yield _change("lead", "mql", cause, ground)
        stage = "mql"
    if stage == "mql" and cause == PURCHASE_INTEREST:
        yield _change("mql", "sql", cause, ground)


def _cause(position: Position, ground: Ground) -> str | None:
    """Why a lead counts now: a wish to buy beats every score and the cool-down; points need both to be met."""
    if position.kind not in BUYER_KINDS or not (position.is_open or _comes_back(position, ground)):
        return None
    if _wants_to_buy(position, ground):
        return PURCHASE_INTEREST
    cooling = position.cool_until is not None and ground.now < position.cool_until and not ground.new_evidence
    return "criteria" if ground.assessment.is_mql and not cooling else None


def _comes_back(position: Position, ground: Ground) -> bool:
    """Who was lost and asks to buy is news; once sales has a card of theirs, it is told there instead."""
    return position.status == "lost" and position.stage == "lead" and ground.asks_now


def _change(from_stage: Stage | None, to_stage: Stage, cause: str, ground: Ground) -> StageChange:
    assessed = ground.assessment
    return StageChange(from_stage, to_stage, SYSTEM, cause, assessed.score, assessed.criteria_version)


def _offered(position: Position, made_it: Assessment) -> Position:
    """With sales, and the bar its points have reached; whoever asked to buy need not have reached any."""
    bar, version = made_it.threshold if made_it.is_mql else None, made_it.criteria_version
    return replace(
        position, status="active", handoff="offered", cool_until=None, bar=bar, bar_version=version, status_by=None
    )


def expired(position: Position, now: datetime) -> Moved | None:
    """Nobody accepted it in time; None when there is nothing to expire."""
    if not position.waits_for_sales or not is_after(position.stage, "lead"):
        return None
    return gone_back(position, "expired", SYSTEM, "expired", now)


def cooled(position: Position) -> Position:
    """The cool-down is over: points count again."""
    return replace(position, cool_until=None)


def erased(position: Position) -> Position:
    """The person asked to be forgotten: nothing moves them any more, and the stage they had reached is counted."""
    return replace(position, status="erased", owner=None, cool_until=None)
