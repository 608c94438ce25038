"""The alert in the channel: once, in its place, up to date, whatever Slack does meanwhile."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from bot.alerts import SlackAlerts, slack_alerts
from bot.client import is_response_url, make_client
from bot.config import SlackConfig
from qualification.promises import Ambiguous, Dead, Outcome, Paused, Promise, Retry, Sent
from qualification.team import load_team
from qualification.views import Line, Person
from tests.slackdesk import SECRET, SITE, START, TOKEN, Book, Clock, lead
from tryout.standin import ANN, ARCHIVED, BEN, GENERAL, LEADS, PRIVATE, URGENT, Standin
from tryout.standin.listener import Answer, Listener, Request, json_answer


class Wire:
    """The destination against the stand-in. `send` promises as the outbox would, remembering root and doubt."""

    def __init__(self, slack: Standin, clock: Clock, team: str = "", channel: str = LEADS) -> None:
        self.slack, self.clock, self.book = slack, clock, Book()
        self.book.keep(lead())
        self.config = SlackConfig(SITE, TOKEN, SECRET, channel, load_team(team), slack.api_url, timeout_s=1)
        self.alerts: SlackAlerts = slack_alerts(self.config, self.book, clock)
        self.root: str | None = None

    def alert(self, maybe_sent: bool = False, ref: str = "L-1042", **payload: Any) -> Outcome:
        view = self.book.leads.get(ref, lead())
        told = {"lead": ref, "cycle": view.cycle, "revision": view.revision, **payload}
        outcome = self.alerts.send(self._promise("alert", told, maybe_sent))
        self.root = outcome.remote_id if isinstance(outcome, Sent) else self.root
        return outcome

    def line(self, word: str, maybe_sent: bool = False, **payload: Any) -> Outcome:
        told = {"lead": "L-1042", "cycle": 1, "line": word, **payload}
        return self.alerts.send(self._promise("line", told, maybe_sent, f"slack:line:{word}"))

    def _promise(
        self, kind: str, payload: dict[str, Any], maybe_sent: bool, key: str = "slack:alert:42:1:3"
    ) -> Promise:
        return Promise(key, kind, payload, self.root, maybe_sent, self.clock(), SITE)

    @property
    def ts(self) -> str:
        assert self.root
        return self.root.partition(":")[2]

    def posts(self, channel: str = LEADS) -> list[Any]:
        return self.slack.messages(channel)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wire(clock: Clock) -> Iterator[Wire]:
    with Standin(clock=clock) as slack:
        yield Wire(slack, clock)


def test_alert_is_posted_once_and_then_edited_in_place(wire):
    assert isinstance(wire.alert(), Sent)
    wire.book.keep(lead(handoff="claimed", owner=Person(ANN, "Ann"), claimed_at=START, revision=4))
    assert wire.alert() == Sent(wire.root)
    [post] = wire.posts()
    assert post["metadata"] == {"event_type": "mql_alert", "event_payload": {"lead": "L-1042", "revision": 4}}
    assert "Claimed by" in post["text"]
    assert "Claimed by" in str(post["blocks"])
    [update] = wire.slack.calls("chat.update")
    assert update.arguments["text"]
    assert update.arguments["blocks"]  # R31
    [posted] = wire.slack.calls("chat.postMessage")
    assert posted.arguments["unfurl_links"] is False
    assert posted.arguments["unfurl_media"] is False


def test_r43_an_older_promise_never_shows_an_older_state(wire):
    wire.book.keep(lead(handoff="claimed", owner=Person(ANN, "Ann"), revision=9))
    wire.alert(revision=9)
    wire.alert(revision=3)
    assert wire.posts()[0]["metadata"]["event_payload"]["revision"] == 9
    assert "Claimed" in wire.posts()[0]["text"]


def test_r37_metadata_and_values_hold_ids_only(wire):
    wire.alert()
    wire.line("claimed", by="Ann")
    for call in wire.slack.calls("chat.postMessage"):
        assert "dana" not in str(call.arguments["metadata"]).lower()
    values = [
        one["value"] for block in wire.posts()[0]["blocks"] for one in block.get("elements", []) if "value" in one
    ]
    assert set(values) == {"L-1042"}


@pytest.mark.parametrize("kind", ["drop_after", "hang_after", "cut"])
def test_r19_what_slack_took_before_the_line_broke_is_not_posted_again(wire, kind):
    wire.slack.faults.add("chat.postMessage", kind, seconds=3)
    assert isinstance(wire.alert(), Ambiguous)
    assert isinstance(wire.alert(maybe_sent=True), Sent)
    assert len(wire.posts()) == 1
    assert len(wire.slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("kind", ["drop", "hang", "500", "502"])
def test_r20_what_slack_never_took_is_posted_after_a_look(wire, kind):
    wire.slack.faults.add("chat.postMessage", kind, seconds=3)
    assert isinstance(wire.alert(), Ambiguous)
    assert isinstance(wire.alert(maybe_sent=True), Sent)
    assert len(wire.posts()) == 1


def test_a_call_is_tried_once_and_never_repeated_by_the_library(wire):
    wire.slack.faults.add("chat.postMessage", "drop_after", None)
    wire.alert()
    assert len(wire.slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("kind", ["drop_after", "cut"])
def test_r19_a_thread_line_is_not_said_twice(wire, kind):
    wire.alert()
    wire.slack.faults.add("chat.postMessage", kind)
    assert isinstance(wire.line("claimed", by="Ann"), Ambiguous)
    assert isinstance(wire.line("claimed", maybe_sent=True, by="Ann"), Sent)
    assert len(wire.slack.thread(wire.ts)) == 1


def test_a_recycled_lead_gets_a_card_of_its_own_and_the_old_one_steps_back(wire):
    wire.alert()
    first = wire.root
    wire.book.keep(lead(handoff="offered", cycle=2, revision=7))
    wire.root = None
    assert isinstance(wire.alert(maybe_sent=True), Sent)
    assert len(wire.posts()) == 2
    wire.root = first
    wire.alert(cycle=1)
    old = wire.posts()[0]
    assert "newer alert" in old["text"]
    assert "lead_claim" not in str(old["blocks"])


def test_r17_429_waits_as_asked_on_this_channel_and_no_other(wire, clock):
    wire.slack.faults.add("chat.postMessage", "429", retry_after=7, match={"channel": LEADS})
    assert wire.alert() == Retry(7.0, "Slack asks to slow down (429)", counts=False)
    calls = len(wire.slack.calls())
    held = wire.alert()
    assert isinstance(held, Retry)
    assert held.counts is False
    assert len(wire.slack.calls()) == calls
    wire.config = replace(wire.config, alert_channel=URGENT)
    wire.alerts._routes = wire.config.routes
    assert isinstance(wire.alert(), Sent)
    wire.alerts._routes, wire.root = replace(wire.config, alert_channel=LEADS).routes, None
    clock.pass_(7.1)
    assert isinstance(wire.alert(), Sent)


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_r23_a_refused_token_pauses_and_keeps_the_promise(wire, code):
    wire.slack.faults.add("chat.postMessage", "error", code=code)
    outcome = wire.alert()
    assert isinstance(outcome, Paused)
    assert code in outcome.error


def test_r23_a_missing_scope_is_named(clock):
    with Standin(clock=clock, scopes=["users:read"]) as slack:
        outcome = Wire(slack, clock).alert()
    assert isinstance(outcome, Paused)
    assert "chat:write" in outcome.error


@pytest.mark.parametrize("channel", [ARCHIVED, "C0NOTHERE99"])
def test_r23_a_channel_that_refuses_sends_the_alert_to_the_fallback(clock, channel):
    with Standin(clock=clock) as slack:
        wire = Wire(slack, clock, f"fallback_channel: {URGENT}", channel)
        assert isinstance(wire.alert(), Sent)
        [post] = wire.posts(URGENT)
        assert "Posted here because" in str(post["blocks"])


def test_r23_a_public_channel_is_joined_and_a_lost_one_is_dead_in_words(clock):
    with Standin(clock=clock, scopes=["chat:write", "channels:join", "channels:history"]) as slack:
        assert isinstance(Wire(slack, clock, channel=GENERAL).alert(), Sent)
        outcome = Wire(slack, clock, channel=ARCHIVED).alert()
    assert isinstance(outcome, Dead)
    assert "is_archived" in outcome.error


def test_routes_of_the_team_file_go_first(clock):
    team = f"routes:\n  - when: {{min_score: 80, language: en}}\n    channel: {URGENT}\n"
    with Standin(clock=clock) as slack:
        wire = Wire(slack, clock, team)
        wire.alert()
        wire.book.keep(lead(1043, locale="de-DE"))
        wire.root = None
        wire.alert(ref="L-1043")
        assert (len(wire.posts(URGENT)), len(wire.posts(LEADS))) == (1, 1)


def test_r24_a_deleted_alert_is_posted_again_once_and_its_thread_follows(wire):
    wire.alert()
    wire.slack.remove(wire.ts)
    assert isinstance(wire.alert(), Sent)
    assert len(wire.posts()) == 1
    assert isinstance(wire.line("claimed", by="Ann"), Sent)
    assert len(wire.slack.thread(wire.ts)) == 1


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
def test_refused_blocks_go_as_plain_text_at_once(wire, code):
    wire.slack.faults.add("chat.postMessage", "error", code=code)
    assert isinstance(wire.alert(), Sent)
    [post] = wire.posts()
    assert "Dana Smith" in post["text"]
    wire.slack.faults.add("chat.update", "error", code=code)
    assert isinstance(wire.alert(), Sent)


def test_without_the_right_to_look_an_unknown_outcome_is_posted_again_rather_than_lost(clock):
    with Standin(clock=clock, scopes=["chat:write", "users:read"]) as slack:
        wire = Wire(slack, clock)
        assert isinstance(wire.alert(maybe_sent=True), Sent)


def test_unreachable_slack_is_surely_not_done_and_a_redirect_is_not_followed(wire, clock):
    wire.slack.faults.add("chat.postMessage", "redirect")
    redirected = wire.alert()
    assert isinstance(redirected, Retry)
    assert "redirect" in redirected.error
    config = replace(wire.config, api_url="http://127.0.0.1:9/api/")
    assert isinstance(
        slack_alerts(config, wire.book, clock).send(wire._promise("alert", {"lead": "L-1042"}, False)), Retry
    )


def test_the_token_is_never_carried_to_another_host():
    seen: list[Request] = []
    thief = Listener(lambda request: seen.append(request) or json_answer({"ok": True}))  # type: ignore[func-returns-value]
    lure = Listener(lambda _: Answer(302, b"", "text/html", {"Location": f"{thief.origin}/api/chat.postMessage"}))
    thief.start()
    lure.start()
    try:
        client = make_client("xoxb-secret", f"{lure.origin}/api/", 2)
        with pytest.raises(Exception, match="not_json"):
            client.chat_postMessage(channel="C1", text="x")
        assert seen == []
        assert requests.post(f"{thief.origin}/x", timeout=2).ok  # the thief would have heard it
    finally:
        lure.stop()
        thief.stop()


def test_answers_are_posted_to_slack_alone():
    api = "https://slack.com/api/"
    assert is_response_url("https://hooks.slack.com/commands/T1/2/3", api)
    for url in (
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.io/x",
        "https://169.254.169.254/",
        "file:///etc/passwd",
        "",
    ):
        assert not is_response_url(url, api)
    assert is_response_url("http://127.0.0.1:7000/response/1", "http://127.0.0.1:5000/api/")


def test_the_first_thread_reply_is_the_conversation_and_lines_tell_what_changed(wire):
    spoken = tuple(Line(str(n), "visitor", None, f"line {n} <!channel>", START) for n in range(30))
    wire.book.keep(lead(transcript=spoken[-20:]))
    wire.alert()
    wire.line("transcript")
    wire.line("claimed", by="Ann")
    wire.line("returned", by="Ann", code="no_budget", text="*not* <!here> this year")
    wire.line("fact", slots=["company_size", "demo"])
    wire.line("never_heard_of", by="Ann")
    first, claimed, returned, fact, odd = wire.slack.thread(wire.ts)
    assert "line 29" in str(first["blocks"])
    assert "Claimed by Ann" in claimed["text"]
    assert "No budget" in returned["text"]
    assert "<!here>" not in returned["text"]
    assert "about 120" in fact["text"]
    assert odd["text"]
    assert all(one["metadata"]["event_type"] == "foyer_post" for one in wire.slack.thread(wire.ts))


def test_a_wish_to_buy_is_broadcast_and_other_lines_are_not(wire):
    wire.alert()
    wire.line("claimed", by="Ann")
    wire.line("purchase_interest", broadcast=True)
    assert len(wire.posts()) == 2
    assert "wants to talk to sales" in wire.posts()[1]["text"]


def test_lines_without_an_alert_and_leads_that_are_gone_are_dead_in_words(wire):
    assert wire.line("claimed") == Dead("the alert this line belongs to was never posted")
    assert wire.alert(ref="L-9") == Dead("there is no lead L-9")


def test_a_store_that_is_away_is_no_doubt_about_slack(wire):
    def down() -> None:
        raise ConnectionError("password=hunter2")

    wire.book.before = down
    outcome = wire.alert()
    assert isinstance(outcome, Retry)
    assert "hunter2" not in outcome.error
    assert wire.slack.calls() == []


def test_nobody_is_told_of_somebody_who_was_erased_before(wire):
    wire.book.keep(lead(status="erased", name=None, email=None, company=None, revision=8))
    assert isinstance(wire.alert(), Sent)
    assert isinstance(wire.line("purchase_interest"), Sent)
    assert wire.posts() == []


def test_r38_an_erased_persons_card_is_redacted(wire):
    wire.alert()
    wire.book.keep(lead(status="erased", name=None, email=None, company=None, revision=8))
    wire.alert()
    [post] = wire.posts()
    assert "erased" in post["text"]
    assert "Dana" not in str(post)
    assert "lead_" not in str(post["blocks"])


def test_several_threads_share_one_destination(wire):
    wire.book.keep(*(lead(3000 + number) for number in range(12)))
    results: list[Outcome] = []

    def send(number: int) -> None:
        payload = {"lead": f"L-{3000 + number}", "cycle": 1, "revision": 3}
        promise = Promise(f"k{number}", "alert", payload, None, False, wire.clock(), SITE)
        results.append(wire.alerts.send(promise))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Sent) for one in results)
    assert len(wire.posts()) == 12


def test_a_private_channel_the_bot_is_in_works_like_any_other(clock):
    with Standin(clock=clock) as slack:
        assert isinstance(Wire(slack, clock, channel=PRIVATE).alert(), Sent)


def test_a_manager_is_told_in_person(wire):
    told = {"lead": "L-1042", "cycle": 1, "line": "sla_escalate", "user": BEN}
    assert isinstance(wire.alerts.send(wire._promise("direct", told, False, "slack:direct:1")), Sent)
    [message] = wire.slack.direct_messages(BEN)
    assert "nobody has claimed it" in message["text"]
