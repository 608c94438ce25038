"""One turn: understand, remember, assess, advance, respond - in that order, deciding nothing by itself."""

from dataclasses import dataclass, replace

from qualification import cues
from qualification.assessment import Assessment
from qualification.dialogue import DialogueState, Say, privacy_line, respond, unanswered
from qualification.facts import PURCHASE_INTEREST, Evidence, Fact, Slot, Understanding, Utterance
from qualification.inference import domain_of
from qualification.listening import SURE, Heard, Hearing, hear
from qualification.masking import mask
from qualification.offers import as_chosen, reply_to_offer
from qualification.policy import Policy
from qualification.scene import Use, scene
from qualification.scoring import assess, decisive_slots, judge, open_slots, read, weigh
from qualification.stages import Ground, Kind, Position, StageChange, advance
from qualification.threshold import stick
from qualification.triage import triage
from qualification.understanding import understand


@dataclass(frozen=True, slots=True)
class Memory:
    """What we know of the person and the conversation before the turn."""

    position: Position
    evidence: Evidence
    dialogue: DialogueState
    assistant_speaks: bool = True  # False while a rep handles the conversation: facts are taken, nothing is said
    was_mql: bool = False  # by these criteria, in this cycle


@dataclass(frozen=True, slots=True)
class Turn:
    """What one visitor message changed. `learned` are facts new or corrected by it, `retracted` slots taken back."""

    understanding: Understanding
    learned: tuple[Fact, ...]
    retracted: tuple[Slot, ...]
    evidence: Evidence
    assessment: Assessment
    position: Position
    changes: tuple[StageChange, ...]
    dialogue: DialogueState
    says: tuple[Say, ...]
    text: str  # what may be stored: card and passport numbers masked
    privacy_request: str | None = None  # "erase" or "access"
    unanswered: str | None = None  # a product question the playbook has no answer to
    asks_now: bool = False  # for a demo, a talk or a quote, or to buy


def take_turn(
    memory: Memory, utterance: Utterance, policy: Policy, message_id: str | None = None, threshold: int | None = None
) -> Turn:
    """What a visitor's message changes and what is said to it; `threshold` is the effective one, None the floor.

    What is learned carries `message_id`; None when the message gets its id later.
    """
    safe = _in_context(memory, replace(utterance, text=mask(utterance.text)))
    understanding = _understood(memory, safe)
    about_all = understanding.has("privacy_delete") and not understanding.retracted  # not "drop my phone number"
    if request := cues.privacy_request(safe.text, about_all):
        return _privacy_turn(memory, safe, understanding, policy, request, threshold)
    kind = _kind(memory, understanding, safe.text)
    reply = reply_to_offer(policy.playbook, memory.dialogue, understanding, safe.text)
    understanding = as_chosen(understanding, reply, safe.text)
    hearing = Hearing(memory.evidence.facts, memory.dialogue, kind, safe, message_id, policy.company_domains, reply)
    heard = replace(hear(hearing, understanding), masked=safe.text != utterance.text)
    return _answered(memory, heard, kind, safe, policy, threshold)


def _in_context(memory: Memory, utterance: Utterance) -> Utterance:
    """The open question is part of what the words mean."""
    state = memory.dialogue
    if utterance.context_slot or not state.asking:
        return utterance
    return replace(utterance, context_slot=state.asking, context_question=state.question)


def _understood(memory: Memory, utterance: Utterance) -> Understanding:
    """ "Sorry, 400, I only counted my office" may be about an earlier question: it is heard again as its answer."""
    understanding = understand(utterance)
    if understanding.entities or not understanding.has("correction"):
        return understanding
    for slot in dict.fromkeys(reversed(memory.dialogue.asked)):
        if slot in memory.evidence.facts and slot != utterance.context_slot:
            again = understand(replace(utterance, context_slot=slot, context_question=None))
            if any(entity.label == slot for entity in again.entities):
                return replace(again, intents=tuple(dict.fromkeys((*understanding.intents, "inform"))))
    return understanding


def _kind(memory: Memory, understanding: Understanding, text: str) -> Kind:
    return triage(memory.position.kind, memory.position.stage, understanding, text)


def _answered(
    memory: Memory, heard: Heard, kind: Kind, utterance: Utterance, policy: Policy, threshold: int | None
) -> Turn:
    evidence = _remembered(memory.evidence, heard)
    kind = _competitor(evidence, policy) or kind
    readings = read(evidence, policy.criteria, utterance.now)
    tallies = weigh(readings, policy.criteria)
    assessment = stick(judge(readings, policy.criteria, threshold, tallies), memory.was_mql)
    ground = _ground(heard, evidence, assessment, utterance)
    position, changes = advance(replace(memory.position, kind=kind), ground)
    wanted = open_slots(readings, tallies, assessment, evidence, policy.criteria)
    decisive = decisive_slots(tallies, assessment, policy.criteria)
    use = Use(wanted, policy.criteria.slots(), decisive)
    stage = scene(policy.playbook, heard, evidence.facts, memory.dialogue, position, assessment, use)
    state, says = respond(stage)
    if not memory.assistant_speaks:
        state, says = _listened(memory.dialogue, state), ()
    return Turn(
        heard.understanding, heard.learned, heard.retracted, evidence, assessment, position, changes,
        state, says, heard.text, unanswered=unanswered(stage),
        asks_now=heard.wants_meeting,
    )  # fmt: skip


def _listened(before: DialogueState, then: DialogueState) -> DialogueState:
    """What was heard beside a rep is known, and what would have been asked or offered was not."""
    return replace(before, declined=then.declined, language=then.language, turns=then.turns, asking=None, question=None)


def _remembered(evidence: Evidence, heard: Heard) -> Evidence:
    kept = {slot: fact for slot, fact in evidence.facts.items() if slot not in heard.retracted}
    return replace(evidence, facts=kept | {fact.slot: fact for fact in heard.learned})


def _competitor(evidence: Evidence, policy: Policy) -> Kind | None:
    email = evidence.facts.get("email")
    known = policy.playbook.company.competitor_domains
    return "competitor" if email and domain_of(str(email.value)) in known else None


def _ground(heard: Heard, evidence: Evidence, assessment: Assessment, utterance: Utterance) -> Ground:
    wish = evidence.facts.get(PURCHASE_INTEREST)
    wish_at = wish.known_at if wish is not None and wish.value is True else None
    learned, asks = bool(heard.learned), heard.wants_meeting
    return Ground(_is_contactable(evidence), assessment, wish_at, learned, utterance.now, asks)


def _is_contactable(evidence: Evidence) -> bool:
    facts = (evidence.facts.get("email"), evidence.facts.get("phone"))
    return any(fact is not None and fact.confidence >= SURE for fact in facts)


def _privacy_turn(
    memory: Memory,
    utterance: Utterance,
    understanding: Understanding,
    policy: Policy,
    request: str,
    threshold: int | None,
) -> Turn:
    """It wins over everything: nothing is learned from it, nothing moves, and it is answered even beside a rep."""
    assessment = stick(assess(memory.evidence, policy.criteria, utterance.now, threshold), memory.was_mql)
    state, says = privacy_line(policy.playbook, request, memory.dialogue)
    position, changes = _arrived(memory.position, assessment, utterance)
    return Turn(
        understanding, (), (), memory.evidence, assessment, position, changes, state, says, utterance.text, request
    )  # fmt: skip


def _arrived(
    position: Position, assessment: Assessment, utterance: Utterance
) -> tuple[Position, tuple[StageChange, ...]]:
    """Whoever writes for the first time is a visitor, even when all they want is to be forgotten."""
    ground = Ground(False, assessment, wish_at=None, new_evidence=False, now=utterance.now)
    return advance(position, ground) if position.stage is None else (position, ())
