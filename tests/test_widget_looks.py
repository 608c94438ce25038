"""The widget on the page: reachable by everybody, safe from the page's rules, harmless to the page."""

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
addEventListener('DOMContentLoaded', () => new MutationObserver((_, waiting) => {
  const root = document.querySelector('foyer-chat')?.shadowRoot;
  if (!root) return;
  waiting.disconnect();
  new MutationObserver(() => {
    const log = root.querySelector('.log');
    if (log?.children.length && !window.heard) window.heard = log.ariaLive || 'unset';
  }).observe(root, {subtree: true, childList: true});
}).observe(document, {subtree: true, childList: true}));
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
