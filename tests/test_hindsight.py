"""A replay in figures: the days of sales, what was said of whom, and no conclusion from too little."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from qualification.hindsight import Hindsight, Mover, Period, hindsight
from qualification.learning import Verdict
from qualification.movers import Move
from qualification.past import Case
from qualification.shares import Share
from qualification.team import Hours
from qualification.threshold import calendar

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
HOURS = Hours(holidays=("2026-09-09",))
TWO_WEEKS = Period(MONDAY, MONDAY + timedelta(days=14), ZoneInfo("UTC"), calendar(HOURS))


def case(
    number: int,
    was: float | None = None,
    would: float | None = None,
    verdict: Verdict | None = None,
    code: str | None = None,
    because: str = "demo",
) -> Case:
    moves = () if was is not None and would is not None else (Move("rule", because, -5, f"{because} -5"),)
    times = [MONDAY + timedelta(days=days) if days is not None else None for days in (was, would)]
    return Case(f"L-{number}", None, None, 1, *times, "criteria", verdict, code, (50, 50), (45, 50), moves)


def some(count: int, accepted: int, **days: float) -> list[Case]:
    return [case(number, verdict="accepted" if number < accepted else "returned", **days) for number in range(count)]


def figures(*cases: Iterable[Case], capacity: float | None = None, period: Period = TWO_WEEKS) -> Hindsight:
    every = [one for some_cases in cases for one in some_cases]
    return hindsight(every, 100, period, capacity)


def test_alerts_are_counted_by_the_days_sales_works() -> None:
    saturday, holiday = some(3, 0, was=5.4, would=5.4), some(2, 0, was=2.5, would=2.5)
    found = figures(saturday, holiday, some(1, 0, was=7.1))
    assert (found.was.alerts, found.was.days, found.was.busiest) == (6, 9, 4)
    assert (found.would.alerts, found.would.busiest) == (5, 3)
    assert found.was.mean == 6 / 9


def test_days_are_those_of_the_teams_time_zone() -> None:
    tokyo = Period(MONDAY - timedelta(hours=9), MONDAY + timedelta(days=1), ZoneInfo("Asia/Tokyo"), calendar(Hours()))
    late_on_monday, early_on_tuesday = some(1, 0, was=0.6), some(2, 0, was=0.65)
    assert tokyo.alerts_by_day([one.at for one in (*late_on_monday, *early_on_tuesday)]) == [1, 2]


def test_a_day_is_too_full_above_a_fifth_more_than_sales_can_work() -> None:
    just_fits, too_many = some(6, 0, was=0.5), some(7, 0, was=1.5)
    assert figures(just_fits, too_many, capacity=5).was.over == 1
    assert figures(just_fits, too_many).was.over is None


def test_who_stays_may_come_a_day_earlier_or_later() -> None:
    found = figures(some(2, 0, was=3, would=1), some(1, 0, was=1, would=3), some(4, 0, was=3, would=3.5))
    assert (found.stayed, found.earlier, found.later) == (7, 2, 1)


def test_precision_is_what_sales_accepted_of_those_it_judged() -> None:
    nothing_said = [case(90, was=1, would=1), case(91, was=1, would=1, verdict="returned", code="duplicate")]
    found = figures(some(8, 6, was=1, would=1), nothing_said, some(4, 1, was=2), some(5, 0, would=3))
    assert found.was.accepted == Share(7, 12)
    assert found.accepted_stayed == Share(6, 8)
    assert found.accepted_left == Share(1, 4)
    assert found.found == Share(6, 7)


def test_few_verdicts_allow_no_conclusion() -> None:
    found = figures(some(50, 40, was=1, would=1), some(9, 0, was=2))
    assert found.conclusion == "open"
    assert found.why.startswith("sales has judged 9 of those who would not have come and 50 of those who stay")


def test_shares_that_may_differ_by_chance_allow_none_either() -> None:
    found = figures(some(20, 12, was=1, would=1), some(20, 9, was=2))
    assert found.conclusion == "open"
    assert "that may be chance" in found.why


def test_leaving_out_whom_sales_returns_is_better_and_whom_it_accepts_worse() -> None:
    assert figures(some(60, 45, was=1, would=1), some(40, 8, was=2)).conclusion == "better"
    assert figures(some(60, 12, was=1, would=1), some(40, 30, was=2)).conclusion == "worse"


def test_of_those_who_were_never_shown_nothing_is_concluded() -> None:
    found = figures(some(60, 45, was=1, would=1), [case(n, would=2) for n in range(30)])
    assert found.conclusion == "open"
    assert "nobody has judged" in found.why


def test_each_lead_is_counted_for_what_weighed_most() -> None:
    by_demo, by_bar = [case(n, was=1) for n in range(3)], [case(n, would=1, because="bar") for n in range(2)]
    assert figures(by_demo, by_bar, [case(9, was=2, because="bar")]).movers == (Mover("bar", 2, 1), Mover("demo", 0, 3))


def test_a_period_in_which_nobody_came_has_its_figures_too() -> None:
    found = figures([], capacity=5)
    assert (found.was.alerts, found.was.mean, found.was.busiest, found.was.over) == (0, 0.0, 0, 0)
