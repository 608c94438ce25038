"""The criteria panel of /try: the file is edited, mistakes have lines, and the open conversation's verdict changes."""

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from config.settings import ROOT
from qualification.criteria import load_criteria
from tests.foyer import open_foyer, until
from tests.test_walk_browser import open_chat, violations, write

pytest_plugins = ["tests.widget_browser"]
SHIPPED = (ROOT / "config" / "criteria.yaml").read_text("utf-8")
LINES = ("we lose leads between marketing and our 6 reps", "ana.silva@northwind.io", "about 120, mostly Lisbon")


@pytest.fixture
def criteria(tmp_path):
    """A criteria file of one's own: the shipped one is left alone."""
    file = tmp_path / "criteria.yaml"
    file.write_text(SHIPPED, "utf-8")
    return file


@pytest.fixture
def foyer(tmp_path, criteria):
    with open_foyer(tmp_path, criteria_file=criteria) as house:
        yield house


def chatting(foyer):
    visitor = foyer.visitor()
    for line in LINES:
        visitor.say(line)
    return visitor.conversation_id


def post(foyer, what, text, conversation="", **more):
    body = {"text": text, "conversation": conversation}
    return requests.post(f"{foyer.url}/try/criteria/{what}", json=body, timeout=20, **more)


# --- what the panel asks for


def test_a_lower_bar_makes_the_open_conversation_an_mql_and_keeps_the_number_right(foyer, criteria):
    conversation = chatting(foyer)
    assert foyer.conversation(conversation)["assessment"]["verdict"] == "open"
    answer = post(foyer, "save", SHIPPED.replace("floor: 50", "floor: 20"), conversation).json()
    assert (answer["saved"], answer["version"]) == (True, 2)
    assert (answer["before"]["assessment"]["verdict"], answer["why"]["assessment"]["verdict"]) == ("open", "mql")
    assert "judges at once, because this is not production" in answer["banner"]
    written = load_criteria(criteria.read_text("utf-8"))
    assert (written.version, written.floor) == (2, 20)
    judged = foyer.conversation(conversation)
    assert (judged["assessment"]["criteria_version"], judged["stage"]) == (2, "mql")
    assert foyer.alert(judged["lead_ref"])
    again = post(foyer, "save", answer["text"].replace("floor: 20", "floor: 90"), conversation).json()
    assert (again["version"], again["why"]["assessment"]["criteria_version"]) == (3, 2), (
        "sales has it: it keeps its own"
    )
    assert again["would_be"]["verdict"] == "open"


def test_mistakes_are_told_with_line_and_nearest_name_and_nothing_is_written(foyer, criteria):
    broken = SHIPPED.replace("when: {company_size: {gte: 10}}", "when: {company_sise: {gte: 10}}")
    line = broken.split("company_sise")[0].count("\n") + 1
    for what in ("check", "save"):
        answer = post(foyer, what, broken)
        assert answer.status_code == (200 if what == "check" else 422)
        [problem] = answer.json()["problems"]
        assert (problem["line"], problem["what"], problem["fix"]) == (
            line,
            "company_sise: no such field",
            "did you mean company_size?",
        )
    assert criteria.read_text("utf-8") == SHIPPED


def test_what_is_odd_is_told_and_saved_all_the_same(foyer):
    answer = post(foyer, "save", SHIPPED.replace("review_by: 2027-02-20", "review_by: 2020-02-20")).json()
    assert answer["saved"]
    assert [(one["level"], one["what"]) for one in answer["problems"]] == [
        ("warning", "the review was due on 2020-02-20")
    ]


def test_whoever_looks_after_the_house_sees_that_nobody_agreed(foyer):
    assert requests.get(f"{foyer.url}/readyz", timeout=20).json()["checks"]["criteria"] == {
        "ok": True,
        "needed": False,
        "detail": "version 1 judges",
    }
    assert "judges at once" not in requests.get(f"{foyer.url}/try", timeout=20).text
    post(foyer, "save", SHIPPED.replace("floor: 50", "floor: 20"))
    assert "Version 2 judges at once" in requests.get(f"{foyer.url}/try", timeout=20).text


def test_a_file_broken_by_an_editor_shows_in_readyz_and_visitors_are_served(foyer, criteria):
    criteria.write_text(SHIPPED.replace("floor: 50", "flour: 50"), "utf-8")

    def shown():
        answer = requests.get(f"{foyer.url}/readyz", timeout=20)
        assert answer.status_code == 200
        return "did you mean floor?" in answer.json()["checks"]["criteria"]["detail"]

    until(shown)
    assert chatting(foyer)


def test_while_one_types_the_verdict_is_tried_and_nothing_is_kept(foyer, criteria):
    conversation = chatting(foyer)
    tried = post(foyer, "check", SHIPPED.replace("floor: 50", "floor: 20"), conversation).json()
    assert (tried["problems"][0]["level"], tried["would_be"]["verdict"]) == ("error", "mql")
    assert foyer.conversation(conversation)["assessment"]["verdict"] == "open"
    assert criteria.read_text("utf-8") == SHIPPED


def test_a_file_changed_by_an_editor_is_what_the_panel_shows(foyer, criteria):
    criteria.write_text("# by hand\n" + SHIPPED, "utf-8")
    assert requests.get(f"{foyer.url}/try/criteria", timeout=20).json()["text"].startswith("# by hand")
    criteria.unlink()
    assert "version: 1" in requests.get(f"{foyer.url}/try/criteria", timeout=20).json()["text"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_pages_of_other_sites_cannot_write_the_file(foyer, criteria, kind):
    """Without asking first, browsers let them send such bodies only."""
    body = '{"text": "version: 9", "conversation": ""}'
    answer = requests.post(f"{foyer.url}/try/criteria/save", data=body, headers={"Content-Type": kind}, timeout=20)
    assert answer.status_code == 415
    preflight = requests.options(
        f"{foyer.url}/try/criteria/save",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
        timeout=20,
    )
    assert "Access-Control-Allow-Origin" not in preflight.headers
    assert criteria.read_text("utf-8") == SHIPPED


def test_a_file_that_cannot_be_written_is_told(foyer, criteria):
    criteria.unlink()
    criteria.mkdir()
    answer = post(foyer, "save", SHIPPED.replace("floor: 50", "floor: 20"))
    assert answer.status_code == 422
    assert "cannot be written" in answer.json()["problems"][0]["what"]


# --- the panel itself, in a real browser


@pytest.fixture
def page(chromium, foyer):
    with chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US") as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        trouble = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(foyer.url + "/try")
        yield page
        assert trouble == []


def panel(page):
    return page.get_by_role("dialog", name="What counts")


def editor(page):
    return page.get_by_label("The agreed criteria, in YAML")


@pytest.mark.browser
def test_one_edits_the_file_by_keyboard_and_sees_the_verdict_change(page, foyer):
    open_chat(page)
    for line in LINES:
        write(page, line)
    page.get_by_role("button", name="Criteria").press("Enter")
    expect(editor(page)).to_be_focused()
    expect(panel(page)).to_contain_text("Version 1 judges.")
    expect(panel(page).locator("#criteria-verdict")).to_contain_text("of 50: open")

    editor(page).fill(SHIPPED.replace("{company_size: {gte: 10}}", "{company_sise: {gte: 10}}"))
    problem = panel(page).get_by_role("list", name="What is wrong or odd in the file").get_by_role("listitem")
    expect(problem).to_contain_text("company_sise: no such field; did you mean company_size?")
    expect(editor(page)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Control+s")
    expect(panel(page).get_by_role("status")).to_contain_text("Not saved: 1 mistake; the first is on line")
    expect(problem.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    chosen = editor(page).evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert "company_sise" in chosen

    editor(page).fill(
        SHIPPED.replace("floor: 50", "floor: 20").replace("points: 5, why: Writes", "points: 9, why: Writes")
    )
    expect(panel(page)).to_contain_text("If you save this:")
    panel(page).get_by_role("button", name="Save").click()
    said = re.compile(r"Saved as version 2; \d+ of 50 points, open before, \d+ of 20 points, mql now")
    expect(panel(page).get_by_role("status")).to_contain_text(said)
    expect(panel(page).locator(".verdict s")).to_contain_text("of 50: open")
    expect(panel(page).locator(".verdict b")).to_contain_text("of 20: mql")
    mail = panel(page).get_by_role("row").filter(has_text="Writes from work")
    expect(mail.locator("s")).to_have_text("+5")
    expect(mail).to_contain_text("+9")
    expect(editor(page)).to_have_value(re.compile("version: 2 "))
    expect(panel(page)).to_contain_text("judges at once, because this is not production")

    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(page.locator("#at-once")).to_contain_text("Version 2 judges at once, because this is not production")
    page.get_by_role("button", name="Why?").click()
    expect(page.get_by_role("dialog", name="Why this score?")).to_contain_text("20 needed")


@pytest.mark.browser
def test_what_was_not_saved_is_still_there_and_can_be_undone(page, foyer):
    page.get_by_role("button", name="Criteria").click()
    expect(panel(page)).to_contain_text("Nobody has said anything yet")
    editor(page).fill(SHIPPED + "# a thought\n")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Criteria").click()
    expect(editor(page)).to_have_value(re.compile("# a thought"))
    expect(panel(page).get_by_role("status")).to_contain_text("not saved is still here")
    panel(page).get_by_role("button", name="Undo changes").click()
    expect(editor(page)).to_have_value(SHIPPED)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_the_panel_is_for_everybody_on_every_screen(chromium, foyer, scheme, size):
    look = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with chromium.new_context(**look, locale="en-US", bypass_csp=True) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(foyer.url + "/try")
        open_chat(page)
        write(page, LINES[1])
        page.get_by_role("button", name="Criteria").click()
        expect(panel(page).locator(".verdict")).to_be_visible()
        assert violations(page) == []
        editor(page).fill(SHIPPED.replace("floor: 50", "flour: 50"))
        expect(panel(page).get_by_role("listitem").last).to_contain_text("did you mean floor?")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        box = panel(page).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    assert Path(ROOT / "config" / "criteria.yaml").read_text("utf-8") == SHIPPED
