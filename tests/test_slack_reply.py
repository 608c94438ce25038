"""Reply to the visitor in Slack: the form opens at once, is sent once, can be undone, and nothing of Slack leaks."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lines import line
from bot.modals import reply_modal
from bot.outgoing import for_visitor
from qualification.views import Line, Person
from tests.slackdesk import START, TRANSPORTS, lead, open_desk
from tryout.standin import ANN, BEN
from tryout.standin.blockkit import block_problems, view_problems


@pytest.fixture(params=TRANSPORTS)
def desk(request):
    with open_desk(transport=request.param) as opened:
        yield opened


def mine(desk):
    return desk.card(lead(handoff="claimed", owner=Person(ANN, "Ann"), claimed_at=START))


def opened(desk, ts):
    desk.slack.press(ANN, ts, "lead_reply")
    return desk.slack.wait_for(lambda: (shown := desk.slack.view(ANN)) and shown.get("submit") and shown)


def test_the_form_opens_at_once_and_shows_what_was_said_last(desk):
    view = opened(desk, mine(desk))
    assert "we lose leads" in json.dumps(view["blocks"])
    assert json.loads(view["private_metadata"]) == {"lead": "L-1042", "channel": "C0LEADS0001"}


def test_a_reply_is_sent_once_and_can_be_undone(desk):
    opened(desk, mine(desk))
    ack = desk.slack.submit(ANN, {"text": "Hello &amp; welcome, <@U0BEN000001> joins"})
    desk.hears(ANN, "five seconds")
    desk.slack.resend(ack)
    [step] = desk.book.steps
    assert step[0].startswith("reply:Hello & welcome, ")
    assert "U0BEN" not in step[0]
    [told] = [one for one in desk.slack.ephemerals(ANN) if "five seconds" in one["text"]]
    desk.slack.press(ANN, told["ts"], "lead_unsend")
    desk.hears(ANN, "Taken back")
    assert desk.book.steps[-1] == ("unsend:1", "L-1042", ANN)


def test_an_empty_reply_keeps_the_form_open(desk):
    opened(desk, mine(desk))
    ack = desk.slack.submit(ANN, {"text": "   "}, check=False)
    assert "visitor" in ack.errors["text"]
    assert desk.book.steps == []


def test_a_reply_of_marks_alone_is_not_sent(desk):
    opened(desk, mine(desk))
    desk.slack.submit(ANN, {"text": "<!channel>"})
    desk.hears(ANN, "Nothing was sent")
    assert desk.book.steps == []


def test_the_talk_is_handed_back_by_a_button(desk):
    ts = desk.card(lead(handoff="claimed", owner=Person(ANN, "Ann"), claimed_at=START, handling="rep"))
    desk.slack.press(ANN, ts, "lead_handback")
    desk.hears(ANN, "assistant answers")
    assert desk.book.steps == [("hand_back", "L-1042", ANN)]


def test_the_form_is_what_slack_takes_whatever_was_said():
    lines = tuple(Line(str(number), "visitor", None, "<!channel> " * 400, START) for number in range(30))
    assert view_problems(reply_modal("L-1042", "C1", lines)) == []
    assert view_problems(reply_modal("L-1042", None, ())) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a &amp; b &lt;3", "a & b <3"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U0BEN000001> or <@U0BEN000001|ben>", "ask Ben Ode or Ben Ode"),
        ("in <#C0LEADS0001|leads> or <#C0LEADS0001>", "in #leads or our team"),
        ("<!channel> <!here> <!everyone> hello", "hello"),
        ("<!subteam^S0123456789|@sales> will call", "sales will call"),
        ("see <https://acme.io/a?b=1&amp;c=2|our page>", "see https://acme.io/a?b=1&c=2"),
        ("write <mailto:ann@acme.io|ann@acme.io>", "write ann@acme.io"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("&lt;@U0BEN000001&gt;", "Ben Ode"),
        ("1 < 2 > 0\n\n  next", "1 < 2 > 0\n\n  next"),
    ],
)
def test_r32_the_visitor_reads_words_and_no_slack(typed, read):
    assert for_visitor(typed, lambda user: "Ben Ode") == read


@given(st.text(max_size=300))
def test_r32_no_text_whatever_carries_a_mention_out(text):
    shown = for_visitor(f"{text} <@U0BEN000001> {text}", lambda user: "Ben Ode")
    assert "U0BEN000001" not in shown


def test_the_thread_shows_what_the_visitor_wrote_literally():
    lines = tuple(Line(str(number), "visitor", None, f"<!channel> *{number}*", START) for number in range(1, 5))
    told = line({"line": "visitor_messages", "messages": [2, 3, 99]}, lead(transcript=lines))
    assert block_problems(list(told.blocks)) == []
    assert "<!channel>" not in told.text
    shown = json.dumps(told.blocks)
    assert "*2*" in shown
    assert "*4*" not in shown
    assert "1 more" in shown


@pytest.mark.parametrize("code", ["replied", "reply_seen", "reply_unseen", "handed_back"])
def test_the_thread_says_what_became_of_a_reply(code):
    told = line({"line": code, "by": "<!here> Ann", "text": "<!channel> hello"}, lead())
    assert "<!" not in told.text
    assert len(told.text) > 10


def test_somebody_elses_undo_and_odd_values_do_nothing(desk):
    opened(desk, mine(desk))
    desk.slack.submit(ANN, {"text": "Hello"})
    desk.hears(ANN, "five seconds")
    [told] = [one for one in desk.slack.ephemerals(ANN) if "five seconds" in one["text"]]
    assert [one["value"] for block in told["blocks"] for one in block.get("elements", ()) if "value" in one] == [
        "L-1042:1"
    ]
    assert BEN not in json.dumps(desk.book.steps)
