"""What a form says of a person is kept: whom a reference was given for can be found by it, and be reached."""

import pytest

from tests.engines import KINDS, fresh_database
from tests.two_sites import KEYS, two_sites


@pytest.fixture(scope="module", params=KINDS)
def house(request, tmp_path_factory):
    with fresh_database(request.param, tmp_path_factory.mktemp("forms")) as url, two_sites(url) as deployment:
        yield deployment


def posted(house, **form):
    body = {"source": {"channel": "form"}, **form}
    return house.client.post("/api/v1/leads", json=body, headers={"Authorization": f"Bearer {KEYS['default']}"})


def lead_of(house, **form):
    answer = posted(house, **form)
    assert answer.status_code == 202, answer.text
    return house.lead("default", answer.json["lead_ref"])


def told(lead):
    return {slot: fact["value"] for slot, fact in lead["facts"].items() if fact["source"] == "said"}


@pytest.mark.parametrize(
    ("form", "slot", "value"),
    [
        ({"email": "test@test.com"}, "email", "test@test.com"),
        ({"email": "A@B.DE"}, "email", "a@b.de"),
        ({"email": "ana@northwind.test"}, "email", "ana@northwind.test"),
        ({"phone": "12345"}, "phone", "12345"),
        ({"phone": "(555) 555-5555 ext 12"}, "phone", "555555555512"),
        ({"phone": "+351 912 345 678"}, "phone", "+351912345678"),
    ],
)
def test_whoever_a_form_brings_is_a_lead_that_can_be_read_back(house, form, slot, value):
    lead = lead_of(house, **form)
    assert lead["stage"] == "lead"
    assert told(lead)[slot] == value
    assert lead["facts"][slot]["text"] == next(iter(form.values())).replace("A@B.DE", "A@b.de")


def test_the_same_odd_address_twice_is_one_lead(house):
    assert posted(house, email="asdf@asdf.com").json == posted(house, email="ASDF@asdf.com").json


def test_address_name_and_company_go_before_fields_that_say_otherwise(house):
    """A host that passes a form on as it came must not let its visitors be somebody else."""
    fields = {"email": "mallory@evil.example", "person_name": "Mallory", "company": "Evil", "phone": "+351912345679"}
    lead = lead_of(house, email="ana@acme.com", name="Ana Lee", company="Acme", fields=fields)
    known = {"email": "ana@acme.com", "person_name": "Ana Lee", "company": "Acme", "phone": "+351912345679"}
    assert told(lead) == known


def test_names_of_any_length_fit(house):
    lead = lead_of(house, email="long@acme.com", fields={"person_name": "X" * 900, "company": "C" * 900})
    assert lead["stage"] == "lead"


def test_a_field_may_be_named_as_in_the_criteria(house):
    lead = lead_of(house, email="cto@acme.com", fields={"role": "CTO", "company_size": 120})
    assert told(lead) == {"email": "cto@acme.com", "job_title": "CTO", "company_size": {"min": 120, "max": 120}}
    assert {"decider", "size_core"} <= {reason["rule"] for reason in lead["assessment"]["reasons"]}


def test_a_demo_asked_for_in_a_form_is_purchase_interest(house):
    lead = lead_of(house, email="wish@acme.com", fields={"demo_asked": True})
    assert (lead["stage"], lead["purchase_interest"]) == ("sql", True)
    assert "demo" in {reason["rule"] for reason in lead["assessment"]["reasons"]}


@pytest.mark.parametrize("said", ["no", False, "perhaps"])
def test_a_demo_not_asked_for_is_none(house, said):
    lead = lead_of(house, email=f"{said}@nowish.com".lower(), fields={"demo_asked": said})
    assert (lead["stage"], lead["purchase_interest"]) == ("lead", False)


def test_a_field_nobody_agreed_on_moves_nothing(house):
    fields = {"score": 100, "stage": "mql", "is_mql": True, "purchase_interest": True, "demo": True, "site_id": 2}
    lead = lead_of(house, email="mass@acme.com", fields=fields)
    assert (lead["stage"], lead["purchase_interest"], told(lead)) == ("lead", False, {"email": "mass@acme.com"})
