"""Who the host site says a visitor is: the claims of its signed token, checked. Pure; the signature is the edge's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LEEWAY = timedelta(seconds=60)  # the host's clock may be that much ahead of ours
LONGEST_LIFE = timedelta(hours=24)
LONGEST_SUBJECT, LONGEST_NAME, LONGEST_EMAIL = 255, 200, 254
_END_OF_TIME = 2**53  # and neither NaN nor an integer beyond every float
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@(?:[^\s@<>\"(),:;\\.]{1,63}\.)+[^\s@<>\"(),:;\\.]{2,63}")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person the host site has logged in. `subject` is theirs for good; address and name may change."""

    subject: str
    email: str | None = None
    name: str | None = None


class IdentityError(ValueError):
    """Claims that prove nothing; says which and why, for the host's developer."""


def identity_of(claims: Mapping[str, Any], site_key: str, now: datetime) -> Identity:
    """The person these claims name to this site, now. Claims we do not know are left alone."""
    _check_times(claims, now)
    _check_audience(claims.get("aud"), site_key)
    subject = _text(claims, "sub", LONGEST_SUBJECT)
    if subject is None:
        raise IdentityError("`sub` is missing: the id this person has on your site")
    return Identity(subject, _email(claims), _name(claims))


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    expires, begins, issued = (_moment(claims, name) for name in ("exp", "nbf", "iat"))
    clock, leeway = now.timestamp(), LEEWAY.total_seconds()
    if expires is None:
        raise IdentityError("`exp` is missing: when the jwt stops being good, in seconds since 1970")
    if expires <= clock:
        raise IdentityError("it has expired (`exp`); sign a new one for each page")
    if expires > clock + LONGEST_LIFE.total_seconds() + leeway:
        raise IdentityError("`exp` is more than 24 hours ahead; five minutes are enough")
    if max(begins or 0, issued or 0) > clock + leeway:
        raise IdentityError("it is from the future (`nbf`, `iat`); set the clock of the host that signs")


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _END_OF_TIME:
        raise IdentityError(f"`{name}` must be a number: seconds since 1970")
    return value


def _check_audience(audience: Any, site_key: str) -> None:
    named = audience if isinstance(audience, list) else [audience]
    if site_key not in named:
        raise IdentityError("`aud` must be the key of the site whose widget this is, as in `data-site`")


def _email(claims: Mapping[str, Any]) -> str | None:
    """An address the host itself has not confirmed (`email_verified` false) is none."""
    email = _text(claims, "email", LONGEST_EMAIL)
    if email is None or claims.get("email_verified") is False:
        return None
    if not _ADDRESS.fullmatch(email):
        raise IdentityError("`email` is no e-mail address")
    return email.lower()


def _name(claims: Mapping[str, Any]) -> str | None:
    """Names hold what names hold; signs that show as nothing are left out."""
    name = claims.get("name")
    if name is not None and not isinstance(name, str):
        raise IdentityError("`name` must be text")
    words = "".join(sign if sign.isprintable() else " " for sign in name or "").split()
    return " ".join(words)[:LONGEST_NAME] or None


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise IdentityError(f"`{name}` must be text")
    found = value.strip()
    if not found or len(found) > longest or not found.isprintable():
        raise IdentityError(f"`{name}` must be 1 to {longest} visible characters")
    return found
