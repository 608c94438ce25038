"""What a message wants: the linear head, with plain phrases that settle the matter either way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import inf
from typing import Literal

from qualification.facts import INTENTS, Entity, Intent, Slot
from qualification.understanding.clauses import clauses
from qualification.understanding.encoder import Scores
from qualification.understanding.model import Tagged, Weights, intent_scores
from qualification.understanding.money import is_units_only
from qualification.understanding.reading import Reading
from qualification.understanding.text import MASK
from qualification.understanding.wishes import WISHES, asks, find_wishes

_PHRASES: dict[Intent, str] = {
    "greeting": r"^\W{0,4}(?:hi|hii+|hello|hey|heya|hiya|howdy|yo|good (?:morning|afternoon|evening|day)"
    r"|gm|greetings|hallo|guten (?:tag|morgen|abend)|moin|servus|grüezi|bonjour"
    r"|bonsoir|salut|hola"
    r"|buen[ao]s (?:días|tardes|noches)|olá|oi|bom dia|boa tarde|ciao|buongiorno|salve|hoi"
    r"|goedemorgen|goedendag|hej|hei|привет|здравствуйте|dzień dobry|こんにちは|你好|您好|merhaba"
    r"|namaste|salam|dear (?:sir|madam|team|all))(?!\w)",
    "thanks": (
        r"(?<!\w)(?:thanks|thank you|thx|thank u|ty|tysm|cheers for|much appreciated"
        r"|danke(?:schön)?|vielen dank|merci|gracias|obrigad[oa]|grazie|dank u|dank je|bedankt"
        r"|tack|takk|спасибо|dziękuję|teşekkürler|ありがとう\w{0,6}|谢谢)(?!\w)"
    ),
    "goodbye": r"(?<!\w)(?:bye(?: bye)?|goodbye|good bye|see (?:you|ya)(?: later| soon)?|cya|farewell"
    r"|take care|ttyl|gotta go|have a (?:good|nice|great|lovely) (?:one|day|evening|weekend)"
    r"|tschüss|auf wiedersehen|au revoir"
    r"|adiós|adios|hasta luego|arrivederci|tchau|tot ziens|hej då|до свидания|再见)(?!\w)",
    "demo": r"(?<!\w)(?:(?:book|schedule|get|have|see|arrange|want|need|request|like|give (?:me|us)"
    r"|for) (?:a |an |the )?(?:quick |live |short |product |free |\d{1,2}[- ]?min(?:ute)? "
    r")?(?:demo|demonstration|walk-?through)|demo (?:please|pls|pliz)"
    r"|show (?:me|us)(?: how|$| it| around| the product|\W{0,3}$)|walk (?:me|us) through|free "
    r"trial|try it (?:out|first)|una demo|eine demo|une démo|demonstração|demostración)(?!\w)",
    "talk_to_sales": r"(?<!\w)(?:(?:talk|speak|chat) (?:to|with) (?:a |an |the |your |some)?(?:human|person"
    r"|rep(?:resentative)?|sales\w{0,8}|real person|someone|somebody|agent|people|expert"
    r"|account (?:exec\w{0,6}|manager))"
    r"|(?:call|ring|phone) me(?= (?:back|on|at|now|today|tomorrow|asap|please|pls|later|when"
    r"|between|after|before|in)\b|\W{0,3}$)|give me a (?:call|ring|bell|shout)|sales (?:rep"
    r"|team|person)|contact sales|call ?back)(?!\w)",
    "pricing": (
        r"(?<!\w)(?:how much|pricing|price list|prices?|cost(?:s|ing)?|quotation|a quote|tarifs?"
        r"|combien|preis\w{0,4}|was kostet|cuánto cuesta|precios?|quanto costa|quanto custa|preço"
        r"|prezzo|wat kost|сколько стоит)(?!\w)"
    ),
    "are_you_a_bot": (
        r"(?<!\w)(?:(?:are you|r u|is this|am i (?:talking|speaking|chatting) (?:to|with)) (?:a "
        r"|an )?(?:real )?(?:ro)?(?:bot|chat ?bot|human|machine|ai|person|robot|chat ?gpt"
        r"|automated)|bist du ein (?:bot|mensch)|es(?:to)? (?:un )?bot)(?!\w)"
    ),
    "why_ask": (
        r"(?<!\w)(?:why (?:do|would|are|should) (?:you|i|u)(?: \w{1,12})? (?:need|ask|asking|want"
        r"|know|give)|why (?:do you )?(?:ask|need)|what (?:do you need|for do you)|warum (?:fragen"
        r"|wollen|brauchen) sie|pourquoi (?:vous )?(?:demandez|voulez))"
    ),
    "opt_out": (
        r"(?<!\w)(?:unsubscribe|opt(?: me)? out|stop (?:emailing|contacting|messaging|mailing"
        r"|calling|sending)|take (?:me|us) off|no more (?:e?mails|messages|calls)|abmelden"
        r"|désabonner|darme de baja)(?!\w)"
    ),
    "privacy_delete": r"(?<!\w)(?:(?:delete|erase|remove|wipe|forget|purge) (?:all |everything |any )?(?:of "
    r")?(?:my|our|me|the) (?:\w{1,12} )?(?:data|details|info\w{0,8}|records?|account|profile"
    r"|personal|conversation|chat)|right to (?:be forgotten|erasure)"
    r"|(?:what|which) (?:\w{1,12} )?(?:data |info\w{0,8} )?(?:do|have) you (?:\w{1,8} "
    r")?(?:know|have|hold|store|got|stored) (?:about|on) (?:me|us)|gdpr (?:request|deletion)"
    r"|subject access|dsgvo|meine daten löschen|löschen sie meine daten)(?!\w)",
    "student": (
        r"(?<!\w)(?:my|our|mein\w{0,2}|unser\w{0,2}|mon|ma|notre|mi|minha|meu) (?:\w{2,12}'?s? )?(?:thesis"
        r"|dissertation|(?:bachelor|master|diplom|doktor|abschluss|seminar)arbeit|mémoire|thèse|tfg|tfm|tesis"
        r"|trabajo de fin de \w+|tese|monografia|tcc)(?!\w)"
    ),
    "just_looking": (
        r"(?<!\w)(?:just|only) (?:looking|browsing|having a look|poking|curious|checking|here to "
        r"look|researching|window)(?!\w)"
    ),
    "affirm": (
        r"^\W{0,3}(?:yes|yep|yeah|yup|sure|ok(?:ay)?|of course|absolutely|definitely|certainly"
        r"|sounds good|go ahead|please do|let's do it|ja|oui|sí|si|sim|да|tak|evet|hai|はい|是的|right"
        r"|correct|exactly|perfect|great|why not)\W{0,3}$"
    ),
    "deny": (
        r"^\W{0,3}(?:no|nope|nah|no thanks|no thank you|not really|not now|not yet|nein|non|não"
        r"|нет|nie|hayır|いいえ|不)\W{0,3}$"
    ),
    "refusal": r"^\W{0,3}(?:(?:i'?m|i am|we'?re|we are|sorry|thanks|no)[ ,]{1,2})*not "
    r"(?:really |that )?interested"
    r"(?:[ ,]{1,2}(?:thanks|thank you|thx|sorry|cheers))?\W{0,3}$"
    r"|^\W{0,3}(?:skip|pass|next|n/?a|none|nothing|no comment|not telling|rather not|prefer "
    r"not to(?: say)?|i'd rather not(?: say)?|none of your (?:business|beeswax)|private"
    r"|confidential|secret|idk|i don'?t know|dunno|no idea|no clue|not sure(?: yet)?"
    r"|don'?t know|unknown|later|weiß nicht|keine ahnung|je ne sais pas|no sé|non lo so|weet "
    r"ik niet|anonymous|-+|x+|\?+|john doe|jane doe|mickey mouse|donald duck|test"
    r"|asdf+)\W{0,3}$",
    "product_question": (
        r"(?<!\w)(?:do(?:es)? (?:you|it|this|the \w{1,20}|your \w{1,20}) (?:\w{1,12} "
        r")?(?:integrate|support|work with|connect|sync|offer|have|handle|run|export|import|come "
        r"with)|is there an? (?:api|app|integration|mobile)|can (?:it|you|the \w{1,20}) "
        r"(?:\w{1,12} )?(?:integrate|export|import|handle|connect|sync|do))(?!\w)"
    ),
}
_PHRASES["correction"] = (
    r"(?<!\w)(?:oops|whoops|typo|(?:i|we) (?:meant|mistyped|misspelled|misspelt|misspoke)|i "
    r"mean|scratch that|strike that|correction|make that|hang on|no wait|wait,? no|my bad"
    r"|should (?:be|read)|spelled (?:it )?wrong"
    r"|wrong (?:number|email|name|one|address|title|company|city|date)|autocorrect\w{0,2}|not "
    r"\w{2,20},? (?:but|it's)|entschuldigung|pardon|perdón|scusa|me equivoqué|ho sbagliato|je "
    r"me suis trompée?)(?!\w)|^\*"
)
_RULES = {intent: re.compile(pattern) for intent, pattern in _PHRASES.items()}
_NEGATED = re.compile(
    r"(?<!\w)(?:don'?t|do not|no|not|without|never|isn'?t|kein\w{0,2}|pas de|sin)(?: "
    r"\w{1,10}){0,3} $"
)


_ACTS: tuple[Intent, ...] = ("demo", "talk_to_sales", "purchase_intent", "pricing")
"""What is easily drowned by the facts around it: one clause that says it is enough."""
_WISHED: tuple[Literal["demo", "talk_to_sales", "purchase_intent"], ...] = (
    "demo",
    "talk_to_sales",
    "purchase_intent",
)
LONG = 120
"""More words than a clause has; what is longer is no sentence of a visitor."""
_ALONE = 0.8
"""How sure a clause must be by itself: it has fewer words to go by than the whole."""


def find_intents(reading: Reading, tagged: Tagged, model: Weights, seen: Scores | None = None) -> dict[Intent, float]:
    """How likely each intent is; one half decides."""
    scores = _judged(reading, model, seen)
    parts = list(_parts(reading, tagged))
    for part in parts:
        alone = _judged(part, model)
        for act in _ACTS:
            if alone[act] >= _ALONE:
                scores[act] = max(scores[act], alone[act])
    return scores | _wished(reading, scores)


def _parts(reading: Reading, tagged: Tagged) -> Iterator[Reading]:
    """Each clause by itself, and the message without the facts in it."""
    parts = clauses(reading.low)
    if len(parts) > 1:
        yield from (_part(reading, start, end) for start, end in parts)
    told = {at for slot, first, last, _ in tagged.spans if slot != "use_case" for at in range(first, last)}
    left = tuple(token for at, token in enumerate(reading.tokens) if at not in told and token.text != MASK)
    if told and left and len(left) <= LONG:
        yield replace(reading, asked=None, tokens=left, closed=(), counted=())


def _part(reading: Reading, start: int, end: int) -> Reading:
    """Offsets stay those of the message; the intents are judged by words alone."""
    inside = tuple(token for token in reading.tokens if start <= token.start < end)[:LONG]
    closed = tuple(one for one in reading.closed if start <= one.start < end)
    return replace(
        reading,
        asked=None,
        plain=reading.plain[start:end],
        low=reading.low[start:end],
        tokens=inside,
        closed=closed,
        counted=(),
    )


def _wished(reading: Reading, scores: dict[Intent, float]) -> dict[Intent, float]:
    """What is plainly asked for holds; what is turned down, past or another person's wish does not."""
    wishes = find_wishes(reading.low)
    settled: dict[Intent, float] = {}
    for kind in WISHES:
        stances = {wish.stance for wish in wishes if wish.kind == kind}
        intent: Intent = "pricing" if kind == "quote" else kind
        if "asked" in stances:
            settled[intent] = max(scores[intent], 0.9)
        elif stances & _NOT_WANTED[kind]:
            settled[intent] = min(scores[intent], 0.1)
    return settled


_UNWANTED = frozenset({"denied", "others", "past"})
_NOT_WANTED = {
    "demo": _UNWANTED,
    "talk_to_sales": _UNWANTED | {"question"},  # "am I talking to a person?"
    "purchase_intent": _UNWANTED,
    "quote": frozenset[str](),
}


def _judged(reading: Reading, model: Weights, seen: Scores | None = None) -> dict[Intent, float]:
    """The head, with the plain phrases."""
    scores = intent_scores(reading, model, seen)
    for intent, pattern in _RULES.items():
        match = pattern.search(reading.low)
        if match and not _NEGATED.search(reading.low[max(0, match.start() - 30) : match.start()]):
            scores[intent] = min(0.99, scores[intent] + _TRUST.get(intent, 0.2))
    if _SEEKING.search(reading.low) and not _JOB.search(reading.low):
        scores["job_seeker"] *= 0.4
    if _OWN_PAIN.search(reading.low) and not _YOU.search(reading.low):
        scores["vendor"] *= 0.4  # who tells of their own trouble is not selling
    return scores


_OWN_PAIN = re.compile(
    r"(?<!\w)(?:we|i) (?:keep |always |often )?(?:los(?:e|ing)|waste|wasting|miss|forget|struggle)(?!\w)"
)
_YOU = re.compile(r"(?<!\w)(?:you|your|yours|u)(?!\w)")
_SEEKING = re.compile(r"(?<!\w)(?:looking|searching) for(?!\w)")
_JOB = re.compile(
    r"(?<!\w)(?:jobs?|positions?|vacanc\w{1,3}|hiring|hire|intern\w{0,6}|cv|résumé|resume"
    r"|careers?|work|roles?|openings?|opportunit\w{1,3}|apply\w{0,3}|applications?|employment"
    r"|apprentice\w{0,4}|graduates?|employer|gig|placement|stelle|ausbildung|praktikum|emploi"
    r"|stage|empleo|trabajo)(?!\w)"
)
_EVERYTHING = re.compile(r"(?<!\w)(?:data|everything|all|gdpr|details|account|records?|information)(?!\w)")
# How much a plain phrase adds to the head, by how often it was right on the corpus.
_TRUST: dict[Intent, float] = {
    "greeting": 0.5,
    "goodbye": 0.45,
    "demo": 0.5,
    "are_you_a_bot": 0.5,
    "opt_out": 0.45,
    "privacy_delete": 0.4,
    "just_looking": 0.4,
    "student": 0.55,
    "affirm": 0.45,
    "deny": 0.5,
    "why_ask": 0.35,
    "thanks": 0.35,
}


_CLOSES_A_DOOR: dict[Intent, float] = {
    "support": 0.6,
    "opt_out": 0.7,
    "privacy_delete": 0.7,
    "competitor": 0.7,
    "press": 0.6,
    "student": 0.5,
    "job_seeker": 0.6,
    "just_looking": 0.6,
    "off_topic": 0.7,
    "abuse": 0.6,
    "are_you_a_bot": 0.7,
}
"""How sure the head must be of what sends somebody away or ends the asking. Chosen on dev."""
_NEEDS_WORDS: dict[Intent, re.Pattern[str]] = {
    "opt_out": re.compile(
        r"(?<!\w)(?:unsubscri\w*|stop\w*|opt\W?(?:ed|ing)? ?out|remov\w*|off (?:your|the|this|all)|no more|quit"
        r"|spam\w*|cease|(?:don'?t|do not|dont|never|not|no) (?:want |wish |need )?(?:to )?"
        r"(?:be |get |receive |any |more |further |ever ){0,4}"
        r"(?:contact|e-?mail|mail|writ|send|call|bother|text|ring|phone|message|newsletter|market|hear)\w*"
        r"|leave (?:me|us) alone|(?:ab|aus)(?:zu)?(?:melde|trage|bestelle)\w*|keine? \w+|nicht mehr|baja|desuscri\w*"
        r"|d[ée]sinscri\w*|d[ée]sabonn\w*|ne (?:me|nous|m)|plus (?:de|d)|descadastr\w*|cancel\w*|no me|no quiero"
        r"|n[ãa]o quero|pare\w*|uitschrijv\w*|lass\w* mich)(?!\w)|[^\x00-\u024f]"
    ),
    "are_you_a_bot": re.compile(
        r"(?<!\w)(?:bots?|chat ?bots?|robots?|robo|humans?|real|person|people|ai|a\.i\.?|machine|automat\w*|computer"
        r"|chat ?gpt|gpt|llm|software|program|alive|who (?:are|am)|talking to|maschine|mensch|echte?r?|humaine?|humano"
        r"|persona|m[áa]quina|pessoa|umano|somebody|someone|anyone|anybody)(?!\w)|[^\x00-\u024f]"
    ),
}


def _least(intent: Intent, reading: Reading) -> float:
    words = _NEEDS_WORDS.get(intent)
    if words is not None and not words.search(reading.low):
        return inf
    return _CLOSES_A_DOOR.get(intent, 0.5)


_UNWORDED, _BESIDE_AN_ANSWER = 0.89, 0.995
"""How sure a wish must be that no wording of ours holds: it rings sales at once. Chosen on dev."""


def _unworded(reading: Reading) -> Iterator[Intent]:
    """The wishes no words of the message speak of: the head alone may hear them, "get me somebody with a pulse"."""
    worded = {wish.kind for wish in find_wishes(reading.low)}
    yield from (wish for wish in _WISHED if wish not in worded)


_FEW_WORDS = 4
_BESIDE_FEW_WORDS, _BESIDE_NONE = 0.85, 0.9
_MAY_BE_SHORT: frozenset[Intent] = frozenset({"inform", "correction", "thanks", "affirm", "greeting"})


def _needed(intent: Intent, answered: bool, reading: Reading, entities: tuple[Entity, ...]) -> float:
    """An answer leaves few words to mean anything else by: "purchasing manager" sells us nothing."""
    if not entities or reading.asked is None or intent == "inform" or "?" in reading.low:
        return 0.0
    rest = _rest(reading, entities)
    if not rest:
        return _BESIDE_NONE if intent == "correction" else 1.0
    return _BESIDE_FEW_WORDS if answered and len(rest) <= _FEW_WORDS and intent not in _MAY_BE_SHORT else 0.0


def _rest(reading: Reading, entities: tuple[Entity, ...]) -> list[str]:
    """The words beside the facts."""
    left = reading.text
    for entity in entities:
        left = left.replace(entity.text, " ", 1)
    return [word for word in left.split() if any(char.isalnum() for char in word)]


_BOT_ASKED = re.compile(r"(?<!\w)(?:are you|r u|is (?:this|that|it)|am i|you(?:'re| are)|bot|robot|chatgpt|ai)(?!\w)")


def settle(
    scores: dict[Intent, float], entities: tuple[Entity, ...], reading: Reading, taken_back: tuple[Slot, ...]
) -> tuple[Intent, ...]:
    """The intents that hold. A fact informs; a message that says anything means something."""
    if not reading.text.strip():
        return ()
    if is_units_only(reading.low):
        return ("inform",)
    chosen = {intent for intent, score in scores.items() if score >= _least(intent, reading)}
    answered = any(entity.label == reading.asked for entity in entities)
    told = reading.asked is not None and bool(entities)
    chosen -= {wish for wish in _unworded(reading) if scores[wish] < (_BESIDE_AN_ANSWER if told else _UNWORDED)}
    if entities:
        chosen.add("inform")
        chosen -= {"gibberish"}
    elif chosen == {"inform"} and scores["inform"] < 0.5:
        chosen = set()
    if any(entity.label == reading.asked and entity.confidence >= 0.6 for entity in entities):
        chosen.discard("refusal")
    if "talk_to_sales" in chosen and not _BOT_ASKED.search(reading.low):
        chosen.discard("are_you_a_bot")  # "can I talk to a human?" asks for one, not after us
    chosen = {intent for intent in chosen if scores[intent] >= _needed(intent, answered, reading, entities)}
    if _is_called(reading, entities) or _is_of_sales(reading, entities):
        chosen.discard("talk_to_sales")
    if _is_own_budget(reading, entities):
        chosen.discard("pricing")
    if "talk_to_sales" in asks(reading.low) and scores["vendor"] < _SELLS:
        chosen.discard("vendor")  # "get our CFO on a call with your team"
    if _CHOSE_THEM.search(reading.low):
        chosen = chosen - {"competitor"} | {"deny"}
    if _USE_THEM.search(reading.low):
        chosen = chosen - {"competitor"} | {"inform"}
    if "privacy_delete" in chosen and _HOW_SAFE.search(reading.low) and not _GONE.search(reading.low):
        chosen = chosen - {"privacy_delete"} | {"product_question"}
    if taken_back and not _EVERYTHING.search(reading.low):
        chosen = chosen - {"privacy_delete"} | {"correction"}
    if not chosen:
        chosen.add(max(set(scores) - _CLOSES_A_DOOR.keys() - {*_WISHED}, key=lambda intent: scores[intent]))
    return tuple(intent for intent in INTENTS if intent in chosen)


_SELLS = 0.85
"""How sure the head must be that somebody who asks for a person wants to sell."""
_CHOSE_THEM = re.compile(
    r"(?<!\w)(?:signed|went|gone|going|chose|chosen|picked|decided|committed|agreed|contract|deal|switched|moved|bought)"
    r"(?!\w)[^.!?]{0,40}(?<!\w)(?:competitors?|competition|rivals?)(?!\w)"
)
_USE_THEM = re.compile(
    r"(?<!\w)(?:we|i)(?:'re| are|'m| am|'ve been| have been)? (?:now |still |currently |already )?(?:use|using|pay"
    r"|paying|run)(?!\w)[^.!?]{0,40}(?<!\w)(?:competitors?|competition|rivals?)(?!\w)"
)
_HOW_SAFE = re.compile(
    r"(?<!\w)(?:safe|safely|secure|secured|security|protected|encrypted|confidential|compliant)(?!\w)"
)
_GONE = re.compile(r"(?<!\w)(?:delet|eras|remov|forget|wipe|purge|copy|export|access|what (?:do|data|have))\w*")


def _is_called(reading: Reading, entities: tuple[Entity, ...]) -> bool:
    return any(one.label == "person_name" and reading.low[: one.start].endswith("call me ") for one in entities)


_SALES_TITLE = re.compile(r"(?<!\w)(?:sales|reps?|account|commercial|business development)(?!\w)", re.IGNORECASE)


def _is_of_sales(reading: Reading, entities: tuple[Entity, ...]) -> bool:
    """ "Director of sales." tells who somebody is; they ask for sales only in words of their own."""
    titled = any(one.label == "job_title" and _SALES_TITLE.search(one.text) for one in entities)
    return titled and "talk_to_sales" not in asks(reading.low)


_PRICE = re.compile(r"pric|cost|charg|how much|quot|(?<!\w)(?:fees?|rates?|plans?|expensive)(?!\w)")


def _is_own_budget(reading: Reading, entities: tuple[Entity, ...]) -> bool:
    """ "Our budget is 20k a year." tells what they have; it asks for no price."""
    told = any(one.label == "budget" for one in entities)
    return told and "?" not in reading.low and not _PRICE.search(reading.low)
