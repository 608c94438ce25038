"""What a form says of somebody, read like answers to our own questions: the same criteria see the same facts."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from qualification.addresses import exact
from qualification.criteria.schema import FlagField
from qualification.doorstep import NewLead
from qualification.facts import PURCHASE_INTEREST, SLOTS, Fact, Slot
from qualification.inference import company_of, domain_of, name_of
from qualification.listening import Hearing, hear
from qualification.masking import mask
from qualification.policy import Policy
from qualification.speech import DialogueState
from qualification.stages import Kind
from qualification.triage import triage
from qualification.understanding import understand
from qualification.understanding.phone import e164

_LONGEST_OTHER = 200
LONGEST_PHONE = 20
_FREE_TEXT = ("message", "comment", "comments", "note", "notes", "question", "enquiry", "inquiry", "request", "details")
_YES = ("yes", "y", "true", "1", "on", "checked", "ja", "oui", "si", "sí", "sim")
_NO = ("no", "n", "false", "0", "off", "nein", "non", "não")
_WISHES = ("demo", "talk_to_sales", "purchase_intent")


@dataclass(frozen=True, slots=True)
class Told:
    """`other` are fields nothing was made of, in the words they came in."""

    facts: tuple[Fact, ...]
    kind: Kind = "unknown"
    other: dict[str, str] = field(default_factory=dict)


def told(new: NewLead, policy: Policy, now: datetime) -> Told:
    """What is said in a field goes before what is found in a message, and both before what is inferred."""
    found: dict[str, Fact] = {}
    kind: Kind = "unknown"
    other: dict[str, str] = {}
    for name, text in _given(new):
        facts = tuple(_read(name, text, policy, now))
        if not facts and name.lower() in _FREE_TEXT:
            facts, kind = _heard(text, found, policy, now)
        elif not facts:
            other[name] = mask(text)[:_LONGEST_OTHER]
        found |= {fact.slot: fact for fact in facts if fact.slot not in found}
    found |= {fact.slot: fact for fact in _inferred(found, policy, now) if fact.slot not in found}
    return Told(tuple(found.values()), kind, other)


def _given(new: NewLead) -> Iterator[tuple[str, str]]:
    """Messages last: a field that names what it holds is surer."""
    fixed = {"email": new.email, "phone": new.phone, "person_name": new.name, "company": new.company}
    yield from ((name, text) for name, text in fixed.items() if text)
    fields = sorted(new.fields.items(), key=lambda one: one[0].lower() in _FREE_TEXT)
    yield from ((name, text) for name, text in fields if text.strip() and not fixed.get(name))


def _read(name: str, text: str, policy: Policy, now: datetime) -> Iterator[Fact]:
    """A slot, a field of the criteria that is read from one, or a wish that is ticked."""
    slot = name if name in SLOTS else policy.criteria.slot_of(name)
    if slot is not None:
        if fact := _answer(slot, text, policy, now):
            yield fact
    elif (wish := _wish(name, policy)) and (ticked := _ticked(text)) is not None:
        yield Fact(wish, f"{name}: {text.strip()}", ticked, 0.9, "said", None, now)
        if ticked and wish in _WISHES:
            yield Fact(PURCHASE_INTEREST, f"{name}: {text.strip()}", True, 0.9, "said", None, now)


def _answer(slot: Slot, text: str, policy: Policy, now: datetime) -> Fact | None:
    """As an answer to the question for the slot; what is plainly given is never lost for not being understood."""
    if slot == "email":
        return Fact(slot, text, exact(text), 1.0, "said", None, now)
    heard = understand(replace(policy.utterance(text, now), context_slot=slot))
    entity = next((found for found in heard.entities if found.label == slot), None)
    value = _certain(slot, text, policy.region) or (entity.value if entity else _as_given(slot, text))
    return Fact(slot, mask(text), value, 1.0, "said", None, now) if value is not None else None


def _certain(slot: Slot, text: str, region: str) -> str | None:
    """What a form's field is, whatever it may look like."""
    if slot == "phone":
        plain = "".join(map(_plain_digit, text.strip()))
        number, is_known = e164(plain, region)
        return number if is_known else _as_dialled(plain)
    return mask(text.strip()) if slot in ("person_name", "company") else None


def _as_dialled(plain: str) -> str:
    """A number no plan knows is kept as it came: nothing is made up in front of it."""
    digits = "".join(sign for sign in plain if sign.isdecimal())
    return ("+" * plain.startswith("+") + digits)[:LONGEST_PHONE]


def _plain_digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if sign.isdecimal() else sign


def _as_given(slot: Slot, text: str) -> str | None:
    """Words nobody understands are still the answer; sizes, amounts and dates have to be understood."""
    return mask(text.strip()) if slot in ("job_title", "use_case", "location") else None


def _wish(name: str, policy: Policy) -> str | None:
    found = policy.criteria.file.fields.get(name)
    return found.intent if isinstance(found, FlagField) and found.intent else None


def _ticked(text: str) -> bool | None:
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def _heard(text: str, known: dict[str, Fact], policy: Policy, now: datetime) -> tuple[tuple[Fact, ...], Kind]:
    """A message beside the fields is heard like one in the chat."""
    said = policy.utterance(mask(text), now)
    understood = understand(said)
    kind = triage("unknown", None, understood, said.text)
    hearing = Hearing(known, DialogueState(), kind, said, None, policy.company_domains)
    return hear(hearing, understood).learned, kind


def _inferred(found: dict[str, Fact], policy: Policy, now: datetime) -> Iterator[Fact]:
    email = found.get("email")
    if email is None:
        return
    address = str(email.value)
    company = None if domain_of(address) in policy.company_domains else company_of(address)
    for slot, value in (("company", company), ("person_name", name_of(address))):
        if value:
            yield Fact(slot, email.text, value, 0.7, "inferred", None, now)
