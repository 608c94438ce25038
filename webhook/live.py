"""Replies to the open widget: a request that waits until there is something to say, or its time is over."""

import time
from collections import defaultdict
from collections.abc import Callable
from threading import Event, Lock
from typing import TypeVar

Found = TypeVar("Found", bound=tuple[object, ...])
POLL_S = 1.0
POLLS_PER_S = 500
MAX_PER_CONVERSATION = 4


class Live:
    """Waiting requests of this process, woken by `notify`; what was said is always read from the database.

    At most `max_waiting` wait at a time, and four per conversation; further ones are answered at once. While few wait
    each looks every second, in case another process took the message; with many the looks are spread so that the
    database sees about 500 a second.
    """

    def __init__(self, max_waiting: int, poll_s: float = POLL_S) -> None:
        self._max_waiting = max_waiting
        self._poll_s = poll_s
        self._lock = Lock()
        self._bells: defaultdict[str, list[Event]] = defaultdict(list)
        self._waiting = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        return self._waiting

    def wait(self, conversation_id: str, look: Callable[[], Found], seconds: float) -> Found:
        """What `look` finds, now or within `seconds`; empty when nothing came."""
        bell = self._enter(conversation_id) if seconds > 0 else None
        if bell is None:
            return look()
        try:
            return self._watch(bell, look, time.monotonic() + seconds)
        finally:
            self._leave(conversation_id, bell)

    def _enter(self, conversation_id: str) -> Event | None:
        with self._lock:
            full = self._waiting >= self._max_waiting or self._closed
            if full or len(self._bells.get(conversation_id, ())) >= MAX_PER_CONVERSATION:
                return None
            self._waiting += 1
            bell = Event()
            self._bells[conversation_id].append(bell)
            return bell

    def _watch(self, bell: Event, look: Callable[[], Found], deadline: float) -> Found:
        while True:
            bell.clear()  # before looking: a message that comes meanwhile rings again
            found = look()
            left = deadline - time.monotonic()
            if found or left <= 0 or self._closed:
                return found
            bell.wait(min(left, max(self._poll_s, self._waiting / POLLS_PER_S)))

    def _leave(self, conversation_id: str, bell: Event) -> None:
        with self._lock:
            self._waiting -= 1
            self._bells[conversation_id].remove(bell)
            if not self._bells[conversation_id]:
                del self._bells[conversation_id]

    def notify(self, conversation_id: str) -> None:
        """Something was said in this conversation: who waits for it looks now."""
        with self._lock:
            for bell in self._bells.get(conversation_id, ()):
                bell.set()

    def close(self) -> None:
        """The process is stopping: everybody is answered at once and nobody waits any more."""
        with self._lock:
            self._closed = True
            for bells in self._bells.values():
                for bell in bells:
                    bell.set()
