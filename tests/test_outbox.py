"""The outbox: what was promised in a transaction is claimed by one worker at a time, in order, and never lost."""

import re
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, text

from models import outbox
from models.database import Database
from tests.promising import a_site, claim, keys, promise, row, settle
from tests.timekeeping import Time


@pytest.fixture
def time(database: Database) -> Time:
    a_site(database)
    return Time(database)


def test_the_same_promise_made_twice_is_one(database: Database, time: Time) -> None:
    assert promise(database, time, "alert")
    assert not promise(database, time, "alert")
    assert keys(claim(database, time)) == ["alert"]


def test_two_sites_may_use_the_same_key(database: Database, time: Time) -> None:
    other = a_site(database, "other")
    assert promise(database, time, "alert")
    assert promise(database, time, "alert", site_id=other)


def test_a_promise_of_a_transaction_that_fails_was_never_made(database: Database, time: Time) -> None:
    fields = {"key": "a", "stream": "lead:1", "channel": "slack", "kind": "alert", "payload": {}}
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        outbox.enqueue(session, 1, fields, time.now) / 0
    assert claim(database, time) == []


def test_a_claimed_promise_has_one_holder(database: Database, time: Time) -> None:
    promise(database, time, "a")
    assert keys(claim(database, time, "first")) == ["a"]
    assert claim(database, time, "second") == []


def test_nothing_is_claimed_before_its_time(database: Database, time: Time) -> None:
    promise(database, time, "a")
    settle(database, time, claim(database, time)[0], "pending", run_at=time.now.replace(hour=10))
    assert claim(database, time) == []
    time.pass_(3600)
    assert keys(claim(database, time)) == ["a"]


def test_a_promise_whose_worker_died_is_due_again_and_may_have_been_sent(database: Database, time: Time) -> None:
    promise(database, time, "a")
    assert not claim(database, time, "dies")[0].maybe_sent
    time.pass_(14)
    assert claim(database, time, "heir") == []
    time.pass_(2)
    (inherited,) = claim(database, time, "heir")
    assert (inherited.owner, inherited.maybe_sent, inherited.fence) == ("heir", True, 2)


def test_a_worker_that_lost_its_lease_can_settle_nothing(database: Database, time: Time) -> None:
    promise(database, time, "a")
    (late,) = claim(database, time, "slow")
    time.pass_(16)
    (now_held,) = claim(database, time, "heir")
    assert not settle(database, time, late, "dead", error="too late")
    assert settle(database, time, now_held, "delivered", remote_id="C1:1")
    assert not settle(database, time, late, "delivered", remote_id="C1:2")
    assert (row(database, "a").state, row(database, "a").remote_id) == ("delivered", "C1:1")


def test_a_heartbeat_keeps_a_lease_and_cannot_bring_a_lost_one_back(database: Database, time: Time) -> None:
    promise(database, time, "a")
    (held,) = claim(database, time)
    time.pass_(10)
    assert _extended(database, time, held)
    time.pass_(10)
    assert claim(database, time, "other") == []
    time.pass_(6)
    assert keys(claim(database, time, "other")) == ["a"]
    assert not _extended(database, time, held)


def _extended(database: Database, time: Time, held: outbox.Delivery) -> bool:
    with database.begin() as session:
        return outbox.extend(session, held, time.now, 15)


def test_the_story_of_one_lead_is_told_in_order(database: Database, time: Time) -> None:
    for key in ("alert", "claimed", "accepted"):
        promise(database, time, key)
    promise(database, time, "another lead", stream="lead:2")
    first = claim(database, time)
    assert keys(first) == ["alert", "another lead"]
    settle(database, time, first[0], "pending", run_at=time.now.replace(minute=1))
    settle(database, time, first[1])
    assert claim(database, time) == [], "a retried row holds back what comes after it"
    time.pass_(60)
    settle(database, time, claim(database, time)[0])
    assert keys(claim(database, time)) == ["claimed"]


def test_a_dead_letter_does_not_block_its_lead_for_ever(database: Database, time: Time) -> None:
    promise(database, time, "alert")
    promise(database, time, "claimed")
    settle(database, time, claim(database, time)[0], "dead", error="channel_not_found")
    assert keys(claim(database, time)) == ["claimed"]


def test_one_channel_does_not_wait_for_another(database: Database, time: Time) -> None:
    promise(database, time, "to slack")
    promise(database, time, "to hubspot", channel="hubspot")
    assert keys(claim(database, time, channel="hubspot")) == ["to hubspot"]


def test_a_channel_nobody_serves_keeps_its_promises(database: Database, time: Time) -> None:
    promise(database, time, "a", channel="marketo")
    time.pass_(72 * 3600 * 2)
    assert claim(database, time) == []
    assert row(database, "a").state == "pending"


def test_a_site_whose_access_is_broken_waits_alone(database: Database, time: Time) -> None:
    other = a_site(database, "other")
    promise(database, time, "ours")
    promise(database, time, "theirs", site_id=other)
    assert keys(claim(database, time, paused=[1])) == ["theirs"]


def test_dead_letters_are_listed_per_site_and_sent_again_on_demand(database: Database, time: Time) -> None:
    other = a_site(database, "other")
    promise(database, time, "a")
    settle(database, time, claim(database, time)[0], "dead", error="is_archived", attempts=5)
    with database.read() as session:
        (letter,) = outbox.dead_letters(session, 1)
        assert (letter.key, letter.error, letter.done_at) == ("a", "is_archived", time.now)
        assert outbox.dead_letters(session, other) == []
        assert [dead.key for dead in outbox.in_state(session, 1, "dead")] == ["a"]
    with database.begin() as session:
        assert not outbox.retry(session, other, letter.id, time.now), "a foreign site cannot"
        assert outbox.retry(session, 1, letter.id, time.now)
        assert not outbox.retry(session, 1, letter.id, time.now), "it is no dead letter any more"
    (again,) = claim(database, time)
    assert (again.key, again.attempts, again.done_at) == ("a", 0, None)


def test_the_root_of_a_stream_is_the_latest_alert_of_its_cycle(database: Database, time: Time) -> None:
    for cycle, revision, remote in ((1, 1, "C1:1"), (1, 2, "C1:9"), (2, 3, "C1:20")):
        payload = {"lead": "L-1001", "cycle": cycle, "revision": revision}
        promise(database, time, f"alert:{revision}", kind="alert", payload=payload)
        settle(database, time, claim(database, time)[0], remote_id=remote)
        time.pass_(1)
    promise(database, time, "line")
    settle(database, time, claim(database, time)[0], remote_id="C1:21")
    with database.read() as session:
        assert outbox.remote_of(session, 1, "lead:1", "slack", 1) == "C1:9"
        assert outbox.remote_of(session, 1, "lead:1", "slack", 2) == "C1:20"
        assert outbox.remote_of(session, 1, "lead:1", "slack", 3) is None
        assert outbox.remote_of(session, 1, "lead:1", "slack") == "C1:20"
        assert outbox.remote_of(session, 1, "lead:2", "slack") is None


def test_what_waits_longest_shows_with_its_reason(database: Database, time: Time) -> None:
    promise(database, time, "a")
    settle(database, time, claim(database, time)[0], "pending", error="token_revoked")
    time.pass_(60)
    promise(database, time, "b", stream="lead:2", channel="hubspot")
    with database.read() as session:
        oldest, hubspot = outbox.oldest_open(session), outbox.oldest_open(session, "hubspot")
        assert oldest is not None
        assert (oldest.key, oldest.error) == ("a", "token_revoked")
        assert hubspot is not None
        assert hubspot.key == "b"
        assert outbox.open_counts(session) == {"pending": 2}


@pytest.fixture
def busy(database: Database, time: Time) -> Database:
    """200,000 promises kept and 20,000 to keep, of 5,000 leads."""
    making = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 220000)
        INSERT INTO outbox
            (site_id, key, stream, channel, kind, payload, attempts, maybe_sent, fence, run_at, created_at, state)
        SELECT 1, 'k' || i, 'lead:' || (i % 5000), 'slack', 'line', '{}', 0, false, 0, :now, :now,
            CASE WHEN i <= 200000 THEN 'delivered' ELSE 'pending' END FROM n"""
    with database.begin() as session:
        session.execute(text(making), {"now": time.now.replace(tzinfo=None).isoformat(" ") + ".000000"})
        session.execute(text("ANALYZE"))
    return database


def test_a_claim_stays_quick_among_two_hundred_thousand_kept_promises(busy: Database, time: Time) -> None:
    """By the plan, not by a stopwatch: each step reads its own small index and nothing is sorted or scanned."""
    time.pass_(1)
    statements = _statements_of_a_claim_of_ten(busy, time)
    plans = [_plan(busy, *statement) for statement in statements]
    if not busy.is_sqlite:
        assert not re.search("Seq Scan", "".join(plans)), plans
        used = [set(re.findall(r"using (ix_outbox_leases|ix_outbox_due|pk_outbox)", plan)) for plan in plans]
        assert used == [{"ix_outbox_leases"}, {"ix_outbox_due", "pk_outbox"}], plans
        return
    assert [re.findall(r"ix_\w+|PRIMARY KEY", plan) for plan in plans] == [
        ["ix_outbox_leases"],
        ["PRIMARY KEY", "ix_outbox_due", "ix_outbox_open"],
    ]
    assert not re.search("SCAN outbox|B-TREE", "".join(plans)), plans


def _statements_of_a_claim_of_ten(database: Database, time: Time) -> list[tuple[str, Any]]:
    """As the driver gets them."""
    seen: list[tuple[str, Any]] = []

    def listen(connection: Any, *_: Any) -> None:
        if database.is_sqlite:
            connection.set_trace_callback(lambda statement: seen.append((statement, ())))
        else:
            connection.cursor_factory = type("Heard", (psycopg.Cursor,), {"execute": heard})

    def heard(cursor: Any, statement: Any, given: Any = None, **how: Any) -> Any:
        seen.append((statement, given))
        return psycopg.Cursor.execute(cursor, statement, given, **how)

    event.listen(database.engine, "checkout", listen)
    assert len(claim(database, time, limit=10)) == 10
    event.remove(database.engine, "checkout", listen)
    database.engine.dispose()
    return [statement for statement in seen if "outbox" in statement[0]]


def _plan(database: Database, statement: str, parameters: Any) -> str:
    with database.read() as session:
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = session.connection().exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(step[-1]) for step in plan)
