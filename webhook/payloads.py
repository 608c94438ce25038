"""Unknown JSON to a typed payload, or a clear 4xx: nothing behind this module checks again."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qualification.doorstep import Rating
from webhook.errors import Refusal
from webhook.fields import (
    Arrival,
    Channel,
    Email,
    EventType,
    Extras,
    FormFields,
    Jwt,
    Label,
    Locale,
    MessageId,
    Moment,
    Name,
    Phone,
    Purpose,
    Referrer,
    SiteKey,
    Text,
    Title,
    Token,
    TouchpointType,
    Url,
    Wait,
    Words,
    several,
)
from webhook.flat import HookEvent
from webhook.jsonbody import field_name

MOST_EVENTS = 20


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class PageBody(Payload):
    url: Url
    title: Title | None = None
    referrer: Referrer | None = None


class TouchBody(Payload):
    first: Arrival | None = None
    last: Arrival | None = None


class OpenConversation(Payload):
    site: SiteKey
    visitor_token: Token | None = None
    page: PageBody
    locale: Locale | None = None
    touch: TouchBody | None = None


class OpenQuery(Payload):
    """`untracked=1`: the page may not track this visitor, so how often they did something is not known."""

    untracked: Literal["0", "1"] = "0"


class PostMessage(Payload):
    """The same `client_message_id` again gives the same answer and is stored once."""

    client_message_id: Label
    text: Text


class Seen(Payload):
    message_id: MessageId


class PostRating(Payload):
    rating: Rating


class EmbedQuery(Payload):
    """What the script tag of the widget would say in `data-` attributes."""

    site: SiteKey
    label: Title | None = None
    locale: Locale | None = None
    accent: Label | None = None
    theme: Literal["light", "dark"] | None = None
    privacy: Url | None = None


class Event(Payload):
    type: EventType
    url: Url
    at: Moment | None = None
    data: Extras | None = None


class PostEvents(Payload):
    site: SiteKey
    visitor_token: Token | None = None
    events: Annotated[list[Event], Field(min_length=1, max_length=MOST_EVENTS)]


class ConsentBody(Payload):
    purpose: Purpose
    granted: bool
    text_version: Label


class PostConsent(ConsentBody):
    visitor_token: Token


class PostIdentify(Payload):
    """`jwt` is signed by the site's own server (HS256): `aud` the site's key, `sub`, `exp`, and `email?`, `name?`."""

    visitor_token: Token
    jwt: Jwt


class GivenConsent(ConsentBody):
    """`at` is when it was given, for people who agreed some time ago."""

    at: Moment | None = None


class SourceBody(Payload):
    channel: Channel
    name: Words | None = None


class TouchpointBody(Payload):
    type: TouchpointType
    url: Url | None = None
    at: Moment | None = None
    data: Extras | None = None


def _has(name: str) -> dict[str, Any]:
    return {"required": [name], "properties": {name: {"type": "string"}}}


class PostLead(Payload):
    """Somebody another system tells us of; an e-mail address or a phone number is needed."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_has("email"), _has("phone")]})

    email: Email | None = None
    phone: Phone | None = None
    name: Name | None = None
    company: Name | None = None
    source: SourceBody
    fields: FormFields = {}
    touchpoints: Annotated[list[TouchpointBody], Field(max_length=MOST_EVENTS)] = []
    consent: Annotated[list[GivenConsent], BeforeValidator(several), Field(max_length=10)] = []

    @model_validator(mode="after")
    def _reachable(self) -> "PostLead":
        if self.email is None and self.phone is None:
            raise ValueError("give `email` or `phone`: a lead is somebody we can answer")
        return self


class PostHook(Payload):
    """An address that is told of one kind of event from now on."""

    target_url: Annotated[str, Field(pattern=r"^https?://", max_length=1000)]
    event: HookEvent


class MessagesQuery(Payload):
    """`after` is the last message already shown; `wait` are seconds to hold the request until something is said."""

    after: MessageId = 0
    wait: Wait = 0


class DeliveriesQuery(Payload):
    state: Literal["pending", "in_progress", "delivered", "failed", "dead"] = "dead"


Body = TypeVar("Body", bound=Payload)


def parse(kind: type[Body], content: Any) -> Body:
    """The payload, or a 422 that names the first wrong field."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise _invalid(kind, error, content) from None


def _invalid(kind: type[Payload], error: ValidationError, content: Any) -> Refusal:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = field_name(_path(problem["loc"], content, problem["type"] == "missing"))
    return Refusal(422, "invalid", _sentence(kind, problem["type"], problem["msg"], where), where)


def _path(steps: tuple[int | str, ...], content: Any, missing: bool) -> str:
    """The steps a caller knows: those that lead through what was sent, and the name of what is missing."""
    known = []
    for step in steps:
        inside = isinstance(content, dict) and step in content
        if inside or (isinstance(content, list) and isinstance(step, int)):
            known.append(str(step))
            content = content[step]
    return ".".join([*known, str(steps[-1])] if missing else known)


def _sentence(kind: type[Payload], type_: str, message: str, where: str | None) -> str:
    name = f"`{where}`" if where else "The body"
    match type_:
        case "extra_forbidden":
            known = "" if where and "." in where else f"; the fields are {', '.join(kind.model_fields)}"
            return f"{name if where else 'A field without a name'} is not known here{known}."
        case "missing":
            return f"{name} is missing."
        case "model_type" | "model_attributes_type":
            return f"{name} must be a JSON object."
        case "value_error":
            return f"{name}: {message.removeprefix('Value error, ')}."
    return f"{name}: {message}."
