"""Small closed sets of wording that decide by themselves, whatever the language pipeline makes of the rest."""

import re
from typing import Literal

from qualification.facts import Slot

Denied = Literal["demo", "talk_to_sales", "purchase_intent"]


def _any(*wordings: str) -> re.Pattern[str]:
    """One pattern of whole words; every repetition inside is bounded, so it stays linear."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(wordings)})(?!\w)", re.IGNORECASE)


_CRISIS = _any(
    r"kill(?:ing)? my ?self",
    r"(?:end|ending|take|taking) my (?:own )?life",
    r"suicid(?:e|al)",
    r"(?:want to|wanna) die",
    r"wish i (?:was|were) dead",
    r"(?:hurt|harm|cut)(?:ing)? myself",
    r"self[- ]harm",
    r"no reason to live",
    r"don'?t want to (?:live|be alive)(?: any ?more)?",
    r"better off dead",
    r"quiero morir(?:me)?|matarme|suicidarme",
    r"mich umbringen|nicht mehr leben|selbstmord",
    r"me tuer|envie de mourir|me matar|quero morrer",
)
_SEES = r"(?:sees?|seeing|reads?|reading|gets?|has access|have access|is listening)"
_WHO_SEES = _any(
    rf"who(?:'s| is| will| can| else| all| actually){{0,2}} (?:be )?(?:able to )?{_SEES}"
    r" (?:this|that|it|these|my|the|our|what|to)",
    r"is (?:this|the|our) ?(?:chat|conversation|line)? ?(?:private|confidential|recorded|monitored|anonymous|public)",
    r"is (?:this|the|our) (?:chat |conversation )?being (?:recorded|monitored|watched|read)",
    r"where (?:does|do|will|is) (?:this|my|that|it|these|all this)(?: \w{1,15})? (?:go|going|end up|stored|kept)",
    r"what (?:do|will|would) you (?:guys )?do with (?:this|my|that|it|the|these)",
)
_KNOWN = r"(?:know|have|hold|held|keep|got|stored?|saved?|collect(?:ed)?|record(?:ed)?|say)"
_ABOUT = r"(?:data|info|information|details|everything|records?|file|chat)"
_ACCESS = _any(
    rf"what (?:\w{{1,12}} ){{0,3}}(?:do|does|did|have|data|info|information|details)(?: \w{{1,12}}){{0,6}} {_KNOWN}",
    rf"(?:copy|export|extract|print-?out|download|report) of (?:\w{{1,12}} ){{0,4}}{_ABOUT}",
    r"(?:subject )?access request|subject access|dsar|sar|art(?:icle)?\.? ?15",
    rf"(?:send|give|show|tell) me (?:\w{{1,12}} ){{0,4}}(?:{_ABOUT}|what you {_KNOWN})",
    r"auskunft|welche daten|quelles données|qu[eé] datos|que dados",
    r"where did you get my|see (?:my|the) data",
)
_ERASE = _any(
    r"(?:delete|erase|remove|wipe|forget|destroy|purge|scrub|strike|struck|erasure)(?:d|s)?",
    r"(?:l[öo]sch|borra|elimin|effac|supprim|apag|exclu|cancell|verwijder|wis|radera|slett|usu[nń])\w{0,8}",
    r"(?:get rid of|take (?:it|me|this|my \w{1,12}) (?:out|off|down)|clear) ?(?:my|it|this|the|all)?",
    r"удалите|удалить|削除|删除|刪除|حذف|삭제|हटा",
)
_MINE = r"my (?:\w{1,12} )?(?:data|info|information|details|records?|profile|chat|conversation|history)"
_DELETE = r"(?:delete|erase|wipe|remove|purge|forget)"
_ERASE_ME = _any(
    rf"{_DELETE}(?: \w{{1,12}}){{0,3}} (?:{_MINE}|all (?:my|the) (?:data|info|information))",
    rf"{_DELETE}(?: \w{{1,12}}){{0,2}} everything (?:you (?:have|know|hold)|about|on) \w{{1,10}}",
    rf"{_DELETE}(?: \w{{1,12}}){{0,2}} {_ABOUT} (?:you (?:have|hold)|about|on) \w{{1,10}}",
    r"(?:please )?forget me|right to be forgotten",
    r"meine daten (?:bitte )?l[öo]schen|l[öo]sch\w{0,4} (?:sie )?(?:bitte )?meine daten",
    r"borr\w{1,4} mis datos|supprime\w{0,3} mes donn[ée]es|apag\w{1,4} (?:os )?meus dados",
)
_ACCESS_ME = _any(
    rf"what (?:\w{{1,12}} ){{0,3}}(?:do|have) you (?:\w{{1,12}} ){{0,2}}{_KNOWN}"
    r"(?: \w{1,12}){0,3} (?:about|on) (?:me|us)",
    r"copy of my (?:personal )?data|subject access request",
    r"welche daten(?: \w{1,12}){0,5} (?:[uü]ber mich|von mir)",
)
_GETS = r"(?:get|need|want|like|send|have|prepare|make|give|request|asking for|ask for|email|mail|draw up|after)"
_QUOTE = _any(
    rf"{_GETS}(?: \w{{1,12}}){{0,3}} (?:an?|the|your|some|that)(?: \w{{1,12}})? (?:quote|quotation|proposal)",
    r"quotation (?:required|needed|requested)",
    r"(?:quote|quotation) (?:for us|please|pls|for \d{1,6})",
    r"(?:re)?quote us",
    r"(?:ein|euer|ihr) angebot|un devis|un presupuesto|una cotizaci[oó]n|um or[çc]amento",
)
_BUY = _any(
    r"(?:i|we)(?: (?:both|all|really|definitely|also|now))? (?:want|would like|are ready|am ready|plan|decided|intend)"
    r" to (?:buy|purchase|order|subscribe|sign up)",
    r"(?:i|we)'d (?:like|love) to (?:buy|purchase|order|subscribe|sign up)",
    r"ready to (?:buy|order|sign|purchase)|where (?:do|can) (?:i|we) (?:sign(?: up)?|buy|order|pay)|take my money",
)
_NOT = (
    r"(?:not|never|no longer|don'?t|dont|won'?t|wont|aren'?t|arent|isn'?t|isnt|wouldn'?t|no plans?|without|no need"
    r"|forget|cancel|skip)"
)
_DENIED: dict[Denied, re.Pattern[str]] = {
    "purchase_intent": _any(
        rf"{_NOT}\b[^.!?,;]{{0,30}}\b(?:buy|buying|purchase|purchasing|order|ordering|in the market|commit|committing)",
        r"no intention of (?:buying|purchasing|ordering)",
    ),
    "demo": _any(rf"{_NOT}\b[^.!?,;]{{0,25}}\b(?:demos?|walk-?through|presentation)", r"no (?:demos?|presentation)"),
    "talk_to_sales": _any(
        rf"{_NOT}\b[^.!?,;]{{0,25}}\b(?:sales(?: ?(?:rep|person|people|team|call|guy|pitch))?|call me|calls?)",
        r"no (?:sales|calls?|phone calls?)(?: please| pls)?",
    ),
}
_CUSTOMER = _any(
    r"(?:i'?m|i am|we'?re|we are|as) (?:already )?(?:an? )?(?:existing |current |paying |long-?time )?"
    r"(?:customers?|clients?|subscribers?)",
    r"we already (?:use|have|pay for) (?:you|it|this|your|northlight)",
    r"(?:existing|current) customers?",
    r"(?:my|our) (?:account manager|csm)",
    r"(?:bereits|schon) kunde|ya somos clientes|d[ée]j[àa] clients?|j[áa] somos clientes",
)
_NOT_CUSTOMER = _any(
    r"(?:not|no|never|aren'?t|isn'?t)\b[^.!?]{0,25}\b(?:customers?|clients?|subscribers?)",
    r"(?:my|our|your|their) (?:customers?|clients?)",
)
_SPAM = _any(
    r"backlinks?|guest posts?|seo (?:services?|packages?|audit)|rank(?:ing)? (?:on|#|your)",
    r"crypto|bitcoin|forex|casino|viagra|cialis|escorts?|onlyfans|lottery|inheritance",
    r"loan offer|earn \$?\d|make money|investment opportunity|click here",
    r"(?:buy|cheap|real) (?:followers|traffic|links)|web ?traffic",
)
_LINK = re.compile(r"https?://|www\.|bit\.ly|t\.me/", re.IGNORECASE)
_REFUSES = _any(
    r"(?:rather|prefer) not(?: to)?|i won'?t (?:tell|say|give|share)|not (?:telling|giving|sharing|saying)",
    r"none of your business|that'?s (?:private|confidential|personal)",
    r"keine ahnung|wei(?:ß|ss) (?:ich )?nicht|m[öo]chte ich nicht|lieber nicht|das sage ich nicht",
    r"no quiero (?:dar|decir)|prefiero no|no (?:lo )?s[eé]|je ne sais pas|je pr[ée]f[èe]re (?:pas|ne pas)|pas envie",
    r"n[ãa]o quero (?:dar|dizer)|prefiro n[ãa]o|n[ãa]o sei",
)
_SLOT_WORDS: dict[Slot, re.Pattern[str]] = {
    "email": _any(r"e-?mails?|mail address|inbox"),
    "phone": _any(r"phone|telephone|mobile|cell|my number|calls?"),
    "person_name": _any(r"my name|real name"),
    "company": _any(r"company|employer|organi[sz]ation|firm"),
    "company_size": _any(r"headcount|how many (?:people|of us)|team size"),
    "budget": _any(r"budgets?|money|spend|price range"),
    "job_title": _any(r"job title|my (?:title|role|position)"),
    "location": _any(r"location|where (?:i|we) (?:am|are|live)"),
}


_KIND_WORDS: dict[str, re.Pattern[str]] = {
    "job": _any(
        r"jobs?|hiring|hire|vacanc\w{1,3}|positions?|careers?|appl(?:y|ied|ying|ication|icant)s?|cv|r[ée]sum[ée]",
        r"interns?(?:hip)?|recruit\w{0,5}|salary|openings?|candidates?|interview|roles?|apprentice\w{0,4}|visa",
        r"looking for work|work for you",
        r"stelle|bewerb\w{1,6}|ausbildung|empleo|trabajo|emploi|stage|vaga|emprego",
    ),
    "vendor": _any(
        r"we (?:offer|sell|provide|supply|manufacture|deliver|place|help)",
        r"our (?:services?|agency|rates?|catalogue|platform)",
        r"suppliers?|vendors?|seo|outsourc\w{1,4}|wholesale|manufacturers?|procurement|purchasing|pitch|sell you",
        r"who (?:handles|buys|is in charge|decides|looks after)",
        r"your (?:office|website|marketing director|finance team|company)",
    ),
    "press": _any(
        r"journalis\w{1,4}|press|reporters?|articles?|magazine|newspaper|podcast|story|publi\w{1,9}|media|editor|blog",
        r"on the record",
        r"newsdesk|spokes\w{1,6}|statement|embargo|broadcast|radio|documentary|presse|prensa|quote you",
    ),
    "student": _any(
        r"students?|thesis|universit\w{1,3}|college|school|homework|dissertation|professor|paper|degree|phd|master'?s?",
        r"stud(?:y|ying|ies)|assignment|semester|essay|research|uni|pupil|seminar|course(?:work)?|teacher|academic|exam",
        r"undergrad\w{0,5}|bachelorarbeit|tesis|étudiante?|estudiante|estudante",
    ),
    "partner": _any(
        r"partner\w{0,5}|resell\w{0,4}|affiliates?|agency|collaborat\w{1,4}|white.?label|referrals?",
        r"distribut\w{1,4}|dealers?",
        r"margins?|co-?\w{4,9}|alliance|commission|oem|integrators?|joint|sell(?:ing)? your",
        r"revended\w{1,6}|wiederverk\w{1,6}",
    ),
    "competitor": _any(
        r"compet\w{1,7}|rivals?|alternative|similar (?:tool|product|software|thing)|konkurrenz",
        r"same (?:space|market|thing)",
        r"wettbewerber|competidor\w{0,4}|concurrent\w{0,3}|head to head",
        r"(?:we|i) (?:make|build|built|sell) (?:a|something|the) \w{1,20}",
    ),
}


def is_crisis(text: str) -> bool:
    """Words of self-harm: a human line, nothing else."""
    return bool(_CRISIS.search(text))


def asks_who_sees(text: str) -> bool:
    return bool(_WHO_SEES.search(text))


def privacy_request(text: str, recognised: bool) -> str | None:
    """`erase` or `access` when the person asks for it. Erasing cannot be undone: the intent alone is never enough."""
    if _ERASE_ME.search(text):
        return "erase"
    if _ACCESS_ME.search(text):
        return "access"
    if not recognised:
        return None
    if _ERASE.search(text):
        return "erase"
    return "access" if _ACCESS.search(text) else None


def asks_for_quote(text: str) -> bool:
    return bool(_QUOTE.search(text))


def asks_to_buy(text: str) -> bool:
    return bool(_BUY.search(text))


def refuses(text: str) -> bool:
    """Plain refusals and "don't know", in the languages we have lines for."""
    return bool(_REFUSES.search(text))


def denied_wishes(text: str) -> tuple[Denied, ...]:
    """What the visitor says they do not want: "we are NOT looking to buy", "no demo please"."""
    return tuple(wish for wish, pattern in _DENIED.items() if pattern.search(text))


def says_customer(text: str) -> bool:
    return bool(_CUSTOMER.search(text)) and not _NOT_CUSTOMER.search(text)


def looks_like_spam(text: str) -> bool:
    return bool(_SPAM.search(text) and _LINK.search(text))


def sounds_like(kind: str, text: str) -> bool:
    """Whether a message holds any word of somebody of this kind; kinds without words of their own always pass."""
    words = _KIND_WORDS.get(kind)
    return words is None or bool(words.search(text))


def denies_being(kind_words: str, text: str) -> bool:
    """ "I'm not a student", "no, we aren't a supplier"."""
    negated = rf"\b(?:not|never|no longer|isn'?t|aren'?t|no)\b[^.!?;]{{0,25}}\b(?:{kind_words})\b"
    return bool(re.search(negated, text, re.IGNORECASE))


def slots_named(text: str) -> tuple[Slot, ...]:
    """The things a refusal names: "I'm not giving you my number"."""
    return tuple(slot for slot, words in _SLOT_WORDS.items() if words.search(text))
