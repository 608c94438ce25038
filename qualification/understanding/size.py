"""How many people a company has, as people say it: "1.2k", "20-50", "a dozen", "15 of us", "18 nurses and 4 admin"."""

import re
from collections.abc import Iterator

from qualification.facts import Size
from qualification.understanding.bounds import (
    AFTER_LEAST,
    AFTER_MOST,
    BETWEEN,
    COMPARATOR,
    RANGE_SIGN,
    Bounds,
    N,
    bounded,
    exact,
    kind_of,
    number_of,
    spread,
)
from qualification.understanding.found import Found
from qualification.understanding.numbers import Skeleton, skeleton
from qualification.understanding.text import fold, lower

_PEOPLE = (
    r"(?:(?:full[- ]time|part[- ]time|paid|permanent|active|total|strong) )?(?:people|persons?"
    r"|ppl|peeps|employees?|staffers|staff(?: members)?|team members?"
    r"|members of staff|folks?|heads?|headcount|fte'?s?|ftes|man(?! month| week| day)|men"
    r"|women|lads|guys|blokes|humans|souls|workers"
    r"|of us|on (?:the )?payroll|mitarbeiter(?:innen|in)?|mitarbeitende|ma|leute|personen"
    r"|angestellten?|beschäftigten?|köpfe|mann"
    r"|salariés?|salariées|employés?|personnes|collaborateurs|collaboratrices|empleados"
    r"|empleadas|personas|trabajadores|trabajadoras|funcionários|colaboradores"
    r"|pessoas|dipendenti|persone|medewerkers|werknemers|mensen|personeel|ansatte|anställda"
    r"|medarbetare|medarbejdere|personer"
    r"|сотрудник(?:ов|а)?|человека?|людей|pracowników|osób|zaměstnanců|lidí|fő|alkalmazott"
    r"|angajați|angajati|oameni|kişi|çalışan"
    r"|人|名|명|員工|员工)(?![^\W\d_])"
)
_TAIL = r"(?:[ -]?(?:odd|something|ish))?"
_COUNT = (
    rf"(?:{COMPARATOR}(?:about |around "
    rf")?)?(?:{BETWEEN})?(?P<a>{N})(?:{RANGE_SIGN}(?P<b>{N}))?{_TAIL}(?P<plus>{AFTER_LEAST})?"
)
_WITH_UNIT = re.compile(rf"(?<!\w){_COUNT}(?:[ -]{{0,2}}(?:\({N}\) )?(?P<unit>{_PEOPLE}))(?P<amost>{AFTER_MOST})?")
_LEAD = (
    r"(?:we are|we're|we r|were|there are|there're|theres|there is|we have about|team of"
    r"|company of|staff of|crew of|practice of|headcount(?: is| of|:)?|employees:|staff:|team "
    r"size:|size:|headcount:"
    r"|company size:?|mitarbeiter(?:zahl)?:|effectifs?:?|empleados:|medewerkers:|dipendenti:"
    r"|somos|wir sind|nous sommes|siamo|wij zijn|we zijn|vi är|vi er|нас) "
    r"(?:about |around |roughly |approx\.? |circa |ca\.? |some |now |currently |just |only "
    r"|ungefähr |environ |unos |etwa |like |~ ?)?"
)
_AFTER_LEAD = re.compile(
    rf"(?<!\w){_LEAD}(?P<span>{_COUNT}(?: in total| altogether| all in| "
    rf"strong)?(?P<amost>{AFTER_MOST})?)(?! ?(?:year|yr|month|week|day|min|hour|%|locations"
    rf"|sites|branches|shops|stores))"
)
_BARE = re.compile(rf"(?<!\w){_COUNT}(?P<amost>{AFTER_MOST})?")
_ALONE = re.compile(
    r"(?<!\w)(?:just|only|it's|its) (?:me|myself|moi)(?: myself and i)?(?! (?:and|plus|\+|&))"
    r"|(?<!\w)(?:me myself and i|solo(?: founder)?|one[- ](?:man|woman|person)(?: (?:band|show"
    r"|shop|business|company))"
    r"|just the one of us|nur ich|ich allein|juste moi|moi seule?|solo yo|yo solo|sólo yo|só "
    r"eu|solo io|alleen ik|bara jag|bare mig|tylko ja|только я|私だけ|一人|一个人)(?!\w)"
)
_ME_AND = re.compile(
    rf"(?<!\w)(?:(?:just|only) )?(?:me|myself|i) ?(?:and|plus|\+|&|,) ?(?:(?P<a>{N})|(?:my|a"
    rf"|one|an) )(?: ?[^\W\d_]{{2,20}}){{0,3}}"
)
_PARTS = re.compile(
    rf"{N}(?:[ -]{{1,2}}[^\W\d_]{{2,20}}){{0,4}}(?: ?(?:,|and|plus|\+|&|und|et|y|e|i|och) "
    rf"?(?:about |another )?{N}(?:[ -]{{1,2}}[^\W\d_]{{2,20}}){{0,4}}){{1,4}}"
)
_JOIN = re.compile(r",|and|plus|\+|&|und|(?<!\w)(?:et|y|e|i|och)(?!\w)")
_LOOSE = {"hundreds": Bounds(100, None), "dozens": Bounds(24, None), "thousands": Bounds(1000, None)}


def find_sizes(bones: Skeleton) -> Iterator[Found]:
    """All that could be a head count; `sure` tells how much so."""
    for match in _PARTS.finditer(bones.text):
        numbers = bones.within(*match.span())
        yield _found(bones, match.start(), match.end(), exact(sum(n.value for n in numbers)), 0.1)
    for match in _WITH_UNIT.finditer(bones.text):
        yield _found(bones, match.start(), match.end(), _bounds(bones, match), 0.9)
    for match in _AFTER_LEAD.finditer(bones.text):
        yield _found(bones, match.start("span"), match.end("span"), _bounds(bones, match), 0.6)
    for match in _ALONE.finditer(bones.text):
        yield _found(bones, match.start(), match.end(), exact(1), 0.8)
    for match in _ME_AND.finditer(bones.text):
        yield _found(bones, match.start(), match.end(), _me_and(bones, match), 0.4)
    for match in _BARE.finditer(bones.text):
        yield _found(bones, match.start(), match.end(), _bounds(bones, match), 0.1)


def _found(bones: Skeleton, start: int, end: int, bounds: Bounds, sure: float) -> Found:
    return Found("company_size", *bones.span(start, end), _size(bounds), sure)


def _bounds(bones: Skeleton, match: re.Match[str]) -> Bounds:
    first = number_of(bones, match, "a")
    if match["b"]:
        return spread(first, number_of(bones, match, "b"))
    if first.loose:
        return Bounds(first.value if first.value != 12 else 24, None)
    if match["plus"]:
        return Bounds(first.value, None)
    return bounded("most" if match["amost"] else kind_of(match), first.value, step=1)


def _me_and(bones: Skeleton, match: re.Match[str]) -> Bounds:
    return exact(1 + (number_of(bones, match, "a").value if match["a"] else 1))


def _size(bounds: Bounds) -> Size:
    """Whole people; "less than 10" is one to nine."""
    low = None if bounds.low is None else round(bounds.low)
    high = None if bounds.high is None else round(bounds.high)
    return Size(1 if low is None and high is not None else low, high)


def read_size(words: str) -> Size | None:
    """The value of a span somebody already took for a head count; parts are summed."""
    bones = skeleton(lower(fold(words)))
    if match := _ALONE.search(bones.text):
        return Size(1, 1)
    if not bones.numbers:
        return Size(2, 2) if _ME_AND.search(bones.text) else None
    if match := _ME_AND.search(bones.text):
        return _size(_me_and(bones, match))
    match = _BARE.search(bones.text)
    if len(bones.numbers) > 1 and match and not match["b"] and _JOIN.search(bones.text):
        return _size(exact(sum(number.value for number in bones.numbers)))
    return _size(_bounds(bones, match)) if match else None


def plausible_size(size: Size) -> bool:
    values = [value for value in (size.min, size.max) if value is not None]
    return bool(values) and all(1 <= value <= 3_000_000 for value in values)


def render_size(size: Size) -> str:
    """Words this grammar reads back to the same value."""
    if size.min is None or size.max is None:
        return f"{size.min}+ people" if size.max is None else f"up to {size.max} people"
    return f"{size.min} people" if size.min == size.max else f"{size.min}-{size.max} people"
