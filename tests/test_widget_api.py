"""What a site owner can ask of the widget, and what it may note about a visit: only what the visitor allows."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from config.settings import ROOT
from tests.widget_moves import bubbles, field, launcher, open_chat, remembered, say, window
from tests.widget_site import WidgetSite

pytest_plugins = ["tests.widget_browser"]
pytestmark = pytest.mark.browser

CAMPAIGN = "?utm_source=newsletter&utm_campaign=spring&gclid=abc&utm_content=ana@example.com&session=secret&utm_x[y]=1"
DOCS = ROOT / "docs" / "widget.md"
QUEUE = """<script>window.foyer = window.foyer || function () { (foyer.q = foyer.q || []).push(arguments) }
foyer('on', 'open', () => window.opened = true); foyer('open')</script>"""


@pytest.fixture
def elsewhere() -> Iterator[WidgetSite]:
    """A company's own site on another origin."""
    site = WidgetSite()
    site.start()
    yield site
    site.stop()


def told(tab: Page, site: WidgetSite, count: int = 1) -> list[dict[str, object]]:
    """The events the server got, once that many answers are in."""
    sent = "performance.getEntriesByType('resource').filter(e => e.name.endsWith('/events'))"
    tab.wait_for_function(f"{sent}.length >= {count}")
    return [event for asked in site.of("/events") for event in asked.body["events"]]


def test_nothing_but_the_loader_and_one_page_view_before_the_visitor_shows_interest(
    tab: Page, widget_site: WidgetSite
) -> None:
    tab.goto(widget_site.publish("home"))
    told(tab, widget_site)
    assert sorted(a.path for a in widget_site.asked if a.path != "/favicon.ico") == ["/api/v1/events", "/home", "/w.js"]
    launcher(tab).hover()
    tab.wait_for_selector("foyer-chat dialog", state="attached")
    assert widget_site.of("/conversations") == []


def test_calls_made_before_the_widget_is_there_are_not_lost(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home", head=QUEUE))
    expect(window(tab)).to_be_visible()
    assert tab.evaluate("opened") is True


def test_site_opens_sends_listens_and_closes(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home"))
    launcher(tab).wait_for()
    tab.evaluate("""window.heard = [];
      ['open', 'close', 'message'].forEach(n => foyer('on', n, d => heard.push([n, d?.author, d?.text])));
      document.addEventListener('foyer:open', e => heard.push(['element', e.target.localName]));
      foyer('close'); foyer('no such thing'); foyer('send', 'from the page')""")
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: from the page")
    tab.evaluate("foyer('toggle')")
    expect(window(tab)).to_be_hidden()
    heard = tab.evaluate("heard")
    assert ["open", None, None] in heard
    assert ["element", "foyer-chat"] in heard
    assert ["close", None, None] in heard
    assert ["message", "visitor", "from the page"] in heard
    assert ["message", "assistant", "You said: from the page"] in heard


def test_page_hears_when_a_visitor_becomes_a_lead(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    tab.evaluate("window.leads = 0; foyer('on', 'lead', () => leads++)")
    say(tab, "hello")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    widget_site.news = {"lead": True}
    say(tab, "ana@northwind.io")
    expect(bubbles(tab, "assistant")).to_have_count(3)
    assert tab.evaluate("leads") == 1


def test_script_put_in_twice_gives_one_widget(tab: Page, widget_site: WidgetSite) -> None:
    twice = f'<script async src="{widget_site.origin}/w.js?again" data-site="default"></script>'
    tab.goto(widget_site.publish("home", head=twice))
    launcher(tab).wait_for()
    expect(tab.locator("foyer-chat")).to_have_count(1)


def test_host_signed_identity_is_passed_on_once_there_is_a_conversation(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home"))
    launcher(tab).wait_for()
    tab.evaluate("foyer('identify', {jwt: 'signed.by.host'})")
    launcher(tab).click()
    bubbles(tab, "assistant").wait_for()
    tab.wait_for_function("performance.getEntriesByType('resource').some(e => e.name.endsWith('/identify'))")
    token = widget_site.conversations[0].token
    assert [a.body for a in widget_site.of("/identify")] == [{"visitor_token": token, "jwt": "signed.by.host"}]


def test_widget_of_another_origin_works_without_credentials(
    tab: Page, widget_site: WidgetSite, elsewhere: WidgetSite
) -> None:
    open_chat(tab, elsewhere.publish("home", host=widget_site.origin))
    say(tab, "hello from abroad")
    expect(bubbles(tab, "assistant").last).to_contain_text("hello from abroad")
    assert not any("Cookie" in asked.headers for asked in widget_site.asked)
    assert [asked.path for asked in elsewhere.asked if "api" in asked.path] == []


def test_campaign_and_outside_referrer_go_with_the_visit_and_the_conversation(
    tab: Page, widget_site: WidgetSite, elsewhere: WidgetSite
) -> None:
    target = widget_site.publish("landing") + CAMPAIGN
    tab.goto(elsewhere.publish("blog", body=f'<a href="{target}">Read on</a>'))
    tab.get_by_role("link", name="Read on").click()
    first = {"utm_source": "newsletter", "utm_campaign": "spring", "gclid": "abc", "landing": "/landing"}
    first["referrer"] = f"{elsewhere.origin}/"
    assert told(tab, widget_site)[0]["data"] == {"title": "Northwind", **first}
    tab.goto(widget_site.publish("pricing") + "?utm_source=ad")
    launcher(tab).click()
    bubbles(tab, "assistant").wait_for()
    asked = widget_site.of("/conversations")[0].body
    assert asked["touch"]["first"] == first
    assert asked["touch"]["last"]["utm_source"] == "ad"
    assert asked["page"]["url"] == f"{widget_site.origin}/pricing"
    assert not {"utm_x[y]", "session"} & asked["touch"]["first"].keys()
    assert "secret" not in json.dumps([a.body for a in widget_site.asked])


def test_page_views_and_chat_are_one_visitor(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home"))
    told(tab, widget_site)
    tab.goto(widget_site.publish("pricing"))
    told(tab, widget_site)
    launcher(tab).click()
    bubbles(tab, "assistant").wait_for()
    token = widget_site.conversations[0].token
    assert [a.body.get("visitor_token") for a in widget_site.of("/events")] == [None, token]


def test_click_on_a_marked_call_to_action_is_told(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home", body='<a href="#demo" data-foyer-cta="demo"><b>See it</b></a>'))
    launcher(tab).wait_for()
    tab.get_by_text("See it").click()
    clicked = told(tab, widget_site, 2)[1]
    assert (clicked["type"], clicked["data"]) == ("cta_click", {"name": "demo"})
    tab.evaluate("foyer('track', 'calculator', {seats: 40})")
    assert told(tab, widget_site, 3)[2]["data"] == {"name": "calculator", "seats": 40}


def test_pages_that_change_without_loading_are_seen_each_once(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home") + "?utm_source=ad")
    told(tab, widget_site)
    tab.evaluate("history.pushState({}, '', '/docs'); document.title = 'Docs'")
    told(tab, widget_site, 2)
    tab.evaluate("history.replaceState({}, '', '/docs?page=2')")
    tab.evaluate("location.hash = 'part'")
    tab.evaluate("history.pushState({}, '', '/pricing')")
    told(tab, widget_site, 3)
    tab.evaluate("history.back()")
    views = told(tab, widget_site, 4)
    assert [view["url"] for view in views] == [
        f"{widget_site.origin}/{page}" for page in ("home", "docs", "pricing", "docs")
    ]
    data = [view["data"] for view in views]
    assert ["utm_source" in one for one in data] == [True, False, False, False]
    assert ["landing" in one for one in data] == [True, False, False, False]


def test_opened_material_and_sent_forms_are_told_by_name_and_never_by_content(
    tab: Page, widget_site: WidgetSite
) -> None:
    form = """<form data-foyer-form="newsletter" onsubmit="event.preventDefault()">
      <label>Mail <input name="email"></label><button>Subscribe</button></form>
      <form onsubmit="event.preventDefault()"><input type="password"><button>Log in</button></form>
      <a href="#guide" data-foyer-content="guide">The guide</a>"""
    tab.goto(widget_site.publish("home", body=form))
    launcher(tab).wait_for()
    tab.get_by_label("Mail").fill("ana@example.com")
    tab.get_by_role("button", name="Log in").click()
    tab.get_by_role("button", name="Subscribe").click()
    tab.get_by_role("link", name="The guide").click()
    sent = [(event["type"], event["data"]) for event in told(tab, widget_site, 3)[1:]]
    assert sent == [("form", {"name": "newsletter"}), ("content_click", {"name": "guide"})]
    assert "ana@" not in json.dumps([asked.body for asked in widget_site.asked])


def test_page_fetched_ahead_is_told_only_when_somebody_looks(tab: Page, widget_site: WidgetSite) -> None:
    tab.add_init_script(
        "Object.defineProperty(document, 'prerendering', {get: () => !window.shown, configurable: true})"
    )
    tab.goto(widget_site.publish("home"))
    launcher(tab).wait_for()
    assert widget_site.of("/events") == []
    tab.evaluate("window.shown = true; document.dispatchEvent(new Event('prerenderingchange'))")
    assert told(tab, widget_site)[0]["type"] == "page_view"


def test_a_no_before_anything_was_told_tells_nothing(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home", script='data-consent="required"') + CAMPAIGN)
    launcher(tab).wait_for()
    tab.evaluate("foyer('consent', {analytics: false})")
    launcher(tab).click()
    bubbles(tab, "assistant").wait_for()
    assert widget_site.of("/events") + widget_site.of("/consent") == []
    opened = widget_site.of("/conversations")[0]
    assert opened.query == {"untracked": "1"}
    assert "touch" not in opened.body
    assert "referrer" not in opened.body["page"]


@pytest.mark.parametrize("signal", ["globalPrivacyControl = true", "doNotTrack = '1'"])
def test_privacy_signal_leaves_no_attribution_anywhere(chromium: Browser, widget_site: WidgetSite, signal: str) -> None:
    name, value = signal.split(" = ")
    with chromium.new_context() as context:
        tab = context.new_page()
        tab.add_init_script(f"Object.defineProperty(navigator, '{name}', {{get: () => {value}}})")
        open_chat(tab, widget_site.publish("home", body='<a href="#x" data-foyer-cta="demo">Demo</a>') + CAMPAIGN)
        tab.get_by_text("Demo", exact=True).click()
        say(tab, "hello")
        expect(bubbles(tab, "assistant")).to_have_count(2)
        assert widget_site.of("/events") == []
        assert widget_site.of("/conversations")[0].query == {"untracked": "1"}
        assert "touch" not in widget_site.of("/conversations")[0].body
        assert "newsletter" not in remembered(tab)


def test_nothing_is_told_before_consent_and_local_storage_only_after(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home", script='data-consent="required"') + CAMPAIGN)
    launcher(tab).hover()
    tab.wait_for_selector("foyer-chat dialog", state="attached")
    assert widget_site.of("/events") == []
    assert "newsletter" not in remembered(tab)
    assert remembered(tab, "localStorage") == "{}"
    tab.evaluate("foyer('consent', {analytics: true})")
    assert told(tab, widget_site)[0]["type"] == "page_view"
    tab.wait_for_function("performance.getEntriesByType('resource').some(e => e.name.endsWith('/consent'))")
    noted = widget_site.of("/consent")[0].body
    assert (noted["purpose"], noted["granted"]) == ("analytics", True)
    assert noted["visitor_token"] in remembered(tab, "localStorage")


GTAG = """<script>function gtag() { dataLayer.push(arguments) }
gtag('consent', 'default', {analytics_storage: '%s'})</script>"""


def consent_mode() -> str:
    """The lines of docs/widget.md, as a customer copies them."""
    text = DOCS.read_text("utf-8").partition("### Google consent mode")[2]
    return text.partition("```html\n")[2].partition("```")[0]


def test_google_consent_mode_decides_as_the_documented_lines_say(tab: Page, widget_site: WidgetSite) -> None:
    head = consent_mode() + GTAG % "denied"
    tab.goto(widget_site.publish("home", head=head, script='data-consent="required"') + CAMPAIGN)
    launcher(tab).wait_for()
    assert widget_site.of("/events") + widget_site.of("/consent") == []
    tab.evaluate("gtag('consent', 'update', {ad_storage: 'granted'})")
    assert widget_site.of("/consent") == [], "advertising is none of our business"
    tab.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
    assert told(tab, widget_site)[0]["type"] == "page_view"
    tab.evaluate("gtag('consent', 'update', {analytics_storage: 'denied'})")
    tab.wait_for_function(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('/consent')).length == 2"
    )
    assert [asked.body["granted"] for asked in widget_site.of("/consent")] == [True, False]
    assert "newsletter" not in remembered(tab)


def test_google_consent_given_before_the_lines_ran_counts_too(tab: Page, widget_site: WidgetSite) -> None:
    head = "<script>dataLayer = []</script>" + GTAG % "granted" + consent_mode()
    tab.goto(widget_site.publish("home", head=head, script='data-consent="required"'))
    assert told(tab, widget_site)[0]["type"] == "page_view"


def test_withdrawn_consent_forgets_attribution(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home") + CAMPAIGN)
    told(tab, widget_site)
    tab.evaluate("foyer('consent', {analytics: false})")
    assert "newsletter" not in remembered(tab)
    assert remembered(tab, "localStorage") == "{}"
    launcher(tab).click()
    bubbles(tab, "assistant").wait_for()
    assert "touch" not in widget_site.of("/conversations")[0].body


def test_visitor_who_agreed_is_known_on_the_next_visit(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    tab.evaluate("foyer('consent', {analytics: true})")
    say(tab, "remember me")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    tab.context.new_page().close()
    tab.evaluate("sessionStorage.clear()")
    tab.goto("about:blank")
    later = tab.context.new_page()
    open_chat(later, widget_site.publish("pricing"))
    expect(bubbles(later, "visitor")).to_have_text("You: remember me")


def test_browser_without_storage_can_still_chat(tab: Page, widget_site: WidgetSite) -> None:
    tab.add_init_script("""for (const area of ['sessionStorage', 'localStorage'])
      Object.defineProperty(window, area, {get() { throw new DOMException('no', 'SecurityError') }})""")
    open_chat(tab, widget_site.publish("home"))
    say(tab, "hello")
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: hello")
    expect(field(tab)).to_be_focused()
