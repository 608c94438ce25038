"""kill -9 and a Slack that fails: a whole house on a file, and every alert arrives, once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from socket import socket
from threading import Event

import pytest
import requests

from tests.foyer import Foyer, Visitor, is_claim_by, open_foyer, until
from tests.house_process import house_process, kill
from tryout.standin import ANN, Standin

POST = "chat.postMessage"
PATIENCE_S = 60  # the dead process's leases last fifteen seconds, and a third try comes five seconds after the second
HANDS = 32  # threads of the Slack app
FAULTS = ("429", "500", "502", "cut", "drop", "drop_after", "hang", "hang_after")

pytestmark = pytest.mark.slow


def is_told(foyer, ref):
    """Whether nothing about this lead waits to be told any more."""
    found = foyer.lead(ref)["deliveries"]
    return found and all(one["state"] == "delivered" for one in found)


def told_once(foyer, ref):
    until(lambda: is_told(foyer, ref), PATIENCE_S)
    [alert] = foyer.alerts_of(ref)
    lines = foyer.lines(alert["ts"])
    assert any("conversation so far" in line for line in lines)
    assert len(lines) == len(set(lines)), lines


def claims(foyer, ref):
    """How often the thread says that Ann has claimed it."""
    [alert] = foyer.alerts_of(ref)
    return sum(is_claim_by(ANN, line) for line in foyer.lines(alert["ts"]))


# --- Slack fails, the house stands


@pytest.fixture(scope="module")
def foyer(tmp_path_factory):
    with open_foyer(tmp_path_factory.mktemp("faults")) as house:
        yield house


def test_slack_that_fails_in_every_way_gets_each_alert_once(foyer):
    faults = [foyer.standin.faults.add(POST, kind) for kind in FAULTS]
    refs = [foyer.new_lead() for _ in FAULTS]
    for ref in refs:
        told_once(foyer, ref)
    assert [fault.kind for fault in faults if not fault.met.is_set()] == []
    assert len(foyer.alerts()) == len(refs)


def test_changes_of_a_card_survive_a_failing_slack_too(foyer):
    ref = foyer.new_lead()
    alert = foyer.alert(ref)
    until(lambda: is_told(foyer, ref))
    faults = [foyer.standin.faults.add("chat.update", kind) for kind in ("500", "drop_after")]
    faults.append(foyer.standin.faults.add(POST, "drop_after"))
    assert foyer.standin.press(ANN, alert["ts"], "lead_claim").ok
    until(lambda: claims(foyer, ref), PATIENCE_S)
    told_once(foyer, ref)
    assert claims(foyer, ref) == 1
    assert is_claim_by(ANN, foyer.alert(ref)["text"])
    assert all(fault.met.is_set() for fault in faults)


# --- the house is killed


@dataclass
class Chatter:
    """Somebody who goes on writing until the house is gone, and remembers what was answered."""

    visitor: Visitor
    answered: list[str] = field(default_factory=list)
    begun: Event = field(default_factory=Event)

    def write(self):
        for number in range(10_000):
            text = f"and another thing, number {number}"
            try:
                self.visitor.say(text)
            except requests.ConnectionError:
                return
            self.answered.append(text)
            self.begun.set()

    def kept(self, url):
        """What the house says this visitor has written."""
        place = f"{url}/api/v1/conversations/{self.visitor.conversation_id}/messages?after=0"
        answer = requests.get(place, headers={"Authorization": f"Bearer {self.visitor.token}"}, timeout=15)
        return [message["text"] for message in answer.json()["messages"] if message["author"] == "visitor"]


def test_kill_between_commit_and_alert_leaves_every_alert_told_once(tmp_path):
    """First Slack is away, then it hangs before and after accepting, then it fails; and then we are killed."""
    port = free_port()
    with ThreadPoolExecutor(1) as hands, house_process(tmp_path, f"http://127.0.0.1:{port}/api/") as (url, process):
        foyer = Foyer(url, None, Standin())
        chatter = Chatter(foyer.visitor().open())
        writing = hands.submit(chatter.write)
        refs = [foyer.new_lead() for _ in range(3)]
        until(lambda: all(foyer.lead(ref)["deliveries"][0]["attempts"] for ref in refs))
        with Standin(port=port) as slack:
            faults = [slack.faults.add(POST, "hang"), slack.faults.add(POST, "hang_after")]
            faults.append(slack.faults.add(POST, "500", times=None))
            refs.append(foyer.new_lead())
            assert all(fault.met.wait(30) for fault in faults)
            assert chatter.begun.wait(30)
            kill(process)
            writing.result(30)
            assert len(slack.messages()) == 1, "only the one whose answer never came"
            slack.faults.clear()
            with house_process(tmp_path, slack.api_url) as (url, _):
                foyer = Foyer(url, None, slack)
                kept = chatter.kept(url)
                assert kept[: len(chatter.answered)] == chatter.answered, "what was answered is kept"
                assert len(kept) <= len(chatter.answered) + 1
                for ref in refs:
                    told_once(foyer, ref)
                assert len(slack.messages()) == len(refs)


def free_port():
    with closing(socket()) as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def test_command_taken_but_not_yet_worked_when_killed_is_worked_once_after_the_restart(tmp_path):
    with Standin() as slack:
        with house_process(tmp_path, slack.api_url) as (url, process):
            foyer = house_of(url, slack)
            ref = foyer.new_lead()
            alert = foyer.alert(ref)
            keep_all_hands_busy(foyer, alert)
            for line in (f"/lead claim {ref}", f"/lead note {ref} call after five"):
                assert slack.command(ANN, line).ok
            kill(process)
        assert waiting(tmp_path) == 2, "taken, and not begun"
        slack.faults.clear()
        with house_process(tmp_path, slack.api_url) as (url, _):
            foyer = house_of(url, slack)
            until(lambda: not waiting(tmp_path), PATIENCE_S)
            until(lambda: any("call after five" in line for line in foyer.lines(alert["ts"])))
            told_once(foyer, ref)
            assert foyer.lead(ref)["handoff"] == "claimed"
            assert claims(foyer, ref) == 1


def house_of(url, slack):
    slack.app_url = f"{url}/slack/events"
    return Foyer(url, None, slack)


def keep_all_hands_busy(foyer, alert):
    """Each opens a modal, which Slack does not answer: whatever is taken next cannot be begun for five seconds."""
    foyer.standin.faults.add("views.open", "hang", times=None)
    with ThreadPoolExecutor(8) as presses:
        asked = [presses.submit(foyer.standin.press, ANN, alert["ts"], "lead_return") for _ in range(HANDS)]
        assert all(one.result().status == 200 for one in asked)
    until(lambda: len(foyer.standin.calls("views.open")) == HANDS)


def waiting(folder):
    """How much of the inbox is not worked yet."""
    with closing(sqlite3.connect(folder / "foyer.db")) as database:
        return database.execute("select count(*) from inbox where state = 'pending'").fetchone()[0]
