"""What other systems tell of made-up people: a form, a newsletter, a fair, a piece of content."""

from datetime import datetime

from qualification.doorstep import NewLead
from qualification.facts import Touchpoint
from tryout.made.people import Person

SITE = "https://northlight.example"
NAMES = {"event": "Harbour Fair", "newsletter": "Monthly letter", "form": "contact", "content": "hand-over checklist"}


def new_lead(person: Person, channel: str, at: datetime, is_known: bool) -> NewLead:
    """Somebody who is known already opened something; what they told before stands."""
    kind, name = ("content_click", NAMES["content"]) if is_known or channel == "content" else (channel, NAMES[channel])
    url = f"{SITE}/checklist" if kind == "content_click" else None
    return NewLead(
        email=person.email,
        phone=None,
        name=person.name,
        company=person.company,
        source_channel=channel,
        source_name=NAMES[channel],
        fields={slot: text for slot, text in _fields(person, channel).items() if text},
        touchpoints=(Touchpoint(kind, at, url, {"name": name}),),
    )


def _fields(person: Person, channel: str) -> dict[str, str]:
    if channel == "newsletter":
        return {}
    asked = {"job_title": person.title, "company_size": str(person.size)}
    if channel != "form":
        return asked
    budget = f"{person.budget} USD per year" if person.budget else ""
    timeline = f"in {person.weeks} weeks" if person.weeks else ""
    return {**asked, "use_case": person.need or "", "budget": budget, "timeline": timeline}
