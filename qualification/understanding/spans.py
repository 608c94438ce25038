"""Where a fact's words begin and end: honorifics, hedges, articles and stray signs stay outside."""

import re

from qualification.facts import Slot
from qualification.understanding.reading import Reading
from qualification.understanding.text import trimmed

_HEDGE = (
    r"(?:about|around|roughly|approx(?:imately|\.)?|circa|ca\.?|maybe|perhaps|probably|like"
    r"|some|~|ungefähr|etwa|rund|environ|unos|unas|cerca de|circa|ongeveer|say|around about"
    r"|currently|now|just about|almost|nearly|somewhere|somewhere around|give or take)"
)
_BEFORE: dict[str, re.Pattern[str]] = {
    "person_name": re.compile(
        (
            r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|herr|frau|monsieur|madame|mme|señora?|sra?"
            r"|don|doña)\.? |(?:i'm|im|i am|it's|its|this is|my name is|name's|name is|called|call me"
            r"|me llamo|je m'appelle|ich bin|ich heiße|sono|soy|je suis|c'est) )+"
        ),
        re.I,
    ),
    "company": re.compile(
        (
            r"(?:(?:from|at|with|for|of|called|i work for|we are|we're|the company is|it's|its|named"
            r"|i'm at|i'm from|company|firma|empresa|société|ditta|von|bei|chez|de chez) )+"
        ),
        re.I,
    ),
    "job_title": re.compile(
        (
            r"(?:(?:i'm|im|i am|a|an|the|as|our|my|un|une|el|la|le|ein|eine|der|die|soy|sono|ich bin"
            r"|just|acting as) )+"
        ),
        re.I,
    ),
    "location": re.compile(
        (
            r"(?:(?:in|at|from|near|based in|based|around|out of|outside|just outside|aus|en|à|a|de"
            r"|in der|we're in) )+"
        ),
        re.I,
    ),
    "company_size": re.compile(rf"(?:{_HEDGE} ?|we are |we're |with |of |the |team of )+", re.I),
    "budget": re.compile(rf"(?:{_HEDGE} ?|with |of |is |budget |the )+", re.I),
    "timeline": re.compile(rf"(?:{_HEDGE} ?|hopefully |ideally |is )+", re.I),
    "use_case": re.compile(
        (
            r"(?:we (?=lose|miss|waste|forget|keep )"
            r"|(?:we|i) (?:need|want|would like|'d like)(?: to| a| an)? |(?:we're |i'm )?(?:looking"
            r"|searching) for (?:a |an |some )?|(?:to|a|an|the|for|with|about|some|help with|need"
            r"|want) )+"
        ),
        re.I,
    ),
}
_KEEP = re.compile(r"(?:the )", re.I)
_AFTER: dict[str, re.Pattern[str]] = {
    "person_name": re.compile(r"(?:'s| here| speaking| btw| please| lol| haha)$", re.I),
    "company": re.compile(r"(?:'s| here| btw| please| and| in| is)$", re.I),
    "job_title": re.compile(r"(?: at| of| here| btw| for| in| and| with)$", re.I),
    "location": re.compile(r"(?: btw| and| mostly| area)$", re.I),
    "use_case": re.compile(r"(?: please| pls| and| for| in| with| but| so| btw)$", re.I),
    "company_size": re.compile(r"(?: in| at| and| or so| ish| give or take)$", re.I),
    "budget": re.compile(r"(?: for| and| or so| ish| give or take)$", re.I),
    "timeline": re.compile(r"(?: or so| if poss(?:ible)?| and| please| ideally| hopefully)$", re.I),
}


def neat(reading: Reading, label: Slot, start: int, end: int) -> tuple[int, int]:
    text = reading.plain
    start, end = _unpadded(text, label, start, end)
    match = _BEFORE[label].match(text, start, end)
    if match and match.end() < end and not (label == "company" and match[0].lower() == "the "):
        start = match.end()
    if match := _AFTER[label].search(text[start:end]):
        end = start + match.start() if match.start() else end
    return _unpadded(text, label, start, end)


def _unpadded(text: str, label: Slot, start: int, end: int) -> tuple[int, int]:
    """Signs at the edges go, those that carry meaning there stay: currency, plus, brackets that were opened inside."""
    lead = " \n,;:!?\"'([<*-/|&.~" if label != "use_case" else " \n,;:!?\"'([<*-/|&."
    first, _ = trimmed(text, start, end, lead)
    _, last = trimmed(text, first, end, " \n\r,;:!?\"'*-/|&.>" + ("" if "(" in text[first:end] else ")"))
    if text[last : last + 1] == "." and re.search(
        (
            r"(?:^|[ .])(?:[A-Z]|[Ii]nc|[Ll]td|[Cc]o|[Ss]t|[Jj]r|Corp|Bros|e\.V|S\.A|a\.s|d\.o\.o"
            r"|[sS]\.r\.l|z\.o\.o|p\.m|p\.a)$"
        ),
        text[first:last],
    ):
        last = min(last + 1, end)
    return first, last
