"""How much one visitor, address or site may send a minute, so that a flood of some does not silence the others."""

import math
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Literal

import structlog
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

log = structlog.get_logger(__name__)
_MINUTE = 60.0
_AWAY_S = 5.0
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+))(?::\d{1,5})?")
Scope = Literal["chat", "events", "leads"]
"""Each has counts of its own: a flood of page views never stops a conversation."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute; `enabled` is False only for load tests."""

    enabled: bool = True
    visitor: int = 20
    address: int = 60
    site: int = 600


class TooMany(Exception):
    """The caller has sent enough for now and may try again after `retry_after` seconds."""

    def __init__(self, whose: str, per_minute: int, retry_after: int) -> None:
        super().__init__(f"{whose}: more than {per_minute} a minute")
        self.whose, self.per_minute, self.retry_after = whose, per_minute, retry_after


class Throttle:
    """Counts over a moving minute, in Redis when a URL is given, else (and while Redis is away) in this process."""

    def __init__(self, rates: Rates, redis_url: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.rates = rates
        self._own = _Minutes(clock)
        self._shared = _shared(redis_url) if redis_url else None
        self._clock = clock
        self._away_until = clock()

    def visitor(self, site_id: int, visitor: str) -> None:
        self._hit("visitor", self.rates.visitor, str(site_id), visitor)

    def address(self, scope: Scope, address: str | None) -> None:
        self._hit("address", self.rates.address, scope, block_of(address))

    def site(self, scope: Scope, site_id: int) -> None:
        self._hit("site", self.rates.site, scope, str(site_id))

    def _hit(self, whose: str, per_minute: int, *names: str) -> None:
        if not self.rates.enabled:
            return
        wait = self._spend(per_minute, whose, *names)
        if wait is not None:
            raise TooMany(whose, per_minute, wait)

    def _spend(self, per_minute: int, *names: str) -> int | None:
        """None when there was room, else the seconds until there is."""
        if self._shared is None or self._clock() < self._away_until:
            return self._own.spend(per_minute, names)
        try:
            return _spend_shared(self._shared, RateLimitItemPerMinute(per_minute, namespace="foyer"), *names)
        except StorageError:
            log.warning("rate limits are counted per process: Redis does not answer", asked_again_in_s=_AWAY_S)
            self._away_until = self._clock() + _AWAY_S
            return self._own.spend(per_minute, names)


class _Minutes:
    """What each caller sent in the last minute.

    Not the memory storage of `limits`: it walks over everything it holds up to a hundred times a second.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._sent: dict[tuple[str, ...], deque[float]] = {}
        self._swept = clock()

    def spend(self, per_minute: int, names: tuple[str, ...]) -> int | None:
        with self._lock:
            now = self._clock()
            self._sweep(now)
            sent = self._sent.setdefault(names, deque(maxlen=per_minute))
            if len(sent) == per_minute and sent[0] > now - _MINUTE:
                return max(1, math.ceil(sent[0] + _MINUTE - now))
            sent.append(now)  # and the oldest falls out
            return None

    def _sweep(self, now: float) -> None:
        """Once a minute those are forgotten who sent nothing in it."""
        if now - self._swept > _MINUTE:
            self._swept = now
            self._sent = {names: sent for names, sent in self._sent.items() if sent[-1] > now - _MINUTE}


def _shared(redis_url: str) -> MovingWindowRateLimiter:
    options: dict[str, float | str | bool] = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    return MovingWindowRateLimiter(storage_from_string(redis_url, wrap_exceptions=True, **options))


def _spend_shared(limiter: MovingWindowRateLimiter, item: RateLimitItemPerMinute, *names: str) -> int | None:
    if limiter.hit(item, *names):
        return None
    reset = limiter.get_window_stats(item, *names).reset_time
    return min(60, max(1, math.ceil(reset - time.time())))


@lru_cache(maxsize=4096)
def block_of(address: str | None) -> str:
    """Whom an address stands for: itself, or its /64 for IPv6; what is no address shares one count."""
    try:
        parsed = ip_address(_bare(address or ""))
    except ValueError:
        return "unknown"
    return str(parsed) if isinstance(parsed, IPv4Address) else _block_of_v6(parsed)


def _bare(address: str) -> str:
    """Some proxies write a port behind the address."""
    found = _WITH_PORT.fullmatch(address)
    return (found["six"] or found["four"] if found else address).partition("%")[0]


def _block_of_v6(address: IPv6Address) -> str:
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))
