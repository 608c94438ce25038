"""Door: what counts. A past period judged again by other criteria, and points learned from what became of leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models import lead as leads
from models.database import Database
from qualification.criteria import Criteria
from qualification.keeping.in_force import in_force, tried
from qualification.keeping.pasts import outcomes, pasts
from qualification.lessons import Lesson, learn
from qualification.policy import Policy
from qualification.replay import Case, Trial, replayed

Progress = Callable[[int, int], None]
"""Told how many leads of how many have been judged again."""


@dataclass(frozen=True, slots=True)
class Again:
    """What came of judging a period again: how many leads were looked at, and who had to do with sales."""

    judged: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Agreement:
    """Nothing here changes what counts: a replay and a suggestion are for people to decide on."""

    database: Database
    policies: Mapping[int, Policy]

    def replay(
        self,
        site_id: int,
        criteria: Criteria,
        since: datetime,
        until: datetime,
        threshold: int | None = None,
        progress: Progress = lambda done, of: None,
    ) -> Again:
        """The period judged by `criteria`, with what was known then; `threshold` None is the bar of the day."""
        with self.database.read() as session:
            new = tried(session, site_id, criteria, threshold)
            old = in_force(session, site_id, self.policies[site_id].criteria)
            ids, cases = leads.changed(session, site_id, since, until), list[Case]()
            for done, past in enumerate(pasts(session, site_id, ids), start=1):
                cases.extend(replayed(past, Trial(since, until, new, old)))
                progress(done, len(ids))
        return Again(len(ids), tuple(cases))

    def suggest(self, site_id: int, criteria: Criteria | None = None, earlier: Criteria | None = None) -> Lesson:
        """What all verdicts of sales teach about the points; `criteria` None are those in force."""
        with self.database.read() as session:
            found = tuple(outcomes(session, site_id))
        return learn(found, criteria or self.policies[site_id].criteria, earlier)
