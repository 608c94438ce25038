"""The hand-off's figures out of stage log and audit, and old leads that are worth another look."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import handoff as steps
from models import lead as leads
from models import stage_change
from models.lead import Lead
from qualification.figures import Passage
from qualification.policy import Policy

QUIET = timedelta(days=30)
NEAR = 0.75  # of the bar: what is a good answer short of it
MOST = 200
WORTH_ASKING = ("no_budget", "bad_timing", "no_authority", "unreachable")
TAKEN = ("claimed", "assigned")


def passages_of(session: Session, site_id: int, since: datetime) -> tuple[Passage, ...]:
    became = stage_change.became_mql(session, site_id, since)
    ids = sorted({row.lead_id for row in became})
    taken = _by_cycle(steps.taken(session, site_id, ids, TAKEN), first=True)
    verdicts = _by_cycle(steps.verdicts(session, site_id, ids))
    return tuple(_passage(row, taken, verdicts) for row in became)


def _by_cycle(rows: Sequence[Any], first: bool = False) -> Mapping[tuple[int, int], Any]:
    ordered = reversed(rows) if first else rows
    return {(row.lead_id, row.cycle): row for row in ordered}


def _passage(row: Any, taken: Mapping[tuple[int, int], Any], verdicts: Mapping[tuple[int, int], Any]) -> Passage:
    here = (row.lead_id, row.cycle)
    claim, verdict = taken.get(here), verdicts.get(here)
    reasons = (row.snapshot or {}).get("reasons", ())
    return Passage(
        rep=_taker(claim) if claim else None,
        source=str((row.source or {}).get("channel") or "unknown"),
        rules=tuple(dict.fromkeys(str(one["rule"]) for one in reasons if one["points"] > 0)),
        waited=claim.at - row.at if claim else None,
        verdict=verdict.action if verdict else None,
        lead_id=row.lead_id,
    )


def _taker(step: Any) -> str:
    return str((step.data or {}).get("to") or step.actor) if step.action == "assigned" else str(step.actor)


def worth_revisiting(session: Session, site_id: int, policy: Policy, now: datetime) -> Iterator[tuple[Lead, str]]:
    """Quiet for a month, the best first, each with why; whoever cools down is left in peace."""
    near = int(policy.threshold * NEAR)
    for lead in leads.quiet(session, site_id, now - QUIET, MOST):
        if lead.cool_until is not None and lead.cool_until > now:
            continue
        if lead.return_code in WORTH_ASKING:
            yield lead, lead.return_code
        elif lead.handoff == "expired":
            yield lead, "expired"
        elif lead.score is not None and near <= lead.score < policy.threshold:
            yield lead, f"short:{policy.threshold - lead.score}"
