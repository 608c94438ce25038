"""The bar, out of its rows and into them: where it stands, what this morning asks for, and who decided."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import stage_change
from models import threshold_change as thresholds
from models.threshold_change import ThresholdChange, ThresholdLook
from qualification.keeping.announcing import announce_to_team
from qualification.keeping.planning import review
from qualification.morning import ALWAYS, LOOKED_BACK, NEVER, BarChange, BarView, Decided, Morning, look
from qualification.policy import Policy
from qualification.threshold import Proposal, Standing, calendar
from qualification.versions import SIDES, approver, canonical

AUTO = "auto"
KNOWN_EVERYWHERE = timedelta(seconds=10)
"""After that every process judges by a bar that has changed."""


def morning(session: Session, site_id: int, policy: Policy, now: datetime) -> Morning:
    """What the leads of the last business days say of the bar today."""
    zone, settings = ZoneInfo(policy.team.hours.zone), policy.criteria.file.threshold
    on = now.astimezone(zone).date()
    since = now - timedelta(days=LOOKED_BACK)
    scored = [(row.at.astimezone(zone).date(), _score(row)) for row in stage_change.came_in(session, site_id, since)]
    standing = _standing(session, site_id, settings.floor, zone)
    return look(scored, standing, policy.capacity(on), settings, on, calendar(policy.team.hours))


def _score(row: Any) -> int:
    """The most a lead ever had; a wish to buy rings under any bar, a disqualifier under none."""
    if row.purchase_interest:
        return ALWAYS
    return NEVER if row.status == "disqualified" else max(row.score or 0, row.best or 0)


def _standing(session: Session, site_id: int, floor: int, zone: ZoneInfo) -> Standing:
    """A proposal that people turned down rests like a change: they are not asked again at once."""
    changes, kept = thresholds.history(session, site_id), thresholds.latest_look(session, site_id, "kept")
    rested = [changes[-1].at] if changes else []
    rested += [kept.decided_at] if kept and kept.decided_at else []
    changed_on = max(rested).astimezone(zone).date() if rested else None
    if not changes or changes[-1].on_floor:
        return Standing(floor, changed_on, changes[-1].old if changes else None)
    return Standing(changes[-1].new, changed_on, changes[-1].old)


def look_at(session: Session, site_id: int, policy: Policy, now: datetime) -> Proposal | None:
    """This business morning's look, taken once: kept with its figures, told, and applied when nobody is to be asked."""
    on = now.astimezone(ZoneInfo(policy.team.hours.zone)).date()
    if not calendar(policy.team.hours)(on) or thresholds.looked(session, site_id, on):
        return None
    found = morning(session, site_id, policy, now)
    if found.capacity is None:
        return None
    told = _replaced(session, site_id, found.proposal, now)
    _keep(session, site_id, found, now)
    if found.proposal and found.proposal.applies:
        apply(session, site_id, policy, found.proposal, AUTO, now)
    if found.proposal and not told:
        said = {"sentence": found.proposal.sentence, "applies": found.proposal.applies}
        announce_to_team(session, site_id, "threshold", on.isoformat(), now, **said)
    return found.proposal


def _replaced(session: Session, site_id: int, proposal: Proposal | None, now: datetime) -> bool:
    """An earlier proposal nobody has answered gives way; True when it was the same one, and so has been told."""
    earlier = thresholds.latest_look(session, site_id, "open")
    if earlier is None:
        return False
    thresholds.settle(session, earlier, "replaced", None, now)
    return proposal is not None and (earlier.old, earlier.new) == (proposal.old, proposal.new)


def _keep(session: Session, site_id: int, found: Morning, now: datetime) -> None:
    proposal = found.proposal
    state = "none" if proposal is None else "applied" if proposal.applies else "open"
    why = {**asdict(proposal), "sentence": proposal.sentence} if proposal else {"sentence": found.sentence}
    values = {"state": state, "old": found.bar, "new": proposal.new if proposal else None, "why": why}
    by = {"by": AUTO, "decided_at": now} if state == "applied" else {}
    thresholds.look(session, site_id, {"on": found.on, "at": now, **values, **by})


def apply(session: Session, site_id: int, policy: Policy, proposal: Proposal, by: str, now: datetime) -> None:
    """The bar is where the proposal wants it from now on. It never goes below the agreed floor.

    When it falls, whoever has the points by now is looked at again; a higher one takes nothing from anybody.
    """
    settings = policy.criteria.file.threshold
    mode = settings.raise_with_volume.mode if settings.raise_with_volume else "off"
    values = {"at": now, "old": proposal.old, "new": proposal.new, "on_floor": proposal.new <= settings.floor}
    why = {**asdict(proposal), "sentence": proposal.sentence}
    who = {"mode": mode, "by": by, "criteria_version": policy.criteria.version}
    change_id = thresholds.change(session, site_id, {**values, **who, "why": why})
    if proposal.new < proposal.old:
        review(session, site_id, f"bar:{change_id}", now + KNOWN_EVERYWHERE)


def decide(session: Session, site_id: int, policy: Policy, who: str, approves: bool, now: datetime) -> Decided:
    """Somebody answers what this morning's look proposes; the look is taken first when it was not yet."""
    person = next((found for side in SIDES if (found := approver(policy.team, who, side))), None)
    if person is None:
        return Decided(False, "not_an_approver")
    look_at(session, site_id, policy, now)
    waits = thresholds.latest_look(session, site_id, "open")
    if waits is None or not _still_stands(session, site_id, policy, waits):
        return Decided(False, "nothing_proposed")
    proposal, by = _proposal_of(waits), canonical(person)
    thresholds.settle(session, waits, "approved" if approves else "kept", by, now)
    if approves:
        apply(session, site_id, policy, proposal, by, now)
    return Decided(True, "approved" if approves else "kept", proposal)


def _still_stands(session: Session, site_id: int, policy: Policy, row: ThresholdLook) -> bool:
    """Whether the bar is still where the proposal found it, and may still go where it wants it."""
    bar, settings = thresholds.in_force(session, site_id), policy.criteria.file.threshold
    raising = settings.raise_with_volume
    here = settings.floor if bar is None else bar
    return raising is not None and raising.mode != "off" and here == row.old and settings.floor <= (row.new or 0)


def _proposal_of(row: ThresholdLook) -> Proposal:
    return Proposal(**{name: value for name, value in row.why.items() if name != "sentence"})


def view(session: Session, site_id: int, policy: Policy, now: datetime) -> BarView:
    waits = thresholds.latest_look(session, site_id, "open")
    history = tuple(_change(row) for row in thresholds.history(session, site_id))
    return BarView(morning(session, site_id, policy, now), _proposal_of(waits) if waits else None, history)


def _change(row: ThresholdChange) -> BarChange:
    why = str(row.why.get("sentence", ""))
    return BarChange(row.at, row.old, row.new, row.mode, row.by, why, row.criteria_version)
