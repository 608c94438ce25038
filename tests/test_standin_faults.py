"""What goes wrong at the stand-in goes wrong as laid out, and it knows what it had accepted by then."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import IncompleteRead, RemoteDisconnected
from threading import Thread
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tryout.standin import LEADS, URGENT, Standin


@pytest.fixture
def desk() -> Iterator[Standin]:
    with Standin() as standin:
        yield standin


@pytest.fixture
def slack(desk: Standin) -> WebClient:
    return WebClient(token=desk.app.bot_token, base_url=desk.api_url, retry_handlers=[])


def post(slack: WebClient, channel: str = LEADS) -> Any:
    return slack.chat_postMessage(channel=channel, text="hello")


def test_rate_limit_says_how_long_to_wait(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "429", retry_after=7)
    with pytest.raises(SlackApiError) as raised:
        post(slack)
    assert raised.value.response.status_code == 429
    assert raised.value.response.headers["Retry-After"] == "7"
    assert post(slack)["ok"], "the fault was for one call"


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("502", 502), ("redirect", 302)])
def test_broken_answers_accept_nothing(desk: Standin, kind: Any, status: int) -> None:
    desk.faults.add("chat.postMessage", kind)
    fields = {"channel": LEADS, "text": "x", "token": desk.app.bot_token}
    answer = requests.post(desk.api_url + "chat.postMessage", data=fields, timeout=5, allow_redirects=False)
    assert answer.status_code == status
    assert desk.messages() == []


def test_named_refusal_is_answered_as_slack_would(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("*", "error", code="account_inactive", times=None)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="account_inactive"):
            post(slack)
    desk.faults.clear()
    assert post(slack)["ok"]


def test_connection_dropped_before_accepting_leaves_nothing(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "drop")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        post(slack)
    assert desk.messages() == []


def test_connection_dropped_after_accepting_leaves_the_message(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "drop_after")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        post(slack)
    assert len(desk.messages()) == 1


def test_half_an_answer_leaves_the_message_too(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "cut")
    with pytest.raises(IncompleteRead):
        post(slack)
    assert len(desk.messages()) == 1


@pytest.mark.parametrize(("kind", "stored"), [("hang", 0), ("hang_after", 1)])
def test_hanging_call_is_held_until_released(desk: Standin, slack: WebClient, kind: Any, stored: int) -> None:
    fault = desk.faults.add("chat.postMessage", kind)
    outcome: list[BaseException] = []

    def call() -> None:
        try:
            post(slack)
        except (RemoteDisconnected, ConnectionResetError) as error:
            outcome.append(error)

    caller = Thread(target=call)
    caller.start()
    assert fault.met.wait(5)
    assert caller.is_alive()
    assert outcome == []
    fault.released.set()
    caller.join(5)
    assert len(outcome) == 1
    assert len(desk.messages()) == stored


def test_fault_can_be_for_one_channel_only(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "error", code="is_archived", match={"channel": URGENT}, times=None)
    assert post(slack, LEADS)["ok"]
    with pytest.raises(SlackApiError, match="is_archived"):
        post(slack, URGENT)


def test_faulty_calls_are_in_the_log(desk: Standin, slack: WebClient) -> None:
    desk.faults.add("chat.postMessage", "500")
    with pytest.raises(SlackApiError):
        post(slack)
    assert len(desk.calls("chat.postMessage")) == 1


def test_own_rate_limit_lets_one_message_a_second_through_per_channel() -> None:
    now = [datetime(2026, 11, 23, 9, 0, tzinfo=UTC)]
    with Standin(clock=lambda: now[0], rate_limited=True) as desk:
        slack = WebClient(token=desk.app.bot_token, base_url=desk.api_url, retry_handlers=[])
        for _ in range(3):
            post(slack)
        with pytest.raises(SlackApiError) as raised:
            post(slack)
        assert raised.value.response.headers["Retry-After"] == "1"
        assert post(slack, URGENT)["ok"], "other channels go on"
        now[0] += timedelta(seconds=1)
        assert post(slack)["ok"]
        with pytest.raises(SlackApiError, match="ratelimited"):
            post(slack)
