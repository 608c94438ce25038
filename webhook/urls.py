"""Addresses as we keep them: no user, no fragment, no query but the campaign's, nothing that looks like an e-mail."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST_URL = 2000
LONGEST_VALUE = 200
CAMPAIGN = re.compile(r"utm_(source|medium|campaign|term|content|id)|[gw]braid|(g|fb|ms)clid|li_fat_id")


def web_address(url: str) -> str:
    """The address without what is nobody's business; ValueError when it is none of the web."""
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address that starts with http:// or https://")
    host, path = parts.netloc.rpartition("@")[2], _path(parts)
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


def _path(parts: SplitResult) -> str:
    return "/".join("" if "@" in step or "%40" in step else step for step in parts.path.split("/"))


def _campaign(parts: SplitResult) -> str:
    try:
        pairs = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return ""
    return urlencode([(name, short(value)) for name, value in pairs if CAMPAIGN.fullmatch(name) and "@" not in value])


def short(text: str) -> str:
    return text[:LONGEST_VALUE]
