"""The criteria file's shape, strict and closed; descriptions are what an editor shows while one types."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from qualification.facts import Intent

MOST, MOST_GATES = 500, 50  # a file that people agree on, and that the linter can try pair by pair
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Label = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,59}$")]
Words = Annotated[str, Field(min_length=1, max_length=300)]
Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Points = Annotated[int, Field(ge=-1000, le=1000)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Bant = Literal["budget", "authority", "need", "timing"]
EventType = Literal["page_view", "visit", "cta_click", "content_click", "form", "event", "newsletter", "custom"]
EmailKind = Literal["work", "free", "disposable", "role"]
TextSlot = Literal["job_title", "location", "use_case", "company", "person_name", "website", "email"]
AnySlot = TextSlot | Literal["phone", "company_size", "budget", "timeline"]
VerdictName = Literal["mql", "mql_likely", "open", "not_mql", "disqualified"]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


# Fields: the only names rules may use.


class FieldPart(Part):
    label: Words | None = Field(None, description="How people call it; shown in alerts and in the linter's messages")
    bant: Bant | None = Field(None, description="Which letter of BANT this field answers")
    min_confidence: float = Field(
        0.6, ge=0, le=1, description="How sure the reading must be to count (0 to 1); below it the field is unknown"
    )


class IntRangeField(FieldPart):
    """A number of people, perhaps said as a range such as 20-50."""

    type: Literal["int_range"]
    from_: Literal["company_size"] = Field("company_size", alias="from", description="The slot it is read from")


class MoneyField(FieldPart):
    """An amount, turned into the file's currency and into a year."""

    type: Literal["money"]
    from_: Literal["budget"] = Field("budget", alias="from", description="The slot it is read from")


class DaysField(FieldPart):
    """Days from today until they want it; what was said grows older by itself."""

    type: Literal["days"]
    from_: Literal["timeline"] = Field("timeline", alias="from", description="The slot it is read from")


def _map_kind(value: Any) -> str:
    return "builtin" if isinstance(value, str) else "own"


OwnMap = Annotated[
    dict[Label, Annotated[list[Words], Field(min_length=1, max_length=500)]], Field(min_length=1, max_length=200)
]
EnumMap = Annotated[
    Annotated[OwnMap, Tag("own")] | Annotated[Literal["countries"], Tag("builtin")], Discriminator(_map_kind)
]


class EnumField(FieldPart):
    """One label out of several, found by the words the visitor used."""

    type: Literal["enum"]
    from_: TextSlot = Field(alias="from", description="The slot whose words are looked up")
    map: EnumMap = Field(description="Label -> words that mean it (* stands for any words), or `countries`")


class FlagField(FieldPart):
    """Yes, no or not known: from what was asked for (intent) or from a slot that was told."""

    type: Literal["flag"]
    from_: AnySlot | None = Field(None, alias="from", description="True as soon as this slot is told")
    intent: Intent | Literal["purchase_interest"] | None = Field(
        None, description="True when the visitor said so, false when they said the opposite"
    )

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.from_ is None) == (self.intent is None):
            raise ValueError("a flag needs either `from` (a slot) or `intent`, and not both")
        return self


class EventCountField(FieldPart):
    """How often something was done on the site or in a campaign."""

    type: Literal["event_count"]
    event: EventType = Field(description="What is counted")
    url: Words | None = Field(None, description="Only on pages whose address looks like this; * stands for anything")
    name: Words | None = Field(None, description="Only events of this name (the form, the campaign, the trade show)")
    window_days: int = Field(30, ge=1, le=3650, description="How many days back are counted")
    read_seconds: int = Field(0, ge=0, le=1800, description="Only pages that were looked at for at least so long")

    @model_validator(mode="after")
    def _only_pages_are_read(self) -> Self:
        if self.read_seconds and self.event != "page_view":
            raise ValueError("read_seconds: only a page_view lasts; leave it out or count page views")
        return self


class EmailKindField(FieldPart):
    """What kind of mailbox: work, free, disposable or role (info@, sales@)."""

    type: Literal["email_kind"]
    from_: Literal["email"] = Field("email", alias="from", description="The slot it is read from")


class DomainField(FieldPart):
    """The part of the e-mail address after the @."""

    type: Literal["domain"]
    from_: Literal["email"] = Field("email", alias="from", description="The slot it is read from")


CriteriaField = Annotated[
    IntRangeField | MoneyField | DaysField | EnumField | FlagField | EventCountField | EmailKindField | DomainField,
    Field(discriminator="type"),
]


# Conditions: one field with one operator, joined by all, any and not.


class Check(Part):
    """One operator and what it compares with."""

    is_: bool | Amount | Words | None = Field(None, alias="is", description="Exactly this")
    in_: Annotated[list[Words], Field(min_length=1)] | None = Field(None, alias="in", description="One of these")
    gte: Amount | None = Field(None, description="This or more")
    lte: Amount | None = Field(None, description="This or less")
    gt: Amount | None = Field(None, description="More than this")
    lt: Amount | None = Field(None, description="Less than this")
    between: Annotated[list[Amount], Field(min_length=2, max_length=2)] | None = Field(
        None, description="From the first to the second number, both included"
    )
    contains: Words | None = Field(None, description="These words occur in what was said")
    known: bool | None = Field(None, description="Whether we know it at all")

    @property
    def operator(self) -> str:
        return next(iter(self.model_fields_set)).rstrip("_")

    @property
    def value(self) -> Any:
        return getattr(self, next(iter(self.model_fields_set)))

    @model_validator(mode="after")
    def _has_one_operator(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a field is compared by exactly one operator; for two of them use `between` or `all`")
        if self.value is None:
            raise ValueError(f"`{self.operator}` has no value")
        if self.between and self.between[0] > self.between[1]:
            raise ValueError("`between` starts with the smaller number")
        return self


class Condition(BaseModel):
    """`{field: {operator: value}}`, or `{all: [...]}`, `{any: [...]}`, `{not: ...}`."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Check] = Field(init=False)
    all: Annotated[list["Condition"], Field(min_length=1)] | None = Field(None, description="Every one of these holds")
    any: Annotated[list["Condition"], Field(min_length=1)] | None = Field(
        None, description="At least one of these holds"
    )
    not_: "Condition | None" = Field(None, alias="not", description="This does not hold")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a condition is one field, or one of all, any, not; for several use `all: [...]`")
        for name in ("all", "any", "not"):
            if (
                name.replace("not", "not_") in self.model_fields_set
                and getattr(self, name.replace("not", "not_")) is None
            ):
                raise ValueError(f"`{name}` is empty")
        return self

    @property
    def checks(self) -> dict[str, Check]:
        return self.__pydantic_extra__ or {}


class Claim(Part):
    """Something with a name that holds or does not: `when:`, or `all:`, `any:`, `not:` directly."""

    id: Name = Field(description="A name of its own; alerts and replays refer to it")
    when: Condition | None = Field(None, description="The condition")
    all: Annotated[list[Condition], Field(min_length=1)] | None = Field(None, description="Every one of these holds")
    any: Annotated[list[Condition], Field(min_length=1)] | None = Field(None, description="At least one of these holds")
    not_: Condition | None = Field(None, alias="not", description="This does not hold")

    @model_validator(mode="after")
    def _has_one_condition(self) -> Self:
        if sum(part is not None for part in (self.when, self.all, self.any, self.not_)) != 1:
            raise ValueError("needs exactly one of `when`, `all`, `any`, `not`")
        return self

    @property
    def condition(self) -> Condition:
        if self.when is not None:
            return self.when
        if self.all is not None:
            return Condition.model_construct(all=self.all)
        return Condition.model_construct(any=self.any) if self.any else Condition.model_construct(not_=self.not_)


class MustHave(Claim):
    """Without it nobody is an MQL; not known yet keeps the lead open."""

    why: Words | None = Field(None, description="The reason, for people")


class Disqualifier(Claim):
    """When it holds, points do not matter."""

    route: Words | None = Field(None, description="Where these people are sent")
    why: Words | None = Field(None, description="The reason, for people")


class Rule(Claim):
    """Points for a condition that holds."""

    points: Points = Field(description="Whole points, negative ones take away")
    why: Words | None = Field(None, description="What the alert says when the rule counts")
    per: int | None = Field(None, ge=1, le=1000, description="Points once per so many events")
    max: int | None = Field(None, ge=1, le=1000, description="At most this many points from this rule (with `per`)")

    @model_validator(mode="after")
    def _per_has_a_limit(self) -> Self:
        if (self.per is None) != (self.max is None):
            raise ValueError("`per` and `max` go together: points per so many events, and at most how many points")
        if self.max is not None and self.max < abs(self.points):
            raise ValueError(f"`max` {self.max} is less than the {abs(self.points)} points of one step")
        return self


class Group(Part):
    """Rules that share a cap and an ageing."""

    cap: Annotated[list[Points], Field(min_length=2, max_length=2)] | None = Field(
        None, description="The least and the most points the whole group gives"
    )
    half_life_days: float | None = Field(
        None, ge=0.1, le=3650, description="After so many days the points of what was said or done are halved"
    )
    rules: list[Rule] = Field(min_length=1, description="The rules of the group")

    @model_validator(mode="after")
    def _cap_holds_zero(self) -> Self:
        if self.cap and not self.cap[0] <= 0 <= self.cap[1]:
            raise ValueError("`cap` is [least, most] with 0 in between: without evidence a group gives 0 points")
        return self


class Segment(Claim):
    """The first that matches chooses the playbook card and the call to action."""

    label: Words | None = Field(None, description="A short mark such as A1")
    talk_track: Name | None = Field(None, description="The talk track of the playbook for the rep")
    cta: Name | None = Field(None, description="The call to action of the playbook")


class Capacity(Part):
    alerts_per_rep_day: float = Field(gt=0, le=1000, description="How many new leads one rep can work a day")


class RaiseWithVolume(Part):
    """How the bar follows the number of leads; it never falls below the floor."""

    step: int = Field(5, ge=1, le=100, description="Largest change at once, in points")
    dwell_days: int = Field(3, ge=1, le=90, description="Business days between two changes")
    deadband: Annotated[list[Annotated[float, Field(ge=0, le=10)]], Field(min_length=2, max_length=2)] = Field(
        [0.6, 1.25], description="No change while expected alerts per capacity lie between these"
    )
    ceiling: int = Field(90, ge=1, le=10_000, description="The bar never rises above this")
    mode: Literal["off", "propose", "auto"] = Field("propose", description="Whether people confirm each change")

    @model_validator(mode="after")
    def _deadband_is_ordered(self) -> Self:
        if self.deadband[0] >= self.deadband[1]:
            raise ValueError("`deadband` starts with the smaller number")
        return self


class Threshold(Part):
    floor: int = Field(ge=1, le=10_000, description="The agreed bar: nobody below it is announced")
    capacity: Capacity | None = Field(None, description="What sales can handle")
    raise_with_volume: RaiseWithVolume | None = Field(None, description="How the bar follows the volume")

    @model_validator(mode="after")
    def _ceiling_is_above(self) -> Self:
        if self.raise_with_volume and self.raise_with_volume.ceiling < self.floor:
            raise ValueError(f"`ceiling` {self.raise_with_volume.ceiling} is below the floor {self.floor}")
        return self


class Agreed(Part):
    """Who agreed to these criteria, and until when."""

    marketing: Address | None = Field(None, description="E-mail of the marketing approver")
    sales: Address | None = Field(None, description="E-mail of the sales approver")
    on: date | None = Field(None, description="The day of the agreement")
    review_by: date | None = Field(None, description="The day it is looked at again")


ExampleValue = bool | Amount | Words | Annotated[list[Amount], Field(min_length=2, max_length=2)]


class Example(Part):
    """A made-up lead with the verdict people expect; the linter runs it."""

    name: Words | None = Field(None, description="Who this is")
    facts: dict[str, ExampleValue] = Field(description="Field -> value; what is left out is not known")
    verdict: VerdictName = Field(description="What must come out")
    score: int | None = Field(None, description="The points that must come out")
    segment: Name | None = Field(None, description="The segment that must come out")


class CriteriaFile(Part):
    """The agreed definition of a marketing qualified lead."""

    version: int = Field(ge=1, le=10**9, description="Every change is a new version")
    agreed: Agreed | None = Field(None, description="Who agreed")
    currency: Currency = Field("USD", description="The currency of all amounts in this file")
    rates: dict[Currency, Annotated[float, Field(gt=0, le=1e9)]] = Field(
        {}, description="One unit of another currency in the file's currency"
    )
    threshold: Threshold = Field(description="The score from which a lead is an MQL")
    fields: dict[Name, CriteriaField] = Field(min_length=1, max_length=MOST, description="The only names rules may use")
    icp: Condition | None = Field(None, description="The ideal customer profile; shown to reps, never blocks")
    must_have: list[MustHave] = Field([], max_length=MOST_GATES, description="Without these nobody is an MQL")
    disqualify: list[Disqualifier] = Field([], max_length=MOST_GATES, description="With one of these nobody is an MQL")
    groups: dict[Name, Group] = Field(min_length=1, description="The rules that give points")
    segments: list[Segment] = Field(
        [], max_length=MOST_GATES, description="First match chooses playbook card and call to action"
    )
    examples: list[Example] = Field([], max_length=MOST, description="The file's own tests")

    @model_validator(mode="after")
    def _can_be_read_by_people(self) -> Self:
        rules = sum(len(group.rules) for group in self.groups.values())
        if rules > MOST:
            raise ValueError(f"{rules} rules, at most {MOST} are taken: nobody could agree on them")
        return self


def criteria_json_schema() -> dict[str, Any]:
    """JSON Schema of the criteria file, for editors."""
    schema = CriteriaFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
