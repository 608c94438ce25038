"""How we say things to reps: names, stages, sizes, money and times in a few plain words. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.escape import address, isolated, mrkdwn, one_line
from qualification.facts import Fact, Money, Size
from qualification.sheet import Sheet
from qualification.views import LeadRow, LeadView, Person

STAGE_WORDS = {
    None: "Visitor",
    "visitor": "Visitor",
    "lead": "Lead",
    "mql": "MQL",
    "sql": "SQL",
    "prospect": "Prospect",
    "opportunity": "Opportunity",
    "customer": "Customer",
}
RETURN_WORDS = {
    "not_icp": "Not our kind of customer",
    "no_budget": "No budget",
    "no_authority": "Cannot decide",
    "no_need": "No need",
    "bad_timing": "Bad timing",
    "duplicate": "Duplicate",
    "existing_customer": "Already a customer",
    "competitor": "Competitor",
    "student": "Student",
    "vendor_or_job": "Vendor or job seeker",
    "spam": "Spam",
    "wrong_data": "Wrong data",
    "unreachable": "Cannot be reached",
    "other": "Other reason",
    "low_score": "Its points fell far below the bar",
}
LETTER_WORDS = {"budget": "budget", "authority": "authority", "need": "need", "timing": "timing"}
FIELD_WORDS = {
    "person_name": "name",
    "email": "e-mail",
    "phone": "phone",
    "company": "company",
    "job_title": "role",
    "company_size": "company size",
    "budget": "budget",
    "timeline": "timeline",
    "use_case": "need",
    "location": "location",
    "website": "website",
}
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
SHORT_NAME = 60


def who(lead: LeadView | LeadRow) -> str:
    """The person as we know them, in their own words and not yet escaped: name, else address or number."""
    number = lead.phone if isinstance(lead, LeadView) else None
    name = lead.name or (address(lead.email) if lead.email else None) or number or "Somebody"
    company = f" at {_short(lead.company)}" if lead.company else ""
    return _short(name) + company


def _short(name: str) -> str:
    line = one_line(name)
    return isolated(line if len(line) <= SHORT_NAME else line[: SHORT_NAME - 1] + "…")


def score_of(lead: LeadView) -> str:
    return str(lead.assessment.score) if lead.assessment else "–"


def person(rep: Person | None) -> str:
    """A rep as mrkdwn: the mention Slack shows as their name, or the name itself."""
    if rep is None:
        return "nobody"
    return f"<@{rep.id}>" if _SLACK_USER.fullmatch(rep.id) else mrkdwn(rep.name, SHORT_NAME)


def field_word(name: str) -> str:
    return FIELD_WORDS.get(name, name.replace("_", " "))


def value_of(fact: Fact) -> str:
    """A fact as a rep reads it: the figure with the person's own words, or the words alone."""
    figure = _figure(fact)
    words = one_line(fact.text)
    told = words if figure is None or figure == words else f"{figure} (“{words}”)"
    return f"{told} (inferred)" if fact.source == "inferred" else told


def _figure(fact: Fact) -> str | None:
    if isinstance(fact.value, Size):
        span = _span(fact.value.min, fact.value.max)
        return f"{span} people" if span else None
    if isinstance(fact.value, Money):
        return _money(fact.value)
    return None


def _money(money: Money) -> str | None:
    span = _span(money.min, money.max)
    period = {"month": " a month", "year": " a year"}.get(money.period, "")
    return f"{span}{f' {money.currency}' if money.currency else ''}{period}" if span else None


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {high:,.0f}"
    if high is None:
        return f"{low:,.0f} or more"
    return f"{low:,.0f}" if low == high else f"{low:,.0f}–{high:,.0f}"


def reason_of(code: str | None) -> str:
    """Why something ended: a reason of ours, or the rule that says so."""
    if not code:
        return "no reason given"
    return RETURN_WORDS.get(code) or f"rule {mrkdwn(code.replace('_', ' '), 60)}"


def joined(names: Sequence[str]) -> str:
    """`budget`, `budget and need`, `budget, need and timing`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def amount_of(sheet: Sheet) -> str | None:
    return _money(Money(sheet.amount, sheet.amount, sheet.currency, "once")) if sheet.amount is not None else None


def ago(then: datetime, now: datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def moment(at: datetime) -> str:
    """A time each reader sees in their own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
