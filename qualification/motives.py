"""Why the assistant asks what it asks next, or asks nothing: in words for who writes criteria and playbook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from qualification.assessment import Assessment
from qualification.criteria import Criteria
from qualification.criteria.conditions import undecided_fields
from qualification.facts import Evidence, Slot
from qualification.policy import Policy
from qualification.scoring import read, stakes, weigh
from qualification.speech import DialogueState
from qualification.stages import BUYER_KINDS, Kind


@dataclass(frozen=True, slots=True)
class Known:
    """What a turn ends with. `assessment` is None before anything was said."""

    evidence: Evidence
    assessment: Assessment | None
    kind: Kind
    now: datetime


def motive(state: DialogueState, known: Known, policy: Policy) -> str:
    """One line about the question or offer that a turn ends in."""
    if state.asking:
        return f"asks {state.asking}: {_why_asked(state.asking, state, known, policy)}"
    if state.offered:
        return f"offers `{state.offered}`: {_why_offered(state.offered, known, policy)}"
    return f"asks nothing: {_why_nothing(state, known)}"


def _why_asked(slot: Slot, state: DialogueState, known: Known, policy: Policy) -> str:
    if state.confirming:
        return "what was understood is too unsure to be kept unasked"
    if state.meeting == "wanted":
        return "the invitation has to go somewhere"
    reasons = [*_effects(slot, known, policy.criteria)]
    if slot in policy.playbook.always:
        reasons.append("the playbook always asks it")
    return "; ".join([*reasons, "for the last time"] if state.asked.count(slot) > 1 else reasons) or "it is still open"


def _effects(slot: Slot, known: Known, criteria: Criteria) -> Iterator[str]:
    """What the answer can change: a must-have, or so many points."""
    if known.assessment is None or known.assessment.is_settled:
        return
    readings = read(known.evidence, criteria, known.now)
    for gate in criteria.plan.must_haves:
        if slot in _slots(undecided_fields(gate.node, readings), criteria):
            yield f"the must-have `{gate.id}` hangs on it"
    at_stake = stakes(weigh(readings, criteria), readings)
    points = sum(worth for place, worth in at_stake.items() if slot in _slots([place], criteria))
    if points:
        yield f"{points} points hang on it"


def _slots(places: Iterable[int], criteria: Criteria) -> set[Slot | None]:
    return {criteria.slot_of(criteria.plan.names[place]) for place in places}


def _why_offered(rung: str, known: Known, policy: Policy) -> str:
    needed = policy.playbook.rung(rung).interest * policy.threshold
    score = known.assessment.score if known.assessment else 0
    if score >= needed:
        return f"enough was asked, and {score} points reach the {needed:.0f} from which it is offered"
    return "what they asked is not in the playbook, and somebody of the team could answer it"


def _why_nothing(state: DialogueState, known: Known) -> str:
    if known.kind not in BUYER_KINDS:
        return "they are no buyer and are only helped"
    if state.closed or state.quiet:
        return "they said goodbye" if state.closed else "they want to be left in peace"
    if state.meeting in ("asked", "asked_again"):
        return "a time for the meeting is being found"
    if state.meeting == "set":
        return "a colleague goes on from here"
    if known.assessment and known.assessment.is_settled:
        return f"no answer could change the verdict `{known.assessment.verdict}`"
    return "what could still be asked was asked or declined"
