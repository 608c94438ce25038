"""What a lead is called at a CRM and what we wrote there, so that what people change there is told from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody wrote `theirs` there where we would write `ours`: theirs stays."""

    name: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Link:
    """`revision` is the lead's that was told last.

    `written` are values as we wrote them, `sending` those of a call whose end we may not have heard of. `made` holds
    the ids of notes and tasks by what they are for; UNSURE when one may be there and we do not know.
    """

    remote_id: str | None = None
    revision: int = 0
    written: Mapping[str, str] = field(default_factory=dict)
    sending: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    heard: Mapping[str, Any] = field(default_factory=dict)  # what people did there and could not be followed here

    def is_ours(self, name: str, value: str) -> bool:
        return value in (self.written.get(name), self.sending.get(name))


UNSURE = "?"
