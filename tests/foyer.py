"""A whole Foyer for tests: site, worker and Slack stand-in on real sockets, and visitors who talk to it over HTTP."""

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import requests
from waitress import create_server, wasyncore

from config.settings import Settings, load_settings
from models.database import Database
from models.migrate import upgrade
from qualification.assembly import utc_now
from tests.engines import fresh_database
from tryout.__main__ import open_house
from tryout.standin import Standin
from tryout.standin.people import ANN, BEN, LEADS
from wsgi import Web

API_KEY = "walk-0123456789abcdef0123456789abcdef"
SOMEBODY = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom{}@vollmer.de"
NAMES = {ANN: "ann", BEN: "ben"}
T = TypeVar("T")
_numbers = count(1)


def until(question: Callable[[], T], timeout: float = 20.0) -> T:
    """The first truthy answer; for what happens where nobody can wake us: another process, another side of HTTP."""
    late, never = monotonic() + timeout, threading.Event()
    while not (answer := question()):
        assert monotonic() < late, f"not so within {timeout} s"
        never.wait(0.02)
    return answer


def is_claim_by(rep: str, text: str) -> bool:
    """Whether a text says so, by name or by a mention, which Slack's client shows as the name."""
    return re.search(rf"\bclaimed by (<@{rep}>|@?{NAMES[rep]}\b)", text, re.IGNORECASE) is not None


@dataclass
class Foyer:
    """An open house. `url` is the visitors' side, `standin` the reps'; `web` is None for one in another process."""

    url: str
    web: Web | None
    standin: Standin

    def visitor(self) -> "Visitor":
        return Visitor(self.url)

    def new_lead(self) -> str:
        """Somebody who wants a demo; the reference of the lead they became."""
        visitor = self.visitor()
        visitor.say(SOMEBODY.format(next(_numbers)))
        return str(self.conversation(visitor.conversation_id)["lead_ref"])

    def alert(self, ref: str, timeout: float = 20.0) -> Any:
        """This lead's one alert, waited for; two of them are an error."""
        [found] = self.standin.wait_for(lambda: self.alerts_of(ref), timeout)
        return found

    def alerts_of(self, ref: str) -> list[Any]:
        return [one for one in self.alerts() if one["metadata"]["event_payload"]["lead"] == ref]

    def lines(self, alert_ts: str) -> list[str]:
        """What stands in an alert's thread."""
        return [str(one["text"]) for one in self.standin.thread(alert_ts)]

    def conversation(self, conversation_id: str) -> Any:
        return self.ask(f"/api/v1/conversations/{conversation_id}")

    def lead(self, ref: str) -> Any:
        return self.ask(f"/api/v1/leads/{ref}")

    def ask(self, path: str) -> Any:
        answer = requests.get(self.url + path, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def alerts(self) -> list[Any]:
        return [one for one in self.standin.messages() if one.get("metadata", {}).get("event_type") == "mql_alert"]


@dataclass
class Visitor:
    """Somebody with the widget open, by the API the widget uses."""

    url: str
    token: str | None = None
    conversation_id: str = ""
    heard: list[Any] = field(default_factory=list)
    patience_s: float = 10

    def open(self) -> "Visitor":
        wish = {"site": "default", "page": {"url": "https://northlight.example/"}}
        answer = self._post("/api/v1/conversations", {**wish, **({"visitor_token": self.token} if self.token else {})})
        self.token, self.conversation_id = answer["visitor_token"], answer["conversation_id"]
        self.heard = answer["messages"]
        return self

    def say(self, text: str) -> Any:
        if not self.conversation_id:
            self.open()
        message = {"client_message_id": str(uuid.uuid4()), "text": text}
        answer = self._post(f"/api/v1/conversations/{self.conversation_id}/messages", message)
        self.heard += answer["messages"]
        return answer

    def waits(self, seconds: int = 20) -> list[Any]:
        """What is said next by somebody else than the visitor, as the open widget hears it."""
        path = f"/api/v1/conversations/{self.conversation_id}/messages"
        asked = {"after": self.heard[-1]["id"], "wait": str(seconds)}
        answer = requests.get(self.url + path, asked, headers={"Authorization": f"Bearer {self.token}"}, timeout=30)
        assert answer.ok, answer.text
        self.heard += answer.json()["messages"]
        return [one for one in answer.json()["messages"] if one["author"] != "visitor"]

    def rate(self, rating: str) -> None:
        self._post(f"/api/v1/conversations/{self.conversation_id}/rating", {"rating": rating})

    def _post(self, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.post(self.url + path, json=body, headers=headers, timeout=self.patience_s)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@contextmanager
def open_foyer(folder: Path, clock: Any = utc_now, standin: Standin | None = None, **given: Any) -> Iterator[Foyer]:
    """Everything `make run` starts, on free ports and a database in `folder`."""
    with standin or Standin() as desk:
        web = open_house(settings_in(folder, desk, **given), desk, clock)
        with served(web) as port:
            desk.app_url = f"http://127.0.0.1:{port}/slack/events"
            yield Foyer(f"http://127.0.0.1:{port}", web, desk)


@contextmanager
def foyer_on(kind: str, folder: Path, **given: Any) -> Iterator[Foyer]:
    """The same on a database of this kind."""
    database = fresh_database(kind, folder, empty=kind == "sqlite")
    with database as url, open_foyer(folder, database_url=url, **given) as foyer:
        yield foyer


def settings_in(folder: Path, desk: Standin, **given: Any) -> Settings:
    """Settings of a house with a database of its own, brought to the newest schema, and this stand-in."""
    ours = {"database_url": f"sqlite:///{folder}/foyer.db", "slack_api_url": desk.api_url, "embedded_worker": True}
    settings = load_settings(
        secret_key="a-key-for-tests-only-0123456789",
        api_keys=API_KEY,
        slack_bot_token=desk.app.bot_token,
        slack_signing_secret=desk.app.signing_secret,
        slack_alert_channel=LEADS,
        **{"rate_limits": "off", **ours, **given},
    )
    database = Database(settings.database_url.get_secret_value())
    upgrade(database)
    database.engine.dispose()
    return settings


@contextmanager
def served(web: Web) -> Iterator[int]:
    server = create_server(web.app, host="127.0.0.1", port=0, threads=16)
    listening = threading.Thread(target=server.run, daemon=True)
    listening.start()
    web.start_worker()
    try:
        yield server.effective_port
    finally:
        web.close()
        with suppress(OSError):  # a loop that has ended by itself has closed its trigger
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # in its own loop, which then ends
        listening.join(5)
        server.task_dispatcher.shutdown()
