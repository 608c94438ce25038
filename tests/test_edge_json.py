"""Odd JSON is a clear 4xx and what remains is the same for every database."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edge import error_of, made_world, open_widget, opening
from webhook.errors import Refusal
from webhook.jsonbody import LARGEST_BYTES, read_json

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 30_000, 400),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400),
        (b"[" * 33 + b"]" * 33, 400),
        (b"NaN", 400),
        (b"[Infinity]", 400),
        (b"[-Infinity]", 400),
        (b"[1e999]", 400),
        (b"[9223372036854775808]", 400),
        (b"[-9223372036854775809]", 400),
        (b"[" + b"9" * 5000 + b"]", 400),
        (b'["\\ud800"]', 400),
        (b'{"\\udfff": 1}', 400),
        (b'"\xff"', 400),
        (b'"\xc0\xaf"', 400),
        (b'"\xed\xa0\x80"', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": 1, "a\\u0000": 2}', 400),
        (b'"raw \x00 control"', 400),
        (b"{'a': 1}", 400),
        (b"a" * (LARGEST_BYTES + 1), 413),
    ],
)
def test_odd_json_is_refused(body, status):
    with pytest.raises(Refusal) as refused:
        read_json(body)
    assert refused.value.status == status
    assert refused.value.message


@pytest.mark.parametrize(
    "body", [b"[" * 32 + b"]" * 32, b"[9223372036854775807, -9223372036854775808]", b'"\\ud83d\\ude00"']
)
def test_what_is_just_within_the_bounds_is_read(body):
    assert read_json(body) == json.loads(body)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\u0000b\u0007\u007f\u0085\u009fc", "abc"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("👩‍👧 שלום é\u0301", "👩‍👧 שלום é\u0301"),
    ],
)
def test_controls_go_and_every_other_sign_stays(written, read):
    assert read_json(json.dumps([written, {written: written}]).encode()) == [read, {read: read}]


@given(PLAIN)
def test_every_json_is_read_or_refused_and_what_is_read_can_be_stored(value):
    found, status = attempt(json.dumps(value).encode())
    stored = json.dumps(found, ensure_ascii=False)
    assert stored.encode()
    assert "\\u0000" not in stored
    assert status in (200, 400)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    assert attempt(body)[1] in (200, 400)


def attempt(body):
    try:
        return read_json(body), 200
    except Refusal as refusal:
        return None, refusal.status


def test_a_refusal_names_the_place_and_the_remedy():
    visitor = open_widget(made_world().app.test_client())
    answer = visitor.client.post(
        f"{visitor.path}/messages",
        data=b'{"text": "\\ud800"}',
        content_type="application/json",
        headers=visitor.headers,
    )
    assert answer.status_code == 400
    assert error_of(answer)["field"] == "text"


def test_a_field_without_a_name_is_not_mistaken_for_the_body():
    answer = made_world().app.test_client().post("/api/v1/conversations", json={**opening(), "": 1})
    assert answer.status_code == 422
    assert error_of(answer)["message"].startswith("A field without a name is not known here; the fields are site")


def test_sixty_four_kilobytes_are_the_end_and_are_told():
    client = made_world().app.test_client()
    answer = client.post("/api/v1/events", data=b" " * (LARGEST_BYTES + 1), content_type="application/json")
    assert answer.status_code == 413
    assert "64 KiB" in error_of(answer)["message"]


@pytest.mark.parametrize(("length", "status"), [(LARGEST_BYTES, 201), (LARGEST_BYTES + 1, 413), (200_000, 413)])
def test_a_body_in_chunks_ends_there_too_and_is_never_cut_off_in_silence(length, status):
    """As gunicorn gives it: no length beforehand, and the end of the stream is the end of the body."""
    body = json.dumps(opening()).encode().ljust(length)
    answer = (
        made_world()
        .app.test_client()
        .post(
            "/api/v1/conversations",
            input_stream=BytesIO(body),
            content_type="application/json",
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
    )
    assert answer.status_code == status


def test_packed_bodies_are_not_unpacked():
    client = made_world().app.test_client()
    answer = client.post(
        "/api/v1/events", data=b"\x1f\x8b", content_type="application/json", headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 415
    error_of(answer)
