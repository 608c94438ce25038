"""A book of leads for tests of search: kept in a real database, and remembered here to be looked through by hand."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from models import lead as leads
from models.database import Database
from models.lead import Lead
from models.lead_search import NEWEST, LeadSearch
from models.search_words import kept, wanted
from qualification.enquiry import Enquiry
from tests.engines import fresh_database
from tests.promising import a_site
from tests.timekeeping import START

ANA = {
    "name": "Ana Sílva O'Brien",
    "company": "Northwind Água & Sons",
    "email": "a.silva-lopes@mail.northwind.io",
    "phone": "+4917123456789",
}


@dataclass
class Book:
    """Leads of one site, and who looks for them."""

    database: Database
    site_id: int
    known: dict[int, str] = field(default_factory=dict)  # what each is found by

    def keep(self, name: str | None = None, *, stage: str | None = "lead", **said: str | None) -> int:
        with self.database.begin() as session:
            lead_id = leads.start(session, self.site_id, START, stage=stage, name=name, **said)
        self._know(lead_id, name=name, **said)
        return lead_id

    def fill(self, people: list[dict[str, str]]) -> None:
        with self.database.begin() as session:
            for said in people:
                lead_id = leads.start(session, self.site_id, START, stage="lead", **said)
                self._know(lead_id, **said)

    def change(self, lead_id: int, **values: Any) -> None:
        with self.database.begin() as session:
            leads.change(session, self.site_id, lead_id, **values)
        self._know(lead_id, **values)

    def _know(self, lead_id: int, **said: str | None) -> None:
        self.known[lead_id] = kept(*(said.get(name) for name in ("name", "company", "email", "phone")))

    def bury(self, under: int = NEWEST) -> None:
        """Newer leads above all others, so that it is the index that finds those."""
        row = {"site_id": self.site_id, "stage": "lead", "created_at": START, "updated_at": START}
        with self.database.begin() as session:
            ids = session.scalars(insert(Lead).returning(Lead.id), [{**row, "name": "Somebody"}] * under).all()
            words = [{"lead_id": one, "site_id": self.site_id, "words": "  somebody"} for one in ids]
            session.execute(insert(LeadSearch), words)
            session.execute(text("ANALYZE lead_search"))
        self.known |= dict.fromkeys(ids, "  somebody")

    def found(self, words: str, limit: int = 50) -> list[int]:
        with self.database.read() as session:
            return [lead.id for lead in leads.search(session, self.site_id, words, limit)]

    def names(self, words: str) -> list[str | None]:
        """By the door."""
        return [row.name for row in Enquiry(self.database, {}).find(self.site_id, words)]

    def expected(self, words: str, limit: int = 50) -> list[int]:
        """By looking at every lead."""
        parts = wanted(words)
        fitting = [lead for lead, held in self.known.items() if parts and all(part in held for part in parts)]
        return sorted(fitting, reverse=True)[:limit]


def a_book(stack: ExitStack, kind: str, folder: Path) -> Book:
    """In a database of its own, which is gone with the stack."""
    database = Database(stack.enter_context(fresh_database(kind, folder)))
    stack.callback(database.engine.dispose)
    return Book(database, a_site(database))
