"""When a promise that could not be kept is tried again: soon, then slower, for 72 hours. Pure."""

from hashlib import sha256

FIRST_S = (1, 5, 30, 120, 600, 1800)
HOUR_S = 3600
HORIZON_S = 72 * HOUR_S
MAX_ATTEMPTS = len(FIRST_S) + (HORIZON_S - sum(FIRST_S)) // HOUR_S
JITTER = 0.2


def delay_s(key: str, attempt: int) -> float | None:
    """Seconds to wait after the `attempt`-th failure (from 1); None when it has been tried for long enough."""
    if attempt > MAX_ATTEMPTS:
        return None
    base = FIRST_S[attempt - 1] if attempt <= len(FIRST_S) else HOUR_S
    return base * (1 + JITTER * _spread(key, attempt))


def _spread(key: str, attempt: int) -> float:
    """Between -1 and 1: rows that failed together come back apart, the same way in every run."""
    digest = sha256(f"{key}:{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 0xFFFFFFFF * 2 - 1
