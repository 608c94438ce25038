"""What people did at a CRM, done here through the hand-off door; what cannot be followed is kept, and said once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from qualification.links import Link
from qualification.sheet import LETTERS, Sheet
from qualification.stages import ReturnCode, Stage
from qualification.views import LeadView, Person

NOT_OURS_TO_DECIDE = "nobody owns the lead here, so nothing was changed; `/lead claim` it first"


class Links(Protocol):
    def of(self, site_id: int, ref: str, /) -> Link: ...
    def ref_of(self, site_id: int, remote_id: str, /) -> str | None: ...
    def hear(self, site_id: int, ref: str, heard: Mapping[str, Any], /) -> None: ...


class Said(Protocol):
    """What the door answered."""

    @property
    def done(self) -> bool: ...
    @property
    def code(self) -> str: ...
    @property
    def missing(self) -> tuple[str, ...]: ...


class Handoff(Protocol):
    def assign(self, site_id: int, ref: str, by: Person, to: Person, /) -> Said: ...
    def accept(self, site_id: int, ref: str, by: Person, /) -> Said: ...
    def stage(self, site_id: int, ref: str, by: Person, stage: Stage, sheet: Sheet | None, /) -> Said: ...
    def won(self, site_id: int, ref: str, by: Person, sheet: Sheet | None, text: str, /) -> Said: ...
    def lost(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str, /) -> Said: ...
    def disqualify(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str, /) -> Said: ...
    def note(self, site_id: int, ref: str, by: Person, text: str, /) -> Said: ...


@dataclass(frozen=True, slots=True)
class Case:
    """A lead as it stands here, and what we wrote of it there. `told_owner` is the rep's id we last told them."""

    site_id: int
    lead: LeadView
    link: Link
    told_owner: str | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """`crm` is the CRM as a person of its own: its name is what people read, `via` is where they acted."""

    crm: Person
    links: Links
    handoff: Handoff

    def owner(self, case: Case, name: str, theirs: str, find: Callable[[], Person | None]) -> None:
        """Taken over when only the people there changed it; when both sides did, it is said and both stay."""
        person, ours = find(), case.lead.owner
        if person is None:
            self._differs(case, name, theirs, "the team file has nobody with that user's address and a Slack id")
        elif ours is None or ours.id == case.told_owner:
            if ours is None or ours.id != person.id:
                self._done(case, name, theirs, self.handoff.assign(case.site_id, case.lead.ref, self.crm, person))
        elif ours.id != person.id:
            self._differs(case, name, theirs, f"here {ours.name} has the lead")

    def accept(self, case: Case, name: str, theirs: str) -> bool:
        """Whether it is accepted now."""
        by = self._by(case)
        if case.lead.handoff == "accepted":
            return True
        if by is None:
            self._differs(case, name, theirs, NOT_OURS_TO_DECIDE)
            return False
        return self._done(case, name, theirs, self.handoff.accept(case.site_id, case.lead.ref, by))

    def climb(self, case: Case, name: str, theirs: str, sheet: Sheet, stage: Stage = "opportunity") -> None:
        if self.accept(case, name, theirs) and (by := self._by(case)):
            worked = f"worked in {self.crm.name}"
            known = replace(sheet, icp_override=worked, bant_waiver=worked)
            self._done(case, name, theirs, self.handoff.stage(case.site_id, case.lead.ref, by, stage, known))

    def win(self, case: Case, name: str, theirs: str, sheet: Sheet) -> None:
        """Whoever has bought had the money, the say, the need and the time."""
        if self.accept(case, name, theirs) and (by := self._by(case)):
            bought, known_here = f"bought, says {self.crm.name}", case.lead.bant
            answers = {one: bought for one in LETTERS if one not in known_here or known_here[one].is_no}
            known = replace(sheet, bant=answers, icp_override=bought, bant_waiver=bought)
            text = f"won in {self.crm.name}"
            self._done(case, name, theirs, self.handoff.won(case.site_id, case.lead.ref, by, known, text))

    def close(self, case: Case, name: str, theirs: str, verb: str, text: str) -> None:
        """`verb` is lost or disqualify."""
        by = self._by(case) or self.crm
        close = self.handoff.lost if verb == "lost" else self.handoff.disqualify
        self._done(case, name, theirs, close(case.site_id, case.lead.ref, by, "other", text))

    def _by(self, case: Case) -> Person | None:
        """In the owner's name, for it is their lead."""
        owner = case.lead.owner
        return replace(owner, role="manager", via=self.crm.via) if owner else None

    def _done(self, case: Case, name: str, theirs: str, outcome: Said) -> bool:
        if outcome.done:
            self._hear(case, name, None)
        else:
            lacking = f" ({', '.join(outcome.missing)})" if outcome.missing else ""
            self._differs(case, name, theirs, f"not done here: {outcome.code.replace('_', ' ')}{lacking}")
        return outcome.done

    def _differs(self, case: Case, name: str, theirs: str, why: str) -> None:
        """Kept for `flask crm conflicts`, and said once in the lead's thread."""
        if case.link.heard.get(name) != [theirs, why]:
            text = f"{self.crm.name} says {name} is {theirs[:100]}; {why}"
            self.handoff.note(case.site_id, case.lead.ref, self.crm, text)
            self._hear(case, name, [theirs, why])

    def _hear(self, case: Case, name: str, what: list[str] | None) -> None:
        rest = {key: value for key, value in case.link.heard.items() if key != name}
        wanted = {**rest, **({name: what} if what else {})}
        if wanted != case.link.heard:
            self.links.hear(case.site_id, case.lead.ref, wanted)
