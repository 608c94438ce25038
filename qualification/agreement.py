"""Door: what counts. Versions of the criteria and who agrees to them, the bar, replay, and points learned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models import conversation as conversations
from models import criteria_version as versions
from models import lead as leads
from models import threshold_change as thresholds
from models.database import Database
from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.keeping import agreed, bar
from qualification.keeping.agreed import Loaded
from qualification.keeping.announcing import announce_to_team
from qualification.keeping.evidence import evidence_of
from qualification.keeping.in_force import bar_for, in_force
from qualification.keeping.judging import judge_anew
from qualification.keeping.pasts import outcomes, pasts
from qualification.lessons import Lesson, learn
from qualification.morning import BarView, Decided
from qualification.past import Case, Trial
from qualification.policy import Policy
from qualification.replay import replayed
from qualification.scoring import assess
from qualification.shadow import Waiting
from qualification.threshold import Proposal
from qualification.versions import Approved, Side, VersionView, warning_of

BATCH = 50
Progress = Callable[[int, int], None]
"""Told how many leads of how many have been judged again."""


@dataclass(frozen=True, slots=True)
class Again:
    """What came of judging a period again: how many leads were looked at, and who had to do with sales."""

    judged: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Agreement:
    """`judges_at_once`: nobody has to agree to a new version, as in development. Each method is one transaction."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]
    judges_at_once: bool = False

    def load(self, site_id: int, criteria: Criteria) -> Loaded:
        """A file was read: a content that is new is kept, and judges or waits."""
        now = self.clock()
        with self.database.begin() as session:
            versions.hold(session, site_id)
            loaded = agreed.load(session, site_id, criteria, self.judges_at_once, now)
            if loaded.state == "waits":
                announce_to_team(
                    session, site_id, "criteria_wait", criteria.content_hash, now, version=criteria.version
                )
        self.told()
        return loaded

    def approve(self, site_id: int, who: str, side: Side, number: int | None = None) -> Approved:
        """Somebody agrees for one side to the version that waits, or to that of a number; with both sides it judges."""
        now = self.clock()
        with self.database.begin() as session:
            versions.hold(session, site_id)
            approved = agreed.approve(session, site_id, self.policies[site_id].team, (who, side), number, now)
        self.told()
        return approved

    def versions(self, site_id: int) -> tuple[VersionView, ...]:
        """Every version with who agreed to it and when, in the order they came."""
        with self.database.read() as session:
            return agreed.story(session, site_id)

    def warning(self, site_id: int, criteria: Criteria) -> str | None:
        """What is wrong with the number that a file gives its criteria; nothing is kept."""
        with self.database.read() as session:
            active, known = agreed.kept(session, site_id)
        return warning_of(criteria, active, known, self.judges_at_once)

    def sentence(self, site_id: int) -> str:
        """What judges, what waits for whom, and what that would change, for people who look after the house."""
        with self.database.read() as session:
            story = agreed.story(session, site_id)
            said = [view.banner or view.sentence for view in story if view.judges]
            for view in (view for view in story if view.waits):
                version_id = versions.of_content(session, site_id, view.content_hash)
                said += [view.sentence, agreed.shadow_of(session, site_id, version_id).sentence(view.number)]
            proposal = thresholds.latest_look(session, site_id, "open")
        return "; ".join([*said, *([f"waits for an approver: {proposal.why['sentence']}"] if proposal else [])])

    def banner(self, site_id: int) -> str:
        """That a version judges to which nobody has agreed; empty when it is not so."""
        with self.database.read() as session:
            return next((view.banner for view in agreed.story(session, site_id) if view.banner), "")

    def waiting(self, site_id: int) -> Waiting | None:
        """The version that waits for people, with what it would change."""
        with self.database.read() as session:
            return agreed.what_waits(session, site_id)

    def tried(self, site_id: int, conversation_id: str, criteria: Criteria, now: datetime) -> Assessment | None:
        """What other criteria would say of whoever speaks in a conversation; nothing is kept."""
        policy = self.policies[site_id]
        with self.database.read() as session:
            found = conversations.find(session, site_id, conversation_id)
            lead = leads.get(session, site_id, found.lead_id) if found and found.lead_id else None
            if lead is None:
                return None
            return assess(evidence_of(session, lead), criteria, now, policy.threshold_of(criteria))

    def reassess(self, site_id: int, lead_ids: Sequence[int] | None, now: datetime) -> int:
        """Judges leads that sales does not have yet by the criteria of now; how many. One transaction per batch.

        Those named, or (None) everybody in stage `lead`. Whoever is with sales keeps the version that brought them.
        """
        if lead_ids is not None:
            named = sorted(lead_ids)
            return sum(self._reassess(site_id, named[at : at + BATCH], now) for at in range(0, len(named), BATCH))
        done, after = 0, 0
        while ids := self._next_in_stage_lead(site_id, after):
            done, after = done + self._reassess(site_id, ids, now), ids[-1]
        return done

    def _next_in_stage_lead(self, site_id: int, after: int) -> Sequence[int]:
        with self.database.read() as session:
            return leads.in_stage(session, site_id, "lead", after, BATCH)

    def _reassess(self, site_id: int, ids: Sequence[int], now: datetime) -> int:
        with self.database.begin() as session:
            judged = judge_anew(session, site_id, ids, self.policies[site_id], now)
        self.told()
        return judged

    def follow_up(self, now: datetime) -> int:
        """What an activation leaves to do, in any process, wherever another left off: leads are judged anew."""
        with self.database.read() as session:
            open_ = versions.sites_to_reassess(session)
        done = 0
        for site_id in set(open_) & set(self.policies):
            while judged := self._follow_up(site_id, now):
                done += judged
        return done

    def _follow_up(self, site_id: int, now: datetime) -> int:
        """One batch; none while this process does not judge by the new version yet."""
        policy = self.policies[site_id]
        with self.database.begin() as session:
            activation = versions.to_reassess(session, site_id)
            active = versions.active(session, site_id)
            if activation is None or active is None or active.content_hash != policy.criteria.content_hash:
                return 0
            ids = leads.in_stage(session, site_id, "lead", activation.reassessed_to, BATCH)
            judge_anew(session, site_id, ids, policy, now)
            versions.reassessed(session, activation, ids[-1] if ids else None, now)
        self.told()
        return len(ids)

    def propose_threshold(self, site_id: int, now: datetime) -> Proposal | None:
        """Looks at the bar, once a business day: what is proposed is kept and told; in mode auto it applies."""
        with self.database.begin() as session:
            versions.hold(session, site_id)
            proposal = bar.look_at(session, site_id, self.policies[site_id], now)
        self.told()
        return proposal

    def decide_threshold(self, site_id: int, who: str, approves: bool, now: datetime) -> Decided:
        """An approver of either side lets the proposed bar apply, or keeps the bar where it is."""
        with self.database.begin() as session:
            versions.hold(session, site_id)
            decided = bar.decide(session, site_id, self.policies[site_id], who, approves, now)
        self.told()
        return decided

    def threshold(self, site_id: int, now: datetime) -> BarView:
        """The bar as the database knows it: where it stands, what waits for people, and every change."""
        with self.database.read() as session:
            return bar.view(session, site_id, self.policies[site_id], now)

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
            bar = bar_for(session, site_id, criteria) if threshold is None else lambda at: threshold
            old = in_force(session, site_id, self.policies[site_id].criteria)
            trial = Trial(since, until, criteria, bar, old)
            ids, cases = leads.changed(session, site_id, since, until), list[Case]()
            for done, past in enumerate(pasts(session, site_id, ids), start=1):
                cases.extend(replayed(past, trial))
                progress(done, len(ids))
        return Again(len(ids), tuple(cases))

    def suggest(self, site_id: int, criteria: Criteria | None = None, earlier: Criteria | None = None) -> Lesson:
        """What all verdicts of sales teach about the points; `criteria` None are those in force."""
        with self.database.read() as session:
            found = tuple(outcomes(session, site_id))
        return learn(found, criteria or self.policies[site_id].criteria, earlier)
