"""The patterns of time: what may stand where in "by the end of March 2027" or "in 6 to 8 weeks"."""

import re

from qualification.facts import Horizon
from qualification.understanding import calendar_days as days
from qualification.understanding import horizon_words as words
from qualification.understanding.bounds import N

FAR = 36500
_MONTH = "|".join(sorted(words.MONTH_OF, key=len, reverse=True))
_SEASON = "|".join(sorted(words.SEASON_OF, key=len, reverse=True))
_FEAST = "|".join(f"(?P<feast_{at}>{pattern})" for at, pattern in enumerate(days.FEASTS.values()))
_FEAST_PLAIN = "|".join(days.FEASTS.values())
_UNIT = "|".join(f"(?P<unit_{name}>{pattern})" for name, pattern in words.UNITS.items())
_UNIT_PLAIN = "|".join(words.UNITS.values())
_WEEKDAY = "|".join(sorted(words.WEEKDAYS, key=len, reverse=True))
_NEXT = (
    r"next|following|coming|the next|the following|the coming|nächste[nrs]?|kommende[nrs]?"
    r"|prochaine?|próxim[oa]|el próximo|la próxima|prossim[oa]|volgende?|nästa|neste|næste"
    r"|следующ\w{2,3}|upcoming"
)
_THIS = (
    r"this|the current|current|diese[nrs]?|ce|cette|est[ea]|quest[oa]|deze|dit|denna|этом"
    r"|later this|still this|this coming"
)
_EDGE = (
    r"(?:(?P<opening>(?:the )?first (?:week|days|few days)(?: of| in)?)|(?P<closing>(?:the "
    r")?last week of)|(?P<early>early(?: in)?|(?:the )?(?:very )?(?:beginning|start) of|anfang"
    r"|début|principios de|inicio de|início de|inizio|begin|first half of|the top of|start)"
    r"|(?P<mid>mid(?:dle of)?|mitte|mi|mediados de|meados de|metà|half)|(?P<late>late(?: in)?"
    r"|second half of|the latter half of)|(?P<end>(?:the )?end(?: of)?|ende|fin(?:ales)?(?: "
    r"de)?|final de|fim de|fine|eind|close of|year[- ]end of|конца?))[ -](?:of |the |de |d'"
    r"|of the )?"
)
_BY = rf"(?:(?P<by>{words.BY})|(?P<after>{words.AFTER})|(?P<from>{words.FROM})|(?P<in>{words.IN}))"
_LEAD = rf"(?:{_BY} ?(?:at the latest |the |around |about |l'|el |la |le |il )?)?(?:{_EDGE})?"
_AT_YEAR = r"(?:of )?next (?:year|yr)|nächsten? jahres?|(?:de )?l'année prochaine|del próximo año"


def _year_tail(kind: str) -> str:
    """ "2027", "of next year", after what it belongs to."""
    return rf"(?:(?: of|,| de)? ?(?:(?P<year_{kind}>{N})(?! ?[-,.]?(?:{N}|%))|(?P<next_{kind}>{_AT_YEAR})|this year))?"


WHEN = re.compile(
    rf"(?<!\w){_LEAD}(?:"
    rf"(?P<next>{_NEXT}) (?P<next_what>fiscal year|financial year|fy|calendar year|school year"
    rf"|{_UNIT_PLAIN}|{_SEASON}|{_MONTH}|{_WEEKDAY}|wknd|weekend|term)"
    rf"|(?P<this>{_THIS}) (?P<this_what>fiscal year|financial year|fy|calendar year"
    rf"|{_UNIT_PLAIN}|{_SEASON}|{_MONTH}|{_WEEKDAY}|wknd|weekend|term)"
    rf"|(?P<month>{_MONTH})\.?{_year_tail('month')}(?! ?[\ue000\ue001])"
    rf"|(?:q ?(?P<quarter>[1-4])|(?P<quarter_word>first|second|third|fourth|last|1st|2nd|3rd"
    rf"|4th) quarter|(?P<quarter_pre>[1-4])\. quartal){_year_tail('quarter')}"
    rf"|(?:h(?P<half>[12])|(?P<half_word>first|second) half of the year){_year_tail('half')}"
    rf"|(?P<season>{_SEASON}){_year_tail('season')}"
    rf"|(?:{_FEAST}){_year_tail('feast')}"
    rf"|(?:week|kw|v\.?|uke|uge|semaine|vecka|wk|woche) ?(?P<week>{N})"
    rf"|(?P<unit_end>month|year|week|quarter|fiscal year|financial year|fy|monat|jahr|monats"
    rf"|jahres|mois|année|l'année|mes|año|ano|anno|mese|maand|jaar)(?! ?{N})"
    rf"|(?P<the_year>{N})"
    rf")(?P<later> at the latest| latest| or earlier| am spätesten| au plus "
    rf"tard)?(?P<earliest> at the earliest| earliest| onwards?| on| or later)?(?!\w)"
)
DATE = re.compile(
    rf"(?<!\w)(?:{_BY} ?(?:the )?)?(?:(?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})"
    rf"|(?P<slashed>\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}}))(?![\d.])"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)? ?(?:of |de |d'|di "
    rf")?(?P<day_month>{_MONTH})(?!\w)\.?(?:,? (?:de |of )?(?P<day_year>20\d\d))?"
    rf"|(?P<month_day>{_MONTH})\.? (?:the )?(?P<month_day_number>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?![\d:]|[.,]\d|k)(?:,? (?P<month_day_year>20\d\d))?"
    rf"|(?P<bare_day>\d{{1,2}})(?:st|nd|rd|th)(?: of (?P<of_month>this|next|the) month)?"
    rf"|(?P<weekday>{_WEEKDAY}))(?!\w)(?P<later> at the latest| latest)?"
)
EVENT = re.compile(rf"\W{{0,3}}(?:(?P<by>{words.BY})|(?P<after>{words.AFTER}))(?!\w)")
SPELLED_DAY = re.compile(
    rf"(?<!\w)(?:{_BY} (?:the )?)?(?:the )?(?P<which>first|fifteenth|last day|1st) of "
    rf"(?P<month>{_MONTH})(?!\w)"
)
_AMOUNT = (
    rf"(?:(?P<a>{N})(?:(?: ?- ?| to | or | bis | à | a | o | ou | oder )(?P<b>{N}))?(?P<plus> "
    rf"?\+)?|(?P<one>an?|one|einem?r?|une?|una?|un|uma?|een|en|the|1)|(?P<couple>(?:a "
    rf")?couple(?: of)?|(?:ein )?paar)|(?P<few>(?:a |the next )?few|einigen?|ein paar|quelques"
    rf"|unas?|algun[oa]s|some)|(?P<half>half an?|(?:einem )?halben?)|(?P<fortnight>an? "
    rf"fortnight|fortnight))"
)
DURATION = re.compile(
    rf"(?<!\w)(?:(?:(?P<within>within(?: the)?(?: next)?|in the next|over the next|(?:the "
    rf")?next|innerhalb(?: von)?|binnen|in den nächsten|dans les|d'ici|en los próximos|dentro "
    rf"de los próximos|nos próximos|entro|less than|under|max(?:imum)?|up to|no more than|no "
    rf"later than|at most|in under|in less than|inom|в течение|within about)"
    rf"|(?P<beyond>at least|more than|over|not for another|after|beyond|mindestens|not before"
    rf"|not for|au moins|al menos)|(?P<in>in about|in around|in roughly|in|dans|en|dentro de|em"
    rf"|daqui a|tra|fra|over|om|через|about)) ?(?:about |around |roughly |etwa |circa |ca\.? "
    rf"|~ ?)?)?"
    rf"{_AMOUNT}(?:[ -]?(?:more )?(?P<unit>{_UNIT_PLAIN})(?:'s?)?)?(?P<tail>(?: from (?:now"
    rf"|today|award)|(?: time)| out| away| max| tops| or (?:less|so)| at (?:the )?most| 以内|以内"
    rf"|以內|後|后| at the latest)?)(?!\w)"
)
FIXED: list[tuple[re.Pattern[str], Horizon, float]] = [
    (re.compile(rf"(?<!\w)(?:{words.NO_RUSH})(?!\w)"), Horizon(None, None), 0.45),
    (re.compile(rf"(?<![^\W_])(?:{words.NOW})(?![^\W_])"), Horizon(0, 14), 0.5),
    (re.compile(rf"(?<!\w)(?:{words.SOON})(?!\w)"), Horizon(0, 90), 0.3),
    (
        re.compile(
            r"(?<!\w)(?:by |as of )?(?:today|heute|aujourd'hui|hoy|hoje|oggi|vandaag|сегодня|今日|今天"
            r"|tonight|eod)(?!\w)"
        ),
        Horizon(0, 0),
        0.3,
    ),
    (
        re.compile(
            r"(?<!\w)(?:by |from )?(?:tomorrow|tmrw|tmw|tomoz|morgen|demain|mañana|amanhã|domani"
            r"|завтра|明日|明天)(?!\w)"
        ),
        Horizon(1, 1),
        0.3,
    ),
    (re.compile(r"(?<!\w)(?:within |in |by )?(?:the )?(?:this |next few )(?:coming )?days(?!\w)"), Horizon(0, 7), 0.4),
]
EDGES = ("opening", "closing", "early", "mid", "late")
ENDED = ("end", "later")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
CJK = {
    "来月": "next month",
    "今月": "this month",
    "来週": "next week",
    "今週": "this week",
    "来年": "next year",
    "今年": "this year",
    "下个月": "next month",
    "下周": "next week",
    "明年": "next year",
    "这个月": "this month",
    "다음 달": "next month",
}
