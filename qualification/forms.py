"""What another system tells us of a person, as facts."""

from datetime import datetime

from qualification.criteria import Criteria
from qualification.criteria.readings import fact_name
from qualification.doorstep import NewLead
from qualification.facts import PURCHASE_INTEREST, SLOTS, Fact, Utterance, Value
from qualification.policy import Policy
from qualification.understanding import understand

_YES_OR_NO = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
_INTERESTED = ("demo", "talk_to_sales", "purchase_intent")


def told_by_form(new: NewLead, policy: Policy, now: datetime) -> tuple[Fact, ...]:
    """Each answer is read like one to the asked slot, so that criteria see the same values as in a chat.

    Address, number, name and company go before fields that say otherwise, and are kept when no recogniser knows them.
    """
    own = {"email": new.email, "phone": new.phone, "person_name": new.name, "company": new.company}
    sure = {slot: text for slot, text in own.items() if text}
    told = {name: text for field, text in new.fields.items() if (name := _fact_name(field, policy.criteria))} | sure
    values = {name: _value(name, text, policy, now) for name, text in told.items()}
    values |= {slot: _as_written(slot, text) for slot, text in sure.items() if values[slot] is None}
    known = {name: (told[name], value) for name, value in values.items() if value is not None}
    known = _interest(known) | known
    return tuple(Fact(name, text, value, 1.0, "said", None, now) for name, (text, value) in known.items())


def _fact_name(field: str, criteria: Criteria) -> str:
    """A field is a slot, or named as in the criteria: `role` for `job_title`, `demo_asked` for `demo`; or nothing."""
    if field in SLOTS:
        return field
    agreed = criteria.file.fields.get(field)
    return fact_name(agreed) if agreed else ""


def _value(name: str, text: str, policy: Policy, now: datetime) -> Value | None:
    if name not in SLOTS:
        return _YES_OR_NO.get(text.strip().lower())
    heard = understand(Utterance(text, now, context_slot=name, region=policy.region))
    return next((found.value for found in heard.entities if found.label == name), None)


def _as_written(slot: str, text: str) -> str:
    match slot:
        case "email":
            return text.strip().lower()
        case "phone":
            return "+" * text.strip().startswith("+") + "".join(sign for sign in text if sign.isdecimal())
    return text.strip()


def _interest(known: dict[str, tuple[str, Value]]) -> dict[str, tuple[str, Value]]:
    """Who asks for a demo or a talk is interested in buying, by whichever way they ask."""
    wish = next((known[name] for name in _INTERESTED if name in known and known[name][1] is True), None)
    return {PURCHASE_INTEREST: wish} if wish else {}
