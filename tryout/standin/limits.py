"""Slack's rate limits: one post a second and channel with a small burst, other methods per minute by tier."""

from datetime import datetime
from math import ceil
from threading import Lock

BURST = 3  # posts to one channel that Slack lets through back to back


class RateLimits:
    """A bucket per method, and per channel where posts are concerned; off unless asked for."""

    def __init__(self, on: bool) -> None:
        self.on = on
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = Lock()

    def wait(self, method: str, channel: str, per_minute: int, now: datetime) -> int:
        """Whole seconds to stay away, 0 when the call may go ahead."""
        if not self.on:
            return 0
        posting = method == "chat.postMessage"
        size, rate = (BURST, 1.0) if posting else (per_minute, per_minute / 60)
        return self._take(f"{method}:{channel if posting else ''}", size, rate, now)

    def _take(self, key: str, size: float, rate: float, now: datetime) -> int:
        with self._lock:
            left, at = self._buckets.get(key, (size, now))
            left = min(size, left + (now - at).total_seconds() * rate)
            if left < 1:
                self._buckets[key] = (left, now)
                return max(1, ceil((1 - left) / rate))
            self._buckets[key] = (left - 1, now)
            return 0
