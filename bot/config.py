"""What the Slack room is set up with, and the doors it is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.grammar import Filters
from qualification.digest import Digest
from qualification.doorstep import NewLead
from qualification.enquiry import ListFilter
from qualification.figures import By, Figures
from qualification.morning import BarView, Decided
from qualification.routing import Routed, routed
from qualification.sheet import Sheet
from qualification.stages import ReturnCode, Stage
from qualification.team import Team
from qualification.versions import Approved, Side, VersionView
from qualification.views import LeadRow, LeadView, Leaks, Line, Person, Rehearsal, Revisit

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class SlackConfig:
    """One site's Slack. `alert_channel` is the default channel; routes of the team file go first. Times in seconds.

    `signing_secret` is None where Slack reaches us by Socket Mode alone.
    """

    site_id: int
    bot_token: str = field(repr=False)
    signing_secret: str | None = field(repr=False)
    alert_channel: str
    team: Team = field(default_factory=Team)
    api_url: str = "https://slack.com/api/"
    timeout_s: int = 5
    identity_timeout_s: int = 1

    def __post_init__(self) -> None:
        for name in ("bot_token", "signing_secret", "alert_channel"):
            value = getattr(self, name)
            if value is not None and not value.strip():
                raise ValueError(f"Slack is set up without {name}: take it from your app at api.slack.com/apps")

    @property
    def routes(self) -> "Routes":
        return Routes(self.team, self.alert_channel)


@dataclass(frozen=True)
class Routes:
    """Where alerts go: the team file's routes, else the default channel; `fallback` when a channel refuses."""

    team: Team
    default: str

    def channel_for(self, lead: LeadView) -> str:
        return self.team.channel_for(_routed(lead), self.default)

    @property
    def fallback(self) -> str:
        return self.team.fallback_channel or self.default


def _routed(lead: LeadView) -> Routed:
    score = lead.assessment.score if lead.assessment else None
    return routed(lead.segment, score, lead.source, lead.kind, lead.locale, lead.facts)


class Outcome(Protocol):
    """What became of a rep's wish; `lead` is as it stands now."""

    @property
    def done(self) -> bool: ...
    @property
    def code(self) -> str: ...
    @property
    def lead(self) -> LeadView | None: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def step(self) -> int | None: ...


class Handoff(Protocol):
    def claim(self, site_id: int, ref: str, by: Person) -> Outcome: ...
    def release(self, site_id: int, ref: str, by: Person) -> Outcome: ...
    def assign(self, site_id: int, ref: str, by: Person, to: Person) -> Outcome: ...
    def accept(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None) -> Outcome: ...
    def return_(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str) -> Outcome: ...
    def note(self, site_id: int, ref: str, by: Person, text: str) -> Outcome: ...
    def snooze(self, site_id: int, ref: str, by: Person, until: datetime) -> Outcome: ...
    def stage(self, site_id: int, ref: str, by: Person, stage: Stage, sheet: Sheet | None = None) -> Outcome: ...
    def won(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None, text: str = "") -> Outcome: ...
    def lost(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str) -> Outcome: ...
    def disqualify(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str) -> Outcome: ...
    def reopen(self, site_id: int, ref: str, by: Person) -> Outcome: ...
    def mute(self, site_id: int, by: Person, until: datetime | None) -> None: ...
    def reply(self, site_id: int, ref: str, by: Person, text: str, key: str) -> Outcome: ...
    def unsend(self, site_id: int, ref: str, by: Person, step: int) -> Outcome: ...
    def hand_back(self, site_id: int, ref: str, by: Person) -> Outcome: ...


class Enquiry(Protocol):
    def lead(self, site_id: int, ref: str) -> LeadView | None: ...
    def status(self, site_id: int, words: str) -> LeadView | tuple[LeadRow, ...]: ...
    def find(self, site_id: int, words: str, limit: int = 50) -> tuple[LeadRow, ...]: ...
    def list(self, site_id: int, wanted: ListFilter, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]: ...
    def queue(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]: ...
    def transcript(self, site_id: int, ref: str, limit: int = 200) -> tuple[Line, ...]: ...
    def leaks(self, site_id: int) -> Leaks: ...
    def figures(self, site_id: int, since: datetime, by: By | None = None) -> Figures: ...
    def digest(self, site_id: int, since: datetime, until: datetime, channel: str | None, weekly: bool) -> Digest: ...
    def muted_until(self, site_id: int, rep: str) -> datetime | None: ...
    def revisits(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[Revisit, ...]: ...
    def rehearse(self, site_id: int, texts: Sequence[str]) -> Rehearsal: ...


class Intake(Protocol):
    def add_lead(self, site_id: int, new: NewLead) -> str: ...


class Agreement(Protocol):
    def sentence(self, site_id: int) -> str: ...
    def versions(self, site_id: int) -> tuple[VersionView, ...]: ...
    def threshold(self, site_id: int, now: datetime) -> BarView: ...
    def approve(self, site_id: int, who: str, side: Side, number: int | None = None) -> Approved: ...
    def decide_threshold(self, site_id: int, who: str, approves: bool, now: datetime) -> Decided: ...


@dataclass(frozen=True)
class Doors:
    handoff: Handoff
    enquiry: Enquiry
    intake: Intake
    agreement: Agreement


class Inbox(Protocol):
    """The durable inbox. Events that `process` does not reach are swept up later, so each is worked once."""

    def accept_event(self, site_id: int, key: str, kind: str, payload: Mapping[str, Any]) -> bool:
        """True when new, False when seen before; raises NotTaken when it could not be stored in time."""

    def process(self, key: str) -> object:
        """Works one stored event now."""


@dataclass(frozen=True)
class Desk:
    """What answering needs: whose site, the doors, the time, and who a colleague is (or why they are none)."""

    config: SlackConfig
    doors: Doors
    clock: Clock
    colleague: Callable[[str], Person | str]

    @property
    def site_id(self) -> int:
        return self.config.site_id

    def listed(self, filters: Filters, limit: int, offset: int = 0) -> tuple[LeadRow, ...]:
        return self.doors.enquiry.list(self.site_id, _wanted(filters, self.clock()), limit, offset)


def _wanted(filters: Filters, now: datetime) -> ListFilter:
    since = now - timedelta(seconds=filters.since_s) if filters.since_s is not None else None
    return ListFilter(filters.stage, filters.owner, filters.handoff, filters.min_score, since, filters.source)
