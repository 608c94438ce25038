"""Turns the playbook's wordings into sentences: fills in what is known, and varies without chance."""

import re
from collections.abc import Mapping, Sequence

from qualification.facts import Facts
from qualification.playbook import Playbook
from qualification.playbook.wording import placeholders

_SPEAKABLE = re.compile(r"[^\W\d_][\w .,'’&+()-]{0,59}")


def known_words(playbook: Playbook, facts: Facts) -> dict[str, str]:
    """What may stand for {name}, {company}, {contact} and {us}."""
    contact = facts.get("email") or facts.get("phone")
    found = {
        "us": playbook.company.name,
        "name": _first_name(_spoken(facts, "person_name")),
        "company": _spoken(facts, "company"),
        "contact": str(contact.value) if contact else None,
    }
    return {name: value for name, value in found.items() if value}


def _spoken(facts: Facts, slot: str) -> str | None:
    """A name as it can be said aloud; anything odd is not repeated to the visitor."""
    fact = facts.get(slot)
    text = " ".join(str(fact.value).split()) if fact else ""
    return text if _SPEAKABLE.fullmatch(text) else None


def read_back(text: str) -> str:
    """A visitor's words as they can be repeated to them in a question: no marks, no mark-up, not too long."""
    return " ".join(re.sub(r"[^\w\s.,@+~€$£%/'’&-]", " ", text[:80]).split()).strip(" .,")


def _first_name(name: str | None) -> str | None:
    first = name.split()[0].rstrip(".,") if name else ""
    return (first.capitalize() if first.islower() else first) or None


def line(wordings: Sequence[str], words: Mapping[str, str], nth: int = 0) -> str:
    """The nth wording that can be said with what is known; beyond the last it begins again."""
    sayable = [wording for wording in wordings if placeholders(wording) <= words.keys()]
    return sayable[nth % len(sayable)].format(**words) if sayable else ""
