"""Leads that programs bring: a person is one lead however often they are sent, and judged like everybody."""

import pytest

from tests.signals import CRITERIA, browser, points, send
from tests.two_sites import KEYS, two_sites

CHANNELS = (
    *("chat", "form", "newsletter", "event", "content", "social", "collaboration", "seo", "paid", "referral"),
    *("cold_outreach", "revisit", "import", "other"),
)


@pytest.fixture
def house(database_url, tmp_path):
    criteria = tmp_path / "criteria.yaml"
    criteria.write_text(CRITERIA)
    with two_sites(database_url, criteria_file=str(criteria)) as deployment:
        yield deployment


def ann(house, **more):
    return send(house, email="ann.bell@northwind.io", **more)


def test_the_same_person_sent_twice_is_one_lead_with_both_touchpoints(house):
    first = ann(house, source={"channel": "newsletter", "name": "weekly"})
    second = ann(house, source={"channel": "event", "name": "Expo"})
    assert first == second
    lead = house.lead("default", first)
    assert [(touch["type"], touch["data"]["name"]) for touch in lead["touchpoints"]] == [
        ("event", "Expo"),
        ("newsletter", "weekly"),
    ]
    assert points(lead) == {"letter": 10, "expo": 10}
    assert [lead["source"][which]["channel"] for which in ("first", "last")] == ["newsletter", "event"]
    assert (lead["source"]["channel"], lead["source"]["name"]) == ("newsletter", "weekly")


def test_a_touchpoint_the_program_tells_of_itself_is_not_counted_twice(house):
    expo = {"type": "event", "at": "2026-11-10T10:00:00Z", "data": {"name": "Expo"}}
    for _ in range(2):
        ref = ann(house, source={"channel": "event"}, touchpoints=[expo])
    lead = house.lead("default", ref)
    assert len(lead["touchpoints"]) == 1
    assert lead["source"]["first"]["at"] == "2026-11-10T10:00:00.000Z"


@pytest.mark.parametrize("address", ["ANN.BELL@northwind.io", "Ann.Bell@NORTHWIND.IO", "  ann.bell@northwind.io "])
def test_however_an_address_is_spelled_it_is_the_same_mailbox(house, address):
    assert send(house, email=address) == ann(house)


def test_an_international_address_is_found_in_both_spellings(house):
    ref = send(house, email="jörg@müller-käse.de")
    assert send(house, email="JÖRG@xn--mller-kse-12a1x.de") == ref
    assert house.lead("default", ref)["facts"]["email"]["value"] == "jörg@müller-käse.de"


@pytest.mark.parametrize("address", ["ann.bell+news@northwind.io", "annbell@northwind.io", "ann.bell@northwind.com"])
def test_a_mailbox_that_only_looks_alike_is_another_lead(house, address):
    assert send(house, email=address) != ann(house)


@pytest.mark.parametrize(
    "number",
    [
        "+49 151 5555 7777",
        "0049 151 55557777",
        "+49 (0)151 55557777",
        "+49-151-5555.7777",
        "tel: +49 151 55557777 ext 5",
        "٠٠٤٩ ١٥١ ٥٥٥٥ ٧٧٧٧",
    ],
)
def test_a_number_is_the_same_in_all_its_formats(house, number):
    ref = send(house, phone="+4915155557777")
    assert send(house, phone=number) == ref
    assert house.lead("default", ref)["facts"]["phone"]["value"] == "+4915155557777"


def test_a_shared_number_joins_nobody_who_has_another_name_or_address(house):
    ref = send(house, phone="+4915155557777", name="Ann Bell")
    assert send(house, phone="+4915155557777", name="Bob Stone") != ref
    assert send(house, phone="+4915155557777", email="ann.bell@northwind.io", name="Ann Bell") == ref
    assert send(house, phone="+4915155557777", email="bob@northwind.io") != ref


def test_fields_are_read_like_answers(house):
    ref = ann(
        house,
        fields={"size": "about 120", "role": "VP Sales", "demo": True, "budget": "20k a year", "shoe_size": 42},
    )
    lead = house.lead("default", ref)
    assert lead["facts"]["company_size"]["value"] == {"min": 120, "max": 120}
    assert lead["facts"]["budget"]["value"]["min"] == 20000
    assert points(lead) == {"size": 20, "boss": 20, "demo": 20}
    assert lead["purchase_interest"] is True
    assert lead["touchpoints"][0]["data"]["fields"] == {"shoe_size": "42"}, "what nobody understands is not lost"
    assert (lead["facts"]["company"]["value"], lead["facts"]["company"]["source"]) == ("Northwind", "inferred")


def test_a_message_is_heard_like_one_in_the_chat(house):
    ref = ann(house, fields={"message": "We are 80 people and would like to see a demo", "size": "120"})
    lead = house.lead("default", ref)
    assert (lead["stage"], lead["purchase_interest"]) == ("sql", True)
    assert lead["facts"]["company_size"]["value"]["min"] == 120, "a field is surer than a message"


def test_who_applies_for_a_job_is_no_lead_and_still_found_by_the_program(house):
    ref = ann(house, fields={"message": "I am looking for a job at your company, my CV is attached"})
    lead = house.lead("default", ref)
    assert (lead["kind"], lead["stage"]) == ("job", "visitor")


def test_what_is_known_stands_and_what_a_form_says_beside_it_is_kept(house):
    ref = ann(house, name="Ann Bell", fields={"company_size": "120"})
    ann(house, name="Mickey Mouse", company="Evil", fields={"company_size": "3", "job_title": "VP Sales"})
    facts = house.lead("default", ref)["facts"]
    assert (facts["person_name"]["value"], facts["company_size"]["value"]["min"]) == ("Ann Bell", 120)
    assert facts["job_title"]["value"] == "VP Sales"
    assert facts["company"]["value"] == "Evil", "nobody had said one; ours was only inferred"


def test_consent_is_kept_with_purpose_wording_and_time(house):
    given = {"purpose": "follow_up", "granted": True, "text_version": "3", "at": "2026-10-01T08:00:00Z"}
    lead = house.lead("default", ann(house, consent=[given, {**given, "purpose": "sharing", "at": None}]))
    kept = {one["purpose"]: one for one in lead["consents"]}
    assert kept["follow_up"] == {**given, "at": "2026-10-01T08:00:00.000Z"}
    assert kept["sharing"]["at"] == "2026-11-23T09:00:00.000Z"
    assert kept["visitor_request"]["granted"] is True


def test_every_channel_of_the_product_is_taken(house):
    for channel in CHANNELS:
        ref = send(house, email=f"{channel}@northwind.io", source={"channel": channel, "name": "x"})
        assert house.lead("default", ref)["source"]["channel"] == channel


@pytest.mark.parametrize("channel", ["pigeon", "Form", "", None, 5])
def test_any_other_channel_is_refused_with_the_list(house, channel):
    body = {"email": "a@northwind.io", "source": {"channel": channel}}
    answer = house.client.post("/api/v1/leads", json=body, headers={"Authorization": f"Bearer {KEYS['default']}"})
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "source.channel")
    assert all(known in answer.json["error"]["message"] for known in CHANNELS) or not isinstance(channel, str)


def test_an_address_somebody_typed_into_the_chat_is_not_the_forms_person(house):
    visitor = browser(house)
    visitor.says("Hello, I am Eve, ann.bell@northwind.io")
    ref = ann(house, company="Secret AG")
    assert visitor.ref != ref
    assert "Secret" not in str(visitor.known())
    assert ann(house) == ref


def test_the_other_site_has_a_lead_of_its_own(house):
    here = ann(house)
    there = send(house, "other", email="ann.bell@northwind.io")
    assert here != there
    assert house.ask("other", f"/api/v1/leads/{here}").status_code == 404


def test_a_number_nobody_can_read_is_no_lost_lead(house):
    lead = house.lead("default", send(house, phone="12345 ask for Ann, third floor"))
    assert (lead["stage"], lead["facts"]["phone"]["text"]) == ("lead", "12345 ask for Ann, third floor")
