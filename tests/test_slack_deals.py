"""Leads beyond the claim, as reps type and press: given, rested, moved on, won, lost, disqualified and reopened."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import alert_card, status_card
from bot.grammar import Unclear
from bot.lines import line
from bot.modals import assign_modal, lost_modal, snooze_modal, won_modal
from bot.moments import is_moment, moment_of
from bot.outcomes import words_of
from bot.sheets import read_sheet, sheet_of
from qualification.sheet import Answer, Sheet
from qualification.stages import RETURN_CODES
from qualification.team import Hours, load_team
from tests.slackdesk import START, TRANSPORTS, Outcome, SlackDesk, lead, open_desk
from tests.test_cards import ANN as ANN_WEBER
from tryout.standin import ANN, BEN, GUEST
from tryout.standin.blockkit import block_problems, too_much_text, view_problems

TODAY = date(2026, 11, 23)  # a Monday


@pytest.fixture(params=TRANSPORTS)
def desk(request: pytest.FixtureRequest) -> Iterator[SlackDesk]:
    """Every scene here is played over HTTP and in Socket Mode alike."""
    with open_desk(transport=request.param) as desk:
        desk.book.keep(lead(handoff="accepted", stage="sql", accepted_at=START))
        yield desk


# --- typed


@pytest.mark.parametrize(
    ("typed", "step", "told"),
    [
        ("assign L-1042 @ben", f"assign:{BEN}", "belongs to"),
        ("assign l1042 to @ben", f"assign:{BEN}", "belongs to"),
        ("assign L-1042 me", f"assign:{ANN}", "belongs to"),
        ("snooze L-1042 2h", "snooze:23 11:00", "rests until"),
        ("snooze L-1042 until tomorrow", "snooze:24 09:00", "rests until"),
        ("stage L-1042 prospect", "stage:prospect", "is a prospect now"),
        ("stage L-1042 Opportunity 12k EUR; date: 15 Dec; next: call", "stage:opportunity", "is an opportunity now"),
        ("won L-1042 12k EUR signed today", "won:signed today", "customer now, for 12,000 EUR"),
        ("lost L-1042 no budget: they wait", "lost:no_budget:they wait", "is lost (No budget)"),
        ("disqualify L-1042 spam", "disqualified:spam:", "does not count any more (Spam)"),
    ],
)
def test_a_rep_moves_a_lead_on_by_command(desk, typed, step, told):
    assert desk.slack.command(ANN, f"/lead {typed}").ok
    assert "L-1042" in desk.hears(ANN, told)
    assert desk.book.steps == [(step, "L-1042", ANN)]


def test_closed_lead_is_reopened_by_command_and_button(desk):
    for close, open_ in (("lost L-1042 spam", "command"), ("disqualify L-1042 spam", "press")):
        desk.slack.command(ANN, f"/lead {close}")
        desk.slack.wait_for(lambda: desk.book.leads["L-1042"].status != "active")
        if open_ == "command":
            desk.slack.command(ANN, "/lead reopen L-1042")
        else:
            desk.slack.press(ANN, desk.card(desk.book.leads["L-1042"]), "lead_reopen")
        desk.slack.wait_for(lambda: desk.book.leads["L-1042"].status == "active")
    desk.slack.command(ANN, "/lead reopen L-1042")
    desk.hears(ANN, "nothing to reopen")


@pytest.mark.parametrize(
    ("typed", "help_"),
    [
        ("assign L-1042", "choose the person"),
        ("assign L-1042 somebody", "choose the person"),
        ("snooze L-1042", "2h"),
        ("snooze L-1042 whenever", "2h"),
        ("stage L-1042", "to which stage"),
        ("stage L-1042 lead", "/lead return"),
        ("stage L-1042 sql", "/lead accept"),
        ("stage L-1042 mql", "/lead reopen"),
        ("stage L-1042 prospct", "Did you mean `prospect`"),
        ("stage L-1042 partner", "`prospect`, `opportunity` and `customer`"),
        ("stage L-1042 opportunity soon", "cannot place `soon`"),
        ("stage L-1042 opportunity amount: plenty", "cannot read the amount"),
        ("stage L-1042 opportunity date: whenever", "cannot read the date"),
        ("won", "for how much"),
        ("lost L-1042", "no_budget"),
        ("lost L-1042 other", "few words"),
        ("disqualify L-1042 because", "no_budget"),
        ("disq L-1042 spam", "Did you mean `disqualify`"),
        ("reopn L-1042", "Did you mean `reopen`"),
        ("reopen", "Which lead"),
    ],
)
def test_incomplete_wishes_are_explained_and_change_nothing(desk, typed, help_):
    assert help_ in desk.slack.command(ANN, f"/lead {typed}").json["text"]
    assert desk.inbox.rows == {}


def test_what_is_known_of_the_deal_comes_along_with_accepting(desk):
    desk.book.keep(lead())
    desk.slack.command(ANN, "/lead accept Dana Smith need: they lose leads; next: call on Thursday")
    desk.hears(ANN, "You accepted")
    [row] = desk.inbox.rows.values()
    assert row.payload["wish"]["sheet"] == {"need": "they lose leads", "next": "call on Thursday"}
    assert row.payload["by"]["via"] == "command"


def test_what_is_missing_is_named_with_the_words_to_type(desk):
    desk.slack.command(ANN, "/lead stage L-1042 opportunity next: call")
    told = desk.hears(ANN, "cannot go on yet")
    assert "`amount: 12k EUR; date: 15 Dec`" in told
    assert "Nothing was changed" in told
    assert desk.book.steps == []


def test_nobody_is_given_a_lead_who_does_not_work_with_leads(desk):
    desk.slack.command(ANN, f"/lead assign L-1042 <@{GUEST}>")
    desk.hears(ANN, "does not work with leads here")
    assert desk.book.steps == []


def test_only_people_of_the_list_are_given_leads_when_reps_are_listed():
    with open_desk(load_team(f"reps: listed\npeople: [{{name: Ann, slack: {ANN}}}]\n")) as desk:
        desk.book.keep(lead())
        desk.slack.command(ANN, "/lead assign L-1042 @ben")
        desk.hears(ANN, "does not work with leads here")


def test_a_rest_begins_and_ends_in_the_teams_own_time():
    with open_desk(load_team('hours: {zone: Europe/Berlin, start: "08:30"}\n')) as desk:
        desk.book.keep(lead(handoff="accepted"))
        desk.slack.command(ANN, "/lead snooze L-1042 mon")
        desk.hears(ANN, "rests until")
        assert desk.book.leads["L-1042"].snoozed_until == datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


# --- pressed


@pytest.mark.parametrize(
    ("verb", "filled", "step"),
    [
        ("assign", {"to": BEN}, f"assign:{BEN}"),
        ("snooze", {"until": "tomorrow"}, "snooze:24 09:00"),
        ("won", {"amount": "12k EUR", "text": "signed"}, "won:signed"),
        ("won", {}, "won:"),
        ("lost", {"code": "no_need", "text": "they built it"}, "lost:no_need:they built it"),
    ],
)
def test_the_menu_opens_a_form_and_the_form_is_done_once(desk, verb, filled, step):
    ts = desk.card(desk.book.leads["L-1042"])
    assert desk.slack.press(ANN, ts, "lead_more", f"{verb}:L-1042").ok
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    sent = desk.slack.submit(ANN, filled)
    assert sent.ok, sent.problem
    desk.slack.wait_for(lambda: desk.book.steps)
    desk.slack.resend(sent)
    assert desk.book.steps == [(step, "L-1042", ANN)]
    assert [row.payload["by"]["via"] for row in desk.inbox.rows.values()] == ["view"]


@pytest.mark.parametrize("modal", [assign_modal, snooze_modal, won_modal, lost_modal])
def test_forms_are_as_slack_wants_them(modal):
    assert view_problems(modal("L-1042", "C1")) == []


@pytest.mark.parametrize(
    ("verb", "filled", "block"),
    [("won", {"amount": "plenty"}, "amount"), ("lost", {"code": "other"}, "text")],
)
def test_a_form_says_what_is_wrong_before_it_closes(desk, verb, filled, block):
    desk.slack.press(ANN, desk.card(desk.book.leads["L-1042"]), "lead_more", f"{verb}:L-1042")
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    assert list(desk.slack.submit(ANN, filled).errors) == [block]
    assert desk.inbox.rows == {}


# --- the card


@pytest.mark.parametrize(
    ("changes", "menu"),
    [
        ({}, ["status", "note", "assign", "snooze"]),
        ({"handoff": "claimed", "owner": ANN_WEBER}, ["status", "note", "assign", "snooze", "lost"]),
        ({"handoff": "accepted", "owner": ANN_WEBER, "stage": "sql"}, ["note", "assign", "snooze", "won", "lost"]),
        ({"handoff": "accepted", "status": "won", "stage": "customer"}, ["status", "note"]),
        ({"handoff": "returned", "stage": "lead"}, ["status", "note"]),
    ],
)
def test_the_menu_offers_what_fits_the_state(changes, menu):
    state = alert_card(lead(**changes)).blocks[1]
    assert [one["value"] for one in state["accessory"]["options"]] == [f"{verb}:L-1042" for verb in menu]


def test_an_expired_lead_can_be_claimed_from_its_own_card_and_older_cards_step_back():
    view = lead(handoff="expired", stage="lead", status="nurturing", cycle=3)
    assert "Expired" in alert_card(view, 2).text
    assert "lead_claim" in json.dumps(alert_card(view, 2).blocks)
    assert "newer alert" in alert_card(view, 1).text


KNOWN = Sheet({"need": "leaks"}, "send the offer", 12_000.0, "EUR", TODAY, "hubspot:77", "a partner", "the board")


def test_the_card_tells_what_sales_knows_in_whose_words():
    bant = {"budget": Answer("~20k/yr", "visitor", False), "need": Answer("no need", "rep", True)}
    view = lead(handoff="accepted", stage="opportunity", sheet=KNOWN, bant=bant)
    told = json.dumps(alert_card(view).blocks, ensure_ascii=False)
    for part in (
        "What sales knows",
        "~20k/yr",
        "the visitor's words",
        "says the rep, a plain no",
        "12,000 EUR",
        "send the offer",
        "2026-11-23",
        "hubspot:77",
        "a partner",
        "the board",
    ):
        assert part in told
    assert "What sales knows" not in json.dumps(alert_card(lead(bant=bant)).blocks), "not before sales has it"


def test_state_words_say_why_it_is_closed_and_how_long_it_rests():
    assert "Closed: lost (No need)" in alert_card(lead(status="lost", closed_code="no_need")).text
    assert "rule too small" in alert_card(lead(status="disqualified", closed_code="too_small")).text
    rests = lead(handoff="accepted", snoozed_until=START)
    assert "rests until" in json.dumps(alert_card(rests).blocks)


HOSTILE = "<!channel> <@U1> `x` " * 30


def test_whatever_a_rep_writes_down_fits_slack_and_pings_nobody():
    letters = {letter: Answer(HOSTILE * 20, "rep", False) for letter in ("budget", "authority", "need", "timing")}
    words = dict.fromkeys(("next_step", "deal_id", "icp_override", "bant_waiver"), HOSTILE * 20)
    view = lead(handoff="accepted", stage="prospect", sheet=Sheet(amount=1e300, currency="EUR", **words), bant=letters)
    for message in (alert_card(view), status_card(view), line({"line": "prospect", "by": HOSTILE}, view)):
        shown = list(message.blocks)
        assert block_problems(shown) == []
        assert not too_much_text(shown)
        assert "<!channel" not in message.text
        assert not any("<!channel" in text for text in marked(shown))


def marked(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for one in part for text in marked(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for one in part.values() for text in marked(one)]


# --- words


LINES = {
    "expired": "Nobody accepted it in time",
    "low_score": "come down to 31",
    "assigned": f"Given to <@{BEN}> by Ann",
    "snoozed": "Rests until <!date^",
    "snooze_over": "has rested long enough",
    "prospect": "Now a prospect, says Ann: 12,000 EUR · send the offer",
    "opportunity": "Now an opportunity",
    "won": "Won by Ann (12,000 EUR)",
    "lost": "Lost, says Ann (No need): they built it",
    "disqualified": "Does not count any more, says Ann (No need)",
    "requalified": "Counts again",
    "reopened": "Reopened by Ann",
}


@pytest.mark.parametrize("code", LINES)
def test_the_thread_says_what_happened(code):
    said = {"line": code, "by": "Ann", "code": "no_need", "to": BEN, "until": 1_800_000_000, "score": 31}
    said["text"] = "they built it"
    assert LINES[code] in line(said, lead(sheet=KNOWN)).text


CODES = (
    *("assigned", "already_theirs", "not_a_rep", "snoozed", "bad_time", "prospect", "opportunity", "won", "lost"),
    *("disqualified", "reopened", "closed", "not_closed", "already_won", "erased", "not_accepted", "already_there"),
    *("needs_code", "needs_text", "needs_icp", "needs_bant", "needs_all_bant", "bant_no", "needs_deal"),
)


@pytest.mark.parametrize("code", CODES)
def test_every_answer_of_the_door_has_its_words(code):
    missing = ("amount", "date") if code == "needs_deal" else ("need",)
    told = words_of(Outcome(False, code, lead(stage="prospect"), missing), "L-1042", START)
    assert "L-1042" in told
    assert f"Nothing was changed: {code}" not in told


def test_the_sheet_is_read_in_any_order_and_writing():
    before, told = read_sheet("12k EUR signed; Need: yes, leaks, badly; NEXT STEP: call = soon; date=15 Dec deal: 4711")
    assert before == "signed"
    assert sheet_of(told, TODAY) == Sheet(
        {"need": "yes, leaks, badly"}, "call = soon", 12_000.0, "EUR", date(2026, 12, 15), "4711"
    )
    assert sheet_of({}, TODAY) is None
    assert read_sheet("they need: nothing") == ("they", {"need": "nothing"})


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("90m", timedelta(minutes=90)),
        ("2 h", timedelta(hours=2)),
        ("in 3 days", timedelta(days=3)),
        ("1w", timedelta(days=7)),
        ("tomorrow", timedelta(days=1)),
        ("2026-12-01", timedelta(days=8)),
        ("fri", timedelta(days=4)),
        ("Mon", timedelta(days=7)),
        ("next friday", timedelta(days=4)),
    ],
)
def test_moments_are_spans_or_mornings(words, moment):
    assert is_moment(words)
    assert moment_of(words, START, Hours()) == START + moment


@given(st.text(max_size=120))
def test_nothing_typed_breaks_the_reading_of_sheets_and_moments(text):
    read = read_sheet(text)
    if isinstance(read, Unclear):
        assert "<!" not in read.text
    else:
        sheet_of(read[1], TODAY)
    if is_moment(text):
        assert moment_of(text, START, Hours()) is not None


def test_every_reason_has_words_on_a_closed_card():
    for code in RETURN_CODES:
        assert "rule" not in alert_card(replace(lead(), status="lost", closed_code=code)).text
