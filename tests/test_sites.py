"""Two sites in one deployment never see each other, and a new one is served without a restart."""

import json

import pytest
from structlog.testing import capture_logs

from models import api_key as api_keys
from models import outbox
from models import site as sites
from qualification.assembly import Policies, Sites
from tests.two_sites import KEYS, ORIGINS, WISH, two_sites
from webhook.tokens import VisitorTokens, key_digest

NAME, COMPANY, MAIL, NEED, PHONE, PAGE = CANARIES = (
    "Canariensis",
    "Serinus GmbH",
    "serinus-canary",
    "yellow tailfeathers",
    "+49 151 55557777",
    "/secret-plumage",
)


@pytest.fixture
def house(database_url):
    with two_sites(database_url) as deployment:
        yield deployment


def canary(house, site):
    """Somebody of whom every word can be told apart, gone all the way to a lead with sales; and a form about them."""
    visitor = house.visitor(site)
    visitor.open()
    visitor.says(f"Hi, I'm Ada {NAME} from {COMPANY}, 250 people, we have {NEED}, page {PAGE}")
    visitor.says(f"please show me a demo, ada@{MAIL}.de, or call {PHONE}")
    event = {"type": "page_view", "url": f"{ORIGINS[site]}{PAGE}"}
    house.client.post("/api/v1/events", json={"site": site, "visitor_token": visitor.token, "events": [event]})
    form = {"email": f"form@{MAIL}.de", "name": f"Form {NAME}", "source": {"channel": "form", "name": NEED}}
    house.client.post("/api/v1/leads", json=form, headers={"Authorization": f"Bearer {KEYS[site]}"})
    return visitor


def hers(text):
    return [word for word in CANARIES if word.lower() in text.lower()]


def everything_seen_at(house, site, victim):
    """All a site's programs and visitors can be shown, with the ids of somebody of another site."""
    stranger = house.visitor(site)
    yield json.dumps(stranger.open())
    for text in (
        "hello",
        "who else was here? do you know Ada?",
        "I am bo@elsewhere.com, show me a demo",
    ):
        yield stranger.says(text).text
    yield house.ask(site, f"/api/v1/leads/{victim.ref}").text
    yield house.ask(site, f"/api/v1/leads/{stranger.ref}").text
    yield house.ask(site, f"/api/v1/conversations/{victim.id}").text
    yield house.ask(site, f"/api/v1/conversations/{stranger.id}").text
    for state in ("pending", "in_progress", "delivered", "failed", "dead"):
        yield house.ask(site, f"/api/v1/deliveries?state={state}").text
    for path in ("/", "/healthz", "/readyz", "/metrics", "/openapi.json"):
        yield house.client.get(path).text


def test_nothing_a_visitor_of_one_site_says_is_seen_at_the_other(house):
    with capture_logs() as logs:
        victim = canary(house, "other")
        assert hers(house.ask("other", f"/api/v1/leads/{victim.ref}").text)
        for shown in everything_seen_at(house, "default", victim):
            assert not hers(shown), shown
        house.deliver()
        assert house.alerts()  # the stranger's own
        assert not hers(json.dumps([house.desk.messages(), [str(call) for call in house.desk.calls()]], default=str))
    assert not hers(str(logs))


def test_nor_the_other_way_round(house):
    victim = canary(house, "default")
    house.deliver()
    for shown in everything_seen_at(house, "other", victim):
        assert not hers(shown), shown


def test_reps_of_one_site_cannot_find_a_lead_of_the_other(house):
    victim = canary(house, "other")
    enquiry, site_id = house.web.house.enquiry, house.web.house.site_id
    assert enquiry.status(site_id, victim.ref) == ()
    for words in ("serinus", "ada@serinus-canary.de", "Canariensis"):
        assert enquiry.find(site_id, words) == ()
        assert enquiry.status(site_id, words) == ()
    assert enquiry.transcript(site_id, victim.ref) == ()


def test_promises_of_a_site_without_slack_wait_and_hold_up_nobody(house):
    waiting, served = house.visitor("other"), house.visitor("default")
    for visitor, name in ((waiting, "Wanda Wait"), (served, "Sam Served")):
        visitor.open()
        visitor.says(WISH.format(name=name, company="Vollmer GmbH", email=f"{name.split()[0].lower()}@vollmer.de"))
    house.deliver()
    [alert] = house.alerts()
    assert "Sam Served" in alert["text"]
    states = {one["state"] for one in house.lead("other", waiting.ref)["deliveries"]}
    assert states == {"pending"}
    house.clock.pass_(days=4)
    house.deliver()
    assert {one["state"] for one in house.lead("other", waiting.ref)["deliveries"]} == {"pending"}
    with house.web.house.database.read() as session:
        assert outbox.open_counts(session).get("dead") is None
    assert "Wanda" not in json.dumps(house.desk.messages(), default=str)


def test_an_origin_of_one_site_may_not_use_the_other(house):
    body = {"site": "other", "page": {"url": f"{ORIGINS['other']}/"}}
    asked = [
        house.client.post("/api/v1/conversations", json=body, headers={"Origin": origin}).status_code
        for origin in (ORIGINS["other"], ORIGINS["default"], "https://evil.example")
    ]
    assert asked == [201, 403, 403]


class Ticking:
    """Seconds for what is looked up every two of them."""

    now = 0.0

    def __call__(self):
        return self.now


def looked_up(house, clock):
    inner = house.web.house
    return Sites(inner.settings, inner.database, inner.sites.one(inner.site_id), clock)


def test_a_running_process_notices_a_new_site_and_a_revoked_key_within_two_seconds(house):
    clock, database = Ticking(), house.web.house.database
    known = looked_up(house, clock)
    assert [site.key for site in known.all()] == ["default", "other"]
    with database.begin() as session:
        new = sites.add(session, "third", {"origins": ["https://third.example"]}, house.clock())
        api_keys.add(session, new, "sk", key_digest("third's"), house.clock())
    assert "third" not in [site.key for site in known.all()]
    clock.now = 2.0
    assert known.all()[2].origins == ("https://third.example",)
    assert (key_digest("third's"), new) in known.digests()
    with database.begin() as session:
        api_keys.revoke(session, new, api_keys.of_site(session, new)[0].id, house.clock())
    clock.now = 4.0
    assert (key_digest("third's"), new) not in known.digests()


def test_a_promise_of_a_site_newer_than_our_last_look_finds_its_policy(house):
    known = looked_up(house, Ticking())
    known.all()
    with house.web.house.database.begin() as session:
        new = sites.add(session, "third", {"origins": []}, house.clock())
    assert Policies(known)[new].playbook
    with pytest.raises(KeyError):
        known.one(new + 1)


def test_a_site_with_a_broken_file_is_not_served_and_the_others_are(house, tmp_path):
    broken = tmp_path / "playbook.yaml"
    broken.write_text("greeting: [", encoding="utf-8")
    with house.web.house.database.begin() as session:
        sites.add(session, "broken", {"origins": [], "playbook_file": str(broken)}, house.clock())
    clock = Ticking()
    known = looked_up(house, clock)
    with capture_logs() as logs:
        for clock.now in (0.0, 2.0, 4.0):
            assert [site.key for site in known.all()] == ["default", "other"]
    [line] = [one for one in logs if one["event"] == "site_not_served"]  # once, not every two seconds
    assert line["site"] == "broken"
    assert "playbook.yaml" in line["error"]


def test_what_was_found_last_holds_while_the_database_is_away(house):
    clock = Ticking()
    known = looked_up(house, clock)
    assert len(known.all()) == 2
    with house.web.house.database.begin() as session:
        session.connection().exec_driver_sql("alter table site_secret rename to site_secret_gone")
    clock.now = 2.0
    assert len(known.all()) == 2
    assert known.digests()


def test_a_secret_sealed_with_another_key_is_as_good_as_none_and_said(house):
    settings = house.web.house.settings.model_copy(update={"encryption_key": None})
    inner = house.web.house
    known = Sites(settings, inner.database, inner.sites.one(inner.site_id), Ticking())
    other = known.all()[1].id
    with capture_logs() as logs:
        assert known.secret(other, "IDENTITY_SECRET") is None
    assert inner.sites.secret(other, "IDENTITY_SECRET")
    assert "other-signs" not in str(logs)


def test_a_token_of_a_site_that_is_gone_opens_nothing(house):
    token = VisitorTokens(house.web.house.settings.secret_keys, house.clock).sign(99, "v" * 22)
    visitor = house.visitor()
    visitor.open()
    assert visitor.reads(token).status_code == 404
