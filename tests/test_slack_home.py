"""The App Home and the shortcuts: what somebody has to do, what runs badly, and a lead found from anywhere."""

import json
from typing import Any

import pytest

from qualification.team import Team
from qualification.views import Person
from tests.slackdesk import START, TRANSPORTS, lead, open_desk
from tryout.standin import ANN
from tryout.standin.people import GUEST, MARA

TEAM = Team.model_validate(
    {
        "people": [
            {"name": "Ann", "slack": ANN, "roles": ["rep"]},
            {"name": "Mara", "slack": MARA, "roles": ["manager", "marketing_approver"]},
        ]
    }
)


@pytest.fixture(params=TRANSPORTS)
def desk(request):
    with open_desk(TEAM, transport=request.param) as opened:
        yield opened


def home(desk: Any, user: str) -> str:
    """The page as it is shown to this person, once it is there."""
    desk.slack.open_home(user)
    return desk.slack.wait_for(lambda: (view := desk.slack.home(user)) and json.dumps(view["blocks"]))


def a_full_desk(desk: Any) -> None:
    mine = {"handoff": "claimed", "owner": Person(ANN, "Ann"), "claimed_at": START}
    desk.book.keep(lead(1, name="Ana Silva", **mine), lead(2, name="Eva Lang"), lead(3, name="Mia Wolf"))
    desk.book.keep(lead(4, name="Tom Berg", held_at=START))


def test_a_rep_sees_what_is_theirs_and_what_nobody_has(desk):
    a_full_desk(desk)
    shown = home(desk, ANN)
    mine, free = shown.index("My open leads"), shown.index("Nobody has claimed")
    assert mine < shown.index("Ana Silva") < free < shown.index("Eva Lang")
    assert shown.index("In the queue") < shown.index("Tom Berg")
    assert "My last 30 days" in shown
    assert "Running the desk" not in shown


def test_who_runs_the_desk_sees_whether_anybody_is_lost_and_agrees_there(desk):
    desk.book.waits = True
    a_full_desk(desk)
    shown = home(desk, MARA)
    assert "Lost in the hand-off: 0" in shown
    assert "threshold 50 -&gt; 55 because 31 alerts a day are expected for 20" in shown
    desk.slack.press_in_view(MARA, "home_approve_marketing", view_id=desk.slack.home(MARA)["id"])
    desk.slack.wait_for(lambda: desk.book.steps)
    assert desk.book.steps == [("approve:marketing", "8", MARA)]
    desk.slack.wait_for(lambda: "home_approve_marketing" not in json.dumps(desk.slack.home(MARA)["blocks"]))
    desk.slack.press_in_view(MARA, "home_bar_keep", view_id=desk.slack.home(MARA)["id"])
    desk.slack.wait_for(lambda: len(desk.book.steps) == 2)
    assert desk.book.steps[1] == ("bar:False", "", MARA)


def test_a_press_by_somebody_who_may_not_agree_changes_nothing(desk):
    desk.book.waits = True
    home(desk, MARA)
    desk.slack.press_in_view(MARA, "home_approve_sales", view_id=desk.slack.home(MARA)["id"])
    told = "does not name you as an approver"
    desk.slack.wait_for(lambda: [one for one in desk.slack.direct_messages(MARA) if told in one["text"]])
    assert desk.book.steps == []


def test_strangers_get_one_line(desk):
    a_full_desk(desk)
    shown = home(desk, GUEST)
    assert len(json.loads(shown)) == 1
    assert "Ana" not in shown


def test_a_page_of_any_length_is_within_what_slack_takes(desk):
    desk.book.waits = True
    mine = {"handoff": "claimed", "owner": Person(MARA, "Mara"), "claimed_at": START}
    for number in range(1, 60):
        desk.book.keep(lead(number, name="N" * 300, **mine), lead(100 + number), lead(200 + number, held_at=START))
    assert 20 < len(json.loads(home(desk, MARA))) <= 100


def test_without_the_lead_store_the_page_says_so(desk):
    def down() -> None:
        raise OSError("away")

    desk.book.before = down
    assert "lead store" in home(desk, ANN)


# --- shortcuts


def test_a_lead_is_found_from_anywhere(desk):
    a_full_desk(desk)
    desk.slack.shortcut(ANN, "lead_find")
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    offered = desk.slack.options(ANN, "lead", "silva").json["options"]
    assert [one["value"] for one in offered] == ["L-1"]
    desk.slack.submit(ANN, {"lead": offered[0]})
    desk.slack.wait_for(lambda: "Ana Silva" in json.dumps(desk.slack.view(ANN)["blocks"]))


def test_strangers_are_offered_nobody(desk):
    a_full_desk(desk)
    desk.slack.shortcut(GUEST, "lead_find")
    shown = desk.slack.wait_for(lambda: desk.slack.view(GUEST))
    assert "submit" not in shown or not shown["submit"]
    assert "Ana" not in json.dumps(shown)


def test_a_message_becomes_a_note_on_a_lead(desk):
    a_full_desk(desk)
    ts = desk.card(lead(2, name="Eva Lang"))
    desk.slack.shortcut(ANN, "lead_note_on", ts)
    desk.slack.wait_for(lambda: desk.slack.view(ANN))
    [offered] = desk.slack.options(ANN, "lead", "eva").json["options"]
    ack = desk.slack.submit(ANN, {"lead": offered, "text": "Met her at the fair"})
    desk.slack.wait_for(lambda: desk.book.steps)
    desk.slack.resend(ack)
    [step] = desk.book.steps
    assert (step[0].startswith("note"), *step[1:]) == (True, "L-2", ANN)
