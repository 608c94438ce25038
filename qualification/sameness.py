"""Who is the same person: what a merge keeps, which lead speaks for both, and when somebody else uses a browser."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qualification.addresses import is_one_of
from qualification.facts import Entity, Slot, Understanding
from qualification.stages import STAGES, HandoffState, Position, StageChange

_NEARNESS: tuple[HandoffState, ...] = ("none", "returned", "expired", "offered", "claimed", "accepted")
_WITH_A_REP: tuple[HandoffState, ...] = ("claimed", "accepted")
_INTRODUCED = re.compile(
    r"(?:\b(?:i am|i['’]?m|this is|it['’]?s|my name is|my name['’]?s|name is|name:|hier ist|ich bin|ich hei(?:ß|ss)e"
    r"|je suis|je m['’]appelle|soy|me llamo|sono|mi chiamo|eu sou|sou o|sou a|ik ben)|^\W*(?:hi|hello|hey)?)\W*$",
    re.IGNORECASE,
)
_ALSO_MINE = re.compile(
    r"\b(?:also|instead|another|other|private|personal|alternative|(?:my|the) (?:work|new|second|better)|please use"
    r"|chang\w+|switch\w*|rather|auch|stattdessen|andere\w*|lieber|aussi|plutôt|autre|también|otro|otra)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two leads that are to be merged; `is_held`: it waits in the queue, sales was told nothing of it."""

    position: Position
    lead_id: int
    is_held: bool = False

    @property
    def rank(self) -> tuple[int, int, bool, int, int]:
        stage = STAGES.index(self.position.stage) if self.position.stage else -1
        nearness = _NEARNESS.index(self.position.handoff)
        return stage, nearness, not self.is_held, self.position.cycle, -self.lead_id


def goes_first(one: Side, other: Side) -> bool:
    """Whether `one` speaks for both after a merge: the furthest stage, then the nearest to sales, then the earlier."""
    return one.rank > other.rank


def joined(winner: Position, loser: Position) -> Position:
    """Where both stand as one: a rep who has one of them has the person, and what kind of person they are is kept."""
    kind = loser.kind if winner.kind == "unknown" else winner.kind
    if loser.handoff in _WITH_A_REP and winner.handoff in ("offered", "expired"):
        return replace(winner, kind=kind, handoff=loser.handoff, owner=loser.owner)
    return replace(winner, kind=kind)


def taken_away(position: Position) -> Position:
    """The one that was merged: its stage stays reached, and it is in nobody's hands."""
    return replace(position, handoff="none", owner=None)


def standing_at(now: Position, before: Mapping[str, Any]) -> Position:
    """Where a lead stood when a merge was recorded."""
    cool_until = before.get("cool_until")
    return replace(
        now,
        stage=before["stage"],
        status=before["status"],
        kind=before["kind"],
        handoff=before["handoff"],
        cycle=before["cycle"],
        owner=before["owner"],
        cool_until=datetime.fromisoformat(cool_until) if cool_until else None,
    )


def parted(now: Position, joined_as: Position, before: Position) -> Position:
    """After an undone merge what the merge alone had changed is as before; what came since stays."""
    kind = before.kind if now.kind == joined_as.kind else now.kind
    if joined_as.handoff != before.handoff and (now.handoff, now.owner) == (joined_as.handoff, joined_as.owner):
        return replace(now, kind=kind, handoff=before.handoff, owner=before.owner)
    return replace(now, kind=kind)


def withdrawn(now: Position, before: Position, counts_alone: bool, by: str) -> tuple[Position, StageChange] | None:
    """Back to lead when only both together had been an MQL and no rep has taken it yet; a cycle has one alert."""
    if now.handoff != "offered" or before.stage != "lead" or counts_alone:
        return None
    after = replace(
        now,
        stage="lead",
        status=before.status,
        handoff="none",
        owner=None,
        cycle=now.cycle + 1,
        cool_until=before.cool_until,
        bar=None,
        bar_version=None,
    )
    return after, StageChange(now.stage, "lead", by, "merge_undone")


Touch = Mapping[str, Any]


def origin(one: Touch | None, other: Touch | None) -> dict[str, Any]:
    """The source of two who are one: that of the earliest first touch, with the latest last one."""
    known = sorted((dict(source) for source in (one, other) if source), key=lambda source: _at(source, "first"))
    if not known:
        return {}
    latest = max(known, key=lambda source: _at(source, "last"))
    return {**known[0], **({"last": latest["last"]} if latest.get("last") else {})}


def _at(source: Touch, which: str) -> str:
    touch = source.get(which) or {}
    return str(touch.get("at") or ("9999" if which == "first" else ""))


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a conversation is with: the name they gave, every address of theirs, and whether they gave it here."""

    name: str | None
    addresses: tuple[str, ...]
    here: bool


def is_somebody_else(known: Known, heard: Understanding, text: str) -> bool:
    """Two people on one browser: another address, under another name or after another visit, and no correction."""
    email = _entity(heard.entities, "email")
    if email is None or not known.addresses or is_one_of(str(email.value), known.addresses):
        return False
    if heard.has("correction") or heard.retracted:
        return False
    name = _entity(heard.entities, "person_name")
    if name is not None and known.name and _INTRODUCED.search(text[: name.start]):
        return not _share_a_word(str(name.value), known.name)
    return not (known.here or _ALSO_MINE.search(text) or _share_a_word(known.name or "", text))


def _entity(entities: Iterable[Entity], slot: Slot) -> Entity | None:
    return next((found for found in entities if found.label == slot), None)


def _share_a_word(one: str, other: str) -> bool:
    return not _words(one).isdisjoint(_words(other))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text.casefold()))
