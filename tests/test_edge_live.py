"""A rep's answer reaches the open widget at once, and waiting never blocks the house."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from tests.edge import made_world, open_widget
from webhook.live import MAX_PER_CONVERSATION, Live


def waits_for(live, id, said, seconds=20.0, started=None):
    def look():
        if started:
            started.set()
        return tuple(said)

    return live.wait(id, look, seconds)


def test_who_waits_is_told_the_moment_something_is_said():
    live, said, started = Live(4, poll_s=20), [], Event()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(waits_for, live, "c", said, started=started)
        assert started.wait(5)
        said.append("hello")
        live.notify("other")
        live.notify("c")
        assert waiting.result(5) == ("hello",)
    assert live.waiting == 0


def test_a_message_taken_by_another_process_is_found_by_looking():
    live, said, started = Live(4, poll_s=0.02), [], Event()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(waits_for, live, "c", said, started=started)
        assert started.wait(5)
        said.append("hello")
        assert waiting.result(5) == ("hello",)


def test_nothing_said_is_an_empty_answer_when_the_time_is_over():
    before = monotonic()
    assert Live(4).wait("c", lambda: (), 0.05) == ()
    assert 0.05 <= monotonic() - before < 1


def test_what_is_there_already_is_given_without_waiting():
    assert Live(4).wait("c", lambda: ("hello",), 20) == ("hello",)


def waiting_at(pool, live, ids):
    found = []
    for id in ids:
        started = Event()
        found.append(pool.submit(waits_for, live, id, [], started=started))
        assert started.wait(5)
    return found


def test_the_waiting_room_has_an_end_and_the_next_is_answered_at_once():
    live = Live(2, poll_s=20)
    with ThreadPoolExecutor() as pool:
        waiting = waiting_at(pool, live, ["a", "b"])
        assert live.waiting == 2
        assert live.wait("c", lambda: (), 20) == ()
        live.close()
        assert [one.result(5) for one in waiting] == [(), ()]


def test_one_conversation_cannot_fill_the_waiting_room():
    live = Live(100, poll_s=20)
    with ThreadPoolExecutor() as pool:
        waiting = waiting_at(pool, live, ["a"] * MAX_PER_CONVERSATION)
        assert live.wait("a", lambda: (), 20) == ()
        waiting += waiting_at(pool, live, ["b"])
        live.close()
        assert {one.result(5) for one in waiting} == {()}


def test_a_stopping_process_answers_everybody_and_keeps_nobody():
    live = Live(4, poll_s=20)
    live.close()
    assert live.wait("a", lambda: (), 20) == ()


def test_a_look_that_fails_leaves_its_place():
    live = Live(1)

    def look():
        raise OSError

    with pytest.raises(OSError):
        live.wait("a", look, 1)
    assert live.waiting == 0


def test_a_reps_answer_reaches_the_widget_that_waits():
    live = Live(4, poll_s=20)
    world = made_world(live=live)
    visitor = open_widget(world.app.test_client())
    talk = world.intake.conversations[visitor.conversation]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(visitor.reads, f"?after={talk.bubbles[-1].id}&wait=20")
        while not live.waiting:
            assert not waiting.done()
        world.intake.say(talk, "rep", "Ann here, hello", name="Ann")
        live.notify(visitor.conversation)
        (said,) = waiting.result(5).json["messages"]
    assert (said["author"], said["name"], said["text"]) == ("rep", "Ann", "Ann here, hello")


def test_a_foreign_conversation_cannot_be_waited_for():
    world = made_world()
    client = world.app.test_client()
    victim, stranger = open_widget(client), open_widget(client)
    victim.token = stranger.token
    assert victim.reads("?wait=20").status_code == 404
    assert world.rooms.live.waiting == 0
