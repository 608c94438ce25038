"""Who a request comes from: visitors by a signed token, programs by their site's API key."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

MAX_AGE = timedelta(days=30)
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,512}")
_SALT = "foyer.visitor"
_SKEW = timedelta(minutes=5)  # between the clocks of several hosts
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The visitor of a site, as a token says it."""

    site_id: int
    visitor: str


class VisitorTokens:
    """Tokens for 30 days, bound to site and visitor. `keys` are newest first: the first signs, all of them verify."""

    def __init__(self, keys: Sequence[str], clock: Callable[[], datetime]) -> None:
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)),
            salt=_SALT,
            signer=_signer_by(clock),
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )
        self._clock = clock
        self._verified = lru_cache(maxsize=4096)(self._verify)  # a widget sends the same token with everything

    def sign(self, site_id: int, visitor: str) -> str:
        return str(self._serializer.dumps([site_id, visitor]))

    def read(self, token: str) -> Bearer | None:
        """None for a token that is cut, foreign, altered or older than 30 days."""
        if not _TOKEN.fullmatch(token):
            return None
        bearer, signed_at = self._verified(token)
        age = self._clock() - signed_at
        return bearer if -_SKEW <= age <= MAX_AGE else None

    def _verify(self, token: str) -> tuple[Bearer | None, datetime]:
        """Who a token is about, None when it is not ours, and when it was signed."""
        try:
            content, signed_at = self._serializer.loads(token, return_timestamp=True)
        except BadData:
            return None, _NEVER
        return (_bearer(content), signed_at) if _is_as_written(token) else (None, _NEVER)


def _is_as_written(token: str) -> bool:
    """Base64 reads several last letters as the same signature; only the one we wrote is ours."""
    signature = token.rpartition(".")[2]
    return base64_encode(base64_decode(signature)).decode() == signature


def _signer_by(clock: Callable[[], datetime]) -> type[TimestampSigner]:
    class ClockSigner(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock().timestamp())

    return ClockSigner


def _bearer(content: Any) -> Bearer | None:
    match content:
        case [int(site_id), str(visitor)]:
            return Bearer(site_id, visitor)
    return None


def key_digest(key: str) -> str:
    """How an API key is stored."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def site_of_key(key: str, digests: Iterable[tuple[str, int]]) -> int | None:
    """The site a key belongs to, comparing with every stored digest so that time tells nothing."""
    given, found = key_digest(key), None
    for digest, site_id in digests:
        if hmac.compare_digest(given, digest):
            found = site_id
    return found
