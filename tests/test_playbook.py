"""The playbook file: the shipped one works, broken ones are refused with line and advice, and answers are found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from qualification.facts import SLOTS
from qualification.playbook import PlaybookError, load_playbook, playbook_json_schema, schema
from qualification.playbook.knowledge import SURE, best
from qualification.playbook.wording import PLACEHOLDERS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "config" / "playbook.yaml").read_text()
PLAYBOOK = load_playbook(TEXT)


def test_shipped_playbook_asks_about_everything_it_orders() -> None:
    assert set(PLAYBOOK.order) <= PLAYBOOK.questions.keys()
    assert PLAYBOOK.order[0] == "use_case"
    assert PLAYBOOK.order[-1] == "budget"


def test_schema_for_editors_is_current_and_named_in_the_file() -> None:
    committed = json.loads((ROOT / "docs" / "playbook.schema.json").read_text())
    assert committed == playbook_json_schema(), "write playbook_json_schema() to it again"
    assert TEXT.startswith("# yaml-language-server: $schema=../docs/playbook.schema.json")


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "playbook.md").read_text()
    missing = {key for key in keys() if f"`{key}`" not in page and f".{key}`" not in page}
    assert not missing
    assert all(f"`{{{name}}}`" in page for name in PLACEHOLDERS)
    assert all(slot in page for slot in SLOTS)


def keys() -> Iterator[str]:
    for part in vars(schema).values():
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield from part.model_fields


BROKEN: list[tuple[str, str, str]] = [
    ("version: 1\n", "version: one\n", "must be a whole number"),
    ("version: 1\n", "", "version: is missing"),
    ("  before_offer: 4", "  before_ofer: 4", "did you mean before_offer"),
    ("  before_offer: 4", "  before_offer: 40", "less than or equal to 8"),
    ("order: [use_case,", "order: [usecase,", "did you mean use_case"),
    ("  phone:\n    ask: [", "  phon:\n    ask: [", "did you mean phone"),
    ('    ask: ["And what is your role there?"]', "    ask: []", "is empty"),
    ('    ask: ["And what is your role there?"]', "    ask: What is your role?", "must be a list"),
    ('["And what is your role there?"]', '["Your role? Your name?"]', "one at a time"),
    ('["And what is your role there?"]', '["Hi {name}, your role?"]', "add one without"),
    ('["And what is your role there?"]', '["Hi {nam}, your role?"]', "no such placeholder {nam}"),
    ('["And what is your role there?"]', '["Hi {name, your role?"]', "left open"),
    ('["And what is your role there?"]', '["Buy now! Your role?"]', 'pushes visitors ("Buy now")'),
    ('["And what is your role there?"]', '["To qualify you: your role?"]', "being sorted"),
    ('noted: ["Thanks, noted."', 'noted: ["Hurry, last chance."', "pushes visitors"),
    (
        'corrected: ["Corrected, thanks."',
        'corrected: ["I have now corrected that for you in all of our many records, thanks."',
        "under 12",
    ),
    ('corrected: ["Corrected, thanks."', 'corrected: ["Better?"', "asks nothing"),
    ("Hi, I'm Northlight's assistant: software, not a person. Ask", "Hi, I'm Nora. Ask", 'add the word "assistant"'),
    ("link: https://northlight.example/pricing", "link: northlight.example/pricing", "is no link"),
    ("link: https://northlight.example/pricing", "link: javascript:alert(1)", "is no link"),
    ("  - id: zendesk", "  - id: hubspot", '"hubspot" is there 2 times'),
    ("  - id: zendesk", "  - id: Zen Desk", "should match pattern"),
    ("    content: tour", "    content: tuor", "did you mean tour"),
    ("    answers_intent: pricing", "    answers_intent: prizing", "did you mean pricing"),
    ("    audience: customer", "    audience: customers", "customer"),
    ("    interest: 0.25", "    interest: high", "valid number"),
    ("    interest: 0.25", "    interest: .nan", "not a number"),
    ("  default:\n    - Open", "  defaults:\n    - Open", "`default` is missing"),
    ("  vendor:\n    says", "  vendors:\n    says", "vendor"),
    ("always: [use_case, email, company]", "always: [website]", "has no question"),
    ("  name: Northlight", "  name: 12", "must be text"),
    ("  name: Northlight", "  name: Northlight\n  name: Other", "given twice"),
    ("  name: Northlight", "  name: &x Northlight", "not used here"),
    ("  name: Northlight", "\tname: Northlight", "tab"),
    ("  name: Northlight", '  name: "Northlight', "YAML"),
    ("  name: Northlight", "  name: {{}", "YAML"),
]


@pytest.mark.parametrize(("good", "bad", "advice"), BROKEN, ids=[advice for _, _, advice in BROKEN])
def test_broken_file_is_refused_with_its_line_and_what_to_do(good: str, bad: str, advice: str) -> None:
    assert good in TEXT, "the mutation no longer fits the shipped file"
    broken = TEXT.replace(good, bad, 1)
    with pytest.raises(PlaybookError) as refused:
        load_playbook(broken, "playbook.yaml")
    assert advice in str(refused.value)
    assert all(problem.line >= 1 for problem in refused.value.problems)
    if "is missing" not in advice and "YAML" not in advice:
        changed = TEXT[: TEXT.index(good)].count("\n") + 1
        near = range(changed - 1, changed + bad.count("\n") + 2)
        assert any(problem.line in near for problem in refused.value.problems), str(refused.value)


def test_all_problems_are_told_at_once() -> None:
    broken = TEXT.replace("before_offer: 4", "before_offer: x").replace("  phone:\n    ask", "  phon:\n    ask")
    with pytest.raises(PlaybookError) as refused:
        load_playbook(broken)
    assert len(refused.value.problems) >= 2


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "a: b: c", "- 1", "\x00", "{" * 5000, "x: " + "[" * 3000, "a: *b"]
)
def test_what_is_no_playbook_at_all_is_refused_politely(text: str) -> None:
    with pytest.raises(PlaybookError):
        load_playbook(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text: str) -> None:
    with pytest.raises(PlaybookError):
        load_playbook(text)


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("do you integrate with HubSpot?", "hubspot"),
        ("does this work with hubspot", "hubspot"),
        ("can we connect it to zendesk", "zendesk"),
        ("do you integrate with our crm", "integrations"),
        ("whats the price", "pricing"),
        ("how much does it cost per month?", "pricing"),
        ("is there a free trial", "trial"),
        ("are you gdpr compliant?", "gdpr"),
        ("where is our data hosted", "hosting"),
        ("how long does implementation take", "setup"),
        ("do you have an api", "api"),
        ("can we cancel any time", "contract"),
        ("is there an android app?", "mobile"),
        ("do you support okta", "sso"),
        ("what does northlight do", "what_it_does"),
        ("Hi there, we are a team of 40 in Porto. Is there single sign-on?", "sso"),
        ("whats ur uptime", "uptime"),
        ("is it avaliable in other langauges?", "languages"),
        ("how do you make sure leads dont get lost", "lead_loss"),
    ],
)
def test_answer_is_found_in_other_words(asked: str, id: str) -> None:
    match = best(PLAYBOOK.answers, asked)
    assert match is not None
    assert match.id == id
    assert match.confidence >= SURE


@pytest.mark.parametrize(
    "asked",
    [
        "is it food safe?",
        "can it read handwritten forms?",
        "does it work offline",
        "do you do multi-currency deposits",
        "what resin do you print in",
        "can patients cancel by text?",
        "are the enclosures IP67?",
        "how do refunds work when a class gets rained off",
        "is it gluten free",
        "hm",
        "",
    ],
)
def test_what_nobody_prepared_is_not_answered(asked: str) -> None:
    match = best(PLAYBOOK.answers, asked)
    assert match is None or match.confidence < SURE


@given(st.text(max_size=400))
def test_finding_an_answer_survives_any_text(text: str) -> None:
    match = best(PLAYBOOK.answers, text)
    assert match is None or 0 < match.confidence <= 1.0001


def test_every_answer_is_found_by_its_own_question() -> None:
    for one in PLAYBOOK.knowledge:
        for wording in (one.question, *one.wordings):
            match = best(PLAYBOOK.answers, wording)
            assert match is not None, wording
            assert match.id == one.id or match.confidence == pytest.approx(1), f"{wording}: {match}"


def test_segment_without_a_talk_track_gets_the_default() -> None:
    assert PLAYBOOK.talk_track(None) == PLAYBOOK.talk_track("no_such") == PLAYBOOK.talk_tracks["default"]


def test_talk_tracks_the_shipped_criteria_name_are_there() -> None:
    criteria: dict[str, Any] = yaml.safe_load((ROOT / "config" / "criteria.yaml").read_text())
    named = {segment["talk_track"] for segment in criteria.get("segments", []) if "talk_track" in segment}
    assert named <= PLAYBOOK.talk_tracks.keys()
