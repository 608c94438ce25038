"""Claims of the host site about a visitor: what is believed, and what each refusal says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.identity import Identity, IdentityError, identity_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLOCK = int(NOW.timestamp())
GOOD = {"aud": "default", "sub": "u-1", "exp": CLOCK + 60}


def believed(**claims):
    return identity_of({**GOOD, **claims}, "default", NOW)


def test_a_person_is_named_by_the_hosts_id_address_and_name():
    assert believed() == Identity("u-1")
    assert believed(email="Ana@Acme.com", name=" Ana  Silva ") == Identity("u-1", "ana@acme.com", "Ana Silva")


def test_claims_we_do_not_know_are_left_alone():
    assert believed(role="admin", iss="acme", jti="7", kid=[1]) == Identity("u-1")


def test_an_address_the_host_has_not_confirmed_is_none():
    assert believed(email="ana@acme.com", email_verified=False).email is None
    assert believed(email="ana@acme.com", email_verified=True).email == "ana@acme.com"


def test_a_name_keeps_its_letters_and_loses_what_shows_as_nothing():
    assert believed(name="Łukasz\u00a0Żółć\u202e\x00").name == "Łukasz Żółć"
    assert len(believed(name="n" * 5000).name) == 200
    assert believed(name="\u200b").name is None


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"exp": None}, "`exp` is missing"),
        ({"exp": CLOCK - 1}, "expired"),
        ({"exp": CLOCK}, "expired"),
        ({"exp": CLOCK + 24 * 3600 + 61}, "more than 24 hours ahead"),
        ({"exp": "soon"}, "`exp` must be a number"),
        ({"exp": True}, "`exp` must be a number"),
        ({"exp": float("nan")}, "`exp` must be a number"),
        ({"exp": 10**400}, "`exp` must be a number"),
        ({"nbf": CLOCK + 61}, "from the future"),
        ({"iat": CLOCK + 61}, "from the future"),
        ({"aud": None}, "`aud` must be the key"),
        ({"aud": "other"}, "`aud` must be the key"),
        ({"aud": ["other"]}, "`aud` must be the key"),
        ({"aud": {"default": 1}}, "`aud` must be the key"),
        ({"sub": None}, "`sub` is missing"),
        ({"sub": ""}, "`sub` is missing"),
        ({"sub": 7}, "`sub` must be text"),
        ({"sub": "s" * 256}, "`sub` must be 1 to 255"),
        ({"sub": "a\x00b"}, "`sub` must be 1 to 255"),
        ({"sub": "\ud800"}, "`sub` must be 1 to 255"),
        ({"email": "ana"}, "no e-mail address"),
        ({"email": "ana@acme.com, eve@evil.example"}, "no e-mail address"),
        ({"email": "<ana@acme.com>"}, "no e-mail address"),
        ({"email": ["ana@acme.com"]}, "`email` must be text"),
        ({"name": {"first": "Ana"}}, "`name` must be text"),
    ],
)
def test_what_proves_nothing_is_refused_with_its_reason(claims, says):
    with pytest.raises(IdentityError, match=says):
        believed(**claims)


def test_clocks_may_differ_by_a_minute():
    assert believed(exp=CLOCK + 1, nbf=CLOCK + 59, iat=CLOCK + 59)


def test_one_token_may_be_meant_for_several_sites():
    assert believed(aud=["other", "default"])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["aud", "sub", "exp", "nbf", "iat", "email", "name"]), json_values))
def test_whatever_is_claimed_is_believed_or_refused_and_can_be_stored(claims):
    try:
        found = believed(**claims)
    except IdentityError as refused:
        str(refused).encode()
        return
    for text in (found.subject, found.email or "x", found.name or "x"):
        assert text.encode()
        assert text.isprintable()
        assert len(text) <= 255
