"""Who may what: tokens and keys open what is theirs and nothing else."""

import string
from datetime import timedelta

import pytest

from tests.edge import KEY, OTHER_KEY, START, Clock, error_of, key, made_world, open_widget
from webhook.endpoints import ENDPOINTS
from webhook.tokens import Bearer, VisitorTokens, key_digest, site_of_key

BY_VISITOR = [endpoint for endpoint in ENDPOINTS if endpoint.auth == "visitor" and "{id}" in endpoint.path]
BY_KEY = [endpoint for endpoint in ENDPOINTS if endpoint.auth == "key"]
SIGNS = string.ascii_letters + string.digits + "-_"
BODIES = {
    "post_message": {"client_message_id": "m", "text": "hi"},
    "seen": {"message_id": "1"},
    "rate": {"rating": "good"},
    "post_lead": {"email": "ana@acme.com", "source": {"channel": "form"}},
}


def tokens(keys=("new-key",), clock=None):
    return VisitorTokens(list(keys), clock or Clock())


def test_a_token_says_site_and_visitor_and_is_short():
    token = tokens().sign(1, "f" * 32)
    assert tokens().read(token) == Bearer(1, "f" * 32)
    assert len(token) <= 130


def test_a_token_lasts_thirty_days():
    clock = Clock()
    token = tokens(clock=clock).sign(1, "v")
    clock.pass_(days=30)
    assert tokens(clock=clock).read(token)
    clock.pass_(seconds=1)
    assert tokens(clock=clock).read(token) is None


def test_a_token_from_the_future_is_not_believed():
    assert tokens().read(tokens(clock=Clock(START + timedelta(days=1))).sign(1, "v")) is None


def test_hosts_need_not_agree_on_the_second():
    assert tokens().read(tokens(clock=Clock(START + timedelta(minutes=2))).sign(1, "v"))


def test_keys_rotate_without_losing_visitors():
    old = tokens(["old-key"]).sign(1, "v")
    assert tokens(["new-key", "old-key"]).read(old)
    assert tokens(["new-key"]).read(tokens(["new-key", "old-key"]).sign(1, "v"))
    assert tokens(["new-key"]).read(old) is None


def test_no_token_can_be_cut_or_altered_anywhere():
    token = tokens().sign(1, "f" * 32)
    for place in range(len(token)):
        assert tokens().read(token[:place]) is None
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert tokens().read(changed) is None


def test_of_all_ways_to_write_a_token_one_is_good():
    """Base64 leaves bits of the last sign unused and takes padding."""
    token = tokens().sign(1, "f" * 32)
    others = [token[:-1] + sign for sign in SIGNS if sign != token[-1]]
    padded = [token + padding for padding in ("=", "==", "\n", " ", "A")] + [token.replace(".", "=.")]
    assert [written for written in others + padded if tokens().read(written)] == []


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "é.b.c", "\x00", "x" * 100_000, "eyJhbGciOiJub25lIn0..", "-1.0.x"]
)
def test_garbage_is_no_token(token):
    assert tokens().read(token) is None


def test_an_api_key_belongs_to_one_site():
    digests = [(key_digest(KEY), 1), (key_digest(OTHER_KEY), 2)]
    assert site_of_key(KEY, digests) == 1
    assert site_of_key(OTHER_KEY, digests) == 2
    assert site_of_key(KEY[:-1], digests) is None
    assert site_of_key("\ud800", digests) is None


@pytest.fixture
def world():
    return made_world()


@pytest.fixture
def victim(world):
    visitor = open_widget(world.app.test_client())
    visitor.says("my address is ana@acme.com")
    return visitor


def ask(victim, endpoint, id, headers):
    path = endpoint.path.replace("{id}", id).replace("{ref}", "L-1")
    return victim.client.open(path, method=endpoint.method, json=BODIES.get(endpoint.name), headers=headers)


def strangers(world, victim):
    """Every sort of wrong token, and the status it is answered with."""
    late = Clock(START - timedelta(days=31))
    return {
        "none": (None, 401),
        "expired": (VisitorTokens(["a-secret"], late).sign(1, "v"), 401),
        "cut": (victim.token[:-3], 401),
        "wrong secret": (VisitorTokens(["another-secret"], Clock()).sign(1, "v"), 401),
        "an api key": (KEY, 401),
        "foreign": (open_widget(victim.client).token, 404),
        "other site": (open_widget(victim.client, "other").token, 404),
        "gone site": (world.rooms.tokens.sign(3, "v"), 404),
    }


@pytest.mark.parametrize("endpoint", BY_VISITOR, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize(
    "who", ["none", "expired", "cut", "wrong secret", "an api key", "foreign", "other site", "gone site"]
)
def test_nobody_reaches_another_visitors_conversation(world, victim, endpoint, who):
    token, status = strangers(world, victim)[who]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    known, unknown = (ask(victim, endpoint, id, headers) for id in (victim.conversation, "0" * 32))
    assert known.status_code == unknown.status_code == status
    assert known.data == unknown.data
    error_of(known)
    assert len(world.intake.conversations[victim.conversation].bubbles) == 3


def test_the_matrix_covers_every_route_of_a_visitor():
    assert {endpoint.name for endpoint in BY_VISITOR} == {"post_message", "messages", "seen", "rate"}


@pytest.mark.parametrize("who", ["none", "cut", "wrong"])
def test_consent_is_given_only_by_the_visitor(world, victim, who):
    token = {"none": "", "cut": victim.token[:-1], "wrong": VisitorTokens(["another"], Clock()).sign(1, "v")}[who]
    body = {"visitor_token": token, "purpose": "analytics", "granted": True, "text_version": "1"}
    assert victim.client.post("/api/v1/consent", json=body).status_code == 401
    assert world.intake.consents == []


@pytest.mark.parametrize("endpoint", BY_KEY, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer x", f"Bearer {KEY}x", f"Basic {KEY}", f"Bearer {KEY} {KEY}", "visitor"]
)
def test_programs_need_their_key(world, victim, endpoint, given):
    header = f"Bearer {victim.token}" if given == "visitor" else given
    answer = ask(victim, endpoint, victim.conversation, {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    error_of(answer)
    assert world.intake.leads == {}


@pytest.mark.parametrize("odd", ["a b", "%00", "../x", "é", "%ff", "x" * 65, "*", "{id}", "%2e%2e"])
def test_an_id_that_can_be_none_is_as_unknown_as_any(victim, odd):
    for answer in (
        victim.client.post(
            f"/api/v1/conversations/{odd}/messages", json=BODIES["post_message"], headers=victim.headers
        ),
        victim.client.get(f"/api/v1/conversations/{odd}", headers=key()),
    ):
        assert answer.status_code == 404
        error_of(answer)
