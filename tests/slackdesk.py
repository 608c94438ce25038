"""A Slack room for tests: the real app on a real socket against the stand-in, with small honest doors in memory."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from bot.app import build_app, inbox_handlers
from bot.config import Doors, SlackConfig
from bot.http import AppFor, slack_blueprint
from bot.socket_mode import SocketMode
from bot.workspaces import OwnApp, Workspaces
from qualification import stages
from qualification.assessment import Assessment, Reason
from qualification.criteria.schema import Threshold
from qualification.doorstep import NewLead
from qualification.enquiry import ListFilter
from qualification.facts import Fact, Horizon, Money, Size
from qualification.figures import Figures, Passage, figures
from qualification.morning import BarView, Decided, Morning
from qualification.promises import InboxRow, NotTaken
from qualification.sheet import Sheet
from qualification.team import Team
from qualification.threshold import Proposal, Standing
from qualification.versions import Agreed, Approved, Side, VersionView
from qualification.views import (
    DeliveryView,
    LeadRow,
    LeadView,
    Leak,
    Leaks,
    Line,
    LogEntry,
    Person,
    Rehearsal,
    Revisit,
)
from tryout.standin import ANN, LEADS, Standin
from tryout.standin.people import MARA

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET, TOKEN = "stand-in-signing-secret", "xoxb-stand-in-token"
SITE = 1


def fact(slot: str, text: str, value: Any = None, source: Any = "said") -> Fact:
    return Fact(slot, text, text if value is None else value, 0.95, source, "1", START)


def reason(rule: str = "size", points: int = 20, why: str = "Company size fits", words: str = "about 120") -> Reason:
    return Reason(rule, points, why, words)


ASSESSED = Assessment(
    verdict="mql",
    score=82,
    low=70,
    high=95,
    threshold=60,
    criteria_version=3,
    groups={"fit": 40, "intent": 42},
    reasons=(
        reason(),
        reason("demo", 42, "Asked for a demo", "show me"),
        reason("mail", 20, "Work address", "@acme.io"),
    ),
    unknown=("budget",),
)


def lead(number: int = 1042, **changes: Any) -> LeadView:
    """Dana at Acme, offered to sales, unless said otherwise."""
    view = LeadView(
        ref=f"L-{number}",
        site=str(SITE),
        stage="mql",
        status="active",
        kind="sales",
        handoff="offered",
        cycle=1,
        revision=3,
        owner=None,
        name="Dana Smith",
        email="dana@acme.io",
        phone=None,
        company="Acme",
        facts={
            "job_title": fact("job_title", "ops lead"),
            "company_size": fact("company_size", "about 120", Size(120, 120)),
            "timeline": fact("timeline", "before Q1", Horizon(0, 40)),
            "use_case": fact("use_case", "we lose leads between marketing and sales"),
            "budget": fact("budget", "~20k/yr", Money(20_000, 20_000, None, "year")),
        },
        declined=(),
        purchase_interest=False,
        assessment=ASSESSED,
        segment="A1",
        talk_track=("Ask about the hand-off.", "Show the leak meter.", "Offer 15 minutes."),
        source={"channel": "chat", "name": "Website", "page": {"url": "https://acme.io/pricing", "title": "Pricing"}},
        consents=("visitor_request",),
        created_at=START - timedelta(minutes=5),
        updated_at=START,
        offered_at=START,
        claimed_at=None,
        accepted_at=None,
        return_code=None,
        cause="criteria",
        stage_log=(LogEntry("lead", "mql", "system", "criteria", 3, 82, START),),
        deliveries=(DeliveryView(1, "slack", "alert", "delivered", 1, None, START),),
        transcript=(
            Line("1", "assistant", None, "What would you use it for?", START),
            Line("2", "visitor", None, "we lose leads between marketing and sales", START),
        ),
        pages=("https://acme.io/pricing",),
        ask_next=("budget",),
        handling="assistant",
        locale="en-GB",
    )
    return replace(view, **changes)


def row_of(view: LeadView) -> LeadRow:
    return LeadRow(
        view.ref,
        view.name,
        view.company,
        view.email,
        view.stage,
        view.status,
        view.handoff,
        view.assessment.score if view.assessment else None,
        view.owner,
        view.updated_at,
        view.purchase_interest,
    )


@dataclass(frozen=True)
class Outcome:
    done: bool
    code: str
    lead: LeadView | None = None
    missing: tuple[str, ...] = ()
    step: int | None = None


@dataclass
class Book:
    """Both doors over a dictionary of leads. `before` runs ahead of each read: to be slow, or to be down."""

    leads: dict[str, LeadView] = field(default_factory=dict)
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    now: Callable[[], datetime] = lambda: START
    before: Callable[[], None] = lambda: None
    lock: threading.RLock = field(default_factory=threading.RLock)
    waits: bool = False  # a version of the criteria and a change of the bar do
    agreed: tuple[Agreed, ...] = ()
    muted: dict[str, datetime | None] = field(default_factory=dict)

    def keep(self, *views: LeadView) -> None:
        self.leads |= {view.ref: view for view in views}

    # looking

    def lead(self, site_id: int, ref: str) -> LeadView | None:
        self.before()
        return self.leads.get(ref) if site_id == SITE else None

    def status(self, site_id: int, words: str) -> LeadView | tuple[LeadRow, ...]:
        if found := self.lead(site_id, words):
            return found
        rows = self.find(site_id, words)
        return self.leads[rows[0].ref] if len(rows) == 1 else rows

    def find(self, site_id: int, words: str, limit: int = 50) -> tuple[LeadRow, ...]:
        self.before()
        fitting = (
            one for one in self.leads.values() if words.lower() in f"{one.name} {one.company} {one.email}".lower()
        )
        return tuple(row_of(one) for one in fitting)[:limit]

    def list(self, site_id: int, wanted: ListFilter, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]:
        self.before()
        fitting = [one for one in reversed(self.leads.values()) if _fits(one, wanted)]
        return tuple(map(row_of, fitting))[offset : offset + limit]

    def queue(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[LeadRow, ...]:
        self.before()
        held = sorted((one for one in self.leads.values() if one.held_at), key=_rank)
        return tuple(map(row_of, held))[offset : offset + limit]

    def transcript(self, site_id: int, ref: str, limit: int = 200) -> tuple[Line, ...]:
        found = self.lead(site_id, ref)
        return found.transcript[-limit:] if found else ()

    def leaks(self, site_id: int) -> Leaks:
        self.before()
        unowned = [Leak(one.ref, START) for one in self.leads.values() if one.handoff == "offered"]
        return Leaks(tuple(unowned), (), ())

    def figures(self, site_id: int, since: datetime, by: Any = None) -> Figures:
        waits = timedelta(minutes=7)
        return figures((Passage(ANN, "chat", ("size",), waits, "accepted"), Passage(None, "form", (), None, None)), by)

    def mute(self, site_id: int, by: Person, until: datetime | None) -> None:
        self.muted[by.id] = until

    def muted_until(self, site_id: int, rep: str) -> datetime | None:
        return self.muted.get(rep)

    # agreeing

    def sentence(self, site_id: int) -> str:
        return "version 7 judges"

    def versions(self, site_id: int) -> tuple[VersionView, ...]:
        self.before()
        return (VersionView(8, "8" * 64, START, self.agreed, None, None, False, True),) if self.waits else ()

    def threshold(self, site_id: int, now: datetime) -> BarView:
        proposal = Proposal(50, 55, 31, 20, 20, 300, 0.1, 1.0, False)
        morning = Morning(now.date(), (), Standing(50), 20, Threshold(floor=50), None)
        return BarView(morning, proposal if self.waits else None, ())

    def approve(self, site_id: int, who: str, side: Side, number: int | None = None) -> Approved:
        if (who, side) != (MARA, "marketing"):
            return Approved(False, "not_an_approver")
        self.agreed = (*self.agreed, Agreed(side, who, START))
        self.steps.append((f"approve:{side}", str(number), who))
        return Approved(True, "approved", number, ("sales",) if side == "marketing" else ())

    def decide_threshold(self, site_id: int, who: str, approves: bool, now: datetime) -> Decided:
        self.waits = False
        self.steps.append((f"bar:{approves}", "", who))
        return Decided(True, "approved" if approves else "kept")

    # more looking

    def revisits(self, site_id: int, limit: int = 10, offset: int = 0) -> tuple[Revisit, ...]:
        found = [Revisit(row_of(one), "no_budget") for one in self.leads.values() if one.handoff == "returned"]
        return tuple(found[offset : offset + limit])

    def rehearse(self, site_id: int, texts: Any) -> Rehearsal:
        view = lead()
        return Rehearsal(tuple((text, ("I see.",)) for text in texts), view.facts, view.assessment, view.stage)

    def add_lead(self, site_id: int, new: NewLead) -> str:
        self.before()
        self.steps.append((f"add:{new.email}:{new.source_channel}", dict(new.fields).get("company_size", ""), ""))
        self.keep(lead(1077, name=new.name, email=new.email, company=new.company))
        return "L-1077"

    # handing over: one step at a time, and only from where the lead really stands

    def claim(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._step("claim", site_id, ref, by, self._claim)

    def release(self, site_id: int, ref: str, by: Person) -> Outcome:
        return self._step("release", site_id, ref, by, self._release)

    def accept(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None) -> Outcome:
        return self._step("accept", site_id, ref, by, self._accept)

    def return_(self, site_id: int, ref: str, by: Person, code: stages.ReturnCode, text: str) -> Outcome:
        return self._step(f"return:{code}:{text}", site_id, ref, by, lambda view, _: self._return(view, code))

    def note(self, site_id: int, ref: str, by: Person, text: str) -> Outcome:
        return self._step(f"note:{text}", site_id, ref, by, lambda view, _: ("noted", view))

    def _step(self, action: str, site_id: int, ref: str, by: Person, decide: Any) -> Outcome:
        with self.lock:
            view = self.lead(site_id, ref)
            if view is None:
                return Outcome(False, "not_found")
            code, after = decide(view, by)
            if after is None:
                return Outcome(False, code, view)
            self.leads[ref] = replace(after, revision=view.revision + 1)
            self.steps.append((action, ref, by.id))
            return Outcome(True, code, self.leads[ref])

    def _claim(self, view: LeadView, by: Person) -> tuple[str, LeadView | None]:
        if view.handoff == "offered":
            return "claimed", replace(view, handoff="claimed", owner=by, claimed_at=self.now())
        if view.handoff not in ("claimed", "accepted"):
            return "not_on_offer", None
        return ("already_yours" if view.owner and view.owner.id == by.id else "already_claimed"), None

    def _release(self, view: LeadView, by: Person) -> tuple[str, LeadView | None]:
        if view.handoff != "claimed":
            return "not_claimed", None
        return "released", replace(view, handoff="offered", owner=None, claimed_at=None)

    def assign(self, site_id: int, ref: str, by: Person, to: Person) -> Outcome:
        given = {"owner": to, "handoff": "claimed"}
        return self._step(f"assign:{to.id}", site_id, ref, by, lambda view, _: ("assigned", replace(view, **given)))

    def snooze(self, site_id: int, ref: str, by: Person, until: datetime) -> Outcome:
        rest = {"snoozed_until": until}
        return self._step(
            f"snooze:{until:%d %H:%M}", site_id, ref, by, lambda view, _: ("snoozed", replace(view, **rest))
        )

    def stage(self, site_id: int, ref: str, by: Person, stage: Any, sheet: Sheet | None = None) -> Outcome:
        """As asked, except for an opportunity without an amount."""
        if stage == "opportunity" and (sheet is None or sheet.amount is None):
            return Outcome(False, "needs_deal", self.lead(site_id, ref), ("amount", "date"))
        after = {"stage": stage, "sheet": sheet or Sheet()}
        return self._step(f"stage:{stage}", site_id, ref, by, lambda view, _: (stage, replace(view, **after)))

    def won(self, site_id: int, ref: str, by: Person, sheet: Sheet | None = None, text: str = "") -> Outcome:
        after = {"stage": "customer", "status": "won", "sheet": sheet or Sheet()}
        return self._step(f"won:{text}", site_id, ref, by, lambda view, _: ("won", replace(view, **after)))

    def lost(self, site_id: int, ref: str, by: Person, code: Any, text: str) -> Outcome:
        return self._close("lost", site_id, ref, by, code, text)

    def disqualify(self, site_id: int, ref: str, by: Person, code: Any, text: str) -> Outcome:
        return self._close("disqualified", site_id, ref, by, code, text)

    def _close(self, status: Any, site_id: int, ref: str, by: Person, code: str, text: str) -> Outcome:
        after = {"status": status, "closed_code": code}
        return self._step(f"{status}:{code}:{text}", site_id, ref, by, lambda view, _: (status, replace(view, **after)))

    def reopen(self, site_id: int, ref: str, by: Person) -> Outcome:
        def decide(view: LeadView, _: Person) -> tuple[str, LeadView | None]:
            opened = replace(view, status="active", closed_code=None)
            return ("reopened", opened) if view.status in ("lost", "disqualified") else ("not_closed", None)

        return self._step("reopen", site_id, ref, by, decide)

    def reply(self, site_id: int, ref: str, by: Person, text: str, key: str) -> Outcome:
        """Held back for ever: what is said and when is the real door's business."""
        done = self._step(f"reply:{text}", site_id, ref, by, lambda view, _: ("reply_planned", view))
        return replace(done, step=len(self.steps))

    def unsend(self, site_id: int, ref: str, by: Person, step: int) -> Outcome:
        return self._step(f"unsend:{step}", site_id, ref, by, lambda view, _: ("unsent", view))

    def hand_back(self, site_id: int, ref: str, by: Person) -> Outcome:
        given = {"handling": "assistant"}
        return self._step("hand_back", site_id, ref, by, lambda view, _: ("handed_back", replace(view, **given)))

    def _accept(self, view: LeadView, by: Person) -> tuple[str, LeadView | None]:
        if view.handoff == "accepted":
            return "already_accepted", None
        if view.handoff not in ("offered", "claimed"):
            return "not_with_sales", None
        return "accepted", replace(view, handoff="accepted", stage="sql", owner=by, accepted_at=self.now())

    def _return(self, view: LeadView, code: str) -> tuple[str, LeadView | None]:
        if view.handoff not in ("offered", "claimed", "accepted"):
            return "not_with_sales", None
        back = {"handoff": "returned", "stage": "lead", "status": "nurturing", "owner": None}
        return "returned", replace(view, **back, return_code=code, cycle=view.cycle + 1)


def _rank(view: LeadView) -> int:
    return -view.assessment.score if view.assessment else 0


def _fits(view: LeadView, wanted: ListFilter) -> bool:
    score = view.assessment.score if view.assessment else 0
    return (
        wanted.stage in (None, view.stage)
        and wanted.handoff in (None, view.handoff)
        and (wanted.owner is None or (view.owner is not None and view.owner.id == wanted.owner))
        and score >= (wanted.min_score or 0)
        and (wanted.since is None or view.updated_at >= wanted.since)
        and wanted.source in (None, view.source.get("channel"))
    )


class MemoryInbox:
    """Keeps every event once, works it once. `down` refuses, as a database does that does not answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.rows: dict[str, InboxRow] = {}
        self.done: list[str] = []
        self.down = False
        self.handlers: Mapping[str, Callable[[InboxRow], None]] = {}
        self._now, self._lock = now, threading.Lock()

    def accept_event(self, site_id: int, key: str, kind: str, payload: Mapping[str, Any]) -> bool:
        if self.down:
            raise NotTaken("the store does not answer")
        with self._lock:
            if key in self.rows:
                return False
            self.rows[key] = InboxRow(site_id, key, "slack", kind, payload, self._now(), 1)
            return True

    def process(self, key: str) -> bool:
        with self._lock:
            if key in self.done or key not in self.rows:
                return False
            self.done.append(key)
        row = self.rows[key]
        self.handlers[row.kind](row)
        return True


@dataclass
class SlackDesk:
    """What a test holds: the people's side (`slack`), the leads (`book`), the inbox, and the clock."""

    slack: Standin
    book: Book
    inbox: MemoryInbox
    config: SlackConfig
    clock: "Clock"

    def said_to(self, user: str) -> list[str]:
        return [one["text"] for one in self.slack.ephemerals(user)]

    def hears(self, user: str, words: str) -> str:
        """Waits until this person was told something with these words."""
        return self.slack.wait_for(lambda: next((text for text in self.said_to(user) if words in text), ""))

    def card(self, view: LeadView | None = None) -> str:
        """An alert in the channel, as the destination posts it; its ts."""
        from bot.alerts import slack_alerts
        from qualification.promises import Promise, Sent

        shown = view or lead()
        self.book.keep(shown)
        promise = Promise(
            f"slack:alert:{shown.ref}:{shown.cycle}:{shown.revision}",
            "alert",
            {"lead": shown.ref, "cycle": shown.cycle, "revision": shown.revision},
            None,
            False,
            self.clock(),
            SITE,
        )
        outcome = slack_alerts(self.config, self.book, self.clock).send(promise)
        assert isinstance(outcome, Sent)
        assert outcome.remote_id
        return outcome.remote_id.partition(":")[2]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


TRANSPORTS = ("http", "socket")


@contextmanager
def open_desk(team: Team | None = None, transport: str = "http", **standin: Any) -> Iterator[SlackDesk]:
    clock = Clock()
    with Standin(clock=clock, transport=transport, **standin) as slack:
        config = SlackConfig(SITE, TOKEN, SECRET, LEADS, team or Team(), slack.api_url)
        book, inbox = Book(now=clock), MemoryInbox(clock)
        doors = Doors(book, book, book, book)
        inbox.handlers = inbox_handlers(
            Workspaces(config, OwnApp(SECRET, slack.api_url, lambda _: Team())), doors, clock
        )
        bolt = build_app(config, doors, inbox, clock)
        with (_listening if transport == "http" else _connected)(lambda _team: bolt, slack):
            yield SlackDesk(slack, book, inbox, config, clock)


@contextmanager
def _listening(app_for: AppFor, slack: Standin) -> Iterator[None]:
    flask = Flask("desk")
    flask.register_blueprint(slack_blueprint(app_for, SECRET, slack.workspace.clock))
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    slack.app_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _connected(app_for: AppFor, slack: Standin) -> Iterator[None]:
    line = SocketMode(app_for, slack.app.app_token, slack.api_url)
    line.open(threading.Event())
    slack.wait_for(lambda: slack.sockets.connected)
    try:
        yield
    finally:
        line.close(1)
