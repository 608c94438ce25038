"""What a turn is decided by: the agreed criteria, the bar in force, the playbook, the team, and the site's defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from qualification.criteria import Criteria
from qualification.facts import Utterance
from qualification.playbook import Playbook
from qualification.stages import Stage
from qualification.team import Team
from qualification.threshold import effective


@dataclass(frozen=True, slots=True)
class Trial:
    """A version that waits for approval: it decides nothing, what it would say is kept."""

    version_id: int
    criteria: Criteria


@dataclass(frozen=True, slots=True)
class Listener:
    """A destination beside Slack. It hears of leads that have come as far as `since`.

    One that `hears_events` is told each step by itself, as webhooks are; any other only that something is different.
    A subscription of an automation tool has a number, `hook`, and hears of one event `only`.
    """

    channel: str
    since: Stage = "lead"
    hears_events: bool = False
    only: str | None = None
    hook: int | None = None

    @property
    def name(self) -> str:
        """What tells its promises from those of others."""
        return self.channel if self.hook is None else f"hook:{self.hook}"

    def stream(self, of: str) -> str:
        """Subscriptions share a channel: each has streams of its own, so that one that fails holds up no other."""
        return of if self.hook is None else f"{self.name}:{of}"

    def hears(self, kind: str) -> bool:
        return self.only in (None, kind)


WEBHOOK, HOOKS = "webhook:", "hooks"


def webhook_channel(url: str) -> str:
    """A channel for each address, so that a slow receiver holds up no other. The address itself may be a secret."""
    return WEBHOOK + sha256(url.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Policy:
    """`company_domains` are our own mail domains: whoever writes from one is a colleague, not a company to infer.

    `bar` is the threshold the volume led to, None while it is the agreed floor. `earlier` finds versions that judged
    before, by their number. `mails`: what a visitor who left does not see may go to their address.
    """

    criteria: Criteria
    playbook: Playbook
    company_domains: tuple[str, ...] = ()
    region: str = "US"
    currency: str = "USD"
    team: Team = field(default_factory=Team)
    bar: int | None = None
    trial: Trial | None = None
    earlier: Mapping[int, Criteria] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    mails: bool = False

    def utterance(self, text: str, now: datetime) -> Utterance:
        """A visitor's message as this site hears it."""
        return Utterance(text=text, now=now, region=self.region)

    @property
    def threshold(self) -> int:
        """The bar that judges: between the floor and the ceiling of the criteria."""
        return self.threshold_of(self.criteria)

    def threshold_of(self, criteria: Criteria) -> int:
        return criteria.floor if self.bar is None else effective(self.bar, criteria.file.threshold)

    def as_of(self, version: int, bar: int) -> "Policy":
        """The policy under an earlier version and its bar; a version nobody has kept is judged by the present one."""
        if version == self.criteria.version:
            return self if bar == self.threshold else replace(self, bar=bar, trial=None)
        found = self.earlier.get(version)
        return replace(self, criteria=found, bar=bar, trial=None) if found else self

    def capacity(self, on: date) -> float | None:
        """How many alerts sales can work on that day; None when nobody has said so."""
        agreed, reps = self.criteria.file.threshold.capacity, self.team.reps_at_work(on)
        return agreed.alerts_per_rep_day * reps if agreed and reps is not None else None
