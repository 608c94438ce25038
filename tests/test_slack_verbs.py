"""The looking verbs beside status, find, list and queue; and somebody a rep met, added by one line."""

import json
from datetime import timedelta

import pytest

from tests.slackdesk import START, TRANSPORTS, lead, open_desk
from tryout.standin import ANN
from tryout.standin.blockkit import block_problems


@pytest.fixture(params=TRANSPORTS)
def desk(request):
    with open_desk(transport=request.param) as opened:
        opened.book.keep(lead())
        yield opened


def asked(desk, typed):
    ack = desk.slack.command(ANN, f"/lead {typed}")
    assert block_problems(ack.json.get("blocks") or []) == []
    assert ack.json["response_type"] == "ephemeral"
    return json.dumps(ack.json, ensure_ascii=False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("transcript L-1042", ("we lose leads", "What would you use it for?")),
        ("transcript dana@acme.io", ("we lose leads",)),
        ("transcript", ("Which lead?",)),
        ("undelivered", ("Lost in the hand-off: 0", "L-1042")),
        ("stats", ("Last 30d", "2 leads, 1 claimed", "7 min", "100% of those decided")),
        ("stats today by source", ("Today by source", "form: 1 lead")),
        ("stats by rep 7d", (f"<@{ANN}>", "nobody yet")),
        ("stats by weather", ("I cannot count that",)),
        ("revisit", ("Nobody",)),
        ("simulate we are 120 | a demo please", ("Nothing of this is kept", "MQL, 82 points", "a demo please")),
        ("simulate", ("What would the visitor write?",)),
        ("add", ("Whom?",)),
        ("add nobody", ("Whom?",)),
        ("add ana@northwind.io; source: moon", ("I know no source",)),
        ("stat", ("Did you mean `stats`", "Did you mean `status`")),
    ],
)
def test_the_desk_answers(desk, typed, words):
    told = asked(desk, typed)
    assert any(word in told for word in words) if typed == "stat" else all(word in told for word in words)


def test_a_rep_has_quiet_for_a_while(desk):
    desk.slack.command(ANN, "/lead mute 2h")
    desk.hears(ANN, "gives you no lead")
    assert desk.book.muted[ANN] == START + timedelta(hours=2)
    assert "Muted until" in desk.slack.command(ANN, "/lead me").json["text"]
    desk.slack.command(ANN, "/lead mute off")
    desk.hears(ANN, "hear of leads again")
    assert desk.book.muted[ANN] is None
    assert "Until when?" in desk.slack.command(ANN, "/lead mute whenever").json["text"]


def test_old_leads_are_listed_with_why_and_turn_their_pages(desk):
    desk.book.keep(*(lead(2000 + number, handoff="returned", return_code="no_budget") for number in range(12)))
    first = asked(desk, "revisit")
    assert "No budget" in first
    assert "lead_page_on" in first


def test_somebody_a_rep_met_is_added_once(desk):
    ack = desk.slack.command(ANN, "/lead add ana@northwind.io; name: Ana Silva; size: 120; source: event Hannover")
    desk.hears(ANN, "L-1077 is kept")
    desk.slack.resend(ack)
    assert desk.book.steps == [("add:ana@northwind.io:event", "120", "")]
