"""A line in which nobody is overtaken: so many at a time, first come first served."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError


class WaitingLine:
    """Python's own locks, and SQLAlchemy's pool made of them, let a newcomer overtake those who wait.

    Under load some then wait five times as long as the others, or until their time is over.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._changing = threading.Lock()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @contextmanager
    def place(self, patience_s: float) -> Iterator[None]:
        """Holds a place; TimeoutError when none came free in time."""
        self._enter(patience_s)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, patience_s: float) -> None:
        with self._changing:
            if self._free:
                self._free -= 1
                return
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        if not called.acquire(timeout=patience_s):
            self._give_up(called, patience_s)

    def _give_up(self, called: threading.Lock, patience_s: float) -> None:
        with self._changing:
            if called not in self._waiting:
                return  # called in the very moment of giving up: the place is ours
            self._waiting.remove(called)
        raise TimeoutError(f"no place came free within {patience_s} s")

    def _leave(self) -> None:
        """The place goes to the first in line, past everybody who comes just now."""
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
