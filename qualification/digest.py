"""What a team is told each morning, and on the first working day of a week of the whole week. Frozen data."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qualification.figures import Tally
from qualification.stages import Stage
from qualification.views import Leak

CLIMBED: tuple[Stage, ...] = ("lead", "mql", "sql", "prospect", "opportunity", "customer")


@dataclass(frozen=True, slots=True)
class Week:
    """`funnel` counts the people who reached each stage; `review_by` is when the criteria are to be looked at again."""

    funnel: tuple[tuple[Stage, int], ...]
    by_source: tuple[Tally, ...]
    by_rule: tuple[Tally, ...]
    version: int
    review_by: date | None


@dataclass(frozen=True, slots=True)
class Digest:
    """From `since` until `until`, of the leads shown in one channel. `waited` is the median until a claim.

    `free` are on offer now and nobody's, the oldest first; `held` wait in the ranked queue; `lost` were lost in the
    hand-off. Of the whole team are `held`, `lost` and `week`.
    """

    since: datetime
    until: datetime
    came: int
    claimed: int
    accepted: int
    returned: int
    won: int
    closed: int
    waited: timedelta | None
    sources: tuple[tuple[str, int], ...]
    free: tuple[Leak, ...]
    free_in_all: int
    held: int
    lost: int
    week: Week | None = None

    @property
    def is_empty(self) -> bool:
        happened = self.came + self.claimed + self.accepted + self.returned + self.won + self.closed
        waits = self.free_in_all + self.held + self.lost
        return not (happened or waits or (self.week and any(count for _, count in self.week.funnel)))
