"""Everything the worker process does: the deliveries, and beside them the chores that come round."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from delivery.incident import describe
from delivery.worker import Worker

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chore:
    """Done every `every_s` seconds; answers how much there was to do."""

    name: str
    every_s: float
    do: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Service:
    """Each chore has a thread, so that one that hangs holds up no other and no delivery."""

    worker: Worker
    chores: Sequence[Chore]
    clock: Callable[[], datetime]

    def run(self, stop: threading.Event) -> None:
        for chore in self.chores:
            threading.Thread(target=self._repeat, args=(chore, stop), name=chore.name, daemon=True).start()
        self.worker.run(stop)

    def _repeat(self, chore: Chore, stop: threading.Event) -> None:
        while not stop.is_set():
            self._do(chore)
            stop.wait(chore.every_s)

    def _do(self, chore: Chore) -> None:
        try:
            chore.do(self.clock())
        except Exception as error:
            log.error("chore_failed", chore=chore.name, error=describe(error))
