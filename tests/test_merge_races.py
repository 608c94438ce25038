"""Merges, undoings, turns, forms, identities and page views at once: nobody waits for ever, nothing is lost."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from models.lead import Lead
from models.touchpoint import Touchpoint
from qualification.views import Person
from tests.signals import browser, send, tell, view
from tests.two_sites import Deployment, two_sites

AT_ONCE, STEPS, PEOPLE = 6, 24, 5
REP = Person("U0ANN000001", "Ann Weber")


@pytest.fixture
def house(database_url):
    with two_sites(database_url) as deployment:
        yield deployment


class Crowd:
    def __init__(self, house: Deployment) -> None:
        self.house, self.handoff, self.site = house, house.web.house.handoff, house.web.house.site_id
        self.visitors = [browser(house, tell(house, view())) for _ in range(PEOPLE)]
        for number, visitor in enumerate(self.visitors):
            visitor.says(f"I am Person{number}, p{number}@northwind.io")
        self.refs = [visitor.ref for visitor in self.visitors]
        self.seen = PEOPLE
        self.counting = threading.Lock()

    def work(self, seed: int) -> None:
        chance = random.Random(seed)
        steps: list[Callable[[random.Random], None]] = [
            self.say,
            self.merge,
            self.part,
            self.form,
            self.login,
            self.look,
        ]
        for _ in range(STEPS):
            chance.choice(steps)(chance)

    def say(self, chance: random.Random) -> None:
        answer = chance.choice(self.visitors).says(chance.choice(["hello", "we are 80 people", "can I see a demo?"]))
        assert answer.status_code == 200, answer.text

    def merge(self, chance: random.Random) -> None:
        one, other = chance.sample(self.refs, 2)
        assert self.handoff.merge(self.site, one, other, REP).code in ("merged", "already_one")

    def part(self, chance: random.Random) -> None:
        assert self.handoff.part(self.site, chance.choice(self.refs), REP).code in ("parted", "not_merged")

    def form(self, chance: random.Random) -> None:
        send(self.house, email=f"p{chance.randrange(PEOPLE)}@northwind.io", source={"channel": "event"})
        self.count()

    def login(self, chance: random.Random) -> None:
        number = chance.randrange(PEOPLE)
        visitor = browser(self.house)
        assert visitor.identify(sub=f"u-{number}", email=f"p{number}@northwind.io").status_code == 200
        visitor.open()
        assert visitor.says("hello there").status_code == 200

    def look(self, chance: random.Random) -> None:
        tell(self.house, view(f"/{chance.random()}"), token=chance.choice(self.visitors).token)
        self.count()

    def count(self) -> None:
        with self.counting:
            self.seen += 1


def test_everything_at_once_ends_and_nothing_is_lost(house):
    crowd = Crowd(house)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in [threads.submit(crowd.work, seed) for seed in range(AT_ONCE)]:
            done.result(120)
    with house.web.house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Touchpoint)) == crowd.seen
        pointing = dict(session.execute(select(Lead.id, Lead.merged_into)).all())
        joined = set(session.scalars(select(Lead.id).where(Lead.joined)))
    assert joined == {into for into in pointing.values() if into is not None}
    for lead_id in pointing:
        met = [lead_id]
        while (into := pointing[met[-1]]) is not None:
            assert into not in met, "in a circle"
            met.append(into)


def test_a_person_sent_many_times_at_once_is_one_lead(house):
    with ThreadPoolExecutor(AT_ONCE) as threads:
        sent = [
            threads.submit(send, house, email="new@northwind.io", source={"channel": "newsletter"}) for _ in range(24)
        ]
        [ref] = {one.result(60) for one in sent}
    assert len(house.lead("default", ref)["touchpoints"]) == 24
