"""Versions of the criteria: which may judge, who must agree to it, and what is wrong with a file's number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from qualification.criteria import Criteria
from qualification.team import Role as TeamRole
from qualification.team import Team, TeamMember

Side = Literal["marketing", "sales"]
SIDES: tuple[Side, ...] = get_args(Side)
APPROVER: Mapping[Side, TeamRole] = {"marketing": "marketing_approver", "sales": "sales_approver"}
Cause = Literal["first_start", "development", "agreed"]
State = Literal["judges", "waits", "older", "same_number", "lower_number"]


@dataclass(frozen=True, slots=True)
class Version:
    """A content of the file that is kept. `has_judged`: it was active at some time."""

    id: int
    number: int
    content_hash: str
    has_judged: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of the content of a file: whether it is kept anew, and why it judges from now on, if it does."""

    state: State
    is_new: bool = False
    activates: Cause | None = None


def step(content_hash: str, number: int, active: Version | None, known: Sequence[Version], at_once: bool) -> Step:
    """The first content judges at once, in development every one; others must have a higher number and be agreed to."""
    same = next((version for version in known if version.content_hash == content_hash), None)
    if active is None:
        return Step("judges", same is None, "first_start")
    if active.content_hash == content_hash:
        return Step("judges")
    if at_once:
        return Step("judges", same is None, "development")
    if same is not None:
        return Step("waits" if same == waiting(active, known) else "older")
    if number in {version.number for version in known}:
        return Step("same_number")
    return Step("lower_number") if number < next_number(known) else Step("waits", is_new=True)


def waiting(active: Version | None, known: Sequence[Version]) -> Version | None:
    """The newest version that is to follow the active one when people agree."""
    newer = [version for version in known if active and version.number > active.number and not version.has_judged]
    return max(newer, key=lambda version: (version.number, version.id), default=None)


def next_number(known: Sequence[Version]) -> int:
    return max((version.number for version in known), default=0) + 1


def warning_of(criteria: Criteria, active: Version | None, known: Sequence[Version], at_once: bool) -> str | None:
    """What is wrong with the number a file gives itself, and what to do; None when nothing is."""
    file, content_hash, number = criteria.name, criteria.content_hash, criteria.version
    state = step(content_hash, number, active, known, at_once).state
    todo = f"write `version: {next_number(known)}` into it"
    judges = f"version {active.number} judges" if active else ""
    if state == "same_number":
        return f"{file} has changed and still says version {number}: {judges} as it was. To use the change, {todo}"
    if state == "lower_number":
        return f"{file} says version {number}, a number below the newest: {judges}. To use it, {todo}"
    if state == "older":
        return f"{file} holds version {number} again: {judges}. To go back to what it says, {todo}"
    if any(version.number == number and version.content_hash != content_hash for version in known):
        return f"{file} says version {number}, as other rules did before: nobody can tell them apart. Please {todo}"
    return None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed for which side, and when."""

    side: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version with its story. `cause` is why it last began to judge, None if it never has."""

    number: int
    content_hash: str
    created_at: datetime
    agreed: tuple[Agreed, ...]
    judged_from: datetime | None
    cause: str | None
    judges: bool
    waits: bool

    @property
    def missing(self) -> tuple[Side, ...]:
        return missing({one.side: one.by for one in self.agreed})

    @property
    def sentence(self) -> str:
        """Such as "version 8 waits for sales; marketing has agreed"; it names no person."""
        if not self.waits:
            return f"version {self.number} {'judges' if self.judges else 'does not judge'}"
        agreed = "".join(f"; {one.side} has agreed" for one in self.agreed)
        return f"version {self.number} waits for {' and '.join(self.missing)}{agreed}"

    @property
    def banner(self) -> str:
        """In development a version judges that nobody has agreed to: that is not to be overlooked."""
        if not self.judges or self.cause != "development":
            return ""
        return f"version {self.number} judges at once, because this is not production: there it would wait for {WHO}"


WHO = "an approver of marketing and one of sales"


def canonical(person: TeamMember) -> str:
    return (person.email or person.slack or person.name).lower()


def approver(team: Team, who: str, side: Side) -> TeamMember | None:
    """The person of the team file with this address or Slack id, if they may agree for that side."""
    name = who.strip().lower()
    fits = (one for one in team.people if name in (one.email and one.email.lower(), one.slack and one.slack.lower()))
    return next((one for one in fits if APPROVER[side] in one.roles), None)


def approvers(team: Team, side: Side) -> tuple[str, ...]:
    return tuple(one.email or one.slack or one.name for one in team.people if APPROVER[side] in one.roles)


Refusal = Literal[
    "not_an_approver", "nothing_waits", "no_such_version", "superseded", "already_approved", "same_person"
]


def refusal(person: TeamMember, side: Side, given: Mapping[str, str]) -> Refusal | None:
    """Why this person cannot agree for this side, `given` being who has agreed; two different people must."""
    if side in given:
        return "already_approved"
    return "same_person" if canonical(person) in given.values() else None


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of an approval. `missing` are the sides that have not agreed yet; `judges`: from now on it counts."""

    done: bool
    code: Literal["approved"] | Refusal
    number: int | None = None
    missing: tuple[Side, ...] = ()
    judges: bool = False


def missing(given: Mapping[str, str]) -> tuple[Side, ...]:
    return tuple(side for side in SIDES if side not in given)
