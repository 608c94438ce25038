"""What outcomes teach: other points, and the rules that returned leads hold against."""

from collections.abc import Iterable
from dataclasses import dataclass

from qualification.criteria import Criteria
from qualification.faults import Fault, faults
from qualification.learning import Outcome, Suggestion, suggest


@dataclass(frozen=True, slots=True)
class Lesson:
    outcomes: tuple[Outcome, ...]
    suggestion: Suggestion
    faults: tuple[Fault, ...]


def learn(outcomes: Iterable[Outcome], criteria: Criteria, earlier: Criteria | None = None) -> Lesson:
    read = tuple(outcomes)
    return Lesson(read, suggest(read, criteria, earlier), tuple(faults(read, criteria)))
