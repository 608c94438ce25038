"""What the widget costs a visitor's page: transfer, main thread on a slow machine, names put into it."""

import gzip
import json
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.engines import Engines
from benchmarks.report import Row, at_most, figure
from benchmarks.serving import serving
from config.settings import ROOT

DIST = ROOT / "widget" / "dist"
SLOWER = 4
WATCH = """window.before = new Set([...Object.getOwnPropertyNames(window), 'before', 'blocked']); window.blocked = 0;
new PerformanceObserver(list => list.getEntries().forEach(task => blocked += task.duration - 50))
  .observe({type: 'longtask', buffered: true})"""


def measure(engines: Engines, quick: bool, tell: Callable[[str], None]) -> tuple[Row, ...]:
    from playwright.sync_api import sync_playwright  # a tool for us, not for running Foyer

    tell("widget: a page with it and one without, in a browser four times slower")
    with serving("foyer", engines.fresh("sqlite"), engines.folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"])
        loads = [_load(browser, server.url) for _ in range(2 if quick else 5)]
        browser.close()
    loader, panel = _packed("w.js"), _packed(json.loads((DIST / "MANIFEST.json").read_text("utf-8"))["panel"])
    return (
        at_most("transfer before any click", loader, 2, "{:.1f} KB"),
        at_most("transfer with the chat open, in English", loader + panel, 10, "{:.1f} KB"),
        at_most("main thread blocked, median", median(load["blocked"] for load in loads), 0, "{:.0f} ms"),
        figure("script, median", f"{median(load['script'] for load in loads):.0f} ms"),
        figure("names put into the page", ", ".join(loads[0]["names"])),
    )


def _packed(name: str) -> float:
    return len(gzip.compress((DIST / name).read_bytes(), 9)) / 1024


def _load(browser: Any, url: str) -> dict[str, Any]:
    """A fresh visitor's page. `script` is all time in scripts, by the browser's own account."""
    page = browser.new_context().new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    tag = f'<script async src="{url}/w.js" data-site="default"></script>'
    page.route(
        "**/bench", lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html><h1>Hi</h1>{tag}")
    )
    page.goto(f"{url}/bench")
    page.locator("foyer-chat button").wait_for()
    page.wait_for_timeout(500)
    told = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    names = page.evaluate("Object.getOwnPropertyNames(window).filter(name => !before.has(name))")
    found = {"blocked": page.evaluate("blocked"), "script": told["ScriptDuration"] * 1000, "names": names}
    page.context.close()
    return found
