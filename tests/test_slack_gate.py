"""The gate before the desk, in a whole house: who is not Slack gets 401 and changes nothing; what Slack says twice is
done once."""

import json
from collections import Counter
from random import Random
from time import time
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import func, select

from models.inbox import InboxEvent
from tests.engines import KINDS
from tests.foyer import foyer_on, until
from tryout.standin import ANN, LEADS, signed
from tryout.standin.payloads import FORM

SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"


@pytest.fixture(scope="module", params=KINDS)
def foyer(request, tmp_path_factory):
    with foyer_on(request.param, tmp_path_factory.mktemp("gate")) as house:
        yield house


@pytest.fixture(scope="module")
def lead(foyer):
    ref = foyer.new_lead()
    foyer.alert(ref)
    return ref


@pytest.fixture(scope="module")
def genuine(foyer, lead):
    """A request as Slack sent it, and as it was answered: the note is in the thread."""
    ack = foyer.standin.command(ANN, f"/lead note {lead} genuine")
    assert ack.status == 200
    notes(foyer, lead, "genuine", 1)
    return ack


def notes(foyer, ref, words, number=None):
    """How often this note stands in the thread; waits for `number` of them."""
    alert = foyer.alert(ref)

    def counted():
        return sum(words in line for line in foyer.lines(alert["ts"]))

    if number is not None:
        foyer.standin.wait_for(lambda: counted() >= number)
    return counted()


def stored(foyer):
    with foyer.web.house.database.read() as session:
        return session.scalar(select(func.count()).select_from(InboxEvent))


def as_signed(foyer, body, secret=None, age=0):
    return signed(body, secret or foyer.standin.app.signing_secret, int(time()) - age)


def forged(foyer, body):
    """Every way in which a request is not, or no longer, Slack's; what it is called and its headers."""
    good = as_signed(foyer, body)
    now, signature = good[TIMESTAMP], good[SIGNATURE]
    return {
        "stale": as_signed(foyer, body, age=301),
        "very stale": as_signed(foyer, body, age=10**8),
        "from the future": as_signed(foyer, body, age=-320),
        "another secret": as_signed(foyer, body, "another-secret"),
        "another body": as_signed(foyer, body + b"&more=1"),
        "nothing": {},
        "signature missing": {TIMESTAMP: now},
        "timestamp missing": {SIGNATURE: signature},
        "both empty": {TIMESTAMP: "", SIGNATURE: ""},
        "fresh timestamp, old signature": {**as_signed(foyer, body, age=400), TIMESTAMP: now},
        "words for a time": {**good, TIMESTAMP: "yesterday"},
        "a float": {**good, TIMESTAMP: f"{now}.5"},
        "an exponent": {**good, TIMESTAMP: "1e9"},
        "a sign": {**good, TIMESTAMP: f"+{now}"},
        "infinity": {**good, TIMESTAMP: "inf"},
        "5,000 digits": {**good, TIMESTAMP: "9" * 5000},
        "digits of another script": {**good, TIMESTAMP: "١٧٠٠٠٠٠٠٠٠".encode()},
        "garbage": {**good, SIGNATURE: "v0=garbage"},
        "cut short": {**good, SIGNATURE: signature[:-1]},
        "too long": {**good, SIGNATURE: signature + "0"},
        "another version": {**good, SIGNATURE: signature.replace("v0", "v1")},
        "capitals": {**good, SIGNATURE: signature.upper()},
        "non-ASCII": {**good, SIGNATURE: "v0=ä€☃".encode()},
        "non-ASCII latin": {**good, SIGNATURE: b"v0=\xe9\xff" + b"0" * 62},
    }


def test_forged_requests_are_refused_and_nothing_happens(foyer, lead, genuine):
    forms = {
        "command": genuine.sent.replace(b"genuine", b"forged"),
        "event": b'{"type":"event_callback","event_id":"Ev1","event":{"type":"app_mention","text":"forged"}}',
        "challenge": b'{"type":"url_verification","challenge":"forged"}',
        "not UTF-8": b"payload=\xff\xfe",
        "empty": b"",
    }
    before, asked = stored(foyer), len(foyer.standin.calls())
    answers = {}
    for form, body in forms.items():
        for trick, headers in forged(foyer, body).items():
            ack = foyer.standin.send(body, {"Content-Type": FORM, **headers})
            answers[form, trick] = ack.status
            assert b"forged" not in ack.body
    assert set(answers.values()) == {401}, {what: status for what, status in answers.items() if status != 401}
    assert len(answers) > 100
    assert stored(foyer) == before
    assert len(foyer.standin.calls()) == asked
    assert foyer.lead(lead)["handoff"] == "offered"


@pytest.mark.parametrize("age", [290, -290])
def test_clocks_that_differ_by_less_than_five_minutes_are_fine(foyer, age):
    form = f"command=%2Flead&text=help&user_id={ANN}&team_id={foyer.standin.workspace.team}&channel_id={LEADS}"
    body = form.encode()
    ack = foyer.standin.send(body, {"Content-Type": FORM, **as_signed(foyer, body, age=age)})
    assert ack.status == 200
    assert "/lead status" in str(ack.json)


def test_odd_bodies_that_are_really_signed_are_never_our_error(foyer):
    bodies = (b"", b"\xff\xfe", b"{", b"[]", b"null", b"{}", b"payload=", b"payload={", b"payload=[]", b"payload=null")
    bodies += (b"[" * 100_000, b'{"a":' * 50_000, b"a=1&" * 5000, b"command=%2Flead&text=%00%ED%A0%80", b"x" * 900_000)
    bodies += (b'{"type":"event_callback"}', b'payload={"type":"block_actions","actions":[{}]}')
    bodies += (b'payload={"type":"view_submission","view":{}}', b'{"type":"event_callback","event":{"type":7}}')
    for body in bodies:
        status = foyer.standin.send(body, {"Content-Type": FORM, **as_signed(foyer, body)}).status
        assert 200 <= status < 500, (status, body[:60])


def test_too_large_a_body_is_refused(foyer):
    body = b"x" * (5 * 1024 * 1024)
    assert foyer.standin.send(body, {"Content-Type": FORM, **as_signed(foyer, body)}).status in (0, 413)


def test_replayed_command_has_one_effect(foyer, lead, genuine):
    before = stored(foyer)
    for _ in range(3):
        assert foyer.standin.resend(genuine).status == 200
    assert foyer.standin.resend(genuine, retry=1).status == 200
    assert foyer.standin.command(ANN, f"/lead note {lead} afterwards").status == 200
    notes(foyer, lead, "afterwards", 1)
    assert notes(foyer, lead, "genuine") == 1
    assert stored(foyer) == before + 1


def test_replayed_press_has_one_effect(foyer):
    ref = foyer.new_lead()
    alert = foyer.alert(ref)
    press = foyer.standin.press(ANN, alert["ts"], "lead_claim")
    until(lambda: foyer.lead(ref)["handoff"] == "claimed")
    assert foyer.standin.command(ANN, f"/lead release {ref}").ok
    until(lambda: foyer.lead(ref)["handoff"] == "offered")
    assert foyer.standin.resend(press).status == 200
    assert foyer.standin.command(ANN, f"/lead note {ref} after the replay").ok
    notes(foyer, ref, "after the replay", 1)
    assert foyer.lead(ref)["handoff"] == "offered"


def test_form_sent_twice_has_one_effect(foyer):
    ref = foyer.new_lead()
    alert = foyer.alert(ref)
    foyer.standin.press(ANN, alert["ts"], "lead_more", f"note:{ref}")
    foyer.standin.wait_for(lambda: foyer.standin.view(ANN))
    sent = foyer.standin.submit(ANN, {"text": "only once"})
    assert sent.ok
    assert foyer.standin.resend(sent).status == 200
    assert foyer.standin.resend(sent, retry=1).status == 200
    foyer.standin.command(ANN, f"/lead note {ref} afterwards")
    notes(foyer, ref, "afterwards", 1)
    assert notes(foyer, ref, "only once") == 1


def test_event_that_slack_repeats_is_answered_once(foyer):
    def replies():
        return [call for call in foyer.standin.calls() if call.method.startswith("chat.post") and call not in before]

    before = foyer.standin.calls()
    event = foyer.standin.mention(ANN, "help")
    for number in (1, 2, 3):
        assert foyer.standin.resend(event, retry=number).status == 200
    until(replies)
    assert foyer.standin.mention(ANN, "help").ok
    until(lambda: len(replies()) >= 2)
    assert len(replies()) == 2


def test_what_slack_sends_with_one_thing_wrong_is_never_our_error(foyer):
    """Missing, empty, of another type, with a NUL or half a character in it; and new to us, so that it is worked."""
    chance, statuses = Random(20261123), Counter()
    genuine = what_slack_sends(foyer)
    for number in range(400):
        payload = one_thing_wrong(chance, fresh(chance.choice(genuine), number))
        raw = json.dumps(payload).encode()
        body = raw if b"event_callback" in raw else urlencode({"payload": raw}).encode()
        statuses[taken(foyer, body)] += 1
    assert set(statuses) == {200, 400}


def taken(foyer, body):
    """The answer. A busy database may ask for it again, as Slack then does; what is asked for for ever is our error."""

    def status():
        answer = foyer.standin.send(body, {"Content-Type": FORM, **as_signed(foyer, body)}).status
        assert 200 <= answer < 500 or answer == 503, (answer, body)
        return answer if answer < 500 else None

    return until(status)


def what_slack_sends(foyer):
    """A press, a form, an event and a look at the App Home, as they came."""
    ref = foyer.new_lead()
    alert = foyer.alert(ref)
    foyer.standin.press(ANN, alert["ts"], "lead_more", f"note:{ref}")
    foyer.standin.wait_for(lambda: foyer.standin.view(ANN))
    form = foyer.standin.submit(ANN, {"text": "as it came"})
    press = foyer.standin.press(ANN, alert["ts"], "lead_claim")
    sent = [parse_qs(one.sent.decode())["payload"][0] for one in (press, form)]
    return [json.loads(one) for one in (*sent, foyer.standin.mention(ANN, "help").sent)]


def fresh(payload, number):
    ids = {"event_id": f"Ev{number}", "trigger_id": f"{number}.1.fresh"}
    known = {name: value for name, value in ids.items() if name in payload}
    view = {"view": {**payload["view"], "id": f"V{number}"}} if "view" in payload else {}
    return {**payload, **known, **view}


def one_thing_wrong(chance, value):
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], one_thing_wrong(chance, value[place]), *value[place + 1 :]]
    if not isinstance(value, dict) or not value or chance.random() < 0.1:
        return chance.choice([None, 7, True, "", "x" * 5000, "a\x00b", "\ud800", [], {}, [None], {"id": 7}])
    name = chance.choice(list(value))
    if chance.random() < 0.15:
        return {key: kept for key, kept in value.items() if key != name}
    return {**value, name: one_thing_wrong(chance, value[name])}
