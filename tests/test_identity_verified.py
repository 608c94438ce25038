"""The host site says who a visitor is: what that opens for them, and for nobody else."""

import json

import jwt
import pytest

from tests.engines import fresh_database
from tests.two_sites import SIGNED_WITH, WISH, two_sites

ANA = {"sub": "u-1", "email": "ana.silva@northwind.io", "name": "Ana Silva"}


@pytest.fixture
def house(database_url):
    with two_sites(database_url) as deployment:
        yield deployment


def at(house, site="default"):
    visitor = house.visitor(site)
    visitor.open()
    return visitor


def test_what_the_host_vouches_for_is_known_and_verified(house):
    visitor = at(house)
    earlier = visitor.token
    answer = visitor.identify(**ANA)
    assert answer.status_code == 200
    assert list(answer.json) == ["visitor_token"]
    assert visitor.token != earlier
    email, name = (visitor.known()["facts"][slot] for slot in ("email", "person_name"))
    assert (email["value"], email["confidence"], email["source"], email["verified"]) == (
        ANA["email"],
        1.0,
        "said",
        True,
    )
    assert (name["value"], name["verified"]) == ("Ana Silva", True)


def test_being_logged_in_makes_nobody_a_lead_and_saying_something_does(house):
    visitor = at(house)
    visitor.identify(**ANA)
    event = {"type": "page_view", "url": "https://www.default.example/pricing"}
    body = {"site": "default", "visitor_token": visitor.token, "events": [event]}
    assert house.client.post("/api/v1/events", json=body).status_code == 200
    assert visitor.known()["lead_ref"] is None
    answer = visitor.says("we lose leads between marketing and our 6 reps")
    assert answer.json["asking"] != "email"
    lead = house.lead("default", visitor.ref)
    assert [step["to"] for step in lead["stage_log"]][:2] == ["visitor", "lead"]
    assert lead["touchpoints"]
    assert visitor.known()["asked"].count("email") == 0


def test_the_conversation_goes_on_with_either_token(house):
    visitor = at(house)
    visitor.says("we lose leads between marketing and our 6 reps")
    earlier = visitor.token
    visitor.identify(**ANA)
    for token in (visitor.token, earlier):
        assert visitor.says("about 120, mostly Lisbon", token).status_code == 200
        assert "we lose leads" in visitor.reads(token).text
    texts = visitor.open()
    assert any("we lose leads" in text for text in texts)


def test_a_person_has_their_open_conversation_on_every_browser(house):
    first, second = at(house), at(house)
    first.identify(**ANA)
    first.says("we lose leads between marketing and our 6 reps")
    earlier, greeted = second.token, second.id
    second.identify(**ANA)
    assert any("we lose leads" in text for text in second.open())
    assert second.id == first.id
    second.id = greeted
    assert "we lose leads" not in second.reads(earlier).text
    second.id = first.id
    assert second.reads(earlier).status_code == 404  # the unnamed browser's own token opens nothing of the person's


def test_an_address_the_host_vouches_for_finds_the_person_under_another_id_too(house):
    first, second = at(house), at(house)
    first.identify(**ANA)
    first.says("we lose leads between marketing and our 6 reps")
    second.identify(**{**ANA, "sub": "u-2"})
    second.open()
    assert second.id == first.id


def test_what_was_said_before_logging_in_becomes_part_of_the_known_lead(house):
    first, second = at(house), at(house)
    first.identify(**ANA)
    first.says("we lose leads between marketing and our 6 reps")
    second.says("we are about 120 people")
    second.identify(**ANA)
    assert second.ref == first.ref
    facts = house.lead("default", first.ref)["facts"]
    assert facts["company_size"]["value"] == {"min": 120, "max": 120}
    assert "lose leads" in facts["use_case"]["text"]


def test_two_leads_sales_knows_of_stay_two(house):
    first, second = at(house), at(house)
    first.identify(**ANA)
    first.says(WISH.format(name="Ana Silva", company="Northwind", email=ANA["email"]))
    second.says(WISH.format(name="Eve Vil", company="Evil GmbH", email="eve@evil.de"))
    before = house.lead("default", first.ref)
    second.identify(**ANA)
    assert second.ref != first.ref
    assert house.lead("default", first.ref)["facts"] == before["facts"]


def test_a_typed_address_shows_and_changes_nothing_of_the_person_it_belongs_to(house):
    ana, eve = at(house), at(house)
    ana.identify(**ANA)
    ana.says("we lose leads between marketing and our 6 reps; call +49 151 55557777")
    form = {
        "email": "form@northwind.io",
        "name": "Flora Form",
        "phone": "+49 151 44446666",
        "source": {"channel": "form"},
    }
    headers = {"Authorization": "Bearer key-of-default-0123456789abcdef01"}
    formed = house.client.post("/api/v1/leads", json=form, headers=headers).json["lead_ref"]
    before = [house.lead("default", ref) for ref in (ana.ref, formed)]
    heard = []
    for address in (ANA["email"], "form@northwind.io"):
        heard.append(eve.says(f"I am Eve, my address is {address}, do you integrate with HubSpot?").text)
        heard += eve.open()
    assert eve.ref not in (ana.ref, formed)
    assert [house.lead("default", ref) for ref in (ana.ref, formed)] == before
    for word in ("lose leads", "55557777", "Silva", "Flora", "44446666"):
        assert word not in " ".join(heard)
    assert "verified" not in eve.known()["facts"]["email"]


def test_a_form_never_tells_its_answers_to_whoever_typed_the_same_address(house):
    eve = at(house)
    eve.says("I am Eve, vic@northwind.io")
    form = {"email": "vic@northwind.io", "name": "Vic Tim", "company": "Secret AG", "source": {"channel": "form"}}
    headers = {"Authorization": "Bearer key-of-default-0123456789abcdef01"}
    refs = [house.client.post("/api/v1/leads", json=form, headers=headers).json["lead_ref"] for _ in range(2)]
    assert refs[0] == refs[1]  # sent twice, one lead
    assert eve.ref != refs[0]
    assert "Secret AG" not in json.dumps(eve.known())


def test_a_second_person_on_the_same_browser_gets_nothing_of_the_first(house):
    visitor = at(house)
    visitor.identify(**ANA)
    visitor.says("we lose leads between marketing and our 6 reps")
    anas = visitor.id
    visitor.identify(sub="u-9", email="bo@northwind.io")
    assert visitor.reads().status_code == 404
    assert not any("lose leads" in text for text in visitor.open())
    assert visitor.id != anas
    assert visitor.known()["facts"]["email"]["value"] == "bo@northwind.io"
    assert "use_case" not in visitor.known()["facts"]


def test_a_correction_stands_and_is_not_verified(house):
    visitor = at(house)
    visitor.identify(**ANA)
    visitor.says("please use ana@private.example instead, my email is ana@private.example")
    assert visitor.known()["facts"]["email"]["value"] == "ana@private.example"
    visitor.identify(**ANA)  # the next page says the same again
    email = visitor.known()["facts"]["email"]
    assert email["value"] == "ana@private.example"
    assert "verified" not in email
    house_ = house.web.house
    assert house_.enquiry.lead(house_.site_id, visitor.ref).verified is False


def test_an_alert_is_renewed_when_the_host_vouches_for_a_lead(house):
    visitor = at(house)
    visitor.says(WISH.format(name="Ana Silva", company="Northwind", email=ANA["email"]))
    house.deliver()
    [alert] = house.alerts()
    inner = house.web.house
    assert inner.enquiry.lead(inner.site_id, visitor.ref).verified is False
    visitor.identify(**ANA)
    assert inner.enquiry.lead(inner.site_id, visitor.ref).verified is True
    house.deliver()
    [again] = house.alerts()
    revisions = [one["metadata"]["event_payload"]["revision"] for one in (alert, again)]
    assert revisions[0] < revisions[1]


def test_the_same_identity_again_changes_nothing(house):
    visitor = at(house)
    visitor.says(WISH.format(name="Ana Silva", company="Northwind", email=ANA["email"]))
    visitor.identify(**ANA)
    before = house.lead("default", visitor.ref)
    visitor.identify(**ANA)
    assert house.lead("default", visitor.ref) == before


def test_each_site_has_people_of_its_own(house):
    here, there = at(house), at(house, "other")
    here.identify(**ANA)
    here.says("we lose leads between marketing and our 6 reps")
    assert there.identify(**ANA).status_code == 200
    assert not any("lose leads" in text for text in there.open())
    assert "use_case" not in there.known()["facts"]


def test_each_site_signs_with_its_own_secret(house):
    there = at(house, "other")
    body = {"visitor_token": there.token, "jwt": there.signed(SIGNED_WITH["default"], **ANA)}
    answer = house.client.post("/api/v1/identify", json=body)
    assert answer.status_code == 401
    assert "signature" in answer.json["error"]["message"]


def none_signed(visitor):
    return jwt.encode(
        {"aud": "default", "sub": "u-1", "exp": visitor.deployment.clock().timestamp() + 60}, None, "none"
    )


def other_algorithm(visitor):
    claims = jwt.decode(visitor.signed(), options={"verify_signature": False})
    return jwt.encode(claims, SIGNED_WITH["default"], algorithm="HS512")


def deep(_visitor):
    header = jwt.utils.base64url_encode(b"[" * 2000).decode()
    return f"{header}.e30.AAAA"


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda visitor: visitor.signed("a-wrong-secret-0123456789012345678901"), "signature"),
        (lambda visitor: visitor.signed()[:-2], "no JWT|signature"),
        (lambda visitor: visitor.signed(exp=1), "expired"),
        (lambda visitor: visitor.signed(exp=None), "`exp` is missing"),
        (lambda visitor: visitor.signed(aud="other"), "`aud`"),
        (lambda visitor: visitor.signed(sub=None), "`sub` is missing"),
        (none_signed, "HS256"),
        (other_algorithm, "HS256"),
        (deep, "header is too long"),
        (lambda _: "a.b.c", "no JWT"),
        (lambda _: "é", "no JWT"),
    ],
)
def test_a_wrong_jwt_is_refused_with_its_reason(house_of_all, made, says):
    visitor = at(house_of_all)
    answer = house_of_all.client.post("/api/v1/identify", json={"visitor_token": visitor.token, "jwt": made(visitor)})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "identity_refused"
    assert any(part in answer.json["error"]["message"] for part in says.split("|")), answer.json
    assert visitor.known()["facts"] == {}


@pytest.fixture(scope="module")
def house_of_all(tmp_path_factory):
    with fresh_database("sqlite", tmp_path_factory.mktemp("jwt")) as url, two_sites(url) as deployment:
        yield deployment


def test_a_wrong_visitor_token_is_refused_before_the_jwt_is_looked_at(house_of_all):
    visitor = at(house_of_all)
    body = {"visitor_token": visitor.token[:-3], "jwt": visitor.signed()}
    answer = house_of_all.client.post("/api/v1/identify", json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorized")


def test_a_site_without_a_secret_says_how_to_get_one(database_url):
    with two_sites(database_url, identity_secret=None) as house:
        visitor = at(house)
        answer = visitor.identify(**ANA)
        assert answer.status_code == 422
        assert answer.json["error"]["code"] == "identity_not_set_up"
        assert "IDENTITY_SECRET" in answer.json["error"]["message"]
