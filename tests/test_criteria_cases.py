"""The ways a company may look at its leads, each with its own file: who gets to sales, walked through the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from config.settings import ROOT
from qualification.criteria import Criteria, load_criteria
from qualification.facts import Evidence, Fact, Money, Size, Value
from qualification.scoring import assess
from qualification.simulation import works
from qualification.threshold import Day, Proposal, Standing, propose
from tests.foyer import API_KEY, Foyer, Visitor, foyer_on

EXAMPLES = ROOT / "docs" / "examples"
SITE = "https://northlight.example"


@contextmanager
def company(kind: str, folder: Path, case: str) -> Iterator[Foyer]:
    """A Foyer that decides by this example."""
    with foyer_on(kind, folder, criteria_file=EXAMPLES / f"criteria-{case}.yaml") as foyer:
        yield foyer


def sent(foyer: Foyer, email: str, channel: str, *touchpoints: dict[str, Any], **fields: Any) -> str:
    """What another system of the company tells us: a form, a newsletter, the list of a trade show."""
    body = {"email": email, "source": {"channel": channel}, "touchpoints": list(touchpoints), "fields": fields}
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = requests.post(f"{foyer.url}/api/v1/leads", json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text
    return str(answer.json()["lead_ref"])


def browses(foyer: Foyer, *pages: str, clicks: int = 0) -> Visitor:
    """Somebody who looks at pages of the website before they say a word."""
    events = [{"type": "page_view", "url": SITE + page} for page in pages]
    events += [{"type": "cta_click", "url": SITE, "data": {"name": "guide"}}] * clicks
    body = {"site": "default", "events": events}
    answer = requests.post(f"{foyer.url}/api/v1/events", json=body, timeout=10)
    assert answer.ok, answer.text
    return Visitor(foyer.url, answer.json()["visitor_token"])


def says(foyer: Foyer, visitor: Visitor, *texts: str) -> str:
    for text in texts:
        visitor.say(text)
    return str(foyer.conversation(visitor.conversation_id)["lead_ref"])


def came_to_sales(foyer: Foyer, ref: str, *rules: str) -> None:
    """By the criteria, with these rules as the reasons, and with one alert."""
    lead = foyer.lead(ref)
    assert [row["cause"] for row in lead["stage_log"] if row["to"] == "mql"] == ["criteria"]
    assert {reason["rule"] for reason in lead["assessment"]["reasons"]} == set(rules)
    assert foyer.alert(ref)


def stayed_a_lead(foyer: Foyer, ref: str, score: int) -> None:
    lead = foyer.lead(ref)
    assert (lead["stage"], lead["handoff"], lead["assessment"]["score"]) == ("lead", "none", score)
    assert foyer.alerts_of(ref) == []


def test_a_pamphlet_alone_is_not_enough_and_coming_to_the_site_with_it_is(kind: str, tmp_path: Path) -> None:
    pamphlet = {"type": "event", "data": {"name": "Harbour Fair pamphlet"}}
    scan = {"type": "page_view", "url": f"{SITE}/hello-expo"}
    with company(kind, tmp_path, "event-pamphlet") as foyer:
        took_one = sent(foyer, "ana@northwind.io", "event", pamphlet)
        stayed_a_lead(foyer, took_one, 25)
        assert sent(foyer, "ana@northwind.io", "event", scan) == took_one
        came_to_sales(foyer, took_one, "pamphlet", "scanned", "visits")
        passed_by = sent(
            foyer, "ben@acme.io", "event", {"type": "event", "data": {"name": "Harbour Fair raffle"}}, scan
        )
        stayed_a_lead(foyer, passed_by, 17)


def test_a_subscriber_counts_by_reading_what_the_letter_links_to(kind: str, tmp_path: Path) -> None:
    letter, click = {"type": "newsletter"}, {"type": "content_click", "url": f"{SITE}/checklist"}
    with company(kind, tmp_path, "newsletter") as foyer:
        reader = sent(foyer, "ana@northwind.io", "newsletter", letter)
        stayed_a_lead(foyer, reader, 25)
        sent(foyer, "ana@northwind.io", "newsletter", click, {**click, "url": f"{SITE}/guide"})
        came_to_sales(foyer, reader, "subscribed", "clicks", "work")
        passer_by = sent(foyer, "ben@acme.io", "content", click, click)
        stayed_a_lead(foyer, passer_by, 30)
        colleague = sent(foyer, "eva@northlight.example", "newsletter", letter, click, click)
        assert foyer.lead(colleague)["status"] == "disqualified"
        assert foyer.alerts_of(colleague) == []


def test_a_frequent_visitor_counts_once_they_can_be_reached(kind: str, tmp_path: Path) -> None:
    often = [f"/page-{number}" for number in range(10)]
    with company(kind, tmp_path, "frequent-visitor") as foyer:
        regular = says(
            foyer, browses(foyer, *often, "/pricing", "/pricing/teams", clicks=1), "my mail is ana@northwind.io"
        )
        came_to_sales(foyer, regular, "often", "prices", "followed")
        job_hunter = browses(foyer, *often, "/pricing", "/pricing/teams", "/careers", "/careers/rep", clicks=1)
        stayed_a_lead(foyer, says(foyer, job_hunter, "my mail is ben@acme.io"), 16)
        seen_once = says(foyer, browses(foyer, "/pricing"), "my mail is cleo@acme.io")
        stayed_a_lead(foyer, seen_once, 8)


def test_a_chat_counts_when_a_need_is_told_and_not_by_an_address_alone(kind: str, tmp_path: Path) -> None:
    with company(kind, tmp_path, "chat") as foyer:
        talker = says(
            foyer,
            foyer.visitor(),
            "we want to stop losing leads",
            "my mail is ana@northwind.io",
            "we are 40",
        )
        came_to_sales(foyer, talker, "need", "team")
        polite = says(foyer, foyer.visitor(), "hello there", "my mail is ben@acme.io, what does it cost?")
        stayed_a_lead(foyer, polite, 10)


def test_a_small_company_hears_of_everybody_with_a_need(kind: str, tmp_path: Path) -> None:
    with company(kind, tmp_path, "small-company") as foyer:
        one_of_few = sent(foyer, "ana@gmail.com", "form", use_case="we want to route leads to the right rep")
        came_to_sales(foyer, one_of_few, "need")
        stayed_a_lead(foyer, sent(foyer, "ben@acme.io", "form"), 0)


BIG = {"company_size": "2000", "job_title": "sales director", "location": "Germany", "budget": "80000 EUR per year"}


def test_a_large_company_looks_at_large_companies_only(kind: str, tmp_path: Path) -> None:
    with company(kind, tmp_path, "large-company") as foyer:
        fits = sent(foyer, "ana@northwind.io", "form", **BIG, timeline="in 3 months")
        came_to_sales(foyer, fits, "large", "decider", "market", "budget", "soon")
        too_small = sent(foyer, "ben@acme.io", "form", **{**BIG, "company_size": "50"}, timeline="in 3 months")
        assert foyer.lead(too_small)["assessment"]["verdict"] == "not_mql"
        assert foyer.alerts_of(too_small) == []


def criteria(case: str) -> Criteria:
    file = EXAMPLES / f"criteria-{case}.yaml"
    return load_criteria(file.read_text("utf-8"), file.name)


def this_morning(case: str, leads_a_day: int, scores: tuple[int, ...]) -> Proposal | None:
    """What two reps' bar should do after two weeks of so many leads, a share of them at each of these scores."""
    monday = date(2026, 11, 23)
    days = [monday - timedelta(days=back) for back in range(14, 0, -1)]
    score_of = [scores[number % len(scores)] for number in range(leads_a_day)]
    seen = [Day(on, tuple(sorted(score_of))) for on in days if works(on)]
    settings = criteria(case).file.threshold
    assert settings.capacity
    return propose(seen, Standing(settings.floor), 2 * settings.capacity.alerts_per_rep_day, settings, monday, works)


def test_the_large_companys_bar_rises_with_the_volume_and_then_the_same_person_is_no_mql() -> None:
    rises = this_morning("large-company", 120, (30, 45, 62, 64, 66, 70, 80))
    assert rises
    assert (rises.old, rises.new, rises.applies) == (60, 65, True)
    assert rises.sentence.startswith("threshold 60 -> 65 because ")
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    told: dict[str, Value] = {
        "email": "ana@northwind.io",
        "company_size": Size(2000, 2000),
        "job_title": "sales director",
        "location": "Germany",
        "budget": Money(80_000, 80_000, "EUR", "year"),
    }
    person = Evidence({slot: Fact(slot, str(value), value, 1.0, "said", "1", now) for slot, value in told.items()})
    before, after = (assess(person, criteria("large-company"), now, bar) for bar in (rises.old, rises.new))
    assert before.score == after.score == 60
    assert (before.is_mql, after.is_mql) == (True, False)


def test_the_small_companys_bar_stays_where_it_was_agreed() -> None:
    assert this_morning("small-company", 4, (15, 25, 40)) is None
