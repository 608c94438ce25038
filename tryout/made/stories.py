"""The story of one made-up person: what they do and say through the doors, and what a rep makes of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp
from random import Random

from models import lead as leads
from models import visitor as visitors
from models.database import Database
from qualification.doorstep import Page
from qualification.facts import Touchpoint
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.sheet import Letter, Sheet
from qualification.stages import RETURN_CODES, ReturnCode
from qualification.views import Person as Rep
from tryout.made import talk
from tryout.made.calendar import Arrival, at_work
from tryout.made.forms import SITE, new_lead
from tryout.made.people import Person

PAGES = ("/", "/tour", "/integrations/hubspot", "/customers", "/pricing", "/blog/hand-over", "/careers")
SEEN = (20, 14, 10, 8, 14, 10, 2)
MOST_TURNS = 8
SPOKEN_OF: Mapping[Letter, str] = {"need": "said on the phone", "timing": "this year"}
LOST_BY: tuple[ReturnCode, ...] = ("competitor", "no_budget", "bad_timing")
TOLD = ("chat", "seo", "paid")
"""Channels of the website itself; people of the others are told by another system."""


@dataclass(frozen=True, slots=True)
class Doors:
    site_id: int
    database: Database
    intake: Intake
    handoff: Handoff


Act = Callable[[Doors, datetime], Iterator["Step"]]
Step = tuple[datetime, Act]
"""When something happens next, and what."""


@dataclass
class Story:
    person: Person
    arrival: Arrival
    rep: Rep
    rng: Random
    visitor: str | None = None
    conversation: str | None = None
    lead: int | None = None
    asked: str | None = None
    turns: int = 0
    sales_at_it: bool = False
    came_back: bool = False

    def begin(self, doors: Doors, at: datetime) -> Iterator[Step]:
        if self.arrival.channel not in TOLD:
            yield from self.come_by_form(doors, at)
            return
        yield from self.browse(doors, at)
        if self.rng.random() < 0.75:
            yield at + self._minutes(1, 6), self.open

    def browse(self, doors: Doors, at: datetime) -> Iterator[Step]:
        pages = self.rng.choices(PAGES, SEEN, k=self.rng.randint(1, 5))
        seen = [Touchpoint("page_view", at, SITE + page) for page in dict.fromkeys(pages)]
        if self.rng.random() < 0.15:
            seen.append(Touchpoint("content_click", at, f"{SITE}/checklist", {"name": "hand-over checklist"}))
        self.visitor = doors.intake.record(doors.site_id, self.visitor, tuple(seen), self._touch())
        yield from self._handed(doors, at)
        if self.rng.random() < (0.35 if self.lead else 0.1):
            yield at + timedelta(days=self.rng.uniform(1, 12)), self.browse

    def open(self, doors: Doors, at: datetime) -> Iterator[Step]:
        page = Page(SITE + self.rng.choice(PAGES), None, None)
        opened = doors.intake.open(doors.site_id, self.visitor, page, "en", self._touch())
        self.visitor, self.conversation = opened.visitor, opened.conversation_id
        self.turns, self.asked = 0, None
        yield at + self._minutes(0.2, 2), self.say

    def say(self, doors: Doors, at: datetime) -> Iterator[Step]:
        text = self._text()
        if text is None or self.visitor is None or self.conversation is None:
            return
        self.turns += 1
        name = f"made-{self.turns}"
        answer = doors.intake.receive(doors.site_id, self.visitor, self.conversation, name, text)
        self.asked = answer.asking
        yield from self._handed(doors, at)
        if self.turns < MOST_TURNS and text not in talk.BYES:
            yield at + self._minutes(0.2, 1.5), self.say

    def _text(self) -> str | None:
        if self.turns:
            return talk.answer(self.person, self.asked, self.rng)
        return talk.return_line(self.person) if self.came_back else talk.opening(self.person, self.rng)

    def come_by_form(self, doors: Doors, at: datetime) -> Iterator[Step]:
        """A form, a newsletter, a fair: with what that system knows of them."""
        ref = doors.intake.add_lead(
            doors.site_id, new_lead(self.person, self.arrival.channel, at, self.lead is not None)
        )
        self.lead = leads.id_of(ref)
        yield from self._handed(doors, at)
        if self.arrival.channel in ("newsletter", "content") and self.rng.random() < 0.5:
            yield at + timedelta(days=self.rng.uniform(2, 20)), self.come_by_form
        elif self.rng.random() < 0.3:
            yield at + timedelta(days=self.rng.uniform(1, 20)), self.open

    def _handed(self, doors: Doors, at: datetime) -> Iterator[Step]:
        """A rep turns to them once they are on offer."""
        with doors.database.begin() as session:
            if self.turns == 1 and self.visitor:  # a conversation begins a lead of its own
                known = visitors.find(session, doors.site_id, self.visitor)
                self.lead = known.lead_id if known else None
            lead = leads.locked(session, doors.site_id, self.lead) if self.lead else None
        if lead is not None and lead.handoff == "offered" and not self.sales_at_it:
            self.sales_at_it = True
            yield at_work(at + timedelta(hours=self.rng.expovariate(0.4))), self.claim

    def claim(self, doors: Doors, at: datetime) -> Iterator[Step]:
        doors.handoff.claim(doors.site_id, self._ref(), self.rep)
        yield at_work(at + timedelta(days=self.rng.uniform(0.1, 4))), self.decide

    def decide(self, doors: Doors, at: datetime) -> Iterator[Step]:
        if self.rng.random() < 1 / (1 + exp(-self.person.worth)):
            doors.handoff.accept(doors.site_id, self._ref(), self.rep)
            yield at_work(at + timedelta(days=self.rng.uniform(5, 40))), self.close
            return
        code: ReturnCode = next(code for code in RETURN_CODES if code == self.person.weakness)
        text = "Met them before." if code == "other" else ""
        doors.handoff.return_(doors.site_id, self._ref(), self.rep, code, text)
        self.sales_at_it = False
        if self.visitor and self.rng.random() < 0.3 and not self.came_back:
            self.came_back = True
            yield at + timedelta(days=self.rng.uniform(15, 40)), self.open

    def close(self, doors: Doors, at: datetime) -> Iterator[Step]:
        """The deal is made or lost: half of those sales had accepted, those worth more sooner."""
        if self.rng.random() < 1 / (1 + exp(0.5 - self.person.worth)):
            deal = Sheet(
                SPOKEN_OF, amount=self.rng.randint(4, 60) * 500.0, currency="EUR", icp_override="they asked us"
            )
            doors.handoff.won(doors.site_id, self._ref(), self.rep, deal)
        else:
            doors.handoff.lost(doors.site_id, self._ref(), self.rep, self.rng.choice(LOST_BY))
        yield from ()

    def _ref(self) -> str:
        return leads.reference(self.lead or 0)

    def _touch(self) -> dict[str, dict[str, str]] | None:
        by = {"seo": {"utm_source": "search"}, "paid": {"utm_source": "ads", "utm_campaign": "lost-leads"}}
        arrived = by.get(self.arrival.channel)
        return {"first": arrived, "last": arrived} if arrived else None

    def _minutes(self, least: float, most: float) -> timedelta:
        return timedelta(minutes=self.rng.uniform(least, most))
