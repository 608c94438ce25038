"""What an extractor proposes, before it is decided whether it is the visitor's own."""

from dataclasses import dataclass

from qualification.facts import Slot, Value


@dataclass(frozen=True, slots=True)
class Found:
    """`sure` is how plainly the words say what they are: 1 for "45 employees", little for a bare "45"."""

    label: Slot
    start: int
    end: int
    value: Value
    sure: float
