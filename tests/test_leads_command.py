"""`flask leads merge`: an operator says that two leads are one person, or that they are not after all."""

import json

import pytest

from tests.shell import shell_at
from tests.signals import send
from tests.two_sites import two_sites


@pytest.fixture
def house(database_url):
    with two_sites(database_url) as deployment:
        yield deployment


@pytest.fixture
def shell(database_url):
    return shell_at(database_url, "leads", "merge")


def test_two_leads_are_merged_and_parted_again(house, shell):
    one, other = (send(house, email=address) for address in ("ann@northwind.io", "ann@private.org"))
    merged = shell(one, other, "--json")
    assert merged.exit_code == 0, merged.output
    assert json.loads(merged.stdout) == {
        "done": "merged", "lead_ref": one, "stage": "lead", "handoff": "none", "merged": [other],
    }  # fmt: skip
    assert house.lead("default", other)["merged_into"] == one
    assert house.lead("default", one)["merged"][0]["by"] == "operator"
    parted = shell("--undo", other)
    assert parted.exit_code == 0, parted.output
    assert f"{other} is a lead of its own again" in parted.stdout
    assert house.lead("default", other)["merged_into"] is None


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("L-1001", "L-4711"), 1, "there is no lead L-1001 and L-4711"),
        (("L-1001", "L-1001"), 1, "one person already"),
        (("--undo", "L-1001"), 1, "not merged with any other lead"),
        (("L-1001",), 2, "give the two leads"),
        (("--undo", "L-1001", "L-1002"), 2, "give one reference"),
        (("L-1001", "L-1002", "--site", "nowhere"), 1, "no site `nowhere`"),
        (("L-1001", "L-1002", "--site", "other"), 1, "on the site `other`"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(house, shell, words, code, says):
    send(house, email="ann@northwind.io")
    answer = shell(*words)
    assert (answer.exit_code, says in answer.output) == (code, True), answer.output
