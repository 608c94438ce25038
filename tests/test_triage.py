"""Who is sent to another door, and that nobody who may buy is."""

import pytest

from qualification.stages import BUYER_KINDS
from tests.test_purchase_interest import said, table

SENTENCES = list(table("triage.tsv"))


@pytest.mark.parametrize(("kind", "text"), [row for row in SENTENCES if row[0] == "buyer"])
def test_somebody_who_may_buy_is_never_sent_away(kind: str, text: str) -> None:
    turn = said(text)
    assert turn.position.kind in BUYER_KINDS, turn.understanding.intents


@pytest.mark.parametrize(("kind", "text"), [row for row in SENTENCES if row[0] != "buyer"])
def test_somebody_who_does_not_buy_finds_the_right_door(kind: str, text: str) -> None:
    turn = said(text)
    assert turn.position.kind == kind, turn.understanding.intents
