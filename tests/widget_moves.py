"""The moves a visitor makes with the widget, and where its parts are found."""

from playwright.sync_api import Locator, Page

DESKTOP = (1000, 800)
PHONE = (390, 844)


def launcher(tab: Page) -> Locator:
    return tab.locator("foyer-chat section > button")


def window(tab: Page) -> Locator:
    return tab.get_by_role("dialog")


def field(tab: Page) -> Locator:
    return tab.get_by_label("Your message")


def bubbles(tab: Page, author: str) -> Locator:
    return tab.locator(f".bubble.{author}")


def open_chat(tab: Page, url: str) -> None:
    tab.goto(url)
    launcher(tab).click()
    bubbles(tab, "assistant").first.wait_for()


def say(tab: Page, text: str) -> None:
    field(tab).fill(text)
    field(tab).press("Enter")


def remembered(tab: Page, area: str = "sessionStorage") -> str:
    return str(tab.evaluate(f"JSON.stringify({area})"))
