"""A made-up season, played through the doors in the order of time, a slice of it in each transaction."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from models import handoff as steps
from models import lead as leads
from models import outbox, schedule
from qualification.assembly import House, Served
from qualification.handoff import Handoff
from qualification.intake import Intake
from qualification.promises import Tick
from qualification.views import Person as Rep
from tryout.made.calendar import Arrival, arrivals
from tryout.made.people import made_person
from tryout.made.stories import Act, Doors, Story
from tryout.made.together import Together, together
from tryout.standin.people import ANN, BEN

AT_ONCE = 200  # steps in one transaction
TIMED = ("expire", "cool_down_over")  # of the kinds of ticks a lead's way depends on; points age as they are read
QUIET = "made up: nobody was told"
REPS = (Rep(ANN, "Ann"), Rep(BEN, "Ben"))
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """About how many leads, over how many days until `ends`, from which seed."""

    ends: datetime
    seed: int = 1
    days: int = 90
    leads: int = 1500

    @property
    def people(self) -> int:
        """Some never say who they are."""
        return round(self.leads * 1.31)


def play(house: House, site: Served, wish: Wish, progress: Progress = lambda done, of: None) -> None:
    """Fills the site. The same wish makes the same season."""
    _Season(house, site, wish).run(progress)


def has_leads(house: House, site: Served) -> bool:
    with house.database.read() as session:
        return bool(leads.counts(session, site.id))


def sum_of(house: House, site: Served) -> str:
    """What there is, in one line."""
    with house.database.read() as session:
        counts = leads.counts(session, site.id)
        judged = len(steps.judged(session, site.id))
    contactable, qualified = sum(counts.values()) - counts.get("visitor", 0), counts.get("sql", 0)
    return f"{contactable} leads; sales has judged {judged} of them, and {qualified} are sales-qualified now."


class _Season:
    """Everybody's next steps in the order of time."""

    def __init__(self, house: House, site: Served, wish: Wish) -> None:
        self._house, self._site, self._wish, self._now = house, site, wish, wish.ends
        begins = wish.ends - timedelta(days=wish.days)
        coming = arrivals(wish.people, begins, wish.ends, Random(f"season {wish.seed}"))
        self._queue: list[tuple[datetime, int, Story, Act]] = []
        self._numbers, self._made = count(), set[int]()
        for arrival in coming:
            self._plan(self._story(arrival), arrival.at)

    def _story(self, arrival: Arrival) -> Story:
        number = len(self._queue)
        rng = Random(f"{self._wish.seed} {number}")
        person = made_person(rng, arrival.channel, arrival.progress)
        return Story(person, arrival, REPS[number % len(REPS)], rng)

    def _plan(self, story: Story, at: datetime, act: Act | None = None) -> None:
        if at < self._wish.ends:
            heapq.heappush(self._queue, (at, next(self._numbers), story, act or story.begin))

    def run(self, progress: Progress) -> None:
        """A season that is broken off stays quiet too."""
        try:
            while self._queue:
                with together(self._house.database) as database:
                    self._some(database)
                passed = 1 - (self._wish.ends - self._now) / timedelta(days=self._wish.days)
                progress(round(passed * self._wish.people), self._wish.people)
        finally:
            self._hush()

    def _hush(self) -> None:
        """What is still planned for who was made up is passed over."""
        with self._house.database.begin() as session:
            made = sorted(self._made)
            for at in range(0, len(made), AT_ONCE):
                schedule.pass_over(session, self._site.id, Handoff.kinds, made[at : at + AT_ONCE], self._wish.ends)

    def _some(self, database: Together) -> None:
        """A slice of the season, of which nobody is told. Points that only age are not looked at every day."""
        doors, moved = self._doors(database), set[int]()
        for _ in range(AT_ONCE):
            if not self._queue:
                break
            self._let_pass(database, doors, until=self._queue[0][0])
            self._now, _, story, act = heapq.heappop(self._queue)
            for at, following in act(doors, self._now):
                self._plan(story, at, following)
            moved.update([story.lead] if story.lead else ())
        self._made |= moved
        with database.begin() as session:
            made = {f"lead:{lead_id}" for lead_id in self._made}  # also of whom a card is like theirs
            outbox.leave_unsent(session, self._site.id, outbox.open_streams(session, self._site.id) & made, QUIET)
            schedule.pass_over(session, self._site.id, ("reassess",), moved, self._now)

    def _let_pass(self, database: Together, doors: Doors, until: datetime) -> None:
        """What time brings until then: offers expire, those who were returned have cooled down."""
        with database.read() as session:
            due = schedule.due(session, TIMED, until, AT_ONCE)
        for row in due:
            if row.payload["lead"] in self._made:
                self._now = row.due_at
                doors.handoff.due(Tick(row.site_id, row.key, row.kind, row.payload, row.due_at, 0), row.due_at)

    def _doors(self, database: Together) -> Doors:
        given = (database, self._house.policies, lambda: self._now, lambda: None)
        return Doors(self._site.id, database, Intake(*given), Handoff(*given))
