"""A lead in HubSpot's words: properties of a contact, a note, a task. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

from crm.agreeing import Ladder
from qualification.facts import value_to_json
from qualification.views import LeadView, Line

STAGE, OWNER = "lifecyclestage", "hubspot_owner_id"
STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
)
LADDER = Ladder(STAGE, STAGES)
AS_THEY_SAY: Mapping[str, str] = {
    "lead": "lead",
    "mql": "marketingqualifiedlead",
    "sql": "salesqualifiedlead",
    "prospect": "salesqualifiedlead",
    "opportunity": "opportunity",
    "customer": "customer",
}
FIELDS: Mapping[str, str] = {
    "email": "email",
    "first_name": "firstname",
    "last_name": "lastname",
    "phone": "phone",
    "company": "company",
    "job_title": "jobtitle",
    "stage": STAGE,
}
"""What is written unless the team file says otherwise; all of them are properties every account has."""
LINES, LINE_LENGTH = 12, 400
DUE = timedelta(days=1)


def fields_of(mapping: Mapping[str, str | None]) -> Mapping[str, str]:
    """Ours by name, with the property of HubSpot it goes to."""
    return {name: target for name, target in {**FIELDS, **mapping}.items() if target}


def properties(lead: LeadView, fields: Mapping[str, str], owner_id: str | None) -> dict[str, str]:
    """What is known of these; what is not known is not written."""
    known = {**known_of(lead), "stage": AS_THEY_SAY.get(lead.stage or "", "")}
    told = {target: known[name] for name, target in fields.items() if known.get(name)}
    return {**told, **({OWNER: owner_id} if owner_id else {})}


def known_of(lead: LeadView) -> dict[str, str]:
    """All but the stage, by our names for it; empty where nothing is known."""
    said = {slot: fact.text for slot, fact in lead.facts.items()}
    first, _, last = (lead.name or "").strip().partition(" ")
    score = lead.assessment
    return {
        **said,
        "email": lead.email or "",
        "first_name": first,
        "last_name": last.strip(),
        "phone": lead.phone or "",
        "company": lead.company or "",
        "score": str(score.score) if score else "",
        "threshold": str(score.threshold) if score else "",
        "reasons": reasons(lead),
        "segment": lead.segment or "",
        "reference": lead.ref,
        "source": str(lead.source.get("channel") or ""),
        "status": lead.status,
        "page": str(lead.source.get("url") or ""),
    }


def reasons(lead: LeadView) -> str:
    found = lead.assessment.reasons if lead.assessment else ()
    return "\n".join(f"{one.points:+d} {one.why}" for one in found)[:5000]


def marker(lead: LeadView, what: str) -> str:
    """What a note or task is found by again, when nobody knows whether it was made."""
    return f"Foyer {lead.ref}/{what}"


def note(lead: LeadView, what: str, at: datetime) -> dict[str, str]:
    parts = [
        _headline(lead),
        _why(lead),
        _wants(lead),
        _talk(lead.transcript),
        _links(lead),
        escape(marker(lead, what)),
    ]
    body = "<br>".join(part for part in parts if part)
    return {"hs_timestamp": _stamp(at), "hs_note_body": body[:60_000]}


def _headline(lead: LeadView) -> str:
    score = lead.assessment
    told = f"{score.score} points, the bar is {score.threshold}" if score else "no points yet"
    segment = f" · {escape(lead.segment)}" if lead.segment else ""
    wish = " · asked to talk to sales" if lead.purchase_interest else ""
    return f"<strong>Qualified by Foyer: {told}</strong>{segment}{wish}"


def _why(lead: LeadView) -> str:
    found = lead.assessment.reasons if lead.assessment else ()
    lines = "".join(f"<li>{one.points:+d} {escape(one.why)}{_words(one.evidence)}</li>" for one in found)
    return f"<ul>{lines}</ul>" if lines else ""


def _words(evidence: str) -> str:
    return f" (“{escape(evidence[:200])}”)" if evidence else ""


def _wants(lead: LeadView) -> str:
    told = [f"{slot.replace('_', ' ')}: {fact.text[:200]}" for slot, fact in lead.facts.items() if _is_told(fact)]
    return "Told: " + escape("; ".join(told)) if told else ""


def _is_told(fact: Any) -> bool:
    return fact.source == "said" and not isinstance(value_to_json(fact.value), bool)


def _talk(lines: tuple[Line, ...]) -> str:
    """The last lines; the whole talk stays with Foyer."""
    told = [f"{line.author}: {line.text[:LINE_LENGTH]}" for line in lines[-LINES:]]
    return "The talk:<br>" + "<br>".join(escape(one) for one in told) if told else ""


def _links(lead: LeadView) -> str:
    """The alert with its thread, once it is there."""
    posted = [one.remote_id for one in lead.deliveries if one.destination == "slack" and one.kind == "alert"]
    place = next((one for one in reversed(posted) if one), None)
    command = f"In Slack: <code>/lead status {escape(lead.ref)}</code>"
    if place is None:
        return command
    channel, _, ts = (escape(part) for part in place.replace(".", "").partition(":"))
    return f'<a href="https://slack.com/archives/{channel}/p{ts}">The alert</a> · {command}'


def task(lead: LeadView, what: str, owner_id: str, now: datetime) -> dict[str, str]:
    """For whoever owns the lead."""
    who = " at ".join(part for part in (lead.name or lead.email or lead.phone or "somebody", lead.company) if part)
    score = f"{lead.assessment.score} points. " if lead.assessment else ""
    return {
        "hs_timestamp": _stamp(lead.accept_by or now + DUE),
        "hs_task_subject": f"Work {who} ({lead.ref})"[:250],
        "hs_task_body": escape(f"{score}The note says why. {marker(lead, what)}"),
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "HIGH" if lead.purchase_interest else "MEDIUM",
        "hs_task_type": "TODO",
        OWNER: owner_id,
    }


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))
