"""A lead in Salesforce's words: the fields of its object Lead. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.agreeing import Ladder
from crm.hubspot_words import known_of
from qualification.views import LeadView

OWNER, NAMELESS, COMPANYLESS = "OwnerId", "(not given)", "(not given)"
FIELDS: Mapping[str, str] = {
    "email": "Email",
    "first_name": "FirstName",
    "last_name": "LastName",
    "phone": "Phone",
    "company": "Company",
    "job_title": "Title",
    "website": "Website",
    "reasons": "Description",
}
"""What is written unless the team file says otherwise; all of them are fields every account has."""
NEEDED: Mapping[str, str] = {"LastName": NAMELESS, "Company": COMPANYLESS}
"""Salesforce makes no lead without them; what is put there when nobody has said may be written over later."""

LONGEST: Mapping[str, int] = {"LastName": 80, "FirstName": 40, "Company": 255, "Title": 128, "Website": 255}
"""A name that is too long must not lose the lead."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """`key` is the field that holds our reference and that Salesforce finds leads by; `stages` its words for ours."""

    key: str
    fields: Mapping[str, str]
    stages: Mapping[str, str]

    @property
    def ladder(self) -> Ladder:
        return Ladder(self.fields.get("stage", ""), list(dict.fromkeys(self.stages.values())))


STAGES = ("lead", "mql", "sql", "prospect", "opportunity", "customer")


def mapped(key: str, fields: Mapping[str, str | None], stages: Mapping[str, str]) -> Mapped:
    """What the team file says, over what is usual. Without words for the stages none is written."""
    kept = {name: target for name, target in {**FIELDS, **fields}.items() if target}
    return Mapped(key, kept, {stage: stages[stage] for stage in STAGES if stage in stages})


def values(lead: LeadView, mapping: Mapped, owner_id: str | None) -> dict[str, str]:
    """What is known of these; what is not known is not written."""
    known = {**known_of(lead), "stage": mapping.stages.get(lead.stage or "", "")}
    if not known["last_name"]:
        known |= {"first_name": "", "last_name": known["first_name"]}
    told = {to: known[name][: LONGEST.get(to)] for name, to in mapping.fields.items() if known.get(name)}
    return {**told, **({OWNER: owner_id} if owner_id else {})}


def user_by(email: str) -> str:
    return f"SELECT Id FROM User WHERE Email = {_quoted(email)} AND IsActive = true LIMIT 1"  # noqa: S608  SOQL, quoted


def lead_by(email: str) -> str:
    """Of several that are not converted yet the one changed last."""
    where = f"Email = {_quoted(email)} AND IsConverted = false"
    return f"SELECT Id FROM Lead WHERE {where} ORDER BY LastModifiedDate DESC LIMIT 1"  # noqa: S608  SOQL, quoted


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
