"""What each field of a payload may hold: how it is read, and what the description of the API says of it."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from unicodedata import category

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from webhook.urls import LONGEST_URL, arrival, short, tracked, web_address, web_address_or_none

LONGEST_TEXT = 4000
LONGEST_WAIT_S = 25
FEWEST_DIGITS, MOST_DIGITS = 5, 18  # of a phone number, with an extension
_INT64_MAX = 2**63 - 1
_UNSEEN = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
Channel = Literal[
    "chat",
    "form",
    "newsletter",
    "event",
    "content",
    "social",
    "collaboration",
    "seo",
    "paid",
    "referral",
    "cold_outreach",
    "revisit",
    "import",
    "other",
]
EventType = Literal["page_view", "cta_click", "content_click", "form", "custom"]
TouchpointType = Literal["page_view", "cta_click", "content_click", "form", "event", "newsletter", "custom"]


def _visible(text: str) -> str:
    """Signs this Python does not know yet are visible too: the next emoji are among them."""
    if all(category(sign) in _UNSEEN for sign in text):
        raise ValueError("is blank; write at least one visible character")
    return text


def _moment(value: Any) -> datetime:
    """ISO 8601 with a zone; without one it is UTC."""
    if not isinstance(value, str):
        raise ValueError("must be a time like 2026-11-23T09:30:00Z")
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a time like 2026-11-23T09:30:00Z") from None


def _number(value: Any) -> int:
    """Ids are decimal numbers, written as text or as a number; JSON knows 7.0 as an integer too."""
    written = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19
    if written or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _INT64_MAX:
        raise ValueError("must be a message id, which is a decimal number")
    return value


def _seconds(value: Any) -> int:
    if not (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= 2
        and int(value) <= LONGEST_WAIT_S
    ):
        raise ValueError(f"must be whole seconds from 0 to {LONGEST_WAIT_S}")
    return int(value)


def _address(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True, strict=True).normalized
    except EmailNotValidError as error:
        raise ValueError(f"is no e-mail address: {str(error).rstrip('.')}") from None


def _dialled(value: str) -> str:
    if not FEWEST_DIGITS <= sum(sign.isdecimal() for sign in value) <= MOST_DIGITS:
        raise ValueError(f"is no phone number, which has {FEWEST_DIGITS} to {MOST_DIGITS} digits")
    return value


def several(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _bare(locale: str) -> str | None:
    return locale or None


def _described(pattern: str) -> Any:
    """What the description of the API says of a text that is checked by other means."""
    return Field(json_schema_extra={"pattern": pattern})


def _at_most(entries: int) -> Any:
    return Field(max_length=entries, json_schema_extra={"additionalProperties": False})


_SEEN = _described(
    r"[^\s\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL),
    AfterValidator(web_address),
    Field(json_schema_extra={"format": "uri", "pattern": "^https?://[^/?#]"}),
]
Referrer = Annotated[str, StringConstraints(max_length=LONGEST_URL), AfterValidator(web_address_or_none)]
Title = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True), AfterValidator(short)]
Words = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), _SEEN]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True),
    AfterValidator(_visible),
    _SEEN,
]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64), _SEEN]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
Token = Annotated[str, StringConstraints(max_length=512)]
SiteKey = Annotated[str, StringConstraints(min_length=1, max_length=64), _described("^[a-z0-9][a-z0-9_-]{0,63}$")]
Locale = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^([A-Za-z]{1,8}([_-][A-Za-z0-9]{1,8})*)?$"), AfterValidator(_bare)
]
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
MessageId = Annotated[
    int,
    BeforeValidator(_number),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[0-9]{1,18}$"},
                {"type": "integer", "minimum": 0, "maximum": _INT64_MAX},
            ]
        }
    ),
]
Wait = Annotated[int, BeforeValidator(_seconds), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 25})]
Purpose = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Email = Annotated[
    str,
    StringConstraints(max_length=254, strip_whitespace=True),
    AfterValidator(_address),
    Field(json_schema_extra={"format": "email"}),
]
Phone = Annotated[
    str,
    StringConstraints(max_length=40, strip_whitespace=True),
    AfterValidator(_dialled),
    _described(rf"^[^0-9]*([0-9][^0-9]*){{{FEWEST_DIGITS},{MOST_DIGITS}}}$"),
]
Jwt = Annotated[str, StringConstraints(min_length=1, max_length=4096), _described(r"^[\w=-]+\.[\w=-]+\.[\w=-]*$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,31}$")]
Number = Annotated[int, Field(ge=-_INT64_MAX - 1, le=_INT64_MAX)] | float
FieldValue = Annotated[str, StringConstraints(max_length=1000)] | bool | Number
FormFields = Annotated[dict[FieldName, FieldValue], _at_most(40)]
Scalar = Annotated[str, StringConstraints(max_length=LONGEST_URL)] | bool | Number | None
Extras = Annotated[dict[Key, Scalar], _at_most(20), AfterValidator(tracked)]
Arrival = Annotated[
    dict[Key, Annotated[str, StringConstraints(max_length=LONGEST_URL)]], _at_most(20), AfterValidator(arrival)
]
