"""A finding kept for a moment, so that asking for it often costs no more than asking once."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Kept(Generic[Found]):
    """What `find` found less than `seconds` ago; while one request looks the others wait for what it finds."""

    def __init__(self, find: Callable[[], Found], seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._find, self._seconds, self._clock = find, seconds, clock
        self._lock = Lock()
        self._found: tuple[float, Found] | None = None

    def __call__(self) -> Found:
        with self._lock:
            now = self._clock()
            if self._found is None or now - self._found[0] >= self._seconds:
                self._found = (now, self._find())
            return self._found[1]
