"""History told to one destination: a few leads at a time, so that those of today never wait behind the old ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from delivery.worker import Worker
from models import lead as leads
from models import outbox
from models.database import Database
from models.lead import Lead

AT_ONCE = 20
PAUSE_S = 1.0
PATIENCE = 120  # pauses for one handful; what still waits then is left to the worker
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sum:
    """What became of the leads; `waiting` will be tried again by the worker, `error` is the last one met."""

    told: int
    waiting: int
    dead: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """`worker` serves this one channel; others may help. `pause` lets the time pass a destination asked for."""

    database: Database
    worker: Worker
    channel: str
    kind: str
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def ids(self, site_id: int, since: str, changed_since: datetime | None) -> Sequence[int]:
        """Leads that have come as far as `since`, the oldest first."""
        with self.database.read() as session:
            return leads.come_as_far(session, site_id, since, changed_since)

    def send(self, site_id: int, ids: Sequence[int], again: bool, tell: Progress) -> Sum:
        """`again` also tells of leads that are there as they are."""
        keys: list[str] = []
        tell(0, len(ids))
        for at in range(0, len(ids), AT_ONCE):
            handful = self._promise(site_id, ids[at : at + AT_ONCE], again)
            self._work(site_id, handful)
            keys += handful
            tell(min(at + AT_ONCE, len(ids)), len(ids))
        return self._sum(site_id, keys)

    def _promise(self, site_id: int, ids: Sequence[int], again: bool) -> list[str]:
        now = self.clock()
        with self.database.begin() as session:
            found = leads.rows(session, site_id, ids)
            promises = [self._of(lead, again, now) for lead in found]
            for promise in promises:
                outbox.enqueue(session, site_id, promise, now)
        return [str(promise["key"]) for promise in promises]

    def _of(self, lead: Lead, again: bool, now: datetime) -> dict[str, object]:
        payload = {
            "lead": leads.reference(lead.id),
            "cycle": lead.cycle,
            "revision": lead.revision,
            "history": True,
            "again": again,
        }
        what = "again" if again else "backlog"
        key = f"{self.channel}:{lead.id}:{lead.revision}:{what}:{int(now.timestamp())}"
        return {"key": key, "stream": f"lead:{lead.id}", "channel": self.channel, "kind": self.kind, "payload": payload}

    def _work(self, site_id: int, keys: Sequence[str]) -> None:
        for _ in range(PATIENCE):
            while self.worker.run_once(self.clock()):
                pass
            if not self._open(site_id, keys):
                return
            self.pause(PAUSE_S)

    def _open(self, site_id: int, keys: Sequence[str]) -> bool:
        with self.database.read() as session:
            return any(row.state in outbox.OPEN for row in outbox.by_keys(session, site_id, keys))

    def _sum(self, site_id: int, keys: Sequence[str]) -> Sum:
        states: list[str] = []
        error = None
        with self.database.read() as session:
            for at in range(0, len(keys), 500):
                for row in outbox.by_keys(session, site_id, keys[at : at + 500]):
                    states.append(row.state)
                    error = row.error or error
        waiting = sum(state in outbox.OPEN for state in states)
        return Sum(states.count("delivered"), waiting, states.count("dead"), error)
