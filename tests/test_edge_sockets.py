"""Over real sockets: broken requests, slow senders and chunks, none of which stops the others."""

import json
import socket
from contextlib import ExitStack
from time import monotonic

import pytest

from tests.edge import made_world, opening, served
from webhook.jsonbody import LARGEST_BYTES

BODY = json.dumps(opening()).encode()
POST = b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def address():
    with served(made_world().app) as address:
        yield address


def send(address, request):
    """The status line and the body of what comes back; the connection is closed by the server or by us."""
    with socket.create_connection(address, timeout=5) as wire:
        wire.sendall(request)
        answer = b""
        while piece := receive(wire):
            answer += piece
            if is_whole(answer) or (request.startswith(b"HEAD") and b"\r\n\r\n" in answer):
                break
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def receive(wire):
    try:
        return wire.recv(65536)
    except ConnectionResetError:
        return b""


def is_whole(answer):
    head, separator, body = answer.partition(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":-1")
    return bool(separator) and len(body) == int(length.split(b":")[1])


def with_length(body):
    return POST + b"Content-Length: %d\r\n\r\n" % len(body) + body


def in_chunks(*pieces):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def test_a_whole_request_is_served(address):
    status, body = send(address, with_length(BODY))
    assert (status, "conversation_id" in json.loads(body)) == (201, True)


def test_a_body_in_chunks_is_served(address):
    assert send(address, in_chunks(BODY[:10], BODY[10:]))[0] == 201


def test_too_much_in_chunks_is_too_much(address):
    status, body = send(address, in_chunks(*[b" " * 8192] * 9))
    assert (status, json.loads(body)["error"]["code"]) == (413, "too_large")


def test_too_much_at_once_is_too_much(address):
    assert send(address, with_length(b" " * (LARGEST_BYTES + 1)))[0] == 413


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", {200, 400}),
        (b"GET /healthz HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n", {200, 400}),
        (b"GET /healthz HTTP/1.1\r\n\r\n", {200, 400}),
        (b"GET / HTTP/1.1\r\nHost: " + b"x." * 400 + b"\r\n\r\n", {200, 400}),
        (b"GET /%zz%/..;/\xff HTTP/1.1\r\nHost: x\r\n\r\n", {400, 404}),
        (b"GET /api/v1/leads/L-%00 HTTP/1.1\r\nHost: x\r\n\r\n", {401, 404}),
        (b"GET /api/v1/conversations/\xf0\x28/messages?after=%ff HTTP/1.1\r\nHost: x\r\n\r\n", {400, 401, 404}),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", {400, 431}),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nAuthorization: \xff\xff\r\nOrigin: \xff\r\n\r\n", {200, 403}),
        (b"GET /api/v1/deliveries HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xc3\xa9\r\n\r\n", {401}),
        (b"GET /api/v1/deliveries HTTP/1.1\r\nHost: x\r\nOrigin: \xe9\r\n\r\n", {403}),
        (POST + b"Content-Length: nonsense\r\n\r\n", {400}),
        (POST + b"Content-Length: -1\r\n\r\n", {400}),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400}),
        (POST + b"Content-Length: 0\r\n\r\n", {400}),
        (b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: \xff;=\r\nContent-Length: 2\r\n\r\n{}", {415, 422}),
        (b"HEAD /w.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: \xff\"\r\nAccept-Encoding: ;;q=x\r\n\r\n", {200, 404}),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {200, 204, 400, 404}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n", {400}),
    ],
)  # fmt: skip
def test_a_broken_request_is_the_callers_fault(address, request_, statuses):
    status, body = send(address, request_)
    assert status in statuses, body
    assert send(address, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[0] == 200


def test_slow_senders_do_not_stop_the_others(address):
    with ExitStack() as slow:
        for _ in range(60):
            wire = slow.enter_context(socket.create_connection(address, timeout=5))
            wire.sendall(POST + b"Content-Length: 1000\r\n\r\n{")
        before = monotonic()
        assert send(address, with_length(BODY))[0] == 201
        assert monotonic() - before < 2
