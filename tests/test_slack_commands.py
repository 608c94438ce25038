"""`/lead` as reps type it: answered in the acknowledgement, to them alone, in words that help."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from urllib.parse import parse_qsl

import pytest

from bot.answers import ReplyTo, Teller
from bot.client import make_client
from bot.lists import said
from qualification.team import load_team
from qualification.views import Person
from tests.slackdesk import START, TRANSPORTS, SlackDesk, lead, open_desk
from tryout.standin import ANN, BEN, GENERAL, GONE, GUEST, LEADS, OTHER_TEAM, OUTSIDER


@pytest.fixture(params=TRANSPORTS)
def desk(request: pytest.FixtureRequest) -> Iterator[SlackDesk]:
    """R49: every scene here is played over HTTP and in Socket Mode alike."""
    with open_desk(transport=request.param) as desk:
        desk.book.keep(lead())
        yield desk


def test_rep_asks_for_a_lead_by_reference_address_or_name(desk):
    for words in ("L-1042", "l1042", "l – 1042.", "“dana@acme.io”", "Dana Smith", "dana@acme.io", "last"):
        ack = desk.slack.command(ANN, f"/lead status {words}", link=words == "dana@acme.io")
        assert ack.ok, (words, ack.problem)
        assert "Dana Smith" in ack.json["text"], words
        assert ack.json["response_type"] == "ephemeral"
    assert "82" in str(ack.json["blocks"])
    assert "about 120" in str(ack.json["blocks"])


def test_a_reference_alone_is_a_question_for_its_status(desk):
    assert "Dana Smith" in desk.slack.command(ANN, "/lead L-1042").json["text"]


def test_unknown_lead_says_how_to_find_it(desk):
    ack = desk.slack.command(ANN, "/lead status L-9999")
    assert "/lead find" in ack.json["text"]


def test_several_leads_are_a_choice_never_a_guess(desk):
    desk.book.keep(lead(1043, name="Dana Jones"))
    ack = desk.slack.command(ANN, "/lead status dana")
    assert "Which one" in ack.json["text"]
    assert {"L-1042", "L-1043"} == {one["accessory"]["value"] for one in ack.json["blocks"] if "accessory" in one}
    desk.slack.command(ANN, "/lead claim dana")
    desk.hears(ANN, "Which one")
    assert desk.book.steps == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("stauts", "status"), ("statu", "status"), ("fnd", "find"), ("hlep", "help")]
)
def test_near_misses_of_looking_verbs_are_answered_with_a_note(desk, typed, meant):
    ack = desk.slack.command(ANN, f"/lead {typed} L-1042")
    assert f"Did you mean `{meant}`?" in ack.json["text"]
    assert ack.ok


@pytest.mark.parametrize("typed", ["calim", "clai", "acept", "retrun", "relase", "re"])
def test_near_misses_of_changing_verbs_change_nothing(desk, typed):
    ack = desk.slack.command(ANN, f"/lead {typed} L-1042 no_budget")
    assert "Did you mean" in ack.json["text"]
    assert "Nothing was changed" in ack.json["text"]
    assert desk.inbox.rows == {}


def test_unknown_verbs_get_a_suggestion(desk):
    ack = desk.slack.command(ANN, "/lead acme gmbh")
    assert "Did you mean `/lead find acme gmbh`" in ack.json["text"]


def test_help_names_every_verb_and_a_bare_lead_shows_my_open_leads(desk):
    from bot.commands.lead import VERBS

    help_text = str(desk.slack.command(ANN, "/lead help").json)
    assert all(f"/lead {verb}" in help_text for verb in VERBS)
    desk.slack.command(ANN, "/lead claim L-1042")
    desk.hears(ANN, "You claimed")
    home = desk.slack.command(ANN, "/lead")
    assert "Open leads: 1" in home.json["text"]
    assert "L-1042" in str(home.json["blocks"])
    assert "What I can do" in str(home.json["blocks"])


def test_a_rep_works_a_lead_by_commands(desk):
    for line, answer in (
        ("claim L-1042", "You claimed"),
        ("note L-1042 call after five", "Your note"),
        ("release L-1042", "You released"),
        ("claim last", "You claimed"),
        ("accept dana@acme.io", "You accepted"),
        ("return L-1042 bad timing: asks again in spring", "You returned"),
    ):
        assert desk.slack.command(ANN, f"/lead {line}").ok
        desk.hears(ANN, answer)
        desk.slack.workspace.stored.ephemerals.clear()
    assert desk.book.steps == [
        ("claim", "L-1042", ANN),
        ("note:call after five", "L-1042", ANN),
        ("release", "L-1042", ANN),
        ("claim", "L-1042", ANN),
        ("accept", "L-1042", ANN),
        ("return:bad_timing:asks again in spring", "L-1042", ANN),
    ]


@pytest.mark.parametrize(
    ("line", "help_"),
    [
        ("return L-1042", "no_budget"),
        ("return L-1042 because", "no_budget"),
        ("return L-1042 other", "few words"),
        ("claim", "Which lead"),
        ("note L-1042", "what shall I note"),
        ("status", "Which lead"),
        ("find", "look for"),
        ("list color:red", "stage:mql"),
    ],
)
def test_incomplete_wishes_are_explained(desk, line, help_):
    ack = desk.slack.command(ANN, f"/lead {line}")
    assert help_ in ack.json["text"]
    assert desk.inbox.rows == {}


def test_lists_are_narrowed_and_paged_ten_at_a_time(desk):
    desk.book.keep(*(lead(2000 + number, name=f"Lead {number}", handoff="claimed") for number in range(25)))
    first = desk.slack.command(ANN, "/lead list")
    shown = desk.slack.ephemerals(ANN)[-1]
    assert sum("accessory" in one for one in first.json["blocks"]) == 10
    assert desk.slack.press(ANN, shown["ts"], "lead_page_on").ok
    desk.slack.wait_for(lambda: "Lead 14" in str(desk.slack.ephemerals(ANN)[-1]["blocks"]))
    assert "Lead 24" not in str(desk.slack.ephemerals(ANN)[-1]["blocks"])
    unclaimed = desk.slack.command(ANN, "/lead list unclaimed score>60 since:2d source:chat stage:mql")
    assert [one["accessory"]["value"] for one in unclaimed.json["blocks"] if "accessory" in one] == ["L-1042"]
    assert "no leads" in desk.slack.command(ANN, "/lead list mine").json["text"]
    assert "no leads" in desk.slack.command(ANN, "/lead list rep:@ben").json["text"]
    assert "no leads" in desk.slack.command(ANN, "/lead list score>90").json["text"]


def test_r33_leads_are_shared_only_in_their_own_channel(desk):
    assert desk.slack.command(ANN, "/lead status L-1042 --share", LEADS).json["response_type"] == "in_channel"
    elsewhere = desk.slack.command(ANN, "/lead status L-1042 --share", GENERAL)
    assert elsewhere.json["response_type"] == "ephemeral"
    assert "only in the channel" in elsewhere.json["text"]


@pytest.mark.parametrize("user", [GUEST, OUTSIDER, GONE, "USLACKBOT"])
def test_r34_guests_outsiders_bots_and_leavers_see_and_change_nothing(desk, user):
    for line in ("/lead status L-1042", "/lead claim L-1042"):
        ack = desk.slack.command(user, line)
        assert ack.status == 200
        assert "Dana" not in str(ack.json)
    assert desk.inbox.rows == {}


def test_r35_another_workspace_is_refused_even_with_a_known_user(desk):
    ack = desk.slack.command(ANN, "/lead status L-1042", team_id=OTHER_TEAM)
    assert "another workspace" in ack.json["text"]


def test_r34_when_reps_are_listed_others_are_told_how_to_get_in():
    with open_desk() as first:
        address = first.slack.workspace.users[ANN].email
    team = load_team(f"reps: listed\npeople:\n  - name: Ann\n    email: {address.upper()}\n")
    with open_desk(team) as desk:
        desk.book.keep(lead())
        assert "Dana" in desk.slack.command(ANN, "/lead status L-1042").json["text"]
        refused = desk.slack.command(BEN, "/lead status L-1042").json["text"]
        assert "Dana" not in refused
        assert BEN in refused


def test_identity_is_asked_once_in_five_minutes_and_refused_when_slack_is_away(desk):
    for _ in range(3):
        desk.slack.command(ANN, "/lead me")
    assert len(desk.slack.calls("users.info")) == 1
    desk.clock.pass_(301)
    desk.slack.faults.add("users.info", "500")
    assert "cannot check" in desk.slack.command(ANN, "/lead status L-1042").json["text"]
    desk.clock.pass_(6)
    assert "Dana" in desk.slack.command(ANN, "/lead status L-1042").json["text"]


def test_r07_slow_reads_are_acknowledged_at_once_and_answered_later(desk):
    desk.slack.command(ANN, "/lead me")
    released = Event()
    desk.book.before = lambda: released.wait(20) and None
    with ThreadPoolExecutor(40) as people:
        acks = list(people.map(lambda _: desk.slack.command(ANN, "/lead status L-1042"), range(40)))
    assert all(ack.status == 200 and "Looking" in ack.json["text"] for ack in acks)
    assert max(ack.seconds for ack in acks) < 1.5
    released.set()
    answered = desk.slack.wait_for(lambda: sum("Dana" in text for text in desk.said_to(ANN)) == 40, 20)
    assert answered


def test_r08_store_down_is_said_and_never_a_failure(desk):
    def down() -> None:
        raise ConnectionError("database is down, password=hunter2")

    desk.book.before, desk.inbox.down = down, True
    read, change = desk.slack.command(ANN, "/lead status L-1042"), desk.slack.command(ANN, "/lead claim L-1042")
    assert read.status == change.status == 200
    assert "cannot reach the lead store" in read.json["text"]
    assert "hunter2" not in str(read.json)
    assert "could not take this" in change.json["text"]
    assert desk.slack.mention(ANN, "status L-1042").status in (503, 0)  # not acknowledged: Slack sends it again


def test_r12_the_same_command_sent_twice_has_one_effect(desk):
    first = desk.slack.command(ANN, "/lead note L-1042 hello")
    again = desk.slack.resend(first)
    assert first.status == again.status == 200
    desk.hears(ANN, "Your note")
    assert desk.book.steps == [("note:hello", "L-1042", ANN)]


def test_r12_a_mention_is_answered_once_however_often_slack_sends_it(desk):
    first = desk.slack.mention(ANN, "status L-1042")
    for attempt in (1, 2, 3):
        assert desk.slack.resend(first, retry=attempt).status == 200
    desk.hears(ANN, "Dana Smith")
    assert len(desk.said_to(ANN)) == 1
    desk.slack.mention(ANN, "claim L-1042")
    desk.hears(ANN, "/lead claim")
    assert desk.book.steps == []


def test_r50_an_answer_finds_its_way_when_the_response_address_is_dead(desk):
    desk.slack.faults.add("response", "500")
    desk.slack.command(ANN, "/lead claim L-1042")
    desk.hears(ANN, "You claimed")
    assert len(desk.slack.calls("chat.postEphemeral")) == 1


def test_status_of_an_owned_lead_names_the_owner(desk):
    desk.book.keep(replace(lead(), handoff="claimed", owner=Person(BEN, "Ben Okafor"), claimed_at=START))
    text = desk.slack.command(ANN, "/lead status L-1042").json["text"]
    assert f"<@{BEN}>" in text


def test_approvers_look_and_leave_the_changing_to_reps():
    with open_desk(load_team(f"people:\n  - {{name: Ann, slack: {ANN}, roles: [marketing_approver]}}\n")) as desk:
        desk.book.keep(lead())
        assert "Dana" in desk.slack.command(ANN, "/lead status L-1042").json["text"]
        assert "role" in desk.slack.command(ANN, "/lead claim L-1042").json["text"]
        assert desk.inbox.rows == {}


def test_a_hanging_slack_holds_nobody_beyond_the_three_seconds(desk):
    desk.slack.faults.add("auth.test", "hang", None, seconds=8)
    with ThreadPoolExecutor(20) as people:
        acks = list(people.map(lambda _: desk.slack.command(ANN, "/lead status L-1042"), range(20)))
    assert all(ack.ok and "cannot check" in ack.json["text"] for ack in acks)
    assert max(ack.seconds for ack in acks) < 2.9


def test_r50_a_response_address_is_used_five_times_within_half_an_hour(desk):
    asked = desk.slack.command(ANN, "/lead me")
    url = dict(parse_qsl(asked.sent.decode()))["response_url"]
    teller = Teller(make_client("xoxb-stand-in-token", desk.slack.api_url, 2), desk.clock)
    to = ReplyTo(ANN, LEADS, url, desk.clock())
    for _ in range(7):
        teller.tell(to, said("hello"))
    assert len(desk.slack.calls("response")) == 5
    assert len(desk.slack.calls("chat.postEphemeral")) == 2
    again = ReplyTo(ANN, LEADS, url + "x", desk.clock())
    desk.clock.pass_(1801)
    teller.tell(again, said("late"))
    assert len(desk.slack.calls("response")) == 5
    assert desk.said_to(ANN).count("hello") == 7
    assert "late" in desk.said_to(ANN)
