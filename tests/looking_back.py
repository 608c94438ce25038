"""A house whose past is written by its own doors, at times we choose, to be looked back on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from config.settings import load_settings
from models import lead as leads
from models import visitor as visitors
from qualification.agreement import Again
from qualification.assembly import House, assemble
from qualification.criteria import Criteria, load_criteria
from qualification.doorstep import NewLead, Page
from qualification.facts import Touchpoint
from qualification.past import Case
from qualification.stages import ReturnCode
from qualification.views import Person

BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANN = Person("U0ANN000001", "Ann")
SITE = "https://northlight.example"
_numbers = count(1)


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


class Clock:
    now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Yesteryear:
    """`at` moves the clock; every other method does something at that time."""

    house: House
    clock: Clock

    def at(self, days: float) -> "Yesteryear":
        self.clock.now = day(days)
        return self

    def visitor(self) -> str:
        """Somebody who has a conversation open."""
        return self.house.intake.open(self.house.site_id, None, Page(SITE), "en", None).visitor

    def says(self, visitor: str, *texts: str) -> str:
        """The reference of the lead they are."""
        site_id, intake = self.house.site_id, self.house.intake
        opened = intake.open(site_id, visitor, Page(SITE), "en", None)
        for text in texts:
            intake.receive(site_id, visitor, opened.conversation_id, f"m{next(_numbers)}", text)
        with self.house.database.read() as session:
            known = visitors.find(session, site_id, visitor)
        return leads.reference(known.lead_id if known and known.lead_id else 0)

    def sees(self, visitor: str, *pages: str) -> None:
        seen = tuple(Touchpoint("page_view", self.clock.now, SITE + page) for page in pages)
        self.house.intake.record(self.house.site_id, visitor, seen, None)

    def form(self, email: str, *touchpoints: Touchpoint, **fields: str) -> str:
        new = NewLead(email, None, None, None, "form", None, fields, touchpoints)
        return self.house.intake.add_lead(self.house.site_id, new)

    def accepts(self, ref: str) -> None:
        assert self.house.handoff.accept(self.house.site_id, ref, ANN).done

    def returns(self, ref: str, code: ReturnCode = "no_budget") -> None:
        assert self.house.handoff.return_(self.house.site_id, ref, ANN, code, "").done

    def replay(self, new: Criteria, since: float = 0, until: float = 60, threshold: int | None = None) -> Again:
        return self.house.agreement.replay(self.house.site_id, new, day(since), day(until), threshold)

    def cases(self, new: Criteria, since: float = 0, until: float = 60) -> dict[str, Case]:
        return {f"{case.lead}/{case.cycle}": case for case in self.replay(new, since, until).cases}

    def criteria(self, *edits: tuple[str, str]) -> Criteria:
        """Those in force with some words changed."""
        text = self.house.policies[self.house.site_id].criteria.source_text
        for before, after in edits:
            assert before in text, before
            text = text.replace(before, after)
        return load_criteria(text.replace("version: 1 ", "version: 2 "), "new.yaml")


@contextmanager
def yesteryear(database_url: str) -> Iterator[Yesteryear]:
    settings = load_settings(database_url=database_url, foyer_env="test", secret_key="a-key-for-tests-only-0123456789")
    clock = Clock()
    house = assemble(settings, lambda: None, clock)
    yield Yesteryear(house, clock)
    house.database.engine.dispose()
