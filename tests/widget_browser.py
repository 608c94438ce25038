"""Fixtures of the widget's browser tests: a real Chromium, a strict site, a tab."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.widget_moves import DESKTOP, PHONE
from tests.widget_site import WidgetSite


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None and os.environ.get("CI") != "true":
        pytest.skip("no chromium on the path; apt-get install chromium runs the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture
def widget_site() -> Iterator[WidgetSite]:
    site = WidgetSite()
    site.start()
    yield site
    site.gate.set()
    site.stop()
    assert site.breaches == []


def _context(chromium: Browser, size: tuple[int, int], **look: Any) -> Iterator[BrowserContext]:
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, locale="en-US", **look)
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    yield from _context(chromium, DESKTOP)


@pytest.fixture
def tab(visitor: BrowserContext) -> Page:
    return visitor.new_page()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    for context in _context(chromium, PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"):
        yield context.new_page()
