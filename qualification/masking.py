"""Hides card, bank and identity numbers before anything is stored or sent; lengths stay, so offsets stay true."""

import re
from collections.abc import Iterator

MASK = "•"
Span = tuple[int, int]
_DIGIT = re.compile(r"\d")
_GAP = r"[ \u00a0.\-‐-–]"
_GROUPED_DIGITS = re.compile(rf"(?<![\w+])\d(?:{_GAP}?\d){{12,30}}(?!\w)")
_IBAN = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}\d{{2}}(?:{_GAP}?[A-Za-z0-9]){{11,30}}(?![A-Za-z0-9])")
_CARD_LENGTHS = {"4": (13, 16, 19), "5": (16,), "2": (16,), "3": (14, 15, 16), "6": (16, 17, 18, 19)}
_CVC = re.compile(r"\b(?:cvv2?|cvc2?|security code)\W{0,3}(?:is )?(\d{3,4})\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:passport|social security|ssn|national id(?:entity)?|id card|identity card|driv(?:er'?s?|ing) licen[cs]e"
    r"|tax id|steuer-?id|personalausweis|reisepass|aadhaar|pan card|cpf|bsn|pesel|nino|national insurance"
    r"|codice fiscale|pasaporte|passaporte|passeport|carte vitale)\b"
    r"(?: ?(?:number|no\.?|nr\.?|nummer|n°|#|num|is|card|:|-|=)){0,4} {0,2}"
    r"(?P<number>[A-Za-z]{0,3}\d[A-Za-z0-9.\-]{0,16}(?: \d{1,4}){0,5})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_US_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\w-])")
_UK_NINO = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)", re.I
)
_ES_DNI = re.compile(r"(?<!\w)([XYZ]?\d{7,8})[- ]?([A-Z])(?!\w)", re.IGNORECASE)
_BR_CPF = re.compile(r"(?<!\w)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)")
_IT_CF = re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)", re.IGNORECASE)
_AADHAAR = re.compile(r"(?<![\w+])[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\w-]|[ -]\d)")


def mask(text: str) -> str:
    """`text` with every number that must not be kept replaced by dots, character for character."""
    if not _DIGIT.search(text):
        return text
    hidden = list(text)
    for start, end in _secrets(text):
        hidden[start:end] = (MASK if char.isalnum() else char for char in hidden[start:end])
    return "".join(hidden)


def _secrets(text: str) -> Iterator[Span]:
    yield from _cards(text)
    yield from _ibans(text)
    yield from (match.span() for pattern in (_US_SSN, _UK_NINO, _IT_CF) for match in pattern.finditer(text))
    yield from (match.span() for match in _ES_DNI.finditer(text) if _is_dni(match[1], match[2]))
    yield from (match.span() for match in _BR_CPF.finditer(text) if _is_cpf(_digits(match[0])))
    yield from (match.span() for match in _AADHAAR.finditer(text) if _is_verhoeff(_digits(match[0])))
    yield from (match.span("number") for match in _NAMED.finditer(text) if len(_digits(match["number"])) >= 5)
    yield from (match.span(1) for match in _CVC.finditer(text))


def _cards(text: str) -> Iterator[Span]:
    """A card may stand beside other digits ("4111 1111 1111 1111 12/27"), so every group may begin and end it."""
    for run in _GROUPED_DIGITS.finditer(text):
        digits = [at for at in range(*run.span()) if text[at].isdecimal()]
        plain = _digits(run[0])
        for first, at in enumerate(digits):
            if first == 0 or digits[first - 1] != at - 1:
                yield from _card_from(first, digits, plain)


def _card_from(first: int, digits: list[int], plain: str) -> Iterator[Span]:
    """The longest card that begins at the digit `first` and ends with a group."""
    for length in reversed(_CARD_LENGTHS.get(plain[first], ())):
        last = first + length - 1
        ends = last < len(digits) and (last + 1 == len(digits) or digits[last + 1] != digits[last] + 1)
        if ends and _is_card(plain[first : last + 1]):
            yield digits[first], digits[last] + 1
            return


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _is_card(digits: str) -> bool:
    return _is_luhn(digits) and len(set(digits)) > 1


def _is_luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _ibans(text: str) -> Iterator[Span]:
    """The pattern may take in the words behind an IBAN, so it is tried shorter and shorter at gaps."""
    for run in _IBAN.finditer(text):
        ends = [at for at in range(run.end(), run.start() + 14, -1) if at == run.end() or not text[at].isalnum()]
        for end in ends:
            if _is_iban("".join(char for char in text[run.start() : end] if char.isalnum()).upper()):
                yield run.start(), end
                break


def _is_iban(compact: str) -> bool:
    if not 15 <= len(compact) <= 34 or not compact.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def _is_dni(number: str, letter: str) -> bool:
    plain = number.upper().translate(str.maketrans("XYZ", "012"))
    return len(plain) == 8 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(plain) % 23] == letter.upper()


def _is_cpf(digits: str) -> bool:
    return len(set(digits)) > 1 and all(_cpf_check(digits[:length]) == int(digits[length]) for length in (9, 10))


def _cpf_check(digits: str) -> int:
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return weighted * 10 % 11 % 10


def _is_verhoeff(digits: str) -> bool:
    """Aadhaar's check digit: products in the symmetry group of the pentagon."""
    product = 0
    for place, digit in enumerate(reversed(digits)):
        product = _combined(product, _permuted(int(digit), place % 8))
    return product == 0


def _permuted(digit: int, times: int) -> int:
    for _ in range(times):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def _combined(a: int, b: int) -> int:
    turned = a % 5 - b % 5 if a >= 5 else a % 5 + b % 5
    return turned % 5 + 5 * ((a >= 5) != (b >= 5))
