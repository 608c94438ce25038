"""What may not stand in a log: secrets by their shape and by their value, addresses and phone numbers, at any depth."""

import re
from collections.abc import Collection, Mapping
from typing import Any

LONGEST = 4000
DEEPEST = 6
HIDDEN, ADDRESS, PHONE = "[secret]", "[address]", "[phone]"

_TOKENS = re.compile(
    r"xox[a-z][.-][\w.-]+|xapp-[\w-]+|whsec_[\w+/=-]+|\bsk[-_][\w-]{8,}|\bpat-[a-z]{2}\d-[\w-]{8,}"
    r"|(?i:\b(?:bearer|basic)(?:\s|%20)+[\w.~+/=-]{6,})"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a JWT
    r"|(?<=://)[^/\s:@]{0,200}:[^/\s]{1,200}(?=@)"  # user and password of an address; the password may hold an @
)
_ADDRESSES = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONES = re.compile(r"(?:\+|%2[Bb])[1-9](?:[ ().-]{0,2}\d){6,14}(?!\d)")
_SECRET_NAME = re.compile(r"(?i)token|secret|password|passwd|authorization|cookie|api_?key|signature|credential")
_PERSONAL_NAME = re.compile(r"(?i)^(?:e_?mail|phone|text|words|body|person_name|first_name|last_name)$")


def in_a_line(error: BaseException | None) -> str:
    """The first line of what an error says, fit to be shown."""
    return redacted((str(error).splitlines() or [""])[0])


def redacted(text: str, hidden: Collection[str] = ()) -> str:
    """The text without what may not be said; cut where it is endless."""
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    for secret in hidden:
        text = text.replace(secret, HIDDEN)
    text = _TOKENS.sub(HIDDEN, text)
    if "@" in text or "%40" in text:
        text = _ADDRESSES.sub(ADDRESS, text)
    return _PHONES.sub(PHONE, text) if "+" in text or "%2" in text else text


def clean(value: Any, hidden: Collection[str] = (), depth: int = 0) -> Any:
    """Anything a caller may log, as plain data that may be seen."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redacted(value, hidden)
    if depth >= DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return {redacted(str(name), hidden): _named(str(name), one, hidden, depth) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(one, hidden, depth + 1) for one in value]
    return redacted(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value), hidden)


def _named(name: str, value: Any, hidden: Collection[str], depth: int) -> Any:
    """A name that promises a secret or a person's words hides whatever it holds; a number is neither."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if _SECRET_NAME.search(name):
        return HIDDEN
    return "[personal]" if _PERSONAL_NAME.match(name) else clean(value, hidden, depth + 1)
