"""Two leads become one person and, when that was wrong, two again. Nothing moves, so nothing is lost by either."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from models import lead as leads
from models import lead_merge as merges
from models.lead import Lead
from models.lead_merge import LeadMerge
from qualification import sameness
from qualification.keeping.announcing import announce_card, announce_change, announce_line
from qualification.keeping.evidence import evidence_of
from qualification.keeping.judging import judge
from qualification.keeping.standing import WITH_SALES, log, move, position_of, wants_to_buy
from qualification.keeping.valve import is_waiting
from qualification.policy import Policy
from qualification.sameness import Side
from qualification.scoring import assess
from qualification.stages import Position
from qualification.views import Person

Cause = Literal["person", "verified", "form"]
SYSTEM = Person("system", "Foyer")
_TIMES = ("claimed_at", "accepted_at", "cool_until", "held_at")


def merge(
    session: Session, site_id: int, ids: tuple[int, int], cause: Cause, by: Person, policy: Policy, now: datetime
) -> Lead | None:
    """One person from now on; the lead that speaks for both, or None when they are one already.

    A lead is locked before the one that speaks for it, never after: whoever goes on to work on one of the two
    themselves has locked it before they came here, and queued up before that.
    """
    merges.queue_up(session, site_id)
    roots = [merges.root_of(session, site_id, lead_id) for lead_id in ids]
    if roots[0] == roots[1]:
        return None
    one, other = (_held(session, site_id, root) for root in roots)
    first = sameness.goes_first(_side(one), _side(other))
    winner, loser = (one, other) if first else (other, one)
    moved = {"winner": _standing(winner), "loser": _standing(loser)}
    _give(session, winner, loser, now)
    moved["joined"] = _standing(winner)
    was_shown = _take_away(session, winner, loser, now)
    told = {"winner_id": winner.id, "loser_id": loser.id, "by": by.id, "cause": cause, "at": now, "moved": moved}
    merge_id = merges.record(session, site_id, told)
    if winner.stage is not None:
        judge(session, winner, policy, now, since=None)
        announce_change(session, winner, policy.listeners, (), now)
    _tell(session, winner, "merged", f"merge:{merge_id}", now, by=by.name, other=leads.reference(loser.id))
    if was_shown:
        announce_card(session, loser, loser.cycle, now)
    return winner


def _side(lead: Lead) -> Side:
    return Side(position_of(lead), lead.id, is_waiting(lead))


def _standing(lead: Lead) -> dict[str, Any]:
    """Where a lead stands, as a merge keeps it."""
    position = position_of(lead)
    words = {name: getattr(position, name) for name in ("stage", "status", "kind", "handoff", "cycle", "owner")}
    times = {name: getattr(lead, name).isoformat() if getattr(lead, name) else None for name in _TIMES}
    return {**words, "owner_name": lead.owner_name, **times}


def _give(session: Session, winner: Lead, loser: Lead, now: datetime) -> None:
    """What the one that stays takes over from the other: the rep who has it, and what kind of person it is."""
    before = position_of(winner)
    position = sameness.joined(before, position_of(loser))
    also: dict[str, Any] = {"joined": True}
    if position.handoff != before.handoff:
        also |= {name: getattr(loser, name) for name in ("owner_name", "claimed_at", "accepted_at")}
    move(session, winner, position, now, **also)


def _take_away(session: Session, winner: Lead, loser: Lead, now: datetime) -> bool:
    """Whether sales had a card of it."""
    was_shown = position_of(loser).handoff != "none" and loser.held_at is None
    position = sameness.taken_away(position_of(loser))
    move(session, loser, position, now, merged_into=winner.id, owner_name=None, held_at=None)
    return was_shown


def _tell(session: Session, lead: Lead, line: str, about: str, now: datetime, **said: Any) -> None:
    if lead.handoff in WITH_SALES:
        announce_card(session, lead, lead.cycle, now)
        announce_line(session, lead, lead.cycle, line, about, now, **said)


def part(session: Session, site_id: int, lead_id: int, by: Person, policy: Policy, now: datetime) -> LeadMerge | None:
    """Undoes the merge that took this lead away, or the last one it took another by; None when there is none.

    Both are as they were before, with what came since where it was told.
    """
    merges.queue_up(session, site_id)
    merge = merges.last_of(session, site_id, lead_id)
    if merge is None:
        return None
    loser = _held(session, site_id, merge.loser_id)
    root = leads.locked(session, site_id, merge.winner_id)
    merges.undo(session, site_id, merge.id, by.id, now)
    _give_back(session, loser, merge.moved["loser"], now)
    stays_joined = merges.has_merged(session, site_id, merge.winner_id)
    leads.change(session, site_id, merge.winner_id, joined=stays_joined)
    if root is not None and root.id == merge.winner_id:
        _restore(session, root, merge, by, policy, now)
    for lead, since in ((root, None), (loser, merge.at)):
        if lead is not None and lead.stage is not None:
            judge(session, lead, policy, now, since)
            announce_change(session, lead, policy.listeners, (), now)
            _tell(session, lead, "parted", f"part:{merge.id}", now, by=by.name)
    return merge


def _held(session: Session, site_id: int, lead_id: int) -> Lead:
    found = leads.itself(session, site_id, lead_id)
    if found is None:
        raise LookupError(f"lead {lead_id} is gone")
    return found


def _give_back(session: Session, loser: Lead, before: dict[str, Any], now: datetime) -> None:
    """Nothing was written to it while it was merged, so it is exactly as before."""
    position = _at(loser, before)
    held_at = _time(before, "held_at")
    move(session, loser, position, now, merged_into=None, owner_name=before["owner_name"], held_at=held_at)


def _at(lead: Lead, before: dict[str, Any]) -> Position:
    return sameness.standing_at(position_of(lead), before)


def _restore(session: Session, winner: Lead, merge: LeadMerge, by: Person, policy: Policy, now: datetime) -> None:
    """The one that stayed: what only the merge had changed is as before."""
    now_at = position_of(winner)
    before, joined_as = _at(winner, merge.moved["winner"]), _at(winner, merge.moved["joined"])
    position = sameness.parted(now_at, joined_as, before)
    also: dict[str, Any] = {}
    if position.handoff != now_at.handoff:
        also = {"owner_name": merge.moved["winner"]["owner_name"], **_times(merge.moved["winner"])}
    back = sameness.withdrawn(position, before, _counts_alone(session, winner, policy, now), by.id)
    if back is None:
        move(session, winner, position, now, **also)
        return
    position, change = back
    log(session, winner, position.cycle, (change,), now)
    cycle = winner.cycle
    was_held = winner.held_at is not None
    move(session, winner, position, now, **also, held_at=None)
    if not was_held:
        announce_card(session, winner, cycle, now)
        announce_line(session, winner, cycle, "withdrawn", f"part:{merge.id}", now, by=by.name)


def _counts_alone(session: Session, lead: Lead, policy: Policy, now: datetime) -> bool:
    evidence = evidence_of(session, lead)
    return wants_to_buy(evidence.facts) or assess(evidence, policy.criteria, now, policy.threshold).is_mql


def _times(before: dict[str, Any]) -> dict[str, datetime | None]:
    return {name: _time(before, name) for name in _TIMES[:2]}


def _time(before: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(before[name]) if before.get(name) else None
