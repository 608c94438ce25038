"""How the hand-off went: leads that came to sales, who took them, what became of them, and by what they came. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Literal

By = Literal["rep", "source", "rule"]
MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Passage:
    """One lead's way through sales in one cycle; `waited` is None while nobody has claimed it."""

    rep: str | None
    source: str
    rules: tuple[str, ...]
    waited: timedelta | None
    verdict: str | None  # accepted, returned, won or lost, the last of them
    lead_id: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    name: str
    leads: int
    claimed: int
    accepted: int
    returned: int
    waited: timedelta | None  # the median

    @property
    def accept_rate(self) -> float | None:
        """Of those sales has decided about; None while it has decided about none."""
        decided = self.accepted + self.returned
        return self.accepted / decided if decided else None


@dataclass(frozen=True, slots=True)
class Figures:
    whole: Tally
    won: int
    lost: int
    rows: tuple[Tally, ...]


def figures(passages: Sequence[Passage], by: By | None = None) -> Figures:
    groups: defaultdict[str, list[Passage]] = defaultdict(list)
    for one in passages:
        for name in _NAMES[by](one) if by else ():
            groups[name].append(one)
    rows = sorted((_tally(name, theirs) for name, theirs in groups.items()), key=lambda row: (-row.leads, row.name))
    won, lost = (sum(one.verdict == verdict for one in passages) for verdict in ("won", "lost"))
    return Figures(_tally("all", passages), won, lost, tuple(rows[:MOST_ROWS]))


_NAMES: dict[By, Callable[[Passage], Iterable[str]]] = {
    "rep": lambda one: [one.rep or "nobody yet"],
    "source": lambda one: [one.source],
    "rule": lambda one: one.rules,
}


def _tally(name: str, passages: Sequence[Passage]) -> Tally:
    waits = [one.waited for one in passages if one.waited is not None]
    return Tally(
        name,
        leads=len(passages),
        claimed=len(waits),
        accepted=sum(one.verdict in ("accepted", "won", "lost") for one in passages),
        returned=sum(one.verdict == "returned" for one in passages),
        waited=timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None,
    )
