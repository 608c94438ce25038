"""Which sites' access to a channel is broken, so that their rows wait instead of failing one by one."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_PAUSE_S = 15
LONGEST_PAUSE_S = 600


@dataclass(frozen=True, slots=True)
class Pause:
    """From `until` on the next row is the probe: it ends the pause or doubles it."""

    site_id: int
    error: str
    until: datetime
    length_s: int


class Circuit:
    """Of one channel in this process; every process finds out for itself, at the cost of one call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pauses: dict[int, Pause] = {}

    def pause(self, site_id: int, error: str, now: datetime, longest_s: int = LONGEST_PAUSE_S) -> None:
        with self._lock:
            before = self._pauses.get(site_id)
            if before and now < before.until:
                return  # calls that were under way together count once
            length = min(before.length_s * 2 if before else FIRST_PAUSE_S, longest_s)
            self._pauses[site_id] = Pause(site_id, error, now + timedelta(seconds=length), length)

    def close(self, site_id: int) -> None:
        with self._lock:
            self._pauses.pop(site_id, None)

    def paused(self, now: datetime) -> list[int]:
        return [pause.site_id for pause in self.pauses() if now < pause.until]

    def pauses(self) -> list[Pause]:
        with self._lock:
            return list(self._pauses.values())
