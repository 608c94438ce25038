"""No message, however made, takes long or falls over: time grows with length and no faster."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.facts import INTENTS, SLOTS, Slot, Utterance
from qualification.understanding import understand, warm_up
from qualification.understanding.horizon import find_horizons
from qualification.understanding.mail import find_mails, find_providers
from qualification.understanding.money import find_amounts
from qualification.understanding.numbers import skeleton
from qualification.understanding.phone import find_phones
from qualification.understanding.size import find_sizes
from qualification.understanding.text import CAP, fold, tokens
from qualification.understanding.web import find_sites

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXTRACTORS: dict[str, Callable[[str], Iterable[Any]]] = {
    "tokens": tokens,
    "numbers": lambda text: skeleton(text).numbers,
    "sizes": lambda text: find_sizes(skeleton(text)),
    "amounts": lambda text: find_amounts(skeleton(text)),
    "horizons": lambda text: find_horizons(text, skeleton(text), date(2026, 11, 23)),
    "mails": find_mails,
    "providers": find_providers,
    "phones": lambda text: find_phones(text, "US"),
    "sites": find_sites,
}
NASTY = [
    *("a", "a.", "1", "1 ", "1-", "1,", "1.", "(", "a@", "a@b.", "one ", "two hundred ", "by ", "a b ", "$", "up to "),
    *("me and ", "-", "🙂", "http://a/", "www.", "a-", "next ", "may ", "a dot ", "zero ", "in 1 ", "(1) ", "1 to "),
    *("5 a, ", "end of "),
]


def seconds(work: Callable[[], object]) -> float:
    """Processor time, the best of several: other programs on the machine do not count."""
    best = 60.0
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def grows_evenly(extract: Callable[[str], Iterable[Any]], short: str, long: str) -> bool:
    """Quadratic work fails every time, a busy machine does not: hence asked up to four times."""
    taken = seconds(lambda: list(extract(long)))
    return taken < 0.01 or taken <= 2.5 * seconds(lambda: list(extract(short)))


@pytest.mark.parametrize("name", EXTRACTORS)
def test_twice_the_text_takes_an_extractor_twice_the_time(name: str) -> None:
    extract = EXTRACTORS[name]
    for piece in NASTY:
        short, long = (piece * CAP)[: CAP // 2], (piece * CAP)[:CAP]
        assert any(grows_evenly(extract, short, long) for _ in range(4)), piece


@pytest.mark.parametrize("piece", NASTY)
def test_longest_message_of_nasty_signs_is_understood_within_a_second(piece: str) -> None:
    warm_up()
    assert seconds(lambda: understand(Utterance(piece * CAP, NOW))) < 1


@given(st.text(max_size=300), st.sampled_from([None, *SLOTS]))
def test_whatever_is_typed_facts_lie_inside_it(text: str, asked: Slot | None) -> None:
    understanding = understand(Utterance(text, NOW, asked))
    assert set(understanding.intents) <= set(INTENTS)
    for entity in understanding.entities:
        assert text[entity.start : entity.end] == entity.text
        assert entity.text.strip()
        assert 0.5 <= entity.confidence <= 1


@given(st.text())
def test_folding_keeps_every_sign_at_its_place(text: str) -> None:
    assert len(fold(text)) == min(len(text), CAP)
