"""What a browser tells: kept as far as the visitor permits, counted as far as a person could have done it."""

from datetime import datetime, timedelta

import pytest

from tests.signals import ANN, CRITERIA, agree, browser, click, counting, points, send, tell, view
from tests.two_sites import ORIGINS, two_sites

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


@pytest.fixture
def house(database_url, tmp_path):
    criteria = tmp_path / "criteria.yaml"
    criteria.write_text(CRITERIA)
    with two_sites(database_url, criteria_file=str(criteria)) as deployment:
        yield deployment


def known(house, token, words=ANN):
    """Somebody with this browser says who they are; their lead."""
    visitor = browser(house, token)
    visitor.says(words)
    return house.lead("default", visitor.ref)


def test_what_an_unnamed_browser_did_becomes_the_persons_story_once(house):
    token = tell(house, view(), view("/docs"), click())
    lead = known(house, token)
    assert sorted(touch["type"] for touch in lead["touchpoints"]) == ["cta_click", "page_view", "page_view"]
    assert points(lead) == {"prices": 2, "clicks": 1}
    tell(house, view(), token=token)
    again = known(house, token, "we are 80 people")
    assert len(again["touchpoints"]) == 4
    assert points(again) == {"size": 20, "prices": 4, "clicks": 1}


def test_a_flood_of_page_views_is_worth_a_persons_day_and_says_why(house):
    token = tell(house, view())
    for _ in range(30):
        tell(house, *[view()] * 20, token=token)
    lead = known(house, token)
    assert points(lead)["prices"] == 20
    reasons = {touch["data"].get("because") for touch in lead["touchpoints"]}
    assert reasons == {None, "the same more than 10 times in a day"}
    assert len(lead["touchpoints"]) == 200, "and the rest is not even kept"


def test_different_things_are_capped_by_the_day_too(house):
    token = tell(house, *[click(f"cta {number}") for number in range(20)])
    for start in range(20, 140, 20):
        tell(house, *[click(f"cta {number}") for number in range(start, start + 20)], token=token)
    lead = known(house, token)
    assert points(lead)["clicks"] == 100
    assert {touch["data"].get("because") for touch in lead["touchpoints"]} == {None, "more than 100 things in a day"}


def test_a_forged_time_buys_no_second_day(house):
    times = ["2026-11-22T10:00:00Z", "2026-11-21T10:00:00Z", "2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z"]
    token = tell(house, *[view()] * 10)
    for at in times:
        tell(house, *[{**view(), "at": at}] * 5, token=token)
    lead = known(house, token)
    assert points(lead)["prices"] == 20
    now = house.clock()
    assert all(now - timedelta(days=1) <= _at(touch) <= now for touch in lead["touchpoints"]), (
        "neither the future nor long ago"
    )


def _at(touch):
    return datetime.fromisoformat(touch["at"])


def test_the_next_day_counts_again(house):
    token = tell(house, *[view()] * 10)
    house.clock.pass_(hours=25)
    tell(house, *[view()] * 3, token=token)
    assert points(known(house, token))["prices"] == 26


@pytest.mark.parametrize(
    ("headers", "because"),
    [
        (
            {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
            "a crawler (Googlebot)",
        ),
        (
            {"User-Agent": "Mozilla/5.0 (X11) HeadlessChrome/142.0.0.0 Safari/537.36"},
            "a headless browser (HeadlessChrome)",
        ),
        ({"User-Agent": "Slackbot-LinkExpanding 1.0"}, "a link scanner (Slackbot-LinkExpanding)"),
        (
            {"User-Agent": CHROME, "Sec-Purpose": "prefetch;prerender"},
            "the page was fetched ahead, nobody looked at it",
        ),
        ({"User-Agent": CHROME, "Purpose": "prefetch"}, "the page was fetched ahead, nobody looked at it"),
    ],
)
def test_what_no_person_did_is_kept_with_the_reason_and_worth_nothing(house, headers, because):
    token = tell(house, view(utm_source="mail"), click(), **headers)
    lead = known(house, token)
    assert points(lead) == {}
    assert {(touch["data"]["worth"], touch["data"]["because"]) for touch in lead["touchpoints"]} == {(0, because)}
    assert "utm_source" not in lead["source"]["first"], "and it is nobody's first touch"


def test_a_page_of_another_site_counts_for_nothing(house):
    token = tell(house, {**view(), "url": "https://www.default.example.evil.example/pricing"}, view())
    lead = known(house, token)
    assert points(lead) == {"prices": 2}
    assert [touch["data"].get("because") for touch in lead["touchpoints"]].count("no page of this site") == 1


def test_nobody_says_from_outside_what_something_is_worth(house):
    token = tell(house, view(worth=1000, because="I say so", visit=99, title="Prices"))
    [touch] = known(house, token)["touchpoints"]
    assert touch["data"] == {"title": "Prices", "visit": 1}


def test_another_sites_visitor_is_nobody_here(house):
    there = tell(house, view(site="other"), site="other")
    here = tell(house, view(), token=there)
    assert here != there
    lead = known(house, here)
    assert len(lead["touchpoints"]) == 1
    visitor = browser(house, there, "other")
    visitor.says(ANN)
    assert len(house.lead("other", visitor.ref)["touchpoints"]) == 1


@pytest.mark.parametrize("header", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_who_asks_not_to_be_tracked_leaves_no_touch_and_counts_are_unknown(house, header):
    token = tell(house, view(utm_source="mail"), **header)
    body = {
        "site": "default",
        "visitor_token": token,
        "page": {"url": ORIGINS["default"], "referrer": "https://search.example/"},
        "touch": {"first": {"utm_source": "mail"}, "last": {"utm_source": "mail"}},
    }
    opened = house.client.post("/api/v1/conversations", json=body, headers=header)
    visitor = browser(house, opened.json["visitor_token"])
    visitor.says(ANN)
    lead = house.lead("default", visitor.ref)
    assert lead["touchpoints"] == []
    assert "mail" not in str(lead["source"])
    assert "search.example" not in str(lead["source"])
    assert {"prices", "visits", "clicks"} <= set(lead["assessment"]["unknown"])
    assert not {"letter", "expo"} & set(lead["assessment"]["unknown"]), "told by programs, whatever a browser permits"


def test_a_page_that_may_not_track_yet_says_so_when_the_chat_opens(house):
    body = {"site": "default", "page": {"url": ORIGINS["default"]}}
    opened = house.client.post("/api/v1/conversations?untracked=1", json=body)
    visitor = browser(house, opened.json["visitor_token"])
    visitor.says(ANN)
    assert "prices" in house.lead("default", visitor.ref)["assessment"]["unknown"]
    agree(house, visitor.token, True)
    assert "prices" not in house.lead("default", visitor.ref)["assessment"]["unknown"]


def test_no_and_yes_later_count_exactly_so(house):
    token = tell(house, view(), view())
    visitor = browser(house, token)
    visitor.says(ANN)
    assert points(house.lead("default", visitor.ref)) == {"prices": 4}
    agree(house, token, False)
    refused = house.lead("default", visitor.ref)
    assert points(refused) == {}
    assert "prices" in refused["assessment"]["unknown"]
    assert {touch["data"]["because"] for touch in refused["touchpoints"]} == {"this browser may not be tracked"}
    tell(house, view(), token=token)
    assert len(house.lead("default", visitor.ref)["touchpoints"]) == 2, "nothing new is kept"
    agree(house, token, True)
    tell(house, view(), token=token)
    agreed = house.lead("default", visitor.ref)
    assert points(agreed) == {"prices": 6}
    assert "prices" not in agreed["assessment"]["unknown"]
    assert [(one["purpose"], one["granted"]) for one in agreed["consents"]][-2:] == [
        ("analytics", False),
        ("analytics", True),
    ]


def test_points_that_may_not_be_used_any_more_are_gone_at_once(house):
    token = tell(house, *[view()] * 10, *[click(f"cta {number}") for number in range(10)])
    visitor = browser(house, token)
    visitor.says("Hi, I am Ann Bell, VP Sales at Northwind, 80 people, ann.bell@northwind.io")
    assert house.lead("default", visitor.ref)["stage"] == "mql"
    agree(house, token, False)
    assert house.lead("default", visitor.ref)["assessment"]["score"] == 40


def test_visits_are_counted_by_the_pauses_between_them(house):
    token = tell(house, view("/"))
    house.clock.pass_(minutes=20)
    tell(house, view("/docs"), token=token)
    house.clock.pass_(minutes=31)
    tell(house, view("/docs"), token=token)
    lead = known(house, token)
    visits = [touch["data"]["visit"] for touch in lead["touchpoints"] if "visit" in touch["data"]]
    assert sorted(visits) == [1, 2]
    assert points(lead)["visits"] == 10


def test_first_touch_is_frozen_and_the_last_one_follows(house):
    token = tell(house, view("/", landing="/", utm_source="newsletter", referrer="https://mail.example/"))
    house.clock.pass_(hours=1)
    tell(house, view("/docs"), token=token)
    house.clock.pass_(hours=1)
    lead = known(house, token)
    first = {"landing": "/", "utm_source": "newsletter", "referrer": "https://mail.example/"}
    assert {**first, "at": "2026-11-23T09:00:00.000Z"} == lead["source"]["first"] == lead["source"]["last"]
    house.clock.pass_(hours=1)
    tell(house, view("/", landing="/", utm_source="ad"), token=token)
    later = known(house, token, "hello again")["source"]
    assert later["first"] == lead["source"]["first"]
    assert later["last"] == {"landing": "/", "utm_source": "ad", "at": "2026-11-23T12:00:00.000Z"}
    house.clock.pass_(hours=1)
    tell(house, view("/", landing="/"), token=token)
    assert known(house, token, "hello once more")["source"]["last"] == later["last"], "coming directly is no campaign"


def test_the_sites_own_pages_are_no_referrer(house):
    token = tell(house, view("/", landing="/", referrer=f"{ORIGINS['default']}/docs"))
    assert "referrer" not in known(house, token)["source"]["first"]


def test_secrets_and_addresses_are_gone_before_anything_is_kept(house):
    secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"
    url = f"{ORIGINS['default']}/u/ann%40northwind.io/{secret}?token=abc&utm_campaign=spring&utm_content=ann%2540x.io"
    data = {"email": "x", "userToken": "y", "note": "write to ann@northwind.io", "link": f"https://a.b/?key={secret}"}
    token = tell(house, {"type": "custom", "url": url, "data": {**data, "long": "x" * 500, "name": "ok"}})
    [touch] = known(house, token)["touchpoints"]
    assert touch["url"] == f"{ORIGINS['default']}/u//?utm_campaign=spring"
    assert touch["data"] == {"name": "ok", "link": "https://a.b/", "long": "x" * 200}


def test_a_program_may_pass_on_that_somebody_refused(house):
    visitor = browser(house, tell(house, view()))
    visitor.identify(sub="u-1", email="ann.bell@northwind.io")
    visitor.says("we are 80 people")
    refused = {"purpose": "analytics", "granted": False, "text_version": "7", "at": "2026-10-01T08:00:00Z"}
    ref = send(house, email="ann.bell@northwind.io", consent=[refused])
    lead = house.lead("default", ref)
    assert "prices" in lead["assessment"]["unknown"]
    assert counting(lead) == [touch for touch in lead["touchpoints"] if touch["type"] == "form"]
    assert {**refused, "at": "2026-10-01T08:00:00.000Z"} in lead["consents"]
