"""`python -m tryout.pictures`: takes the README's picture anew, from a house opened for it in real Chromium."""

import tempfile
import threading
from pathlib import Path

from waitress import create_server

from config.settings import ROOT, load_settings
from models.database import Database
from models.migrate import upgrade
from tryout.__main__ import SERVING, open_house
from tryout.standin import Standin
from tryout.standin.people import LEADS

PICTURE = ROOT / "docs" / "pictures" / "try.png"
SIZE = {"width": 1400, "height": 980}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Standin() as standin:
        settings = load_settings(
            database_url=f"sqlite:///{folder}/foyer.db",
            slack_bot_token=standin.app.bot_token,
            slack_signing_secret=standin.app.signing_secret,
            slack_alert_channel=LEADS,
            slack_api_url=standin.api_url,
        )
        upgrade(Database(settings.database_url.get_secret_value()))
        web = open_house(settings, standin)
        server = create_server(web.app, host="127.0.0.1", port=0, **SERVING)
        threading.Thread(target=server.run, daemon=True).start()
        web.start_worker()
        standin.app_url = f"http://127.0.0.1:{server.effective_port}/slack/events"
        take(f"http://127.0.0.1:{server.effective_port}/try", PICTURE)
        web.close()
    print(f"{PICTURE.relative_to(ROOT)} is new")


def take(url: str, path: Path) -> None:
    """Visitor A has been played and the alert is on the desk."""
    from playwright.sync_api import sync_playwright  # a tool for us, not for running Foyer

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"])
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.goto(url)
        page.locator("[data-play=a]").click()
        page.get_by_text("Done. The lead").wait_for(timeout=120_000)
        page.get_by_role("button", name="Claim").first.wait_for(timeout=20_000)
        page.mouse.move(1000, 500)
        page.mouse.wheel(0, -10_000)  # up to the card's head
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(path))
        browser.close()


if __name__ == "__main__":
    main()
