"""Doors without a network: a site with small criteria, visitors, reps, a clock that moves, and the clockwork."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import select

from config.settings import ROOT
from delivery.clockwork import Clockwork
from models import handoff as steps
from models import lead as leads
from models import outbox
from models.database import Database
from models.handoff import HandoffStep
from models.outbox import Delivery
from qualification.criteria import Criteria, load_criteria
from qualification.doorstep import NewLead, Page
from qualification.enquiry import Enquiry
from qualification.facts import Touchpoint
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.keeping import planning
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.team import Team
from qualification.views import LeadView, Person
from tests.promising import a_site
from tests.timekeeping import Time

DAY = 86_400.0
ANN, BEN = Person("U0ANN", "Ann", via="command"), Person("U0BEN", "Ben", via="press")
MARA = Person("U0MARA", "Mara", role="manager", via="form")
PLAYBOOK = load_playbook((ROOT / "config/playbook.yaml").read_text())
PAGE = Page("https://northlight.example/", None, None)
CRITERIA = """
version: {version}
threshold: {{floor: {floor}}}
fields:
  company_size: {{type: int_range, from: company_size}}
  role: {{type: enum, from: job_title, bant: authority, map: {{boss: [ceo, "head of *"], learner: [intern]}}}}
  budget: {{type: money, from: budget, bant: budget}}
  timeline: {{type: days, from: timeline, bant: timing}}
  need: {{type: flag, from: use_case, bant: need}}
  views: {{type: event_count, event: page_view, window_days: 10}}
icp: {{company_size: {{between: [20, 2000]}}}}
disqualify:
  - {{id: learner, when: {{role: {{is: learner}}}}}}
groups:
  fit:
    rules:
      - {{id: size, when: {{company_size: {{gte: 20}}}}, points: 30}}
      - {{id: boss, when: {{role: {{is: boss}}}}, points: 10}}
  intent:
    half_life_days: 10
    rules:
      - {{id: soon, when: {{timeline: {{lte: 90}}}}, points: 20}}
      - {{id: paid, when: {{budget: {{gte: 5000}}}}, points: 20}}
      - {{id: seen, when: {{views: {{gte: 1}}}}, points: 10, per: 1, max: 40}}
"""
ICP = "icp: {company_size: {between: [20, 2000]}}\n"
AGES = "    half_life_days: 10\n"
QUALIFIED = {"company_size": "120", "budget": "20k USD a year"}
"""50 points, of which 20 age; the bar is 45."""


def policy(version: int = 1, floor: int = 45, ages: bool = True, icp: bool = True, **team: Any) -> Policy:
    """What the site has agreed on; `ages`: points for interest are halved every ten days; `icp`: who is ideal."""
    text = CRITERIA.format(version=version, floor=floor)
    text = text if ages else text.replace(AGES, "")
    return Policy(_loaded(text if icp else text.replace(ICP, "")), PLAYBOOK, team=Team.model_validate(team))


@cache
def _loaded(text: str) -> Criteria:
    return load_criteria(text)


@dataclass
class Floor:
    """The people in it work at `site`; `told` counts how often the worker was rung for."""

    database: Database
    policies: dict[int, Policy] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))
    told: int = 0

    def __post_init__(self) -> None:
        self.time = Time(self.database)
        self.site = a_site(self.database)
        self.policies.setdefault(self.site, policy())
        given = (self.database, self.policies, self.time, self._tell)
        self.intake, self.handoff = Intake(*given), Handoff(*given)
        self.enquiry = Enquiry(self.database, self.policies, self.time)
        kinds = dict.fromkeys(self.handoff.kinds, self.handoff.due)
        self.clockwork = Clockwork(self.database, self.time, kinds)

    def _tell(self) -> None:
        self.told += 1

    # --- the visitors' side

    def comes_by_form(self, email: str | None = None, **fields: str) -> str:
        """The reference of the lead a form makes; qualified unless fields are given."""
        address = email or f"ana{next(self.numbers)}@northwind.io"
        return self.intake.add_lead(self.site, NewLead(address, None, None, None, "form", fields=fields or QUALIFIED))

    def email_of(self, ref: str) -> str:
        return self.lead(ref).email or ""

    def tells(self, ref: str, **fields: str) -> None:
        """The same person fills another form."""
        new = NewLead(self.email_of(ref), None, None, None, "form", fields=fields)
        assert self.intake.add_lead(self.site, new) == ref

    def looks(self, ref: str, times: int = 1) -> None:
        """The same person looks at pages."""
        seen = tuple(Touchpoint("page_view", self.time.now, "https://northlight.example/") for _ in range(times))
        new = NewLead(self.email_of(ref), None, None, None, "form", touchpoints=seen)
        assert self.intake.add_lead(self.site, new) == ref

    def chats(self, *texts: str) -> "Chat":
        chat = Chat(self, *self._opened())
        for text in texts:
            chat.says(text)
        return chat

    def _opened(self) -> tuple[str, str]:
        found = self.intake.open(self.site, None, PAGE, None, None)
        return found.visitor, found.conversation_id

    # --- time

    def pass_(self, days: float) -> None:
        """Time passes, and what is planned for it is done when it is due, day by day."""
        end = self.time.now + timedelta(days=days)
        while self.time.now < end:
            self.time.pass_(min(DAY, (end - self.time.now).total_seconds()))
            self.clockwork.run_due(self.time.now)

    def deliver(self) -> None:
        """Slack has told everybody everything."""
        with self.database.begin() as session:
            for row in outbox.claim(session, "slack", "worker", self.time.now, 15, 1000):
                outbox.settle(session, row, self.time.now, state="delivered", remote_id=f"C1:{row.id}")
        if self.open_promises():
            self.deliver()

    def open_promises(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(Delivery.key).where(Delivery.state == "pending")))

    def review(self, cause: str) -> None:
        with self.database.begin() as session:
            planning.review(session, self.site, cause, self.time.now)
        self.clockwork.run_due(self.time.now)

    # --- what can be seen

    def lead(self, ref: str) -> LeadView:
        found = self.enquiry.lead(self.site, ref)
        assert found is not None
        return found

    def log(self, ref: str) -> list[tuple[Any, str, str]]:
        return [(one.from_stage, one.to_stage, one.cause) for one in self.lead(ref).stage_log]

    def steps(self, ref: str) -> list[HandoffStep]:
        with self.database.read() as session:
            return list(steps.of_lead(session, self.site, leads.id_of(ref) or 0))

    def promised(self, ref: str, kind: str = "alert") -> list[dict[str, Any]]:
        with self.database.read() as session:
            rows = outbox.of_stream(session, self.site, f"lead:{leads.id_of(ref)}")
        return [row.payload for row in rows if row.kind == kind]

    def cycles_alerted(self, ref: str) -> list[int]:
        return sorted({one["cycle"] for one in self.promised(ref)})

    def lines(self, ref: str) -> list[str]:
        return [one["line"] for one in self.promised(ref, "line")]


@dataclass
class Chat:
    """One visitor in one conversation."""

    floor: Floor
    visitor: str
    conversation: str
    said: int = 0

    def says(self, text: str) -> "Chat":
        self.said += 1
        floor = self.floor
        floor.intake.receive(floor.site, self.visitor, self.conversation, f"m{self.said}", text)
        return self

    @property
    def ref(self) -> str:
        view = self.floor.enquiry.conversation(self.floor.site, self.conversation)
        assert view is not None
        assert view.lead_ref is not None
        return view.lead_ref
