"""The chat as a page of its own: in frames of the site's origins, without a script of ours on the page around it."""

import pytest
import requests
from playwright.sync_api import Page, expect

from qualification.assembly import DEFAULT_SITE
from tests.edge import OTHER_SITE, made_world
from tests.foyer import open_foyer
from tests.widget_site import WidgetSite

LISTENING = "<script>window.told = []; addEventListener('message', said => told.push(said.data))</script>"
pytest_plugins = ["tests.widget_browser"]


def ask(query: str):
    return made_world().app.test_client().get(f"/embed?{query}")


def test_page_names_the_site_and_passes_its_words_on_as_text():
    page = ask("site=default&label=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&theme=dark")
    assert page.status_code == 200
    assert 'data-site="default"' in page.text
    assert 'data-theme="dark"' in page.text
    assert "<script>alert" not in page.text
    assert 'data-consent="required"' in page.text


@pytest.mark.parametrize(("query", "status"), [("site=nobody", 404), ("", 422), ("site=default&theme=pink", 422)])
def test_what_is_not_known_is_refused(query: str, status: int):
    assert ask(query).status_code == status


def test_only_the_sites_origins_may_frame_it():
    policy = ask("site=other").headers["Content-Security-Policy"]
    assert policy.rpartition("frame-ancestors ")[2] == f"'self' {OTHER_SITE}"
    assert "X-Frame-Options" not in ask("site=default").headers


def test_page_of_our_own_address_may_ask_although_the_site_names_other_origins(tmp_path):
    origins = {"site_origins": "https://www.example.com", "public_url": "https://chat.example.com"}
    body = {"site": DEFAULT_SITE, "page": {"url": "https://chat.example.com/embed"}}
    with open_foyer(tmp_path, **origins) as foyer:
        for origin, status in (("https://chat.example.com", 201), ("https://evil.example.com", 403)):
            asked = requests.post(
                f"{foyer.url}/api/v1/conversations", json=body, headers={"Origin": origin}, timeout=10
            )
            assert asked.status_code == status


@pytest.mark.browser
def test_visitor_chats_in_a_frame_of_another_origin(tab: Page, widget_site: WidgetSite, tmp_path):
    with open_foyer(tmp_path) as foyer:
        framed = f'<iframe src="{foyer.url}/embed?site={DEFAULT_SITE}" width="700" height="640"></iframe>'
        tab.goto(widget_site.publish("partner", head=LISTENING, body=framed))
        frame = tab.frame_locator("iframe")
        expect(frame.locator(".bubble.assistant")).to_be_visible(timeout=15000)
        box = frame.get_by_role("dialog").bounding_box()
        assert box
        assert (box["width"], box["height"]) == (700, 640)
        frame.get_by_label("Your message").fill("What does it cost?")
        frame.get_by_label("Your message").press("Enter")
        expect(frame.locator(".bubble.assistant").nth(1)).to_be_visible(timeout=15000)
        frame.get_by_role("button", name="Close chat").click()
        tab.wait_for_function("told.includes('foyer:close')")
