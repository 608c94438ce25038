"""Nobody reaches what is another's: every route, every sort of wrong token, on the real house."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from delivery.hooks import Hooks
from models import api_key as api_keys
from models.outbox import Delivery
from qualification.assembly import Sites
from tests.engines import KINDS, fresh_database
from tests.two_sites import KEYS, WISH, two_sites
from webhook.endpoints import ENDPOINTS
from webhook.tokens import VisitorTokens, key_digest

BODIES = {
    "post_message": {"client_message_id": "intruder", "text": "let me in"},
    "seen": {"message_id": "1"},
    "rate": {"rating": "good"},
    "post_lead": {"email": "mallory@evil.example", "source": {"channel": "form"}},
    "post_hook": {"target_url": "http://127.0.0.1:9/hook", "event": "conversation.ended"},
}
IN_BODY = {
    "post_consent": {"purpose": "analytics", "granted": False, "text_version": "1"},
    "post_identify": {"jwt": "e30.e30.e30"},
}
OPEN = {"open_conversation", "post_events"}  # they take a token and serve without one: a wrong one is as none
PUBLIC = {"healthz", "readyz", "metrics", "openapi", "loader", "widget_file", "home", "embedded"}
BY = {auth: [endpoint for endpoint in ENDPOINTS if endpoint.auth == auth] for auth in ("visitor", "key", "none")}
OF_A_CONVERSATION = [endpoint for endpoint in BY["visitor"] if "{id}" in endpoint.path]
OWN = [endpoint for endpoint in BY["visitor"] if "{id}" not in endpoint.path]
WRONG = {
    "nothing": 401,
    "expired": 401,
    "cut": 401,
    "of another deployment": 401,
    "an API key": 401,
    "another visitor's": 404,
    "another visitor's of the other site": 404,
    "the visitor's id, signed for the other site": 404,
    "of a site that is gone": 404,
}


@pytest.fixture(scope="module", params=KINDS)
def house(request, tmp_path_factory):
    with fresh_database(request.param, tmp_path_factory.mktemp("idor")) as url, two_sites(url) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def victim(house):
    visitor = house.visitor()
    visitor.open()
    visitor.says(WISH.format(name="Vic Tim", company="Vollmer GmbH", email="vic@vollmer.de"))
    return visitor


@pytest.fixture(scope="module")
def tokens(house, victim):
    """Every sort of wrong token, made so that only that one thing is wrong with it."""
    signing, site_id = house.web.house.settings.secret_keys, house.web.house.site_id
    real = VisitorTokens(signing, house.clock)
    who = real.read(victim.token).visitor
    near, far = house.visitor(), house.visitor("other")
    near.open()
    far.open()
    other_id = real.read(far.token).site_id
    return {
        "nothing": None,
        "expired": VisitorTokens(signing, lambda: house.clock() - timedelta(days=30, seconds=1)).sign(site_id, who),
        "cut": victim.token[:-3],
        "of another deployment": VisitorTokens(["another-secret"], house.clock).sign(site_id, who),
        "an API key": KEYS["default"],
        "another visitor's": near.token,
        "another visitor's of the other site": far.token,
        "the visitor's id, signed for the other site": real.sign(other_id, who),
        "of a site that is gone": real.sign(other_id + 99, who),
    }


def ask(house, endpoint, ids, token, body=None):
    path = endpoint.path
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    given = {"json": body or BODIES.get(endpoint.name)} if endpoint.method == "POST" else {}
    return house.client.open(path, method=endpoint.method, headers=headers, **given)


def state_of(house, victim):
    """All that an intruder might have changed."""
    return house.lead("default", victim.ref), victim.reads().json, victim.known()


@pytest.mark.parametrize("endpoint", OF_A_CONVERSATION, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize("who", WRONG)
def test_no_other_token_opens_a_conversation_and_unknown_is_like_foreign(house, victim, tokens, endpoint, who):
    before = state_of(house, victim)
    foreign, unknown = (ask(house, endpoint, {"id": id}, tokens[who]) for id in (victim.id, "A" * 22))
    assert foreign.status_code == unknown.status_code == WRONG[who]
    assert foreign.data == unknown.data
    assert dict(foreign.headers) == dict(unknown.headers)
    assert state_of(house, victim) == before


@pytest.mark.parametrize("name", IN_BODY)
@pytest.mark.parametrize("who", ["nothing", "expired", "cut", "of another deployment", "an API key"])
def test_a_token_in_the_body_is_judged_as_strictly(house, victim, tokens, name, who):
    [endpoint] = [one for one in BY["none"] if one.name == name]
    before = state_of(house, victim)
    answer = ask(house, endpoint, {}, None, {"visitor_token": tokens[who] or "", **IN_BODY[name]})
    assert answer.status_code == 401
    assert state_of(house, victim) == before


@pytest.mark.parametrize("name", sorted(OPEN))
@pytest.mark.parametrize("who", [who for who, status in WRONG.items() if status == 401 or "signed for" in who])
def test_where_no_token_is_needed_a_wrong_one_makes_a_new_visitor(house, victim, tokens, name, who):
    [endpoint] = [one for one in BY["none"] if one.name == name]
    page = "https://www.default.example/"
    about = {"page": {"url": page}} if name == "open_conversation" else {"events": [{"type": "page_view", "url": page}]}
    given = {"visitor_token": tokens[who]} if tokens[who] else {}
    answer = ask(house, endpoint, {}, None, {"site": "default", **given, **about})
    assert answer.status_code == endpoint.status
    read = VisitorTokens(house.web.house.settings.secret_keys, house.clock).read
    assert read(answer.json["visitor_token"]).visitor != read(victim.token).visitor
    assert "Vic" not in answer.text
    assert victim.id not in answer.text


def ids_of(house, victim, endpoint):
    """What of the victim's the route could be asked for, and something of the kind that never was."""
    [delivery, *_] = [one["id"] for one in house.lead("default", victim.ref)["deliveries"]]
    with house.web.house.database.begin() as session:
        session.execute(update(Delivery).where(Delivery.id == delivery).values(state="dead"))  # it could be retried
    inner = house.web.house
    hook = Hooks(inner.database, inner.clock).add(inner.site_id, "conversation.ended", "https://203.0.113.7/hook")
    known = {"lead": victim.ref, "conversation": victim.id, "retry_delivery": str(delivery), "delete_hook": str(hook)}
    never = {"lead": "L-99999", "conversation": "A" * 22, "retry_delivery": "99999", "delete_hook": "99999"}
    name = "ref" if endpoint.name == "lead" else "id"
    return {name: known.get(endpoint.name, "")}, {name: never.get(endpoint.name, "")}


@pytest.mark.parametrize("endpoint", BY["key"], ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize("given", ["nothing", "a visitor's token", "cut", "longer", "its digest", "its beginning"])
def test_programs_without_a_right_key_get_nothing(house, victim, endpoint, given):
    key = KEYS["other"]
    token = {
        "nothing": None,
        "a visitor's token": victim.token,
        "cut": key[:-1],
        "longer": key + "x",
        "its digest": key_digest(key),
        "its beginning": "key-of-other",
    }[given]
    foreign, unknown = (ask(house, endpoint, ids, token) for ids in ids_of(house, victim, endpoint))
    assert foreign.status_code == unknown.status_code == 401
    assert foreign.data == unknown.data


@pytest.mark.parametrize("endpoint", BY["key"], ids=lambda endpoint: endpoint.name)
def test_a_key_of_the_other_site_finds_nothing_of_this_one(house, victim, endpoint):
    before = state_of(house, victim)
    foreign, unknown = (ask(house, endpoint, ids, KEYS["other"]) for ids in ids_of(house, victim, endpoint))
    if endpoint.name == "post_lead":
        assert house.ask("default", f"/api/v1/leads/{foreign.json['lead_ref']}").status_code == 404
    elif endpoint.name == "deliveries":
        assert foreign.json == {"deliveries": []}
    elif endpoint.name == "post_hook":
        assert Hooks(house.web.house.database, house.clock).url_of(house.web.house.site_id, foreign.json["id"]) is None
    else:
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.data == unknown.data
    assert state_of(house, victim) == before


def test_a_revoked_key_opens_nothing(house):
    inner = house.web.house
    other = inner.sites.all()[1].id
    with inner.database.begin() as session:
        api_keys.add(session, other, "sk", key_digest("short-lived"), house.clock())
        api_keys.revoke(session, other, api_keys.of_site(session, other)[-1].id, house.clock())
    fresh = Sites(inner.settings, inner.database, inner.sites.one(inner.site_id))
    assert key_digest("short-lived") not in [digest for digest, _ in fresh.digests()]


@pytest.mark.parametrize("who", WRONG)
def test_what_we_hold_on_somebody_is_shown_and_erased_by_no_other_token(house, victim, tokens, who):
    before = state_of(house, victim)
    for endpoint in OWN:
        answer = ask(house, endpoint, {}, tokens[who])
        assert answer.status_code == 401 if WRONG[who] == 401 else answer.status_code in (200, 204, 404)
        assert "vollmer" not in answer.text.lower()
    assert state_of(house, victim) == before


def test_the_matrix_covers_every_route():
    assert {endpoint.name for endpoint in OF_A_CONVERSATION} == {"post_message", "messages", "seen", "rate"}
    assert {endpoint.name for endpoint in OWN} == {"export_me", "erase_me"}
    assert {endpoint.name for endpoint in BY["none"]} == OPEN | PUBLIC | IN_BODY.keys()


def test_ids_cannot_be_guessed(house):
    visitors = [house.visitor() for _ in range(8)]
    for visitor in visitors:
        visitor.open()
    ids = [visitor.id for visitor in visitors]
    assert len(set(ids)) == 8
    assert all(len(one) == 22 for one in ids)  # 128 bits in base64
    assert len({one[0] for one in ids}) > 2  # no counter, no common beginning
