"""The door at `/slack/events`: whatever is not really Slack, just now, is turned away before anything is looked at."""

import json
from collections.abc import Iterator

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import SlackConfig
from bot.http import LARGEST_BODY, is_sound, slack_blueprint
from tests.slackdesk import SECRET, START, SlackDesk, lead, open_desk
from tryout.standin import ANN, LEADS, TEAM, signed

NOW = int(START.timestamp())
CLAIM = f"command=%2Flead&text=claim+L-1042&team_id={TEAM}&user_id={ANN}&channel_id={LEADS}&trigger_id=1.2.abc".encode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def desk() -> Iterator[SlackDesk]:
    with open_desk() as desk:
        desk.book.keep(lead())
        yield desk


def good(body: bytes = CLAIM, at: int = NOW) -> dict[str, str]:
    return FORM | signed(body, SECRET, at)


def changed(**headers: str | bytes | None) -> dict[str, str | bytes]:
    names = {"time": "X-Slack-Request-Timestamp", "sign": "X-Slack-Signature"}
    made = good() | {names[name]: value for name, value in headers.items()}
    return {name: value for name, value in made.items() if value is not None}


GARBAGE = {
    "nothing": FORM,
    "no timestamp": changed(time=None),
    "no signature": changed(sign=None),
    "empty timestamp": changed(time=""),
    "empty signature": changed(sign=""),
    "timestamp in words": changed(time="abc"),
    "timestamp as a float": changed(time="1e9"),
    "timestamp with a fraction": changed(time=f"{NOW}.0"),
    "negative timestamp": changed(time=f"-{NOW}"),
    "timestamp in Arabic digits": changed(time="١٢٣٤٥٦٧٨٩٠".encode()),
    "timestamp of 5,000 digits": changed(time="1" * 5000),
    "non-ASCII signature": changed(sign="v0=é".encode()),
    "short signature": changed(sign="v0=abc"),
    "upper-case signature": changed(sign=good()["X-Slack-Signature"].upper()),
    "version 1": changed(sign=good()["X-Slack-Signature"].replace("v0=", "v1=")),
    "another secret": FORM | signed(CLAIM, "not-the-secret", NOW),
    "another body": FORM | signed(CLAIM + b"&x=1", SECRET, NOW),
    "301 s old": good(at=NOW - 301),
    "301 s ahead": good(at=NOW + 301),
    "a year old": good(at=NOW - 31_536_000),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_r01_r02_r03_anything_not_signed_by_slack_just_now_is_401_and_does_nothing(desk, name):
    ack = desk.slack.send(CLAIM, GARBAGE[name])
    assert ack.status == 401, name
    assert desk.inbox.rows == {}
    assert desk.book.steps == []


def test_r02_just_inside_the_window_is_served(desk):
    with open_desk() as fresh:
        for at in (NOW - 299, NOW + 299):
            body = CLAIM.replace(b"claim", b"status") + f"&at={at}".encode()
            assert fresh.slack.send(body, good(body, at)).status == 200


def test_r03_a_signed_body_that_is_not_utf8_is_4xx(desk):
    body = b"command=/lead&text=\xff\xfe"
    assert desk.slack.send(body, good(body)).status == 400


def test_r03_bodies_end_at_one_mebibyte(desk):
    body = b"x" * (LARGEST_BODY + 1)
    assert desk.slack.send(body, good(body)).status == 413
    fitting = CLAIM.replace(b"claim+L-1042", b"help") + b"&x=" + b"y" * (LARGEST_BODY - 400)
    assert desk.slack.send(fitting, good(fitting)).status == 200


def test_get_is_not_allowed(desk):
    assert requests.get(desk.slack.app_url, timeout=5).status_code == 405


def test_r06_url_verification_needs_a_signature_and_ssl_check_does_not(desk):
    assert desk.slack.verify_url("challenge-me").json == {"challenge": "challenge-me"}
    body = json.dumps({"type": "url_verification", "challenge": "x"}).encode()
    assert desk.slack.send(body, {"Content-Type": "application/json"}).status == 401
    asked = b"ssl_check=1&token=x&" + CLAIM
    assert desk.slack.send(asked, FORM).status == 200
    assert desk.inbox.rows == {}


ODD = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"payload=",
    b"payload=[]",
    b"payload={}",
    b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D",
    b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B1%5D%7D",
    b"payload=%7B%22type%22%3A%22view_submission%22%2C%22view%22%3A7%7D",
    b"payload=%7B%22type%22%3A5%7D",
    b'{"type":"event_callback"}',
    b'{"type":"event_callback","event":{"type":7}}',
    b'{"type":"event_callback","event":[],"authorizations":{}}',
    b"a=b",
    b"&" * 5000,
]


@pytest.mark.parametrize("body", ODD)
def test_signed_nonsense_is_4xx_never_5xx(desk, body):
    assert 400 <= desk.slack.send(body, good(body)).status < 500


NAMES = [
    *(
        "type",
        "user",
        "team",
        "actions",
        "view",
        "event",
        "id",
        "action_id",
        "callback_id",
        "state",
        "values",
        "channel",
    ),
    *("container", "private_metadata", "blocks", "authorizations", "value", "selected_option"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.dictionaries(
        st.sampled_from(["user", "team", "actions", "view", "event", "channel", "container"]), json_values
    ),
    kind=st.sampled_from(
        ["block_actions", "view_submission", "view_closed", "event_callback", "shortcut", "block_suggestion"]
    ),
)
def test_no_signed_shape_whatever_makes_it_fail(desk, body, kind):
    raw = json.dumps({**body, "type": kind}).encode()
    assert desk.slack.send(raw, good(raw)).status < 500


def test_what_slack_really_sends_is_sound():
    assert is_sound({"command": "/lead", "text": "", "team_id": TEAM})
    assert is_sound(
        {"type": "event_callback", "event": {"type": "app_mention"}, "authorizations": [{}], "enterprise": None}
    )


def test_r05_no_signing_secret_no_start():
    with pytest.raises(ValueError, match="signing_secret"):
        SlackConfig(1, "xoxb-1", " ", LEADS)
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        slack_blueprint(None, "", lambda: START)  # type: ignore[arg-type]


def test_secrets_are_not_in_the_configs_looks():
    assert "xoxb-1" not in repr(SlackConfig(1, "xoxb-1", "hush", LEADS))
    assert "hush" not in repr(SlackConfig(1, "xoxb-1", "hush", LEADS))


def test_r47_the_app_is_built_while_slack_is_down_and_whatever_bolt_finds_in_the_environment(monkeypatch):
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "hush")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    with open_desk() as desk:
        desk.book.keep(lead())
        assert desk.slack.calls() == []
        assert "Dana" in desk.slack.command(ANN, "/lead status L-1042").json["text"]
        used = {call.headers.get("authorization") for call in desk.slack.calls()}
        assert used == {"Bearer xoxb-stand-in-token"}


def test_r04_neither_bodies_nor_tokens_reach_the_log(caplog):
    with caplog.at_level("DEBUG"), open_desk() as desk:
        desk.book.keep(lead())
        desk.slack.command(ANN, "/lead find canary-4711")
        desk.slack.press(ANN, desk.card(), "lead_claim")
        desk.hears(ANN, "You claimed")
        desk.slack.send(b"canary-4711", FORM)
    written = caplog.text
    assert "canary-4711" not in written
    assert "xoxb" not in written
    assert SECRET not in written
    assert "dana@acme.io" not in written
