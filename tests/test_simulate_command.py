"""`flask simulate`: what a visitor would hear, with all that was understood, and nothing of it is kept."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from commands import with_commands
from commands.crowd import simulated
from commands.rehearsal import Talk, TurnSeen, rehearsal
from models.database import Database
from models.lead import Lead
from qualification.criteria import load_criteria
from qualification.playbook import load_playbook
from qualification.policy import Policy
from tryout.made import crowd
from tryout.made.guests import LONGEST, Asked, Chatter, made_guest

CONFIG = Path(__file__).parent.parent / "config"
POLICY = Policy(
    load_criteria((CONFIG / "criteria.yaml").read_text()),
    load_playbook((CONFIG / "playbook.yaml").read_text()),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TALK = "do you integrate with HubSpot?\nwe lose leads between marketing and our reps\n\nana.silva@northwind.io\n"
Shell = Callable[..., Result]


def said(*texts: str) -> list[TurnSeen]:
    with rehearsal(POLICY, lambda: NOON) as room:
        talk = Talk(room)
        return [talk.say(text) for text in texts]


@pytest.fixture
def shell(database_url: str) -> Shell:
    app = with_commands(Flask("foyer"))

    def run(*words: str, typed: str = TALK) -> Result:
        return CliRunner().invoke(app.cli, ["simulate", *words], input=typed, env={"DATABASE_URL": database_url})

    return run


def test_each_turn_shows_answer_facts_intents_score_with_bounds_and_why_something_is_asked(shell: Shell) -> None:
    shown = shell()
    assert shown.exit_code == 0, shown.output
    for words in (
        "You: do you integrate with HubSpot?",
        "Assistant: Yes. Contacts, companies and deals",
        "intents   product_question",
        "+ email: ana.silva@northwind.io (99% sure) “ana.silva@northwind.io”",
        "+ company: Northwind (inferred)",
        "score     10 [5, 100], the bar is 50",
        "verdict   open, stage lead",
        "asks email: the must-have `reachable` hangs on it",
        "asks company_size: 20 points hang on it",
    ):
        assert words in shown.output


def test_a_program_reads_one_json_line_a_turn(shell: Shell) -> None:
    shown = shell("--json")
    turns = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [turn["visitor"] for turn in turns] == [line for line in TALK.splitlines() if line]
    last = turns[-1]
    assert last["facts"]["email"]["value"] == "ana.silva@northwind.io"
    assert last["low"] <= last["score"] <= last["high"]
    assert {"email", "company", "person_name"} == set(last["learned"])
    assert last["asking"] == "company_size"


def test_nothing_of_it_reaches_the_real_database(shell: Shell, database_url: str) -> None:
    assert shell(typed="can I get a demo? lee.park@orchard.io\n").exit_code == 0
    with Database(database_url).read() as session:
        assert session.scalars(select(Lead)).all() == []


def test_an_unknown_site_is_said_plainly(shell: Shell) -> None:
    refused = shell("--site", "elsewhere")
    assert refused.exit_code == 1
    assert "no site `elsewhere` is served" in refused.output


def test_a_second_ask_says_that_it_is_the_last() -> None:
    turns = said("we lose leads between marketing and sales", "why do you ask?")
    assert turns[-1].why.startswith("asks email: the must-have `reachable` hangs on it; ")
    assert turns[-1].why.endswith("for the last time")


def test_an_offer_says_from_how_many_points_it_is_made() -> None:
    everything = (
        "we lose leads to slow follow-up, lena@brightwater.io, head of marketing, 150 people, need it this month"
    )
    [turn] = said(everything)
    assert turn.state.offered == "demo"
    assert "reach the 25 from which it is offered" in turn.why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("are you hiring? I'd like to apply for a developer job", "they are no buyer and are only helped"),
        ("just looking around", "they want to be left in peace"),
        ("bye", "they said goodbye"),
    ],
)
def test_silence_has_a_reason_too(text: str, why: str) -> None:
    assert said(text)[-1].why == f"asks nothing: {why}"


def test_a_meeting_is_why_an_address_is_asked_and_then_why_nothing_is() -> None:
    first, second, third = said("can I get a demo?", "lee.park@orchard.io", "afternoon, and it's about lost leads")
    assert first.why == "asks email: the invitation has to go somewhere"
    assert second.why == "asks nothing: a time for the meeting is being found"
    assert third.why == "asks nothing: a colleague goes on from here"


def test_the_command_compares_both_bots_in_a_table(shell: Shell) -> None:
    shown = shell("--visitors", "2")
    assert shown.exit_code == 0, shown.output
    assert "2 visitors" in shown.stdout
    assert "turns to a verdict, mean" in shown.stdout


def test_made_up_visitors_reach_a_verdict_sooner_than_with_a_form_and_more_of_them_stay() -> None:
    """A guard with room for sixty visitors' chance; docs/playbook.md tells the figures of five hundred."""
    shown = json.loads(simulated(POLICY, NOON, visitors=60, seed=1, as_json=True))
    foyer, form = shown["foyer"], shown["form_like"]
    assert foyer["visitors"] == form["visitors"] == 60
    assert foyer["turns"] <= 4.5
    assert foyer["finished"] >= 0.8
    assert foyer["turns"] <= form["turns"] - 2
    assert foyer["asked_known"] == foyer["asked_declined"] == 0
    assert foyer["asked_told"] <= 10


def test_the_same_seed_is_the_same_crowd_and_another_is_another() -> None:
    first, again, other = (list(crowd.play(POLICY, NOON, 4, seed, lambda done, of: None)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_visitors_answer_what_is_asked_and_stop_when_nothing_is() -> None:
    guest = replace(made_guest(1, 3), patience=LONGEST, curious_at=frozenset(), refuses=frozenset({"budget"}))
    visitor = Chatter(guest)
    visitor.begin()
    assert guest.email in str(visitor.reply(Asked(slot="email")))
    assert str(guest.person.size) in str(visitor.reply(Asked(slot="company_size")))
    assert visitor.reply(Asked(slot="budget")) is not None
    assert visitor.declined == {"budget"}
    visitor.reply(Asked())
    assert visitor.reply(Asked()) is None


def test_two_people_at_one_screen_are_two() -> None:
    ana, ben = said("we need lead routing, ana.silva@northwind.io, I'm Ana Silva", "I'm Ben Kohl, ben.kohl@fernhill.io")
    assert ana.facts["email"].value == "ana.silva@northwind.io"
    assert ben.facts["email"].value == "ben.kohl@fernhill.io"
    assert "use_case" not in ben.facts, "that was Ana's"
