"""Socket Mode: the same desk through a connection we open. Lines break, Slack repeats itself, nonsense comes."""

import json
import threading
from collections.abc import Iterator

import pytest

from bot.socket_mode import SocketMode, TokenRefused
from tests.slackdesk import SlackDesk, lead, open_desk
from tryout.standin import ANN, OTHER_TEAM, Standin


@pytest.fixture
def desk() -> Iterator[SlackDesk]:
    with open_desk(transport="socket") as desk:
        desk.book.keep(lead())
        yield desk


def envelope(kind: str, payload: object, **more: object) -> str:
    return json.dumps(
        {"type": kind, "envelope_id": "e-1", "payload": payload, "accepts_response_payload": True, **more}
    )


NONSENSE = [
    "",
    "nonsense",
    "{",
    "[]",
    "null",
    '{"type":5}',
    "{" * 100_000,
    '{"a":' * 50_000,
    "\x00",
    "{}" * 3,
    envelope("slash_commands", None),
    envelope("slash_commands", [1]),
    envelope("slash_commands", "text"),
    envelope("slash_commands", {}),
    envelope("slash_commands", {"command": 7}),
    envelope("interactive", {"type": "block_actions", "actions": [1]}),
    envelope("interactive", {"type": "view_submission", "view": 7}),
    envelope(
        "interactive", {"type": "view_submission", "view": {"callback_id": "lead_return", "state": {"values": 3}}}
    ),
    envelope("events_api", {"type": "event_callback", "event": {"type": 7}}),
    envelope("events_api", {"type": "event_callback", "event": {"type": "app_mention"}, "authorizations": [0]}),
    envelope("unheard_of", {"type": "unheard_of"}),
    envelope("events_api", {"type": "event_callback", "event": {"type": "app_mention"}}, retry_attempt={}),
    envelope("slash_commands", {"command": "/lead"}, envelope_id={"a": 1}),
    envelope("slash_commands", {"command": "/lead"}, envelope_id=None),
    envelope("slash_commands", {"command": "/lead", "text": "x" * 900_000}),
    json.dumps({"type": "hello", "num_connections": "many"}),
]


def test_nonsense_is_survived_and_the_next_command_answered(desk):
    for text in NONSENSE:
        desk.slack.sockets.send_text(text)
    assert "Dana" in desk.slack.command(ANN, "/lead status L-1042").json["text"]
    assert desk.slack.sockets.opened == 1
    assert desk.inbox.rows == {}


def test_bytes_where_text_belongs_are_survived(desk):
    desk.slack.sockets.send_text(b"\xff\xfe")
    assert desk.slack.command(ANN, "/lead me").ok


def test_r35_another_workspace_is_refused_through_the_connection_too(desk):
    ack = desk.slack.command(ANN, "/lead claim L-1042", team_id=OTHER_TEAM)
    assert "another workspace" in ack.json["text"]
    assert desk.inbox.rows == {}


def test_r13_an_envelope_that_slack_sends_again_has_one_effect(desk):
    first = desk.slack.mention(ANN, "status L-1042")
    for attempt in (1, 2, 3):
        assert desk.slack.resend(first, retry=attempt).ok
    desk.hears(ANN, "Dana Smith")
    assert len(desk.said_to(ANN)) == 1
    note = desk.slack.command(ANN, "/lead note L-1042 once")
    assert desk.slack.resend(note).ok
    desk.hears(ANN, "Your note")
    assert desk.book.steps == [("note:once", "L-1042", ANN)]


def test_a_mention_that_could_not_be_stored_is_taken_when_slack_sends_it_again(desk):
    desk.slack.sender.deadline = 0.5
    desk.inbox.down = True
    lost = desk.slack.mention(ANN, "status L-1042")
    assert lost.problem == "operation_timeout"
    desk.inbox.down = False
    assert desk.slack.resend(lost, retry=1).ok
    desk.hears(ANN, "Dana Smith")


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_slack_asks_for_a_new_connection_and_gets_one(desk, reason):
    desk.slack.sockets.disconnect(reason)
    desk.slack.wait_for(lambda: desk.slack.sockets.opened == 2 and desk.slack.sockets.connected == 1)
    assert desk.slack.command(ANN, "/lead me").ok


def test_a_line_that_breaks_is_opened_again(desk):
    desk.slack.sockets.drop()
    desk.slack.wait_for(lambda: desk.slack.sockets.opened == 2, 15)
    assert desk.slack.command(ANN, "/lead me").ok


def test_a_slack_that_is_away_for_a_while_is_found_again(desk):
    desk.slack.faults.add("apps.connections.open", "500", 2)
    desk.slack.sockets.drop()
    desk.slack.wait_for(lambda: desk.slack.sockets.opened == 2, 20)
    assert desk.slack.command(ANN, "/lead me").ok


def test_the_first_connection_waits_for_slack():
    with Standin(transport="socket") as slack:
        slack.faults.add("apps.connections.open", "error", code="service_unavailable")
        line = SocketMode(lambda _: None, slack.app.app_token, slack.api_url)
        line.open(threading.Event())
        assert line.is_connected
        line.close(1)


def test_a_token_slack_refuses_is_no_reason_to_wait():
    with Standin(transport="socket") as slack:
        line = SocketMode(lambda _: None, "xapp-of-somebody-else", slack.api_url)
        with pytest.raises(TokenRefused, match="invalid_auth"):
            line.open(threading.Event())
        line.close(1)


def test_a_workspace_that_is_nobodys_is_told_so():
    with Standin(transport="socket") as slack:
        line = SocketMode(lambda _: None, slack.app.app_token, slack.api_url)
        line.open(threading.Event())
        slack.wait_for(lambda: slack.sockets.connected)
        assert "another workspace" in slack.command(ANN, "/lead help").json["text"]
        assert slack.mention(ANN, "help").ok
        line.close(1)


def test_what_has_come_in_is_acknowledged_before_hanging_up():
    begun, released = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        released.wait(20)

    with Standin(transport="socket") as slack:
        line = SocketMode(lambda _: slow(), slack.app.app_token, slack.api_url)  # type: ignore[func-returns-value]
        line.open(threading.Event())
        slack.wait_for(lambda: slack.sockets.connected)
        acks = []
        person = threading.Thread(target=lambda: acks.append(slack.command(ANN, "/lead help")))
        person.start()
        assert begun.wait(5)
        closing = threading.Thread(target=line.close, args=(10,))
        closing.start()
        released.set()
        person.join()
        closing.join()
        assert acks[0].status == 200
        slack.wait_for(lambda: slack.sockets.connected == 0)
        assert slack.sockets.opened == 1
