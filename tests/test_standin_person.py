"""The person at Slack's end sends really signed requests and sees what Slack would show of the answers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from tryout.standin import ANN, BEN, LEADS, OTHER_TEAM, SHARED, TEAM, Standin
from tryout.standin.listener import Answer, Listener, Request, json_answer

Json = dict[str, Any]
CLAIM = {"type": "button", "action_id": "lead_claim", "value": "L-1", "text": {"type": "plain_text", "text": "Claim"}}
REASONS = [{"text": {"type": "plain_text", "text": code}, "value": code} for code in ("not_icp", "no_budget")]
MENU = {"type": "overflow", "action_id": "lead_more", "options": REASONS}
CARD = [{"type": "actions", "block_id": "b", "elements": [CLAIM, MENU]}]


class RepsApp:
    """An app that keeps every request and answers as told."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.reply: Callable[[Request], Answer] = lambda request: Answer(200, b"", "text/plain")
        self.listener = Listener(self._answer)

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.reply(request)

    def acks(self, body: object) -> None:
        self.reply = lambda request: json_answer(body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.requests[-1].body.decode()).items()}

    @property
    def payload(self) -> Json:
        payload: Json = json.loads(self.form["payload"])
        return payload

    @property
    def event(self) -> Json:
        body: Json = json.loads(self.requests[-1].body)
        return body


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def app() -> Iterator[RepsApp]:
    app = RepsApp()
    app.listener.start()
    yield app
    app.listener.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(app: RepsApp, clock: Clock) -> Iterator[Standin]:
    with Standin(f"{app.listener.origin}/slack/events", clock=clock) as standin:
        yield standin


@pytest.fixture
def slack(desk: Standin) -> WebClient:
    return WebClient(token=desk.app.bot_token, base_url=desk.api_url, retry_handlers=[])


def card(slack: WebClient, **more: Any) -> str:
    return str(slack.chat_postMessage(channel=LEADS, text="MQL", blocks=CARD, **more)["ts"])


def modal(**more: Any) -> Json:
    reason = {"type": "static_select", "action_id": "reason", "options": REASONS}
    note = {"type": "plain_text_input", "action_id": "note", "max_length": 5}
    blocks = [
        {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Reason"}, "element": reason},
        {
            "type": "input",
            "block_id": "words",
            "optional": True,
            "label": {"type": "plain_text", "text": "Note"},
            "element": note,
        },
    ]
    title = {"type": "plain_text", "text": "Return"}
    return {"type": "modal", "callback_id": "return", "title": title, "submit": title, "blocks": blocks, **more}


def opened(desk: Standin, slack: WebClient, user: str = ANN, **more: Any) -> str:
    trigger = desk.workspace.issue_trigger(user)
    return str(slack.views_open(trigger_id=trigger, view=modal(**more))["view"]["id"])


# --- signatures


class At(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> float:
        return self.clock.now.timestamp()


def test_every_request_carries_a_signature_slacks_own_verifier_accepts(
    desk: Standin, app: RepsApp, slack: WebClient, clock: Clock
) -> None:
    verifier = SignatureVerifier(desk.app.signing_secret, At(clock))
    desk.command("ann", "/lead status L-1")
    desk.press("ann", card(slack), "lead_claim")
    desk.say("ann", "grüße")
    desk.open_home("ann")
    desk.verify_url()
    assert len(app.requests) == 5
    assert all(verifier.is_valid_request(one.body, dict(one.headers)) for one in app.requests)
    assert not verifier.is_valid_request(app.requests[0].body + b"x", dict(app.requests[0].headers))


def test_replay_is_the_very_same_bytes_and_a_retry_says_its_number(desk: Standin, app: RepsApp) -> None:
    ack = desk.say("ann", "hello")
    desk.resend(ack)
    desk.resend(ack, retry=1)
    first, replay, retry = app.requests
    assert replay.body == first.body == retry.body
    assert replay.headers["x-slack-signature"] == first.headers["x-slack-signature"]
    assert "x-slack-retry-num" not in replay.headers
    assert (retry.headers["x-slack-retry-num"], retry.headers["x-slack-retry-reason"]) == ("1", "http_timeout")


def test_hostile_bytes_go_out_as_given(desk: Standin, app: RepsApp) -> None:
    desk.send(b"\xff\xfe", {"X-Slack-Signature": "v0=\xe9".encode("latin-1"), "X-Slack-Request-Timestamp": "soon"})
    assert app.requests[0].body == b"\xff\xfe"
    assert app.requests[0].headers["x-slack-request-timestamp"] == "soon"


# --- commands


def test_command_has_slacks_fields_and_references(desk: Standin, app: RepsApp) -> None:
    desk.command("ann", "/lead assign L-1 @ben in #leads score>60 ada@example.com")
    form = app.form
    assert form["command"] == "/lead"
    assert form["text"] == f"assign L-1 <@{BEN}|ben> in <#{LEADS}|leads> score&gt;60 ada@example.com"
    assert (form["team_id"], form["user_id"], form["channel_id"]) == (TEAM, ANN, LEADS)
    assert form["response_url"].startswith(desk.origin)
    desk.command("ann", "/lead status ada@example.com", link=True)
    assert app.form["text"] == "status <mailto:ada@example.com|ada@example.com>"


def test_acknowledgement_of_a_command_is_shown_to_its_author_only(desk: Standin, app: RepsApp) -> None:
    app.reply = lambda request: Answer(200, b"plain words", "text/plain")
    assert desk.command("ann", "/lead").ok
    app.acks({"text": "with blocks", "blocks": [{"type": "divider"}]})
    assert desk.command("ann", "/lead").ok
    assert [one["text"] for one in desk.ephemerals("ann")] == ["plain words", "with blocks"]
    assert desk.ephemerals("ben") == []


def test_command_answered_in_channel_is_posted(desk: Standin, app: RepsApp) -> None:
    app.acks({"response_type": "in_channel", "text": "for all"})
    desk.command("ann", "/lead status L-1 --share")
    assert desk.messages()[0]["text"] == "for all"


@pytest.mark.parametrize(
    "body", [{"blocks": [{"type": "section"}]}, {"text": ""}, {"response_type": "shout", "text": "x"}]
)
def test_acknowledgement_slack_would_not_show_is_a_problem(desk: Standin, app: RepsApp, body: Json) -> None:
    app.acks(body)
    assert not desk.command("ann", "/lead").ok
    assert "failed with the error" in desk.ephemerals("ann")[0]["text"]


def test_failing_app_is_reported_as_slack_does(desk: Standin, app: RepsApp) -> None:
    app.reply = lambda request: Answer(500, b"")
    assert desk.command("ann", "/lead").problem == "dispatch_failed"
    desk.app_url = "http://127.0.0.1:9/slack/events"
    assert desk.command("ann", "/lead").problem == "dispatch_failed"
    assert desk.ephemerals("ann")[-1]["text"] == '/lead failed with the error "dispatch_failed"'


def test_answer_after_the_deadline_is_an_operation_timeout(app: RepsApp) -> None:
    release = Event()

    def slow(request: Request) -> Answer:
        release.wait(10)
        return Answer(200, b"late")

    app.reply = slow
    with Standin(f"{app.listener.origin}/", deadline=0.2) as desk:
        assert desk.command("ann", "/lead").problem == "operation_timeout"
        assert desk.ephemerals("ann")[0]["text"] == '/lead failed with the error "operation_timeout"'
    release.set()


# --- response addresses


def respond(app: RepsApp, body: Json) -> requests.Response:
    address = app.form["response_url"] if "response_url" in app.form else app.payload["response_url"]
    return requests.post(address, json=body, timeout=5)


def test_response_address_works_five_times(desk: Standin, app: RepsApp) -> None:
    desk.command("ann", "/lead")
    answers = [respond(app, {"text": f"answer {n}"}) for n in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    assert len(desk.ephemerals("ann")) == 5


def test_response_address_dies_after_thirty_minutes(desk: Standin, app: RepsApp, clock: Clock) -> None:
    desk.command("ann", "/lead")
    clock.now += timedelta(minutes=30)
    assert respond(app, {"text": "just in time"}).status_code == 200
    clock.now += timedelta(seconds=1)
    assert respond(app, {"text": "too late"}).json()["error"] == "expired_url"


def test_looking_is_replaced_by_the_answer(desk: Standin, app: RepsApp) -> None:
    app.reply = lambda request: Answer(200, b"Looking...", "text/plain")
    desk.command("ann", "/lead status L-1")
    respond(app, {"text": "found", "replace_original": True})
    assert [one["text"] for one in desk.ephemerals("ann")] == ["found"]
    respond(app, {"delete_original": True})
    assert desk.ephemerals("ann") == []


def test_response_is_judged_like_a_message(desk: Standin, app: RepsApp) -> None:
    desk.command("ann", "/lead")
    assert respond(app, {"text": "x", "colour": 1}).json()["error"] == "invalid_arguments"
    assert respond(app, {"text": ""}).json()["error"] == "no_text"
    assert respond(app, {"blocks": [{"type": "x"}]}).json()["error"] == "invalid_blocks"
    assert requests.post(desk.origin + "/response/none", json={"text": "x"}, timeout=5).status_code == 404


# --- presses


def test_press_tells_who_where_and_what(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = card(slack, metadata={"event_type": "mql_alert", "event_payload": {"lead": "L-1", "revision": 1}})
    assert desk.press("ann", ts, "lead_claim").ok
    payload = app.payload
    assert payload["type"] == "block_actions"
    assert payload["actions"][0]["value"] == "L-1"
    assert (payload["user"]["id"], payload["user"]["team_id"], payload["team"]["id"]) == (ANN, TEAM, TEAM)
    assert payload["container"] == {"type": "message", "message_ts": ts, "channel_id": LEADS, "is_ephemeral": False}
    assert payload["message"]["metadata"]["event_payload"]["lead"] == "L-1"
    assert slack.views_open(trigger_id=payload["trigger_id"], view=modal())["ok"]


def test_menu_choice_comes_as_the_offered_option(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = card(slack)
    desk.press("ann", ts, "lead_more", "no_budget")
    assert app.payload["actions"][0]["selected_option"] == REASONS[1]
    with pytest.raises(LookupError, match="not_icp"):
        desk.press("ann", ts, "lead_more", "no_such_thing")
    with pytest.raises(LookupError, match="lead_claim"):
        desk.press("ann", ts, "lead_fly")


def test_old_copy_of_a_message_can_still_be_pressed(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = card(slack)
    old = desk.message(ts)
    slack.chat_update(channel=LEADS, ts=ts, text="claimed", blocks=[])
    with pytest.raises(LookupError):
        desk.press("ann", ts, "lead_claim")
    assert desk.press("ann", ts, "lead_claim", message=old).ok
    assert app.payload["actions"][0]["action_id"] == "lead_claim"


def test_press_in_an_ephemeral_carries_no_copy_of_it(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = slack.chat_postEphemeral(channel=LEADS, user=ANN, text="yours", blocks=CARD)["message_ts"]
    desk.press("ann", ts, "lead_claim")
    assert app.payload["container"]["is_ephemeral"]
    assert "message" not in app.payload
    with pytest.raises(LookupError):
        desk.press("ben", ts, "lead_claim")


def test_outsider_presses_with_the_id_of_another_team(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=SHARED, text="MQL", blocks=CARD)["ts"]
    desk.press("olga", ts, "lead_claim")
    assert app.payload["user"]["team_id"] == OTHER_TEAM
    assert app.payload["team"]["id"] == TEAM


def test_fields_of_a_payload_can_be_tampered_with(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    desk.press("ann", card(slack), "lead_claim", team={"id": "T0EVIL", "domain": "evil"})
    assert app.payload["team"]["id"] == "T0EVIL"


# --- modals


def test_submission_carries_the_state_of_every_input(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    opened(desk, slack, private_metadata="L-1")
    assert desk.submit("ann", {"why.reason": "no_budget", "note": "late"}).ok
    payload = app.payload
    assert payload["type"] == "view_submission"
    assert payload["view"]["private_metadata"] == "L-1"
    values = payload["view"]["state"]["values"]
    assert values["why"]["reason"] == {"type": "static_select", "selected_option": REASONS[1]}
    assert values["words"]["note"] == {"type": "plain_text_input", "value": "late"}
    assert desk.view("ann") is None, "an empty acknowledgement closes the modal"


def test_required_and_overlong_inputs_never_leave_slack(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    opened(desk, slack)
    assert desk.submit("ann", {}).errors == {"why": "Please complete this required field."}
    assert "words" in desk.submit("ann", {"why": "no_budget", "note": "too long"}).errors
    assert app.requests == []
    assert desk.submit("ann", {}, check=False).status == 200


def test_app_can_complain_update_push_and_clear(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    first = opened(desk, slack)
    app.acks({"response_action": "errors", "errors": {"why": "Ask your manager."}})
    assert desk.submit("ann", {"why": "no_budget"}).errors == {"why": "Ask your manager."}
    app.acks({"response_action": "update", "view": modal(callback_id="second")})
    assert desk.submit("ann", {"why": "no_budget"}).ok
    assert [(one["id"], one["callback_id"]) for one in desk.workspace.views_of(ANN)] == [(first, "second")]
    app.acks({"response_action": "push", "view": modal(callback_id="third")})
    assert desk.submit("ann", {"why": "no_budget"}).ok
    assert [one["callback_id"] for one in desk.workspace.views_of(ANN)] == ["second", "third"]
    app.acks({"response_action": "clear"})
    assert desk.submit("ann", {"why": "no_budget"}).ok
    assert desk.workspace.views_of(ANN) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
def test_answer_slack_could_not_show_is_a_problem(desk: Standin, app: RepsApp, slack: WebClient, answer: Json) -> None:
    opened(desk, slack)
    app.acks(answer)
    assert desk.submit("ann", {"why": "no_budget"}).problem
    assert desk.view("ann") is not None, "the modal stays open"


def test_closing_is_told_only_where_it_was_asked_for(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    opened(desk, slack)
    assert desk.close("ann") is None
    opened(desk, slack, notify_on_close=True)
    desk.close("ann")
    assert (app.payload["type"], app.payload["is_cleared"]) == ("view_closed", False)
    assert desk.view("ann") is None


def test_external_menu_asks_the_app_for_options(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    element = {"type": "external_select", "action_id": "lead"}
    label = {"type": "plain_text", "text": "Lead"}
    opened(desk, slack, blocks=[{"type": "input", "block_id": "lead", "label": label, "element": element}])
    app.acks({"options": REASONS})
    assert desk.options("ann", "lead", "ada").json["options"] == REASONS
    assert (app.payload["type"], app.payload["value"]) == ("block_suggestion", "ada")


# --- events and shortcuts


def test_message_in_a_thread_arrives_as_an_event(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    ts = card(slack)
    desk.say("ann", "call <!here> & @ben", thread_ts=ts)
    event = app.event["event"]
    assert (event["type"], event["user"], event["thread_ts"]) == ("message", ANN, ts)
    assert event["text"] == f"call &lt;!here&gt; &amp; <@{BEN}>"
    assert app.event["event_id"].startswith("Ev")
    assert desk.thread(ts)[0]["text"] == event["text"]


def test_shared_channel_is_marked_on_the_envelope(desk: Standin, app: RepsApp) -> None:
    desk.say("olga", "hi", channel=SHARED)
    assert app.event["is_ext_shared_channel"]


def test_mention_home_and_shortcuts_arrive(desk: Standin, app: RepsApp, slack: WebClient) -> None:
    desk.mention("ann", "status L-1")
    assert app.event["event"]["type"] == "app_mention"
    desk.open_home("ann")
    assert (app.event["event"]["type"], app.event["event"]["tab"]) == ("app_home_opened", "home")
    desk.shortcut("ann", "find_lead")
    assert app.payload["type"] == "shortcut"
    desk.shortcut("ann", "add_note", card(slack))
    assert (app.payload["type"], app.payload["callback_id"]) == ("message_action", "add_note")


# --- waiting


def test_waiting_ends_with_the_change_waited_for(desk: Standin, slack: WebClient) -> None:
    before = desk.workspace.version
    found: list[Any] = []
    waiter = Thread(target=lambda: found.append(desk.wait_for(desk.messages)))
    waiter.start()
    card(slack)
    waiter.join(5)
    assert found[0][0]["text"] == "MQL"
    assert desk.workspace.changes_since(before, 0) > before
    with pytest.raises(TimeoutError):
        desk.wait_for(lambda: False, timeout=0.01)


def test_reset_forgets_everything_said(desk: Standin, slack: WebClient) -> None:
    card(slack)
    desk.reset()
    assert desk.messages() == []
    assert desk.calls() == []


def test_empty_object_closes_a_modal_and_other_words_are_a_problem(
    desk: Standin, app: RepsApp, slack: WebClient
) -> None:
    opened(desk, slack)
    app.reply = lambda request: Answer(200, b"fine", "text/plain")
    assert desk.submit("ann", {"why": "no_budget"}).problem == "invalid_response"
    app.acks({})
    assert desk.submit("ann", {"why": "no_budget"}).ok
    assert desk.view("ann") is None
