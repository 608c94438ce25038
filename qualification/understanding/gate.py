"""What must not become a fact: placeholders, jokes, words of a question, other people's and outdated values."""

import re

from qualification.facts import Entity, Intent
from qualification.understanding.found import Found
from qualification.understanding.reading import Reading, sentence_of

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


_BARE_NUMBER = re.compile(r"\W*\d{1,6}\W*")
"""Nothing but a figure, and nobody asked for one."""
_NAMED = ("person_name", "company", "location", "job_title")


def is_placeholder(one: Found, words: str) -> bool:
    value = one.value if isinstance(one.value, str) and one.label == "email" else words.lower()
    return bool(_PLACEHOLDER.fullmatch(value))


def passes(entity: Entity, reading: Reading, intents: dict[Intent, float]) -> bool:
    if entity.label in _NAMED and _JOKE.fullmatch(reading.low.strip(" .!?")):
        return False
    if entity.label in _COUNTED and entity.label != reading.asked and _BARE_NUMBER.fullmatch(reading.low):
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
    if entity.confidence >= 0.95:
        return 0.0
    counted = entity.label in _COUNTED
    if counted and entity.label != reading.asked and _is_of_no_buyer(intents) and not _is_own(entity, reading):
        return 0.95
    if _is_doubtful(entity, reading, intents):
        return 0.91 if counted else 0.75
    if intents["inform"] >= 0.5:
        return 0.0
    if intents["inform"] < 0.08:
        return 0.9 if counted else 0.78
    return 0.6 if counted else 0.62


_COUNTED = ("company_size", "budget", "timeline")
_NO_BUYERS: tuple[Intent, ...] = ("vendor", "job_seeker", "press", "off_topic", "abuse", "support", "competitor")
_WISHES: tuple[Intent, ...] = ("demo", "talk_to_sales", "purchase_intent")


def _is_of_no_buyer(intents: dict[Intent, float]) -> bool:
    """Figures in an offer to us, an advert, a press deadline or a bug report are no size, budget or plan of theirs."""
    return max(intents[i] for i in _NO_BUYERS) >= 0.6 and max(intents[i] for i in _WISHES) < 0.5


def _is_own(entity: Entity, reading: Reading) -> bool:
    return bool(_OWN.search(reading.low, max(0, entity.start - 24), entity.end))


def _is_doubtful(entity: Entity, reading: Reading, intents: dict[Intent, float]) -> bool:
    """Somebody else's, denied, or inside a question about something else; a price is asked for one's own."""
    sentence = sentence_of(reading.low, entity.start, entity.end)
    before = reading.low[max(0, entity.start - 60) : entity.start]
    near = re.split(r"[,.;:!?\n(]| but ", before)[-1]
    if _THEIRS.search(near) or _DENIED.search(near):
        return True
    if _OF_A_FRIEND.search(before) and _THEY.match(near):
        return True
    question = "?" in sentence or _ASKS.match(sentence)
    about_us = entity.label == reading.asked or intents["pricing"] >= 0.5 or _OWN.search(sentence)
    return bool(question) and not about_us


_THEIRS = re.compile(
    r"(?<!\w)(?:my (?:friend|mate|cousin|brother|sister|neighbou?r|uncle|aunt|mum|mom|dad|wife|husband|ex|old boss"
    r"|former boss)"
    r"|(?:the|an?|your|another) (?:other )?(?:competitors?|bidders?|clients?|customers?|suppliers?|vendors?"
    r"|reseller|rivals?|team(?! of)|colleagues?)|competitor|which of your"
    r"|former(?:ly)?|previously|used to|last year|years ago|back when|such as|unlike|compared to|better than"
    r"|instead of)(?!\w)[^,;.!?\n]{0,30}$"
)
_OF_A_FRIEND = re.compile(
    r"(?<!\w)(?:for|about|on behalf of) (?:my|a) (?:friend|mate|cousin|brother|sister|neighbou?r|uncle|aunt|mum|mom|dad"
    r"|wife|husband|acquaintance)(?:'?s)?(?!\w)"
)
_THEY = re.compile(r"\s*(?:they|he|she|it|his|her|their)(?:'(?:re|ve|s))?(?!\w)")
_DENIED = re.compile(
    r"(?:n't|(?<!\w)(?:not|never|no longer|neither|nor|without|kein\w{0,2}|nicht|pas|nunca|não))(?!\w)(?! (?:more"
    r"|less|over|sure|yet)\b)[^,;.!?\n]{0,24}$"
)
_ASKS = re.compile(
    r"\W{0,3}(?:ok(?:ay)? |so |and |but |hi |hello ){0,2}(?:do|does|did|is|are|was|can|could|will|would|has|have"
    r" you|what|which|who|whose|when|where|why|how)(?!\w)(?! ?[=:-])"
)
_OWN = re.compile(
    r"(?<!\w)(?:i|i'm|i'd|i've|im|we|we're|we've|we'd|us|our|ours|my|mine|me|for \d[\d.,]*|ich|wir|uns|unser\w{0,2}"
    r"|je|nous|notre|nos|somos|estamos|nuestr\w{1,2}|mi|yo|eu|nossa?|meu|minha|sono|siamo)(?!\w)"
)
