"""Looking something up while somebody waits: quickly in the acknowledgement, or a moment later by another way."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import structlog

from bot.blocks import Message
from bot.lists import said

AT_ONCE = 4
PATIENCE_S = 0.4
NO_STORE = said("I cannot reach the lead store right now. Nothing was changed; please try again in a minute.")
LOOKING = said("Looking … the answer follows in a moment.")
NOT_TAKEN = said("I could not take this: the lead store does not answer. Nothing was changed; please press again.")
log = structlog.get_logger()
Read = Callable[[], Message]
T = TypeVar("T")


def safely(read: Read) -> Message:
    """The answer, or that it cannot be had; the reason goes to the log, by its kind alone."""
    try:
        return read()
    except Exception as error:
        log.error("lead_store_not_reached", error=type(error).__name__)
        return NO_STORE


class Reads:
    """At most four look-ups race for the acknowledgement; a slow one, and every further one, is answered later."""

    def __init__(self) -> None:
        self._quick = ThreadPoolExecutor(AT_ONCE, "slack-read")
        self._slow = ThreadPoolExecutor(AT_ONCE, "slack-read-later")
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def answer(self, read: Read, later: Callable[[Message], None]) -> Message:
        """The answer if it comes within 0.4 s; else "Looking ..." now, and `later` is called with it, once."""
        if not self._places.acquire(blocking=False):
            self.later(lambda: later(safely(read)))
            return LOOKING
        asked: Future[Message] = self._quick.submit(safely, read)
        asked.add_done_callback(lambda _: self._places.release())
        try:
            return asked.result(PATIENCE_S)
        except TimeoutError:
            asked.add_done_callback(lambda done: later(done.result()))
            return LOOKING

    def soon(self, read: Callable[[], T], otherwise: T) -> T:
        """For what cannot be answered later: what is read within 0.4 s, else `otherwise`."""
        if not self._places.acquire(blocking=False):
            return otherwise
        asked: Future[T] = self._quick.submit(read)
        asked.add_done_callback(lambda _: self._places.release())
        try:
            return asked.result(PATIENCE_S)
        except Exception as error:  # too slow, or the store is away
            log.warning("not_found_in_time", error=type(error).__name__)
            return otherwise

    def later(self, job: Callable[[], None]) -> None:
        """For what has been acknowledged already; at most four at once."""
        self._slow.submit(_survive, job)


def _survive(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception as error:
        log.error("slack_work_failed", error=type(error).__name__)
