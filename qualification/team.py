"""Who works here: the team file with people and their roles, the channels alerts go to, hours and follow-up steps."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from qualification.criteria.document import Document, Unreadable, read
from qualification.criteria.problems import Problem, did_you_mean
from qualification.playbook.wording import web_address
from qualification.routing import Routed
from qualification.stages import KINDS, Kind
from qualification.views import Person as SeenPerson

Role = Literal["rep", "manager", "marketing_approver", "sales_approver"]
Step = Literal["remind", "escalate", "reassign", "broadcast"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SlackId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,20}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")]
Picture = Annotated[str, AfterValidator(web_address)]
_SPAN = re.compile(r"(\d{1,4})\s?(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(value: Any) -> Any:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("must be a time span such as 5m, 2h or 5d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Span = Annotated[timedelta, BeforeValidator(_span)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Away(Part):
    """Days somebody does not work, the first and the last included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Away":
        if self.first > self.last:
            raise ValueError("from must not be after to")
        return self


class TeamMember(Part):
    """Known in Slack by id, or by the e-mail address of their Slack account."""

    name: str = Field(min_length=1, max_length=80)
    email: Email | None = None
    slack: SlackId | None = None
    picture: Picture | None = None
    roles: tuple[Role, ...] = Field(("rep",), min_length=1)
    away: tuple[Away, ...] = ()

    @model_validator(mode="after")
    def _can_be_recognised(self) -> "TeamMember":
        if not self.email and not self.slack:
            raise ValueError(f"{self.name} needs an email or a slack id, or nobody can recognise them")
        return self

    def is_at_work(self, on: date) -> bool:
        return not any(days.first <= on <= days.last for days in self.away)

    def is_one(self, slack_id: str, email: str | None) -> bool:
        return slack_id == self.slack or bool(email and self.email and email.lower() == self.email.lower())


class When(Part):
    """Which leads a route is for: everything said here must hold, and what is not known does not.

    `territory` are ISO codes of countries.
    """

    segment: str | None = None
    min_score: int | None = None
    max_score: int | None = None
    source: str | None = None
    kind: Kind | None = None
    language: str | None = None
    territory: tuple[Country, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        if not self.model_fields_set:
            raise ValueError(f"says nothing; name at least one of {', '.join(When.model_fields)}")
        if self.min_score is not None and self.max_score is not None and self.min_score > self.max_score:
            raise ValueError("min_score must not be above max_score")
        return self

    def fits(self, lead: Routed) -> bool:
        asked = (
            (self.segment, lead.segment),
            (self.source, lead.source),
            (self.kind, lead.kind),
            (self.language and self.language.lower(), lead.language),
        )
        highest = lead.score if self.max_score is None else self.max_score
        in_band = (self.min_score or 0) <= lead.score <= highest
        is_here = not self.territory or lead.country in self.territory
        return in_band and is_here and all(wanted in (None, found) for wanted, found in asked)


class Route(Part):
    """`to`: people of the team file, by e-mail address or Slack id, who take turns in being given these leads."""

    when: When
    channel: ChannelId | None = None
    to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Route":
        if self.channel is None and not self.to:
            raise ValueError("leads nowhere; give it a channel, or people in `to`")
        return self


class Hours(Part):
    """When the team works, in its own time zone."""

    zone: str = "UTC"
    days: tuple[Day, ...] = Field(("mon", "tue", "wed", "thu", "fri"), min_length=1)
    start: time = time(9)
    end: time = time(17)
    holidays: tuple[str, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone; write it like Europe/Berlin")
        return str(ZoneInfo(zone))

    @field_validator("holidays")
    @classmethod
    def _dates(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for day in days:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
                raise ValueError(f"{day!r} is no date; write it like 2026-12-25")
        return days

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "Hours":
        if self.start >= self.end:
            raise ValueError("start must be before end")
        return self


class Quiet(Part):
    """When no alert rings, in the team's time zone, over midnight too; with `days_off` also on days nobody works."""

    start: time
    end: time
    days_off: bool = True

    @model_validator(mode="after")
    def _lasts(self) -> "Quiet":
        if self.start == self.end:
            raise ValueError("start and end are the same; leave `quiet` out for no quiet hours")
        return self

    def covers(self, clock: time) -> bool:
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Digests(Part):
    """What channels are told when a working day begins, and the main one when a week does."""

    daily: bool = True
    weekly: bool = True


class Sla(Part):
    """Working time after the alert, while nobody has claimed the lead; `expire` while nobody has accepted it."""

    remind: Span = timedelta(minutes=5)
    escalate: Span = timedelta(minutes=15)
    reassign: Span = timedelta(minutes=45)
    broadcast: Span = timedelta(minutes=60)
    expire: Span = timedelta(days=5)

    @model_validator(mode="after")
    def _rises(self) -> "Sla":
        steps = (self.remind, self.escalate, self.reassign, self.broadcast)
        if list(steps) != sorted(set(steps)):
            raise ValueError("the steps must rise: remind, escalate, reassign, broadcast")
        return self


CrmField = Literal[
    "email",
    "first_name",
    "last_name",
    "phone",
    "company",
    "job_title",
    "stage",
    "score",
    "threshold",
    "reasons",
    "segment",
    "reference",
    "source",
    "status",
    "page",
    "company_size",
    "website",
    "location",
    "use_case",
    "budget",
    "timeline",
]
PropertyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")]


class CrmHubSpot(Part):
    """From which stage on leads go there, and which of our fields to which of its properties; null leaves one out."""

    since: Literal["lead", "mql", "sql"] = "mql"
    fields_: Mapping[CrmField, PropertyName | None] = Field({}, alias="fields")
    note: bool = True
    task: bool = True


class CrmZendesk(Part):
    """From which stage on people are users there; a ticket is made of an MQL. `amount_field` holds the amount."""

    since: Literal["lead", "mql", "sql"] = "mql"
    amount_field: int | None = None


FieldName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,99}$")]
StageName = Annotated[str, Field(min_length=1, max_length=100)]
MarketoField = Literal[CrmField, "owner", "amount"]
MarketoStage = Literal["lead", "mql", "sql", "prospect", "opportunity", "customer", "lost", "disqualified"]


class CrmMarketo(Part):
    """From which stage on, which of our fields to which of its fields, and what else it is told.

    `stages` are its words for ours; `activities` are the ids of its custom activity types.
    """

    since: Literal["lead", "mql", "sql"] = "mql"
    fields_: Mapping[MarketoField, FieldName | None] = Field({}, alias="fields")
    stages: Mapping[MarketoStage, StageName] = {}
    program: StageName | None = None
    program_status: StageName | None = None
    partition: StageName | None = None
    activities: Mapping[Literal["mql", "chat", "content"], int] = {}


class CrmSalesforce(Part):
    """`key` is the field of its leads that holds our reference: text, unique, an external id.

    `stages` are words of the field `stage` goes to for ours; without any no stage is written.
    """

    since: Literal["lead", "mql", "sql"] = "mql"
    key: FieldName = "Foyer_Ref__c"
    fields_: Mapping[CrmField, FieldName | None] = Field({}, alias="fields")
    stages: Mapping[Literal["lead", "mql", "sql", "prospect", "opportunity", "customer"], StageName] = {}


class Crm(Part):
    hubspot: CrmHubSpot = CrmHubSpot()
    zendesk: CrmZendesk = CrmZendesk()
    marketo: CrmMarketo = CrmMarketo()
    salesforce: CrmSalesforce = CrmSalesforce()


class Team(Part):
    """`reps` is `everyone` (each full member of the Slack workspace) or `listed` (the people below with that role)."""

    reps: Literal["everyone", "listed"] = "everyone"
    people: tuple[TeamMember, ...] = ()
    routes: tuple[Route, ...] = ()
    fallback_channel: ChannelId | None = None
    hours: Hours = Hours()
    sla: Sla = Sla()
    digests: Digests = Digests()
    quiet: Quiet | None = None
    assistant_returns: Span = timedelta(minutes=10)
    open_leads_per_rep: int = Field(20, ge=1, le=1000)
    company_domains: tuple[str, ...] = ()
    crm: Crm = Crm()

    @model_validator(mode="after")
    def _has_reps(self) -> "Team":
        if self.reps == "listed" and not any("rep" in one.roles for one in self.people):
            raise ValueError("reps: listed, but nobody under people has the role rep")
        return self

    @model_validator(mode="after")
    def _routes_lead_to_reps(self) -> "Team":
        reps = [one for one in self.people if "rep" in one.roles and one.slack]
        for name in (name for route in self.routes for name in route.to):
            if not any(one.is_one(name, name) for one in reps):
                raise ValueError(f"routes: {name} is no rep with a slack id under people")
        return self

    @model_validator(mode="after")
    def _each_once(self) -> "Team":
        keys = [key for one in self.people for key in (one.slack, one.email and one.email.lower()) if key]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"people: {', '.join(twice)} given twice")
        return self

    def person(self, slack_id: str, email: str | None = None, name: str | None = None) -> SeenPerson | None:
        """Who this Slack user is to us, with their highest role; None when they have nothing to do with leads."""
        member = next((one for one in self.people if one.is_one(slack_id, email)), None)
        if member is not None:
            return SeenPerson(slack_id, member.name, member.email or email, _highest(member.roles))
        return SeenPerson(slack_id, name or slack_id, email) if self.reps == "everyone" else None

    def picture_of(self, slack_id: str) -> str | None:
        """What visitors see beside a rep's words."""
        return next((one.picture for one in self.people if one.slack == slack_id), None)

    def email_of(self, slack_id: str) -> str | None:
        """Of somebody listed with both; other tools know people by their address."""
        return next((one.email for one in self.people if one.slack == slack_id), None)

    def colleague(self, email: str) -> SeenPerson | None:
        """Whoever is listed with this address and a Slack id."""
        found = (one for one in self.people if one.slack and (one.email or "").lower() == email.lower())
        member = next(found, None)
        return SeenPerson(member.slack or "", member.name, member.email, _highest(member.roles)) if member else None

    def reps_at_work(self, on: date) -> int | None:
        """How many of the listed reps work on that day; None when nobody is listed as a rep."""
        reps = [one for one in self.people if "rep" in one.roles]
        return sum(one.is_at_work(on) for one in reps) if reps else None

    def channel_for(self, lead: Routed, default: str) -> str:
        """The channel of the first route with one that fits, else the default."""
        return next((route.channel for route in self.routes if route.channel and route.when.fits(lead)), default)

    def people_for(self, lead: Routed) -> tuple[TeamMember, ...]:
        """Who takes turns with a lead by the first route with people that fits; nobody in particular else."""
        names = next((route.to for route in self.routes if route.to and route.when.fits(lead)), ())
        return tuple(one for one in self.people if any(one.is_one(name, name) for name in names))

    @property
    def gives(self) -> bool:
        return any(route.to for route in self.routes)


def _highest(roles: tuple[Role, ...]) -> str:
    if "manager" in roles:
        return "manager"
    return "rep" if "rep" in roles else "approver"


class TeamError(ValueError):
    """The file cannot be used. `problems` holds everything that is wrong with it, in the order of the lines."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(f"{name}: {problem}" for problem in self.problems))


def load_team(text: str, name: str = "team.yaml") -> Team:
    """The team in `text`; an empty file is the default team. Raises TeamError with every problem found."""
    if not re.sub(r"(?m)^\s*(#.*)?$", "", text).strip():
        return Team()
    try:
        document = read(text)
        return Team.model_validate_json(json.dumps(document.data, default=str))
    except Unreadable as unreadable:
        raise TeamError(name, unreadable.problems) from None
    except ValidationError as error:
        raise TeamError(name, [_problem(one, document) for one in error.errors()]) from None


_WORDS = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes if it looks like a number, date or yes/no",
    "tuple_type": "must be a list; start each item with a dash",
    "model_type": "must hold names with values below it",
    "model_attributes_type": "must hold names with values below it",
    "too_short": "is empty; write at least one",
}
_PATTERNS = {
    "slack": "must be a Slack member id such as U012AB3CD (profile, three dots, copy member ID)",
    "channel": "must be a channel id such as C012AB3CD (it is at the end of the channel's details)",
    "fallback_channel": "must be a channel id such as C012AB3CD (it is at the end of the channel's details)",
    "email": "must be an e-mail address",
    "territory": "must be codes of countries, such as DE",
    "fields": "must be the internal name of a property, such as foyer_score",
}
_PARTS: Mapping[str, type[Part]] = {
    "people": TeamMember,
    "away": Away,
    "routes": Route,
    "when": When,
    "hours": Hours,
    "sla": Sla,
    "digests": Digests,
    "quiet": Quiet,
    "crm": Crm,
    "hubspot": CrmHubSpot,
    "zendesk": CrmZendesk,
    "marketo": CrmMarketo,
    "salesforce": CrmSalesforce,
}


def _problem(error: Any, document: Document) -> Problem:
    path = error["loc"]
    named = ".".join(str(step) for step in path) or "the file"
    what, hint = _said(error, path)
    return Problem(document.line(path), f"{named}: {what}", hint)


def _said(error: Any, path: tuple[Any, ...]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    kind, last = error["type"], next((name for name in reversed(path) if isinstance(name, str)), "")
    if kind == "extra_forbidden":
        return "no such setting", did_you_mean(last, _settings_at(path[:-1]))
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(last, "is not written as it must be"), ""
    if kind == "literal_error":
        return f"{error['input']!r} is not known; choose {error['ctx']['expected']}", ""
    return _WORDS.get(kind, str(error["msg"]).removeprefix("Value error, ")), ""


def _settings_at(path: tuple[Any, ...]) -> tuple[str, ...]:
    names = [step for step in path if isinstance(step, str)]
    fields = (_PARTS[names[-1]] if names else Team).model_fields
    return tuple(field.alias or name for name, field in fields.items())


ROLES: tuple[Role, ...] = get_args(Role)
STEPS: tuple[Step, ...] = get_args(Step)
__all__ = [
    "KINDS",
    "ROLES",
    "STEPS",
    "Hours",
    "Route",
    "Sla",
    "Step",
    "Team",
    "TeamError",
    "TeamMember",
    "When",
    "load_team",
]
