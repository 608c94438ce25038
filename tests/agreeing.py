"""A house whose people agree on what counts: files of its own, a clock that is told, and leads worth what one says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from config.settings import load_settings
from models import outbox
from models.outbox import Delivery
from qualification.assembly import House, assemble
from qualification.doorstep import NewLead, Page
from qualification.facts import Touchpoint
from qualification.views import LeadView, Person

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CRITERIA = """\
version: 1
agreed: {marketing: dana@example.com, sales: raj@example.com, review_by: 2027-02-20}
threshold: {floor: 50}
fields:
  role: {type: enum, from: job_title, map: {vp: [vp], student: [student, analyst]}}
  points: {type: event_count, event: custom, window_days: 365}
must_have: []
disqualify:
  - {id: student, when: {role: {is: student}}}
groups:
  fit:
    rules:
      - {id: decider, when: {role: {is: vp}}, points: 20, why: Decides}
  intent:
    cap: [0, 100]
    rules:
      - {id: acts, when: {points: {gte: 1}}, points: 1, per: 1, max: 400, why: Does things}
"""
TEAM = """\
people:
  - {name: Dana, email: dana@example.com, roles: [marketing_approver]}
  - {name: Raj, email: Raj@Example.com, roles: [sales_approver]}
  - {name: Mia, email: mia@example.com, roles: [marketing_approver, sales_approver]}
  - {name: Ann, email: ann@example.com, roles: [rep]}
"""
VOLUME = "threshold: {floor: 50, capacity: {alerts_per_rep_day: %d}, raise_with_volume: {ceiling: 90, mode: %s}}"
ANN = Person("U0ANN", "Ann")
_numbers = count(1)


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@dataclass
class Firm:
    """One process of a deployment, with its files; `of_another_process` is a second one on the same database."""

    folder: Path
    url: str
    clock: Clock = field(default_factory=Clock)
    production: bool = True
    house: House = field(init=False)

    def __post_init__(self) -> None:
        self.house = assemble(self.settings(), lambda: None, self.clock)

    def settings(self) -> Any:
        return load_settings(
            database_url=self.url,
            secret_key="0f9e8d7c6b5a49382716050f1e2d3c4b5a6978aa",
            foyer_env="production" if self.production else "development",
            criteria_file=self.folder / "criteria.yaml",
            team_file=self.folder / "team.yaml",
        )

    @property
    def of_another_process(self) -> "Firm":
        return Firm(self.folder, self.url, self.clock, self.production)

    def write(self, text: str) -> None:
        """The file is changed, and noticed as it is within two seconds."""
        (self.folder / "criteria.yaml").write_text(text, "utf-8")
        self.look()

    def look(self) -> None:
        self.house.sites.look()

    @property
    def site_id(self) -> int:
        return self.house.site_id

    @property
    def note(self) -> str:
        """What is wrong with the criteria file."""
        return self.house.sites.one(self.site_id).note

    @property
    def judges(self) -> int:
        return self.house.policies[self.site_id].criteria.version

    def agree(self) -> None:
        """Both sides approve what waits."""
        for who, side in (("dana@example.com", "marketing"), ("raj@example.com", "sales")):
            approved = self.house.agreement.approve(self.site_id, who, side)  # type: ignore[arg-type]
            assert approved.done, approved
        self.look()

    def lead(self, points: int = 0, email: str | None = None, **fields: str) -> str:
        """Somebody by a form, worth as many points; the same address again adds to them."""
        seen = tuple(Touchpoint("custom", self.clock.now) for _ in range(points))
        address = email or f"lead{next(_numbers)}@acme.example"
        return self.house.intake.add_lead(
            self.site_id, NewLead(address, None, None, None, "form", fields=fields, touchpoints=seen)
        )

    def asks_for_a_demo(self) -> str:
        """Somebody in the chat who wants to talk to sales, whatever the points say."""
        return self.chats(f"Can I see a demo this week? I am buyer{next(_numbers)}@acme.example").ref

    def chats(self, words: str) -> "Chatting":
        opened = self.house.intake.open(self.site_id, None, Page("https://northlight.example/"), None, None)
        return Chatting(self, opened.visitor, opened.conversation_id).says(words)

    def see(self, ref: str) -> LeadView:
        found = self.house.enquiry.lead(self.site_id, ref)
        assert found is not None
        return found

    def promises(self, kind: str | None = None, notice: str | None = None) -> list[Delivery]:
        """What Slack is to be told, in order."""
        with self.house.database.read() as session:
            rows = outbox.in_state(session, self.site_id, "pending", 10_000)
        return [row for row in rows if kind in (None, row.kind) and notice in (None, row.payload.get("notice"))]

    def alerts(self, ref: str) -> list[Delivery]:
        return [row for row in self.promises("alert") if row.payload["lead"] == ref]

    def queue(self) -> list[str]:
        return [row.ref for row in self.house.enquiry.queue(self.site_id, 1000)]


@dataclass(frozen=True)
class Chatting:
    """A visitor in the chat."""

    firm: Firm
    visitor: str
    conversation_id: str

    def says(self, words: str) -> "Chatting":
        message_id = f"m{next(_numbers)}"
        self.firm.house.intake.receive(self.firm.site_id, self.visitor, self.conversation_id, message_id, words)
        return self

    @property
    def ref(self) -> str:
        found = self.firm.house.enquiry.conversation(self.firm.site_id, self.conversation_id)
        return str(found.lead_ref if found else None)


@contextmanager
def a_firm(
    folder: Path, url: str, criteria: str = CRITERIA, team: str = TEAM, production: bool = True
) -> Iterator[Firm]:
    (folder / "criteria.yaml").write_text(criteria, "utf-8")
    (folder / "team.yaml").write_text(team, "utf-8")
    firm = Firm(folder, url, production=production)
    yield firm
    firm.house.database.engine.dispose()


def version(number: int, *changes: tuple[str, str], of: str = CRITERIA) -> str:
    """The criteria with a number of their own and something changed."""
    text = of.replace("version: 1\n", f"version: {number}\n")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text
