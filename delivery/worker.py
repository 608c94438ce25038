"""The worker: takes what is due from the outbox, tells the destination, writes down what became of it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from delivery.circuit import Circuit, Pause
from delivery.destination import Ambiguous, Dead, Destination, Outcome, Paused, Promise, Sent
from delivery.incident import describe
from delivery.settlement import settlement
from delivery.telling import tell_sales
from delivery.wake import Wake
from models import outbox
from models.database import Database
from models.outbox import Delivery

LEASE_S = 15
LONGEST_CALL_S = 60  # a call that still runs then is given up: its lease is no longer extended
CALL_TIMEOUT_S = 10
MARGIN_S = 0.5
POLL_S = 1
DRAIN_S = 7
BATCH = 10
T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Health:
    """Of one worker: the pauses of each channel, and how many calls are under way."""

    paused: Mapping[str, tuple[Pause, ...]]
    in_flight: int


@dataclass(frozen=True, slots=True)
class _Call:
    """A claimed row on its way. `began` is by the clock, `now` what the row was claimed by.

    `root` is what its stream's root alert became at the other side.
    """

    claimed: Delivery
    root: str | None
    began: datetime
    now: datetime


class Worker:
    """Each channel has `lanes` threads of its own, so that neither a slow channel nor a slow call holds up the others.

    A lane has one row at a time: after kill -9 only rows that were really under way may have been sent. Order within a
    stream is the claim's business. No transaction is open while a destination is called.

    One lane of a channel listens for the bell and looks, the others stand behind it: a promise wakes one thread, not
    all, and no two of them reach for the same row. Once it has a row the next one listens.
    """

    def __init__(
        self,
        database: Database,
        destinations: Mapping[str, Destination],
        clock: Callable[[], datetime],
        wake: Wake,
        name: str,
        *,
        lanes: int = 3,
        call_timeout_s: float = CALL_TIMEOUT_S,
        lease_s: float = LEASE_S,
    ) -> None:
        self._database = database
        self._destinations = destinations
        self._clock = clock
        self._wake = wake
        self._name = name
        self._lanes = lanes
        self._lease_s = lease_s
        self._needed = timedelta(seconds=call_timeout_s + MARGIN_S)
        self._circuits = {channel: Circuit() for channel in destinations}
        self._listening = {channel: threading.Lock() for channel in destinations}
        self._calls: dict[int, _Call] = {}
        self._calls_lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Works until `stop`; then lets calls under way end, for at most 7 s."""
        lanes = [
            threading.Thread(target=self._lane, args=(channel, stop), name=f"{channel}-{number}", daemon=True)
            for channel in self._destinations
            for number in range(self._lanes)
        ]
        for lane in lanes:
            lane.start()
        log.info("delivery_started", worker=self._name, channels=sorted(self._destinations))
        while not stop.wait(self._lease_s / 3):
            self._survived_heartbeat()
        self._wake.notify()
        self._drain(lanes)

    def _lane(self, channel: str, stop: threading.Event) -> None:
        while not stop.is_set():
            with self._listening[channel]:
                call = self._awaited(channel, stop)
            if call is not None:
                self._survived(channel, partial(self._keep, channel, call))
                self._wake.notify()  # what stood behind it in its stream is due now

    def _awaited(self, channel: str, stop: threading.Event) -> _Call | None:
        """The next row that is due; None when it is time to stop."""
        while not stop.is_set():
            seen = self._wake.rings
            call = self._survived(channel, lambda: self._claim(channel, self._clock()))
            if call is not None:
                return call
            self._wake.wait(POLL_S, seen)
        return None

    def _survived(self, channel: str, act: Callable[[], T]) -> T | None:
        try:
            return act()
        except Exception as error:  # the database is away: the lease runs out and the row comes back
            log.error("delivery_interrupted", channel=channel, error=describe(error))
            return None

    def _survived_heartbeat(self) -> None:
        try:
            self.heartbeat(self._clock())
        except Exception as error:
            log.error("heartbeat_missed", error=describe(error))

    def _drain(self, lanes: list[threading.Thread]) -> None:
        until = self._clock() + timedelta(seconds=DRAIN_S)
        for lane in lanes:
            lane.join(max(0.0, (until - self._clock()).total_seconds()))
        if any(lane.is_alive() for lane in lanes):
            log.warning("delivery_left_to_lease", worker=self._name, calls=len(self._calls))

    def run_once(self, now: datetime) -> int:
        """Does what is due, at most ten rows a channel, in this thread; how many it dealt with."""
        return sum(self._some(channel, now) for channel in self._destinations)

    def _some(self, channel: str, now: datetime) -> int:
        for done in range(BATCH):
            if not self._step(channel, now):
                return done
        return BATCH

    def _step(self, channel: str, now: datetime) -> bool:
        call = self._claim(channel, now)
        if call is not None:
            self._keep(channel, call)
        return call is not None

    def _claim(self, channel: str, now: datetime) -> _Call | None:
        began = self._clock()
        paused = self._circuits[channel].paused(now)
        with self._database.glance() as session:
            seen = outbox.look(session, channel, now, paused)
        if not (seen.due or seen.lapsed):
            return None
        claiming = {"paused": paused, "lapsed": seen.lapsed}
        with self._database.begin() as session:
            for row in outbox.claim(session, channel, self._name, now, self._lease_s, **claiming):
                return _Call(row, _root(session, row), began, now)
        return None

    def _keep(self, channel: str, call: _Call) -> None:
        with self._calls_lock:
            self._calls[call.claimed.id] = call
        try:
            self._tell(channel, call)
        finally:
            with self._calls_lock:
                del self._calls[call.claimed.id]

    def _tell(self, channel: str, call: _Call) -> None:
        if not self._has_lease(call):
            log.warning("lease_lost", key=call.claimed.key)
            return
        outcome = self._send(self._destinations[channel], _promise(call))
        self._settle(channel, call, outcome)

    def _has_lease(self, call: _Call) -> bool:
        """Enough lease for a whole call; renewed when claiming took long (a paused process, a locked database)."""
        if timedelta(seconds=self._lease_s) - (self._clock() - call.began) >= self._needed:
            return True
        with self._database.begin() as session:
            return outbox.extend(session, call.claimed, self._time(call), self._lease_s)

    def _send(self, destination: Destination, promise: Promise) -> Outcome:
        try:
            return destination.send(promise)
        except Exception as error:
            log.error("destination_failed", key=promise.key, error=describe(error))
            return Ambiguous(describe(error))

    def _settle(self, channel: str, call: _Call, outcome: Outcome) -> None:
        row, now = call.claimed, self._time(call)
        self._judge_access(channel, row.site_id, outcome, now)
        values = settlement(row, outcome, now)
        with self._database.begin() as session:
            ours = outbox.settle(session, row, now, **values)
            if ours and values["state"] in ("delivered", "dead"):
                tell_sales(session, row, values, now)
        level = "error" if values["state"] == "dead" else "info"
        event = "promise_" + values["state"] if ours else "settled_too_late"
        getattr(log, level)(event, key=row.key, channel=channel, attempts=values.get("attempts"), error=values["error"])

    def _judge_access(self, channel: str, site_id: int, outcome: Outcome, now: datetime) -> None:
        if isinstance(outcome, Paused):
            self._circuits[channel].pause(site_id, outcome.error, now, outcome.longest_s)
        elif isinstance(outcome, Sent | Dead):
            self._circuits[channel].close(site_id)

    def _time(self, call: _Call) -> datetime:
        """Now, in the time the row was claimed by: also right when a test gives `now` and lets the clock stand."""
        return call.now + (self._clock() - call.began)

    def heartbeat(self, now: datetime) -> None:
        """Extends the leases of calls under way; rows of a worker that died get none and are soon due again."""
        with self._calls_lock:
            calls = [call for call in self._calls.values() if (now - call.began).total_seconds() < LONGEST_CALL_S]
        for call in calls:
            with self._database.begin() as session:
                outbox.extend(session, call.claimed, self._time(call), self._lease_s)

    def health(self) -> Health:
        paused = {channel: tuple(circuit.pauses()) for channel, circuit in self._circuits.items()}
        return Health({channel: pauses for channel, pauses in paused.items() if pauses}, len(self._calls))


def _root(session: Session, row: Delivery) -> str | None:
    return outbox.remote_of(session, row.site_id, row.stream, row.channel, row.payload.get("cycle"))


def _promise(call: _Call) -> Promise:
    row = call.claimed
    return Promise(row.key, row.kind, row.payload, call.root, row.maybe_sent, row.created_at, row.site_id)
