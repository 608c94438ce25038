"""The clockwork: does what is planned when its time has come, once, however late and however many are at it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from delivery.incident import describe
from delivery.retry import HOUR_S, delay_s
from models import schedule
from models.database import Database
from models.schedule import Scheduled
from qualification.promises import Tick

BATCH, MOST = 50, 500  # ticks looked up at once, and done in one round
KEPT = timedelta(days=3)  # what was done stays for a while, so that people can see it
Do = Callable[[Tick, datetime], object]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Daily:
    """Done for every site when its working day begins. `next_after` tells when that is for a site."""

    do: Callable[[int, datetime], object]
    next_after: Callable[[int, datetime], datetime]


@dataclass(frozen=True)
class Clockwork:
    """`kinds` do what is planned, and take the tick in the transaction of the doing: a crash leaves both or neither.

    `dailies` know nothing of ticks, so theirs is taken before they are called: at most once, also when it was missed.
    """

    database: Database
    clock: Callable[[], datetime]
    kinds: Mapping[str, Do]
    dailies: Mapping[str, Daily] = field(default_factory=dict)
    sites: Callable[[], Iterable[int]] = tuple

    def run_due(self, now: datetime) -> int:
        """Does what is due, at most 500 ticks; how many. One that fails is tried again later and holds up no other."""
        self._plan_dailies(now)
        done = 0
        while done < MOST and (ticks := self._due(now)):
            for tick in ticks:
                self._run(tick, now)
            done += len(ticks)
        if done:
            self._forget(now)
        return done

    def _plan_dailies(self, now: datetime) -> None:
        """A site always has one daily tick ahead, or one that was missed: many missed mornings are made up for once."""
        for kind, daily in self.dailies.items():
            with self.database.read() as session:
                idle = set(self.sites()) - schedule.sites_waiting(session, kind)
            for site_id in idle:
                self._plan_daily(kind, daily, site_id, now)

    def _plan_daily(self, kind: str, daily: Daily, site_id: int, now: datetime) -> None:
        at = daily.next_after(site_id, now)
        with self.database.begin() as session:
            schedule.plan(session, site_id, f"{kind}:{site_id}:{at.date().isoformat()}", kind, {}, at)

    def _due(self, now: datetime) -> list[Tick]:
        with self.database.read() as session:
            return [_tick(row) for row in schedule.due(session, [*self.kinds, *self.dailies], now, BATCH)]

    def _run(self, tick: Tick, now: datetime) -> None:
        try:
            if daily := self.dailies.get(tick.kind):
                self._run_daily(tick, daily, now)
            else:
                self.kinds[tick.kind](tick, now)
        except Exception as error:
            self._failed(tick, describe(error), now)

    def _run_daily(self, tick: Tick, daily: Daily, now: datetime) -> None:
        with self.database.begin() as session:
            ours = schedule.take(session, tick.site_id, tick.key, now)
        if ours:
            try:
                daily.do(tick.site_id, now)
            except Exception:
                with self.database.begin() as session:
                    schedule.put_back(session, tick.site_id, tick.key)
                raise

    def _failed(self, tick: Tick, error: str, now: datetime) -> None:
        log.error("tick_failed", key=tick.key, kind=tick.kind, attempts=tick.attempts + 1, error=error)
        again_at = now + timedelta(seconds=delay_s(tick.key, tick.attempts + 1) or HOUR_S)
        with self.database.begin() as session:
            schedule.failed(session, tick.site_id, tick.key, error, again_at)

    def _forget(self, now: datetime) -> None:
        with self.database.begin() as session:
            schedule.forget(session, now - KEPT, MOST)


def _tick(row: Scheduled) -> Tick:
    return Tick(row.site_id, row.key, row.kind, row.payload, row.due_at, row.attempts)
