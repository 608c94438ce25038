"""Small closed sets of wording that decide by themselves, whatever the language pipeline makes of the rest."""

import re

from qualification.facts import Slot


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
_TO_READ = _any(
    r"something to read|brochures?|pdfs?|white ?papers?|one-?pagers?|data ?sheets?|leaflets?|e-?books?|flyers?",
    r"(?:send|mail|e-?mail|give|show|share|forward|get|have|read|see|want|need) (?:me |us )?(?:\w{1,8} ){0,3}"
    r"(?:info|information|materials?|documentation|guides?|checklist|reading|details)",
    r"(?:etwas|was) zum lesen|infomaterial|brosch[üu]re|documentation|folleto|material informativo",
)
_QUESTION = re.compile(
    r"\W*(?:(?:hi|hey|hello|so|and|but|ok(?:ay)?|well|just|quick question)\W+){0,3}(?:what|how|who|where|when|which"
    r"|why|is|are|do|does|did|can|could|will|would|have|has)(?:'s)? \w",
    re.IGNORECASE,
)
_NO_CALLS = _any(
    r"no (?:phone |sales )?calls?(?: please| pls)?",
    r"(?:don'?t|do not|please don'?t|never) (?:call|ring|phone) (?:me|us)?",
    r"without (?:a |any )?(?:phone )?calls?",
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


_FIRM = r"(?:fixed |real |firm |hard |set |clear |agreed |approved |exact )?"
_YET = r"(?:yet|so far|in mind|set|for now|at the moment)"
_NONE_YET: dict[Slot, re.Pattern[str]] = {
    "timeline": _any(
        rf"no {_FIRM}(?:date|deadline|time ?line|time ?frame|rush|hurry)(?: {_YET}){{0,2}}",
        r"nothing (?:is )?(?:fixed|planned|scheduled) (?:yet|so far)",
    ),
    "budget": _any(
        rf"no {_FIRM}(?:budget|number|figure|amount) {_YET}(?: {_YET})?",
        rf"(?:don'?t|do not|haven'?t|have not) (?:have|got) (?:an? |any )?{_FIRM}(?:budget|number|figure)"
        rf"(?: {_YET}){{1,2}}",
        r"budget(?:'s| is|'s still| is still)? (?:not (?:yet )?(?:decided|set|fixed|approved)|open|undecided)",
    ),
}


_KIND_WORDS: dict[str, re.Pattern[str]] = {
    "job": _any(
        r"(?:a|any|the|for|this|your|new|open|dev(?:eloper)?|sales|full-?time|part-?time|remote|summer|first) jobs?"
        r"|jobs?(?: (?:openings?|offers?|ads?|vacanc\w{1,3}|posting|opportunit\w{1,3}|seekers?|please"
        r"|pls))?\W{0,3}$",
        r"hiring|hire me|vacanc\w{1,3}|open (?:positions?|roles?)|careers?|(?:apply|applied|applying|application)"
        r" (?:for|to|as|at|with)|appl(?:y|ied|ying)|my (?:cv|r[ée]sum[ée]|application|interview)|cv|r[ée]sum[ée]",
        r"interns?(?:hips?)?|recruiter|recruiting (?:team|for)|(?:a|the|this|your) (?:position|role|opening|vacancy"
        r"|placement|traineeship)|notice period|apprentice\w{0,4}|visa|looking for work|seeking (?:work|employment)"
        r"|work (?:for|at|with) (?:you|northlight)|work experience|salary",
        r"stelle\w{0,2}|bewerb\w{1,6}|ausbildung\w{0,6}|praktik\w{1,5}|empleo|trabaj\w{1,4}|emploi|un stage|vagas?"
        r"|emprego|candidat\w{1,5}|join your (?:team|company)",
    ),
    "vendor": _any(
        r"we(?: \w{2,12})? (?:offer|sell|provide|supply|manufacture|deliver|place|design|build|print|clean|insure"
        r"|rent|lease|make|do|ship|install|source|write|run|book|help (?:companies|businesses|firms|teams|brands))"
        r"|we(?:'re| are) (?:an? )?(?:[\w-]{2,14} ){0,2}(?:suppliers?|manufacturers?|vendors?|agency|wholesalers?"
        r"|staffing|exporters?)",
        r"i(?: \w{2,12})? (?:sell|supply|represent|offer|manufacture)|our (?:services?|agency|rates?|catalogue"
        r"|pitch|developers?|engineers|offering|factory)|sell you|pitch you|offer you|save you|grow your|boost your"
        r"|help you (?:get|grow|find|rank|generate|sell|save|reduce)|your (?:seo|ranking|google|website) ",
        r"suppliers?|vendors?|seo|outsourc\w{1,4}|wholesale|manufacturers?|(?:interested in|need) (?:our|some|a|an"
        r"|more)? ?(?:leads|developers?|seo|traffic|followers|financing|funding|loans?|cleaning|printers?"
        r"|merch\w{0,8}|explainer\w{0,2}|videos?)",
        r"who (?:handles|buys|is in charge|decides|looks after|is responsible|does your|do i (?:send|pitch))"
        r"|whoever (?:handles|buys|decides|looks after|is in charge|does)|your (?:office|marketing (?:director|head"
        r"|lead|manager)|finance team|procurement|purchasing|buyer|facilities|it manager|hr team)",
        r"(?:send|share|show) you (?:our|my|a)|(?:can|may|could) i (?:send|share|show)|discount on|cold e-?mail"
        r"|qualified (?:leads|meetings)|oferecemos|ofrecemos|somos (?:proveedores|fabricantes)|vendemos|wir"
        r" (?:bieten|verkaufen|liefern)|nous (?:proposons|vendons|fournissons)|vendiamo|fornecemos",
    ),
    "press": _any(
        r"journalis\w{1,4}|press|reporters?|(?:an?|my|the|this|our) (?:\w{2,14} )?(?:article|story|piece|interview"
        r"|feature|profile)|magazine|newspaper|podcast|publication|media (?:enquir\w{1,4}|inquir\w{1,4}|request|kit"
        r"|contact)|editor|blogger|columnist|(?:interview|exclusive) (?:with|on|for)",
        r"on the record|newsdesk|newsroom|spokes\w{1,6}|statement|embargo|broadcast\w{0,4}|radio|documentary|presse"
        r"|prensa|imprensa|quote you|deadline(?:'s| is)? (?:tonight|today|tomorrow|is|at|\d)|comment (?:on|from)"
        r"|for a (?:story|piece|book)|gazette|herald|tribune|news",
    ),
    "student": _any(
        r"students?(?! (?:discounts?|prices?|plans?|licen\w{2,4}|records?|data|accounts?|enquir\w{1,4}"
        r"|admissions?))|thesis|homework|dissertation|my (?:professor|teacher|lecturer|tutor|supervisor|course"
        r"|class|degree|studies|university|uni|college|school project|paper)|phd|master'?s|undergrad\w{0,6}"
        r"|bachelor\w{0,7}|assignment|semester|essay|coursework|school project|case study for|university project",
        r"(?:studying|study) (?:at|in|for|\w{4,14})|i(?:'m| am) (?:studying|in (?:my|the) \w{2,8} year)|research"
        r" (?:project|paper|for)|for (?:a |my )?(?:class|uni|college|school|course|seminar)|pupil|seminar|exam"
        r"|[ée]tudiante?s?|estudiantes?|estudantes?|tesis|tese|facharbeit|studentin|hausarbeit|estudio|mémoire|tfg"
        r"|honou?rs year",
    ),
    "partner": _any(
        r"partner(?:ship|ing|s?hip| program\w{0,3}| with (?:you|northlight)| up| network| portal| tier| status|"
        r" discount| deal)s?|(?:become|be|as|becoming|your|channel|integration|technology|reseller|referral"
        r"|implementation|solution|local|sales) (?:an? )?(?:\w{2,14} )?partners?|resell\w{0,4}|affiliates?"
        r"|white.?label\w{0,4}|referral (?:fee|program\w{0,3}|commission|scheme)",
        r"collaborat\w{1,5}|distribut(?:e|or|ors|ion) (?:your|of|for|rights|agreement|in)|distribut\w{1,4}"
        r"|dealers?(?:hip)?|co-?(?:market\w{0,3}|sell\w{0,3}|brand\w{0,3}|develop\w{0,3}|host\w{0,3})|alliance"
        r"|commission|oem|var|integrators?|joint (?:venture|offer\w{0,3}|webinar)|sell(?:ing)? your|margins?|our"
        r" clients (?:ask|need|want|could|would)|for our clients|integrate our|msp|consult(?:ancy|ing)",
        r"revended\w{1,6}|wiederverk\w{1,6}|partnerschaft|partenaires?|partenariat|socios?|parcer\w{1,4}"
        r"|vertriebspartner|händler",
    ),
    "competitor": _any(
        r"(?:i|we)(?:'re| are|'m| am)? (?:\w{2,14} ){0,3}(?:compet(?:e|ing)|competitors?|rivals?)|compet(?:e|ing"
        r"|itor|itors) (?:with|of|to) you\w{0,2}|your (?:competitors?|rivals?|competition)|(?:work|working) (?:for"
        r"|at|with) (?:a |your |one of your )?(?:competitors?|rivals?)",
        r"(?:(?:we|i)(?: also)? (?:make|build|built|sell|offer|develop|run|have)|(?:i'm|i am|we're|we are) building)"
        r" (?:a |an |something |our own |the )?(?:very )?(?:similar|same|rival|competing)|similar"
        r" (?:tool|product|software|thing|platform|service)|same (?:space|market|thing|field|business|deal)|head to"
        r" head|other side of the|rival (?:product|tool|company)|compete\w{0,3}",
        r"konkurren\w{1,4}|wettbewerber|competidor\w{0,4}|competencia|concurrent\w{0,3}|concorrente\w{0,2}",
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


def refuses(text: str) -> bool:
    """Plain refusals and "don't know", in the languages we have lines for."""
    return bool(_REFUSES.search(text))


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


def reads_as_question(text: str) -> bool:
    """With its mark, or begun like one: "what do you do exactly"."""
    return "?" in text or bool(_QUESTION.match(text))


def asks_to_read(text: str) -> bool:
    """Wants something to read; whoever asks about something in particular gets the prepared answer instead."""
    return bool(_TO_READ.search(text))


def wants_no_calls(text: str) -> bool:
    return bool(_NO_CALLS.search(text))


def none_yet(text: str) -> tuple[Slot, ...]:
    """What they say they have not decided: "120 people, no date yet". An answer, after which it is not asked."""
    return tuple(slot for slot, words in _NONE_YET.items() if words.search(text))


def slots_named(text: str) -> tuple[Slot, ...]:
    """The things a refusal names: "I'm not giving you my number"."""
    return tuple(slot for slot, words in _SLOT_WORDS.items() if words.search(text))


_WHEN = re.compile(
    r"(?:next |this )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|afternoon|noon|evening|tomorrow)s?",
    re.IGNORECASE,
)


def is_day_or_hour(text: str) -> bool:
    """ "Friday", "afternoon": what answers when to meet, and is nobody's name."""
    return bool(_WHEN.fullmatch(text.strip()))


def is_joke_number(text: str) -> bool:
    """555-0199 without any area, as in films."""
    digits = re.sub(r"\D", "", text)
    return len(digits) == 7 and digits.startswith("555")
