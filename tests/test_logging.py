"""Logs: one JSON object a line in production, and no secret and nobody's address in any of them."""

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.logging import secrets_of
from config.redaction import LONGEST, clean, redacted
from config.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
CANARIES = {
    "bot token": "xoxb-1234567890-canarycanary",
    "user token": "xoxe.xoxp-1-canarycanary",
    "app token": "xapp-1-A0123-canarycanary",
    "bearer": "Bearer canary.canary-canary_canary",
    "basic": "Basic Y2FuYXJ5Y2FuYXJ5",
    "key": "sk-canarycanarycanary",
    "webhook secret": "whsec_canarycanary+/=",
    "dsn": "postgresql://foyer:canary@canary@db.example/foyer",
    "dsn without user": "redis://:canarycanary@cache:6379/0",
    "jwt": "eyJcanarycanary.eyJcanarycanary.canary-canary",
    "address": "ada.canary+tag@canary.example.co.uk",
    "address in a url": "ada.canary%40canary.example",
    "umlauts": "jörg.canary@bücher-canary.example",
    "o'canary": "pat.o'canary@canary.ie",
}
NUMBERS = ("+4930123456789", "+1 415-555-0132", "+44 (20) 7946 0958", "%2B351912345678")
OWN_SECRET = "quietquietquiet-canary"

PROGRAM = """
import json, logging, sys, threading, warnings
from config.logging import set_up_logging
import structlog
said = json.load(sys.stdin)
set_up_logging("debug", sys.argv[1] == "json", {said["own"]})
log, library = structlog.get_logger("foyer"), logging.getLogger("some.library")
for one in said["canaries"] + [said["own"]]:
    log.info("said " + one)
    log.info("said", what=one, nested={"list": [one, {"deep": (one, {one})}], one: 1}, raw=one.encode())
    library.warning("library says %s and %r", one, {"x": [one]})
    logging.getLogger("gunicorn.error").error("Error handling request /x?y=%s", one)
    try:
        try:
            raise ValueError(f"first {one}")
        except ValueError as error:
            raise RuntimeError("second " + one + chr(10) + "DETAIL: Key (name)=(Ada Canary) exists") from error
    except RuntimeError:
        log.exception("failed")
        library.exception("library failed with %s", one)
    warnings.warn(one)
    def fails(one=one):
        raise OSError(one)
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    class Odd:
        def __repr__(self):
            return one
        __str__ = __repr__
        def __del__(self):
            raise ValueError(one)
    log.info("odd", odd=Odd())
    structlog.contextvars.bind_contextvars(visitor=one)
    library.info("%s %s", "too", "many", one)
log.info("fields", token="canary", Authorization="canary", api_key="canary", text="canary", email="canary")
raise KeyError(said["own"])
"""


def ran(form, canaries):
    said = json.dumps({"canaries": list(canaries), "own": OWN_SECRET})
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, form], input=said, capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert ended.returncode == 1, ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_canary_is_in_any_line_whoever_wrote_it(form):
    told = ran(form, [*CANARIES.values(), *NUMBERS])
    assert told.count("failed") > len(CANARIES)
    assert "canary" not in told.replace("OwnCanary", "").lower()
    digits = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", told)
    for number in NUMBERS:
        assert number not in digits


def test_every_line_of_production_is_one_json_object_with_time_level_and_place():
    lines = ran("json", CANARIES.values()).splitlines()
    events = [json.loads(line) for line in lines]
    assert all({"event", "level", "timestamp", "logger"} <= event.keys() for event in events)
    [uncaught] = [event for event in events if event["event"] == "uncaught" and "KeyError" in event["exception"]]
    assert uncaught["level"] == "error"
    assert re.search(r"\n  .*:\d+ <module>", uncaught["exception"])


def test_what_helps_is_kept():
    line = "promise_delivered key=alert:L-1042:1 at 2026-11-23T09:30:00+01:00 attempts=2 10.1.2.3 1e+30 /api/v1/leads"
    assert redacted(line) == line
    assert clean({"n": 1, "ok": True, "none": None, "f": 1.5, "token_count": 3}) == {
        "n": 1,
        "ok": True,
        "none": None,
        "f": 1.5,
        "token_count": 3,
    }


def test_endless_values_are_cut():
    assert len(redacted("x" * 10**6)) == LONGEST + 1
    assert "…" in str(clean({"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}))


def test_a_deployments_own_secrets_are_known_by_their_value():
    settings = load_settings(
        secret_key="first-secret-key,second-secret-key",
        api_keys="an-api-key-of-ours",
        database_url="postgresql://foyer:pass-word@db/foyer",
        slack_bot_token="xoxb-1",
        slack_signing_secret="5f4dcc3b5aa765d61d8327deb882cf99",
        slack_alert_channel="C0LEADS0001",
    )
    expected = {
        "first-secret-key",
        "second-secret-key",
        "an-api-key-of-ours",
        "pass-word",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    }
    assert expected <= secrets_of(settings)
    assert "C0LEADS0001" not in secrets_of(settings)


@given(
    st.recursive(
        st.text() | st.binary() | st.none() | st.integers() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
        max_leaves=20,
    )
)
def test_anything_can_be_logged(value):
    json.dumps(clean(value))


@given(st.text(max_size=80), st.sampled_from(sorted(CANARIES)), st.text(alphabet=" ,;:\n\"'<>()[]{}", max_size=5))
def test_a_canary_is_found_between_any_words(words, which, end):
    told = redacted(f"{words} {CANARIES[which]}{end} {words}")
    assert "canarycanary" not in told
    assert "@canary" not in told


@pytest.mark.parametrize("piece", ["a", "a@", "+1", "sk-", "://a:", "eyJ", "a.", "Bearer ", "%40", "(", "1 "])
def test_the_time_to_clean_grows_with_the_length_and_no_faster(piece):
    def cost(length):
        text = (piece * length)[:length]
        before = process_time()
        for _ in range(5):
            redacted(text)
        return process_time() - before

    times = [cost(length) for length in (1000, 2000, 4000)]
    assert times[-1] < 0.5
    assert all(later < 4 * earlier + 0.02 for earlier, later in pairwise(times))


def test_an_ordinary_line_costs_little():
    event = {"event": "promise_delivered", "key": "alert:L-1042:1", "channel": "slack", "attempts": 1, "error": None}
    before = process_time()
    for _ in range(2000):
        clean(event)
    assert (process_time() - before) / 2000 < 0.0005
