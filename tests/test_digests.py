"""The morning's digest: what is in it, once a day to each channel, and quiet when there is nothing to tell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.alerts import slack_alerts
from bot.blocks import MOST_BLOCKS
from bot.config import SlackConfig
from bot.digests import digest_message
from delivery.clockwork import Clockwork, Daily
from models import outbox
from models.database import Database
from models.outbox import Delivery
from qualification.digest import CLIMBED, Digest, Week
from qualification.figures import Tally
from qualification.promises import Promise, Sent
from qualification.sla import last_morning, next_morning
from qualification.team import Hours, load_team
from qualification.views import Leak
from tests.salesfloor import ANN, Floor, policy
from tests.slackdesk import SECRET, SITE, START, TOKEN, Book, Clock
from tryout.standin import LEADS, URGENT, Standin

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = Week(
    funnel=tuple(zip(CLIMBED, (4210, 120, 31, 12, 6, 0), strict=True)),
    by_source=(Tally("chat", 40, 30, 20, 10, timedelta(minutes=9)),),
    by_rule=(Tally("pricing_interest", 30, 20, 5, 15, None),),
    version=7,
    review_by=date(2026, 12, 1),
)
FULL = Digest(
    since=MONDAY - timedelta(days=3),
    until=MONDAY,
    came=7,
    claimed=5,
    accepted=3,
    returned=1,
    won=1,
    closed=0,
    waited=timedelta(minutes=12),
    sources=(("chat", 5), ("form", 2)),
    free=(Leak("L-1042", MONDAY - timedelta(hours=20)), Leak("L-1050", MONDAY - timedelta(hours=16))),
    free_in_all=3,
    held=2,
    lost=0,
)


# When


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-11-24T09:00", "2026-11-23T09:00"),
        ("2026-11-24T16:59", "2026-11-23T09:00"),
        ("2026-11-24T08:59", "2026-11-20T09:00"),  # Tuesday has not begun: today is still Monday
        ("2026-11-23T09:00", "2026-11-20T09:00"),  # over a weekend
        ("2026-11-22T12:00", "2026-11-19T09:00"),  # a Sunday belongs to Friday
    ],
)
def test_the_working_day_before_is_what_a_morning_tells_of(now: str, began: str) -> None:
    at, before = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, began))
    assert last_morning(at, Hours()) == before


# What is promised, and what is in it


class Desk:
    """A sales floor whose mornings are told, by two workers at the same time."""

    def __init__(self, database: Database, **team: Any) -> None:
        self.floor = Floor(database)
        self.floor.policies[self.floor.site] = policy(**team)
        hours = self.floor.policies[self.floor.site].team.hours
        daily = Daily(self.floor.handoff.promise_digests, lambda _, now: next_morning(now, hours))
        self.workers = [
            Clockwork(database, self.floor.time, {}, {"digest": daily}, lambda: [self.floor.site]) for _ in range(2)
        ]

    def hours_pass(self, hours: float) -> None:
        for _ in range(int(hours * 2)):
            self.floor.time.pass_(1800)
            for worker in self.workers:
                worker.run_due(self.floor.time.now)

    def until_next(self, weekday: int) -> None:
        """Half past nine on that day."""
        while True:
            self.hours_pass(0.5)
            now = self.floor.time.now
            if (now.weekday(), now.hour) == (weekday, 9):
                return

    @property
    def promised(self) -> list[dict[str, Any]]:
        with self.floor.database.read() as session:
            rows = session.scalars(select(Delivery).where(Delivery.kind == "digest").order_by(Delivery.id))
            return [{**row.payload, "key": row.key} for row in rows]

    def read(self, told: dict[str, Any]) -> Digest:
        since, until = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])
        return self.floor.enquiry.digest(self.floor.site, since, until, told["channel"], told["weekly"])

    def deliver_to(self, channel: str) -> None:
        floor = self.floor
        with floor.database.begin() as session:
            for row in outbox.claim(session, "slack", "worker", floor.time.now, 15, 1000):
                outbox.settle(session, row, floor.time.now, state="delivered", remote_id=f"{channel}:{row.id}")


def test_r46_each_working_morning_is_told_once_though_two_workers_are_at_it(database: Database) -> None:
    desk = Desk(database)
    desk.until_next(0)
    before = len(desk.promised)
    desk.hours_pass(24 * 7)
    told = desk.promised[before:]
    days = [datetime.fromisoformat(one["until"]).date() for one in told]
    assert [day.weekday() for day in days] == [1, 2, 3, 4, 0]
    assert len(set(days)) == 5
    assert [one["weekly"] for one in told] == [False, False, False, False, True]


def test_a_digest_counts_what_came_and_what_sales_made_of_it(database: Database) -> None:
    desk = Desk(database)
    desk.until_next(1)
    floor = desk.floor
    first, second, third = floor.comes_by_form(), floor.comes_by_form(), floor.comes_by_form()
    floor.deliver()
    floor.time.pass_(600)
    for ref in (first, second):
        floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, first, ANN)
    floor.handoff.return_(floor.site, second, ANN, "no_budget")
    floor.deliver()
    desk.until_next(2)
    digest = desk.read(desk.promised[-1])
    assert (digest.came, digest.claimed, digest.accepted, digest.returned) == (3, 2, 1, 1)
    assert digest.waited == timedelta(minutes=10)
    assert digest.sources == (("form", 3),)
    assert [leak.ref for leak in digest.free] == [third]
    assert (digest.free_in_all, digest.lost, digest.is_empty) == (1, 0, False)


def test_the_weeks_digest_has_the_funnel_and_the_accept_rates(database: Database) -> None:
    desk = Desk(database)
    desk.until_next(2)
    floor = desk.floor
    refs = [floor.comes_by_form() for _ in range(4)]
    floor.comes_by_form(company_size="120")
    floor.deliver()
    for ref in refs:
        floor.handoff.claim(floor.site, ref, ANN)
    for ref in refs[:3]:
        floor.handoff.accept(floor.site, ref, ANN)
    floor.handoff.return_(floor.site, refs[3], ANN, "not_icp")
    desk.until_next(0)
    week = desk.read(desk.promised[-1]).week
    assert week is not None
    assert dict(week.funnel)["lead"] == 5
    assert (dict(week.funnel)["mql"], dict(week.funnel)["sql"]) == (4, 3)
    assert [(row.name, row.accept_rate) for row in week.by_source] == [("form", 0.75)]
    assert {row.name for row in week.by_rule} == {"size", "paid"}


def test_a_channel_of_its_own_is_told_of_its_own_leads(database: Database) -> None:
    route = {"when": {"min_score": 100}, "channel": "C0HOT"}
    desk = Desk(database, routes=[route])
    desk.until_next(1)
    desk.floor.comes_by_form()
    desk.deliver_to("C0HOT")
    desk.floor.comes_by_form()
    desk.floor.comes_by_form()
    desk.deliver_to("C0MAIN")
    desk.until_next(2)
    told = {one["channel"]: desk.read(one) for one in desk.promised[-2:]}
    assert {channel: digest.came for channel, digest in told.items()} == {None: 2, "C0HOT": 1}
    assert {channel: digest.free_in_all for channel, digest in told.items()} == {None: 2, "C0HOT": 1}


@pytest.mark.parametrize(
    ("digests", "kinds"),
    [({"daily": False}, {True}), ({"weekly": False}, {False}), ({"daily": False, "weekly": False}, set())],
)
def test_a_team_may_do_without(database: Database, digests: dict[str, bool], kinds: set[bool]) -> None:
    desk = Desk(database, digests=digests)
    desk.hours_pass(24 * 8)
    assert {one["weekly"] for one in desk.promised} == kinds


def test_nothing_that_happened_and_nothing_that_waits_is_an_empty_digest(database: Database) -> None:
    desk = Desk(database)
    desk.until_next(2)
    assert desk.read(desk.promised[-1]).is_empty


# How it reads


def test_a_morning_in_words() -> None:
    message = digest_message(FULL)
    assert "7 leads came to sales" in message.text
    assert "5 claimed (median wait 12 min), 3 accepted, 1 returned, 1 won." in message.text
    assert message.text.endswith("2 in the queue. Lost in the hand-off: 0.")
    assert "L-1042 since <!date^" in str(message.blocks)
    assert "and 1 more: `/lead list unclaimed`" in str(message.blocks)


def test_a_week_shows_numbers_and_steps_beside_the_bars() -> None:
    shown = digest_message(replace(FULL, week=WEEK)).blocks
    chart = next(one for one in shown if one["type"] == "data_visualization")
    assert [point["value"] for point in chart["chart"]["series"][0]["data"]] == [4210, 120, 31, 12, 6, 0]
    text = str(shown)
    assert "MQLs: *120* (3% of the step before)" in text
    assert "chat: 67% (20 of 30)" in text
    assert "pricing interest: 25% (5 of 20)" in text
    assert "Version 7 of the criteria is to be looked at again by 2026-12-01" in text
    assert len(shown) <= MOST_BLOCKS


def test_a_review_that_is_far_off_is_not_spoken_of() -> None:
    later = replace(WEEK, review_by=date(2027, 3, 1))
    assert "looked at again" not in str(digest_message(replace(FULL, week=later)).blocks)


# In Slack


class DigestBook(Book):
    shown = replace(FULL, week=WEEK)

    def digest(self, *_: Any) -> Digest:
        return self.shown


def sent(slack: Standin, book: Book, channel: str | None = None, maybe_sent: bool = False) -> object:
    team = load_team(f"routes:\n  - when: {{min_score: 90}}\n    channel: {URGENT}\n")
    config = SlackConfig(SITE, TOKEN, SECRET, LEADS, team, slack.api_url, timeout_s=1)
    told = {"channel": channel, "since": START.isoformat(), "until": START.isoformat(), "weekly": True}
    promise = Promise("slack:digest:main:2026-11-23", "digest", told, None, maybe_sent, START, SITE)
    return slack_alerts(config, book, Clock()).send(promise)


def test_it_is_posted_to_its_channel_with_the_chart() -> None:
    with Standin(clock=Clock()) as slack:
        assert isinstance(sent(slack, DigestBook()), Sent)
        assert isinstance(sent(slack, DigestBook(), URGENT), Sent)
        assert len(slack.messages(LEADS)) == len(slack.messages(URGENT)) == 1
        assert "data_visualization" in str(slack.messages(LEADS)[0])


def test_a_workspace_that_knows_no_charts_gets_the_numbers() -> None:
    with Standin(clock=Clock()) as slack:
        slack.faults.add("chat.postMessage", "error", code="invalid_blocks")
        assert isinstance(sent(slack, DigestBook()), Sent)
        message = str(slack.messages(LEADS)[0])
        assert "data_visualization" not in message
        assert "MQLs: *120*" in message


def test_an_answer_that_got_lost_does_not_post_it_twice() -> None:
    with Standin(clock=Clock()) as slack:
        sent(slack, DigestBook())
        sent(slack, DigestBook(), maybe_sent=True)
        assert len(slack.messages(LEADS)) == 1


def test_an_empty_one_is_not_posted() -> None:
    nothing = replace(FULL, came=0, claimed=0, accepted=0, returned=0, won=0, free=(), free_in_all=0, held=0)
    book = DigestBook()
    book.shown = nothing
    with Standin(clock=Clock()) as slack:
        assert sent(slack, book) == Sent()
        assert slack.messages(LEADS) == []
