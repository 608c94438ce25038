"""The widget on the page: reachable by everybody, safe from the page's rules, harmless to the page."""

import base64

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.widget_moves import DESKTOP, PHONE, bubbles, field, launcher, open_chat, say, window
from tests.widget_site import STRICT_CSP, WidgetSite

pytest_plugins = ["tests.widget_browser"]
pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PRIVACY = 'data-privacy="https://example.com/privacy"'
HOSTILE = """<style>
* { font-size: 80px !important; color: red !important; letter-spacing: 1em !important }
body > * { visibility: hidden !important; opacity: 0 !important; transform: scale(3) !important }
body > * { pointer-events: none !important; width: 10px !important; text-transform: uppercase !important }
button, dialog, div, textarea, section { display: none !important }
:root { --accent: red; --bg: red; --fg: red; --ink: red }
</style>"""
WATCH_PAGE = """
window.shift = 0;
window.before = new Set([...Object.getOwnPropertyNames(window), 'before']);
new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value))
  .observe({type: 'layout-shift', buffered: true});
"""
WATCH_LOG = """
const wait = () => {
  const root = document.querySelector('foyer-chat')?.shadowRoot;
  if (!root) return requestAnimationFrame(wait);
  const look = () => {
    const log = root.querySelector('.log');
    if (log?.children.length && !window.heard) window.heard = log.ariaLive || 'unset';
  };
  new MutationObserver(look).observe(root, {subtree: true, childList: true});
  look();
};
new MutationObserver((_, found) => document.querySelector('foyer-chat') && (found.disconnect(), wait()))
  .observe(document, {subtree: true, childList: true});
"""


def show_everything(tab: Page, site: WidgetSite) -> None:
    """Fills an open window with all it can hold at once: links, choices, a rep, a refusal."""
    cta = {"label": "Read the guide", "url": "https://example.com/guide"}
    answer = {"text": "See https://example.com/docs", "cta": cta, "quick_replies": ["Thursday", "Friday"]}
    site.reply = lambda text: [answer]
    site.faults = [(413, {})]
    say(tab, "one")
    expect(bubbles(tab, "visitor").first).to_contain_text("Not sent")
    site.rep_says("Dana here")
    expect(bubbles(tab, "rep")).to_be_visible()
    site.handling = "assistant"
    say(tab, "two")
    tab.get_by_role("group").get_by_role("button").last.wait_for()


def wait_in_vain(tab: Page, site: WidgetSite) -> None:
    site.faults = [(503, {"Retry-After": "60"})]
    say(tab, "hello")
    expect(tab.locator("foyer-chat .notice")).to_contain_text("kept")


def violations(tab: Page) -> list[str]:
    result = Axe().run(tab, options=RULES).response
    assert result["passes"]
    found = [(rule["id"], node) for rule in result["violations"] for node in rule["nodes"]]
    return [f"{rule}: {node['html']} {node['failureSummary']}" for rule, node in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_accessibility_checker_finds_nothing_closed_open_busy_or_offline(
    chromium: Browser, widget_site: WidgetSite, size: tuple[int, int], scheme: str
) -> None:
    look = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with chromium.new_context(**look) as context:  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(widget_site.publish("home", script=f'data-label="Northwind" {PRIVACY}'))
        launcher(tab).wait_for()
        assert violations(tab) == []
        launcher(tab).click()
        bubbles(tab, "assistant").wait_for()
        assert violations(tab) == []
        show_everything(tab, widget_site)
        assert violations(tab) == []
        wait_in_vain(tab, widget_site)
        assert violations(tab) == []


@pytest.mark.parametrize("accent", ["#ffd400", "#0b7a4b", "#8a8f98", "black", "hotpink"])
def test_any_accent_keeps_its_labels_readable(tab: Page, widget_site: WidgetSite, accent: str) -> None:
    open_chat(tab, widget_site.publish("home", script=f'data-accent="{accent}"'))
    show_everything(tab, widget_site)
    expect(tab.locator(".send")).not_to_have_css("background-color", "rgb(43, 89, 232)")
    assert violations(tab) == []
    tab.emulate_media(color_scheme="dark")
    assert violations(tab) == []


def test_keyboard_alone_is_enough(tab: Page, widget_site: WidgetSite) -> None:
    widget_site.reply = lambda text: [{"text": "Which day?", "quick_replies": ["Thursday", "Friday"]}]
    tab.goto(widget_site.publish("home"))
    launcher(tab).wait_for()
    tab.keyboard.press("Tab")
    expect(launcher(tab)).to_be_focused()
    expect(launcher(tab)).to_have_attribute("aria-expanded", "false")
    tab.keyboard.press("Enter")
    expect(field(tab)).to_be_focused()
    expect(launcher(tab)).to_have_attribute("aria-expanded", "true")
    tab.keyboard.type("a demo")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Friday").wait_for()
    tab.keyboard.press("Shift+Tab")
    expect(tab.get_by_role("button", name="Friday")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(bubbles(tab, "visitor").last).to_have_text("You: Friday")
    tab.keyboard.press("Escape")
    expect(window(tab)).to_be_hidden()
    expect(launcher(tab)).to_be_focused()


def test_screen_readers_hear_a_log_with_speakers(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    log = tab.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-relevant", "additions")
    say(tab, "hello")
    expect(log.get_by_text("You:", exact=True)).to_have_count(1)
    expect(log.get_by_text("Assistant:", exact=True)).to_have_count(2)
    expect(window(tab)).to_have_accessible_name("Chat")


def test_old_messages_are_not_read_out_again_after_a_reload(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "hello")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    tab.add_init_script(WATCH_LOG)
    tab.reload()
    expect(bubbles(tab, "assistant")).to_have_count(2)
    assert tab.evaluate("heard") == "off"
    expect(tab.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_every_target_is_big_enough_for_a_finger(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home", script=PRIVACY))
    show_everything(tab, widget_site)
    targets = tab.locator("foyer-chat").locator("button, textarea, a.cta, footer a")
    assert targets.count() == 8
    for target in targets.all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


def test_phone_gets_the_whole_screen_and_nothing_behind_it(phone: Page, widget_site: WidgetSite) -> None:
    phone.goto(widget_site.publish("home", body='<button id="buy">Plans</button>'))
    launcher(phone).tap()
    expect(window(phone)).to_be_visible()
    assert window(phone).bounding_box() == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    for _ in range(8):
        phone.keyboard.press("Tab")
        assert phone.evaluate("document.activeElement.id") != "buy"
    phone.get_by_role("button", name="Close chat").tap()
    expect(window(phone)).to_be_hidden()


def test_chat_never_opens_by_itself_on_a_phone(phone: Page, widget_site: WidgetSite) -> None:
    open_chat(phone, widget_site.publish("home"))
    phone.goto(widget_site.publish("pricing"))
    phone.wait_for_selector("foyer-chat dialog", state="attached")
    expect(window(phone)).to_be_hidden()


def test_turned_phone_keeps_the_chat_open(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    tab.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(window(tab)).to_have_css("width", f"{PHONE[0]}px")
    expect(field(tab)).to_be_focused()
    tab.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    expect(window(tab)).to_have_css("width", "388px")


def test_widget_works_under_the_strictest_policy(tab: Page, widget_site: WidgetSite) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    open_chat(tab, widget_site.publish("home", csp=STRICT_CSP, script='data-accent="#0b7a4b" data-locale="de"'))
    tab.get_by_label("Ihre Nachricht").fill("hallo")
    tab.keyboard.press("Enter")
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: hallo")
    expect(tab.locator(".send")).to_have_css("background-color", "rgb(11, 122, 75)")
    assert complaints == []


def test_hostile_page_styles_do_not_reach_in(tab: Page, widget_site: WidgetSite) -> None:
    tab.goto(widget_site.publish("home", head=HOSTILE))
    launcher(tab).click()
    expect(bubbles(tab, "assistant")).to_be_visible()
    expect(bubbles(tab, "assistant")).to_have_css("font-size", "16px")
    expect(bubbles(tab, "assistant")).to_have_css("letter-spacing", "normal")
    expect(window(tab)).to_have_css("width", "388px")
    say(tab, "hello")
    expect(bubbles(tab, "assistant").last).to_have_css("color", "rgb(27, 33, 48)")


def test_site_themes_the_widget_by_custom_properties(tab: Page, widget_site: WidgetSite) -> None:
    head = "<style>foyer-chat { --foyer-accent: #0b7a4b; --foyer-bg: #fffaf0; --foyer-fg: #332211 }</style>"
    open_chat(tab, widget_site.publish("home", head=head))
    expect(launcher(tab)).to_have_css("background-color", "rgb(11, 122, 75)")
    expect(window(tab)).to_have_css("background-color", "rgb(255, 250, 240)")
    expect(window(tab)).to_have_css("color", "rgb(51, 34, 17)")


def test_motion_contrast_and_paper_are_respected(chromium: Browser, widget_site: WidgetSite) -> None:
    with chromium.new_context(reduced_motion="reduce", forced_colors="active") as context:
        tab = context.new_page()
        open_chat(tab, widget_site.publish("home"))
        show_everything(tab, widget_site)
        expect(window(tab)).to_have_css("animation-name", "none")
        edges = tab.locator(".bubble").first.evaluate("e => getComputedStyle(e).borderTopColor")
        assert edges != tab.locator(".bubble").first.evaluate("e => getComputedStyle(e).backgroundColor")
        tab.emulate_media(media="print")
        expect(window(tab)).to_be_hidden()
        expect(launcher(tab)).to_be_hidden()


def test_page_keeps_its_cookies_names_frames_and_layout(
    visitor: BrowserContext, tab: Page, widget_site: WidgetSite
) -> None:
    tab.add_init_script(WATCH_PAGE)
    open_chat(tab, widget_site.publish("home"))
    say(tab, "hello")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    assert tab.evaluate("Object.getOwnPropertyNames(window).filter(n => !before.has(n))") == ["foyer"]
    assert visitor.cookies() == []
    assert len(tab.frames) == 1
    assert tab.evaluate("shift") == 0
    assert tab.evaluate("localStorage.length") == 0
    assert all(key.startswith("foyer.") for key in tab.evaluate("Object.keys(sessionStorage)"))


def test_widget_talks_in_the_visitors_language(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home", script='data-locale="pt_BR"'))
    expect(tab.get_by_label("Sua mensagem")).to_be_visible()
    expect(tab.locator("foyer-chat section")).to_have_attribute("lang", "pt")
    assert widget_site.of("/api/v1/conversations")[0].body["locale"] == "pt-BR"


def test_text_that_runs_right_to_left_is_set_that_way(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "مرحبا")
    expect(bubbles(tab, "visitor").locator("div")).to_have_css("direction", "rtl")


def test_loader_never_blocks_a_slow_machine(tab: Page, widget_site: WidgetSite) -> None:
    tab.context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    tab.add_init_script(
        "window.blocked = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "task => blocked += task.duration - 50)).observe({type: 'longtask', buffered: true})"
    )
    blocked = []
    for number in range(5):
        tab.goto(widget_site.publish(f"home{number}"))
        launcher(tab).wait_for()
        blocked.append(tab.evaluate("new Promise(done => setTimeout(() => done(blocked), 100))"))
    assert sorted(blocked)[2] == 0


def test_times_are_those_of_the_visitors_clock(chromium: Browser, widget_site: WidgetSite) -> None:
    with chromium.new_context(timezone_id="Asia/Kolkata", locale="de-DE") as context:
        tab = context.new_page()
        open_chat(tab, widget_site.publish("home"))
        expect(tab.locator(".meta time")).to_have_text("15:00")  # the message is of 09:30 UTC


@pytest.mark.parametrize(
    ("languages", "hears"),
    [
        ("fr-CA", "Votre message"),
        ("nl-NL,es-MX", "Tu mensaje"),
        ("nl-NL,en,de", "Your message"),
        ("ja", "Your message"),
    ],
)
def test_first_language_of_the_browser_that_is_spoken_is_spoken(
    tab: Page, widget_site: WidgetSite, languages: str, hears: str
) -> None:
    listed = languages.split(",")
    tab.add_init_script(f"Object.defineProperty(navigator, 'languages', {{get: () => {listed}}})")
    open_chat(tab, widget_site.publish("home"))
    expect(tab.get_by_label(hears)).to_be_visible()
    assert widget_site.of("/api/v1/conversations")[0].body["locale"] == listed[0]


def test_window_is_turned_round_for_who_reads_from_the_right(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home", script='data-locale="ar"'))
    say(tab, "مرحبا")
    expect(window(tab)).to_have_css("direction", "rtl")
    mine, frame = bubbles(tab, "visitor").bounding_box(), window(tab).bounding_box()
    assert mine
    assert frame
    assert mine["x"] - frame["x"] < 40
    assert violations(tab) == []


def test_rep_shows_their_picture_and_a_page_that_forbids_it_shows_none(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    face = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    tab.route("https://pictures.example/dana.gif", lambda route: route.fulfill(body=_pixel(face)))
    widget_site.rep_says("Dana here", picture="https://pictures.example/dana.gif")
    expect(bubbles(tab, "rep").locator("img")).to_have_attribute("alt", "")
    widget_site.rep_says("Still here", picture="javascript:alert(1)")
    expect(bubbles(tab, "rep").last.locator("img")).to_have_count(0)
    assert violations(tab) == []
    tab.unroute("https://pictures.example/dana.gif")
    tab.route("https://pictures.example/gone.gif", lambda route: route.abort())
    widget_site.rep_says("And gone", picture="https://pictures.example/gone.gif")
    expect(bubbles(tab, "rep").last).to_contain_text("And gone")
    expect(bubbles(tab, "rep").last.locator("img")).to_have_count(0)


def _pixel(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


def test_content_comes_as_a_card_that_says_what_it_is(tab: Page, widget_site: WidgetSite) -> None:
    cta = {"label": "The checklist", "url": "https://example.com/list", "about": "Nine questions on one page"}
    widget_site.reply = lambda text: [{"text": "Here it is.", "cta": cta}]
    open_chat(tab, widget_site.publish("home"))
    say(tab, "something to read?")
    card = tab.locator(".card")
    expect(card).to_contain_text("Nine questions on one page")
    expect(card.get_by_role("link")).to_have_attribute("href", "https://example.com/list")
    assert violations(tab) == []


TEASER = 'data-teaser="Questions about a plan?"'


def test_teaser_comes_once_a_session_and_opens_the_chat(tab: Page, widget_site: WidgetSite) -> None:
    tab.clock.install()
    tab.goto(widget_site.publish("pricing", script=TEASER))
    launcher(tab).wait_for()
    tab.clock.fast_forward(9000)
    line = tab.get_by_role("button", name="Questions about a plan?")
    expect(line).to_be_visible()
    expect(window(tab)).to_be_hidden()
    assert violations(tab) == []
    line.click()
    expect(window(tab)).to_be_visible()
    expect(line).to_have_count(0)
    tab.keyboard.press("Escape")
    tab.evaluate("foyer('reset')")
    tab.goto(widget_site.publish("home", script=TEASER))
    launcher(tab).wait_for()
    tab.clock.fast_forward(9000)
    launcher(tab).hover()
    expect(tab.locator("foyer-chat dialog")).to_be_attached()
    expect(line).to_have_count(0)


def test_teaser_is_put_away_by_keyboard_and_does_not_come_over_a_phone(
    tab: Page, phone: Page, widget_site: WidgetSite
) -> None:
    for page in (tab, phone):
        page.clock.install()
        page.goto(widget_site.publish("pricing", script=TEASER))
        launcher(page).wait_for()
        page.clock.fast_forward(9000)
        page.wait_for_selector("foyer-chat dialog", state="attached")
    tab.get_by_role("button", name="Dismiss").press("Enter")
    expect(tab.locator(".teaser")).to_have_count(0)
    expect(launcher(tab)).to_be_focused()
    expect(phone.locator(".teaser")).to_have_count(0)
    expect(window(phone)).to_be_hidden()


def test_conversation_that_ends_is_rated_once(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.news = {"closed": True}
    say(tab, "that was all, bye")
    asked = tab.get_by_role("group", name="How was this chat?")
    expect(asked).to_be_visible()
    assert violations(tab) == []
    asked.get_by_role("button", name="Good", exact=True).click()
    expect(asked).to_contain_text("Thank you.")
    expect(field(tab)).to_be_focused()
    tab.wait_for_function("performance.getEntriesByType('resource').some(e => e.name.endsWith('/rating'))")
    assert [asked.body for asked in widget_site.of("/rating")] == [{"rating": "good"}]
    say(tab, "bye again")
    expect(bubbles(tab, "assistant")).to_have_count(3)
    expect(tab.get_by_role("button", name="Not good")).to_have_count(0)
