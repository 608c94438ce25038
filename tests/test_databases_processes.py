"""A grown-up Foyer: the Procfile's web and worker processes, two of each, on one PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests

from models import conversation as conversations
from models.database import Database
from qualification.assembly import utc_now
from tests.deployed import Process, environment, procfile, served, started
from tests.engines import fresh_database
from tests.foyer import API_KEY, Visitor, until
from tryout.standin import Standin

VISITORS = 40  # all of them at once, twice as many as the web processes have connections
PATIENCE_S = 120  # whether all are served, however slow the machine; how fast is for `make bench`
B = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, budget ~20k/yr, tom{}@vollmer.de"
pytestmark = pytest.mark.slow


@dataclass
class Grown:
    """Everything of a deployment that runs now."""

    webs: list[Process]
    workers: list[Process]
    desk: Standin
    database: Database

    def alerts(self) -> list[Any]:
        return [one for one in self.desk.messages() if one.get("metadata", {}).get("event_type") == "mql_alert"]

    def errors(self) -> list[str]:
        return [line for one in (*self.webs, *self.workers) for line in one.lines if '"level": "error"' in line]

    def undelivered(self) -> list[Any]:
        return [one for state in ("pending", "in_progress", "dead") for one in self._deliveries(state)]

    def _deliveries(self, state: str) -> Any:
        url = f"{self.webs[0].url}/api/v1/deliveries?state={state}"
        answer = requests.get(url, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=10)
        answer.raise_for_status()
        return answer.json()["deliveries"]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    folder: Path = tmp_path_factory.mktemp("grown")
    with ExitStack() as running:
        url = running.enter_context(fresh_database("postgresql", folder))
        desk = running.enter_context(Standin())
        env = environment(folder, desk, DATABASE_URL=url, WEB_CONCURRENCY="1")
        webs = [running.enter_context(served(env)) for _ in range(2)]
        workers = [running.enter_context(started(procfile()["worker"], env)) for _ in range(2)]
        until(lambda: all(worker.events("delivery_started") for worker in workers), PATIENCE_S)
        desk.app_url = f"{webs[0].url}/slack/events"
        database = Database(url)
        yield Grown(webs, workers, desk, database)
        database.engine.dispose()


def test_forty_visitors_of_two_web_processes_become_forty_leads_with_one_alert_each(grown: Grown) -> None:
    def walk(number: int) -> str:
        """One visitor whose every request goes to the other web process."""
        visitor = Visitor(grown.webs[number % 2].url, patience_s=PATIENCE_S).open()
        visitor.url = grown.webs[(number + 1) % 2].url
        visitor.say(B.format(number))
        return visitor.conversation_id

    with ThreadPoolExecutor(VISITORS) as hands:
        walks = [hands.submit(walk, number) for number in range(VISITORS)]
    assert [one.exception() for one in walks if one.exception()] == [], grown.errors()
    until(lambda: len(grown.alerts()) >= VISITORS and not grown.undelivered(), PATIENCE_S)
    leads = [one["metadata"]["event_payload"]["lead"] for one in grown.alerts()]
    assert len(leads) == len(set(leads)) == VISITORS
    for alert in grown.alerts():
        lines = [one["text"] for one in grown.desk.thread(alert["ts"])]
        assert lines
        assert len(lines) == len(set(lines)), lines
    shares = [len(worker.events("promise_delivered")) for worker in grown.workers]
    assert all(shares), f"both workers deliver: {shares}"
    assert grown.errors() == []


def test_what_a_rep_says_reaches_a_visitor_who_waits_at_another_process_at_once(grown: Grown) -> None:
    visitor = Visitor(grown.webs[0].url).open()
    heard: list[Any] = []
    waiting = Thread(target=lambda: heard.append(_next_message(grown.webs[1].url, visitor)))
    waiting.start()
    until(lambda: _waits(grown.webs[1]))
    Event().wait(0.2)  # into the pause between two looks
    with grown.database.begin() as session:
        [conversation] = [conversations.find(session, 1, visitor.conversation_id)]
        assert conversation is not None
        line = {"author": "rep", "name": "Ann Weber", "text": "Ann here", "at": utc_now()}
        conversations.add_message(session, 1, conversation.id, line)
    waiting.join(10)
    [answer] = heard
    assert [one["text"] for one in answer["messages"]] == ["Ann here"]


def _next_message(url: str, visitor: Visitor) -> Any:
    answer = requests.get(
        f"{url}/api/v1/conversations/{visitor.conversation_id}/messages?after={visitor.heard[-1]['id']}&wait=20",
        headers={"Authorization": f"Bearer {visitor.token}"},
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()


def _waits(web: Process) -> bool:
    return "foyer_waiting_visitors 1.0" in requests.get(f"{web.url}/metrics", timeout=5).text
