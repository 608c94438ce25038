"""The stand-in's Web API refuses what Slack refuses, judged with Slack's own client."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tryout.standin import (
    ANN,
    ARCHIVED,
    BEN,
    GENERAL,
    GONE,
    LEADS,
    OUTSIDER,
    PRIVATE,
    REPS_GROUP,
    TEAM,
    Standin,
)
from tryout.standin.methods import methods
from tryout.standin.web_api import HANDLERS

TOKEN = "xoxb-stand-in-token"
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Return"}, "blocks": []}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def step(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Iterator[Standin]:
    with Standin(clock=clock) as standin:
        yield standin


@pytest.fixture
def slack(desk: Standin) -> WebClient:
    return client_of(desk)


def client_of(desk: Standin, token: str | None = TOKEN) -> WebClient:
    return WebClient(token=token, base_url=desk.api_url, retry_handlers=[])


def refusal(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        call(*args, **kwargs)
    return str(raised.value.response["error"])


def raw(desk: Standin, method: str, **kwargs: Any) -> dict[str, Any]:
    kwargs.setdefault("headers", {})["Authorization"] = f"Bearer {TOKEN}"
    answer: dict[str, Any] = requests.post(desk.api_url + method, timeout=5, **kwargs).json()
    return answer


# --- calls and arguments


def test_every_method_of_the_table_is_played_and_no_other() -> None:
    assert set(methods()) == set(HANDLERS)


def test_token_is_required_and_must_be_the_right_one(desk: Standin) -> None:
    assert refusal(client_of(desk, None).auth_test) == "not_authed"
    assert refusal(client_of(desk, "xoxb-wrong").auth_test) == "invalid_auth"
    assert client_of(desk).auth_test()["team_id"] == TEAM
    desk.revoke()
    assert refusal(client_of(desk).auth_test) == "token_revoked"


def test_unknown_method_is_named(desk: Standin, slack: WebClient) -> None:
    assert refusal(slack.api_call, "chat.shout") == "unknown_method"
    assert requests.get(desk.origin + "/elsewhere", timeout=5).status_code == 404


def test_missing_unknown_and_mistyped_arguments_are_refused(desk: Standin) -> None:
    answer = raw(desk, "chat.postMessage", json={"text": 7, "colour": "red", "blocks": "[", "unfurl_links": "maybe"})
    assert answer["error"] == "invalid_arguments"
    assert sorted(answer["response_metadata"]["messages"]) == [
        "[ERROR] invalid additional property: colour",
        "[ERROR] missing required field: channel",
        "[ERROR] must provide a boolean [json-pointer:/unfurl_links]",
        "[ERROR] must provide a string [json-pointer:/text]",
        "[ERROR] must provide an array [json-pointer:/blocks]",
    ]


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("conversations.history", {"channel": LEADS, "limit": "many"}),
        ("conversations.history", {"channel": LEADS, "oldest": "yesterday"}),
        ("chat.update", {"channel": LEADS, "ts": "1234", "text": "x"}),
        ("reactions.add", {"channel": LEADS, "name": "tada", "timestamp": "now"}),
        ("views.publish", {"user_id": ANN, "view": "home"}),
        ("users.info", {}),
        ("users.lookupByEmail", {"email": ""}),
    ],
)
def test_form_fields_are_judged_by_type_too(desk: Standin, method: str, fields: dict[str, str]) -> None:
    assert raw(desk, method, data=fields)["error"] == "invalid_arguments"


def test_forms_json_bodies_and_query_strings_are_all_read(desk: Standin) -> None:
    assert raw(desk, "chat.postMessage", data={"channel": LEADS, "blocks": '[{"type": "divider"}]'})["ok"]
    assert raw(desk, "chat.postMessage", json={"channel": LEADS, "blocks": [{"type": "divider"}]})["ok"]
    url = f"{desk.api_url}users.info?user={ANN}"
    assert requests.get(url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).json()["ok"]


def test_json_is_not_read_where_slack_reads_forms_only(desk: Standin) -> None:
    assert raw(desk, "users.info", json={"user": ANN})["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"<x/>", "text/xml", "invalid_post_type"),
        (b"channel=\xff", "application/x-www-form-urlencoded", "invalid_form_data"),
    ],
)
def test_unreadable_bodies_are_refused(desk: Standin, body: bytes, content_type: str, error: str) -> None:
    answer = raw(desk, "chat.postMessage", data=body, headers={"Content-Type": content_type})
    assert answer["error"] == error


def test_missing_scope_is_named(desk: Standin, slack: WebClient) -> None:
    desk.app.scopes -= {"reactions:write", "channels:history"}
    ts = slack.chat_postMessage(channel=LEADS, text="hi")["ts"]
    with pytest.raises(SlackApiError) as raised:
        slack.reactions_add(channel=LEADS, name="tada", timestamp=ts)
    assert raised.value.response["error"] == "missing_scope"
    assert raised.value.response["needed"] == "reactions:write"
    assert "chat:write" in raised.value.response["provided"]
    assert refusal(slack.conversations_history, channel=LEADS) == "missing_scope"


def test_another_teams_id_is_refused(slack: WebClient) -> None:
    assert refusal(slack.users_info, user=ANN, team_id="T0ELSEWHERE") == "team_access_not_granted"


# --- messages


def test_message_needs_words_or_blocks(slack: WebClient) -> None:
    assert refusal(slack.api_call, "chat.postMessage", json={"channel": LEADS}) == "no_text"
    assert refusal(slack.chat_postMessage, channel=LEADS, text="  ") == "no_text"
    assert slack.chat_postMessage(channel=LEADS, text="x" * 40_000)["ok"]
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x" * 40_001) == "msg_too_long"
    both = {"channel": LEADS, "text": "a", "markdown_text": "b"}
    assert refusal(slack.api_call, "chat.postMessage", json=both) == "markdown_text_conflict"


def test_wrong_blocks_come_back_with_a_pointer(slack: WebClient) -> None:
    with pytest.raises(SlackApiError) as raised:
        slack.chat_postMessage(channel=LEADS, text="x", blocks=[{"type": "section"}])
    answer = raised.value.response
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["must define either `text` or `fields` [json-pointer:/blocks/0]"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {answer['errors'][0]}"]


def test_blocks_that_are_no_list_of_objects_have_a_wrong_format(desk: Standin, slack: WebClient) -> None:
    assert raw(desk, "chat.postMessage", json={"channel": LEADS, "blocks": ["x"]})["error"] == "invalid_blocks_format"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x", blocks=[section] * 5) == "msg_blocks_too_long"


def test_attachments_are_judged_like_blocks(slack: WebClient) -> None:
    wrong = [{"color": "#00f", "blocks": [{"type": "header"}]}]
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x", attachments=wrong) == "invalid_blocks"
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x", attachments=[{}] * 101) == "too_many_attachments"


def test_posting_obeys_membership_and_archives(desk: Standin, slack: WebClient) -> None:
    assert refusal(slack.chat_postMessage, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refusal(slack.chat_postMessage, channel=ARCHIVED, text="x") == "is_archived"
    assert refusal(slack.chat_postMessage, channel=GENERAL, text="x") == "not_in_channel"
    slack.conversations_join(channel=GENERAL)
    assert slack.chat_postMessage(channel=GENERAL, text="x")["ok"]
    desk.workspace.channels[PRIVATE].members.discard(desk.app.user)
    assert refusal(slack.chat_postMessage, channel=PRIVATE, text="x") == "channel_not_found"
    desk.workspace.channels[LEADS].read_only = True
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x") == "restricted_action"


def test_public_posting_scope_spares_the_join(desk: Standin, slack: WebClient) -> None:
    desk.app.scopes.add("chat:write.public")
    assert slack.chat_postMessage(channel=GENERAL, text="x")["ok"]


def test_posting_to_a_person_opens_the_direct_conversation(desk: Standin, slack: WebClient) -> None:
    channel = slack.chat_postMessage(channel=ANN, text="psst")["channel"]
    assert slack.conversations_open(users=ANN)["channel"]["id"] == channel
    assert [one["text"] for one in desk.direct_messages("ann")] == ["psst"]
    assert refusal(slack.conversations_open, users="U0NOBODY") == "user_not_found"
    assert refusal(slack.conversations_open, users=GONE) == "user_disabled"


def test_update_keeps_blocks_it_does_not_mention(desk: Standin, slack: WebClient) -> None:
    posted = slack.chat_postMessage(channel=LEADS, text="one", blocks=[{"type": "divider"}])
    slack.chat_update(channel=LEADS, ts=posted["ts"], text="two")
    assert desk.messages()[0]["text"] == "two"
    assert [block["type"] for block in desk.messages()[0]["blocks"]] == ["divider"]
    slack.chat_update(channel=LEADS, ts=posted["ts"], text="three", blocks=[])
    assert desk.messages()[0]["blocks"] == []
    assert desk.messages()[0]["edited"]["user"] == desk.app.user


def test_only_own_and_existing_messages_can_be_changed(desk: Standin, slack: WebClient) -> None:
    said = desk.workspace.post(LEADS, {"user": ANN, "text": "mine"})
    assert refusal(slack.chat_update, channel=LEADS, ts=said["ts"], text="x") == "cant_update_message"
    assert refusal(slack.chat_delete, channel=LEADS, ts=said["ts"]) == "cant_delete_message"
    assert refusal(slack.chat_update, channel=LEADS, ts="1.000000", text="x") == "message_not_found"
    assert refusal(slack.chat_getPermalink, channel=LEADS, message_ts="1.000000") == "message_not_found"
    own = slack.chat_postMessage(channel=LEADS, text="x")["ts"]
    assert refusal(slack.chat_update, channel=LEADS, ts=own, text=" ") == "no_text"
    slack.chat_delete(channel=LEADS, ts=own)
    assert refusal(slack.chat_delete, channel=LEADS, ts=own) == "message_not_found"


def test_replies_stay_in_their_thread_unless_broadcast(slack: WebClient) -> None:
    root = slack.chat_postMessage(channel=LEADS, text="root")["ts"]
    quiet = slack.chat_postMessage(channel=LEADS, text="quiet", thread_ts=root)["ts"]
    slack.chat_postMessage(channel=LEADS, text="loud", thread_ts=root, reply_broadcast=True)
    history = slack.conversations_history(channel=LEADS)["messages"]
    assert [one["text"] for one in history] == ["loud", "root"]
    assert history[1]["reply_count"] == 2
    thread = slack.conversations_replies(channel=LEADS, ts=root)["messages"]
    assert [one["text"] for one in thread] == ["root", "quiet", "loud"]
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x", thread_ts=quiet) == "cannot_reply_to_message"
    assert refusal(slack.chat_postMessage, channel=LEADS, text="x", thread_ts="1.000000") == "thread_not_found"


def test_history_gives_metadata_only_when_asked_and_pages_by_cursor(slack: WebClient) -> None:
    for revision in range(5):
        mark = {"event_type": "mql_alert", "event_payload": {"lead": "L-1", "revision": revision}}
        slack.chat_postMessage(channel=LEADS, text=f"m{revision}", metadata=mark)
    assert all("metadata" not in one for one in slack.conversations_history(channel=LEADS)["messages"])
    pages = slack.conversations_history(channel=LEADS, limit=2, include_all_metadata=True)
    seen = [one["metadata"]["event_payload"]["revision"] for page in pages for one in page["messages"]]
    assert seen == [4, 3, 2, 1, 0]
    assert refusal(slack.conversations_history, channel=LEADS, cursor="no cursor") == "invalid_cursor"
    assert refusal(slack.conversations_history, channel=LEADS, limit=1000) == "invalid_limit"
    assert refusal(slack.conversations_history, channel=GENERAL) == "not_in_channel"


def test_history_between_two_times_includes_the_ends_only_on_request(clock: Clock, slack: WebClient) -> None:
    stamps = []
    for _ in range(3):
        stamps.append(slack.chat_postMessage(channel=LEADS, text="x")["ts"])
        clock.step(10)
    ends: dict[str, Any] = {"channel": LEADS, "oldest": stamps[0], "latest": stamps[2]}
    assert [one["ts"] for one in slack.conversations_history(**ends)["messages"]] == [stamps[1]]
    assert len(slack.conversations_history(**ends, inclusive=True)["messages"]) == 3


def test_timestamps_are_unique_while_the_clock_stands_still(slack: WebClient) -> None:
    stamps = [slack.chat_postMessage(channel=LEADS, text="x")["ts"] for _ in range(5)]
    assert sorted(set(stamps)) == stamps


def test_ephemeral_reaches_one_member_only(desk: Standin, slack: WebClient) -> None:
    slack.chat_postEphemeral(channel=LEADS, user=ANN, text="just you")
    assert [one["text"] for one in desk.ephemerals("ann")] == ["just you"]
    assert desk.ephemerals("ben") == []
    assert desk.messages() == []
    assert refusal(slack.chat_postEphemeral, channel=LEADS, user=OUTSIDER, text="x") == "user_not_in_channel"


def test_reactions_and_pins_are_counted_once(desk: Standin, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=LEADS, text="x")["ts"]
    slack.reactions_add(channel=LEADS, name="white_check_mark", timestamp=ts)
    assert desk.reactions(ts) == {"white_check_mark": [desk.app.user]}
    assert slack.conversations_history(channel=LEADS)["messages"][0]["reactions"][0]["count"] == 1
    assert refusal(slack.reactions_add, channel=LEADS, name="white_check_mark", timestamp=ts) == "already_reacted"
    assert refusal(slack.reactions_add, channel=LEADS, name="not an emoji", timestamp=ts) == "invalid_name"
    slack.reactions_remove(channel=LEADS, name="white_check_mark", timestamp=ts)
    assert refusal(slack.reactions_remove, channel=LEADS, name="white_check_mark", timestamp=ts) == "no_reaction"


# --- views


def test_trigger_opens_one_modal_and_dies_after_three_seconds(desk: Standin, slack: WebClient, clock: Clock) -> None:
    fresh, late = desk.workspace.issue_trigger(ANN), desk.workspace.issue_trigger(ANN)
    slack.views_open(trigger_id=fresh, view=MODAL)
    assert refusal(slack.views_open, trigger_id=fresh, view=MODAL) == "exchanged_trigger_id"
    clock.step(3.001)
    assert refusal(slack.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refusal(slack.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"


def test_modals_stack_three_deep(desk: Standin, slack: WebClient) -> None:
    slack.views_open(trigger_id=desk.workspace.issue_trigger(ANN), view=MODAL)
    for _ in range(2):
        slack.views_push(trigger_id=desk.workspace.issue_trigger(ANN), view=MODAL)
    trigger = desk.workspace.issue_trigger(ANN)
    assert refusal(slack.views_push, trigger_id=trigger, view=MODAL) == "push_limit_reached"
    assert refusal(slack.views_push, trigger_id=desk.workspace.issue_trigger(BEN), view=MODAL) == "not_found"


def test_wrong_view_is_refused_as_an_argument(desk: Standin, slack: WebClient) -> None:
    trigger = desk.workspace.issue_trigger(ANN)
    with pytest.raises(SlackApiError) as raised:
        slack.views_open(trigger_id=trigger, view={**MODAL, "title": {"type": "plain_text", "text": "x" * 25}})
    assert raised.value.response["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in raised.value.response["response_metadata"]["messages"][0]
    assert refusal(slack.views_open, trigger_id=trigger, view=HOME) == "invalid_arguments"
    assert slack.views_open(trigger_id=trigger, view=MODAL)["ok"], "a refused view leaves the trigger usable"


def test_update_with_a_stale_hash_is_a_conflict(desk: Standin, slack: WebClient) -> None:
    opened = slack.views_open(trigger_id=desk.workspace.issue_trigger(ANN), view=MODAL)["view"]
    slack.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL)
    assert refusal(slack.views_update, view_id=opened["id"], hash=opened["hash"], view=MODAL) == "hash_conflict"
    assert refusal(slack.views_update, view_id="V0NONE", view=MODAL) == "not_found"


def test_home_tab_is_published_per_person_and_guarded_by_its_hash(desk: Standin, slack: WebClient) -> None:
    first = slack.views_publish(user_id=ANN, view=HOME)["view"]
    slack.views_publish(user_id=ANN, view=HOME, hash=first["hash"])
    assert refusal(slack.views_publish, user_id=ANN, view=HOME, hash=first["hash"]) == "hash_conflict"
    assert desk.home("ann") is not None
    assert desk.home("ben") is None
    assert refusal(slack.views_publish, user_id="U0NOBODY", view=HOME) == "invalid_arguments"


def test_external_ids_are_unique(desk: Standin, slack: WebClient) -> None:
    slack.views_open(trigger_id=desk.workspace.issue_trigger(ANN), view={**MODAL, "external_id": "x"})
    view = {**MODAL, "external_id": "x"}
    trigger = desk.workspace.issue_trigger(BEN)
    assert refusal(slack.views_open, trigger_id=trigger, view=view) == "duplicate_external_id"
    assert slack.views_update(external_id="x", view=view)["ok"]


# --- people, files, installation


def test_people_are_found_by_id_mail_and_group(desk: Standin, slack: WebClient) -> None:
    assert slack.users_lookupByEmail(email="ANN@northlight.example")["user"]["id"] == ANN
    assert refusal(slack.users_lookupByEmail, email="greta@northlight.example") == "users_not_found"
    assert refusal(slack.users_info, user="U0NOBODY") == "user_not_found"
    assert slack.usergroups_users_list(usergroup=REPS_GROUP)["users"][0] == ANN
    outsider = slack.users_info(user=OUTSIDER)["user"]
    assert outsider["is_stranger"]
    assert outsider["team_id"] != TEAM
    desk.app.scopes.discard("users:read.email")
    assert "email" not in slack.users_info(user=ANN)["user"]["profile"]


def test_channels_are_listed_described_and_joined(slack: WebClient) -> None:
    names = [one["name"] for one in slack.conversations_list(exclude_archived=True)["channels"]]
    assert "leads" in names
    assert "old-leads" not in names
    assert "deal-desk" not in names
    assert slack.conversations_info(channel=LEADS)["channel"]["is_member"]
    assert not slack.conversations_info(channel=GENERAL)["channel"]["is_member"]
    assert refusal(slack.conversations_join, channel=ARCHIVED) == "is_archived"
    assert ANN in slack.conversations_members(channel=LEADS)["members"]


def test_file_is_promised_filled_and_shared(desk: Standin, slack: WebClient) -> None:
    slack.files_upload_v2(filename="leads.csv", content="a,b", channel=LEADS)
    assert desk.messages()[0]["files"][0]["name"] == "leads.csv"
    promised = slack.files_getUploadURLExternal(filename="x", length=3)
    files = [{"id": promised["file_id"]}]
    assert refusal(slack.files_completeUploadExternal, files=files, channel_id=LEADS) == "file_not_found"
    assert requests.post(promised["upload_url"], data=b"four", timeout=5).status_code == 400


def test_installation_code_is_good_for_one_exchange(desk: Standin) -> None:
    desk.workspace.stored.oauth_codes["code"] = {"user": ANN}
    client = client_of(desk, None)
    wrong = {"client_id": desk.app.client_id, "client_secret": "wrong", "code": "code"}
    assert refusal(client.oauth_v2_access, **wrong) == "bad_client_secret"
    right = {**wrong, "client_secret": desk.app.client_secret}
    assert client.oauth_v2_access(**right)["access_token"] == TOKEN
    assert refusal(client.oauth_v2_access, **right) == "invalid_code"


def test_blocks_can_be_validated_without_posting(desk: Standin, slack: WebClient) -> None:
    assert slack.api_call("blocks.validate", json={"blocks": [{"type": "divider"}]})["ok"]
    assert refusal(slack.api_call, "blocks.validate", json={"blocks": [{"type": "x"}]}) == "invalid_blocks"
    assert desk.messages() == []


def test_calls_are_logged_with_headers_and_arguments(desk: Standin, slack: WebClient) -> None:
    slack.chat_postMessage(channel=LEADS, text="x")
    call = desk.calls("chat.postMessage")[0]
    assert call.arguments == {"channel": LEADS, "text": "x"}
    assert call.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(call.body)["text"] == "x"
