"""Card, bank and identity numbers are hidden before anything is stored; everything else is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualification.masking import MASK, mask


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4242424242424242",
        "5555-5555-5555-4444",
        "378282246310005",
        "3782 822463 10005",
        "6011.1111.1111.1117",
        "DE89 3704 0044 0532 0130 00",
        "gb82west12345698765432",
        "FR14 2004 1010 0505 0001 3M02 606",
        "123-45-6789",
        "AB123456C",
        "12345678Z",
        "529.982.247-25",
        "RSSMRA85T10A562S",
    ],
)
def test_secret_number_is_hidden_wherever_it_stands(text: str) -> None:
    for around in ("{}", "my number is {} ok", "({})", "pay with {}, exp 12/27"):
        hidden = mask(around.format(text))
        assert hidden == around.format("".join(MASK if char.isalnum() else char for char in text))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("passport number X1234567 thanks", "passport number •••••••• thanks"),
        ("my ssn is 123456789", "my ssn is •••••••••"),
        ("driver's license no. D1234567", "driver's license no. ••••••••"),
        ("cvv 123", "cvv •••"),
    ],
)
def test_number_that_is_named_is_hidden(text: str, hidden: str) -> None:
    assert mask(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "+1 415 555 2671",
        "call 020 7946 0321",
        "+49 1511 2345678",
        "1,200 people",
        "20-50",
        "2026-11-23 10:00",
        "budget 20000-30000",
        "order 1234567890123456",
        "ticket 4111 1111 1111 1112",
        "passport please",
        "we have 3 offices in 12 countries",
        "0000 0000 0000 0000",
        "ana@northwind.io",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert mask(text) == text


@given(st.text(max_size=300))
def test_length_and_letters_around_never_change(text: str) -> None:
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert all(new in (old, MASK) for old, new in zip(text, hidden, strict=True))
    assert mask(hidden) == hidden


@pytest.mark.parametrize("unit", ["1", "1 ", "4111 ", "a1", "AB12", "passport ", "123-45-", "cvv ", "DE89 "])
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    assert len(mask(unit * (4000 // len(unit)))) <= 4000
