"""The widget's conversation in a real browser: what a visitor says arrives once, whatever fails."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.widget_moves import bubbles, field, launcher, open_chat, remembered, say, window
from tests.widget_site import WidgetSite

pytest_plugins = ["tests.widget_browser"]
pytestmark = pytest.mark.browser


def test_visitor_is_greeted_by_an_assistant_and_answered(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home", script='data-label="Northwind"'))
    expect(window(tab).locator("header")).to_contain_text("Northwind")
    expect(window(tab).locator("header")).to_contain_text("Assistant")
    expect(bubbles(tab, "assistant")).to_contain_text("What brings you in?")
    say(tab, "do you integrate with HubSpot?")
    expect(bubbles(tab, "visitor")).to_have_text("You: do you integrate with HubSpot?")
    expect(bubbles(tab, "assistant").last).to_have_text("Assistant: You said: do you integrate with HubSpot?")
    asked = widget_site.of("/api/v1/conversations")[0].body
    assert asked["site"] == "default"
    assert asked["page"] == {"url": f"{widget_site.origin}/home", "title": "Northwind"}


def test_lines_typed_in_quick_succession_are_one_message(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    for line in ("hi", "we need", "a demo"):
        say(tab, line)
    expect(bubbles(tab, "visitor")).to_have_count(3)
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: hi")
    assert widget_site.texts() == ["hi\nwe need\na demo"]
    expect(bubbles(tab, "visitor")).to_have_count(3)


def test_lines_with_a_pause_between_are_two_messages(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    for line in ("hi", "a demo please"):
        say(tab, line)
        expect(bubbles(tab, "assistant").last).to_contain_text(f"You said: {line}")
    assert widget_site.texts() == ["hi", "a demo please"]


def test_typing_is_shown_until_the_answer_is_there(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    status = tab.locator("foyer-chat .status")
    with widget_site.held():
        say(tab, "hello")
        expect(status).to_contain_text("Assistant is typing")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    expect(status).to_be_empty()


def test_quick_reply_is_sent_by_a_click_and_free_text_stays_possible(tab: Page, widget_site: WidgetSite) -> None:
    widget_site.reply = lambda text: [{"text": "How many are you?", "quick_replies": ["1-20", "21-100"]}]
    open_chat(tab, widget_site.publish("home"))
    say(tab, "hello")
    group = tab.get_by_role("group", name="Suggested replies")
    group.get_by_role("button", name="21-100").click()
    expect(bubbles(tab, "assistant")).to_have_count(3)
    expect(field(tab)).to_be_focused()
    say(tab, "make that 120")
    expect(bubbles(tab, "assistant")).to_have_count(4)
    assert widget_site.texts() == ["hello", "21-100", "make that 120"]


def test_conversation_goes_on_after_reload_and_on_the_next_page(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "we lose leads")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    for address in (tab.url, widget_site.publish("pricing")):
        tab.goto(address)
        expect(window(tab)).to_be_visible()
        expect(bubbles(tab, "assistant")).to_have_count(2)
        expect(bubbles(tab, "visitor")).to_have_text("You: we lose leads")
    say(tab, "still here")
    expect(bubbles(tab, "assistant").last).to_contain_text("still here")
    assert len(widget_site.conversations) == 1


def test_closed_window_stays_closed_on_the_next_page_but_keeps_the_conversation(
    tab: Page, widget_site: WidgetSite
) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "one thing")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    tab.keyboard.press("Escape")
    tab.goto(widget_site.publish("pricing"))
    expect(window(tab)).to_be_hidden()
    launcher(tab).click()
    expect(bubbles(tab, "visitor")).to_have_text("You: one thing")


def test_line_typed_just_before_leaving_the_page_arrives_once(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "call me at noon")
    tab.reload()
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: call me at noon")
    expect(bubbles(tab, "visitor")).to_have_count(1)
    assert widget_site.texts() == ["call me at noon"]


def test_what_is_written_offline_is_kept_and_sent_once(
    visitor: BrowserContext, tab: Page, widget_site: WidgetSite
) -> None:
    open_chat(tab, widget_site.publish("home"))
    visitor.set_offline(True)
    say(tab, "from the tunnel")
    expect(tab.locator("foyer-chat .notice")).to_contain_text("kept")
    expect(bubbles(tab, "visitor")).to_have_count(1)
    visitor.set_offline(False)
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: from the tunnel")
    expect(tab.locator("foyer-chat .notice")).to_be_empty()
    assert widget_site.texts() == ["from the tunnel"]


def test_lost_answer_is_asked_for_again_under_the_same_id(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.answers_to_lose = 1
    say(tab, "are you there?")
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: are you there?")
    expect(tab.locator("foyer-chat .notice")).to_be_empty()
    sent = [a.body["client_message_id"] for a in widget_site.of("/messages") if a.method == "POST"]
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert widget_site.texts() == ["are you there?"]
    expect(bubbles(tab, "visitor")).to_have_count(1)


def test_widget_waits_as_long_as_the_server_says(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.faults = [(429, {"Retry-After": "2"})]
    say(tab, "slowly")
    expect(tab.locator("foyer-chat .notice")).to_contain_text("One moment")
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(bubbles(tab, "assistant").last).to_contain_text("slowly")
    first, second = (a.at for a in widget_site.of("/messages") if a.method == "POST")
    assert second - first >= 2


def test_refused_message_is_marked_and_the_next_one_goes_out(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.faults = [(413, {})]
    say(tab, "too much")
    expect(bubbles(tab, "visitor").first).to_contain_text("Not sent: Made to fail.")
    say(tab, "less")
    expect(bubbles(tab, "assistant").last).to_contain_text("less")
    assert widget_site.texts() == ["less"]


def test_unknown_token_starts_a_new_conversation_and_loses_nothing(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.forget()
    say(tab, "hello again")
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: hello again")
    assert widget_site.texts() == ["hello again"]
    assert len(widget_site.conversations) == 1


def test_rep_answers_live_by_name_and_sees_it_was_read(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "a person please")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    started = time.monotonic()
    widget_site.rep_says("Dana here, how can I help?")
    expect(bubbles(tab, "rep")).to_have_text("Dana: Dana here, how can I help?")
    assert time.monotonic() - started < 2
    expect(window(tab).locator("header")).to_contain_text("Dana")
    said = widget_site.conversations[0].messages[-1]["id"]
    tab.wait_for_function("performance.getEntriesByType('resource').some(e => e.name.endsWith('/seen'))")
    assert widget_site.of("/seen")[0].body == {"message_id": said}


def test_closed_widget_counts_what_was_not_read(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    tab.keyboard.press("Escape")
    widget_site.rep_says("Still there?")
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(launcher(tab)).to_have_attribute("data-unread", "1")
    expect(launcher(tab)).to_have_accessible_name("Chat (1)")
    assert widget_site.of("/seen") == []
    launcher(tab).click()
    expect(launcher(tab)).not_to_have_attribute("data-unread", re.compile(".*"))
    expect(bubbles(tab, "rep")).to_have_count(1)


def test_conversation_survives_a_server_restart(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    widget_site.stop()
    say(tab, "anybody?")
    expect(tab.locator("foyer-chat .notice")).to_contain_text("kept")
    widget_site.start()
    expect(bubbles(tab, "assistant").last).to_contain_text("You said: anybody?", timeout=15000)
    widget_site.rep_says("We are back")
    expect(bubbles(tab, "rep")).to_be_visible(timeout=15000)
    assert widget_site.texts() == ["anybody?"]


def test_two_tabs_are_one_conversation(visitor: BrowserContext, tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "from the first tab")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    other = visitor.new_page()
    open_chat(other, widget_site.publish("pricing"))
    expect(bubbles(other, "visitor")).to_have_text("You: from the first tab")
    say(other, "from the second")
    expect(bubbles(tab, "visitor")).to_have_count(2)
    expect(bubbles(other, "assistant")).to_have_count(3)
    assert len(widget_site.conversations) == 1


@pytest.mark.parametrize("moment", ["before the panel came", "after the panel came"])
def test_page_is_unharmed_when_the_server_is_down(tab: Page, widget_site: WidgetSite, moment: str) -> None:
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(widget_site.publish("home"))
    if moment.startswith("after"):
        launcher(tab).hover()
        tab.wait_for_selector("foyer-chat dialog", state="attached")
    else:
        launcher(tab).wait_for()
    widget_site.stop()
    launcher(tab).click()
    expect(tab.locator("foyer-chat :is(output, .notice):not(:empty)")).to_contain_text(
        re.compile("unavailable|can’t reach")
    )
    widget_site.start()
    if not window(tab).is_visible():
        launcher(tab).click()
    expect(bubbles(tab, "assistant")).to_be_visible(timeout=15000)
    assert errors == []


def test_markup_and_foreign_schemes_in_messages_stay_text(tab: Page, widget_site: WidgetSite) -> None:
    evil = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) "
        "see https://example.com/a_(b), or (mailto:a@b.co)."
    )
    widget_site.reply = lambda text: [{"text": text, "cta": {"label": "Go", "url": "javascript:alert(4)"}}]
    tab.on("dialog", lambda dialog: pytest.fail(f"script ran: {dialog.message}"))
    open_chat(tab, widget_site.publish("home"))
    say(tab, evil)
    answer = bubbles(tab, "assistant").last
    expect(answer).to_have_text(f"Assistant: {evil}")
    links = answer.get_by_role("link")
    assert [link.get_attribute("href") for link in links.all()] == ["https://example.com/a_(b)", "mailto:a@b.co"]
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener"}


def test_reset_forgets_the_visitor(tab: Page, widget_site: WidgetSite) -> None:
    open_chat(tab, widget_site.publish("home"))
    say(tab, "I was here")
    expect(bubbles(tab, "assistant")).to_have_count(2)
    tab.evaluate("foyer('reset')")
    expect(window(tab)).to_be_hidden()
    assert "token" not in remembered(tab)
    launcher(tab).click()
    expect(bubbles(tab, "visitor")).to_have_count(0)
    expect(bubbles(tab, "assistant")).to_have_count(1)
    assert len(widget_site.conversations) == 2
