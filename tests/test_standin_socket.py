"""The stand-in's Socket Mode: connections for tokens, envelopes one by one, and what it refuses."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tryout.standin import ANN, Standin

APP_TOKEN = "xapp-stand-in-token"


@pytest.fixture
def slack():
    with Standin(transport="socket", deadline=1.0) as slack:
        yield slack


def opened(slack: Standin, token: str = APP_TOKEN) -> str:
    return str(WebClient(base_url=slack.api_url).apps_connections_open(app_token=token)["url"])


@contextmanager
def line(slack: Standin) -> Iterator[ClientConnection]:
    with connect(opened(slack)) as connection:
        assert json.loads(connection.recv(5))["type"] == "hello"
        slack.wait_for(lambda: slack.sockets.connected)
        yield connection


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-stand-in-token", "not_allowed_token_type"), ("xapp-x", "invalid_auth")]
)
def test_connections_are_opened_with_the_apps_own_token_alone(slack, token, error):
    with pytest.raises(SlackApiError) as refused:
        opened(slack, token)
    assert refused.value.response["error"] == error


def test_the_apps_token_opens_nothing_else(slack):
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        WebClient(APP_TOKEN, base_url=slack.api_url).auth_test()


def test_an_address_is_good_for_one_connection(slack):
    url = opened(slack)
    with connect(url) as first:
        first.recv(5)
        with connect(url) as second, pytest.raises(ConnectionClosed):
            second.recv(5)


def test_a_command_waits_for_its_acknowledgement_by_its_envelope(slack):
    with line(slack) as app, ThreadPoolExecutor(1) as people:
        asked = people.submit(slack.command, ANN, "/lead help")
        envelope = json.loads(app.recv(5))
        app.send(json.dumps({"envelope_id": "another"}))
        app.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "Here I am"}}))
        assert envelope["type"] == "slash_commands"
        assert envelope["payload"]["text"] == "help"
        assert envelope["accepts_response_payload"]
        assert asked.result().json == {"text": "Here I am"}
    assert slack.ephemerals(ANN)[-1]["text"] == "Here I am"


def test_nobody_connected_and_nobody_answering_are_failures_people_see(slack):
    assert slack.command(ANN, "/lead help").problem == "dispatch_failed"
    with line(slack):
        assert slack.mention(ANN, "help").problem == "operation_timeout"


def test_an_event_may_not_be_answered_with_words(slack):
    with line(slack) as app, ThreadPoolExecutor(1) as people:
        told = people.submit(slack.mention, ANN, "help")
        envelope = json.loads(app.recv(5))
        assert envelope["retry_attempt"] == 0
        app.send(json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "no"}}))
        assert told.result().problem == "unexpected_payload"
