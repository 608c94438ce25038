"""A lead in Marketo's words: fields of a person, and activities. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crm.agreeing import Ladder
from crm.hubspot_words import known_of
from qualification.facts import Touchpoint
from qualification.signals import is_worth_something
from qualification.stages import Stage
from qualification.views import LeadView

FIELDS: Mapping[str, str] = {
    "email": "email",
    "first_name": "firstName",
    "last_name": "lastName",
    "phone": "phone",
    "company": "company",
    "job_title": "title",
    "stage": "leadStatus",
}
"""What is written unless the team file says otherwise; all of them are fields every account has."""
STAGES: Mapping[Stage, str] = {
    "lead": "Lead",
    "mql": "MQL",
    "sql": "SQL",
    "prospect": "Prospect",
    "opportunity": "Opportunity",
    "customer": "Customer",
}
CLOSED: Mapping[str, str] = {"lost": "Lost", "disqualified": "Disqualified"}
MOST_CONTENT = 25
_COOKIE = re.compile(r"id:[A-Za-z0-9-]{1,40}&token:_mch-[A-Za-z0-9.-]{1,120}-[0-9]{1,20}-[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Mapped:
    """`fields` are ours by name with the field of Marketo each goes to, `stages` ours with its word for each.

    `closed` are its words for what is over, with what that is here: lost or disqualify.
    """

    fields: Mapping[str, str]
    stages: Mapping[Stage, str]
    closed: Mapping[str, str]

    @property
    def ladder(self) -> Ladder:
        return Ladder(self.fields.get("stage", ""), list(dict.fromkeys(self.stages.values())))

    def ours(self, theirs: str) -> Stage | None:
        """The lowest of our stages with this word."""
        return next((stage for stage, word in self.stages.items() if word == theirs), None)

    def word(self, stage: Stage | None) -> str:
        return self.stages.get(stage, "") if stage else ""

    def is_further(self, theirs: str, stage: Stage | None) -> bool:
        """Whether a word of theirs is a stage further on than one of ours."""
        steps, word = list(self.ladder.steps), self.word(stage)
        return theirs in steps and (word not in steps or steps.index(theirs) > steps.index(word))


def mapped(fields: Mapping[str, str | None], stages: Mapping[str, str]) -> Mapped:
    """What the team file says, over what is usual."""
    kept = {name: target for name, target in {**FIELDS, **fields}.items() if target}
    words: dict[str, str] = {**dict(STAGES.items()), **CLOSED, **stages}
    closed = {words["lost"]: "lost", words["disqualified"]: "disqualify"}
    return Mapped(kept, {stage: words[stage] for stage in STAGES}, closed)


def values(lead: LeadView, mapping: Mapped, owner_email: str | None) -> dict[str, str]:
    """What is known of these; what is not known is not written."""
    known = {**known_of(lead), "stage": mapping.word(lead.stage), "owner": owner_email or ""}
    return {target: known[name] for name, target in mapping.fields.items() if known.get(name)}


@dataclass(frozen=True, slots=True)
class Activity:
    """Of `kind` mql, chat or content: on one day each of them is told once."""

    kind: str
    primary: str
    at: datetime

    @property
    def day(self) -> str:
        return self.at.astimezone(UTC).date().isoformat()

    @property
    def key(self) -> str:
        return f"activity/{self.kind}/{self.day}/{self.primary}"


def activities(lead: LeadView) -> list[Activity]:
    """What Marketo may hear that the person did, each once."""
    told = [*_qualified(lead), *_talks(lead), *_content(lead)]
    return list({one.key: one for one in told}.values())


def _qualified(lead: LeadView) -> Iterator[Activity]:
    times = [one.at for one in lead.stage_log if one.to_stage == "mql"]
    if times:
        yield Activity("mql", f"MQL {lead.ref}/{lead.cycle}", times[-1])


def _talks(lead: LeadView) -> Iterator[Activity]:
    for line in lead.transcript:
        if line.author == "visitor":
            yield Activity("chat", f"Chat {lead.ref}", line.at)


def _content(lead: LeadView) -> Iterator[Activity]:
    for touch in [one for one in lead.touchpoints if _is_content(one)][:MOST_CONTENT]:
        name = str(touch.data.get("name") or touch.url or "")[:255]
        if name:
            yield Activity("content", name, touch.at)


def _is_content(touch: Touchpoint) -> bool:
    return touch.type == "content_click" and is_worth_something(touch)


def why_pushed(lead: LeadView) -> str:
    score = lead.assessment
    points = f": {score.score} points, the bar is {score.threshold}" if score else ""
    return f"{lead.ref}{points}{', asked to talk to sales' if lead.purchase_interest else ''}"


def cookie(lead: LeadView) -> str | None:
    """Marketo's own of the browser, the newest that came with the visitor's consent to analytics."""
    given = [one.granted for one in lead.permissions if one.purpose == "analytics"]
    if not given or not given[-1]:
        return None
    seen = (str(one.data.get("_mkto_trk", "")) for one in lead.touchpoints if is_worth_something(one))
    return next((one for one in seen if is_cookie(one)), None)


def is_cookie(text: str) -> bool:
    return _COOKIE.fullmatch(text) is not None
