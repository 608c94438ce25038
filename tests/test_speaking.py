"""A rep speaks with the visitor: held back, taken back, said once, seen or not, and handed back to the assistant."""

import threading

import pytest

from models.database import Database
from tests.salesfloor import ANN, BEN, MARA, Chat, Floor, policy

WISH = "Hi, I'm Tom Becker, ops lead at Vollmer GmbH (250 ppl). Need a demo this month, tom@vollmer.de"


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


@pytest.fixture
def chat(floor: Floor) -> Chat:
    """Somebody who wants a demo and is Ann's."""
    visitor = floor.chats(WISH)
    floor.deliver()
    assert floor.handoff.claim(floor.site, visitor.ref, ANN).done
    return visitor


def bubbles(chat: Chat) -> list[tuple[str, str | None, str]]:
    found = chat.floor.intake.since(chat.floor.site, chat.visitor, chat.conversation, 0)
    return [(one.author, one.name, one.text) for one in found]


def by_rep(chat: Chat) -> list[str]:
    return [text for author, _, text in bubbles(chat) if author == "rep"]


def reply(chat: Chat, text: str = "Hello Tom, Ann here.", key: str = "k1", by=ANN):
    return chat.floor.handoff.reply(chat.floor.site, chat.ref, by, text, key)


def later(floor: Floor, seconds: float) -> None:
    floor.time.pass_(seconds)
    floor.clockwork.run_due(floor.time.now)


def test_a_reply_is_held_back_five_seconds_and_then_said_once_with_the_reps_name(floor: Floor, chat: Chat) -> None:
    outcome = reply(chat)
    assert (outcome.done, outcome.code) == (True, "reply_planned")
    later(floor, 4.9)
    assert by_rep(chat) == []
    later(floor, 0.1)
    later(floor, 60)
    assert [one for one in bubbles(chat) if one[0] == "rep"] == [("rep", "Ann", "Hello Tom, Ann here.")]
    assert floor.lines(chat.ref).count("replied") == 1


def test_the_visitor_sees_the_picture_the_team_file_has_of_the_rep(floor: Floor, chat: Chat) -> None:
    face = "https://pictures.example/ann.png"
    floor.policies[floor.site] = policy(people=[{"name": "Ann", "slack": ANN.id, "picture": face}])
    reply(chat)
    later(floor, 5)
    found = floor.intake.since(floor.site, chat.visitor, chat.conversation, 0)
    assert [one.picture for one in found if one.author == "rep"] == [face]
    assert {one.picture for one in found if one.author != "rep"} == {None}


def test_r15_the_same_request_worked_twice_is_one_reply(floor: Floor, chat: Chat) -> None:
    assert reply(chat).step == reply(chat).step
    later(floor, 5)
    reply(chat)
    later(floor, 5)
    assert by_rep(chat) == ["Hello Tom, Ann here."]


def test_what_is_taken_back_in_time_is_never_said(floor: Floor, chat: Chat) -> None:
    step = reply(chat).step
    assert step is not None
    assert floor.handoff.unsend(floor.site, chat.ref, BEN, step).code == "nothing_to_unsend"
    later(floor, 4)
    assert floor.handoff.unsend(floor.site, chat.ref, ANN, step).code == "unsent"
    later(floor, 60)
    assert by_rep(chat) == []
    assert [one.action for one in floor.steps(chat.ref)][-2:] == ["reply", "unsent"]


def test_too_late_to_take_back_says_so(floor: Floor, chat: Chat) -> None:
    step = reply(chat).step
    later(floor, 5)
    assert floor.handoff.unsend(floor.site, chat.ref, ANN, step or 0).code == "already_said"


def test_the_assistant_steps_back_when_a_rep_speaks_and_says_so(floor: Floor, chat: Chat) -> None:
    reply(chat)
    later(floor, 5)
    joined, spoken = bubbles(chat)[-2:]
    assert joined[0] == "assistant"
    assert "Ann" in joined[2]
    assert spoken[0] == "rep"
    before = len(bubbles(chat))
    answer = floor.intake.receive(floor.site, chat.visitor, chat.conversation, "x1", "great, we are 300 people by now")
    assert (answer.bubbles, answer.handling, answer.asking) == ((), "rep", None)
    assert len(bubbles(chat)) == before + 1
    assert floor.lead(chat.ref).handling == "rep"
    assert floor.lead(chat.ref).facts["company_size"].text.startswith("300")


def test_a_second_reply_needs_no_second_introduction(floor: Floor, chat: Chat) -> None:
    reply(chat)
    later(floor, 5)
    reply(chat, "One more thing.", "k2")
    later(floor, 5)
    assert [one[0] for one in bubbles(chat)][-3:] == ["assistant", "rep", "rep"]


def test_hand_back_lets_the_assistant_speak_again_and_the_visitor_is_told(floor: Floor, chat: Chat) -> None:
    reply(chat)
    later(floor, 5)
    assert floor.handoff.hand_back(floor.site, chat.ref, BEN).code == "not_owner"
    assert floor.handoff.hand_back(floor.site, chat.ref, ANN).code == "handed_back"
    assert bubbles(chat)[-1][0] == "assistant"
    answer = floor.intake.receive(floor.site, chat.visitor, chat.conversation, "x1", "do you work with hubspot?")
    assert answer.handling == "assistant"
    assert answer.bubbles
    assert floor.handoff.hand_back(floor.site, chat.ref, ANN).code == "assistant_speaks"
    assert floor.lines(chat.ref)[-1:] != []
    assert floor.lines(chat.ref).count("handed_back") == 1


def test_after_ten_idle_minutes_the_assistant_returns_and_not_before_the_last_word_is_so_old(
    floor: Floor, chat: Chat
) -> None:
    reply(chat)
    later(floor, 5)
    later(floor, 500)
    reply(chat, "Still there?", "k2")
    later(floor, 5)
    later(floor, 595)
    assert floor.lead(chat.ref).handling == "rep"
    later(floor, 5)
    assert floor.lead(chat.ref).handling == "assistant"
    assert floor.lines(chat.ref).count("handed_back") == 1


def test_the_rep_sees_whether_it_was_read(floor: Floor, chat: Chat) -> None:
    reply(chat)
    later(floor, 5)
    last = floor.intake.since(floor.site, chat.visitor, chat.conversation, 0)[-1]
    for _ in range(2):
        floor.intake.seen(floor.site, chat.visitor, chat.conversation, int(last.id))
    later(floor, 300)
    assert floor.lines(chat.ref).count("reply_seen") == 1
    assert "reply_unseen" not in floor.lines(chat.ref)


def test_a_visitor_who_has_gone_is_told_of(floor: Floor, chat: Chat) -> None:
    reply(chat)
    later(floor, 5)
    later(floor, 120)
    assert floor.lines(chat.ref).count("reply_unseen") == 1


def test_only_the_owner_or_a_manager_speaks_and_only_for_a_lead_somebody_has(floor: Floor, chat: Chat) -> None:
    assert reply(chat, by=BEN).code == "not_owner"
    assert reply(chat, by=MARA).done
    floor.handoff.release(floor.site, chat.ref, ANN)
    assert reply(chat, key="k2").code == "claim_first"
    form = floor.comes_by_form()
    floor.handoff.claim(floor.site, form, ANN)
    assert floor.handoff.reply(floor.site, form, ANN, "hello", "k3").code == "no_conversation"


def test_what_the_visitor_writes_within_three_seconds_is_one_post_and_nothing_is_lost_or_twice(
    floor: Floor, chat: Chat
) -> None:
    floor.deliver()
    chat.says("one more question").says("about prices").says("please")
    floor.time.pass_(3)
    floor.deliver()
    chat.says("are you there?")
    told = [one["messages"] for one in floor.promised(chat.ref, "line") if one["line"] == "visitor_messages"]
    assert [len(ids) for ids in told] == [3, 1]
    flat = [one for ids in told for one in ids]
    assert len(flat) == len(set(flat))


def test_a_visitor_and_a_rep_who_speak_at_once_wait_for_each_other(floor: Floor, chat: Chat) -> None:
    """Locks are taken in one order; the other order would be a deadlock here."""
    for number in range(8):
        reply(chat, f"line {number}", f"k{number}")
    floor.time.pass_(5)
    failures: list[BaseException] = []

    def careful(do):
        try:
            do()
        except BaseException as error:
            failures.append(error)

    jobs = [lambda: floor.clockwork.run_due(floor.time.now)] * 2
    jobs += [lambda: [chat.says(f"word {number}") for number in range(8)]]
    jobs += [lambda: [floor.handoff.hand_back(floor.site, chat.ref, ANN) for _ in range(8)]]
    threads = [threading.Thread(target=careful, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    later(floor, 60)
    assert sorted(by_rep(chat)) == [f"line {number}" for number in range(8)]
