"""Amounts of money as people say them: "10k€", "up to 5 lakh", "two grand a month", "~20k/yr", "15-20k USD"."""

import re
from collections.abc import Iterator

from qualification.facts import Money, Period
from qualification.understanding.bounds import (
    AFTER_LEAST,
    AFTER_MOST,
    BETWEEN,
    COMPARATOR,
    RANGE_SIGN,
    Bounds,
    N,
    bounded,
    kind_of,
    number_of,
    spread,
)
from qualification.understanding.found import Found
from qualification.understanding.numbers import Skeleton, skeleton
from qualification.understanding.text import fold, lower

_NAMES = {
    "USD": "us$ usd dollars dollar dólares dolares dollari buck bucks $",
    "EUR": "€ eur euro euros евро ευρώ eu",
    "GBP": "£ gbp pounds pound quid sterling",
    "INR": "₹ rs rs. inr rupees rupee lakh lakhs lac lacs crore crores cr",
    "JPY": "¥ jpy yen 円 万円",
    "CNY": "cny rmb yuan 元",
    "KRW": "₩ krw won 원 만원",
    "CHF": "chf fr. sfr franken",
    "AUD": "a$ aud au$",
    "CAD": "c$ cad ca$",
    "NZD": "nz$ nzd",
    "SGD": "s$ sgd sing",
    "HKD": "hk$ hkd",
    "BRL": "r$ brl reais",
    "MXN": "mxn",
    "ZAR": "zar rand r",
    "NGN": "₦ ngn naira n",
    "KES": "kes ksh kes.",
    "TZS": "tzs tsh",
    "UGX": "ugx",
    "GHS": "ghs gh₵ cedis",
    "AED": "aed dirhams dirham",
    "SAR": "sar riyals",
    "QAR": "qar",
    "EGP": "egp",
    "MAD": "mad",
    "TRY": "₺ try tl lira",
    "PLN": "pln zł zloty",
    "CZK": "czk kč",
    "HUF": "huf ft forint",
    "RON": "ron lei",
    "SEK": "sek kronor",
    "NOK": "nok",
    "DKK": "dkk",
    "ILS": "ils ₪ shekels nis",
    "PHP": "php ₱",
    "IDR": "idr rupiah",
    "MYR": "myr rm ringgit",
    "THB": "thb baht ฿",
    "VND": "vnd dong ₫",
    "RUB": "₽ rub руб рублей",
    "UAH": "uah ₴",
    "PKR": "pkr",
    "LKR": "lkr",
    "BDT": "bdt taka",
    "XOF": "xof fcfa cfa",
    "ARS": "ars",
    "CLP": "clp",
    "COP": "cop",
    "PEN": "soles s/",
    "GEL": "lari gel",
}
_CURRENCY = {name: code for code, names in _NAMES.items() for name in names.split()} | {
    "hong kong dollars": "HKD",
    "us dollars": "USD",
    "canadian dollars": "CAD",
    "australian dollars": "AUD",
    "$ cad": "CAD",
    "$ aud": "AUD",
    "$ nzd": "NZD",
    "$ mxn": "MXN",
    "kr": "",
    "pesos": "",
    "francs": "",
    "peso": "",
    "kr.": "",
    "ks": "",
}
_GLUED = {"r", "n", "rs", "s/"}  # too short to stand alone after a number
_WORDY = "|".join(sorted((re.escape(name) for name in _CURRENCY if name not in _GLUED), key=len, reverse=True))
_PRE = rf"(?:(?<![^\W\d_])(?P<pre>{_WORDY}|r|n|rs|s/)(?: ?- ?)? ?)"
_POST = rf"(?:[ -]?(?P<post>(?:{_WORDY}))(?![^\W\d_]))"
_UNIT = {
    "month": r"months?|mo|mth|mths|monat(?:lich)?|mois|mes|mês|mese|maand|maanden|måned|månad|mnd|mc"
    r"|miesiąc|monthly|mensual(?:es)?|mensuels?|mensuelle|mensal"
    r"|mensile|monatlich|maandelijks|ay|pm|p\.m\.|pcm|p\.?/m|p/m|месяц|miesięcznie|lunar|měsíčně|月|월",
    "year": r"years?|yr|yrs|y|annum|annual(?:ly)?|yearly|jahr|jährlich|an|ans|année|annuel|año"
    r"|anual(?:es)?|ano|anno|annui?|jaar|jaarlijks|år|rok|roku|год|pa|p\.a\.?|p\.?/a"
    r"|p/a|yıllık|rocznie|ročně|年|년",
    "once": (
        r"one[- ]?off|one[- ]?time|once|einmalig|flat|upfront|up front|in total|total|una tantum"
        r"|une fois|lump sum|all[- ]in"
    ),
}
_SEAT = (
    r"(?:seat|user|head|person|employee|agent|licen[sc]e|platz|nutzer|user|utilisateur|usuario"
    r"|mitarbeiter|member|device|site|branch|machine)s?"
)
_PER = (
    r"(?: ?/ ?| per | a | an | each | every | pro | par | por | al | im | in the | the | l'|/"
    r"| je | all'| à l'| p\.? ?| до |the | )"
)
_PERIOD = "|".join(_UNIT.values()) + r"|weeks?|wk|woche|semaine|semana|days?|hours?|h|quarter"
_TAIL = rf"(?:(?:{_PER}(?:{_SEAT})(?![^\W\d_]))?{_PER}(?P<period>{_PERIOD})(?![^\W\d_]))?(?:{_PER}{_SEAT}(?![^\W\d_]))?"
_SECOND = rf"{RANGE_SIGN}{_PRE.replace('<pre>', '<pre2>')}?(?P<b>{N})"
_AMOUNT = (
    rf"(?:{COMPARATOR}(?:a |about |around )?)?(?:{BETWEEN})?{_PRE}?(?P<a>{N})"
    rf"(?:{_POST.replace('post', 'mid')}?{_SECOND})?"
)
_GRAMMAR = re.compile(rf"(?<![^\W\d_]){_AMOUNT}(?P<plus>{AFTER_LEAST})?{_POST}?{_TAIL}(?P<amost>{AFTER_MOST})?")
_UNITS = {kind: re.compile(rf"(?:{words})$") for kind, words in _UNIT.items()}
_ADVERB = re.compile(r"(?P<month>monthly|monatlich|mensual)|(?P<year>annual|yearly|jährlich|yıllık|per annum)")


def find_amounts(bones: Skeleton) -> Iterator[Found]:
    for match in _GRAMMAR.finditer(bones.text):
        yield Found("budget", *bones.span(*match.span()), _money(bones, match), _sureness(bones, match))


def _money(bones: Skeleton, match: re.Match[str]) -> Money:
    bounds = _bounds(bones, match)
    return Money(_amount(bounds.low), _amount(bounds.high), _currency(bones, match), _period(match["period"]))


def _bounds(bones: Skeleton, match: re.Match[str]) -> Bounds:
    first = number_of(bones, match, "a")
    if match["b"]:
        return spread(first, number_of(bones, match, "b"))
    if match["plus"]:
        return Bounds(first.value, None)
    return bounded("most" if match["amost"] else kind_of(match), first.value)


def _amount(value: float | None) -> float | None:
    return value if value is None or value != int(value) else int(value)


def _currency(bones: Skeleton, match: re.Match[str]) -> str | None:
    marks = [match[name] for name in ("post", "pre", "mid", "pre2") if match[name]]
    marks += [number_of(bones, match, group).suffix for group in ("a", "b") if match[group]]
    codes = [_CURRENCY[mark] for mark in marks if _CURRENCY.get(mark)]
    return next((code for code in codes if code != "USD"), codes[0] if codes else None)


def _period(word: str | None) -> Period:
    for kind, pattern in _UNITS.items():
        if word and pattern.match(word):
            return kind  # type: ignore[return-value]
    return "unknown"


def _sureness(bones: Skeleton, match: re.Match[str]) -> float:
    """How plainly it is money: a currency sign says so, "grand" nearly, a bare number does not."""
    if match["pre"] and len(match["pre"]) == 1 and match["pre"] in "rn":
        return 0.4
    if any(match[name] for name in ("pre", "post", "mid", "pre2")):
        return 0.8
    scaled = any(number.scale >= 1000 for number in bones.within(*match.span()))
    return 0.5 if match["period"] and scaled else 0.3 if scaled or match["period"] else 0.1


def read_money(words: str) -> Money | None:
    """The value of a span somebody already took for a budget."""
    bones = skeleton(lower(fold(words)))
    best = max(_GRAMMAR.finditer(bones.text), key=lambda match: (_sureness(bones, match), len(match[0])), default=None)
    if best is None:
        return None
    money = _money(bones, best)
    return money if money.period != "unknown" else Money(money.min, money.max, money.currency, _nearby(bones.text))


def _nearby(text: str) -> Period:
    found = _ADVERB.search(text)
    return "unknown" if not found else "month" if found["month"] else "year"


_UNITS_ONLY = re.compile(
    r"(?:(?:[€$£]|euros?|eur|(?:us )?dollars?|usd|bucks|pounds?|quid|gbp|francs?|chf|rupees?|inr|per|an?|each|every"
    r"|years?|annum|annually|yearly|p\.?a\.?|months?|monthly|one-?off|in|and|it'?s|that'?s|i mean|sorry|of course)"
    r"(?!\w)\W*){1,8}"
)


def is_units_only(words: str) -> bool:
    """ "Euros, per year": what was missing beside an amount told before."""
    return bool(_UNITS_ONLY.fullmatch(words.strip().lower()))


def completed(known: Money, words: str) -> Money | None:
    """The amount told before with the currency or period it lacked; None when these words add nothing."""
    plain = " ".join(re.sub(r"[,;.]", " ", words).split())
    said = read_money(f"{render_money(Money(known.min, known.max))} {plain}") if is_units_only(words) else None
    if said is None:
        return None
    period = known.period if known.period != "unknown" else said.period
    whole = Money(known.min, known.max, known.currency or said.currency, period)
    return whole if whole != known else None


def render_money(money: Money) -> str:
    """Words this grammar reads back to the same value."""
    currency = f" {money.currency}" if money.currency else ""
    period = {"month": " per month", "year": " per year", "once": " one-off"}.get(money.period, "")
    if money.min is None or money.max is None:
        low_or_high = f"from {_digits(money.min)}" if money.max is None else f"up to {_digits(money.max)}"
        return low_or_high + currency + period
    amount = _digits(money.min) if money.min == money.max else f"{_digits(money.min)} to {_digits(money.max)}"
    return amount + currency + period


def _digits(value: float | None) -> str:
    return f"{value:.2f}".removesuffix(".00")
