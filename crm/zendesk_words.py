"""A lead in Zendesk's words: a user and a ticket. Pure."""

from typing import Any

from crm.hubspot_words import reasons
from qualification.facts import value_to_json
from qualification.views import LeadView

LINES, LINE_LENGTH = 12, 400


def external_id(lead: LeadView) -> str:
    """What the ticket of this lead and cycle is found by again."""
    return f"foyer-{lead.ref}-{lead.cycle}"


def user(lead: LeadView) -> dict[str, Any]:
    """By address; who gave none is known by the lead's reference. Nobody is asked to verify anything."""
    named = lead.name or lead.email or lead.phone or lead.ref
    told: dict[str, Any] = {"name": named, "skip_verify_email": True}
    told |= {"email": lead.email} if lead.email else {"external_id": f"foyer-{lead.ref}"}
    return {**told, "phone": lead.phone} if lead.phone else told


def ticket(lead: LeadView, requester_id: int, assignee_email: str | None) -> dict[str, Any]:
    """Its comment is private: the ticket is for sales, and the person hears nothing of it."""
    who = " at ".join(part for part in (lead.name or lead.email or lead.phone or "somebody", lead.company) if part)
    told = {
        "subject": f"Qualified lead {lead.ref}: {who}"[:150],
        "comment": {"body": _body(lead)[:60_000], "public": False},
        "requester_id": requester_id,
        "external_id": external_id(lead),
        "type": "task",
        "priority": "high" if lead.purchase_interest else "normal",
        "tags": ["foyer", "lead"],
    }
    return {**told, "assignee_email": assignee_email} if assignee_email else told


def _body(lead: LeadView) -> str:
    score = lead.assessment
    points = f"{score.score} points, the bar is {score.threshold}" if score else "no points yet"
    wish = ". Asked to talk to sales" if lead.purchase_interest else ""
    parts = [f"Qualified by Foyer: {points}{wish}.", reasons(lead), _told(lead), _talk(lead)]
    return "\n\n".join(part for part in (*parts, f"In Slack: /lead status {lead.ref}") if part)


def _told(lead: LeadView) -> str:
    said = [fact for fact in lead.facts.values() if fact.source == "said"]
    words = [
        f"{one.slot.replace('_', ' ')}: {one.text[:200]}" for one in said if not _is_flag(value_to_json(one.value))
    ]
    return f"Told: {'; '.join(words)}" if words else ""


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _talk(lead: LeadView) -> str:
    lines = [f"{one.author}: {one.text[:LINE_LENGTH]}" for one in lead.transcript[-LINES:]]
    return "The talk:\n" + "\n".join(lines) if lines else ""
