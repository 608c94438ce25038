"""A person's rights: everything is shown, everything is gone, here and in Slack, and others keep what is theirs."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import inspect, text

from tests.engines import KINDS
from tests.foyer import API_KEY, foyer_on, until
from tests.signals import send
from tests.two_sites import two_sites
from tryout.standin.people import ANN

SAID = (
    "Hi, I'm Zerlina Quux, head of marketing at Plughmore AG, 90 people. This month, 20k a year. "
    "zerlina@plughmore.example"
)
CANARIES = ("zerlina", "quux", "plughmore", "xyzzy", "grault")


@pytest.fixture(scope="module", params=KINDS)
def foyer(request, tmp_path_factory):
    with foyer_on(request.param, tmp_path_factory.mktemp("privacy")) as house:
        yield house


@pytest.fixture(scope="module", params=KINDS)
def quiet(request, tmp_path_factory):
    """A house of its own for what touches everybody."""
    with foyer_on(request.param, tmp_path_factory.mktemp("quiet")) as house:
        yield house


def person(foyer):
    """Somebody who chatted, whom a rep claimed and wrote a note about."""
    visitor = foyer.visitor()
    visitor.say(SAID)
    visitor.say("our tool is called xyzzy and we lose leads")
    ref = foyer.conversation(visitor.conversation_id)["lead_ref"]
    foyer.alert(ref)
    foyer.standin.command(ANN, f"/lead claim {ref}")
    foyer.standin.command(ANN, f"/lead note {ref} grault said she will call")
    until(lambda: "noted" in [step["action"] for step in steps(foyer, ref)])
    return visitor, ref


def steps(foyer, ref):
    found = foyer.web.house.privacy.export(foyer.web.house.site_id, ref)
    return found["handoff_step"]


def everything_kept(foyer):
    """Every value of every column of every table, as text."""
    with foyer.web.house.database.engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if not name.startswith("lead_grams")]
        return {
            name: [str(tuple(row)) for row in connection.execute(text(f'select * from "{name}"'))] for name in tables
        }


def found_in(foyer, words):
    kept = everything_kept(foyer)
    return {(name, word) for name, rows in kept.items() for row in rows for word in words if word in row.lower()}


def slack_holds(foyer, words):
    roots = foyer.standin.messages()
    posts = [*roots, *(one for root in roots for one in foyer.standin.thread(root["ts"]))]
    told = json.dumps(posts).lower()
    return [word for word in words if word in told]


def me(foyer, visitor, method="GET"):
    headers = {"Authorization": f"Bearer {visitor.token}"}
    return requests.request(method, f"{foyer.url}/api/v1/visitors/me", headers=headers, timeout=10)


def test_no_word_of_somebody_erased_is_left_anywhere(foyer):
    visitor, ref = person(foyer)
    assert slack_holds(foyer, CANARIES), "they were told of before"
    assert {word for _, word in found_in(foyer, CANARIES)} == set(CANARIES)
    before = foyer.lead(ref)
    house = foyer.web.house
    assert house.privacy.erase(house.site_id, "ZERLINA@plughmore.example").leads == (ref,)
    assert found_in(foyer, CANARIES) == set()
    until(lambda: slack_holds(foyer, CANARIES) == [])
    after = foyer.lead(ref)
    assert (after["status"], after["facts"], after["stage"]) == ("erased", {}, before["stage"])
    log = [(one["to"], one["score"]) for one in after["stage_log"]]
    assert log == [(one["to"], one["score"]) for one in before["stage_log"]]
    foyer.standin.command(ANN, f"/lead claim {ref}")
    foyer.standin.wait_for(
        lambda: [one for one in foyer.standin.ephemerals(ANN) if "asked to be forgotten" in one["text"]]
    )
    assert me(foyer, visitor).status_code == 404
    assert house.privacy.erase(house.site_id, "zerlina@plughmore.example") is None


def test_who_comes_back_is_somebody_new(foyer):
    visitor, ref = person(foyer)
    assert me(foyer, visitor, "DELETE").status_code == 204
    assert me(foyer, visitor, "DELETE").status_code == 404
    refused = requests.get(
        f"{foyer.url}/api/v1/conversations/{visitor.conversation_id}/messages",
        headers={"Authorization": f"Bearer {visitor.token}"},
        timeout=10,
    )
    assert refused.status_code == 404
    again = foyer.visitor()
    again.say(SAID)
    new = foyer.conversation(again.conversation_id)
    assert new["lead_ref"] != ref
    assert foyer.lead(ref)["status"] == "erased"
    assert me(foyer, again, "DELETE").status_code == 204
    assert found_in(foyer, CANARIES) == set()


def test_a_visitor_sees_everything_we_hold_on_them_and_nothing_of_others(foyer):
    other, _ = person(foyer)
    visitor = foyer.visitor()
    visitor.say("I'm Tom Becker, CEO of Vollmer, tom@vollmer.example")
    shown = me(foyer, visitor).json()
    assert "tom@vollmer.example" in json.dumps(shown)
    assert next(one["text"] for one in shown["message"] if one["author"] == "visitor").startswith("I'm Tom")
    assert not [word for word in CANARIES if word in json.dumps(shown).lower()]
    assert shown["shared_with_us_elsewhere"] == []
    assert me(foyer, visitor, "DELETE").status_code == me(foyer, other, "DELETE").status_code == 204


def test_a_lead_that_others_told_us_of_is_not_erased_by_who_types_its_address(foyer):
    sent = {"email": "eva@kessel.example", "name": "Eva Lang", "source": {"channel": "form"}}
    headers = {"Authorization": f"Bearer {API_KEY}"}
    ref = requests.post(f"{foyer.url}/api/v1/leads", json=sent, headers=headers, timeout=10).json()["lead_ref"]
    typing = foyer.visitor()
    typing.say("I'm Mallory grault, eva@kessel.example, delete my data")
    assert "eva lang" not in me(foyer, typing).text.lower()
    assert me(foyer, typing, "DELETE").status_code == 204
    assert foyer.lead(ref)["facts"]["person_name"]["text"] == "Eva Lang"
    house = foyer.web.house
    house.privacy.erase(house.site_id, ref)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_without_a_good_token_nobody_sees_or_erases_anything(foyer, method):
    visitor = foyer.visitor().open()
    for token in ("", "nonsense", visitor.token[:-2]):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, f"{foyer.url}/api/v1/visitors/me", headers=headers, timeout=10)
        assert answer.status_code == 401


def test_who_is_not_heard_of_any_more_is_erased_by_time_but_customers_are_not(quiet):
    visitor, ref = person(quiet)
    house = quiet.web.house
    assert house.privacy.retain(house.site_id, 30).leads == ()
    late = replace_clock(house, timedelta(days=31))
    erased = late.retain(house.site_id, 30)
    assert (erased.leads, erased.visitors >= 1) == ((ref,), True)
    assert found_in(quiet, CANARIES) == set()
    assert late.retain(house.site_id, 30).leads == ()
    assert me(quiet, visitor).status_code == 404


def test_customers_stay_and_so_does_who_was_seen_on_the_site(quiet):
    house, now = quiet.web.house, quiet.web.house.clock()
    customer, visiting, idle = (quiet.visitor() for _ in range(3))
    for number, visitor in enumerate((customer, visiting), 1):
        visitor.say(f"I'm Tom Becker, CEO of Vollmer, tom{number}@vollmer.example")
    idle.open()
    refs = [quiet.conversation(one.conversation_id)["lead_ref"] for one in (customer, visiting)]
    with house.database.begin() as session:
        session.execute(text("update lead set status = 'won' where email = 'tom1@vollmer.example'"))
        session.execute(
            text("update visitor set seen_at = :later where lead_id = (select id from lead where email = :email)"),
            {"later": f"{now + timedelta(days=20):%Y-%m-%d %H:%M:%S.%f}", "email": "tom2@vollmer.example"},
        )
    late = replace_clock(house, timedelta(days=31))
    assert set(refs) & set(late.retain(house.site_id, 30).leads) == set()
    assert [quiet.lead(ref)["facts"]["person_name"]["text"] for ref in refs] == ["Tom Becker"] * 2
    assert me(quiet, idle).status_code == 404
    assert me(quiet, customer).status_code == me(quiet, visiting).status_code == 200


def replace_clock(house, step):
    return replace(house.privacy, clock=lambda: house.clock() + step)


def test_a_restored_backup_is_cleaned_again(quiet):
    _, ref = person(quiet)
    house = quiet.web.house
    with house.database.read() as session:
        rows = session.execute(text("select id, email, name from lead")).mappings().all()
    [row] = [dict(one) for one in rows if one["email"] == "zerlina@plughmore.example"]
    house.privacy.erase(house.site_id, ref)
    told = [json.loads(json.dumps(one, default=str)) for one in house.privacy.erased(house.site_id)]
    with house.database.begin() as session:  # as a restore of yesterday would
        session.execute(
            text("update lead set status = 'active', email = :email, name = :name where id = :id"),
            {"email": row["email"], "name": row["name"], "id": row["id"]},
        )
    assert {word for _, word in found_in(quiet, CANARIES)} == {"zerlina", "quux", "plughmore"}
    assert house.privacy.erase_again(house.site_id, told) == 1
    assert found_in(quiet, CANARIES) == set()
    assert house.privacy.erase_again(house.site_id, told) == 0


def test_the_other_site_keeps_its_own(database_url):
    with two_sites(database_url) as house:
        here, there = (
            send(house, site, email="zerlina@plughmore.example", name="Zerlina") for site in ("default", "other")
        )
        inner = house.web.house
        assert inner.privacy.erase(inner.site_id, there) is None
        assert inner.privacy.erase(inner.site_id, "zerlina@plughmore.example").leads == (here,)
        assert house.lead("other", there)["facts"]["person_name"]["text"] == "Zerlina"
