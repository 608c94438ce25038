"""The desk shows what the bot sent, to whom it was meant, and sends back what a person does."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient
from werkzeug.serving import BaseWSGIServer, make_server

from tests.test_standin_blocks import asking, button, mrkdwn, plain, section, typed
from tests.test_standin_person import RepsApp
from tryout.desk.views import desk_blueprint
from tryout.standin import ANN, ARCHIVED, GENERAL, LEADS, Standin
from tryout.standin.listener import Answer

pytest_plugins = ["tests.widget_browser"]

Json = dict[str, Any]
HOSTILE = "<img src=x onerror=alert(1)> <!channel> *not bold*"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/try/desk/desk.css"></head><body><main><h1>Desk</h1><div id="desk"></div></main>
<script type="module" src="/try/desk/desk.js"></script></body></html>"""


def said(words: str) -> Json:
    pieces = [{"type": "text", "text": words}]
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": pieces}]}


def card(*buttons: Json) -> list[Json]:
    options = [{"text": plain("Snooze"), "value": "snooze:L-1"}, {"text": plain("Add a note"), "value": "note:L-1"}]
    menu = {"type": "overflow", "action_id": "lead_more", "options": options}
    return [
        {"type": "header", "text": plain("MQL 82: Dana at Acme")},
        section(text=mrkdwn("*Offered* to _all_ `L-1` <https://example.com|page>"), accessory=menu),
        said(HOSTILE),
        {"type": "actions", "elements": list(buttons) or [button(0, action_id="lead_claim")]},
    ]


def returning() -> Json:
    reason = {"type": "static_select", "action_id": "reason", "options": [{"text": plain("No budget"), "value": "nb"}]}
    blocks = [
        asking(reason, block_id="why", label=plain("Reason")),
        asking(typed(multiline=True), block_id="words", label=plain("In your words"), optional=True),
    ]
    return {"type": "modal", "title": plain("Return L-1"), "submit": plain("Send back"), "blocks": blocks}


@pytest.fixture
def app() -> Iterator[RepsApp]:
    app = RepsApp()
    app.listener.start()
    yield app
    app.listener.stop()


@pytest.fixture
def desk(app: RepsApp) -> Iterator[Standin]:
    with Standin(f"{app.listener.origin}/slack/events") as standin:
        yield standin


@pytest.fixture
def slack(desk: Standin) -> WebClient:
    return WebClient(token=desk.app.bot_token, base_url=desk.api_url, retry_handlers=[])


@pytest.fixture
def site(desk: Standin) -> Flask:
    site = Flask(__name__)
    site.register_blueprint(desk_blueprint(desk))
    site.add_url_rule("/", "page", lambda: PAGE)
    site.after_request(strict)
    return site


def strict(answer: Any) -> Any:
    answer.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:"
    return answer


def opened(slack: WebClient, desk: Standin) -> None:
    slack.views_open(trigger_id=desk.workspace.issue_trigger(ANN), view=returning())


# --- the addresses


def test_each_person_sees_their_own_whispers_only(site: Flask, slack: WebClient) -> None:
    slack.chat_postEphemeral(channel=LEADS, user=ANN, text="only Ann")
    mine = site.test_client().get("/try/desk/state?user=ann&since=-1").json
    theirs = site.test_client().get("/try/desk/state?user=ben&since=-1").json
    assert mine
    assert theirs
    assert [one["text"] for one in mine["channels"][0]["messages"]] == ["only Ann"]
    assert theirs["channels"][0]["messages"] == []
    assert site.test_client().get("/try/desk/state?user=nobody").status_code == 404


def test_desk_shows_the_alert_channel_and_those_where_something_was_said(
    site: Flask, slack: WebClient, desk: Standin
) -> None:
    def names() -> list[str]:
        state = site.test_client().get("/try/desk/state?user=ann").json
        assert state
        return [one["name"] for one in state["channels"]]

    assert names() == ["leads"]
    slack.chat_postMessage(channel=ANN, text="psst")
    desk.workspace.post(GENERAL, {"user": ANN, "text": "lunch?"})
    assert names() == ["leads", "general", "Foyer"]
    assert ARCHIVED not in names()


def test_waiting_page_hears_of_a_change_at_once(site: Flask, slack: WebClient, desk: Standin) -> None:
    answers: list[Any] = []
    address = f"/try/desk/state?user=ann&since={desk.workspace.version}&wait=15"
    waiting = Thread(target=lambda: answers.append(site.test_client().get(address).json))
    waiting.start()
    slack.chat_postMessage(channel=LEADS, text="news")
    waiting.join(10)
    assert [one["text"] for one in answers[0]["channels"][0]["messages"]] == ["news"]


def test_impossible_press_says_what_is_there(site: Flask, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card())["ts"]
    press = {"user": "ann", "message_ts": ts, "block_id": "x", "action_id": "lead_fly"}
    answer = site.test_client().post("/try/desk/press", json=press)
    assert answer.status_code == 409
    assert "lead_claim" in (answer.json or {})["problem"]
    assert site.test_client().post("/try/desk/press", data="x").status_code == 415


# --- the page in a browser


@pytest.fixture
def served(site: Flask, desk: Standin) -> Iterator[str]:
    server: BaseWSGIServer = make_server("127.0.0.1", 0, site, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join(5)


@pytest.fixture
def page(chromium: Browser, served: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    context.set_default_timeout(8000)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
    page.goto(served)
    yield page
    context.close()
    assert trouble == []


@pytest.mark.browser
def test_alert_appears_as_sent_and_visitor_words_stay_words(page: Page, slack: WebClient) -> None:
    slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card())
    expect(page.get_by_role("heading", name="MQL 82: Dana at Acme")).to_be_visible()
    expect(page.locator("strong", has_text="Offered")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.locator("#desk img").count() == 0
    assert page.get_by_role("link", name="page").get_attribute("href") == "https://example.com"


@pytest.mark.browser
def test_button_and_menu_reach_the_app_by_keyboard(page: Page, slack: WebClient, app: RepsApp) -> None:
    slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card())
    with page.expect_response("**/press"):
        page.get_by_role("button", name="Claim").press("Enter")
    assert app.payload["actions"][0]["action_id"] == "lead_claim"
    page.get_by_role("button", name="More actions").press("Enter")
    expect(page.get_by_role("menuitem", name="Snooze")).to_be_focused()
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/press"):
        page.keyboard.press("Enter")
    assert app.payload["actions"][0]["selected_option"]["value"] == "note:L-1"
    assert app.payload["user"]["id"] == ANN


@pytest.mark.browser
def test_confirmation_is_asked_before_the_press(page: Page, slack: WebClient, app: RepsApp) -> None:
    ask = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("Keep it")}
    slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card(button(0, action_id="go", confirm=ask)))
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Keep it").click()
    assert app.requests == []
    page.get_by_role("button", name="Claim").click()
    with page.expect_response("**/press"):
        page.get_by_role("button", name="Yes").click()
    assert app.payload["actions"][0]["action_id"] == "go"


@pytest.mark.browser
def test_modal_complains_keeps_what_was_typed_and_closes(
    page: Page, slack: WebClient, desk: Standin, app: RepsApp
) -> None:
    opened(slack, desk)
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("Please complete this required field.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.get_by_label("Reason").select_option("nb")
    page.get_by_label("In your words").fill("too small")
    app.acks({"response_action": "errors", "errors": {"words": "Say more."}})
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("Say more.")).to_be_visible()
    expect(page.get_by_label("In your words")).to_have_value("too small")
    app.acks({})
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert app.payload["view"]["state"]["values"]["words"]["text"]["value"] == "too small"


@pytest.mark.browser
def test_commands_whispers_threads_and_persons(page: Page, slack: WebClient, app: RepsApp) -> None:
    ts = slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card())["ts"]
    slack.chat_postMessage(channel=LEADS, text="the story", thread_ts=ts)
    app.reply = lambda request: Answer(200, b"for your *eyes*", "text/plain")
    page.get_by_label("Type /lead help, or a message").fill("/lead status L-1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Only visible to you")).to_be_visible()
    page.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("log", name="Thread").get_by_text("the story")).to_be_visible()
    page.get_by_label("You are").select_option("ben")
    expect(page.get_by_text("Only visible to you")).to_have_count(0)
    expect(page.get_by_role("button", name="Claim")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_desk_and_modal_have_nothing_an_accessibility_checker_minds(
    chromium: Browser,
    served: str,
    slack: WebClient,
    desk: Standin,
    scheme: Any,
) -> None:
    slack.chat_postMessage(channel=LEADS, text="MQL", blocks=card())
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(served)
    page.get_by_role("button", name="Claim").wait_for()
    assert Axe().run(page).response["violations"] == []
    opened(slack, desk)
    page.get_by_role("button", name="Send back").click()
    page.get_by_text("Please complete this required field.").wait_for()
    assert Axe().run(page).response["violations"] == []
    context.close()
