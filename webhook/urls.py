"""What is kept of addresses and tracked values: no user, no fragment, no query but the campaign's, no secrets."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

LONGEST_URL = 2000
LONGEST_VALUE = 200
CAMPAIGN = re.compile(r"utm_(source|medium|campaign|term|content|id)|[gw]braid|(g|fb|ms)clid|li_fat_id")
ARRIVAL = ("referrer", "landing")
OURS = ("worth", "because", "visit")  # what we write beside a touchpoint ourselves
_CLICK_ID = re.compile(r"[gw]braid|(g|fb|ms)clid|li_fat_id")
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_PRIVATE = re.compile(
    r"e?mail|phone|tel|token|pass|password|passwd|pwd|secret|session|sessionid|sid|auth|authorization|jwt|apikey|otp"
    r"|ssn|iban|cvv"
)
_SECRET = re.compile(
    r"eyJ[\w-]{6,400}\.|\b(?:sk|pk|rk|whsec|ghp|gho|xox[abprs])[_-][\w-]{8}|\bbearer\s|\b[0-9a-f]{32}"
    r"|(?<![a-z0-9])(?=[a-z]{0,31}[0-9])(?=[0-9]{0,31}[a-z])[a-z0-9]{32}",
    re.IGNORECASE,
)


def web_address(url: str) -> str:
    """The address without what is nobody's business; ValueError when it is none of the web."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address that starts with http:// or https://")
    host, path = parts.netloc.rpartition("@")[2], _path(parts.path)
    full = urlunsplit((parts.scheme, host, path, _campaign(parts), ""))
    return full if len(full) <= LONGEST_URL else urlunsplit((parts.scheme, host, path, "", ""))


def web_address_or_none(url: str) -> str | None:
    try:
        return web_address(url)
    except ValueError:
        return None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018  reading it checks it
    except ValueError:
        return None
    return parts


def _path(path: str) -> str:
    return "/".join("" if is_private(step) else step for step in path.split("/"))


def _campaign(parts: SplitResult) -> str:
    try:
        pairs = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return ""
    return urlencode([(name, short(value)) for name, value in pairs if CAMPAIGN.fullmatch(name) and _may(name, value)])


def _may(name: str, value: str) -> bool:
    return not ("@" in _plain(value) if _CLICK_ID.fullmatch(name) else is_private(value))


def short(text: str) -> str:
    return text[:LONGEST_VALUE]


def tracked(found: Mapping[str, Any]) -> dict[str, Any]:
    """Tracked values are cut to 200 characters; what may be somebody's e-mail or a key to something is dropped."""
    kept = {name: _value(name, value) for name, value in found.items() if name not in OURS and not _names_private(name)}
    return {name: value for name, value in kept.items() if value is not None}


def arrival(found: Mapping[str, Any]) -> dict[str, Any]:
    """Where somebody came from is campaign parameters, the outside page and the landing path, and nothing else."""
    return {name: value for name, value in tracked(found).items() if name in ARRIVAL or CAMPAIGN.fullmatch(name)}


def _names_private(name: str) -> bool:
    return any(_PRIVATE.fullmatch(part.lower()) for part in _NAME_PART.findall(name))


def _value(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower().startswith(("http://", "https://")):
        value = web_address_or_none(value) or ""
    elif value.startswith("/"):
        value = _path(value.partition("?")[0].partition("#")[0])
    elif not _may(name, value):
        return None
    return short(value)


def is_private(text: str) -> bool:
    """Whether it holds an e-mail address, or reads like a token or key."""
    plain = _plain(text)
    return "@" in plain or _SECRET.search(plain) is not None


def _plain(text: str) -> str:
    """Encoded twice is encoded too."""
    return unquote(unquote(text))
