"""Door: sales takes over. Each wish of a rep is one transaction that re-reads where the lead stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from models import lead as leads
from models import rep_mute
from models.database import Database
from models.lead import Lead
from qualification import moves
from qualification.enquiry import view_of
from qualification.keeping import nudging, speaking, valve
from qualification.keeping.announcing import announce_card
from qualification.keeping.digesting import promise_digests
from qualification.keeping.falling_due import KINDS, do_tick
from qualification.keeping.merging import merge, part
from qualification.keeping.reps import At, Written, case_of, keep
from qualification.keeping.standing import move, position_of
from qualification.moves import Decision, Move, Refusal
from qualification.policy import Policy
from qualification.promises import Tick
from qualification.sheet import Sheet
from qualification.stages import ReturnCode, Stage, reached
from qualification.views import LeadView, Person

_DOERS = {**dict.fromkeys(speaking.KINDS, speaking.do_tick), **dict.fromkeys(nudging.KINDS, nudging.do_nudge)}
Decide = Callable[[At], Decision]
NOTHING = Written()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rep's wish, or why it did not; `missing` names what it would need.

    `lead` is as it stands now, so that the loser of a race is told who won.
    """

    done: bool
    code: str
    lead: LeadView | None = None
    missing: tuple[str, ...] = ()
    step: int | None = None  # what can be taken back by this number


@dataclass(frozen=True)
class Handoff:
    """Every method answers an Outcome; a wish that does not fit where the lead stands changes nothing and says why."""

    database: Database
    policies: Mapping[int, Policy]
    clock: Callable[[], datetime]
    told: Callable[[], None]

    def claim(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.claim(at.position, by))

    def release(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.release(at.position, by))

    def assign(self, site_id: int, ref: str, by: Person, to: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.assign(at.position, by, to), Written(to=to))

    def accept(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None) -> Outcome:
        """What the rep knows of the deal may come with it."""
        return self._decide(site_id, ref, by, lambda at: moves.accept(at.position, by), Written(sheet=sheet))

    def return_(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str = "") -> Outcome:
        written = Written(code, text)
        return self._decide(site_id, ref, by, lambda at: moves.return_(at.position, by, code, text, at.now), written)

    def note(self, site_id: int, ref: str, by: Person, text: str) -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.note(at.position), Written(text=text))

    def snooze(self, site_id: int, ref: str, by: Person, until: datetime) -> Outcome:
        """Sales is reminded then. It does not keep a lead that nobody has accepted from expiring."""
        written = Written(until=until)
        return self._decide(site_id, ref, by, lambda at: moves.snooze(at.position, by, until, at.now), written)

    def mute(self, site_id: int, by: Person, until: datetime | None) -> None:
        """Until then Foyer reminds this rep of nothing and gives them no lead; None ends it."""
        with self.database.begin() as session:
            rep_mute.keep(session, site_id, by.id, until)

    def stage(self, site_id: int, ref: str, by: Person, stage: Stage, sheet: Sheet | None = None) -> Outcome:
        """To prospect, opportunity or customer, through every stage between, when all of them have what they need."""
        if stage == "customer":
            return self.won(site_id, ref, by, sheet)
        written = Written(sheet=sheet)
        return self._decide(
            site_id, ref, by, lambda at: moves.climb(at.position, by, stage, case_of(at, sheet)), written
        )

    def won(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None, text: str = "") -> Outcome:
        """A deal that is made has taken its last step today, and letters nobody answered do not matter any more."""

        def decide(at: At) -> Decision:
            made = Sheet(next_step="won", day=at.now.date(), bant_waiver="won")
            return moves.climb(at.position, by, "customer", case_of(at, sheet, made))

        return self._decide(site_id, ref, by, decide, Written(text=text, sheet=sheet))

    def lost(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str = "") -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.lost(at.position, by, code, text), Written(code, text))

    def disqualify(self, site_id: int, ref: str, by: Person, code: ReturnCode, text: str = "") -> Outcome:
        written = Written(code, text)
        return self._decide(site_id, ref, by, lambda at: moves.disqualify(at.position, by, code, text), written)

    def reopen(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._decide(site_id, ref, by, lambda at: moves.reopen(at.position, by))

    def reply(self, site_id: int, ref: str, by: Person, text: str, key: str) -> Outcome:
        """To the visitor, in five seconds; until then `unsend` takes back the outcome's `step`. Once for each `key`."""
        now, step = self.clock(), None
        with self.database.begin() as session:
            lead = _known(session, site_id, ref)
            if lead is None:
                return Outcome(False, "not_found")
            decision, step = speaking.plan_reply(At(session, lead, self.policies[site_id], now), by, text, key)
            view = view_of(session, site_id, lead, self.policies[site_id])
        return replace(_outcome(decision, view), step=step)

    def unsend(self, site_id: int, ref: str, by: Person, step: int) -> Outcome:
        with self.database.begin() as session:
            lead = _known(session, site_id, ref)
            if lead is None:
                return Outcome(False, "not_found")
            decision = speaking.unsend(At(session, lead, self.policies[site_id], self.clock()), by, step)
            return _outcome(decision, view_of(session, site_id, lead, self.policies[site_id]))

    def hand_back(self, site_id: int, ref: str, by: Person) -> Outcome:
        """The assistant speaks again; the visitor is told."""
        with self.database.begin() as session:
            lead_id = _id_of(session, site_id, ref)
            talk, lead = speaking.hold(session, site_id, lead_id) if lead_id is not None else (None, None)
            if lead is None:
                return Outcome(False, "not_found")
            at = At(session, lead, self.policies[site_id], self.clock())
            outcome = _outcome(speaking.hand_back(at, talk, by), view_of(session, site_id, lead, at.policy))
        self.told()
        return outcome

    kinds: ClassVar = (*KINDS, *_DOERS)
    """What `due` can do, by the kind of the tick; what is `soon` waits for seconds only."""
    soon: ClassVar = (speaking.SAY,)

    def due(self, tick: Tick, now: datetime) -> None:
        """What time brings: a lead nobody accepted expires, points age, a cool-down or a snooze is over."""
        do = _DOERS.get(tick.kind, do_tick)
        with self.database.begin() as session:
            do(session, tick, self.policies[tick.site_id], now)
        self.told()

    def promise_digests(self, site_id: int, now: datetime) -> None:
        """The morning's digest to each channel, once a day however often this is called."""
        with self.database.begin() as session:
            promise_digests(session, site_id, self.policies[site_id].team, now)
        self.told()

    def let_follow(self, now: datetime) -> int:
        """Leads that wait in the queue get their alerts, best first, as far as sales has room today; how many."""
        with self.database.read() as session:
            sites = leads.held_anywhere(session)
        return sum(self._let_follow(site_id, now) for site_id in set(sites) & set(self.policies))

    def _let_follow(self, site_id: int, now: datetime) -> int:
        with self.database.begin() as session:
            following = valve.following(session, site_id, self.policies[site_id], now)
            for lead in following:
                move(session, lead, position_of(lead), now, held_at=None)
                announce_card(session, lead, lead.cycle, now)
                valve.rang(session, lead, lead.cycle, now)
        self.told()
        return len(following)

    def merge(self, site_id: int, ref: str, other: str, by: Person) -> Outcome:
        """Somebody says that two leads are one person; the one that is further on speaks for both."""

        def both(session: Session, now: datetime) -> tuple[str, int | None]:
            one, two = (_id_of(session, site_id, one) for one in (ref, other))
            if one is None or two is None:
                return "not_found", None
            merged = merge(session, site_id, (one, two), "person", by, self.policies[site_id], now)
            return ("merged", merged.id) if merged else ("already_one", one)

        return self._joined(site_id, both)

    def part(self, site_id: int, ref: str, by: Person) -> Outcome:
        """A merge was wrong: that of this lead, or the last one into it. The outcome's lead is the one that is free."""

        def one(session: Session, now: datetime) -> tuple[str, int | None]:
            lead_id = leads.id_of(ref)
            if lead_id is None or _id_of(session, site_id, ref) is None:
                return "not_found", None
            undone = part(session, site_id, lead_id, by, self.policies[site_id], now)
            return ("parted", undone.loser_id) if undone else ("not_merged", lead_id)

        return self._joined(site_id, one)

    def _joined(self, site_id: int, do: Callable[[Session, datetime], tuple[str, int | None]]) -> Outcome:
        with self.database.begin() as session:
            said, lead_id = do(session, self.clock())
            lead = leads.get(session, site_id, lead_id) if lead_id is not None else None
            view = view_of(session, site_id, lead, self.policies[site_id]) if lead else None
        self.told()
        return Outcome(said in ("merged", "parted"), said, view)

    def _decide(self, site_id: int, ref: str, by: Person, decide: Decide, written: Written = NOTHING) -> Outcome:
        now = self.clock()
        with self.database.begin() as session:
            lead = _known(session, site_id, ref)
            if lead is None:
                return Outcome(False, "not_found")
            at = At(session, lead, self.policies[site_id], now)
            decision = decide(at)
            if isinstance(decision, Move):
                keep(at, decision, by, written)
            outcome = _outcome(decision, view_of(session, site_id, lead, at.policy))
        self.told()
        return outcome


def _known(session: Session, site_id: int, ref: str) -> Lead | None:
    lead_id = leads.id_of(ref)
    lead = leads.locked(session, site_id, lead_id) if lead_id is not None else None
    return lead if lead is not None and reached(lead.stage, "lead") else None


def _id_of(session: Session, site_id: int, ref: str) -> int | None:
    """Of a lead sales may know of; its row is left alone."""
    lead_id = leads.id_of(ref)
    lead = leads.get(session, site_id, lead_id) if lead_id is not None else None
    return lead_id if lead is not None and reached(lead.stage, "lead") else None


def _outcome(decision: Decision, lead: LeadView) -> Outcome:
    missing = decision.missing if isinstance(decision, Refusal) else ()
    return Outcome(isinstance(decision, Move), decision.code, lead, missing)
