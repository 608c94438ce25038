"""Webhooks: who is told what and when, signed as receivers check it, and never to our own network."""

import base64
import datetime as dt
import json
import ssl
import threading
from dataclasses import replace
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks.webhooks import Webhook as Reference

from commands.crm import _line
from crm.calls import retry_after
from crm.guard import Guard, is_public, resolved
from crm.webhook import Webhook, message_id_of
from delivery.switches import Switches, give_up_removed
from delivery.wake import Wake
from delivery.worker import Worker
from qualification.policy import WEBHOOK, Listener, webhook_channel
from qualification.promises import Ambiguous, Dead, Promise, Retry, Sent
from tests.foyer import open_foyer, until
from tests.promising import Told, row
from tests.receivers import SHAPES, Receiver, Says
from tests.salesfloor import ANN, Floor, policy
from tests.timekeeping import START

CLOSED = """
10.0.0.1 172.16.5.5 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 192.0.0.8 192.0.0.170 224.0.0.1 239.1.1.1
255.255.255.255 240.0.0.1 198.18.0.1 192.88.99.1 ::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1
64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:0:7f00:1:: 2001:db8::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1
100::1 5f00::1 3fff::1
"""
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OLDER = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def floor(database, receiver):
    """A sales floor of which one receiver is told, and what comes to it is delivered by `tell`."""
    return floor_of(database, receiver)


def floor_of(database, *receivers):
    listeners = tuple(Listener(webhook_channel(one.url), hears_events=True) for one in receivers)
    return Floor(database, {1: replace(policy(), listeners=listeners)})


def webhook_to(floor, receiver, secrets=SECRET, guard=None):
    switches = Switches(floor.database, floor.time)
    return Webhook(receiver.url, secrets, SHAPES, floor.enquiry, switches, guard or Guard(lets_home=True), floor.time)


def worker_of(floor, *receivers, **others):
    destinations = {webhook_channel(one.url): webhook_to(floor, one) for one in receivers}
    return Worker(floor.database, {**destinations, **others}, floor.time, Wake(), "worker")


def tell(floor, *receivers):
    worker = worker_of(floor, *receivers)
    while worker.run_once(floor.time.now):
        pass


def events(receiver):
    return [json.loads(got.body) for got in receiver.got]


def kinds(receiver):
    return [event["type"] for event in events(receiver)]


def a_promise(**given):
    told = {"key": "webhook:x:1:1:lead.mql", "kind": "lead.mql", "payload": {"lead": "L-1001"}, "remote_id": None}
    return Promise(**{**told, "maybe_sent": False, "created_at": START, "site_id": 1, **given})


# --- who is told what


def test_each_step_of_a_lead_is_told_in_order(floor, receiver):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    floor.handoff.accept(floor.site, ref, ANN)
    tell(floor, receiver)
    assert kinds(receiver) == ["lead.created", "lead.mql", "lead.updated", "lead.sql"]
    first = events(receiver)[0]
    assert first["timestamp"] == "2026-11-23T09:00:00.000Z"
    assert first["data"]["lead"]["lead_ref"] == ref
    assert first["data"]["lead"]["assessment"]["score"] >= 45


def test_a_lead_that_learns_nothing_new_is_not_told_again(floor, receiver):
    ref = floor.comes_by_form(company_size="30")
    floor.tells(ref, company_size="30")
    tell(floor, receiver)
    assert kinds(receiver) == ["lead.created"]


def test_a_conversation_is_over_a_day_after_its_last_word(floor, receiver):
    chat = floor.chats("Hello")
    floor.pass_(0.5)
    chat.says("I am ana@northwind.io")
    floor.pass_(0.9)
    tell(floor, receiver)
    assert "conversation.ended" not in kinds(receiver)
    floor.pass_(0.2)
    tell(floor, receiver)
    ended = events(receiver)[-1]
    assert ended["type"] == "conversation.ended"
    assert ended["data"]["conversation"]["lead_ref"] == chat.ref


def test_nothing_is_promised_where_nobody_listens(database):
    floor = Floor(database)
    floor.comes_by_form()
    floor.chats("Hello, I am ana@northwind.io")
    assert [key for key in floor.open_promises() if key.startswith("webhook")] == []


def test_what_is_sent_is_the_lead_as_it_is_then(floor, receiver):
    ref = floor.comes_by_form()
    floor.handoff.claim(floor.site, ref, ANN)
    tell(floor, receiver)
    assert [event["data"]["lead"]["handoff"] for event in events(receiver)] == ["claimed"] * 3
    assert events(receiver)[0]["data"]["revision"] < events(receiver)[-1]["data"]["revision"]


# --- the standard


def test_the_reference_library_accepts_what_we_sign(floor, receiver):
    floor.comes_by_form()
    tell(floor, receiver)
    for got in receiver.got:
        with pytest.raises(Exception, match="timestamp"):  # of our clock, long ago by theirs
            Reference(SECRET).verify(got.body, got.headers)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    sender = replace(webhook_to(floor, receiver), clock=lambda: now)
    assert sender.send(a_promise(payload={"lead": floor.comes_by_form()})) == Sent()
    last = receiver.got[-1]
    assert Reference(SECRET).verify(last.body, last.headers)["type"] == "lead.mql"
    signed = Reference(SECRET).sign(last.headers["webhook-id"], now, last.body.decode())
    assert signed == last.headers["webhook-signature"]
    with pytest.raises(Exception, match="signature"):
        Reference(OLDER).verify(last.body, last.headers)


def test_two_secrets_sign_both_while_a_receiver_changes_theirs(floor, receiver):
    now = dt.datetime.now(dt.UTC)
    sender = replace(webhook_to(floor, receiver, f"{SECRET}, {OLDER}"), clock=lambda: now)
    sender.send(a_promise(payload={"lead": floor.comes_by_form()}))
    for secret in (SECRET, OLDER):
        Reference(secret).verify(receiver.got[0].body, receiver.got[0].headers)


def test_the_same_promise_has_the_same_id_and_another_site_another():
    assert message_id_of(a_promise()) == message_id_of(a_promise(maybe_sent=True))
    assert message_id_of(a_promise()) != message_id_of(a_promise(site_id=2))


# --- faults


@pytest.mark.parametrize(
    ("says", "becomes"),
    [
        (Says(200), Sent()),
        (Says(429, {"Retry-After": "17"}), Retry(17, "the receiver asks to slow down (429)", counts=False)),
        (Says(503, {"Retry-After": "120"}), Retry(120, "the receiver answered 503")),
        (Says(500), Ambiguous("the receiver answered 500")),
        (Says(404), Retry(None, "the receiver answered 404")),
        (None, Ambiguous("no answer from the receiver: ProtocolError")),
    ],
)
def test_what_an_answer_means(floor, receiver, says, becomes):
    receiver.answer = lambda got: says
    assert webhook_to(floor, receiver).send(a_promise(payload={"lead": floor.comes_by_form()})) == becomes


def test_a_receiver_that_hangs_is_left_after_the_time_it_has(floor, receiver):
    receiver.answer = receiver.hang
    sender = webhook_to(floor, receiver, guard=Guard(lets_home=True, read_s=0.2))
    outcome = sender.send(a_promise(payload={"lead": floor.comes_by_form()}))
    assert outcome == Ambiguous("no answer from the receiver: ReadTimeoutError")
    assert Guard().read_s == 15


def test_a_redirect_is_not_followed(floor, receiver):
    with Receiver() as other:
        receiver.answer = lambda got: Says(302, {"Location": other.url})
        outcome = webhook_to(floor, receiver).send(a_promise(payload={"lead": floor.comes_by_form()}))
        assert isinstance(outcome, Retry)
        assert "redirects" in outcome.error
        assert other.got == []


def test_what_failed_comes_back_by_the_schedule_with_the_same_id(floor, receiver):
    receiver.answer = lambda got: Says(500 if len(receiver.got) == 1 else 204)
    floor.comes_by_form(company_size="30")
    tell(floor, receiver)
    floor.time.pass_(2)
    tell(floor, receiver)
    assert kinds(receiver) == ["lead.created", "lead.created"]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


def test_gone_switches_the_address_off_for_good_and_only_that_one(database, receiver):
    with Receiver() as other:
        floor = floor_of(database, receiver, other)
        receiver.answer = lambda got: Says(410)
        floor.comes_by_form()
        tell(floor, receiver, other)
        assert len(receiver.got) == 1, "the second promise is not even tried"
        assert kinds(other) == ["lead.created", "lead.mql"]
        dead = floor.enquiry.deliveries(floor.site, "dead")
        assert [one.error for one in dead] == [dead[0].error] * 2
        assert "flask crm on" in (dead[0].error or "")


def test_promises_to_an_address_that_was_taken_out_are_given_up_after_an_hour(floor, receiver):
    floor.comes_by_form(company_size="30")
    channel = webhook_channel(receiver.url)
    floor.time.pass_(3500)
    assert give_up_removed(floor.database, WEBHOOK, frozenset(), floor.time.now) == 0
    floor.time.pass_(200)
    assert give_up_removed(floor.database, WEBHOOK, frozenset([channel]), floor.time.now) == 0
    assert give_up_removed(floor.database, WEBHOOK, frozenset(["slack"]), floor.time.now) == 1
    assert row(floor.database, f"{channel}:1:1:lead.created").state == "dead"


def test_a_receiver_that_hangs_delays_neither_another_nor_slack(database, receiver):
    receiver.answer = receiver.hang
    with Receiver() as quick:
        floor, slack = floor_of(database, receiver, quick), Told()
        for _ in range(5):
            floor.comes_by_form()
        stop, worker = threading.Event(), worker_of(floor, receiver, quick, slack=slack)
        working = threading.Thread(target=worker.run, args=(stop,))
        working.start()
        try:
            until(lambda: len(quick.got) == 10 and len(slack.promises) >= 5)
            assert len(receiver.got) <= 3, "its own three lanes wait, nobody else's"
        finally:
            receiver.ended.set()
            stop.set()
            working.join(20)


def test_in_a_whole_house_the_alert_comes_while_the_webhook_hangs(tmp_path, receiver):
    receiver.answer = receiver.hang
    with open_foyer(tmp_path, webhook_urls=receiver.url, webhook_secret=SECRET) as foyer:
        ref = foyer.new_lead()
        until(lambda: receiver.got)
        assert foyer.alert(ref)
        receiver.answer = lambda got: Says()
        receiver.ended.set()
        until(lambda: {"lead.created", "lead.mql"} <= set(kinds(receiver)))
        assert events(receiver)[0]["data"]["lead"]["lead_ref"] == ref
        assert "deliveries" not in events(receiver)[0]["data"]["lead"]


def test_switched_off_means_nothing_is_promised_until_it_is_on_again(tmp_path, receiver):
    receiver.answer = lambda got: Says(410)
    with open_foyer(tmp_path, webhook_urls=receiver.url, webhook_secret=SECRET) as foyer:
        house = foyer.web.house
        foyer.new_lead()
        channel = webhook_channel(receiver.url)
        until(lambda: Switches(house.database, house.clock).is_off(house.site_id, channel))
        house.sites.look()
        assert house.policies[house.site_id].listeners == ()


def test_the_list_says_what_is_off_and_why():
    told = {"delivered": 1, "waiting": 0, "dead": 2, "error": "gone"}
    assert _line({"destination": "webhook:1", "where": "a.example", "off": True, **told}).startswith("webhook:1  OFF")


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("17", 17), ("0", 0), ("Mon, 23 Nov 2026 09:01:00 GMT", 60), ("soon", None), ("-5", None), ("9" * 9, 86_400)],
)
def test_how_long_to_wait_is_read_as_number_or_date(told, seconds):
    assert retry_after({"RETRY-After": told}, START) == seconds


# --- never to our own network


@pytest.mark.parametrize("address", CLOSED.split())
def test_no_webhook_goes_to_an_address_that_is_not_of_the_open_internet(floor, receiver, address):
    guard = Guard(lets_home=address != "::1", resolve=lambda host, port: ["93.184.215.14", address])
    outcome = webhook_to(floor, receiver, guard=guard).send(a_promise(payload={"lead": floor.comes_by_form()}))
    assert isinstance(outcome, Dead)
    assert "private or reserved" in outcome.error


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_the_open_internet_is_open(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost"])
def test_other_spellings_of_this_machine_are_this_machine(host):
    assert not any(is_public(ip_address(one)) for one in resolved(host, 80))
    assert resolved("no.such.host.invalid", 80) == ()


def test_in_production_not_even_this_machine_is_called(floor, receiver):
    outcome = webhook_to(floor, receiver, guard=Guard()).send(a_promise(payload={"lead": floor.comes_by_form()}))
    assert isinstance(outcome, Dead)
    assert receiver.got == []


def test_a_host_is_resolved_once_and_called_by_its_name(tmp_path, floor):
    """A second look-up could answer another address than the one that was checked."""
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    tls, authorities = certified("hooks.example", tmp_path)
    with Receiver(tls=tls) as receiver:
        guard = Guard(lets_home=True, resolve=resolve, authorities=authorities)
        sender = replace(webhook_to(floor, receiver, guard=guard), url=f"https://hooks.example:{receiver.port}/a?b=c")
        assert sender.send(a_promise(payload={"lead": floor.comes_by_form()})) == Sent()
        assert asked == [("hooks.example", receiver.port)]
        assert receiver.got[0].headers["Host"] == f"hooks.example:{receiver.port}"
        assert receiver.got[0].path == "/a?b=c"
        other = replace(sender, url=f"https://other.example:{receiver.port}/a")
        assert other.send(a_promise(payload={"lead": floor.comes_by_form()})) == Retry(
            None, "the receiver's certificate is not good for its name"
        )


def certified(name, folder):
    """A certificate for that name, and the file of who vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(pem)
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return tls, str(folder / "cert.pem")


def test_points_that_only_age_are_told_while_sales_has_the_lead(floor, receiver):
    floor.comes_by_form()
    tell(floor, receiver)
    before = len(receiver.got)
    floor.pass_(3)
    tell(floor, receiver)
    assert len(receiver.got) > before
