"""Phone numbers in E.164, read with the configured region or the country the text names."""

import re
from collections.abc import Iterator
from functools import cache

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)

from qualification.understanding.found import Found

_MOST_DIGITS = 15  # of any plan, E.164
_RUN = re.compile(r"(?<![\w@/.#-])(?:\+|00|\(\+?)?\d(?:[ ().\-/\u00b7]{0,3}\d){5,17}(?![a-z0-9_%€$£])")
_EXTENSION = re.compile(r" ?,? ?(?:ext(?:ension)?\.?|x|durchwahl|poste|ramal|#) ?:? ?\d{1,6}(?!\d)")
_DATE = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))$")
_GROUPED = re.compile(r"\d{1,3}(?:[., ']\d{3}){1,3}$")
_NOT_A_PHONE = re.compile(
    r"(?:order|ticket|invoice|case|ref(?:erence)?|po|policy|account|acct|card|iban|booking"
    r"|customer|serial|tracking|sku|id|isbn|vat|siret|rechnung|bestellung|licen[cs]e|model"
    r"|part|rfq|version"
    r"|budget|chassis|patent|nummer der|claim|request|visa|mastercard|amex|ein|vin|batch)(?: "
    r"(?:no\.?|number|nr\.?|num|id|#|is|was))?[ :.#]{0,3}$"
)
_REGIONS = {
    "GB": r"uk|u\.k\.|britain|england|scotland|wales|london|manchester|gb",
    "US": r"usa|u\.s\.|us number|united states",
    "DE": r"germany|german|deutschland|berlin|münchen|hamburg",
    "FR": r"france|french|paris|lyon",
    "ES": r"spain|spanish|españa|madrid|barcelona",
    "IT": r"italy|italian|italia|milano|roma|rome",
    "NL": r"netherlands|dutch|nederland|amsterdam|holland",
    "AU": r"australia|aussie|sydney|melbourne|brisbane|perth",
    "IN": r"india|indian|mumbai|delhi|bengaluru|bangalore|pune|chennai",
    "IE": r"ireland|irish|dublin|cork",
    "ZA": r"south africa|cape town|johannesburg|durban",
    "NG": r"nigeria|lagos|abuja",
    "KE": r"kenya|nairobi",
    "BR": r"brazil|brasil|são paulo",
    "MX": r"mexico|méxico",
    "CA": r"canada|canadian|toronto|vancouver",
    "AT": r"austria|österreich|wien|vienna",
    "CH": r"switzerland|swiss|schweiz|zürich|zurich|geneva",
    "PT": r"portugal|lisbon|lisboa|porto",
    "PL": r"poland|polska|warsaw|kraków",
    "SE": r"sweden|sverige|stockholm",
    "NO": r"norway|norge|oslo",
    "DK": r"denmark|danmark|copenhagen",
    "FI": r"finland|suomi|helsinki",
    "BE": r"belgium|belgique|brussels",
    "JP": r"japan|tokyo|osaka",
    "SG": r"singapore",
    "NZ": r"new zealand|nz|auckland|wellington",
    "PH": r"philippines|manila|cebu",
    "AE": r"uae|dubai|abu dhabi",
    "GH": r"ghana|accra",
    "KR": r"korea|seoul",
    "TR": r"turkey|türkiye|istanbul",
    "IL": r"israel|tel aviv",
    "PK": r"pakistan|karachi|lahore",
    "MY": r"malaysia|kuala lumpur",
    "ID": r"indonesia|jakarta",
    "TH": r"thailand|bangkok",
    "VN": r"vietnam|hanoi",
    "CN": r"china|shanghai|beijing|深圳|北京|上海",
    "GR": r"greece|athens",
    "RO": r"romania|bucharest",
    "CZ": r"czech|prague|praha",
    "HU": r"hungary|budapest",
    "UA": r"ukraine|kyiv",
    "EG": r"egypt|cairo",
    "MA": r"morocco|casablanca",
    "CO": r"colombia|bogotá|medellín",
    "CL": r"chile|santiago",
    "AR": r"argentina|buenos aires",
    "PE": r"peru|lima",
}
_HINTS = {region: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for region, words in _REGIONS.items()}
_DIGIT_WORDS = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_SPOKEN = re.compile(
    rf"(?<!\w)(?:plus )?(?:(?:double|triple) "
    rf")?(?:{'|'.join(_DIGIT_WORDS)})(?:[ ,-]{{1,2}}(?:(?:double|triple) "
    rf")?(?:{'|'.join(_DIGIT_WORDS)})){{5,16}}(?!\w)"
)


def find_phones(text: str, region: str, asked: bool = False) -> Iterator[Found]:
    """`text` is folded and lower-cased. A number no plan knows is kept only when a phone was asked for or announced."""
    region = hinted_region(text) or region
    for match in _RUN.finditer(text):
        yield from _read(text, match, region, asked)
    for match in _SPOKEN.finditer(text):
        digits = _spelled(match[0])
        if len(digits) > _MOST_DIGITS:
            continue
        value, _ = e164(digits, region)
        yield Found("phone", match.start(), match.end(), value, 0.9)


def _read(text: str, match: re.Match[str], region: str, asked: bool) -> Iterator[Found]:
    digits = re.sub(r"\D", "", match[0])
    before = text[max(0, match.start() - 24) : match.start()]
    announced = asked or _announced(before)
    if _is_other(match[0], digits, before, announced):
        return
    plus = match[0].startswith(("+", "(+", "00"))
    value, known = e164(match[0], region)
    if not known and not announced and not (plus and len(digits) >= 9) and not _shaped(match[0], digits):
        return
    start = match.start() + (match[0].startswith("(") and ")" not in match[0])
    extension = _EXTENSION.match(text, match.end())
    yield Found("phone", start, extension.end() if extension else match.end(), value, 0.97 if known else 0.85)


def _is_other(raw: str, digits: str, before: str, announced: bool) -> bool:
    """A date, a grouped amount, a card, an order number."""
    if (
        len(digits) < 6
        or len(digits) > _MOST_DIGITS
        or (len(digits) >= 13 and not raw.startswith(("+", "0")) and luhn(digits))
    ):
        return True
    if _DATE.match(raw) or len(set(digits)) == 1 or _NOT_A_PHONE.search(before):
        return True
    plain = raw.isdigit() and not raw.startswith("0")
    return not announced and (
        (bool(_GROUPED.match(raw)) and not raw.startswith("0"))
        or (plain and len(digits) not in (10, 11))
        or len(digits) < 7
    )


def _announced(before: str) -> bool:
    return bool(
        re.search(
            (
                r"(?:phone|mobile|cell|tel|call|ring|number is|whatsapp|text|handy|telefon|tél|móvil|line"
                r"|landline|ph|num|dial|📞|☎️?)\W{0,4}(?:\w{1,8}\W{1,2}){0,3}$"
            ),
            before,
        )
    )


def _shaped(raw: str, digits: str) -> bool:
    """Written as people write phone numbers, though the plan of the region does not know it (555-0176)."""
    return (
        bool(re.match(r"[(\d+]", raw))
        and 7 <= len(digits) <= 12
        and bool(re.search(r"\d[ ).\-/]{1,3}\d{2,4}[ .-]?\d{2,4}", raw))
        and (raw[0] in "0(+" or len(digits) in (7, 10, 11))
    )


def luhn(digits: str) -> bool:
    total = sum(int(d) if at % 2 == 0 else sum(divmod(int(d) * 2, 10)) for at, d in enumerate(reversed(digits)))
    return total % 10 == 0


def hinted_region(text: str) -> str | None:
    return next((region for region, pattern in _HINTS.items() if pattern.search(text)), None)


def e164(raw: str, region: str) -> tuple[str, bool]:
    """The number in E.164 and whether the numbering plan knows it; the digits as they came when none can be made."""
    number = _parsed(raw, region)
    if number is None:
        return re.sub(r"[^\d+]", "", raw), False
    if not is_possible_number(number):
        return format_number(number, PhoneNumberFormat.E164), False
    return format_number(number, PhoneNumberFormat.E164), is_valid_number(number)


def _parsed(raw: str, region: str) -> PhoneNumber | None:
    raw = "+" + raw[2:] if raw.startswith("00") else raw
    try:
        return parse(raw, region)
    except NumberParseException:
        return None


@cache
def warm_phones() -> None:
    """Loads the numbering plans of the regions most seen."""
    for number in ("+14155550137", "+442079460321", "+4930123456", "+33155501234", "+34612550147"):
        e164(number, "US")


def _spelled(words: str) -> str:
    digits, repeat = "", 1
    for word in re.findall(r"\w+", words):
        if word in ("double", "triple"):
            repeat = 2 if word == "double" else 3
        elif word == "plus":
            digits += "+"
        else:
            digits, repeat = digits + _DIGIT_WORDS[word] * repeat, 1
    return digits
