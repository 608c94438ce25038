"""What the score says of people, told by their words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qualification.assessment import Assessment
from qualification.criteria import Criteria, load_criteria
from qualification.facts import Evidence, Fact, Horizon, Money, Size, Touchpoint, Value
from qualification.scoring import assess, bant, deciding_fields, decisive_slots, judge, next_slots, read, weigh

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHIPPED = load_criteria((Path(__file__).parent.parent / "config/criteria.yaml").read_text("utf-8"))

FILE = """
version: 3
currency: USD
rates: {EUR: 2}
threshold: {floor: 50}
fields:
  size: {type: int_range}
  budget: {type: money, bant: budget}
  when: {type: days, bant: timing}
  role: {type: enum, from: job_title, bant: authority, map: {boss: [ceo, owner], lead: ["* lead"], student: [student]}}
  country: {type: enum, from: location, map: countries}
  need: {type: enum, from: use_case, map: {slack: [slack]}}
  mail: {type: email_kind}
  host: {type: domain}
  phone: {type: flag, from: phone}
  demo: {type: flag, intent: demo}
  views: {type: event_count, event: page_view, url: "*/pricing*", window_days: 30}
must_have:
  - {id: reachable, any: [{mail: {in: [work, free]}}, {phone: {is: true}}]}
disqualify:
  - {id: student, when: {role: {is: student}}, route: resources, why: Students get the learning hub}
"""


def criteria(groups: str) -> Criteria:
    return load_criteria(f"{FILE}groups:\n{groups}")


def rules(*lines: str, head: str = "") -> Criteria:
    return criteria(f"  all_rules:\n{head}    rules:\n" + "".join(f"      - {{{line}}}\n" for line in lines))


def fact(slot: str, value: Value, *, days_ago: float = 0, confidence: float = 1.0, text: str = "") -> Fact:
    return Fact(slot, text or str(value), value, confidence, "said", "m1", NOW - timedelta(days=days_ago))


def person(*facts: Fact, views: tuple[float, ...] = (), tracking: bool = True, url: str = "/pricing") -> Evidence:
    seen = tuple(Touchpoint("page_view", NOW - timedelta(days=age), f"https://x.io{url}") for age in views)
    return Evidence({one.slot: one for one in facts}, seen, tracking)


def judged(file: Criteria, *facts: Fact, **seen: Any) -> Assessment:
    return assess(person(*facts, **seen), file, NOW)


MAIL = fact("email", "tom@vollmer.de")


# The shipped file and the visitors of the tour


def tom() -> Evidence:
    return person(
        fact("job_title", "ops lead"),
        fact("company_size", Size(250, 250), text="250 ppl"),
        fact("demo", True, text="Need a demo this month"),
        fact("purchase_interest", True),
        fact("budget", Money(20_000, 20_000, None, "year"), text="~20k/yr"),
        fact("timeline", Horizon(0, 7), text="this month"),
        MAIL,
    )


def test_visitor_who_says_it_all_in_one_message_is_an_mql_with_reasons_that_sum() -> None:
    assessment = assess(tom(), SHIPPED, NOW)
    assert (assessment.verdict, assessment.segment, assessment.icp) == ("mql", "hot_core", True)
    assert sum(reason.points for reason in assessment.reasons) == assessment.score == 90
    evidence = {reason.rule: reason.evidence for reason in assessment.reasons}
    assert evidence["size_core"] == "250 ppl"
    assert evidence["demo"] == "Need a demo this month"
    assert next_slots(tom(), SHIPPED, NOW) == ()


def test_visitor_with_a_need_a_size_and_a_date_stays_open_until_they_want_to_see_it() -> None:
    facts = [
        fact("use_case", "we lose leads between marketing and our 6 reps"),
        fact("email", "ana.silva@northwind.io"),
        fact("company_size", Size(120, 120), text="about 120"),
        fact("timeline", Horizon(0, 38), text="before Q1"),
    ]
    assert judged(SHIPPED, *facts).verdict == "open"
    assert judged(SHIPPED, *facts, fact("demo", True, text="show me")).verdict == "mql"


def test_visitor_with_only_a_mail_and_a_size_stays_open_and_is_asked_for_what_decides() -> None:
    evidence = person(MAIL, fact("company_size", Size(120, 120)))
    assert assess(evidence, SHIPPED, NOW).verdict == "open"
    assert next_slots(evidence, SHIPPED, NOW) == ("timeline", "job_title", "budget", "use_case")


def test_somebody_we_know_nothing_of_is_open_and_asked_how_to_reach_them_first() -> None:
    assert assess(Evidence(), SHIPPED, NOW).verdict == "open"
    assert next_slots(Evidence(), SHIPPED, NOW)[:2] == ("email", "phone")


def test_student_is_disqualified_whatever_the_points_and_sent_to_the_resources() -> None:
    evidence = Evidence({**tom().facts, "job_title": fact("job_title", "PhD student")})
    assessment = assess(evidence, SHIPPED, NOW)
    assert (assessment.verdict, assessment.disqualified_by, assessment.route) == (
        "disqualified",
        "student",
        "resources",
    )
    assert next_slots(evidence, SHIPPED, NOW) == ()


# Numbers said as ranges


@pytest.mark.parametrize(
    ("said", "check", "verdict"),
    [
        (Size(20, 50), "{between: [50, 1000]}", None),
        (Size(50, None), "{gte: 20}", True),
        (Size(50, None), "{lte: 100}", None),
        (Size(1, 9), "{gte: 10}", False),
        (Size(None, 9), "{lt: 10}", True),
        (Size(60, 90), "{between: [50, 1000]}", True),
        (Size(2000, 3000), "{between: [50, 1000]}", False),
        (Size(50, 50), "{gt: 50}", False),
        (Size(50, 50), "{is: 50}", True),
        (Size(40, 60), "{is: 50}", None),
        (Size(100, 20), "{gte: 10}", None),
    ],
)
def test_a_range_meets_a_condition_only_when_all_of_it_does(said: Size, check: str, verdict: bool | None) -> None:
    assessment = judged(rules(f"id: it, when: {{size: {check}}}, points: 10"), MAIL, fact("company_size", said))
    assert (assessment.score, "size" in assessment.unknown) == (10 if verdict else 0, verdict is None)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (Money(5000, 5000, "USD", "year"), True),
        (Money(4999, 4999, "USD", "year"), False),
        (Money(2500, 2500, "EUR", "once"), True),
        (Money(417, 417, "USD", "month"), True),
        (Money(416, 416, None, "month"), False),
        (Money(5000, None, None, "unknown"), True),
        (Money(None, 9000, "USD", "year"), None),
        (Money(9000, 9000, "XXX", "year"), None),
        (Money(float("nan"), None, "USD", "year"), None),
    ],
)
def test_money_is_turned_into_the_files_currency_and_a_year(said: Money, counts: bool | None) -> None:
    assessment = judged(rules("id: it, when: {budget: {gte: 5000}}, points: 10"), MAIL, fact("budget", said))
    assert (assessment.score, "budget" in assessment.unknown) == (10 if counts else 0, counts is None)


def test_what_had_to_be_assumed_about_money_stands_in_the_reason() -> None:
    file = rules("id: it, when: {budget: {gte: 5000}}, points: 10, why: Fits")
    vague, clear = Money(9000, 9000), Money(9000, 9000, "USD", "year")
    assert judged(file, fact("budget", vague)).reasons[0].why == "Fits (taken as USD a year)"
    assert judged(file, fact("budget", clear)).reasons[0].why == "Fits"


def test_a_timeline_grows_nearer_by_itself() -> None:
    file = rules("id: soon, when: {when: {lte: 90}}, points: 10")
    half_a_year = Horizon(180, 180)
    assert judged(file, fact("timeline", half_a_year)).score == 0
    assert judged(file, fact("timeline", half_a_year, days_ago=89)).score == 0
    assert judged(file, fact("timeline", half_a_year, days_ago=90)).score == 10
    assert "when" in judged(file, fact("timeline", Horizon(0, None))).unknown


# Words, mail, flags


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("CEO", "boss"),
        ("Founder & CEO", "boss"),
        ("Ops Lead, EMEA", "lead"),
        ("lead generation", None),
        ("Juggler", None),
    ],
)
def test_a_title_is_sorted_by_its_words_and_unknown_when_none_fits(words: str, label: str | None) -> None:
    file = rules("id: boss, when: {role: {is: boss}}, points: 9", "id: lead, when: {role: {is: lead}}, points: 4")
    assessment = judged(file, fact("job_title", words))
    assert [reason.rule for reason in assessment.reasons] == ([label] if label else [])
    assert ("role" in assessment.unknown) == (label is None)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("mostly Lisbon", "PT"),
        ("London, Ontario", "CA"),
        ("Deutschland", "DE"),
        ("Austin, TX", "US"),
        ("New Mexico", "US"),
        ("UK", "GB"),
        ("Oslo and Malmö", None),
        ("Georgia", None),
        ("remote", None),
    ],
)
def test_a_place_is_known_by_country_region_or_city(place: str, code: str | None) -> None:
    for country in ("PT", "CA", "DE", "US", "GB", "NO"):
        assessment = judged(rules(f"id: it, when: {{country: {{is: {country}}}}}, points: 1"), fact("location", place))
        assert assessment.score == (country == code)
        assert ("country" in assessment.unknown) == (code is None)


def test_words_of_a_need_can_be_looked_for() -> None:
    file = rules("id: it, when: {need: {contains: Lose LEADS}}, points: 5")
    assert judged(file, fact("use_case", "we lose leads every week")).score == 5
    assert judged(file, fact("use_case", "we close leadership gaps")).score == 0
    assert "need" in judged(file).unknown


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("tom@vollmer.de", "work"),
        ("tom@gmail.com", "free"),
        ("x@mailinator.com", "disposable"),
        ("info@vollmer.de", "role"),
        ("no address", None),
    ],
)
def test_a_mailbox_is_of_one_kind_and_unknown_when_there_is_none(address: str, kind: str | None) -> None:
    for other in ("work", "free", "disposable", "role"):
        assessment = judged(rules(f"id: it, when: {{mail: {{is: {other}}}}}, points: 1"), fact("email", address))
        assert assessment.score == (other == kind)
        assert ("mail" in assessment.unknown) == (kind is None)


def test_a_domain_is_compared_without_regard_to_case() -> None:
    file = rules("id: a, when: {host: {is: Acme.com}}, points: 1", "id: b, when: {host: {contains: acme}}, points: 2")
    assert judged(file, fact("email", "Jo@ACME.com")).score == 3
    assert judged(file, fact("email", "jo@other.com")).score == 0


def test_a_wish_that_was_denied_is_false_and_one_never_mentioned_unknown() -> None:
    file = rules("id: no, when: {demo: {is: false}}, points: 7", "id: phone, when: {phone: {is: true}}, points: 2")
    assert judged(file, MAIL, fact("demo", False)).score == 7
    assert judged(file, MAIL).score == 0
    assert "demo" in judged(file, MAIL).unknown
    assert judged(file, fact("phone", "+4930123456"), fact("demo", True)).score == 2


def test_a_guess_below_the_fields_confidence_does_not_count() -> None:
    file = rules("id: it, when: {size: {gte: 10}}, points: 10")
    unsure = judged(file, fact("company_size", Size(50, 50), confidence=0.59))
    assert (unsure.score, "size" in unsure.unknown) == (0, True)
    assert judged(file, fact("company_size", Size(50, 50), confidence=0.6)).score == 10


def test_a_value_of_the_wrong_shape_is_unknown_and_breaks_nothing() -> None:
    wrong: list[Fact] = [
        fact(slot, True) for slot in ("company_size", "budget", "timeline", "email", "job_title", "location")
    ]
    file = rules("id: a, when: {size: {gte: 1}}, points: 1", "id: b, when: {budget: {gte: 1}}, points: 1")
    assert judged(file, *wrong, fact("demo", "yes")).score == 0


# What people did


def test_events_count_within_their_window_and_at_the_right_address() -> None:
    file = rules("id: it, when: {views: {gte: 1}}, points: 5, per: 1, max: 15")
    assert judged(file, views=(1, 2)).score == 10
    assert judged(file, views=(1, 2, 3, 4, 5)).score == 15
    assert judged(file, views=(31, 45)).score == 0
    assert judged(file, views=(-1,)).score == 0
    assert judged(file, views=(1,), url="/blog").score == 0
    assert judged(file, views=(0,)).reasons[0].evidence == "page view https://x.io/pricing on 2026-11-23"


def test_nobody_seen_is_zero_when_tracking_was_permitted_and_unknown_otherwise() -> None:
    file = rules("id: it, when: {views: {gte: 2}}, points: 10")
    assert (judged(file).high, "views" in judged(file).unknown) == (0, False)
    assert (judged(file, tracking=False).high, "views" in judged(file, tracking=False).unknown) == (10, True)
    assert judged(file, tracking=False, views=(1, 2)).low == 10


def test_a_page_counts_as_read_when_the_next_sign_comes_late_enough():
    group = "groups:\n  all_rules:\n    rules:\n      - {id: it, when: {views: {gte: 1}}, points: 5}\n"
    file = load_criteria(FILE.replace("event: page_view,", "event: page_view, read_seconds: 20,") + group)

    def read(*signs: tuple[str, str, float]) -> int:
        seen = [Touchpoint(kind, NOW - timedelta(seconds=18000 - at), url) for kind, url, at in signs]
        return assess(Evidence(touchpoints=tuple(seen[::-1])), file, NOW).score

    pricing, blog = "https://x.io/pricing", "https://x.io/blog"
    assert read(("page_view", pricing, 0), ("page_view", blog, 25)) == 5
    assert read(("page_view", pricing, 0), ("page_view", blog, 19)) == 0, "only glanced at"
    assert read(("page_view", pricing, 0), ("cta_click", pricing, 40)) == 5, "a click on the page says they were there"
    assert read(("page_view", pricing, 0)) == 0, "nothing says how long"
    assert read(("page_view", pricing, 0), ("page_view", blog, 3000)) == 0, "another visit"
    assert read(("page_view", pricing, 0), ("page_view", blog, 5), ("page_view", blog, 90)) == 0


# Caps, ageing, sums


def test_interest_is_halved_after_its_half_life_and_the_rest_of_rounding_is_given_out() -> None:
    file = rules(
        "id: a, when: {demo: {is: true}}, points: 5",
        "id: b, when: {phone: {is: true}}, points: 5",
        head="    half_life_days: 10\n",
    )
    fresh, old = ([fact("demo", True, days_ago=d), fact("phone", "+49", days_ago=d)] for d in (0, 10))
    assert judged(file, *fresh).score == 10
    assert [(r.rule, r.points) for r in judged(file, *old).reasons] == [("a", 3), ("b", 2)]


def test_every_event_ages_on_its_own() -> None:
    file = rules("id: it, when: {views: {gte: 1}}, points: 8, per: 1, max: 30", head="    half_life_days: 10\n")
    assert judged(file, views=(0, 10, 20)).score == 8 + 4 + 2


def test_a_cap_is_shared_by_the_rules_it_cuts_and_spares_those_that_take_away() -> None:
    file = rules(
        "id: a, when: {demo: {is: true}}, points: 40",
        "id: b, when: {phone: {is: true}}, points: 30",
        "id: c, when: {mail: {is: work}}, points: -10",
        head="    cap: [-5, 50]\n",
    )
    all_three = judged(file, fact("demo", True), fact("phone", "+49"), MAIL)
    assert [(r.rule, r.points) for r in all_three.reasons] == [("a", 34), ("b", 26), ("c", -10)]
    assert (all_three.score, all_three.low, all_three.high) == (50, 50, 50)
    assert [(r.rule, r.points) for r in judged(file, MAIL).reasons] == [("c", -5)]


def test_rules_that_exclude_each_other_are_not_added_to_what_is_still_possible() -> None:
    file = rules(
        "id: boss, when: {role: {is: boss}}, points: 20",
        "id: lead, when: {role: {is: lead}}, points: 10",
        "id: small, when: {size: {lt: 50}}, points: 5",
        "id: large, when: {size: {gte: 50}}, points: 15",
    )
    assert judged(file).high == 35
    assert judged(file, fact("company_size", Size(60, 80))).high == 35
    assert judged(file, fact("company_size", Size(10, 20))).high == 25
    assert (judged(file, fact("company_size", Size(20, 80))).low, judged(file).low) == (0, 0)


# Verdicts


def test_the_verdict_follows_the_order_of_the_table() -> None:
    file = rules(
        "id: demo, when: {demo: {is: true}}, points: 60",
        "id: size, when: {size: {gte: 100}}, points: -30",
        "id: far, when: {country: {is: US}}, points: 5",
    )
    demo, place = fact("demo", True), fact("location", "Berlin")
    assert judged(file, demo).verdict == "open"
    assert judged(file, demo).open_must_haves == ("reachable",)
    assert judged(file, MAIL, demo, place).verdict == "mql_likely"
    assert judged(file, MAIL, demo, place, fact("company_size", Size(5, 5))).verdict == "mql"
    assert judged(file, MAIL, demo, place, fact("company_size", Size(100, None))).verdict == "not_mql"
    assert judged(file, MAIL, fact("demo", False)).verdict == "not_mql"
    refused = judged(file, demo, fact("email", "x@mailinator.com"))
    assert refused.verdict == "open", "a phone number may still come"


def test_a_threshold_that_was_raised_is_used_instead_of_the_floor() -> None:
    assert assess(tom(), SHIPPED, NOW, threshold=95).verdict == "open"
    assert assess(tom(), SHIPPED, NOW, threshold=95).threshold == 95
    assert assess(tom(), SHIPPED, NOW, threshold=96).verdict == "not_mql"
    assert assess(tom(), SHIPPED, NOW, threshold=90).verdict == "mql"


# What to ask


def test_the_field_with_the_most_points_at_stake_is_asked_first_and_none_when_it_cannot_matter() -> None:
    file = rules(
        "id: demo, when: {demo: {is: true}}, points: 40",
        "id: size, when: {size: {gte: 100}}, points: 10",
        "id: rich, when: {budget: {gte: 100}}, points: 15",
        "id: soon, when: {when: {lte: 30}}, points: 1",
        head="    cap: [0, 60]\n",
    )
    assert next_slots(person(MAIL), file, NOW) == ("budget", "company_size", "timeline", "job_title")
    assert deciding_fields(person(MAIL), file, NOW)[0] == "demo"
    assert next_slots(person(MAIL, fact("demo", True), fact("budget", Money(500, 500))), file, NOW) == ()


def test_an_answer_is_decisive_when_it_alone_could_reach_the_bar() -> None:
    def decisive(*facts: Fact) -> frozenset[str]:
        readings = read(person(*facts), SHIPPED, NOW)
        tallies = weigh(readings, SHIPPED)
        return decisive_slots(tallies, judge(readings, SHIPPED, None, tallies), SHIPPED)

    team, boss = fact("company_size", Size(150, 150)), fact("job_title", "head of marketing")
    soon, need = fact("timeline", Horizon(0, 20)), fact("use_case", "lost leads")
    assert decisive(MAIL, team) == frozenset(), "25 points, and no answer brings 25"
    assert decisive(MAIL, team, boss) == {"timeline", "budget"}
    assert decisive(MAIL, team, boss, need, soon) == frozenset(), "over the bar"


def test_what_was_told_in_words_no_rule_can_read_is_not_asked_again() -> None:
    evidence = person(MAIL, fact("job_title", "Juggler"), fact("company_size", Size(5, 80)))
    assert not {"job_title", "company_size"} & set(next_slots(evidence, SHIPPED, NOW))
    unsure = person(MAIL, fact("job_title", "owner", confidence=0.4))
    assert "job_title" in next_slots(unsure, SHIPPED, NOW)


def test_bant_shows_the_facts_that_answer_its_letters() -> None:
    found = bant(tom(), SHIPPED, NOW)
    assert {letter: fact.slot if fact else None for letter, fact in found.items()} == {
        "budget": "budget",
        "authority": "job_title",
        "need": None,
        "timing": "timeline",
    }
