"""What to write to a CRM, and what to leave because people wrote something else there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qualification.links import Conflict, Link


@dataclass(frozen=True, slots=True)
class Ladder:
    """The lifecycle as a CRM calls it: the property and its values, the lowest first."""

    name: str
    steps: Sequence[str]

    def rises(self, ours: str, theirs: str) -> bool:
        if not theirs:
            return True
        return theirs in self.steps and self.steps.index(ours) > self.steps.index(theirs)


def difference(
    wanted: Mapping[str, str], theirs: Mapping[str, str], link: Link, ladder: Ladder
) -> tuple[dict[str, str], tuple[Conflict, ...]]:
    """What to write, and what to leave.

    An empty property is ours to fill. The lifecycle stage is only ever raised, and never over a stage the CRM's own
    people invented.
    """
    write: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for name, ours in wanted.items():
        there = theirs.get(name, "")
        if _same(name, ours, there):
            continue
        is_stage = name == ladder.name
        may = ladder.rises(ours, there) if is_stage else not there or link.is_ours(name, there)
        if may:
            write[name] = ours
        elif not is_stage or there not in ladder.steps:
            conflicts.append(Conflict(name, there, ours))
    return write, tuple(conflicts)


def _same(name: str, ours: str, theirs: str) -> bool:
    return ours.lower() == theirs.lower() if name == "email" else ours == theirs


def as_text(told: Mapping[str, object]) -> dict[str, str]:
    """What is there, as we would write it: a number may come back as 45.0."""
    return {name: _text(value) for name, value in told.items() if value is not None}


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
