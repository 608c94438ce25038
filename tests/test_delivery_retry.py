"""When a promise is tried again, and what becomes of it: pure arithmetic."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.circuit import Circuit
from delivery.retry import FIRST_S, HOUR_S, MAX_ATTEMPTS, delay_s
from delivery.settlement import settlement
from models.outbox import Delivery
from qualification.promises import Ambiguous, Dead, Paused, Retry, Sent
from tests.timekeeping import START

keys = st.text(max_size=20)
attempts = st.integers(1, MAX_ATTEMPTS)


def claimed(attempts: int = 0, maybe_sent: bool = False) -> Delivery:
    return Delivery(id=1, site_id=1, key="slack:alert:1:1:1", attempts=attempts, maybe_sent=maybe_sent, fence=1)


@pytest.mark.parametrize(("attempt", "base"), [*enumerate(FIRST_S, 1), (7, HOUR_S), (MAX_ATTEMPTS, HOUR_S)])
@given(key=keys)
def test_tries_follow_the_schedule_within_a_fifth(key: str, attempt: int, base: int) -> None:
    delay = delay_s(key, attempt)
    assert delay is not None
    assert base * 0.8 <= delay <= base * 1.2


@given(key=keys, attempt=attempts)
def test_the_spread_is_the_same_in_every_run(key: str, attempt: int) -> None:
    assert delay_s(key, attempt) == delay_s(key, attempt)


def test_rows_that_failed_together_come_back_apart() -> None:
    delays = {delay_s(f"slack:alert:{lead}:1:1", 3) for lead in range(100)}
    assert len(delays) == 100
    assert max(filter(None, delays)) - min(filter(None, delays)) > 8


@given(key=keys)
def test_tries_go_on_for_about_three_days_and_then_end(key: str) -> None:
    total = sum(delay_s(key, attempt) or 0 for attempt in range(1, MAX_ATTEMPTS + 1))
    assert 60 * HOUR_S < total < 84 * HOUR_S
    assert delay_s(key, MAX_ATTEMPTS + 1) is None


def test_what_was_sent_is_delivered_under_its_name_there() -> None:
    values = settlement(claimed(), Sent("C1:17.01"), START)
    assert values == {"state": "delivered", "remote_id": "C1:17.01", "error": None}


def test_a_rate_limit_is_no_attempt_and_waits_as_long_as_asked() -> None:
    values = settlement(claimed(3), Retry(7, "ratelimited", counts=False), START)
    assert values == {"state": "pending", "run_at": START + timedelta(seconds=7), "error": "ratelimited"}


def test_a_sure_failure_counts_and_leaves_no_doubt() -> None:
    values = settlement(claimed(), Retry(None, "connection refused"), START)
    assert (values["state"], values["attempts"], "maybe_sent" in values) == ("pending", 1, False)


def test_an_unknown_outcome_is_remembered_as_one() -> None:
    values = settlement(claimed(), Ambiguous("timeout"), START)
    assert (values["state"], values["attempts"], values["maybe_sent"]) == ("pending", 1, True)


def test_a_permanent_error_is_a_dead_letter_at_once() -> None:
    assert settlement(claimed(), Dead("is_archived"), START)["state"] == "dead"


def test_after_three_days_a_promise_is_a_dead_letter_with_its_last_error() -> None:
    values = settlement(claimed(MAX_ATTEMPTS), Ambiguous("timeout"), START)
    assert (values["state"], values["error"]) == ("dead", "given up after 72 hours: timeout")


def test_broken_access_costs_a_promise_nothing() -> None:
    assert settlement(claimed(5), Paused("token_revoked"), START) == {"state": "pending", "error": "token_revoked"}


@pytest.mark.parametrize("after_s", [math.nan, math.inf, -1, 1e9])
def test_an_insane_retry_after_cannot_hide_a_promise(after_s: float) -> None:
    values = settlement(claimed(), Retry(after_s, "ratelimited", counts=False), START)
    assert values["run_at"] <= START + timedelta(seconds=2)


def test_a_pause_doubles_with_each_failed_probe_and_ends_with_a_success() -> None:
    circuit, now = Circuit(), START
    lengths = []
    for _ in range(8):
        circuit.pause(1, "token_revoked", now)
        assert circuit.paused(now) == [1]
        lengths.append(circuit.pauses()[0].length_s)
        now = circuit.pauses()[0].until
        assert circuit.paused(now) == [], "time for a probe"
    assert lengths == [15, 30, 60, 120, 240, 480, 600, 600]
    circuit.close(1)
    assert circuit.pauses() == []


def test_calls_that_failed_together_are_one_failure() -> None:
    circuit = Circuit()
    for _ in range(3):
        circuit.pause(1, "token_revoked", START)
    assert circuit.pauses()[0].length_s == 15
