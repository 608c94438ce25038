"""The README's story in a real browser, on /try: a visitor types left, a rep works right."""

import re
from time import monotonic

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config.settings import ROOT
from tests.foyer import SOMEBODY, open_foyer
from tests.test_walk import A

pytest_plugins = ["tests.widget_browser"]
pytestmark = pytest.mark.browser

WHISPER = "Only visible to you"
ON_THE_DESK_S = 5  # two seconds on a free machine
CLAIMED, ACCEPTED = re.compile("Claimed by @?ann", re.IGNORECASE), re.compile("Accepted by @?ann", re.IGNORECASE)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def foyer(tmp_path_factory):
    with open_foyer(tmp_path_factory.mktemp("browser")) as house:
        yield house


@pytest.fixture
def page(chromium, foyer):
    """/try with nobody there yet; whatever the console complains of is an error."""
    foyer.standin.reset()
    with chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US") as context:
        context.set_default_timeout(15_000)
        page = context.new_page()
        trouble = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.append(line.text) if line.type in ("error", "warning") else None)
        page.on("response", lambda answer: trouble.append(answer.url) if answer.status >= 500 else None)
        page.goto(foyer.url + "/try")
        yield page
        assert trouble == []


# --- the left half


def site(page):
    return page.frame_locator("#site")


def open_chat(page):
    site(page).locator("foyer-chat section > button").click()
    bubbles(page, "assistant").first.wait_for()


def bubbles(page, author):
    return site(page).locator(f".bubble.{author}")


def write(page, text):
    """Types it key by key as a visitor does, and waits for the answer; when it came."""
    field = site(page).get_by_label("Your message")
    field.press_sequentially(text)
    with page.expect_response(lambda answer: answer.url.endswith("/messages") and answer.request.method == "POST"):
        field.press("Enter")
    answered = monotonic()
    expect(bubbles(page, "visitor").last).to_contain_text(text)
    return answered


# --- the right half


def cards(page):
    """Alerts as the channel shows them; what is whispered to one person has a heading too."""
    messages = page.get_by_role("log", name="Messages").get_by_role("article")
    return messages.filter(has=page.get_by_role("heading"), has_not_text=WHISPER)


def card(page, name):
    return cards(page).filter(has=page.get_by_role("heading", name=name))


def press(page, name, button):
    card(page, name).get_by_role("button", name=re.compile(f"^{button}")).click()


def command(page, line):
    field = page.get_by_label("Type /lead help, or a message")
    field.fill(line)
    field.press("Enter")


def whispers(page):
    return page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=WHISPER)


# --- the story


def test_visitor_types_transcript_a_and_a_rep_claims_and_accepts_the_lead(page, foyer):
    open_chat(page)
    for line in A:
        answered = write(page, line)
    expect(card(page, "Ana Silva")).to_be_visible(timeout=ON_THE_DESK_S * 1000)
    print(f"\nalert on the desk {monotonic() - answered:.2f} s after the visitor's answer")
    expect(cards(page)).to_have_count(1)
    expect(bubbles(page, "assistant").last).to_contain_text("Thursday or Friday")

    press(page, "Ana Silva", "Claim")
    expect(card(page, "Ana Silva")).to_contain_text(CLAIMED)
    press(page, "Ana Silva", "Accept")
    expect(card(page, "Ana Silva")).to_contain_text(ACCEPTED)
    card(page, "Ana Silva").get_by_role("button", name=re.compile(r"\d+ repl")).click()
    thread = page.get_by_role("log", name="Thread")
    expect(thread).to_contain_text("show me")
    expect(thread).to_contain_text(CLAIMED)
    expect(cards(page).filter(has_text="Ana Silva")).to_have_count(1)

    page.reload()
    expect(bubbles(page, "visitor")).to_have_count(len(A), timeout=30_000)
    expect(card(page, "Ana Silva")).to_contain_text(ACCEPTED)


def test_chat_opens_again_in_a_page_whose_styles_come_late(page, foyer):
    open_chat(page)
    write(page, "hello there")
    held = []
    page.route("**/try.css", lambda route: held.append(route))  # until then the site's frame has no size
    page.reload(wait_until="commit")
    site(page).locator("foyer-chat section dialog").wait_for(state="attached")  # the chat itself is there
    held.pop().continue_()
    expect(bubbles(page, "visitor")).to_have_count(1)


def test_rep_returns_a_lead_with_a_reason_in_the_form(page, foyer):
    foyer.visitor().say("I'm Mia Wolf, head of marketing at Kessel AG, 90 people. A demo please: mia@kessel.example")
    press(page, "Mia Wolf", "Claim")
    press(page, "Mia Wolf", "Return")
    form = page.get_by_role("dialog", name="Return")
    form.get_by_role("button", name="Return").click()
    expect(form.get_by_text("Please complete this required field.")).to_be_visible()
    form.get_by_label("Reason", exact=True).select_option("no_budget")
    form.get_by_label("In a few words").fill("not this year")
    form.get_by_role("button", name="Return").click()
    expect(form).to_have_count(0)
    expect(card(page, "Mia Wolf")).to_contain_text("Returned")
    expect(card(page, "Mia Wolf").get_by_role("button", name="Claim")).to_have_count(0)


def test_rep_asks_by_command_and_only_they_see_the_answer(page, foyer):
    ref = foyer.new_lead()
    expect(card(page, "Tom Becker")).to_be_visible()
    for number, (line, expected) in enumerate(
        (
            (f"/lead status {ref}", "Tom Becker"),
            ("/lead find vollmer", "Vollmer"),
            ("/lead list unclaimed", ref),
            ("/lead help", "/lead status"),
            ("/lead staus last", "status"),
        )
    ):
        command(page, line)
        expect(whispers(page)).to_have_count(number + 1)
        expect(whispers(page).last).to_contain_text(expected)
    page.get_by_label("You are").select_option("ben")
    expect(card(page, "Tom Becker")).to_be_visible()
    expect(whispers(page)).to_have_count(0)


@pytest.mark.parametrize(("button", "name", "lines"), [("A", "Ana Silva", len(A)), ("B", "Tom Becker", 1)])
def test_sample_visitor_plays_by_one_click_and_starting_over_clears_both_sides(page, foyer, button, name, lines):
    page.get_by_role("button", name=f"Play visitor {button}").click()
    expect(card(page, name)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Done. The lead is on the desk")).to_be_visible(timeout=30_000)
    expect(bubbles(page, "visitor")).to_have_count(lines)
    expect(cards(page)).to_have_count(1)
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_text("Started over.")).to_be_visible()
    expect(cards(page)).to_have_count(0)
    open_chat(page)
    expect(bubbles(page, "visitor")).to_have_count(0)
    assert write(page, "do you integrate with HubSpot?")
    expect(bubbles(page, "assistant").last).to_contain_text("use it for")


def test_why_shows_rules_words_and_lines_of_the_file_that_sum_to_the_score(page, foyer):
    page.get_by_role("button", name="Why?").click()
    drawer = page.get_by_role("dialog", name="Why this score?")
    expect(drawer).to_contain_text("Nobody has said anything yet")
    drawer.get_by_role("button", name="Close").click()
    open_chat(page)
    write(page, SOMEBODY.format("why"))
    page.get_by_role("button", name="Why?").click()
    expect(drawer.locator("tr")).not_to_have_count(0)
    score = int(re.search(r"(\d+) points, \d+ needed", drawer.inner_text())[1])
    rows = [row for row in drawer.locator("tr").all() if row.locator("td").count()]
    assert sum(int(row.locator("td.points").inner_text()) for row in rows) == score > 0
    criteria = (ROOT / "config" / "criteria.yaml").read_text().splitlines()
    for row in rows:
        place, source = row.locator("code").all_text_contents()
        assert criteria[int(place.rpartition(":")[2]) - 1].strip() == source
        assert row.locator("q").inner_text().strip('“”"') in SOMEBODY.format("why")


def test_checklist_leads_to_ones_own_slack_and_site(page, foyer):
    page.get_by_role("button", name="Connect yours").click()
    steps = page.get_by_role("dialog", name="Connect your Slack and your site")
    assert foyer.web
    for words in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_ALERT_CHANNEL", "SLACK=real make run"):
        expect(steps).to_contain_text(words)
    expect(steps).to_contain_text(
        f'<script async src="{foyer.web.house.settings.public_url}/w.js" data-site="default">'
    )
    manifest = page.request.get(foyer.url + steps.get_by_role("link", name="slack-manifest.yaml").get_attribute("href"))
    assert manifest.ok
    assert "/slack/events" in manifest.text()
    page.keyboard.press("Escape")
    expect(steps).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility_checker_minds_nothing_on_the_page(chromium, foyer, scheme):
    foyer.standin.reset()
    look = {"viewport": {"width": 1400, "height": 900}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with chromium.new_context(**look, locale="en-US", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(foyer.url + "/try")
        site(page).locator("foyer-chat section > button").wait_for()
        page.get_by_label("Type /lead help, or a message").wait_for()
        assert violations(page.frames[1]) == []
        assert violations(page) == []
        open_chat(page)
        write(page, SOMEBODY.format(scheme))
        expect(card(page, "Tom Becker")).to_be_visible()
        command(page, "/lead list")
        whispers(page).first.wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Why?").click()
        page.get_by_role("dialog", name="Why this score?").locator("table").wait_for()
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Connect yours").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        press(page, "Tom Becker", "Return")
        page.get_by_role("dialog", name="Return").wait_for()
        assert violations(page) == []


def violations(place):
    """In a frame and, once the checker has been in them, in the frames within."""
    result = Axe().run(place, options=RULES).response
    assert result["passes"]
    return [f"{rule['id']}: {node['target']} {node['html']}" for rule in result["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("width", [390, 820])
def test_page_fits_narrow_screens(chromium, foyer, width):
    foyer.standin.reset()
    with chromium.new_context(viewport={"width": width, "height": 844}, locale="en-US") as context:
        page = context.new_page()
        page.goto(foyer.url + "/try")
        page.get_by_label("Type /lead help, or a message").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
