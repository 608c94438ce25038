"""`/lead queue`: who waits because the day is full, best first, to be claimed; and what the channel is told of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.lines import notice
from tests.slackdesk import START, TRANSPORTS, SlackDesk, lead, open_desk
from tryout.standin import ANN


@pytest.fixture(params=TRANSPORTS)
def desk(request: pytest.FixtureRequest) -> Iterator[SlackDesk]:
    with open_desk(transport=request.param) as desk:
        yield desk


def waiting(number: int, score: int):
    view = lead(number)
    return replace(view, held_at=START + timedelta(minutes=number), assessment=replace(view.assessment, score=score))


def test_the_queue_lists_who_waits_best_first(desk):
    desk.book.keep(lead(1042))
    desk.book.keep(waiting(1043, 55))
    desk.book.keep(waiting(1044, 60))
    shown = desk.slack.command(ANN, "/lead queue")
    assert shown.ok
    text = str(shown.json["blocks"])
    assert text.index("L-1044") < text.index("L-1043")
    assert "L-1042" not in text
    assert "/lead claim first" in text
    assert desk.slack.command(ANN, "/lead que").json["blocks"] != []


def test_the_best_of_the_queue_is_claimed_by_one_word(desk):
    desk.book.keep(waiting(1043, 55))
    desk.book.keep(waiting(1044, 60))
    desk.slack.command(ANN, "/lead claim first")
    desk.hears(ANN, "You claimed")
    assert desk.book.steps == [("claim", "L-1044", ANN)]


def test_an_empty_queue_says_so_and_what_else_there_is(desk):
    desk.book.keep(lead(1042))
    assert "Nobody waits" in desk.slack.command(ANN, "/lead queue").json["text"]
    desk.slack.command(ANN, "/lead claim first")
    desk.hears(ANN, "The queue is empty")
    assert desk.book.steps == []


def test_a_long_queue_turns_its_pages(desk):
    for number in range(1043, 1056):
        desk.book.keep(waiting(number, 2000 - number))
    first = desk.slack.command(ANN, "/lead queue")
    assert "L-1043" in str(first.json["blocks"])
    assert "L-1053" not in str(first.json["blocks"])
    assert "Further" in str(first.json["blocks"])


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (
            {"notice": "threshold", "sentence": "threshold 60 -> 65 because 31 alerts a day are expected for 20"},
            "*The bar should move*: threshold 60 -&gt; 65 because 31 alerts a day are expected for 20. "
            "Nothing is changed until an approver decides",
        ),
        (
            {"notice": "threshold", "sentence": "threshold 60 -> 65 because ...", "applies": True},
            "It applies from now on.",
        ),
        (
            {"notice": "queue", "capacity": 20.0},
            "Sales has the 20 alerts it can work today. Further leads wait in `/lead queue`",
        ),
        ({"notice": "criteria_wait", "version": 8}, "*Criteria version 8* waits for marketing and sales to agree."),
        (
            {"notice": "criteria_judge", "version": 8, "by": "dana@example.com and raj@example.com"},
            "dana@example.com and raj@example.com agreed to it.",
        ),
    ],
)
def test_the_channel_is_told_in_a_sentence(payload, words):
    assert words in notice(payload).text
