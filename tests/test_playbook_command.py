"""`flask playbook lint|gaps`: what marketing hears of its own playbook, from the shell."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from commands import with_commands
from config.settings import ROOT
from qualification.playbook import load_playbook
from qualification.playbook.gaps import Asked, gaps
from qualification.playbook.lint import lint
from tests.looking_back import Yesteryear, day, yesteryear

SHIPPED = (ROOT / "config" / "playbook.yaml").read_text("utf-8")
PLAYBOOK = load_playbook(SHIPPED)
Shell = Callable[..., Result]


@pytest.fixture
def past(database_url: str) -> Iterator[Yesteryear]:
    with yesteryear(database_url) as house:
        yield house


@pytest.fixture
def shell(database_url: str) -> Shell:
    environment = {"DATABASE_URL": database_url, "FOYER_ENV": "test", "SECRET_KEY": "a-key-for-tests-only-0123456789"}
    runner, commands = CliRunner(env=environment), with_commands(Flask(__name__)).cli
    return lambda *words: runner.invoke(commands, ["playbook", *words], catch_exceptions=False)


def test_nothing_is_odd_in_the_shipped_playbook(shell: Shell) -> None:
    result = shell("lint")
    assert (result.exit_code, result.output) == (0, "Nothing to mend.\n")


@pytest.mark.parametrize(
    ("before", "after", "where", "says"),
    [
        ('"Under 20"', '"The usual"', "questions.company_size.quick_replies", '"The usual" is not understood'),
        (
            'wordings: ["What is the price?"',
            'wordings: ["Is there a mobile app?", "What is the price?"',
            "knowledge.pricing",
            "",
        ),
        (
            "keywords: [discount,",
            "keywords: [hubspot, discount,",
            "knowledge.discount",
            'the keyword "hubspot" belongs',
        ),
        ("topics: [overview,", "topics: [lost leads, overview,", "content.tour", 'the topic "lost leads" leads to'),
        ("name: Northlight\n", "name: Kessel\n", "knowledge.hubspot", "still leads to northlight.example"),
        ("https://northlight.example/about", "http://kessel.example/about", "knowledge.who_are_you", "not encrypted"),
    ],
)
def test_what_cannot_work_is_told_with_its_place(
    shell: Shell, tmp_path: Path, before: str, after: str, where: str, says: str
) -> None:
    assert before in SHIPPED
    file = tmp_path / "playbook.yaml"
    file.write_text(SHIPPED.replace(before, after, 1), "utf-8")
    result = shell("lint", "--json", str(file))
    assert result.exit_code == 0
    found = [one for one in json.loads(result.output) if one["where"] == where or says in one["what"]]
    assert any(says in one["what"] for one in found)
    assert all(one["hint"] for one in found)


def test_a_broken_file_is_told_in_the_loaders_own_words(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "playbook.yaml"
    file.write_text(SHIPPED.replace("version: 1", "version: one"), "utf-8")
    result = shell("lint", str(file))
    assert (result.exit_code, "version" in result.output) == (1, True)


def test_a_playbook_without_a_way_to_a_person_is_odd() -> None:
    alone = load_playbook(SHIPPED.replace("    meeting: true\n", ""))
    assert "ladder" in {one.where for one in lint(alone)}


def test_what_visitors_asked_and_nobody_answers_is_listed_most_asked_first(past: Yesteryear, shell: Shell) -> None:
    for number in range(2):
        past.at(number).says(past.visitor(), "do you have a plug-in for Shopware shops?")
    past.at(3).says(past.visitor(), "Is there a plug-in for Shopware shops?", "how much does it cost?")
    past.at(4).says(past.visitor(), "does it print paper labels?")
    found = past.house.enquiry.gaps(past.house.site_id, day(0))
    assert [(gap.people, gap.question) for gap in found] == [
        (3, "Is there a plug-in for Shopware shops?"),
        (1, "does it print paper labels?"),
    ]
    assert past.house.enquiry.gaps(past.house.site_id, day(3.5))[0].question == "does it print paper labels?"
    told = shell("gaps", "--days", "3650")
    assert told.exit_code == 0
    assert "3       2026-09-04" in told.output
    assert json.loads(shell("gaps", "--days", "3650", "--most", "1", "--json").output)[0]["people"] == 3


def test_no_gap_is_said_to_be_none(past: Yesteryear, shell: Shell) -> None:
    assert past.house.enquiry.gaps(past.house.site_id, day(0)) == ()
    assert shell("gaps").output == "No question of the last 30 days was left without an answer.\n"


def test_what_the_playbook_answers_by_now_is_no_gap_any_more() -> None:
    asked = [Asked("Is there a plug-in for Shopware shops?", day(1), 1)]
    assert [gap.nearest for gap in gaps(PLAYBOOK, asked)] != []
    wordings = 'wordings: ["Is there a plug-in for Shopware shops?", "What is the price?"'
    answered = load_playbook(SHIPPED.replace('wordings: ["What is the price?"', wordings, 1))
    assert gaps(answered, asked) == []


def test_a_visitors_words_stay_on_their_line(past: Yesteryear, shell: Shell) -> None:
    past.at(1).says(past.visitor(), "does it print\n\x1b[31mpaper\x1b[0m labels?")
    lines = shell("gaps", "--days", str(timedelta(days=3650).days)).output.splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[1]
