"""Pressing on the card: claims race, outcomes are whispered, modals are checked, nothing happens twice."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from tests.slackdesk import TRANSPORTS, SlackDesk, lead, open_desk
from tryout.standin import ANN, BEN, GUEST, LEADS, OTHER_TEAM, OUTSIDER


@pytest.fixture(params=TRANSPORTS)
def desk(request: pytest.FixtureRequest) -> Iterator[SlackDesk]:
    """R49: every scene here is played over HTTP and in Socket Mode alike."""
    with open_desk(transport=request.param) as desk:
        yield desk


def test_r40_two_reps_claim_at_once_and_the_loser_is_told_who_won(desk):
    for number in range(2000, 2050):
        view = lead(number)
        ts = desk.card(view)
        ready = Barrier(2)

        def press(user: str, ts: str = ts, ready: Barrier = ready) -> int:
            ready.wait()
            return desk.slack.press(user, ts, "lead_claim").status

        with ThreadPoolExecutor(2) as people:
            assert list(people.map(press, (ANN, BEN))) == [200, 200]
        owner = desk.slack.wait_for(lambda ref=view.ref: desk.book.leads[ref].owner, 10)
        loser = BEN if owner.id == ANN else ANN
        told = desk.slack.wait_for(
            lambda ref=view.ref, who=loser: next((text for text in desk.said_to(who) if ref in text), ""), 10
        )
        assert f"Already claimed by <@{owner.id}>" in told
    assert len([step for step in desk.book.steps if step[0] == "claim"]) == 50


def test_the_loser_is_told_since_when(desk):
    ts = desk.card()
    desk.slack.press(ANN, ts, "lead_claim")
    desk.hears(ANN, "You claimed")
    desk.clock.pass_(12)
    desk.slack.press(BEN, ts, "lead_claim")
    assert "12 s ago" in desk.hears(BEN, "Already claimed")


def test_r42_pressing_claim_again_is_no_second_claim(desk):
    ts = desk.card()
    for words in ("You claimed", "already yours"):
        desk.slack.press(ANN, ts, "lead_claim")
        desk.hears(ANN, words)
    assert len(desk.book.steps) == 1


def test_r12_the_same_signed_press_replayed_has_one_effect(desk):
    first = desk.slack.press(ANN, desk.card(), "lead_claim")
    assert [desk.slack.resend(first).status for _ in range(3)] == [200, 200, 200]
    desk.hears(ANN, "You claimed")
    assert len(desk.inbox.rows) == 1
    assert len(desk.said_to(ANN)) == 1


def test_r41_a_stale_button_obeys_the_state_of_now(desk):
    ts = desk.card()
    old = desk.slack.message(ts)
    desk.book.keep(lead(handoff="returned", return_code="no_need", stage="lead"))
    desk.slack.press(ANN, ts, "lead_claim", message=old)
    assert "No need" in desk.hears(ANN, "not on offer")
    assert desk.book.steps == []


def test_a_lead_is_claimed_released_and_accepted_by_buttons(desk):
    view = lead()
    desk.slack.press(ANN, desk.card(view), "lead_claim")
    desk.hears(ANN, "You claimed")
    claimed = desk.book.leads[view.ref]
    desk.slack.press(ANN, desk.card(claimed), "lead_release")
    desk.hears(ANN, "You released")
    desk.book.keep(claimed)
    desk.slack.press(ANN, desk.card(claimed), "lead_accept")
    desk.hears(ANN, "You accepted")


def test_return_asks_for_a_reason_and_r09_checks_it_in_the_acknowledgement(desk):
    desk.slack.press(ANN, desk.card(), "lead_return")
    view = desk.slack.wait_for(lambda: desk.slack.view(ANN))
    assert json.loads(view["private_metadata"]) == {"lead": "L-1042", "channel": LEADS}
    assert "reason" in desk.slack.submit(ANN, check=False).errors["code"]
    assert "why" in desk.slack.submit(ANN, {"code": "other"}).errors["text"]
    assert desk.inbox.rows == {}
    assert desk.slack.submit(ANN, {"code": "no_budget", "text": "not this year"}).ok
    desk.hears(ANN, "You returned")
    assert desk.book.steps == [("return:no_budget:not this year", "L-1042", ANN)]
    assert desk.slack.view(ANN) is None


def test_r15_a_form_sent_twice_has_one_effect(desk):
    desk.slack.press(ANN, desk.card(), "lead_more", "note:L-1042")
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    first = desk.slack.submit(ANN, {"text": "wants a call"})
    assert desk.slack.resend(first).status == 200
    desk.hears(ANN, "Your note")
    assert desk.book.steps == [("note:wants a call", "L-1042", ANN)]


def test_store_down_keeps_the_form_open_and_asks_to_press_again(desk):
    ts = desk.card()
    desk.slack.press(ANN, ts, "lead_return")
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    desk.inbox.down = True
    assert "press again" in desk.slack.submit(ANN, {"code": "spam"}).errors["code"]
    desk.slack.press(BEN, ts, "lead_claim")
    desk.hears(BEN, "press again")
    desk.inbox.down = False
    assert desk.slack.submit(ANN, {"code": "spam"}).ok


def test_r10_the_transcript_opens_at_once_though_the_store_is_slow(desk):
    ts, released = desk.card(), Event()
    desk.book.before = lambda: released.wait(20) and None
    assert desk.slack.press(ANN, ts, "lead_transcript").ok
    assert "Loading" in str(desk.slack.wait_for(lambda: desk.slack.view(ANN), 1))
    released.set()
    assert desk.slack.wait_for(lambda: "we lose leads" in str(desk.slack.view(ANN)))


def test_transcript_says_when_the_store_is_away(desk):
    ts = desk.card()

    def down() -> None:
        raise ConnectionError

    desk.book.before = down
    desk.slack.press(ANN, ts, "lead_transcript")
    assert desk.slack.wait_for(lambda: "cannot reach the lead store" in str(desk.slack.view(ANN)))


def test_a_window_that_came_too_late_is_explained(desk):
    desk.slack.faults.add("views.open", "error", code="expired_trigger_id")
    desk.slack.press(ANN, desk.card(), "lead_return")
    desk.hears(ANN, "press again")


def test_all_details_are_shown_to_the_presser_alone(desk):
    before = len(desk.slack.messages())
    desk.slack.press(ANN, desk.card(), "lead_more", "status:L-1042")
    desk.slack.wait_for(lambda: "Stages" in str(desk.slack.ephemerals(ANN)))
    assert len(desk.slack.messages()) == before + 1
    assert desk.slack.ephemerals(BEN) == []


@pytest.mark.parametrize("user", [GUEST, OUTSIDER])
@pytest.mark.parametrize("action", ["lead_claim", "lead_return", "lead_transcript"])
def test_r34_guests_and_outsiders_press_in_vain(desk, user, action):
    ts = desk.card()
    assert desk.slack.press(user, ts, action).status == 200
    desk.slack.wait_for(lambda: desk.slack.ephemerals(user))
    assert "Dana" not in str(desk.said_to(user))
    assert desk.slack.view(user) is None
    assert desk.inbox.rows == {}


def test_r35_a_guessed_reference_from_another_workspace_changes_nothing(desk):
    ts = desk.card()
    desk.slack.press(ANN, ts, "lead_claim", team={"id": OTHER_TEAM, "domain": "evil"})
    desk.hears(ANN, "another workspace")
    assert desk.inbox.rows == {}


@pytest.mark.parametrize("value", ["", "L-", "L-1042;drop", "../L-1042", "L-" + "9" * 400, "L-9999"])
def test_odd_button_values_are_answered_and_change_nothing(desk, value):
    ts = desk.card()
    action = {"type": "button", "action_id": "lead_claim", "block_id": "x", "value": value, "action_ts": "1.2"}
    assert desk.slack.press(ANN, ts, "lead_claim", actions=[action]).status == 200
    desk.slack.wait_for(lambda: desk.slack.ephemerals(ANN))
    assert desk.book.steps == []


def test_r11_unknown_buttons_commands_forms_and_shortcuts_are_answered_helpfully(desk):
    ts = desk.card()
    action = {"type": "button", "action_id": "lead_teleport", "block_id": "x", "value": "L-1042", "action_ts": "1.2"}
    assert desk.slack.press(ANN, ts, "lead_claim", actions=[action]).status == 200
    desk.hears(ANN, "/lead help")
    assert "/lead help" in desk.slack.command(ANN, "/leads status").json["text"]
    assert desk.slack.shortcut(ANN, "find_a_lead").status == 200
    assert desk.slack.event({"type": "team_join", "user": ANN}).status == 200
    desk.slack.press(ANN, ts, "lead_return")
    view = desk.slack.wait_for(lambda: desk.slack.view(ANN))
    assert desk.slack.submit(ANN, {"code": "spam"}, view={**view, "callback_id": "old_form"}).errors


def test_r16_our_own_and_other_bots_messages_are_left_alone(desk):
    bot = {
        "type": "app_mention",
        "user": "U0FOYERBOT8",
        "bot_id": "B0FOYER0001",
        "channel": LEADS,
        "text": "status L-1042",
    }
    other = {**bot, "user": "U0OTHERBOT1", "bot_id": "B0OTHER0001"}
    edited = {**bot, "user": ANN, "bot_id": None, "edited": {"user": ANN, "ts": "1.2"}}
    assert [desk.slack.event(one).status for one in (bot, other, edited)] == [200, 200, 200]
    assert desk.inbox.rows == {}
