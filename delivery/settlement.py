"""What becomes of a row after an attempt. Pure."""

from datetime import datetime, timedelta
from typing import Any, assert_never

from delivery.destination import Ambiguous, Dead, Outcome, Paused, Retry, Sent
from delivery.retry import HOUR_S, delay_s
from models.outbox import Delivery


def settlement(claimed: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """The columns to write; `maybe_sent` is never taken back."""
    match outcome:
        case Sent(remote_id, remark):
            return {"state": "delivered", "remote_id": remote_id, "error": remark}
        case Dead(error):
            return {"state": "dead", "attempts": claimed.attempts + 1, "error": error}
        case Paused(error):
            return {"state": "pending", "error": error}
        case Retry(after_s, error, counts=False):
            return {"state": "pending", "run_at": now + _wait(claimed, after_s), "error": error}
        case Retry(after_s, error):
            return _again(claimed, after_s, error, now)
        case Ambiguous(error):
            return {**_again(claimed, None, error, now), "maybe_sent": True}
        case _:
            assert_never(outcome)


def _again(claimed: Delivery, after_s: float | None, error: str, now: datetime) -> dict[str, Any]:
    attempts = claimed.attempts + 1
    if delay_s(claimed.key, attempts) is None:
        return {"state": "dead", "attempts": attempts, "error": f"given up after 72 hours: {error}"}
    return {"state": "pending", "attempts": attempts, "run_at": now + _wait(claimed, after_s), "error": error}


def _wait(claimed: Delivery, after_s: float | None) -> timedelta:
    """As asked for, if that is a sane time; otherwise by the schedule."""
    if after_s is not None and 0 <= after_s <= HOUR_S:
        return timedelta(seconds=after_s)
    return timedelta(seconds=delay_s(claimed.key, claimed.attempts + 1) or HOUR_S)
