"""One turn through the whole core: what is learned, inferred, flagged, sorted and moved."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualification import cues
from qualification.criteria import load_criteria
from qualification.dialogue import DialogueState
from qualification.facts import (
    PURCHASE_INTEREST,
    Entity,
    Evidence,
    Fact,
    Facts,
    Intent,
    Size,
    Slot,
    Understanding,
    Utterance,
)
from qualification.inference import company_of, name_of
from qualification.listening import Heard, Hearing, hear
from qualification.playbook import load_playbook
from qualification.policy import Policy
from qualification.speech import DialogueState as State
from qualification.stages import Kind, Position, Stage
from qualification.triage import triage
from qualification.turn import Memory, Turn, take_turn

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CONFIG = Path(__file__).parent.parent / "config"
POLICY = Policy(
    load_criteria((CONFIG / "criteria.yaml").read_text()),
    load_playbook((CONFIG / "playbook.yaml").read_text()),
    company_domains=("northlight.example",),
)
NEW = Memory(Position(), Evidence(), DialogueState())


def turn(text: str, memory: Memory = NEW) -> Turn:
    return take_turn(memory, Utterance(text, NOW), POLICY, "m1")


def after(*texts: str) -> Turn:
    memory = NEW
    for text in texts:
        last = turn(text, memory)
        memory = Memory(last.position, last.evidence, last.dialogue)
    return last


def heard(
    text: str, *entities: Entity, intents: tuple[Intent, ...] = (), facts: Facts | None = None, state: State = State()
) -> Heard:
    hearing = Hearing(facts or {}, state, "unknown", Utterance(text, NOW), "m9", ("northlight.example",))
    return hear(hearing, Understanding(intents, entities))


def told(slot: Slot, value: object, confidence: float = 0.95) -> Entity:
    return Entity(slot, str(value), 0, 1, value, confidence)  # type: ignore[arg-type]


def known(slot: str, value: object, source: str = "said", confidence: float = 0.95) -> Fact:
    return Fact(slot, str(value), value, confidence, source, "m0", NOW)  # type: ignore[arg-type]


def test_work_address_tells_company_and_name_but_only_as_inferred() -> None:
    facts = {fact.slot: fact for fact in heard("x", told("email", "ana.silva@northwind.io")).learned}
    assert (facts["company"].value, facts["company"].source) == ("Northwind", "inferred")
    assert (facts["person_name"].value, facts["person_name"].source) == ("Ana Silva", "inferred")


@pytest.mark.parametrize(
    ("address", "company", "name"),
    [
        ("ana.silva@northwind.io", "Northwind", "Ana Silva"),
        ("tom@vollmer.de", "Vollmer", None),
        ("j_k@acme-tools.co.uk", "Acme Tools", None),
        ("tina.moss@gmail.com", None, "Tina Moss"),
        ("customer.service@acme.io", "Acme", None),
        ("x@mailinator.com", None, None),
        ("jean-luc.petit@mail.grand.com.br", "Grand", "Jean Luc Petit"),
    ],
)
def test_what_an_address_tells(address: str, company: str | None, name: str | None) -> None:
    assert (company_of(address), name_of(address)) == (company, name)


def test_own_address_is_nobody_elses_company() -> None:
    assert "company" not in {fact.slot for fact in heard("x", told("email", "kim@northlight.example")).learned}


def test_inferred_never_replaces_what_was_said() -> None:
    facts = {"company": known("company", "Blue Harbour"), "person_name": known("person_name", "Joana")}
    learned = {fact.slot for fact in heard("x", told("email", "ana.silva@northwind.io"), facts=facts).learned}
    assert learned == {"email"}


def test_new_address_takes_back_what_the_old_one_had_told() -> None:
    facts = {"email": known("email", "a@old.io"), "company": known("company", "Old", "inferred")}
    assert heard("x", told("email", "a@gmail.com"), facts=facts).retracted == ("company",)


def test_unsure_value_does_not_replace_a_sure_one_but_is_read_back() -> None:
    result = heard("x", told("company", "Beta", 0.65), facts={"company": known("company", "Acme")})
    assert result.learned == ()
    assert result.doubtful is not None


def test_correction_replaces_whatever_was_there() -> None:
    facts = {"company_size": known("company_size", Size(300, 300))}
    result = heard("x", told("company_size", Size(400, 400), 0.7), intents=("correction",), facts=facts)
    assert result.learned[0].value == Size(400, 400)
    assert result.corrected == ("company_size",)


def test_same_value_again_is_nothing_new() -> None:
    assert heard("x", told("company", "acme"), facts={"company": known("company", "Acme")}).learned == ()


@pytest.mark.parametrize("text", ["not fernhil, fernhill", "fernhill not fernhil", "it's fernhill, not fernhil!"])
def test_slip_in_an_address_is_mended(text: str) -> None:
    facts = {"email": known("email", "ana@fernhil.io")}
    assert heard(text, facts=facts).learned[0].value == "ana@fernhill.io"


def test_mistyped_big_mailbox_is_kept_and_the_likely_one_read_back() -> None:
    result = heard("x", told("email", "ana@gmial.com"))
    assert result.learned[0].value == "ana@gmial.com"
    assert result.doubtful is not None
    assert result.doubtful.value == "ana@gmail.com"


def test_wish_is_a_fact_in_the_visitors_words() -> None:
    facts = {fact.slot: fact for fact in heard("Hi there, we are 20. Can we see a demo?", intents=("demo",)).learned}
    assert facts["demo"].text == "Can we see a demo?"
    assert facts[PURCHASE_INTEREST].value is True


def test_price_question_is_no_purchase_interest() -> None:
    facts = {fact.slot: fact for fact in heard("how much is it?", intents=("pricing",)).learned}
    assert facts["pricing"].value is True
    assert PURCHASE_INTEREST not in facts


@pytest.mark.parametrize(
    "text", ["we are NOT looking to buy", "I'm not going to buy anything", "we don't want to order"]
)
def test_not_buying_is_said_and_kept_as_false(text: str) -> None:
    facts = {fact.slot: fact for fact in heard(text, intents=("purchase_intent",)).learned}
    assert facts[PURCHASE_INTEREST].value is False


@pytest.mark.parametrize(
    "text", ["can you send me a quote", "we need a quotation for 20 users", "please prepare a proposal"]
)
def test_asking_for_a_quote_is_purchase_interest(text: str) -> None:
    assert any(
        fact.slot == PURCHASE_INTEREST and fact.value is True for fact in heard(text, intents=("pricing",)).learned
    )


def test_refusal_declines_what_it_names_else_what_was_asked() -> None:
    asked = State(asking="company_size")
    assert heard("skip", intents=("refusal",), state=asked).declined == ("company_size",)
    assert heard("I won't give you my phone", intents=("refusal",), state=asked).declined == ("phone",)


def test_no_to_the_open_question_declines_it() -> None:
    assert heard("no", intents=("deny",), state=State(asking="phone")).declined == ("phone",)


def test_no_that_begins_a_correction_declines_nothing() -> None:
    result = heard(
        "no, it's 20", told("company_size", Size(20, 20)), intents=("deny", "inform"), state=State(asking="timeline")
    )
    assert result.declined == ()


def test_time_of_a_meeting_is_no_timeline() -> None:
    assert heard("Thursday", told("timeline", "Thursday"), state=State(meeting="asked")).learned == ()


KINDS: list[tuple[Intent, Kind, str]] = [
    ("support", "support", "it does not work"),
    ("job_seeker", "job", "are you hiring?"),
    ("vendor", "vendor", "we sell office chairs"),
    ("press", "press", "I'm a journalist"),
    ("student", "student", "it's for my thesis"),
    ("partner", "partner", "I'd like to become a partner"),
    ("competitor", "competitor", "we make a similar tool"),
]


@pytest.mark.parametrize(("intent", "kind", "text"), KINDS)
def test_every_kind_is_recognised_and_undone_by_a_wish_to_buy(intent: Intent, kind: Kind, text: str) -> None:
    assert triage("unknown", None, Understanding((intent,)), text) == kind
    assert kind == "support" or triage("unknown", None, Understanding((intent,)), "hello") == "unknown"
    assert triage(kind, None, Understanding(("demo",)), "no, I want to see a demo") == "sales"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("student", "I'm not a student"),
        ("existing_customer", "we're not a customer yet"),
        ("vendor", "no, I'm not selling anything"),
        ("job", "I'm not looking for a job"),
        ("press", "I'm not a journalist"),
    ],
)
def test_kind_is_undone_when_they_say_they_are_not(kind: Kind, text: str) -> None:
    assert triage(kind, None, Understanding(("deny",)), text) == "unknown"


@pytest.mark.parametrize("text", ["we're already a customer", "I am a client of yours", "our account manager is away"])
def test_customer_is_recognised(text: str) -> None:
    assert triage("unknown", None, Understanding(), text) == "existing_customer"


@pytest.mark.parametrize("text", ["our customers need it", "I'm not a customer", "we never were clients"])
def test_talk_of_customers_makes_nobody_one(text: str) -> None:
    assert triage("unknown", None, Understanding(), text) == "unknown"


@pytest.mark.parametrize("stage", ["mql", "sql"])
def test_running_sale_is_not_ended_by_a_call_for_help(stage: Stage) -> None:
    assert triage("sales", stage, Understanding(("support",)), "the link does not open") == "sales"


def test_who_names_an_own_need_is_no_vendor() -> None:
    need = Understanding(("vendor",), (told("use_case", "lead routing"),))
    assert triage("unknown", None, need, "we need lead routing") == "unknown"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("please delete my data", "erase"),
        ("delete everything you have on me", "erase"),
        ("I want to be forgotten: forget me", "erase"),
        ("what do you know about me?", "access"),
        ("what data do you have about me", "access"),
        ("send me a copy of my data", "access"),
        ("löschen Sie bitte meine Daten", "erase"),
    ],
)
def test_privacy_request_is_recognised_in_plain_words(text: str, wish: str) -> None:
    assert cues.privacy_request(text, recognised=False) == wish


@pytest.mark.parametrize(
    "text", ["can we delete a lead?", "do you delete data after we cancel?", "what do you know about CRM?"]
)
def test_question_about_deleting_is_no_privacy_request(text: str) -> None:
    assert cues.privacy_request(text, recognised=False) is None


def test_privacy_request_learns_and_moves_nothing() -> None:
    result = turn("delete my data, ana@fernhill.io")
    assert (result.privacy_request, result.learned, result.evidence.facts) == ("erase", (), {})
    assert result.position.stage == "visitor"
    assert result.dialogue.asking is None


@pytest.mark.parametrize("text", ["I already told your colleague everything", "do you sell my data?"])
def test_nothing_is_erased_on_a_guess(text: str) -> None:
    assert cues.privacy_request(text, recognised=True) is None


def test_privacy_request_is_answered_even_beside_a_rep() -> None:
    assert turn("delete my data", Memory(Position(), Evidence(), DialogueState(), assistant_speaks=False)).says


def test_beside_a_rep_facts_are_taken_and_nothing_is_said() -> None:
    result = turn("my mail is ana@fernhill.io", Memory(Position(), Evidence(), DialogueState(), assistant_speaks=False))
    assert "email" in result.evidence.facts
    assert result.says == ()


def test_first_message_makes_a_visitor_and_an_address_a_lead() -> None:
    assert [change.to_stage for change in turn("hello").changes] == ["visitor"]
    assert [change.to_stage for change in turn("kim@fernhill.io").changes] == ["visitor", "lead"]


def test_wish_to_buy_goes_through_mql_to_sql_with_one_cause() -> None:
    steps = after("kim@fernhill.io", "can I book a demo please?").changes
    assert [(step.from_stage, step.to_stage, step.cause) for step in steps] == [
        ("lead", "mql", "purchase_interest"),
        ("mql", "sql", "purchase_interest"),
    ]


def test_wish_to_buy_is_no_second_alert() -> None:
    assert after("can I book a demo? kim@fernhill.io", "so when is the demo?").changes == ()


def test_threshold_of_the_day_is_used() -> None:
    assert take_turn(NEW, Utterance("hi", NOW), POLICY, "m1", threshold=77).assessment.threshold == 77


def test_question_without_an_answer_is_noted_as_a_gap() -> None:
    asked = "do you support GOBL e-invoicing for Andorran notaries?"
    assert turn(asked).unanswered == asked
    assert turn("do you integrate with HubSpot?").unanswered is None


def test_card_number_reaches_nothing_that_is_kept() -> None:
    result = turn("my card is 4111 1111 1111 1111, mail kim@fernhill.io")
    kept = [result.text, *(fact.text for fact in result.learned), *(say.text for say in result.says)]
    assert not any("4111" in text for text in kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_is_answered_and_the_same_twice(texts: list[str]) -> None:
    first, second = after(*texts), after(*texts)
    assert first == second
    assert first.says
    assert sum(reason.points for reason in first.assessment.reasons) == first.assessment.score


def test_a_competitors_mailbox_keeps_somebody_out_of_the_funnel() -> None:
    company = POLICY.playbook.company.model_copy(update={"competitor_domains": ("rival.io",)})
    policy = replace(POLICY, playbook=POLICY.playbook.model_copy(update={"company": company}))
    met = take_turn(NEW, Utterance("we need lead routing, joe.hall@rival.io, can I get a demo?", NOW), policy, "m1")
    assert (met.position.kind, met.position.stage) == ("competitor", "visitor")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("e\u0301lodie.martin@northwind.io", "élodie.martin@northwind.io"),
        ("rene\u0301.martin@northwind.io", "rené.martin@northwind.io"),
    ],
)
def test_an_accent_typed_apart_from_its_letter_belongs_to_it(typed: str, kept: str) -> None:
    email = turn(f"we need routing, {typed}, thanks").evidence.facts["email"]
    assert (email.value, email.text) == (kept, typed)


def test_an_address_with_an_accent_no_letter_has_is_not_taken_in_part() -> None:
    assert "email" not in turn("we need routing, m\u0303aria@northwind.io").evidence.facts
