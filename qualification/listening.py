"""What one message brought: facts with their origin, corrections, refusals and wishes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, cast

from rapidfuzz.distance import DamerauLevenshtein

from qualification import cues
from qualification.criteria.mailboxes import FREE
from qualification.facts import (
    PURCHASE_INTEREST,
    Entity,
    Fact,
    Facts,
    Intent,
    Money,
    Slot,
    Understanding,
    Utterance,
    Value,
)
from qualification.inference import company_of, domain_of, name_of
from qualification.speech import DialogueState
from qualification.stages import BUYER_KINDS, Kind
from qualification.understanding.money import completed
from qualification.understanding.wishes import asks, denies, find_wishes

SURE = 0.65
"""From this confidence on a fact is stored; below it is read back first."""
WORTH_ASKING = 0.35
LONGEST_QUOTE = 160
RENEWED = timedelta(days=1)
"""A wish that is said again after so long is fresh: its points begin to age anew."""
OfferReply = Literal["accepted", "instead", "declined"]
_WISHES: tuple[Intent, ...] = ("demo", "talk_to_sales", "purchase_intent", "pricing")
_BIG_MAILBOXES = ("gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "proton.me")
_NO_SLIPS = frozenset(["to", "the", "that", "my", "our", "now", "yet", "sure", "at", "on", "in", "for"])
_CUES = {
    "demo": r"demo|walk.?through|show|see|watch|look",
    "pricing": r"pric|cost|charge|how much|rate|fee|expensive|quote|€|\$|£",
    "talk_to_sales": r"talk|speak|call|person|human|someone|somebody|sales|rep|meet|contact|ring",
    "purchase_intent": r"buy|purchase|order|sign|contract|choos|switch|go ahead|proceed|start|quote|proposal",
}
_SLIP = (
    re.compile(
        r"\bnot\s{1,3}(?P<wrong>[^\s,;]{2,40})[\s,;:-]{1,4}(?:but\s{1,3})?(?:it'?s\s{1,3})?(?P<right>[^\s,;]{2,40})",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<right>[^\s,;]{2,40})[\s,;]{1,3}(?:and\s{1,3})?not\s{1,3}(?P<wrong>[^\s,;]{2,40})", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, understood. `doubtful` is a fact to read back, `wants_meeting` a wish for a demo, talk or quote."""

    understanding: Understanding
    text: str
    learned: tuple[Fact, ...] = ()
    corrected: tuple[str, ...] = ()
    retracted: tuple[Slot, ...] = ()
    declined: tuple[Slot, ...] = ()
    doubtful: Fact | None = None
    offer_reply: OfferReply | None = None
    wants_meeting: bool = False
    masked: bool = False

    def learned_slots(self) -> tuple[str, ...]:
        """What the visitor told in this message, without what was only inferred and without flags."""
        return tuple(fact.slot for fact in self.learned if fact.source == "said" and not isinstance(fact.value, bool))


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a message is heard against."""

    facts: Facts
    state: DialogueState
    kind: Kind
    utterance: Utterance
    message_id: str | None
    company_domains: tuple[str, ...] = ()
    offer_reply: OfferReply | None = None

    def fact(self, slot: str, text: str, value: Value, confidence: float) -> Fact:
        return Fact(slot, text, value, confidence, "said", self.message_id, self.utterance.now)


def hear(hearing: Hearing, understanding: Understanding) -> Heard:
    """The facts, refusals and wishes in one understood message."""
    said, doubtful = _said(hearing, understanding)
    inferred, dropped = _inferred(hearing, {fact.slot: fact for fact in said})
    flags = tuple(_flags(hearing, understanding))
    retracted = tuple(slot for slot in (*understanding.retracted, *dropped) if slot in hearing.facts)
    learned = (*said, *inferred, *flags)
    heard = Heard(
        understanding, hearing.utterance.text, learned, _corrected(hearing, said), retracted, doubtful=doubtful
    )
    declined = tuple(slot for slot in _declined(hearing, understanding) if slot not in heard.learned_slots())
    meeting = any(fact.slot == PURCHASE_INTEREST and fact.value is True for fact in flags) or _wishes(
        hearing, understanding
    )
    return replace(heard, declined=declined, offer_reply=hearing.offer_reply, wants_meeting=meeting)


def _said(hearing: Hearing, understanding: Understanding) -> tuple[tuple[Fact, ...], Fact | None]:
    """The facts to keep, and the most certain of those that have to be read back first."""
    keep: dict[str, Fact] = {}
    doubtful: list[Fact] = []
    for fact in (
        *_mended(hearing, understanding),
        *_heard_facts(hearing, understanding),
        *_confirmed(hearing, understanding),
        *_completed(hearing),
    ):
        if _same(hearing.facts.get(fact.slot), fact):
            continue
        if _is_kept(hearing, understanding, fact):
            keep[fact.slot] = fact
        elif fact.confidence >= WORTH_ASKING and fact.slot != "use_case":
            doubtful.append(fact)
    meant = _meant_address(keep.get("email")) if hearing.state.confirming is None else None
    return tuple(keep.values()), meant or max(doubtful, key=lambda fact: fact.confidence, default=None)


def _heard_facts(hearing: Hearing, understanding: Understanding) -> Iterator[Fact]:
    for entity in understanding.entities:
        joke = entity.label == "phone" and cues.is_joke_number(entity.text)
        if not joke and not _is_appointment(hearing, entity):
            yield hearing.fact(entity.label, entity.text, entity.value, entity.confidence)


def _is_appointment(hearing: Hearing, entity: Entity) -> bool:
    """ "Thursday" answers "Thursday or Friday?": no date they are working to, and "afternoon" no place."""
    arranging = hearing.state.meeting in ("asked", "asked_again")
    unsure = entity.label == "timeline" or entity.confidence < 0.85
    return arranging and (unsure or cues.is_day_or_hour(entity.text))


def _confirmed(hearing: Hearing, understanding: Understanding) -> Iterator[Fact]:
    """A yes makes the fact that was read back true; a value for the same slot was already taken instead."""
    confirming = hearing.state.confirming
    named = any(entity.label == confirming.slot for entity in understanding.entities) if confirming else False
    if confirming and not named and understanding.has("affirm") and not understanding.has("deny"):
        yield replace(confirming, confidence=0.97, source="said")


def _mended(hearing: Hearing, understanding: Understanding) -> Iterator[Fact]:
    """ "not gmial, gmail": the wrong piece of what was told is replaced; what was inferred follows by itself."""
    named = {entity.label for entity in understanding.entities}
    for slot in ("email", "website", "person_name", "company"):
        old = hearing.facts.get(slot)
        told = old is not None and old.source != "inferred" and slot not in named
        if old is not None and told and (value := _without_slip(str(old.value), hearing.utterance.text)):
            yield hearing.fact(slot, hearing.utterance.text[:LONGEST_QUOTE], value, 0.95)


def _completed(hearing: Hearing) -> Iterator[Fact]:
    """ "Euros, per year" after "15k": the budget they told, with what it lacked."""
    old = hearing.facts.get("budget")
    if old is not None and isinstance(old.value, Money) and (whole := completed(old.value, hearing.utterance.text)):
        text = f"{old.text}, {hearing.utterance.text.strip()}"[:LONGEST_QUOTE]
        yield hearing.fact("budget", text, whole, 0.9)


def _without_slip(value: str, text: str) -> str | None:
    """Only a whole piece of the value is a slip: "prefer not to share" changes nobody's address at tools.com."""
    for pattern in _SLIP:
        for slip in pattern.finditer(text):
            wrong, right = (slip[name].strip("\"'.!?()") for name in ("wrong", "right"))
            whole = rf"(?<![^\W_]){re.escape(wrong)}(?![^\W_])"
            if wrong.casefold() in _NO_SLIPS or min(len(wrong), len(right)) < 2:
                continue
            if re.search(whole, value, re.IGNORECASE):
                return re.sub(whole, lambda _, new=right: new, value, count=1, flags=re.IGNORECASE)  # type: ignore[misc]
    return None


def _same(old: Fact | None, new: Fact) -> bool:
    """Nothing new: the same value from the visitor's own mouth."""
    if old is None or old.source == "inferred":
        return False
    return str(old.value).casefold() == str(new.value).casefold() and old.confidence >= SURE


def _is_kept(hearing: Hearing, understanding: Understanding, new: Fact) -> bool:
    """Sure enough to be stored; to replace something said it has to be meant as such or be about as sure."""
    if new.confidence < SURE:
        return False
    old = hearing.facts.get(new.slot)
    if old is None or old.source in ("inferred", "tracked") or understanding.has("correction"):
        return True
    if hearing.state.asking == new.slot:
        return True
    return new.confidence > old.confidence if new.slot == "use_case" else new.confidence >= old.confidence - 0.12


def _meant_address(email: Fact | None) -> Fact | None:
    """ana@gmial.com: the address they probably meant, to be read back."""
    if email is None or (domain := domain_of(str(email.value))) in FREE:
        return None
    for known in _BIG_MAILBOXES:
        if DamerauLevenshtein.distance(domain, known, score_cutoff=1) == 1:
            return replace(email, value=str(email.value).removesuffix(domain) + known, confidence=0.5)
    return None


def _inferred(hearing: Hearing, said: dict[str, Fact]) -> tuple[tuple[Fact, ...], tuple[Slot, ...]]:
    """Company and name from a new work address, and what the old address had told and no longer holds."""
    email = said.get("email")
    if email is None:
        return (), ()
    address = str(email.value)
    ours = domain_of(address) in hearing.company_domains
    guesses: dict[Slot, str | None] = {
        "company": None if ours else company_of(address),
        "person_name": name_of(address),
    }
    facts, dropped = [], []
    for slot, value in guesses.items():
        old = hearing.facts.get(slot)
        if slot in said or (old is not None and old.source != "inferred"):
            continue
        if value:
            facts.append(Fact(slot, email.text, value, 0.7, "inferred", hearing.message_id, hearing.utterance.now))
        elif old is not None:
            dropped.append(slot)
    return tuple(facts), tuple(dropped)


def _corrected(hearing: Hearing, said: tuple[Fact, ...]) -> tuple[str, ...]:
    return tuple(fact.slot for fact in said if (old := hearing.facts.get(fact.slot)) and old.source != "inferred")


def _flags(hearing: Hearing, understanding: Understanding) -> Iterator[Fact]:
    """Wishes as facts named after their intent, and purchase interest: when they change, or come again another day."""
    for name, value in _wanted(hearing, understanding).items():
        old = hearing.facts.get(name)
        if old is None or old.value is not value or (value and hearing.utterance.now - old.known_at >= RENEWED):
            yield hearing.fact(name, quoted(hearing.utterance.text, name), value, 0.9)


def _wanted(hearing: Hearing, understanding: Understanding) -> dict[str, bool]:
    denied = denies(hearing.utterance.text)
    wanted: dict[str, bool] = {intent: True for intent in _WISHES if _is_meant(intent, hearing, understanding)}
    wanted |= dict.fromkeys((wish for wish in denied if wish != "quote"), False)
    if understanding.has("opt_out"):
        wanted["opt_out"] = True
    if _wishes(hearing, understanding):
        return wanted | {PURCHASE_INTEREST: True}
    interested = hearing.facts.get(PURCHASE_INTEREST)
    if "purchase_intent" in denied or (denied and interested is not None and interested.value is True):
        return wanted | {PURCHASE_INTEREST: False}
    return wanted


def _wishes(hearing: Hearing, understanding: Understanding) -> bool:
    """Purchase interest: asks for or accepts a demo, a talk or a quote, or asks to buy. A pricing question is none."""
    if hearing.kind not in BUYER_KINDS:
        return False
    asked = any(_is_meant(wish, hearing, understanding) for wish in _WISHES if wish != "pricing")
    return asked or "quote" in asks(hearing.utterance.text) or hearing.offer_reply == "accepted"


def _is_meant(wish: Intent, hearing: Hearing, understanding: Understanding) -> bool:
    """A wish beside a question has to be in words: "is there a free trial?" asks for no demo."""
    stances = {one.stance for one in find_wishes(hearing.utterance.text) if one.kind == wish}
    if "asked" in stances:
        return True
    if not understanding.has(wish) or stances - {"mentioned"}:
        return False
    beside = wish != "pricing" and understanding.has("product_question", "pricing", "support")
    return not beside or bool(stances)


def names(text: str, flag: str) -> bool:
    """Whether a wish is in the words, not only in what they are taken to mean."""
    return re.search(_CUES[flag], text, re.IGNORECASE) is not None


def quoted(text: str, flag: str) -> str:
    """The part of a message that shows a wish, in the visitor's own words."""
    cue = re.compile(_CUES.get(flag, r"$^"), re.IGNORECASE)
    parts = [part.strip() for part in re.split(r"(?<=[.!?;,\n])\s", text[:2000]) if part.strip()]
    shown = next((part for part in parts if cue.search(part)), text.strip())
    return shown.rstrip(",;") if len(shown) <= LONGEST_QUOTE else shown[: LONGEST_QUOTE - 1] + "…"


def _declined(hearing: Hearing, understanding: Understanding) -> tuple[Slot, ...]:
    """What the visitor will not tell: the thing they name, else the thing that was asked."""
    asked = hearing.state.asking
    if understanding.has("opt_out"):
        return ("email", "phone")
    if cues.wants_no_calls(hearing.utterance.text):
        return ("phone", *understanding.retracted)
    if _refuses(hearing, understanding):
        named = cues.slots_named(hearing.utterance.text)
        chosen = (asked,) if asked and (asked in named or not named) else named
        return (*chosen, *cues.none_yet(hearing.utterance.text), *understanding.retracted)
    open_ = cues.none_yet(hearing.utterance.text)
    if asked and not open_ and _is_bare_no(hearing, understanding):
        return (asked, *understanding.retracted)
    return (*open_, *understanding.retracted)


def _refuses(hearing: Hearing, understanding: Understanding) -> bool:
    """In plain words, or by the intent; beside "who are you?" or "why?" the intent alone is not enough."""
    if hearing.state.asking and cues.refuses(hearing.utterance.text):
        return True
    unsure = understanding.has("are_you_a_bot", "why_ask", "off_topic")
    return understanding.has("refusal") and (not unsure or bool(cues.slots_named(hearing.utterance.text)))


def _is_bare_no(hearing: Hearing, understanding: Understanding) -> bool:
    """No, to the open question itself; not to something read back, and not the start of a correction."""
    other = understanding.has("product_question", "pricing", "why_ask", *_WISHES)
    if understanding.has("correction") and len(hearing.utterance.text.split()) > 2:
        return False
    return understanding.has("deny") and not other and not understanding.entities and hearing.state.confirming is None


def as_slots(names: tuple[str, ...]) -> tuple[Slot, ...]:
    return cast(tuple[Slot, ...], names)
