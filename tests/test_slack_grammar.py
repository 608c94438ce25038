"""What reps type, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.lead import VERBS, read
from bot.grammar import Ask, Filters, Unclear, is_reference, parse_filters, reference, return_code, split_lead
from qualification.stages import RETURN_CODES


@pytest.mark.parametrize(
    "typed", ["L-1042", "l-1042", "L1042", "l – 1042", "“L-1042”", "L-1042.", "(L-1042)", "L-001042", "#1042"]
)
def test_a_reference_is_one_in_any_writing(typed):
    ask = read(f"status {typed}")
    assert isinstance(ask, Ask)
    assert reference(ask.words) == "L-1042"


def test_numbers_that_may_be_phones_are_no_references():
    assert reference("4915112345678") is None
    assert reference("L-") is None
    assert not is_reference("acme")
    assert is_reference("Ada@Example.com")


@pytest.mark.parametrize("code", RETURN_CODES)
def test_every_reason_is_read_in_any_writing(code):
    for typed in (code, code.upper(), code.replace("_", " "), code.replace("_", "-"), f"{code}:"):
        assert return_code(f"{typed} they said") == (code, "they said")


def test_reason_needs_the_whole_word():
    assert return_code("spamalot")[0] is None
    assert split_lead("l 1042, no budget") == ("L-1042", "no budget")


def test_filters_are_read_together_and_wrong_ones_explained():
    read_filters = parse_filters("mine score>60 stage:MQL since:2d source:chat", "U1")
    assert read_filters == Filters("mql", "U1", None, 61, 172_800, "chat")
    assert parse_filters("rep:<@U0BEN000002|ben> unclaimed score>=60", "U1") == Filters(
        None, "U0BEN000002", "offered", 60
    )
    for wrong in ("stage:none", "score>x", "since:soon", "rep:ben", "???"):
        assert isinstance(parse_filters(wrong, "U1"), Unclear)


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_are_read_in_any_case_and_with_stray_punctuation(verb):
    for typed in (verb.upper(), f"  {verb} ", f"{verb}:", f"“{verb}”"):
        ask = read(typed)
        assert isinstance(ask, Ask)
        assert (ask.verb, ask.note) == (verb, None)


@given(st.text(max_size=200))
def test_nothing_typed_breaks_the_reading_and_no_answer_pings_anybody(text):
    ask = read(text)
    if isinstance(ask, Unclear):
        assert "<!" not in ask.text
        assert "<@" not in ask.text
