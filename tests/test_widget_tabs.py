"""Two tabs, reloads, tunnels, sleep, restarts, lost answers in any order: one conversation, every word in it once."""

from collections import Counter
from random import Random
from statistics import median
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models import conversation as conversations
from tests.foyer import open_foyer
from tests.widget_moves import bubbles, launcher, open_chat, say
from tests.widget_site import WidgetSite

pytest_plugins = ["tests.widget_browser"]
pytestmark = pytest.mark.browser

STEPS = 14
HEARD = (
    "[...document.querySelector('foyer-chat').shadowRoot.querySelectorAll('.bubble.{} div[dir]')]"
    ".map(e => e.textContent)"
)


class TwoTabs:
    """A visitor with two tabs open, and what may befall them."""

    def __init__(self, visitor: BrowserContext, site: WidgetSite) -> None:
        self.visitor, self.site = visitor, site
        self.tabs = [visitor.new_page(), visitor.new_page()]
        self.asleep: set[int] = set()
        self.online = self.up = True
        self.said: list[str] = []
        for number, tab in enumerate(self.tabs):
            open_chat(tab, site.publish(f"page{number}"))

    def say(self, which: int) -> None:
        self.wake(which)
        self.said.append(f"line {len(self.said)} of tab {which}")
        say(self.tabs[which], self.said[-1])

    def reload(self, which: int) -> None:
        if self.online and self.up:
            self.wake(which)
            self.tabs[which].reload()
            expect(bubbles(self.tabs[which], "assistant").first).to_be_visible(timeout=20000)

    def tunnel(self, _: int) -> None:
        self.online = not self.online
        self.visitor.set_offline(not self.online)

    def restart(self, _: int) -> None:
        self.site.stop() if self.up else self.site.start()
        self.up = not self.up

    def lose(self, _: int) -> None:
        self.site.answers_to_lose += 1

    def doze(self, which: int) -> None:
        self.asleep.add(which)
        self._live(which, "frozen")

    def wake(self, which: int) -> None:
        if which in self.asleep:
            self.asleep.remove(which)
            self._live(which, "active")

    def _live(self, which: int, state: str) -> None:
        devtools = self.visitor.new_cdp_session(self.tabs[which])
        devtools.send("Page.setWebLifecycleState", {"state": state})

    def settle(self) -> None:
        if not self.up:
            self.restart(0)
        if not self.online:
            self.tunnel(0)
        for which in (0, 1):
            self.wake(which)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_or_doubled_whatever_happens(
    visitor: BrowserContext, widget_site: WidgetSite, seed: int
) -> None:
    chance, tabs = Random(seed), TwoTabs(visitor, widget_site)
    moves: list[Any] = [tabs.say] * 6 + [tabs.reload, tabs.reload, tabs.tunnel, tabs.restart, tabs.lose, tabs.doze]
    for _ in range(STEPS):
        chance.choice(moves)(chance.randrange(2))
    tabs.say(0)
    tabs.settle()
    for tab in tabs.tabs:
        tab.wait_for_function(
            f"{HEARD.format('visitor')}.join('\\n').split('\\n').length >= {len(tabs.said)}", timeout=45000
        )
    assert Counter("\n".join(widget_site.texts()).splitlines()) == Counter(tabs.said)
    assert len(widget_site.conversations) == 1
    for tab in tabs.tabs:
        assert Counter(lines(tab, "visitor")) == Counter(tabs.said)
    for tab in tabs.tabs:
        tab.reload()
        expect(bubbles(tab, "assistant")).to_have_count(len(widget_site.texts("assistant")), timeout=20000)
        assert lines(tab, "visitor") == "\n".join(widget_site.texts()).splitlines()


def lines(tab: Page, author: str) -> list[str]:
    return "\n".join(tab.evaluate(HEARD.format(author))).splitlines()


def test_reps_words_are_on_the_screen_within_three_tenths_of_a_second(tab: Page, tmp_path) -> None:
    """In a whole house on SQLite: from the commit of the rep's words to the bubble."""
    with open_foyer(tmp_path) as foyer:
        tab.goto(f"{foyer.url}/try/site")
        launcher(tab).click()
        bubbles(tab, "assistant").first.wait_for()
        waiting = foyer.web.live
        took = []
        for number in range(5):
            while not waiting.waiting:
                tab.wait_for_timeout(10)
            began = monotonic()
            rep_says(foyer, f"Dana, {number}")
            bubbles(tab, "rep").nth(number).wait_for()
            took.append(monotonic() - began)
        assert median(took) < 0.3, took


def rep_says(foyer: Any, text: str) -> None:
    house = foyer.web.house
    with house.database.begin() as session:
        talk = conversations.latest(session, house.site_id, 1)
        said = {"author": "rep", "name": "Dana", "text": text, "at": house.clock()}
        conversations.add_message(session, house.site_id, talk.id, said)
