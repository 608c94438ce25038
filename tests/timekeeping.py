"""Time for tests: the clock we inject and the clock leases are judged by move together, and only when told to."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Interval, literal, update

from models.database import Database
from models.inbox import InboxEvent
from models.lease import Lease
from models.outbox import Delivery

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Time:
    """`time()` is the clock to inject. On PostgreSQL, whose own clock judges leases, a step takes it off the leases."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        if not self.database.is_sqlite:
            self._shorten_leases(timedelta(seconds=seconds))
        return self.now

    def _shorten_leases(self, step: timedelta) -> None:
        with self.database.begin() as session:
            for until in (Delivery.lease_until, InboxEvent.lease_until, Lease.until):
                shorter = {until.key: until - literal(step, Interval)}
                session.execute(update(until.class_).values(shorter), execution_options={"synchronize_session": False})
