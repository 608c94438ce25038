"""The dialogue on hand-made understandings: what is said, asked, remembered and never repeated."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualification.assessment import Assessment, Verdict
from qualification.dialogue import DialogueState, Say, greet, respond, state_from_json, state_to_json
from qualification.facts import (
    INTENTS,
    SLOTS,
    Entity,
    Fact,
    Facts,
    Horizon,
    Intent,
    Money,
    Size,
    Slot,
    Understanding,
    Utterance,
    Value,
)
from qualification.listening import Hearing, hear
from qualification.offers import reply_to_offer
from qualification.playbook import load_playbook
from qualification.scene import Use, scene
from qualification.stages import Kind, Position

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PLAYBOOK = load_playbook((Path(__file__).parent.parent / "config" / "playbook.yaml").read_text())
EVERYTHING: tuple[Slot, ...] = ("use_case", "email", "company_size", "timeline", "job_title", "budget")
VALUES: dict[Slot, Value] = {
    **{slot: f"some {slot}" for slot in SLOTS},
    "email": "ana.silva@northwind.io",
    "person_name": "Ana Silva",
    "company_size": Size(120, 120),
    "budget": Money(5000, 9000, "USD", "year"),
    "timeline": Horizon(0, 30),
}


class Chat:
    """A conversation in which the test says what every message means."""

    def __init__(self, wanted: tuple[Slot, ...] = EVERYTHING, kind: Kind = "unknown", score: int = 30) -> None:
        self.state = DialogueState()
        self.facts: Facts = {}
        self.wanted, self.kind, self.score = wanted, kind, score
        self.verdict: Verdict = "open"
        self.says: tuple[Say, ...] = ()

    def hears(self, text: str, *intents: Intent, retracted: tuple[Slot, ...] = (), **told: Value) -> str:
        entities = tuple(Entity(slot, text, 0, len(text), value, 0.95) for slot, value in told.items())  # type: ignore[arg-type]
        return self.understands(text, Understanding(intents, entities, retracted))

    def understands(self, text: str, understanding: Understanding) -> str:
        reply = reply_to_offer(PLAYBOOK, self.state, understanding, text)
        hearing = Hearing(self.facts, self.state, self.kind, Utterance(text, NOW), "m1", (), reply)
        heard = hear(hearing, understanding)
        kept = {slot: fact for slot, fact in self.facts.items() if slot not in heard.retracted}
        self.facts = kept | {fact.slot: fact for fact in heard.learned}
        assessment = Assessment(self.verdict, self.score, 0, 100, 50, 1)
        wanted = tuple(slot for slot in self.wanted if slot not in self.facts)
        position = Position(stage="lead", kind=self.kind)
        self.state, self.says = respond(
            scene(PLAYBOOK, heard, self.facts, self.state, position, assessment, Use(wanted))
        )
        return self.spoken

    @property
    def spoken(self) -> str:
        return " ".join(say.text for say in self.says)


def test_greeting_says_it_is_an_assistant_and_no_person() -> None:
    (say,) = greet(PLAYBOOK)
    assert "assistant" in say.text
    assert "not a person" in say.text


def test_known_visitor_is_welcomed_back_by_name() -> None:
    name = Fact("person_name", "Ana", "Ana Silva", 0.9, "said", "m1", NOW)
    assert "Welcome back, Ana." in greet(PLAYBOOK, {"person_name": name})[0].text


def test_state_survives_being_stored() -> None:
    fact = Fact("company_size", "20-50", Size(20, 50), 0.5, "said", "m1", NOW)
    state = DialogueState("email", "Where?", ("email",), ("phone",), fact, "demo", ("demo",), meeting="asked", turns=3)
    assert state_from_json(state_to_json(state)) == state


def test_state_stored_by_an_older_version_is_still_read() -> None:
    assert state_from_json({"asking": "email", "asked": ["email"], "turns": 1}).meeting == "none"


def test_need_is_asked_first_and_budget_last() -> None:
    chat = Chat()
    chat.hears("we do webinars", "inform")
    assert chat.state.asking == "use_case"
    chat = Chat(wanted=("budget", "job_title"))
    chat.hears("stuff", "inform", use_case="x", email="a@acme.io", company="Acme")
    assert chat.state.asking == "job_title"


def test_only_what_can_still_change_the_verdict_is_asked() -> None:
    chat = Chat(wanted=("timeline",))
    chat.hears("hello", "inform", use_case="x", email="a@acme.io", company="Acme")
    assert chat.state.asking == "timeline"


def test_second_ask_gives_a_reason_and_another_way() -> None:
    chat = Chat()
    chat.hears("we lose leads", "inform", use_case="we lose leads")
    assert chat.state.asking == "email"
    said = chat.hears("is there an API?", "product_question")
    assert chat.state.asking == "email"
    assert "Phone is fine too" in said


def test_nobody_is_asked_a_third_time() -> None:
    chat = Chat(wanted=("use_case",))
    for _ in range(5):
        chat.hears("do you have an api?", "product_question")
    assert chat.state.asked.count("use_case") == 2


def test_verdict_against_them_ends_the_questions() -> None:
    chat = Chat()
    chat.verdict = "not_mql"
    chat.hears("we are two people", "inform", company_size=Size(2, 2))
    assert chat.state.asking is None
    assert "?" not in chat.spoken


def test_low_confidence_is_read_back_and_a_yes_makes_it_true() -> None:
    chat = Chat(wanted=("company",))
    text = "acme"
    said = chat.understands(text, Understanding(("inform",), (Entity("company", text, 0, 4, "Acme", 0.45),)))
    assert "Acme" in said
    assert "company" not in chat.facts
    chat.hears("yes", "affirm")
    assert chat.facts["company"].value == "Acme"


def test_low_confidence_that_is_denied_is_dropped() -> None:
    chat = Chat(wanted=("company",))
    chat.understands("acme", Understanding(("inform",), (Entity("company", "acme", 0, 4, "Acme", 0.45),)))
    chat.hears("no", "deny")
    assert "company" not in chat.facts
    assert "company" not in chat.state.declined


def test_bare_yes_without_an_open_yes_no_question_changes_nothing() -> None:
    chat = Chat()
    chat.hears("hi", "greeting")
    chat.hears("yes", "affirm")
    assert not chat.facts


def test_yes_to_an_offer_is_purchase_interest() -> None:
    chat = offered()
    chat.hears("yes", "affirm")
    assert chat.facts["purchase_interest"].value is True


@pytest.mark.parametrize("words", ["show me", "Show me", "the demo please", "ok, show me"])
def test_offer_is_accepted_in_its_own_words(words: str) -> None:
    chat = offered()
    said = chat.hears(words)
    assert chat.facts["purchase_interest"].value is True
    assert "Thursday or Friday?" in said


@pytest.mark.parametrize("words", ["the guide", "The guide", "just mail the guide", "no demo, the guide please"])
def test_content_beside_the_offer_is_no_purchase_interest(words: str) -> None:
    chat = offered()
    chat.hears(words)
    assert "purchase_interest" not in chat.facts
    assert chat.says[0].cta is not None


def test_offer_turned_down_is_not_repeated() -> None:
    chat = offered()
    chat.hears("no thanks", "deny")
    for _ in range(4):
        said = chat.hears("do you have an api?", "product_question")
        assert "15 minutes" not in said
    assert chat.state.ctas_declined == ("demo",)


def test_yes_two_turns_after_the_offer_was_let_go_binds_to_nothing() -> None:
    chat = offered()
    for _ in range(3):
        chat.hears("do you have an api?", "product_question")
    chat.hears("yes", "affirm")
    assert "purchase_interest" not in chat.facts


def test_digression_does_not_lose_the_open_question() -> None:
    chat = Chat()
    chat.hears("we lose leads", "inform", use_case="we lose leads")
    chat.hears("lol", "off_topic")
    assert chat.state.asking == "email"


def test_people_who_are_not_buying_are_asked_nothing() -> None:
    for kind in ("support", "job", "vendor", "partner", "student", "press", "competitor", "existing_customer", "spam"):
        chat = Chat(kind=kind)  # type: ignore[arg-type]
        said = chat.hears("hello there", "inform")
        assert "northlight.example" in said
        assert "?" not in said
        assert chat.state.asking is None


def test_just_looking_is_not_pushed_until_they_show_interest() -> None:
    chat = Chat()
    chat.hears("just looking", "just_looking")
    assert "?" not in chat.hears("is there an api?", "product_question")
    assert "?" in chat.hears("we lose leads", "inform", use_case="we lose leads")


def test_odd_names_are_never_repeated() -> None:
    chat = Chat()
    said = chat.hears("x", "inform", person_name="<script>alert(1)</script>", use_case="y")
    assert "script" not in said


def test_no_acknowledgement_is_said_twice_in_a_row() -> None:
    chat = Chat()
    first = chat.hears("x", "inform", location="Lisbon")
    second = chat.hears("y", "inform", location="Porto", job_title="cto")
    assert first.split(".")[0] != second.split(".")[0]


def test_meeting_without_any_contact_stays_in_the_chat() -> None:
    chat = Chat(kind="sales")
    chat.hears("can I see a demo", "demo")
    assert chat.state.asking == "email"
    said = chat.hears("no", "deny")
    assert "right here" in said


def offered() -> Chat:
    """A conversation in which the demo has just been offered."""
    chat = Chat(wanted=("timeline",))
    chat.hears("x", "inform", use_case="we lose leads", email="a@acme.io", company="Acme")
    chat.hears("in march", "inform", timeline=Horizon(60, 90))
    assert chat.state.offered == "demo"
    return chat


MESSAGES = st.tuples(
    st.sampled_from(
        ["hello", "what about it?", "yes", "no", "show me", "the guide", "", "🙂", "hola amigo gracias", "x" * 300]
    ),
    st.frozensets(st.sampled_from(INTENTS), max_size=3),
    st.frozensets(st.sampled_from(SLOTS), max_size=3),
    st.sampled_from([0.4, 0.7, 0.95]),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(MESSAGES, max_size=10),
    st.frozensets(st.sampled_from(EVERYTHING)),
    st.sampled_from(["unknown", "sales", "support"]),
    st.integers(-20, 100),
)
def test_whatever_is_said_the_dialogue_keeps_its_manners(
    messages: list[tuple[str, frozenset[Intent], frozenset[Slot], float]],
    wanted: frozenset[Slot],
    kind: Kind,
    score: int,
) -> None:
    chat = Chat(tuple(wanted), kind, score)
    for text, intents, slots, confidence in messages:
        before = chat.state
        entities = tuple(Entity(slot, text or "-", 0, 1, VALUES[slot], confidence) for slot in sorted(slots))
        said = chat.understands(text, Understanding(tuple(sorted(intents)), entities))
        newly = chat.state.asked[len(before.asked) :]
        assert chat.says, "always answers"
        assert said.replace("What can I do for you?", "").count("?") <= 1, "one question at a time"
        assert all(chat.state.asked.count(slot) <= 2 for slot in newly), "at most two asks"
        assert not set(newly) & (chat.facts.keys() | set(before.declined)), "never the known or declined"
        assert state_from_json(state_to_json(chat.state)) == chat.state
        assert chat.state.turns == before.turns + 1
