"""What must not become a fact: placeholders, jokes, words of a question, other people's and outdated values."""

import re

from qualification.facts import Entity, Intent
from qualification.understanding.found import Found
from qualification.understanding.reading import Reading

_PLACEHOLDER = re.compile(
    r"(?:test|asdf|foo|abc|nobody|noone|no|none|fake|example|user|me|a|x|nope"
    r"|john\.?doe)@(?:test|asdf|foo|example|nowhere|abc|fake|no|none|nope|mail|email|b|x"
    r"|y)\.\w{2,6}|.{0,40}@example\.(?:com|org|net)"
    r"|(?:https?://)?(?:www\.)?(?:example\.(?:com|org|net)|google\.com|test\.com|facebook\.com"
    r"|nowhere\.com|linkedin\.com|youtube\.com)/?"
    r"|\D{0,3}(?:0?123456789?0?|1234567\d{0,3}|0{6,}|\+?1?[ -]?555[ -]?1234|867[ -]?5309|(\d)\1{5,})"
)
_JOKE = re.compile(
    r"(?:john|jane|max) (?:doe|smith|mustermann)|mickey mouse|donald duck|santa(?: claus)?"
    r"|batman|superman|darth vader|elon musk|bill gates|james bond|homer simpson|harry potter"
    r"|anonymous|anon|nobody|no one|none|n/?a|test(?: test)?|asdf\w{0,6}|foo(?: bar)?|your mom"
    r"|acme(?: corp| inc)?|unknown|nothing|skip|pass|private|secret|me|myself|i|you|self|idk"
    r"|bot|user|human|guest|company|my company|home|nowhere|earth|mars|the moon|here"
    r"|everywhere|internet|online|the internet|remote"
    r"|unemployed|freelance|none of your business|stealth|yes|no|ok|okay|hi|hello|thanks|test "
    r"company|the company|name|what|why|sir|madam"
)


_NAMED = ("person_name", "company", "location", "job_title")


def is_placeholder(one: Found, words: str) -> bool:
    value = one.value if isinstance(one.value, str) and one.label == "email" else words.lower()
    return bool(_PLACEHOLDER.fullmatch(value))


def passes(entity: Entity, reading: Reading, intents: dict[Intent, float]) -> bool:
    if entity.label in _NAMED and _JOKE.fullmatch(reading.low.strip(" .!?")):
        return False
    if isinstance(entity.value, str) and entity.label not in ("email", "phone", "website") and _empty(entity):
        return False
    return entity.confidence >= _needed(entity, reading, intents)


def _empty(entity: Entity) -> bool:
    words = entity.text.strip().lower()
    asked_joke = _JOKE.fullmatch(words)
    return not any(c.isalnum() for c in words) or bool(asked_joke and entity.label in _NAMED)


def _needed(entity: Entity, reading: Reading, intents: dict[Intent, float]) -> float:
    """Where nothing says "here is a fact" a guess must be surer."""
    if entity.confidence >= 0.95 or intents["inform"] >= 0.5:
        return 0.0
    if intents["inform"] < 0.08:
        return 0.78 if entity.label not in ("company_size", "budget", "timeline") else 0.9
    return 0.62 if entity.label not in ("company_size", "budget", "timeline") else 0.6
